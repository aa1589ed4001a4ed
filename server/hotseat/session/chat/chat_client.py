"""Has models answer in words: finds one that can, waits until it is warm, and streams it.

Owns what is known of each model's way of answering. What is asked comes from `conversation`; every
secret is masked here, on the way out.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from hotseat.completion.prompt.fim_templates import CHAT_TOKENS
from hotseat.completion.prompt.window import window_chars
from hotseat.conversation.prompt import Message, as_raw
from hotseat.conversation.route import can_chat
from hotseat.domain.errors import EngineRejected, EngineUnavailable, ModelNotFound
from hotseat.domain.experts import EngineKind, Expert
from hotseat.engines.protocol import ChatRequest, Chunk, Engine, GenerateRequest
from hotseat.keeper.engine_discovery import EngineAddress, open_engine
from hotseat.keeper.link import KeeperLink
from hotseat.privacy.redact import mask
from hotseat.residency.memory import DEFAULT_NUM_CTX
from hotseat.session.chat.model_waiting import Tell, Warmth
from hotseat.session.missing_models import unpullable

SHRINK = 0.6
MAX_SHRINKS = 4

Write = Callable[[int], Sequence[Message]]
"""From the bytes of text that the model can read to the messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    expert: Expert
    chats: bool
    """False: a base model, which goes on with a text."""
    note: str = ""
    """Why it is not the expert of the place."""


class Speaker:
    """Of one window."""

    def __init__(self, link: Callable[[], KeeperLink | None], warmth: Warmth) -> None:
        self._link = link
        self._warmth = warmth
        self._engine: Engine | None = None
        self._place: tuple[EngineAddress, str] | None = None
        """Where its engine is."""
        self._chats: dict[str, bool] = {}
        self._share: dict[str, float] = {}
        """Of the estimated room, where a model's tokens are denser than that."""

    async def aclose(self) -> None:
        if self._engine is not None:
            await self._engine.aclose()

    async def choose(self, candidates: Sequence[Expert], tell: Tell) -> Voice:
        """The first that can chat; else the first that the engine has. Raises EngineError."""
        await self._warmth.engine_up(tell)
        missing: ModelNotFound | None = None
        base: Expert | None = None
        notes = []
        for expert in candidates:
            try:
                chats = await self._can_chat(expert)
            except ModelNotFound as error:
                hint = self._unpullable(expert) or error.hint
                missing = missing or ModelNotFound(error.model, hint=hint)
                notes.append(f"{expert.name} is not there: {hint}")
                continue
            if chats:
                return Voice(expert=expert, chats=True, note="; ".join(notes[:2]))
            base = base or expert
            notes.append(f"{expert.name}'s model completes, and does not answer questions")
        if base is not None:
            note = f"{base.name}'s model goes on with a text, and was not made for questions"
            return Voice(expert=base, chats=False, note=note)
        raise missing or EngineUnavailable("There is nobody to ask")

    async def speak(
        self, voice: Voice, write: Write, *, n_predict: int, temperature: float, tell: Tell
    ) -> AsyncGenerator[Chunk, None]:
        """Closing it closes the stream on the wire. Raises EngineError."""
        expert = voice.expert
        async with self._warmth.held(expert, tell):
            engine, begun = await self._current(), False
            while True:
                share = self._share.get(expert.spec.key, 1.0)
                room = window_chars(context_tokens(expert), n_predict)
                messages = [(role, mask(text)) for role, text in write(int(room * share))]
                try:
                    stream = _stream(engine, voice, messages, n_predict, temperature)
                    async with aclosing(stream) as chunks:
                        async for chunk in chunks:
                            begun = True
                            yield chunk
                    return
                except EngineRejected as error:
                    is_full = error.status == 400 and "context" in error.message
                    if begun or not is_full or share <= SHRINK**MAX_SHRINKS:
                        raise
                    self._share[expert.spec.key] = share * SHRINK

    def _unpullable(self, expert: Expert) -> str:
        link = self._link()
        is_embedded = link is not None and link.state.engine.kind == EngineKind.EMBEDDED
        return unpullable(expert, has_library=not is_embedded)

    async def _can_chat(self, expert: Expert) -> bool:
        """One quick question to the engine, for each model once."""
        model = expert.spec.model
        if model not in self._chats:
            self._chats[model] = can_chat(await (await self._current()).show(model))
        return self._chats[model]

    async def _current(self) -> Engine:
        """The engine that the keeper drives now."""
        link = self._link()
        url = link.state.engine.url if link is not None else ""
        if link is None or not url:
            raise EngineUnavailable("The engine is not there yet", hint="`hotseat doctor` says why")
        if self._engine is None or self._place != (link.address, url):
            await self.aclose()
            self._place = (link.address, url)
            self._engine = open_engine(*self._place)
            self._chats.clear()  # what is known of models is of the engine that has them
        return self._engine


def _stream(
    engine: Engine,
    voice: Voice,
    messages: Sequence[Message],
    n_predict: int,
    temperature: float,
) -> AsyncGenerator[Chunk, None]:
    spec = voice.expert.spec
    if voice.chats:
        return engine.chat(
            ChatRequest(
                spec=spec,
                messages=tuple(messages),
                n_predict=n_predict,
                temperature=temperature,
            )
        )
    prompt, stop = as_raw(messages)
    return engine.generate(
        GenerateRequest(
            spec=spec,
            prompt=prompt,
            raw=True,
            n_predict=n_predict,
            stop=(*stop, *CHAT_TOKENS),
            temperature=temperature,
        )
    )


def context_tokens(expert: Expert) -> int:
    """Question and answer together: all that the model is loaded with."""
    num_ctx = expert.spec.option("num_ctx")
    return num_ctx if isinstance(num_ctx, int) else DEFAULT_NUM_CTX
