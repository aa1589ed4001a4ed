"""Tools of a chat: checked, and as templates and clients see their calls.

Pure. Types are those of Go's structs in Ollama's api/types.go; what the parameters of a tool mean
is for the model.
"""

from __future__ import annotations

import json
import secrets
import string
from typing import Any

from hotseat.serving import wire
from hotseat.serving.wire import ApiError

_ID_CHARS = string.ascii_lowercase + string.digits
_N_ID_CHARS = 8
_NO_PARAMETERS = {"type": "object", "properties": {}}

Tool = dict[str, Any]
ToolCall = dict[str, Any]
"""`id` and `function`, which has `index`, `name` and `arguments` (an object)."""


def checked_tools(body: dict[str, Any]) -> tuple[Tool, ...]:
    """Return the tools of a request. Raises ApiError 400."""
    found = []
    for tool in wire.field(body, "tools", list, []):
        if not isinstance(tool, dict):
            raise ApiError(400, wire.mismatch(tool, "tools", "api.Tool"))
        tool = wire.folded(tool)
        function = _function(tool)
        checked = {name: wire.field(function, name, str, "") for name in ("name", "description")}
        parameters = wire.field(function, "parameters", dict, {}) or _NO_PARAMETERS
        function = {**function, **checked, "parameters": parameters}
        found.append({**tool, "type": "function", "function": function})
    return tuple(found)


def checked_calls(message: dict[str, Any]) -> list[ToolCall]:
    """Return the calls that an earlier answer made. Raises ApiError 400."""
    calls = []
    for call in wire.field(message, "tool_calls", list, []):
        if not isinstance(call, dict):
            raise ApiError(400, wire.mismatch(call, "messages.tool_calls", "api.ToolCall"))
        call = wire.folded(call)
        function = _function(call)
        calls.append(
            {
                "id": wire.field(call, "id", str, ""),
                "function": {
                    "index": wire.field(function, "index", int, 0),
                    "name": wire.field(function, "name", str, ""),
                    "arguments": wire.field(function, "arguments", dict, {}),
                },
            }
        )
    return calls


def new_call(index: int, name: str, arguments: dict[str, Any], call_id: str = "") -> ToolCall:
    """Return a call for a line of the answer; without `call_id` it gets a random one."""
    random_id = "".join(secrets.choice(_ID_CHARS) for _ in range(_N_ID_CHARS))
    function = {"index": index, "name": name, "arguments": arguments}
    return {"id": call_id or f"call_{random_id}", "function": function}


def openai_message(message: dict[str, Any]) -> dict[str, Any]:
    """Return a message as llama.cpp takes it, for the template in a GGUF file."""
    converted = {"role": message["role"], "content": message["content"]}
    if call_id := message.get("tool_call_id"):
        converted["tool_call_id"] = call_id
    if name := message.get("tool_name"):
        converted["name"] = name
    if calls := message.get("tool_calls"):
        converted["tool_calls"] = [
            {
                "id": call["id"],
                "type": "function",
                "function": {
                    "name": call["function"]["name"],
                    "arguments": json.dumps(call["function"]["arguments"], ensure_ascii=False),
                },
            }
            for call in calls
        ]
    return converted


def _function(entry: dict[str, Any]) -> dict[str, Any]:
    return wire.folded(wire.field(entry, "function", dict, {}))
