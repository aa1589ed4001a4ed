"""Requests for prose or code in chat form: choose an expert, wait for its model, stream the answer.

Owns what is known of each model's way of answering. The prompts come from `conversation`; secrets
in them are masked here, before they leave the process.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Any

from hotseat.completion.prompt.fim_templates import CHAT_TOKENS
from hotseat.completion.prompt.window import window_chars
from hotseat.conversation.prompt import Message, as_raw
from hotseat.conversation.route import can_chat
from hotseat.domain.errors import EngineRejected, EngineUnavailable, HotseatError, ModelNotFound
from hotseat.domain.experts import Expert
from hotseat.domain.residency import ModelState
from hotseat.engines.protocol import ChatRequest, Chunk, Engine, GenerateRequest
from hotseat.engines.pull_hint import pull_hint
from hotseat.keeper.link import KeeperLink
from hotseat.privacy.redact import mask
from hotseat.session.chat.capability import weights_digest
from hotseat.session.chat.model_waiting import ModelWaiting, OnNote
from hotseat.session.shared.answer_streams import AnswerStreams, runner_of
from hotseat.session.shared.context_window import WindowShares, context_tokens
from hotseat.session.shared.engine_follower import EngineFollower

log = logging.getLogger(__name__)

BuildMessages = Callable[[int], Sequence[Message]]
"""From the number of bytes that the model can read to the messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenExpert:
    """The expert that answers. `note` says why it is not the first candidate, if it is not."""

    expert: Expert
    chats: bool
    """False: a base model, which continues a text instead of answering."""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _How:
    """The settings of one request to the engine."""

    n_predict: int
    temperature: float
    format_schema: dict[str, Any] | None = None
    resident_only: bool = False
    """The request loads no model."""


