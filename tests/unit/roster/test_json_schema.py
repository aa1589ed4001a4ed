"""The JSON schema of experts.yaml knows every key and short form, and VS Code's copy is the same.

With HOTSEAT_UPDATE_CASES=1 in the environment that copy is written anew.
"""

from __future__ import annotations

import json
import os
from typing import Any

from typer.testing import CliRunner

from hotseat.roster import schema
from hotseat.roster.json_schema import json_schema
from support.repository import REPOSITORY

COPY = REPOSITORY / "extension" / "vscode" / "schema" / "experts.schema.json"


def types_of(entry: dict[str, Any]) -> set[str]:
    """JSON types that may stand there; `$ref` for a mapping of its own."""
    found = {choice.get("type", "$ref") for choice in entry.get("anyOf", [entry])}
    return {str(kind) for kind in found}


def test_vscodes_copy_is_what_the_command_prints() -> None:
    import typer

    from hotseat.cli.experts import experts

    app = typer.Typer()
    app.command()(experts)
    printed = CliRunner().invoke(app, ["--schema"]).output
    if os.environ.get("HOTSEAT_UPDATE_CASES"):
        COPY.parent.mkdir(exist_ok=True)
        COPY.write_text(printed, "utf-8")
    assert COPY.read_text("utf-8") == printed


def test_every_key_of_every_entry_is_in_it() -> None:
    found = json_schema()
    assert set(found["properties"]) == set(schema.RosterFile.model_fields)
    for entry in (schema.ExpertEntry, schema.GeneralistEntry, schema.BudgetEntry):
        assert set(found["$defs"][entry.__name__]["properties"]) == set(entry.model_fields)


def test_short_forms_are_allowed_and_other_keys_are_not() -> None:
    found = json_schema()
    assert {"integer", "string", "$ref"} <= types_of(found["properties"]["budget"])
    assert {"string", "array"} <= types_of(found["$defs"]["ExpertEntry"]["properties"]["languages"])
    assert found["additionalProperties"] is False
    assert found["$defs"]["ExpertEntry"]["required"] == ["name"]


def test_nothing_has_to_be_said_as_null() -> None:
    assert '"null"' not in json.dumps(json_schema())
