"""The events of an engine with OpenAI's API as lines of Ollama's. Pure."""

from __future__ import annotations

import json
from typing import Any

from hotseat.domain.errors import EngineGarbled

_MAX_CALLS = 64


class AnswerLines:
    """One answer. `is_chat` says which of Ollama's routes the lines are for."""

    def __init__(self, *, is_chat: bool) -> None:
        self._is_chat = is_chat
        self._calls: dict[int, dict[str, Any]] = {}
        self._usage: dict[str, Any] = {}
        self.finish = ""
        """Why the answer has ended; empty while it has not."""

    def read(self, event: dict[str, Any]) -> dict[str, Any] | None:
        """Return the line for an event; None if it has nothing that is sent now.

        Raises EngineGarbled for an event of another shape.
        """
        try:
            self._usage = dict(event.get("usage") or self._usage)
            choice = (event.get("choices") or [{}])[0]
            self.finish = str(choice.get("finish_reason") or self.finish)
            delta = choice.get("delta") or choice.get("message") or {}
            text = choice["text"] if "text" in choice else delta.get("content")
            thinking = delta.get("reasoning_content") or delta.get("reasoning") or ""
            for call in delta.get("tool_calls") or ():
                self._add(call)
            logprobs = (choice.get("logprobs") or {}).get("content")
        except (AttributeError, TypeError, ValueError, IndexError, KeyError):
            raise EngineGarbled("An event of the server is not in OpenAI's form") from None
        if not text and not thinking and not logprobs:
            return None
        line = self._line(str(text or ""), thinking=str(thinking))
        return {**line, "logprobs": logprobs} if logprobs else line

    def last(self) -> dict[str, Any]:
        """Return the last line, with the calls of tools and the counts."""
        line = self._line("")
        if self._calls and self._is_chat:
            line["message"]["tool_calls"] = [_whole(call) for call in self._calls.values()]
        return {
            **line,
            "done": True,
            "done_reason": "length" if self.finish == "length" else "stop",
            "prompt_eval_count": self._usage.get("prompt_tokens") or 0,
            "eval_count": self._usage.get("completion_tokens") or 0,
        }

    def _line(self, text: str, *, thinking: str = "") -> dict[str, Any]:
        if not self._is_chat:
            return {"response": text, "done": False}
        message: dict[str, Any] = {"role": "assistant", "content": text}
        if thinking:
            message["thinking"] = thinking
        return {"message": message, "done": False}

    def _add(self, call: dict[str, Any]) -> None:
        """Take a piece of a call: its name comes first, its arguments in pieces."""
        place = int(call.get("index") or 0)
        if place not in self._calls and len(self._calls) >= _MAX_CALLS:
            raise ValueError("too many calls")
        known = self._calls.setdefault(place, {"id": "", "name": "", "arguments": ""})
        function = call.get("function") or {}
        known["id"] = call.get("id") or known["id"]
        known["name"] += function.get("name") or ""
        arguments = function.get("arguments") or ""
        known["arguments"] += arguments if isinstance(arguments, str) else json.dumps(arguments)


def joined(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """Return one line for an answer that is not streamed."""
    *parts, last = lines
    whole = dict(last)
    if "message" in last:
        message = dict(last["message"])
        message["content"] = "".join(part["message"]["content"] for part in parts)
        thinking = "".join(part["message"].get("thinking", "") for part in parts)
        whole["message"] = {**message, **({"thinking": thinking} if thinking else {})}
    else:
        whole["response"] = "".join(part["response"] for part in parts)
    logprobs = [one for part in parts for one in part.get("logprobs") or ()]
    return {**whole, "logprobs": logprobs} if logprobs else whole


def _whole(call: dict[str, Any]) -> dict[str, Any]:
    try:
        arguments = json.loads(call["arguments"] or "{}")
    except (ValueError, RecursionError):
        arguments = call["arguments"]
    entry = {"function": {"name": call["name"], "arguments": arguments}}
    return {"id": call["id"], **entry} if call["id"] else entry
