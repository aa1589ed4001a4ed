"""docs/protocol.md and the code say the same."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from hotseat.lsp.main import create_server
from hotseat.lsp.requests.code_action import ACTIONS
from hotseat.lsp.requests.commands import COMMANDS, PULL
from hotseat.session.chat.ask_service import Part
from hotseat.session.settings import WIRE_NAMES, Settings
from support.repository import REPOSITORY

PAGE = (REPOSITORY / "docs" / "protocol.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return PAGE.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def names_in_first_column(title: str) -> set[str]:
    rows = re.findall(r"^\|([^|]*)\|", section(title), re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def test_the_commands() -> None:
    assert names_in_first_column("Commands") == {*COMMANDS, PULL}


def test_the_commands_of_code_actions() -> None:
    assert names_in_first_column("Code actions") == set(ACTIONS)
    assert not set(ACTIONS) & set(COMMANDS)  # the client's own


def test_the_parts_of_an_answer() -> None:
    assert names_in_first_column("Asking") == {field.name for field in fields(Part)}


def test_the_settings() -> None:
    assert names_in_first_column("`initializationOptions`") == set(WIRE_NAMES)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_messages_beyond_lsp() -> None:
    features = create_server(Settings()).protocol.fm.features
    ours = {name for name in features if name.startswith("hotseat/")}
    assert names_in_first_column("Messages beyond LSP") == ours | {"textDocument/didFocus"}
    assert "textDocument/didFocus" in features
