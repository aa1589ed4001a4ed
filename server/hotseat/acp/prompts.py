"""What an editor sends as a prompt, as one text; what it is shown of a task. No I/O."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import unquote, urlsplit

from acp import plan_entry, update_plan
from acp.schema import (
    AgentPlanUpdate,
    EmbeddedResourceContentBlock,
    PlanEntry,
    PlanEntryStatus,
    ResourceContentBlock,
    TextContentBlock,
    TextResourceContents,
    ToolCallStatus,
)

MAX_RESOURCE_CHARS = 4_000
"""Of a text that is part of the prompt and no file of the workspace."""

_PLAN_STATUS: dict[str, PlanEntryStatus] = {
    "loading": "in_progress",
    "writing": "in_progress",
    "checking": "in_progress",
    "done": "completed",
    "failed": "completed",
    "cancelled": "completed",
}
"""ACP has no status for a step that failed: its entry says so."""
_CALL_STATUS: dict[str, ToolCallStatus] = {
    "waiting": "pending",
    "done": "completed",
    "failed": "failed",
    "cancelled": "failed",
}


def prompt_text(blocks: Sequence[Any], folder: PurePath) -> str:
    """Return the text of a prompt. Files of the workspace are named with an @, so that the server
    reads them itself; other texts are quoted. Images and sounds are left out."""
    parts: list[str] = []
    quoted: list[str] = []
    for block in blocks:
        if isinstance(block, TextContentBlock):
            parts.append(block.text)
        elif isinstance(block, ResourceContentBlock):
            parts.append(_mention(block.uri, folder) or block.name)
        elif isinstance(block, EmbeddedResourceContentBlock):
            resource = block.resource
            if mention := _mention(resource.uri, folder):
                parts.append(mention)
            elif isinstance(resource, TextResourceContents):
                quoted.append(f"```\n{resource.text[:MAX_RESOURCE_CHARS]}\n```")
    return "\n\n".join([_spaced(parts), *quoted]).strip()


def _spaced(parts: Sequence[str]) -> str:
    """Return the parts as one text, with white space between any two."""
    text = ""
    for part in parts:
        is_apart = not text or text[-1].isspace() or part[:1].isspace()
        text += part if is_apart else f" {part}"
    return text.strip()


def _mention(uri: str, folder: PurePath) -> str:
    """Return `@path` for a file in the folder, else an empty text."""
    try:
        parts = urlsplit(uri)
    except ValueError:  # brackets that make no sense
        return ""
    if parts.scheme not in ("file", ""):
        return ""
    path = PurePath(unquote(parts.path))
    if not path.is_relative_to(folder) or ".." in path.parts:
        return ""
    return f"@{path.relative_to(folder).as_posix()}"


def plan(task: dict[str, Any]) -> AgentPlanUpdate:
    """Return the steps of a task as the editor shows a plan."""
    return update_plan([_entry(step) for step in task["steps"]])


def _entry(step: dict[str, Any]) -> PlanEntry:
    state = step["state"]
    ended = f" ({state}: {step['note'] or 'no reason given'})" if state == "failed" else ""
    ended = " (cancelled)" if state == "cancelled" else ended
    content = f"{step_title(step)}: {step['what']}{ended}"
    return plan_entry(content, status=_PLAN_STATUS.get(state, "pending"))


def step_title(step: dict[str, Any]) -> str:
    """Return the action and the file of a step."""
    return f"{str(step['action']).capitalize()} {step['path']}"


def call_status(step: dict[str, Any]) -> ToolCallStatus:
    """Return the status of the tool call that stands for a step."""
    return _CALL_STATUS.get(step["state"], "in_progress")


def step_note(step: dict[str, Any]) -> str:
    """Return who writes a step, and why if another was chosen or it failed."""
    by = step.get("expert") or "no expert"
    return ", ".join(filter(None, (f"{by}: {step['state']}", step["note"])))
