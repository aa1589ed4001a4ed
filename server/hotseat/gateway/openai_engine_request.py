"""Ollama's bodies as OpenAI's requests, for an engine with OpenAI's API. Pure."""

from __future__ import annotations

import json
from typing import Any

_OPTIONS = ("temperature", "top_p", "seed", "presence_penalty", "frequency_penalty")


def openai_request(path: str, body: dict[str, Any], model: str, n_ctx: int | None) -> Any:
    """Return the route and the body for a body of /api/chat or /api/generate.

    `n_ctx` is the model's context, if it is known. A bound on the answer that is as large as half
    of it is left out: such servers refuse what may not fit, and end at their context anyway.
    """
    found = _common(body, model, n_ctx)
    if path == "/api/chat":
        return "/v1/chat/completions", {**found, **_chat(body, body.get("messages") or [])}
    if body.get("raw") or body.get("suffix"):
        suffix = {"suffix": body["suffix"]} if body.get("suffix") else {}
        return "/v1/completions", {**found, "prompt": body.get("prompt") or "", **suffix}
    messages = [{"role": "system", "content": body["system"]}] if body.get("system") else []
    user = {"role": "user", "content": body.get("prompt") or "", "images": body.get("images")}
    return "/v1/chat/completions", {**found, **_chat(body, [*messages, user])}


def _common(body: dict[str, Any], model: str, n_ctx: int | None) -> dict[str, Any]:
    options = body.get("options") or {}
    found = {name: options[name] for name in _OPTIONS if options.get(name) is not None}
    found |= {"model": model, "stream": True, "stream_options": {"include_usage": True}}
    most = options.get("num_predict")
    if isinstance(most, int) and most > 0 and (n_ctx is None or most < n_ctx // 2):
        found["max_tokens"] = most
    if stop := options.get("stop"):
        found["stop"] = list(stop) if isinstance(stop, list | tuple) else [stop]
    return found


def _chat(body: dict[str, Any], messages: list[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"messages": _messages(messages)}
    if body.get("tools"):
        found["tools"] = body["tools"]
    schema = body.get("format")
    if schema == "json":
        found["response_format"] = {"type": "json_object"}
    elif isinstance(schema, dict):
        whole = {"name": "answer", "schema": schema, "strict": True}
        found["response_format"] = {"type": "json_schema", "json_schema": whole}
    if body.get("logprobs"):
        found["logprobs"] = True
        found["top_logprobs"] = body.get("top_logprobs") or 0
    if isinstance(body.get("think"), str):
        found["reasoning_effort"] = body["think"]
    return found


def _messages(messages: list[Any]) -> list[dict[str, Any]]:
    """Return the messages in OpenAI's form. Calls without an id get one, and the results that
    follow them, in order, refer to it."""
    found: list[dict[str, Any]] = []
    waiting: list[str] = []
    for number, given in enumerate(messages):
        if not isinstance(given, dict):
            continue
        message: dict[str, Any] = {"role": given.get("role") or "user", "content": _content(given)}
        if calls := given.get("tool_calls"):
            message["tool_calls"] = _calls(calls, number)
            waiting = [call["id"] for call in message["tool_calls"]]
        if message["role"] == "tool":
            known = given.get("tool_call_id") or (waiting[0] if waiting else f"call_{number}")
            message["tool_call_id"] = known
            waiting = [one for one in waiting if one != known]
        found.append(message)
    return found


def _content(message: dict[str, Any]) -> Any:
    text = message.get("content") or ""
    if not message.get("images"):
        return text
    parts: list[dict[str, Any]] = [{"type": "text", "text": text}] if text else []
    for image in message["images"]:
        url = f"data:{_media_type(str(image))};base64,{image}"
        parts.append({"type": "image_url", "image_url": {"url": url}})
    return parts


def _media_type(data: str) -> str:
    """Return the type of an image in base64, by its first bytes."""
    known = {"iVBOR": "image/png", "R0lGO": "image/gif", "UklGR": "image/webp"}
    return known.get(data[:5], "image/jpeg")


def _calls(calls: list[Any], number: int) -> list[dict[str, Any]]:
    found = []
    for i, call in enumerate(calls):
        function = call.get("function") or {} if isinstance(call, dict) else {}
        arguments = function.get("arguments") or {}
        text = arguments if isinstance(arguments, str) else json.dumps(arguments)
        id_ = call.get("id") if isinstance(call, dict) else None
        found.append(
            {
                "id": id_ or f"call_{number}_{i}",
                "type": "function",
                "function": {"name": str(function.get("name") or ""), "arguments": text},
            }
        )
    return found
