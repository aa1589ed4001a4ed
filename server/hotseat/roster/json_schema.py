"""JSON schema of experts.yaml, for editors: what `schema` accepts, in the forms a user writes."""

from __future__ import annotations

from typing import Any

from hotseat.roster.schema import RosterFile

DIALECT = "http://json-schema.org/draft-07/schema#"  # the newest that all YAML editors read


def json_schema() -> dict[str, Any]:
    """Without what pydantic adds and no editor needs: titles, and null for what is not said."""
    schema: dict[str, Any] = _plain(RosterFile.model_json_schema(mode="validation"))
    return {"$schema": DIALECT, "title": "Hotseat's experts.yaml", **schema}


def _plain(node: Any) -> Any:
    if isinstance(node, list):
        return [_plain(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {key: value for key, value in node.items() if key not in ("default", "description")}
    if isinstance(kept.get("title"), str):
        del kept["title"]
    choices = [choice for choice in kept.get("anyOf", []) if choice != {"type": "null"}]
    if len(choices) == 1:
        del kept["anyOf"]
        kept.update(choices[0])
    elif choices:
        kept["anyOf"] = choices
    return {key: _plain(value) for key, value in kept.items()}
