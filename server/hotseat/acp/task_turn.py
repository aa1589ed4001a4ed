"""A task as one turn of a session: plan, permission, steps, and a review of each file.

Files are written by the editor alone (`fs/write_text_file`), after its user has allowed it, and
only where they still hold what the task began with.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from acp import (
    RequestError,
    start_tool_call,
    tool_content,
    tool_diff_content,
    update_agent_message_text,
    update_agent_thought_text,
    update_tool_call,
)
from acp.helpers import text_block
from acp.interfaces import Client
from acp.schema import AllowedOutcome, ClientCapabilities, PermissionOption, ToolCallUpdate

from hotseat.acp.prompts import call_status, plan, step_note, step_title
from hotseat.acp.server import Server
from hotseat.acp.updates import Updates

RUN, STOP = "run", "stop"
ACCEPT, ACCEPT_ALL, REJECT = "accept", "accept-all", "reject"
_PLAN_OPTIONS = [
    PermissionOption(option_id=RUN, name="Run the plan", kind="allow_once"),
    PermissionOption(option_id=STOP, name="Do not run it", kind="reject_once"),
]
_FILE_OPTIONS = [
    PermissionOption(option_id=ACCEPT, name="Accept this file", kind="allow_once"),
    PermissionOption(option_id=ACCEPT_ALL, name="Accept all files", kind="allow_always"),
    PermissionOption(option_id=REJECT, name="Reject this file", kind="reject_once"),
]


class TaskTurn:
    """Run one task for an editor."""

    def __init__(
        self,
        server: Server,
        client: Client,
        updates: Updates,
        folder: Path,
        *,
        capabilities: ClientCapabilities,
    ) -> None:
        self._server = server
        self._client = client
        self._updates = updates
        self._folder = folder
        self._fs = capabilities.fs
        self._task: dict[str, Any] = {"steps": []}
        self._begun: set[int] = set()
        self._accepts_all = False

    async def run(self, instruction: str) -> None:
        """Plan, run and review. Cancelling stops the task. Raises HotseatError."""
        try:
            result = await self._stream({"instruction": instruction, "planOnly": True})
            self._take(result["task"])
            if not self._task["steps"] or not await self._may_run():
                self._say(self._task["note"] or "Nothing was run.")
                return
            result = await self._stream({"task": self._task["id"]})
            self._take(result["task"])
            await self._review(result["files"])
        except asyncio.CancelledError:
            if (id_ := self._task.get("id")) is not None:
                cancel = {"action": "cancel", "task": id_}
                await asyncio.shield(self._server.request("hotseat/tasks", cancel))
            raise

    async def _stream(self, params: dict[str, Any]) -> dict[str, Any]:
        return await self._server.in_parts("hotseat/task", params, self._part)

    def _part(self, part: dict[str, Any]) -> None:
        if task := part.get("task"):
            self._take(task)
        if step := part.get("step"):
            steps = [step if one["id"] == step["id"] else one for one in self._task["steps"]]
            self._take({**self._task, "steps": steps})
        if note := part.get("note"):
            self._updates.send(update_agent_thought_text(f"{note}\n"))

    def _take(self, task: dict[str, Any]) -> None:
        """Show what is new in the plan, and each step that has begun as a tool call."""
        before = {step["id"]: step for step in self._task["steps"]}
        self._task = task
        if task["steps"]:
            self._updates.send(plan(task))
        for step in task["steps"]:
            if step["state"] != "waiting" and step != before.get(step["id"]):
                self._show(step)

    def _show(self, step: dict[str, Any]) -> None:
        id_ = f"{self._task['id']}-step-{step['id']}"
        content = [tool_content(text_block(step_note(step)))]
        if step["id"] in self._begun:
            update = update_tool_call(id_, status=call_status(step), content=content)
            self._updates.send(update)
            return
        self._begun.add(step["id"])
        title = step_title(step)
        status = call_status(step)
        self._updates.send(
            start_tool_call(id_, title, kind="think", status=status, content=content)
        )

    async def _may_run(self) -> bool:
        """Ask whether the plan that is shown may run. It writes no file."""
        steps = self._task["steps"]
        lines = "\n".join(f"{i}. {step_title(s)}: {s['what']}" for i, s in enumerate(steps, 1))
        call = ToolCallUpdate(
            tool_call_id=f"{self._task['id']}-plan",
            title=f"Run {len(steps)} steps; you review the change before a file is written",
            kind="think",
            status="pending",
            content=[tool_content(text_block(lines))],
        )
        return await self._chosen(call, _PLAN_OPTIONS) == RUN

    async def _review(self, files: list[dict[str, Any]]) -> None:
        proposed = [file for file in files if file["state"] == "proposed"]
        for file in files:
            if file["state"] == "conflict":
                self._say(f"{file['path']} was left alone: {file['note']}")
        if proposed and not (self._fs and self._fs.write_text_file):
            for file in proposed:
                self._say(f"```diff\n{file['diff']}\n```")
            self._say("This editor lets agents write no files, so nothing was written.")
            return
        for number, file in enumerate(proposed, 1):
            await self._review_file(number, file)
        if proposed:
            applied = {"action": "applied", "task": self._task["id"]}
            await self._server.request("hotseat/tasks", applied)
        elif not files:
            self._say("The task has no change to review.")

    async def _review_file(self, number: int, file: dict[str, Any]) -> None:
        path = str(self._folder / file["path"])
        call = ToolCallUpdate(
            tool_call_id=f"{self._task['id']}-file-{number}",
            title=f"Write {file['path']}",
            kind="edit",
            status="pending",
            content=[tool_diff_content(path, file["newText"], file["oldText"])],
        )
        if not self._accepts_all:
            chosen = await self._chosen(call, _FILE_OPTIONS)
            self._accepts_all = chosen == ACCEPT_ALL
            if chosen not in (ACCEPT, ACCEPT_ALL):
                return
        if not await self._is_unchanged(path, file["oldText"]):
            self._say(f"{file['path']} changed while the task ran: it was left alone.")
            return
        try:
            session_id = self._updates.session_id
            await self._client.write_text_file(session_id, path, file["newText"])
        except RequestError as error:
            self._say(f"{file['path']} was not written: {error}")

    async def _is_unchanged(self, path: str, old_text: str | None) -> bool:
        """Return whether the editor still has the text that the task began with."""
        if not (self._fs and self._fs.read_text_file):
            return True  # the server has compared it with the disk
        try:
            now = await self._client.read_text_file(self._updates.session_id, path)
        except RequestError:
            return old_text is None
        return now.content == old_text if old_text is not None else not now.content

    async def _chosen(self, call: ToolCallUpdate, options: list[PermissionOption]) -> str | None:
        await self._updates.flush()
        session_id = self._updates.session_id
        answer = await self._client.request_permission(session_id, call, options)
        outcome = answer.outcome
        return outcome.option_id if isinstance(outcome, AllowedOutcome) else None

    def _say(self, text: str) -> None:
        self._updates.send(update_agent_message_text(f"{text}\n"))
