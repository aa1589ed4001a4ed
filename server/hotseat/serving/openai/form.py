"""The engine's answers, and errors, in OpenAI's form. Pure."""

from __future__ import annotations

import base64
import json
import struct
from typing import Any

SSE_TYPE = "text/event-stream"
_FINISH = {"length": "length"}
_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "invalid_request_error",
}


def error_object(status: int, message: str) -> dict[str, Any]:
    """Return an error in OpenAI's form."""
    codes = {401: "invalid_api_key"}
    code = "model_not_found" if status == 404 and message.startswith("model '") else None
    kind = _TYPES.get(status, "invalid_request_error" if status < 500 else "server_error")
    return {
        "error": {
            "message": message,
            "type": kind,
            "param": "model" if code else None,
            "code": code or codes.get(status),
        }
    }


class ChatForm:
    """The answers of one chat. `id_` and `created_s` are the same in all pieces."""

    media_type = SSE_TYPE

    def __init__(self, id_: str, created_s: int, *, with_usage: bool = False) -> None:
        self.name = ""
        self._id = id_
        self._created_s = created_s
        self._with_usage = with_usage
        self._n_calls = 0
        self._has_role = False

    def waiting(self, note: str) -> bytes:
        return f": {' '.join(note.split())}\n\n".encode()

    def line(self, line: dict[str, Any]) -> bytes:
        message = line.get("message") or {}
        delta: dict[str, Any] = {}
        if not self._has_role:
            self._has_role = True
            delta["role"] = "assistant"
        if message.get("content"):
            delta["content"] = message["content"]
        if message.get("thinking"):
            delta["reasoning_content"] = message["thinking"]
        if calls := message.get("tool_calls"):
            delta["tool_calls"] = self._calls(calls, with_index=True)
        done = bool(line.get("done"))
        logprobs = _logprobs(line)
        if not done and not delta and logprobs is None:
            return b""
        if done and "role" in delta:
            delta.setdefault("content", "")
        pieces = [_event(self._chunk({"delta": delta, **_optional(logprobs)}))]
        if done:
            if not delta:
                pieces = []
            pieces.append(
                _event(self._chunk({"delta": {}}, finish=_finish(line, n_calls=self._n_calls)))
            )
            if self._with_usage:
                pieces.append(_event({**self._head(), "choices": [], "usage": usage_of(line)}))
            pieces.append(b"data: [DONE]\n\n")
        return b"".join(pieces)

    def whole(self, line: dict[str, Any]) -> dict[str, Any]:
        given = line.get("message") or {}
        message: dict[str, Any] = {"role": "assistant", "content": given.get("content") or ""}
        if given.get("thinking"):
            message["reasoning_content"] = given["thinking"]
        if calls := given.get("tool_calls"):
            message["tool_calls"] = self._calls(calls, with_index=False)
            message["content"] = message["content"] or None
        choice = {
            "index": 0,
            "message": message,
            "logprobs": _logprobs(line),
            "finish_reason": _finish(line, n_calls=self._n_calls),
        }
        head = {**self._head(), "object": "chat.completion"}
        return {**head, "choices": [choice], "usage": usage_of(line)}

    def error(self, status: int, message: str) -> bytes:
        return _event(error_object(status, message))

    def _head(self) -> dict[str, Any]:
        return {
            "id": self._id,
            "object": "chat.completion.chunk",
            "created": self._created_s,
            "model": self.name,
        }

    def _chunk(self, choice: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
        return {**self._head(), "choices": [{"index": 0, **choice, "finish_reason": finish}]}

    def _calls(self, calls: list[Any], *, with_index: bool) -> list[dict[str, Any]]:
        found = []
        for call in calls:
            function = call.get("function") or {}
            arguments = function.get("arguments")
            text = arguments if isinstance(arguments, str) else json.dumps(arguments or {})
            entry: dict[str, Any] = {"index": self._n_calls} if with_index else {}
            entry["id"] = call.get("id") or f"call_{self._id[-12:]}_{self._n_calls}"
            entry["type"] = "function"
            entry["function"] = {"name": function.get("name") or "", "arguments": text}
            found.append(entry)
            self._n_calls += 1
        return found


class CompletionForm:
    """The answers of one completion."""

    media_type = SSE_TYPE

    def __init__(self, id_: str, created_s: int, *, with_usage: bool = False) -> None:
        self.name = ""
        self._id = id_
        self._created_s = created_s
        self._with_usage = with_usage

    def waiting(self, note: str) -> bytes:
        return f": {' '.join(note.split())}\n\n".encode()

    def line(self, line: dict[str, Any]) -> bytes:
        text, done = line.get("response") or "", bool(line.get("done"))
        if not text and not done:
            return b""
        pieces = [_event(self._with_text(text, _finish(line) if done else None))]
        if done:
            if self._with_usage:
                empty = {**self._with_text("", None), "choices": []}
                pieces.append(_event({**empty, "usage": usage_of(line)}))
            pieces.append(b"data: [DONE]\n\n")
        return b"".join(pieces)

    def whole(self, line: dict[str, Any]) -> dict[str, Any]:
        found = self._with_text(line.get("response") or "", _finish(line))
        return {**found, "usage": usage_of(line)}

    def error(self, status: int, message: str) -> bytes:
        return _event(error_object(status, message))

    def _with_text(self, text: str, finish: str | None) -> dict[str, Any]:
        choice = {"index": 0, "text": text, "logprobs": None, "finish_reason": finish}
        return {
            "id": self._id,
            "object": "text_completion",
            "created": self._created_s,
            "model": self.name,
            "choices": [choice],
        }


class EmbeddingForm:
    """The vectors, as numbers or in base64."""

    media_type = SSE_TYPE

    def __init__(self, *, in_base64: bool) -> None:
        self.name = ""
        self._in_base64 = in_base64

    def waiting(self, note: str) -> bytes:
        return b""

    def line(self, line: dict[str, Any]) -> bytes:
        return b""

    def whole(self, line: dict[str, Any]) -> dict[str, Any]:
        vectors = line.get("embeddings") or []
        n = line.get("prompt_eval_count") or 0
        return {
            "object": "list",
            "data": [
                {"object": "embedding", "index": i, "embedding": self._written(vector)}
                for i, vector in enumerate(vectors)
            ],
            "model": self.name,
            "usage": {"prompt_tokens": n, "total_tokens": n},
        }

    def error(self, status: int, message: str) -> bytes:
        return b""

    def _written(self, vector: list[float]) -> list[float] | str:
        if not self._in_base64:
            return vector
        return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()


def usage_of(line: dict[str, Any]) -> dict[str, Any]:
    """Return the counts of tokens in the engine's last line."""
    prompt, answer = line.get("prompt_eval_count") or 0, line.get("eval_count") or 0
    return {
        "prompt_tokens": prompt,
        "completion_tokens": answer,
        "total_tokens": prompt + answer,
    }


def _logprobs(line: dict[str, Any]) -> dict[str, Any] | None:
    return {"content": line["logprobs"]} if line.get("logprobs") else None


def _optional(logprobs: dict[str, Any] | None) -> dict[str, Any]:
    return {} if logprobs is None else {"logprobs": logprobs}


def _finish(line: dict[str, Any], *, n_calls: int = 0) -> str:
    if n_calls:
        return "tool_calls"
    return _FINISH.get(str(line.get("done_reason")), "stop")


def _event(value: dict[str, Any]) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return f"data: {text}\n\n".encode()
