"""OpenAI's requests as Ollama's bodies. Pure.

Fields that no model here could honour are ignored, as servers with this API do; values of a wrong
type are refused: every function raises ApiError 400.
"""

from __future__ import annotations

import json
from typing import Any

from hotseat.serving.openai.content import text_of
from hotseat.serving.wire import ApiError, field

_OPTIONS = ("temperature", "top_p", "seed", "presence_penalty", "frequency_penalty")


def chat_body(body: dict[str, Any]) -> dict[str, Any]:
    """Return the body for /api/chat."""
    _check_n(body)
    found = _common(body)
    found["messages"] = [_message(m) for m in field(body, "messages", list, [])]
    tools = field(body, "tools", list, [])
    if tools and body.get("tool_choice") != "none":
        found["tools"] = tools
    if (schema := _format(body.get("response_format"))) is not None:
        found["format"] = schema
    if field(body, "logprobs", bool, False):
        found["logprobs"] = True
        found["top_logprobs"] = field(body, "top_logprobs", int, 0)
    effort = field(body, "reasoning_effort", str, "")
    if effort in ("none", "low", "medium", "high"):
        found["think"] = False if effort == "none" else effort
    return found


def completion_body(body: dict[str, Any]) -> dict[str, Any]:
    """Return the body for /api/generate.

    The prompt is continued as it is, without a template; with a suffix, the gap is filled in.
    """
    _check_n(body)
    prompt = body.get("prompt")
    if isinstance(prompt, list) and len(prompt) == 1:
        prompt = prompt[0]
    if not isinstance(prompt, str):
        raise ApiError(400, "prompt must be one text")
    found = {**_common(body), "prompt": prompt}
    if suffix := field(body, "suffix", str, ""):
        return {**found, "suffix": suffix}
    return {**found, "raw": True}


def embedding_body(body: dict[str, Any]) -> dict[str, Any]:
    """Return the body for /api/embed."""
    given = body.get("input")
    if not isinstance(given, str) and not (
        isinstance(given, list) and given and all(isinstance(text, str) for text in given)
    ):
        raise ApiError(400, "input must be a text, or a list of texts")
    found: dict[str, Any] = {"input": given, "options": {}, "stream": False}
    if dimensions := field(body, "dimensions", int, 0):
        found["dimensions"] = dimensions
    return found


def wants_usage(body: dict[str, Any]) -> bool:
    """Return whether a stream ends with the counts of tokens."""
    return bool(field(body, "stream_options", dict, {}).get("include_usage"))


def _common(body: dict[str, Any]) -> dict[str, Any]:
    options: dict[str, Any] = {}
    for name in _OPTIONS:
        value = body.get(name)
        if value is None:
            continue
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise ApiError(400, f"{name} must be a number")
        options[name] = value
    most = field(body, "max_completion_tokens", int, 0) or field(body, "max_tokens", int, 0)
    if most:
        options["num_predict"] = most
    stop = body.get("stop")
    if isinstance(stop, str):
        options["stop"] = [stop]
    elif isinstance(stop, list) and all(isinstance(text, str) for text in stop):
        options["stop"] = stop
    elif stop is not None:
        raise ApiError(400, "stop must be a text, or a list of texts")
    return {"options": options, "stream": field(body, "stream", bool, False)}


def _check_n(body: dict[str, Any]) -> None:
    if field(body, "n", int, 1) != 1:
        raise ApiError(400, "n must be 1: one answer to a request")


def _message(given: object) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise ApiError(400, "each message must be an object")
    role = given.get("role")
    if not isinstance(role, str):
        raise ApiError(400, "each message needs a role")
    content = given.get("content")
    if not isinstance(content, str | list | None):
        raise ApiError(400, "content must be a text, or a list of parts")
    message: dict[str, Any] = {
        "role": "system" if role == "developer" else role,
        "content": text_of(content),
    }
    if images := _images(content):
        message["images"] = images
    if calls := given.get("tool_calls"):
        message["tool_calls"] = _read_calls(calls)
    for ours, theirs in (("tool_call_id", "tool_call_id"), ("tool_name", "name")):
        if isinstance(given.get(theirs), str) and role == "tool":
            message[ours] = given[theirs]
    return message


def _images(content: object) -> list[str]:
    found = []
    for part in content if isinstance(content, list) else ():
        if not isinstance(part, dict) or part.get("type") != "image_url":
            continue
        image = part.get("image_url")
        url = image.get("url") if isinstance(image, dict) else image
        head, comma, data = str(url).partition(",")
        if not (head.startswith("data:") and head.endswith(";base64") and comma):
            raise ApiError(400, "an image must be part of the request, as a data: URL in base64")
        found.append(data)
    return found


def _read_calls(calls: object) -> list[dict[str, Any]]:
    found = []
    for call in calls if isinstance(calls, list) else ():
        function = call.get("function") if isinstance(call, dict) else None
        if not isinstance(function, dict):
            raise ApiError(400, "each of tool_calls needs a function")
        arguments = function.get("arguments") or "{}"
        if isinstance(arguments, str):
            try:
                arguments = json.loads(arguments)
            except (ValueError, RecursionError):
                raise ApiError(400, "arguments of a tool call are not JSON") from None
        if not isinstance(arguments, dict):
            raise ApiError(400, "arguments of a tool call must be an object")
        entry: dict[str, Any] = {
            "function": {"name": str(function.get("name") or ""), "arguments": arguments}
        }
        if isinstance(call.get("id"), str):
            entry["id"] = call["id"]
        found.append(entry)
    return found


def _format(given: object) -> object:
    if given is None:
        return None
    kind = given.get("type") if isinstance(given, dict) else None
    if kind == "text":
        return None
    if kind == "json_object":
        return "json"
    schema = given.get("json_schema") if isinstance(given, dict) else None
    if (
        kind == "json_schema"
        and isinstance(schema, dict)
        and isinstance(schema.get("schema"), dict)
    ):
        return schema["schema"]
    raise ApiError(400, "response_format must be text, json_object, or json_schema with a schema")
