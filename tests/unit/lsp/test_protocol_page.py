"""docs/protocol.md and the code say the same."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from hotseat.lsp import (
    context_messages,
    ext,
    memory_messages,
    methods,
    next_edit_messages,
    task_messages,
)
from hotseat.lsp.methods import Method
from support.messages import wire_names
from support.repository import REPOSITORY

PAGE = (REPOSITORY / "docs" / "protocol.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return PAGE.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def names_in_first_column(title: str) -> set[str]:
    rows = re.findall(r"^\|([^|]*)\|", section(title), re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text))


def code_block(title: str) -> str:
    """The first block of code of a section, without strings and types."""
    return section(title).split("```text\n", 1)[1].split("```\n", 1)[0]


def test_the_commands() -> None:
    assert names_in_first_column("Commands") == {c.name for c in methods.SERVER_COMMANDS}
    assert set(wire_names(ext.CommandResult)) <= words(section("Commands"))


def test_the_commands_of_code_actions() -> None:
    assert names_in_first_column("Code actions") == {c.name for c in methods.CLIENT_COMMANDS}
    assert set(wire_names(ext.Selection)) <= words(section("Code actions"))


def test_the_parts_of_an_answer() -> None:
    assert names_in_first_column("Asking") == set(wire_names(ext.Part))


def test_the_settings() -> None:
    options = names_in_first_column("`initializationOptions`")
    assert options == set(wire_names(ext.InitializationOptions))


def test_the_messages_beyond_lsp() -> None:
    listed = {method.name for method in methods.METHODS}
    assert names_in_first_column("Messages beyond LSP") == listed


@pytest.mark.parametrize(
    "method", [m for m in methods.METHODS if m.params and not m.result], ids=lambda m: m.name
)
def test_the_fields_of_notifications(method: Method) -> None:
    if method.params is ext.Status:
        return  # below
    (row,) = re.findall(rf"^\| `{method.name}` \|.*$", PAGE, re.MULTILINE)
    assert method.params is not None
    assert set(wire_names(method.params)) <= words(row)


STATUS = (
    ext.FocusStatus,
    ext.ExpertStatus,
    ext.DownloadStatus,
    ext.MemoryStatus,
    ext.EngineStatus,
    ext.CompletionCounts,
    ext.Certainty,
    ext.LastCompletion,
    ext.Status,
)


@pytest.mark.parametrize(
    ("title", "messages", "others"),
    [
        (
            "Asking",
            (
                ext.AskParams,
                ext.PastTurn,
                ext.AskResult,
                ext.Contribution,
                ext.Source,
                memory_messages.RecalledNote,
                context_messages.AskedDiagnostic,
                context_messages.ContextItem,
                ext.DocumentId,
            ),
            {"hotseat", "ask"},
        ),
        ("Editing", (ext.EditParams, ext.EditResult, ext.DocumentId), {"hotseat", "WorkspaceEdit"}),
        (
            "Next edits",
            (
                next_edit_messages.NextEditParams,
                next_edit_messages.NextEditResult,
                next_edit_messages.NextEdit,
                next_edit_messages.NextEditCommand,
                next_edit_messages.VersionedDocumentId,
            ),
            {"hotseat", "nextEdit"},
        ),
        ("`hotseat/status`", STATUS, {"null"}),
        (
            "`hotseat/memory`",
            (
                memory_messages.MemoryParams,
                memory_messages.MemoryResult,
                memory_messages.MemoryConversation,
                memory_messages.MemoryTurn,
                memory_messages.MemoryFact,
            ),
            {"hotseat", "memory"},
        ),
        (
            "`hotseat/task`",
            (
                task_messages.TaskParams,
                task_messages.TaskStepParams,
                task_messages.TaskResult,
                task_messages.Task,
                task_messages.TaskStep,
                task_messages.TaskFile,
                ext.DocumentId,
            ),
            {"hotseat", "WorkspaceEdit", "null"},
        ),
        (
            "`hotseat/tasks`",
            (
                task_messages.TasksParams,
                task_messages.TaskStepParams,
                task_messages.TasksResult,
                task_messages.TaskSummary,
            ),
            {"hotseat"},
        ),
    ],
)
def test_the_fields_of_requests(title: str, messages: tuple[type, ...], others: set[str]) -> None:
    fields = {name for message in messages for name in wire_names(message)}
    assert words(code_block(title)) == fields | others


def test_the_values_in_a_status() -> None:
    assert set(wire_names(ext.StartingStatus)) <= words(section("`hotseat/status`"))
    assert "`initialized`" in section("`hotseat/status`")
    for choices in (ext.CompletionOutcome, ext.CompletionSource, ext.ExpertState):
        for choice in get_args(choices):
            assert f"`{choice}`" in section("`hotseat/status`")


def test_the_parts_and_states_of_a_task() -> None:
    parts = names_in_first_column("`hotseat/task`")
    assert parts == set(wire_names(task_messages.TaskPart))
    for choices in (task_messages.TaskState, task_messages.StepState, task_messages.StepAction):
        for choice in get_args(choices):
            assert f"`{choice}`" in section("`hotseat/task`")
    both = section("`hotseat/task`") + section("`hotseat/tasks`")
    for choice in get_args(task_messages.FileState):
        assert f"`{choice}`" in both or choice == "undone"
