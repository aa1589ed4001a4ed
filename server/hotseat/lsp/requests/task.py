"""`hotseat/task` and `hotseat/tasks`: a change of several files, step by step, as one edit.

The request ends with the task, and follows it until then: cancelling the request ends the
following, not the task.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from hotseat.domain.errors import HotseatError
from hotseat.lsp import names
from hotseat.lsp.requests.ask import started
from hotseat.lsp.server import HotseatServer

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotseat.lsp.convert_tasks import TaskConverter
    from hotseat.session.session import Session
    from hotseat.session.task.live import TaskEvent


def register(server: HotseatServer) -> None:
    @server.feature(names.TASK)
    async def task(params: Any) -> dict[str, Any]:
        session = started(server)
        from hotseat.lsp import wire
        from hotseat.lsp.convert_tasks import drafts_from
        from hotseat.lsp.task_messages import TaskParams
        from hotseat.session.task.service import NewTask

        asked = wire.read(TaskParams, params) or TaskParams()
        converter = _converter(server, session)
        on_event = _partial_results(server, converter, asked.partial_result_token)
        service, steps = session.tasks.service(), drafts_from(asked.steps)
        if asked.task is not None:
            live = await service.run(asked.task, steps, asked.in_order, on_event)
        else:
            document = asked.text_document
            new = NewTask(
                instruction=asked.instruction or "",
                steps=steps,
                plan_only=asked.plan_only,
                in_order=asked.in_order,
                focus=None if document is None else service.review.path_of(document.uri),
            )
            live = await service.begin(new, on_event)
        return converter.result_to(live, await service.files(live))

    @server.feature(names.TASKS)
    async def tasks(params: Any) -> dict[str, Any]:
        session = started(server)
        from hotseat.lsp import wire
        from hotseat.lsp.convert_tasks import drafts_from, tasks_to
        from hotseat.lsp.task_messages import TasksParams, TasksResult

        asked = wire.read(TasksParams, params)
        if asked is None:
            raise HotseatError("The request names no action", hint="See docs/protocol.md")
        service, converter = session.tasks.service(), _converter(server, session)
        if asked.action == "list":
            return tasks_to(await service.tasks())
        if asked.task is None:
            raise HotseatError("The request names no task", hint="See docs/protocol.md")
        match asked.action:
            case "show":
                return converter.looked_up_to(*await service.show(asked.task), edit=True)
            case "plan":
                steps = drafts_from(asked.steps) or ()
                live = await service.change_plan(asked.task, steps, asked.in_order)
                return converter.looked_up_to(live)
            case "cancel":
                return converter.looked_up_to(await service.cancel(asked.task, asked.step))
            case "applied":
                return converter.looked_up_to(*await service.applied(asked.task))
            case "undo":
                return converter.looked_up_to(*await service.undo(asked.task), edit=True)
            case "forget":
                return wire.to_wire(TasksResult(removed=await service.forget(asked.task)))


def _converter(server: HotseatServer, session: Session) -> TaskConverter:
    from hotseat.lsp.convert_tasks import TaskConverter

    params = server.initialize_params
    workspace = params.capabilities.workspace if params is not None else None
    edits = workspace.workspace_edit if workspace is not None else None
    return TaskConverter(session.tasks.service().review.uri, session.documents.encoding, edits)


def _partial_results(
    server: HotseatServer, converter: TaskConverter, token: str | int | None
) -> Callable[[TaskEvent], None]:
    """Return a function that sends an event to the client; without a token it sends nothing."""

    def send(event: TaskEvent) -> None:
        if token is not None:
            part = converter.event_to(event)
            server.protocol.notify(types.PROGRESS, types.ProgressParams(token, part))

    return send
