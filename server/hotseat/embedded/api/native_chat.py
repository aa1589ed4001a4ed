"""Chats with tools, for models whose template is in the GGUF file.

llama.cpp knows how each family of models writes a call of a tool. So these chats go to its
/v1/chat/completions, and its events are translated to those of /completion, with `thinking` and
`tool_calls` beside `content`.
"""

from __future__ import annotations

import json
from typing import Any

from hotseat.embedded import options as opt
from hotseat.embedded.api.rendering import ContextExceeded, messages_that_fit, request
from hotseat.embedded.api.request import CheckedRequest
from hotseat.embedded.api.tools import ToolCall, new_call, openai_message
from hotseat.embedded.processes.runner import Child
from hotseat.engines.upstream import Upstream, UpstreamBroken


async def open_chat(child: Child, ask: CheckedRequest, where: dict[str, Any]) -> Upstream:
    """Request the answer; if the messages are too long, without the oldest ones.

    Raises OSError, UpstreamBroken, ApiError.
    """
    path = "/v1/chat/completions"
    try:
        return await request(child, path, _body(ask, ask.messages, where))
    except ContextExceeded:
        if not ask.truncate:
            raise
    kept = await messages_that_fit(child, ask)
    return await request(child, path, _body(ask, kept, where))


def _body(
    ask: CheckedRequest, messages: list[dict[str, Any]], where: dict[str, Any]
) -> dict[str, Any]:
    body: dict[str, Any] = {
        **opt.sampling(ask.options, n_ctx=ask.n_ctx),
        "messages": [openai_message(message) for message in messages],
        "tools": list(ask.tools),
        "stream": True,
        # The bytes of progress events make a disconnect noticeable during prompt evaluation.
        "return_progress": True,
        "timings_per_token": True,
        "cache_prompt": True,
        **where,
    }
    if ask.template_arguments:
        body["chat_template_kwargs"] = ask.template_arguments
    if ask.n_probs:
        body |= {"logprobs": True, "top_logprobs": ask.n_probs}
    if ask.schema is not None:
        body["response_format"] = {"type": "json_schema", "json_schema": {"schema": ask.schema}}
    return body


class ChatEvents:
    """Translates the events of one answer; a call is complete with the last event."""

    def __init__(self) -> None:
        self._calls: dict[int, dict[str, str]] = {}

    def translate(self, event: dict[str, Any]) -> dict[str, Any]:
        """Return the event as /completion would send it. Raises UpstreamBroken for a call that is
        no JSON."""
        choices = event.get("choices")
        if not choices:  # Progress, or an error.
            return event
        choice = choices[0]
        delta = choice.get("delta") or {}
        for part in delta.get("tool_calls") or ():
            call = self._calls.setdefault(part.get("index", 0), {})
            function = part.get("function") or {}
            for name, text in (("id", part.get("id")), *function.items()):
                call[name] = call.get(name, "") + (text or "")
        timings = event.get("timings") or {}
        translated: dict[str, Any] = {
            "content": delta.get("content") or "",
            "thinking": delta.get("reasoning_content") or "",
            "timings": timings,
        }
        if probs := (choice.get("logprobs") or {}).get("content"):
            translated["completion_probabilities"] = probs
        if reason := choice.get("finish_reason"):
            translated["stop"] = True
            translated["stop_type"] = "limit" if reason == "length" else "eos"
            translated["tokens_evaluated"] = timings.get("prompt_n", 0) + timings.get("cache_n", 0)
            translated["tool_calls"] = self._complete()
        return translated

    def _complete(self) -> list[ToolCall]:
        return [
            new_call(index, call.get("name", ""), _arguments(call), call.get("id", ""))
            for index, call in sorted(self._calls.items())
        ]


def _arguments(call: dict[str, str]) -> dict[str, Any]:
    text = call.get("arguments", "")
    if not text.strip():
        return {}
    try:
        arguments = json.loads(text)
    except ValueError:
        arguments = None
    if not isinstance(arguments, dict):
        # An error as in Ollama: part of a call must not be taken for the whole.
        name = call.get("name", "")
        raise UpstreamBroken(f'the answer ended within the arguments of the call of "{name}"')
    return arguments
