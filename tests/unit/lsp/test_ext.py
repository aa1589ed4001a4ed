"""The messages of `ext` agree with the handlers, the session, and the files of the clients."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from hotseat.lsp import ext, methods, names
from hotseat.lsp.main import create_server
from hotseat.lsp.requests.code_action import ACTIONS
from hotseat.session.chat import part
from hotseat.session.settings import Settings
from hotseat.session.suggest.suggestion import LastCompletion
from support.messages import assert_shape
from tools.generate_protocol import FILES, messages


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_every_method_has_a_handler_and_is_in_the_table() -> None:
    registered = create_server(Settings()).protocol.fm
    to_server = {m.name for m in methods.METHODS if m.direction == "client → server"}
    assert to_server == names.FROM_CLIENT
    own = {name for name in registered.features if name.startswith("hotseat/")}
    of_others = {names.DID_FOCUS, names.COPILOT_INLINE_EDIT}
    assert own | of_others == to_server
    assert of_others <= set(registered.features)
    assert set(registered.commands) == {command.name for command in methods.SERVER_COMMANDS}


def test_notifications_are_those_without_a_result() -> None:
    to_server = [m for m in methods.METHODS if m.direction == "client → server"]
    assert {m.name for m in to_server if m.result is None} == names.NOTIFICATIONS


def test_code_actions_name_the_commands_of_the_client() -> None:
    assert set(ACTIONS) == {command.name for command in methods.CLIENT_COMMANDS}


def test_the_parts_of_an_answer_are_those_of_the_session() -> None:
    theirs = [field.name for field in fields(part.Part)]
    assert [field.name for field in fields(ext.Part)] == theirs


def test_the_last_completion_has_its_shape_from_the_beginning() -> None:
    assert_shape(LastCompletion(id="1", language=None).to_wire(), ext.LastCompletion)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_clients_files_are_generated(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == FILES[path](), "run `make protocol`"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_clients_files_hold_every_message(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(messages()) > 20
    for message in messages():
        name = "InitializationOptions" if message is Settings else message.__name__
        assert f"interface {name} {{" in text or f"---@class hotseat.{name}\n" in text
