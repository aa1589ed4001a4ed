"""What servers with OpenAI's API say, as values: lists of models, events of a stream, errors.

vLLM, llama-server and others agree on the main fields and differ around them. Owns no connection.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from hotseat.domain.errors import EngineGarbled, EngineRejected
from hotseat.domain.experts import canonical_model_name
from hotseat.engines.protocol import Chunk

VLLM, LLAMA_CPP = "vllm", "llamacpp"
"""What they call themselves in `owned_by`."""
_BPE_VOCABULARY = 2  # LLAMA_VOCAB_TYPE_BPE
_COMMENT = re.compile(rb"(?::|event:|id:|retry:)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One model of `/v1/models`. What a server does not report is empty or None."""

    id: str
    owner: str = ""
    root: str = ""
    """vLLM: where the weights come from, whatever the model is called."""
    parent: str = ""
    """vLLM: of an adapter, the id of the model that it lies over."""
    n_ctx: int | None = None
    is_bpe: bool = False

    @property
    def name(self) -> str:
        """As a roster writes it, tag included. llama-server calls a model by its file's path
        unless it is configured otherwise: then this is the file's name."""
        is_path = self.id.startswith("/") or "\\" in self.id
        return canonical_model_name(re.split(r"[/\\]", self.id)[-1] if is_path else self.id)


def short_name(model: str) -> str:
    """Without the tag that only Ollama has."""
    return model.removesuffix(":latest")


def read_models(answer: dict[str, Any]) -> tuple[Listed, ...]:
    """Raises whatever an answer of another shape breaks (see `wire.garbled`)."""
    return tuple(_listed(entry) for entry in answer["data"] or ())


def _listed(entry: dict[str, Any]) -> Listed:
    meta = entry.get("meta") or {}
    n_ctx = entry.get("max_model_len") or meta.get("n_ctx")
    return Listed(
        id=str(entry["id"]),
        owner=str(entry.get("owned_by") or ""),
        root=str(entry.get("root") or ""),
        parent=str(entry.get("parent") or ""),
        n_ctx=None if n_ctx is None else int(n_ctx),
        is_bpe=meta.get("vocab_type") == _BPE_VOCABULARY,
    )


def read_answer(status: int, content: bytes, *, hint: str = "") -> dict[str, Any]:
    """The answer as an object. Raises EngineRejected for the error in it, and EngineGarbled."""
    try:
        answer = json.loads(content) if content.strip() else {}
    except (ValueError, RecursionError):
        answer = None
    said = _error(answer) if isinstance(answer, dict) else ""
    if status >= 400 or said:
        message = f"The server answered: {said or f'HTTP status {status}'}"
        raise EngineRejected(message, status=status, hint=hint)
    if not isinstance(answer, dict):
        raise EngineGarbled(
            "The server's answer is not JSON", hint="Does it have OpenAI's API at that address?"
        )
    return answer


def read_event(line: bytes) -> dict[str, Any] | None:
    """Of a line of a stream: the event in it, {} for its end, None for nothing.

    Raises EngineRejected for an error in any form, and EngineGarbled.
    """
    line = line.strip()
    if not line or _COMMENT.match(line):
        return None
    data = line.removeprefix(b"data:").strip()
    if line.startswith(b"error:"):  # llama-server, before it put errors into data
        data = b'{"error": ' + line.removeprefix(b"error:") + b"}"
    elif data == line:
        read_answer(200, line)  # an error without a stream
        raise EngineGarbled("The server does not stream as OpenAI's API does")
    return {} if data == b"[DONE]" else read_answer(200, data)


class StreamReader:
    """Events of one completion or chat, in their order, to chunks."""

    def __init__(self) -> None:
        self._finish = ""
        self._usage: dict[str, Any] = {}
        self._timings: dict[str, Any] = {}

    @property
    def has_finished(self) -> bool:
        """The model has; counts may follow."""
        return bool(self._finish)

    def read(self, event: dict[str, Any]) -> Chunk | None:
        """What is new. Raises whatever an event of another shape breaks."""
        self._usage = dict(event.get("usage") or self._usage)
        self._timings = dict(event.get("timings") or self._timings)
        choices = event.get("choices") or ()
        if not choices:
            return None
        choice = choices[0]
        self._finish = str(choice.get("finish_reason") or self._finish)
        text = choice["text"] if "text" in choice else (choice.get("delta") or {}).get("content")
        if not isinstance(text, str | None):
            raise TypeError("the text is not a string")
        logprobs = _logprobs(choice.get("logprobs") or {})
        return Chunk(text=text or "", logprobs=logprobs) if text or logprobs else None

    def end(self) -> Chunk:
        """The last one, with the counts. Raises as `read` does."""
        usage, timings = self._usage, self._timings
        cached = (usage.get("prompt_tokens_details") or {}).get("cached_tokens")
        return Chunk(
            text="",
            done=True,
            done_reason=self._finish,
            n_prompt_tokens=_count(usage.get("prompt_tokens")),
            n_cached_tokens=_count(timings.get("cache_n", cached)),
            prompt_eval_ms=_ms(timings.get("prompt_ms")),
            n_tokens=_count(usage.get("completion_tokens")),
            eval_ms=_ms(timings.get("predicted_ms")),
        )


def _logprobs(found: dict[str, Any]) -> tuple[float, ...]:
    """In OpenAI's old form (vLLM), or the one of chats (llama-server, everywhere)."""
    if "token_logprobs" in found:
        return tuple(float(value) for value in found["token_logprobs"] or () if value is not None)
    return tuple(float(entry["logprob"]) for entry in found.get("content") or ())


def _error(answer: dict[str, Any]) -> str:
    """What went wrong, in the server's words; empty if nothing did."""
    said = answer.get("error")
    if said is None and answer.get("object") == "error":
        said = answer
    if said is None and set(answer) == {"detail"}:  # FastAPI, under vLLM and others
        said = answer["detail"]
    if isinstance(said, dict):
        said = said.get("message") or said.get("type") or "an error without a message"
    return str(said or "")[:500]


def _count(value: Any) -> int | None:
    return None if value is None else int(value)


def _ms(value: Any) -> float | None:
    return None if value is None else float(value)
