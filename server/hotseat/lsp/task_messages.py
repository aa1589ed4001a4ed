"""The messages of `hotseat/task` and `hotseat/tasks`: a part of `ext`, their front door."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hotseat.lsp.ext import DocumentId, WorkspaceEdit

TaskState = Literal["planning", "planned", "running", "stopped", "done", "failed"]
"""`planned` waits for the user, `stopped` can be resumed, `done` has a change to review."""
StepState = Literal["waiting", "loading", "writing", "checking", "done", "failed", "cancelled"]
StepAction = Literal["create", "edit", "rewrite"]
FileState = Literal["proposed", "conflict", "written", "changed", "undone"]
"""`proposed`: to be reviewed. `conflict`: the file changed while the task ran, so there is no edit
for it. `written`: it holds what was accepted. `changed`: it was written, and edited since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskStepParams:
    """A step as the user writes it, or has changed it."""

    path: str
    """In the workspace, with "/"."""
    what: str
    """What is to be done in this file."""
    id: int | None = None
    """Of a step of the plan. Without it, it is a new step."""
    action: StepAction | None = None
    """Without it: `edit` if the file is there, else `create`."""
    symbols: tuple[str, ...] = ()
    """Of `edit`: the definitions to rewrite, as `name` or `Type.member`. Without them, the file."""
    after: tuple[int, ...] = ()
    """The ids of steps that must be done first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskParams:
    """Begins a task (`instruction`), or runs one that is there, or follows it (`task`)."""

    instruction: str | None = None
    """What the whole task is to do. Files and symbols can be named with an @."""
    task: str | None = None
    """The id of a task: its steps that are not done are run. Of a task that runs already, the
    request follows it."""
    steps: tuple[TaskStepParams, ...] | None = None
    """The plan, written by the user. Without it, the server makes one."""
    plan_only: bool = False
    """Answer when the plan is there, and run nothing."""
    in_order: bool = False
    """Run the steps in their order, even if another order needs fewer loads."""
    text_document: DocumentId | None = None
    """The document that has the focus: the plan is about it if the instruction names no file."""
    partial_result_token: str | int | None = None
    """The token of `$/progress` with values of type TaskPart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskStep:
    id: int
    path: str
    """In the workspace, with "/"; links are resolved."""
    uri: str
    language: str | None
    action: StepAction
    symbols: tuple[str, ...]
    what: str
    after: tuple[int, ...]
    state: StepState
    expert: str | None
    """The expert that writes or wrote it; before that, the one that is chosen for it."""
    note: str
    """What it waits for, why it failed, or why another expert wrote it; else empty."""
    seconds: float
    """From its beginning to its end, or until now."""
    tokens: int
    """Written by models for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    id: str
    instruction: str
    state: TaskState
    note: str
    """Where the plan comes from, and what was left out of it or went wrong, as sentences."""
    steps: tuple[TaskStep, ...]
    """In the order in which they run."""
    created_s: float
    """When it began, in seconds since 1970."""
    updated_s: float
    """When it last changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPart:
    """The value of `$/progress` for `partialResultToken` of `hotseat/task`."""

    task: Task | None = None
    """The whole task: in the first value, and whenever its state or its plan changes."""
    step: TaskStep | None = None
    """A step whose state, expert, note or tokens changed. At `writing` a new text begins."""
    note: str | None = None
    """What the plan waits for; "" for nothing any more."""
    step_id: int | None = None
    """The step that `text` is of."""
    text: str | None = None
    """Text to append to what the step's expert has written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFile:
    """What the task makes of one file."""

    path: str
    uri: str
    state: FileState
    steps: tuple[int, ...]
    """The ids of the steps whose results it holds."""
    note: str
    """Why it is a conflict or was not undone; else empty."""
    diff: str
    """A unified diff that `git apply` accepts. Of a conflict: from the text that the task began
    with. Of a file that `undo` leaves alone: from what the task wrote to what is there now."""
    old_text: str | None
    """The text that the task began with; null if it creates the file."""
    new_text: str
    """The text with all results of the task."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskResult:
    task: Task
    files: tuple[TaskFile, ...]
    edit: WorkspaceEdit | None
    """All proposed changes, to be reviewed by the user; null if there are none. Where the client
    has change annotations, each change has one that needs confirmation, with the ids of its steps
    (`step-3`, `step-3-4`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TasksParams:
    """What to do with the tasks of the workspace."""

    action: Literal["list", "show", "plan", "cancel", "applied", "undo", "forget"]
    task: str | None = None
    """The id; of all actions but `list`."""
    step: int | None = None
    """Of `cancel`: that step alone. Without it, the whole task is stopped."""
    steps: tuple[TaskStepParams, ...] | None = None
    """Of `plan`: the steps that have not begun, in their new order; those that are left out are
    dropped."""
    in_order: bool = False
    """Of `plan`: run the steps in this order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSummary:
    id: str
    instruction: str
    state: TaskState
    created_s: float
    updated_s: float
    steps: int
    done: int
    """The number of steps that are done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TasksResult:
    """`list` returns `tasks`, the newest first; `forget` `removed`; the others the rest."""

    tasks: tuple[TaskSummary, ...] = ()
    task: Task | None = None
    files: tuple[TaskFile, ...] = ()
    edit: WorkspaceEdit | None = None
    """Of `show`: the change to review. Of `undo`: what restores the files that still hold what the
    task wrote; the others are in `files`."""
    removed: int = 0
    """How many tasks `forget` removed."""
