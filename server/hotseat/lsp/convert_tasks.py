"""The messages of tasks to and from the session's values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hotseat.conversation.task.diffs import TextEdit, text_edits
from hotseat.conversation.task.plan import Action, DraftStep, StepState, Task
from hotseat.domain.text import PositionEncoding
from hotseat.lsp import task_messages as messages
from hotseat.lsp.ext import WorkspaceEdit
from hotseat.lsp.wire import to_wire
from hotseat.session.task.live import LiveTask, TaskEvent
from hotseat.session.task.review import FileState, ReviewedFile


class TaskConverter:
    """For one client: `capabilities` are those of its workspace edits, as `initialize` has them.

    `uri_of` takes a path in the workspace.
    """

    def __init__(self, uri_of: Any, encoding: PositionEncoding, capabilities: Any) -> None:
        self._uri_of = uri_of
        self._encoding = encoding
        self._takes_versions = bool(getattr(capabilities, "document_changes", None))
        operations = getattr(capabilities, "resource_operations", None) or ()
        self._operations = {str(getattr(one, "value", one)) for one in operations}
        self._takes_annotations = self._takes_versions and bool(
            getattr(capabilities, "change_annotation_support", None)
        )

    def event_to(self, event: TaskEvent) -> dict[str, Any]:
        """Return a TaskPart."""
        return to_wire(
            messages.TaskPart(
                task=None if event.task is None else self._task(event.task),
                step=None if event.step is None else self._step(event.step),
                note=event.note,
                step_id=event.step_id,
                text=event.text,
            )
        )

    def result_to(self, live: LiveTask, files: Sequence[ReviewedFile]) -> dict[str, Any]:
        """Return the result of `hotseat/task`."""
        return to_wire(
            messages.TaskResult(
                task=self._task(live.task),
                files=tuple(map(self._file, files)),
                edit=self._edit(files),
            )
        )

    def looked_up_to(
        self, live: LiveTask, files: Sequence[ReviewedFile] = (), *, edit: bool = False
    ) -> dict[str, Any]:
        """Return the result of an action of `hotseat/tasks` on one task."""
        return to_wire(
            messages.TasksResult(
                task=self._task(live.task),
                files=tuple(map(self._file, files)),
                edit=self._edit(files) if edit else None,
            )
        )

    def _task(self, task: Task) -> messages.Task:
        return messages.Task(
            id=task.id,
            instruction=task.instruction,
            state=task.state.value,
            note=task.note,
            steps=tuple(map(self._step, task.steps)),
            created_s=task.created_s,
            updated_s=task.updated_s,
        )

    def _step(self, step: Any) -> messages.TaskStep:
        return messages.TaskStep(
            id=step.id,
            path=step.path,
            uri=self._uri_of(step.path),
            language=step.language,
            action=step.action.value,
            symbols=step.symbols,
            what=step.what,
            after=step.after,
            state=step.state.value,
            expert=step.expert or None,
            note=step.note,
            seconds=step.seconds,
            tokens=step.tokens,
        )

    def _file(self, file: ReviewedFile) -> messages.TaskFile:
        return messages.TaskFile(
            path=file.path,
            uri=file.uri,
            state=file.state.value,
            steps=file.changes.steps,
            note=file.note,
            diff=file.diff,
            old_text=file.changes.base,
            new_text=file.changes.text,
        )

    # --- the edit ---

    def _edit(self, files: Sequence[ReviewedFile]) -> WorkspaceEdit | None:
        """Return the proposed changes as a WorkspaceEdit; None without any."""
        proposed = [file for file in files if file.state is FileState.PROPOSED and file.diff]
        if not proposed:
            return None
        if not self._takes_versions:
            plain = [file for file in proposed if not file.deletes]
            return WorkspaceEdit({"changes": {f.uri: self._text_edits(f) for f in plain}})
        changes: list[dict[str, Any]] = []
        annotations: dict[str, dict[str, Any]] = {}
        for file in proposed:
            changes += self._document_changes(file)
            if self._takes_annotations:
                annotations |= _annotations(file)
        edit: dict[str, Any] = {"documentChanges": changes}
        if annotations:
            edit["changeAnnotations"] = annotations
        return WorkspaceEdit(edit)

    def _document_changes(self, file: ReviewedFile) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        annotated = (
            {"annotationId": _annotation_id(file.changes.steps)} if self._takes_annotations else {}
        )
        if file.deletes:
            return [{"kind": "delete", "uri": file.uri, **annotated}]
        if file.changes.base is None and "create" in self._operations:
            options = {"overwrite": False, "ignoreIfExists": False}
            found.append({"kind": "create", "uri": file.uri, "options": options, **annotated})
        edits = self._text_edits(file)
        if edits:
            document = {"uri": file.uri, "version": file.version}
            found.append({"textDocument": document, "edits": edits})
        return found

    def _text_edits(self, file: ReviewedFile) -> list[dict[str, Any]]:
        lines = file.changes.base_lines

        def position(at: tuple[int, int]) -> dict[str, int]:
            line, column = at
            return {"line": line, "character": _units(lines[line][:column], self._encoding)}

        def edit(one: TextEdit) -> dict[str, Any]:
            range_ = {"start": position(one.start), "end": position(one.end)}
            annotated = (
                {"annotationId": _annotation_id(one.steps)} if self._takes_annotations else {}
            )
            return {"range": range_, "newText": one.text, **annotated}

        return [edit(one) for one in text_edits(file.changes)]


def tasks_to(tasks: Sequence[Task]) -> dict[str, Any]:
    """Return the result of `list`."""
    return to_wire(
        messages.TasksResult(
            tasks=tuple(
                messages.TaskSummary(
                    id=task.id,
                    instruction=task.instruction,
                    state=task.state.value,
                    created_s=task.created_s,
                    updated_s=task.updated_s,
                    steps=len(task.steps),
                    done=sum(step.state is StepState.DONE for step in task.steps),
                )
                for task in tasks
            )
        )
    )


def drafts_from(
    steps: Sequence[messages.TaskStepParams] | None,
) -> tuple[DraftStep, ...] | None:
    """Return the user's steps; None if they sent none."""
    if steps is None:
        return None
    return tuple(
        DraftStep(
            path=step.path,
            what=step.what,
            id=step.id,
            action=None if step.action is None else Action(step.action),
            symbols=step.symbols,
            after=step.after,
        )
        for step in steps
    )


def _annotations(file: ReviewedFile) -> dict[str, dict[str, Any]]:
    """Return the annotations of a file's changes, by their ids."""
    found = {}
    for steps in (file.changes.steps, *(change.steps for change in file.changes.changes)):
        names = " and ".join(map(str, steps))
        label = f"Step {names}" if len(steps) == 1 else f"Steps {names}"
        found[_annotation_id(steps)] = {
            "label": f"Hotseat: {label.lower()}",
            "needsConfirmation": True,
            "description": file.path,
        }
    return found


def _annotation_id(steps: Sequence[int]) -> str:
    return "step-" + "-".join(map(str, steps))


def _units(text: str, encoding: PositionEncoding) -> int:
    """Return a text's length as the client counts."""
    if encoding is PositionEncoding.UTF8:
        return len(text.encode("utf-8", "surrogatepass"))
    if encoding is PositionEncoding.UTF16:
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
    return len(text)
