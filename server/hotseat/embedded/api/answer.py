"""One answer, from llama.cpp's events to the client's lines.

The path of a token is one read from the socket, one JSON parse and one JSON line. If several
adapters share a base, an answer may take several turns; the client receives a single answer.
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from hotseat.embedded import options as opt
from hotseat.embedded import wire
from hotseat.embedded.api.events import events
from hotseat.embedded.api.reply import Reply
from hotseat.embedded.models.card import ModelCard
from hotseat.embedded.models.store import StoredModel
from hotseat.embedded.processes.entry import Lease
from hotseat.embedded.processes.runner import Child
from hotseat.embedded.processes.sharing import RunPermit
from hotseat.embedded.wire import ApiError
from hotseat.engines.upstream import Upstream, UpstreamBroken

_FINAL_FIELDS = ["content", "stop", "stop_type", "tokens_evaluated", "timings"]
_AT_FIRST = ("cache_n", "prompt_n", "prompt_ms")
_TIMINGS = ("cache_n", "prompt_n", "prompt_ms", "predicted_n", "predicted_ms")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedRequest:
    """A request that was checked."""

    model: StoredModel
    card: ModelCard
    name: str
    """The model's name as the client wrote it; answers repeat it."""
    is_chat: bool
    options: dict[str, Any]
    keep_alive_s: float | None
    stream: bool
    prompt: str | list[int | str] | None = None
    """The prompt for llama.cpp; None: `messages` must be rendered first."""
    messages: list[dict[str, str]] = field(default_factory=list)
    n_probs: int = 0
    top_logprobs: int = 0
    schema: dict[str, Any] | None = None
    shift: bool = True
    """Only a model's load depends on it: the engine never shifts a context."""
    is_empty: bool = False

    def text(self, text: str) -> dict[str, Any]:
        """Return a line of the answer that contains `text`; the caller adds the other fields."""
        line: dict[str, Any] = {"model": self.name, "created_at": wire.now_text()}
        if self.is_chat:
            line["message"] = {"role": "assistant", "content": text}
        else:
            line["response"] = text
        return line


class ResponseState:
    """The part of one answer that the client has received, over all turns."""

    def __init__(self, ask: CheckedRequest, reply: Reply, started_s: float) -> None:
        self._ask = ask
        self._reply = reply
        self._started_s = started_s
        self.load_s = 0.0
        self.has_started = False
        """True after the child began to answer; a failure after that is not retried."""
        self.n_predicted = 0
        """Number of tokens of completed turns."""
        self._texts: list[str] = []
        self._logprobs: list[dict[str, Any]] = []
        self._first: dict[str, Any] = {}
        self._last: dict[str, Any] = {}
        self._predicted_ms = 0.0

    def prompt_so_far(self, prompt: str | list[int | str]) -> str | list[int | str]:
        """Return the prompt with the text generated so far, from which the next turn continues.

        Only chats continue; their prompts are rendered text.
        """
        return prompt + "".join(self._texts) if isinstance(prompt, str) else prompt

    @property
    def may_pause(self) -> bool:
        """Return whether another turn could add tokens; llama.cpp would generate one for a limit of
        0."""
        limit = int(opt.sampling(self._ask.options)["n_predict"])
        n_generated = self.n_predicted + int(self._last.get("predicted_n", 0))
        return limit < 0 or n_generated < limit

    def pause(self) -> None:
        """End a turn."""
        self.n_predicted += self._last.get("predicted_n", 0)
        self._predicted_ms += self._last.get("predicted_ms", 0.0)
        self._last = {}

    async def take(self, event: dict[str, Any]) -> None:
        """Send one event of llama.cpp to the client. Raises UpstreamBroken for an error event."""
        ask = self._ask
        if "error" in event:
            raise UpstreamBroken(_error_text(event))
        text = event.get("content", "")
        probs = event.get("completion_probabilities") if ask.n_probs else None
        timings = event.get("timings") or {}
        self._last = timings or self._last
        if text or probs:
            is_first = not self._first
            if is_first:
                self._first = timings
            self._texts.append(text)
            tokens = [_logprob(token, ask.top_logprobs) for token in probs or ()]
            if ask.stream:
                line = {**ask.text(text), "done": False}
                if is_first and timings:
                    line["timings"] = {name: timings.get(name, 0) for name in _AT_FIRST}
                if tokens:
                    line["logprobs"] = tokens
                await self._reply.line(line)
            else:
                self._logprobs += tokens
        if event.get("stop"):
            await self._end(event)

    async def _end(self, event: dict[str, Any]) -> None:
        ask, reply = self._ask, self._reply
        whole = "" if ask.stream else "".join(self._texts)
        last = {**ask.text(whole), "done": True}
        last["done_reason"] = "length" if event.get("stop_type") == "limit" else "stop"
        if self._logprobs:
            last["logprobs"] = self._logprobs
        last |= self._counts(event)
        if ask.stream:
            await reply.line(last)
            await reply.end()
        else:
            await reply.json(last)

    def _counts(self, event: dict[str, Any]) -> dict[str, Any]:
        """Return durations in nanoseconds, as Ollama does, and `timings` in milliseconds, as
        llama.cpp does.

        The prompt's figures are those of the first turn; the answer's are sums over all turns.
        """
        timings = {name: (event.get("timings") or {}).get(name, 0) for name in _TIMINGS}
        n_prompt = event.get("tokens_evaluated", 0)
        if self.n_predicted:
            timings |= {name: self._first.get(name, 0) for name in _AT_FIRST}
            n_prompt = timings["prompt_n"] + timings["cache_n"]
        timings["predicted_n"] += self.n_predicted
        timings["predicted_ms"] += self._predicted_ms
        return {
            "total_duration": int((time.monotonic() - self._started_s) * 1e9),
            "load_duration": int(self.load_s * 1e9),
            "prompt_eval_count": n_prompt,
            "prompt_eval_duration": int(timings["prompt_ms"] * 1e6),
            "eval_count": timings["predicted_n"],
            "eval_duration": int(timings["predicted_ms"] * 1e6),
            "timings": timings,
        }


