"""One answer, from llama.cpp's events to the client's lines.

The path of a token is one read from the socket, one JSON parse and one JSON line. If several
adapters share a base, an answer may take several turns; the client receives a single answer.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import Any

from hotseat.embedded import options as opt
from hotseat.embedded.api.events import events
from hotseat.embedded.api.native_chat import ChatEvents, open_chat
from hotseat.embedded.api.rendering import (
    TOO_LONG,
    ContextExceeded,
    cut_prompt,
    error_text,
    first_prompt,
    prompt_that_fits,
    request,
    tokenize,
)
from hotseat.embedded.api.request import CheckedRequest, Prompt
from hotseat.embedded.api.thinking import Piece, ThinkingSplitter
from hotseat.embedded.api.tool_calls import Found, ToolCallParser
from hotseat.embedded.api.tools import ToolCall
from hotseat.embedded.kept.process_prompts import PromptWatch
from hotseat.embedded.kept.slot_table import Slot
from hotseat.embedded.processes.entry import Lease
from hotseat.embedded.processes.runner import Child
from hotseat.embedded.processes.sharing import RunPermit
from hotseat.embedded.templates.tool_tag import tool_tag
from hotseat.engines.upstream import Upstream, UpstreamBroken
from hotseat.serving.reply import Reply
from hotseat.serving.wire import ApiError

_FINAL_FIELDS = ["content", "stop", "stop_type", "tokens_evaluated", "timings"]
_AT_FIRST = ("cache_n", "prompt_n", "prompt_ms")
_TIMINGS = ("cache_n", "prompt_n", "prompt_ms", "predicted_n", "predicted_ms")


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
        self._prompt: Prompt = ""
        self._n_chars_in_prompt = 0
        """Characters of the answer that the prompt contains already."""
        self._texts: list[str] = []
        """The pieces of the answer as llama.cpp sent them."""
        self._splitter: ThinkingSplitter | None = None
        self._pieces: list[Piece] = []
        self._calls_in_text: ToolCallParser | None = None
        self._calls: list[ToolCall] = []
        """Calls that are not yet sent."""
        self._context_of: Callable[[str], Awaitable[list[int]]] | None = None
        self._logprobs: list[dict[str, Any]] = []
        self._first: dict[str, Any] = {}
        self._last: dict[str, Any] = {}
        self._timings_sent = False
        self._predicted_ms = 0.0

    def begin(
        self, prompt: Prompt, context_of: Callable[[str], Awaitable[list[int]]] | None = None
    ) -> None:
        """Set the prompt, and the function that returns the `context` for the whole answer."""
        self._prompt = prompt
        self._context_of = context_of
        ask = self._ask
        if ask.tools and ask.template is not None:
            self._calls_in_text = ToolCallParser(ask.tools, tool_tag(ask.template.template))
        opening, closing = ask.think_tags
        if opening and not ask.is_native and ask.schema is None:
            begun = isinstance(prompt, str) and prompt.rstrip().endswith(opening)
            self._splitter = ThinkingSplitter(opening, closing, begun=begun)

    def continue_from(self, prompt: Prompt) -> None:
        """Set a prompt that contains the answer so far."""
        self._prompt = prompt
        self._n_chars_in_prompt = len("".join(self._texts))

    def prompt_so_far(self) -> Prompt:
        """Return the prompt with the text generated so far, from which the next turn continues."""
        text = "".join(self._texts)[self._n_chars_in_prompt :]
        if isinstance(self._prompt, str):
            return self._prompt + text
        return [*self._prompt, text] if text else self._prompt

    @property
    def may_pause(self) -> bool:
        """Return whether another turn could add tokens; llama.cpp would generate one for a limit of
        0."""
        limit = int(opt.sampling(self._ask.options, n_ctx=self._ask.n_ctx)["n_predict"])
        return self.n_predicted + int(self._last.get("predicted_n", 0)) < limit

    def pause(self) -> None:
        """End a turn."""
        self.n_predicted += self._last.get("predicted_n", 0)
        self._predicted_ms += self._last.get("predicted_ms", 0.0)
        self._last = {}

    async def take(self, event: dict[str, Any]) -> None:
        """Send one event of llama.cpp to the client. Raises UpstreamBroken for an error event."""
        ask = self._ask
        if "error" in event:
            raise UpstreamBroken(error_text(event))
        text, thinking = event.get("content", ""), event.get("thinking", "")
        probs = event.get("completion_probabilities") if ask.n_probs else None
        timings = event.get("timings") or {}
        self._last = timings or self._last
        if text or thinking or probs:
            self._first = self._first or timings
            self._texts.append(text)
            piece = self._piece(text, thinking)
            tokens = [_logprob(token, ask.top_logprobs) for token in probs or ()]
            if ask.stream:
                await self._send(piece, tokens)
            else:
                self._pieces.append(piece)
                self._logprobs += tokens
        if event.get("stop"):
            await self._end(event)

    def _piece(self, text: str, thinking: str) -> Piece:
        piece = Piece(thinking=thinking, content=text)
        if self._splitter is not None:
            piece = self._splitter.add(text)
        if self._calls_in_text is None:
            return piece
        found = self._calls_in_text.add(piece.content)
        self._calls += found.calls
        return Piece(thinking=piece.thinking, content=found.content)

    def _held_back(self) -> Piece:
        """Return what was held back until the end of the answer."""
        held = self._splitter.end() if self._splitter else Piece()
        if self._calls_in_text is None:
            return held
        found = self._calls_in_text.add(held.content) if held.content else Found()
        self._calls += found.calls
        return Piece(thinking=held.thinking, content=found.content + self._calls_in_text.end())

    async def _send(self, piece: Piece, tokens: list[dict[str, Any]]) -> None:
        calls, self._calls = self._calls, []
        if not (piece.content or piece.thinking or tokens or calls):
            return
        line = {**self._ask.text(piece.content, piece.thinking, calls), "done": False}
        if self._first and not self._timings_sent:
            self._timings_sent = True
            line["timings"] = {name: self._first.get(name, 0) for name in _AT_FIRST}
        if tokens:
            line["logprobs"] = tokens
        await self._reply.line(line)

    async def _end(self, event: dict[str, Any]) -> None:
        ask, reply = self._ask, self._reply
        held = self._held_back()
        if ask.stream:
            await self._send(held, [])
        pieces = [] if ask.stream else [*self._pieces, held]
        content = "".join(piece.content for piece in pieces)
        thinking = "".join(piece.thinking for piece in pieces)
        calls = [*self._calls, *event.get("tool_calls", ())]
        last = {**ask.text(content, thinking, calls), "done": True}
        last["done_reason"] = "length" if event.get("stop_type") == "limit" else "stop"
        if self._context_of is not None:
            last["context"] = await self._context_of("".join(self._texts))
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
    if lease.drafts and ask.n_probs:
        raise AssertionError("a process that drafts knows no log-probabilities")
    async with lease.slots:
        await _send_answer(lease, ask, response)


async def _send_answer(lease: Lease, ask: CheckedRequest, response: ResponseState) -> None:
    child = lease.child
    prompt = await first_prompt(child, ask)
    _begin(child, ask, response, prompt)
    where: dict[str, Any]
    if lease.slot_table is None:
        where = {"cache_prompt": False} if ask.owner else {}
        await _send_part(child, ask, response, where, turn=None)
        return
    beginning = prompt if isinstance(prompt, str) else "".join(map(str, prompt))
    with lease.slot_table.take(lease.voice, beginning, ask.owner) as slot:
        reuse = {} if slot.is_own else {"cache_prompt": False}
        if lease.sharing is None:
            # With a user on every slot, llama.cpp takes the one that is free first; but a slot that
            # another client's prompt is in must not be found by its text.
            is_chosen = slot.n_users == 1 or bool(ask.owner)
            where = {"id_slot": slot.number, **reuse} if is_chosen else {}
            await _send_on_slot(lease, ask, response, where, slot=slot, turn=None)
            return
        urgent, yields = not ask.is_chat, ask.is_chat and ask.schema is None and not ask.is_native
        finished = False
        while not finished:
            async with lease.sharing.turn(lease.voice, urgent=urgent, yields=yields) as turn:
                lora = lease.sharing.lora(lease.voice)
                where = {"id_slot": slot.number, "lora": lora, **reuse}
                finished = await _send_on_slot(lease, ask, response, where, slot=slot, turn=turn)
            reuse = {} if slot.n_users == 1 else reuse  # What follows is the request's own text.


async def _send_on_slot(
    lease: Lease,
    ask: CheckedRequest,
    response: ResponseState,
    where: dict[str, Any],
    *,
    slot: Slot,
    turn: RunPermit | None,
) -> bool:
    """Like `_send_part`; a kept prompt is restored before, and the prompt is kept after."""
    prompts = lease.prompts
    if prompts is None or not where or response.has_started:
        return await _send_part(lease.child, ask, response, where, turn=turn)
    await prompts.prepare(slot)
    watch = prompts.watch(slot, ask.model.name.short)
    return await _send_part(lease.child, ask, response, where, turn=turn, watch=watch)


def _begin(child: Child, ask: CheckedRequest, response: ResponseState, prompt: Prompt) -> None:
    async def context_of(answer: str) -> list[int]:
        whole = prompt + answer if isinstance(prompt, str) else [*prompt, answer]
        return await tokenize(child, whole, special=False)

    response.begin(prompt, context_of if ask.returns_context else None)


async def _send_part(
    child: Child,
    ask: CheckedRequest,
    response: ResponseState,
    where: dict[str, Any],
    *,
    turn: RunPermit | None,
    watch: PromptWatch | None = None,
) -> bool:
    """Send events to the end (return True), or until the turn is over (return False)."""
    try:
        upstream = await _open_shortened(child, ask, response, where)
    except ApiError as error:
        if response.has_started:
            # The client has received its status, so this is reported like a lost child.
            raise UpstreamBroken(error.message) from error
        raise
    response.has_started = True
    chat = ChatEvents() if ask.is_native else None
    try:
        async with aclosing(events(_pieces(child, upstream))) as received:
            async for event in received:
                if watch is not None:
                    watch.event(event)
                if chat is not None:
                    event = chat.translate(event)
                await response.take(event)
                if event.get("stop"):
                    return True
                if turn is not None and turn.should_yield and response.may_pause:
                    response.pause()
                    return False
        raise UpstreamBroken
    finally:
        upstream.close()


async def _open_shortened(
    child: Child, ask: CheckedRequest, response: ResponseState, where: dict[str, Any]
) -> Upstream:
    """Like `_open`; a prompt that is too long for the context is shortened and sent again.

    That it is too long is learned from llama.cpp's refusal: counting every prompt's tokens first
    would take some milliseconds of each completion.
    """
    if ask.is_native:
        return await open_chat(child, ask, where)
    try:
        return await _open(child, ask, response, where)
    except ContextExceeded:
        if not response.has_started:
            if not ask.truncate:
                raise
            prompt = await prompt_that_fits(child, ask, response.prompt_so_far())
            _begin(child, ask, response, prompt)
            if not ask.shift and len(await tokenize(child, prompt, special=True)) >= ask.n_ctx:
                raise ApiError(400, TOO_LONG) from None
    response.continue_from(await cut_prompt(child, ask, response.prompt_so_far()))
    return await _open(child, ask, response, where)


async def _open(
    child: Child, ask: CheckedRequest, response: ResponseState, where: dict[str, Any]
) -> Upstream:
    """Request /completion and read the status. Raises OSError, UpstreamBroken, ApiError."""
    body: dict[str, Any] = {
        **opt.sampling(ask.options, n_ctx=ask.n_ctx),
        "prompt": response.prompt_so_far(),
        "stream": True,
        # The bytes of progress events make a disconnect noticeable during prompt evaluation.
        "return_progress": True,
        "response_fields": _FINAL_FIELDS,
        "timings_per_token": True,  # needed by clients that stop reading early
        "cache_prompt": True,
        **where,
    }
    body["n_predict"] -= response.n_predicted
    if not ask.shift:
        n_prompt = len(await tokenize(child, body["prompt"], special=True))
        body["n_predict"] = min(body["n_predict"], max(ask.n_ctx - n_prompt, 1))
    if ask.n_probs:
        body["n_probs"] = ask.n_probs
    if ask.schema is not None:
        body["json_schema"] = ask.schema
    return await request(child, "/completion", body)


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


def load_timings(lease: Lease) -> dict[str, float]:
    """Return the parts of the load of the model's process, in milliseconds."""
    times = lease.child.times
    return {"spawn_ms": times.spawn_s * 1000, "map_ms": times.map_s * 1000}


def broken(error: Exception) -> str:
    """Return Ollama's message for an error of the model's process."""
    return f"an error was encountered while running the model: {error}"
