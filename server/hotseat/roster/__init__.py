"""experts.yaml: schema, shipped rosters, overlays, and diagnostics with line and column.

`load` reads; `tree` parses, `validate` and `schema` judge single values, `trust` restricts
workspaces, `merge` lays files over each other. No engine, no network, no logging.
"""