class ChatClient:
    """The chat requests of one window. `link` returns the link to the keeper."""

    def __init__(
        self,
        link: Callable[[], KeeperLink | None],
        model_waiting: ModelWaiting,
        *,
        engines: EngineFollower | None = None,
        shares: WindowShares | None = None,
        streams: AnswerStreams | None = None,
    ) -> None:
        self._link = link
        self._model_waiting = model_waiting
        self._engines = engines or EngineFollower()
        self._engine: Engine | None = None
        self._chats: dict[str, bool] = {}
        """Whether a model can chat, by the model's name."""
        self._weights: dict[str, str] = {}
        """Digests of the weights, by the model's name."""
        self._digests: dict[str, str] = {}
        """What stands for weights and adapters, by the model's name."""
        self._shares = shares or WindowShares()
        self._streams = streams or AnswerStreams()

    async def aclose(self) -> None:
        """Close the connection to the engine."""
        if self._engine is not None:
            await self._engine.aclose()

    async def choose(self, candidates: Sequence[Expert], on_note: OnNote) -> ChosenExpert:
        """Return the first expert that can chat, or else the first whose model the engine has.

        Raises EngineError.
        """
        await self._model_waiting.engine_up(on_note)
        missing: ModelNotFound | None = None
        base: Expert | None = None
        notes = []
        for expert in candidates:
            try:
                chats = await self._can_chat(expert)
            except ModelNotFound as error:
                hint = self._pull_hint(expert, error)
                missing = missing or ModelNotFound(error.model, hint=hint)
                notes.append(f"{expert.name} is not there: {hint}")
                continue
            if chats:
                return ChosenExpert(expert=expert, chats=True, note="; ".join(notes[:2]))
            base = base or expert
            notes.append(f"{expert.name} writes code, but does not answer questions")
        if base is not None:
            note = f"{base.name} was made to write code, so its answer may be poor"
            return ChosenExpert(expert=base, chats=False, note=note)
        raise missing or EngineUnavailable(
            "The roster has no expert to ask", hint="Add one, or a generalist, to experts.yaml"
        )

    async def cannot_chat(self, experts: Sequence[Expert]) -> tuple[Expert, ...]:
        """Return those whose models the engine has and that cannot chat. Raises EngineError."""
        found = []
        for expert in experts:
            with suppress(ModelNotFound):
                if not await self._can_chat(expert):
                    found.append(expert)
        return tuple(found)

    async def stream(
        self,
        chosen: ChosenExpert,
        build_messages: BuildMessages,
        *,
        n_predict: int,
        temperature: float,
        on_note: OnNote,
        format_schema: dict[str, Any] | None = None,
    ) -> AsyncGenerator[Chunk, None]:
        """Yield the answer's chunks. Closing the generator closes the stream to the engine.

        `format_schema` is a JSON schema that the answer must have, of a model that chats.

        Raises EngineError.
        """
        async with self._model_waiting.held(chosen.expert, on_note):
            engine = await self._current()
            on_note(f"{chosen.expert.name} is reading the prompt")
            how = _How(n_predict=n_predict, temperature=temperature, format_schema=format_schema)
            async with aclosing(self._chunks(engine, chosen, build_messages, how)) as chunks:
                async for chunk in chunks:
                    yield chunk

    async def stream_resident(
        self,
        chosen: ChosenExpert,
        build_messages: BuildMessages,
        *,
        n_predict: int,
        temperature: float,
        format_schema: dict[str, Any] | None = None,
    ) -> AsyncGenerator[Chunk, None]:
        """Yield the answer's chunks if the model is in memory, else nothing: loads no model.

        Raises EngineError.
        """
        with self._model_waiting.kept(chosen.expert) as is_in_memory:
            if not is_in_memory:
                return
            how = _How(
                n_predict=n_predict,
                temperature=temperature,
                format_schema=format_schema,
                resident_only=True,
            )
            engine = await self._current()
            async with aclosing(self._chunks(engine, chosen, build_messages, how)) as chunks:
                async for chunk in chunks:
                    yield chunk

    async def digest(self, expert: Expert) -> str:
        """Return what stands for the expert's weights. Raises EngineError."""
        await self._can_chat(expert)
        return self._digests[expert.spec.model]

    async def _chunks(
        self, engine: Engine, chosen: ChosenExpert, build_messages: BuildMessages, how: _How
    ) -> AsyncGenerator[Chunk, None]:
        expert, has_begun = chosen.expert, False
        runner = runner_of(expert, self._weights.get(expert.spec.model, ""))
        while True:
            messages = self._messages(expert, build_messages, how.n_predict)
            try:
                stream = _stream(engine, chosen, messages, how)
                with self._streams.streaming(runner) as answer:
                    async with aclosing(stream) as chunks:
                        async for chunk in chunks:
                            has_begun = True
                            answer.note_part()
                            yield chunk
                return
            except EngineRejected as error:
                if has_begun or not self._shares.shrink(expert.spec.key, error):
                    raise

    async def read_ahead(
        self, chosen: ChosenExpert, build_messages: BuildMessages, *, n_predict: int
    ) -> None:
        """Have a model that is in memory and in use read the prompt of an answer that comes later.

        The engine keeps what it has read, so that the answer begins with its first word. Errors are
        ignored: the answer will meet them.
        """
        try:
            engine = await self._current()
            messages = self._messages(chosen.expert, build_messages, n_predict)
            how = _How(n_predict=1, temperature=0.0, resident_only=True)
            async with aclosing(_stream(engine, chosen, messages, how)) as chunks:
                async for _ in chunks:
                    pass
        except HotseatError as error:
            log.debug("The prompt for %s was not read ahead: %s", chosen.expert.name, error)

    def _messages(
        self, expert: Expert, build_messages: BuildMessages, n_predict: int
    ) -> list[Message]:
        n_bytes = window_chars(context_tokens(expert), n_predict)
        n_bytes = int(n_bytes * self._shares.share(expert.spec.key))
        return [(role, mask(text)) for role, text in build_messages(n_bytes)]

    def _pull_hint(self, expert: Expert, error: ModelNotFound) -> str:
        link = self._link()
        if link is None or not link.state.engine.can_pull:
            return error.hint
        has_base = link.state.state_of(expert.seat) is ModelState.WARM
        return pull_hint(expert, link.state.engine, has_base=has_base)

    async def _can_chat(self, expert: Expert) -> bool:
        """Return whether the model can chat. Asks each engine once for each model."""
        engine, model = await self._current(), expert.spec.model
        if model not in self._chats:
            info = await engine.show(model)
            self._chats[model], self._weights[model] = can_chat(info), info.blob
            self._digests[model] = weights_digest(info, model)
        return self._chats[model]

    async def _current(self) -> Engine:
        """Return the client of the engine that the keeper drives now. Raises EngineUnavailable."""
        link = self._link()
        if (engine := self._engines.new_client(link)) is not None:
            await self.aclose()
            self._engine = engine
            self._chats.clear()  # another engine may have other models under these names
        if self._engine is None or link is None or not link.state.engine.url:
            raise EngineUnavailable(
                "No engine is available yet", hint="Run `hotseat doctor` to see the reason"
            )
        return self._engine


def _stream(
    engine: Engine, chosen: ChosenExpert, messages: Sequence[Message], how: _How
) -> AsyncGenerator[Chunk, None]:
    spec = chosen.expert.spec
    if chosen.chats:
        return engine.chat(
            ChatRequest(
                spec=spec,
                messages=tuple(messages),
                n_predict=how.n_predict,
                temperature=how.temperature,
                format_schema=how.format_schema,
                resident_only=how.resident_only,
            )
        )
    prompt, stop = as_raw(messages)
    return engine.generate(
        GenerateRequest(
            spec=spec,
            prompt=prompt,
            raw=True,
            n_predict=how.n_predict,
            stop=(*stop, *CHAT_TOKENS),
            temperature=how.temperature,
            resident_only=how.resident_only,
        )
    )