async def send_answer(lease: Lease, ask: CheckedRequest, response: ResponseState) -> None:
    """Send the whole answer; in turns if the process serves several adapters.

    Waits for one of the lease's slots first. Raises OSError and UpstreamBroken when the child is
    lost, ApiError when it refuses.
    """
    async with lease.slots:
        await _send_answer(lease, ask, response)


async def _send_answer(lease: Lease, ask: CheckedRequest, response: ResponseState) -> None:
    prompt = ask.prompt
    if prompt is None:
        prompt = await _render(lease.child, ask.messages)
    if lease.sharing is None:
        await _send_part(lease.child, ask, response, {"prompt": prompt}, turn=None)
        return
    urgent, yields = not ask.is_chat, ask.is_chat and ask.schema is None
    beginning = prompt if isinstance(prompt, str) else "".join(map(str, prompt))
    with lease.sharing.slot(lease.voice, beginning) as slot:
        finished = False
        while not finished:
            async with lease.sharing.turn(lease.voice, urgent=urgent, yields=yields) as turn:
                where = {
                    "prompt": response.prompt_so_far(prompt),
                    "id_slot": slot,
                    "lora": lease.sharing.lora(lease.voice),
                }
                finished = await _send_part(lease.child, ask, response, where, turn=turn)


async def _send_part(
    child: Child,
    ask: CheckedRequest,
    response: ResponseState,
    where: dict[str, Any],
    *,
    turn: RunPermit | None,
) -> bool:
    """Send events to the end (return True), or until the turn is over (return False)."""
    try:
        upstream = await _open(child, ask, response, where)
    except ApiError as error:
        if response.has_started:
            # The client has received its status, so this is reported like a lost child.
            raise UpstreamBroken(error.message) from error
        raise
    response.has_started = True
    try:
        async with aclosing(events(_pieces(child, upstream))) as received:
            async for event in received:
                await response.take(event)
                if event.get("stop"):
                    return True
                if turn is not None and turn.should_yield and response.may_pause:
                    response.pause()
                    return False
        raise UpstreamBroken
    finally:
        upstream.close()


async def _open(
    child: Child, ask: CheckedRequest, response: ResponseState, where: dict[str, Any]
) -> Upstream:
    """Request /completion and read the status. Raises OSError, UpstreamBroken, ApiError."""
    body: dict[str, Any] = {
        **opt.sampling(ask.options),
        **where,
        "stream": True,
        # The bytes of progress events make a disconnect noticeable during prompt evaluation.
        "return_progress": True,
        "response_fields": _FINAL_FIELDS,
        "timings_per_token": True,  # needed by clients that stop reading early
        "cache_prompt": True,
    }
    if body["n_predict"] > 0:
        body["n_predict"] -= response.n_predicted
    if ask.n_probs:
        body["n_probs"] = ask.n_probs
    if ask.schema is not None:
        body["json_schema"] = ask.schema
    return await _request(child, "/completion", body)


async def _render(child: Child, messages: list[dict[str, str]]) -> str:
    upstream = await _request(child, "/apply-template", {"messages": messages})
    try:
        return str(json.loads(await child.patiently(upstream.read))["prompt"])
    except (ValueError, KeyError, TypeError) as error:
        raise UpstreamBroken("the chat template returned no prompt") from error
    finally:
        upstream.close()


async def _request(child: Child, path: str, body: dict[str, Any]) -> Upstream:
    upstream = await child.request(path, body)
    try:
        status = await child.patiently(upstream.status)
        if status != 200:
            raise _refusal(status, await child.patiently(upstream.read))
    except BaseException:
        upstream.close()
        raise
    return upstream


async def _pieces(child: Child, upstream: Upstream) -> AsyncIterator[bytes]:
    while piece := await child.patiently(upstream.data):
        yield piece


def _logprob(token: dict[str, Any], n_top: int) -> dict[str, Any]:
    entry = {name: token.get(name) for name in ("token", "logprob", "bytes")}
    if n_top:
        entry["top_logprobs"] = [
            {name: other.get(name) for name in ("token", "logprob", "bytes")}
            for other in token.get("top_logprobs", ())[:n_top]
        ]
    return entry


def _refusal(status: int, body: bytes) -> ApiError:
    try:
        error = json.loads(body)
    except ValueError:
        error = {}
    return ApiError(status if status in (400, 501, 503) else 500, _error_text(error))


def _error_text(event: object) -> str:
    """Return llama.cpp's message, or the whole event as text."""
    inner = event.get("error", event) if isinstance(event, dict) else event
    if isinstance(inner, dict) and "error" in inner:
        inner = inner["error"]
    message = inner.get("message") if isinstance(inner, dict) else inner
    return str(message or "llama.cpp refused the request")


def broken(error: Exception) -> str:
    """Return Ollama's message for an error of the model's process."""
    return f"an error was encountered while running the model: {error}"
