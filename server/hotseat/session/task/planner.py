"""The plan of a task: by a capable generalist, else one step for each file that the words name."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from hotseat.conversation.context.mentions import mentions, names_in_question
from hotseat.conversation.prompt import Message
from hotseat.conversation.task.checking import Limits
from hotseat.conversation.task.draft import (
    MIN_TOKENS,
    TOKENS_PER_STEP,
    UnusablePlan,
    plan_messages,
    plan_schema,
    read_plan,
)
from hotseat.conversation.task.plan import DraftStep
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Roster
from hotseat.session.chat.capability import Capability
from hotseat.session.chat.chat_client import ChatClient
from hotseat.session.chat.model_waiting import OnNote
from hotseat.session.shared.context_window import context_tokens
from hotseat.workspace.symbols.index import SymbolIndex
from hotseat.workspace.tasks.places import Places

MAX_MEANINGS = 2
"""A name with more definitions means none of them for certain."""
MAX_OTHER_PATHS = 60
MAX_ANSWER_BYTES = 60_000
TEMPERATURE = 0.0
_PATH = re.compile(r"[\w@.+-]+(?:/[\w@.+-]+)+|[\w+-]+\.\w{1,10}\b")
"""A word that can be a file: with a "/", or with an ending."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What the words of a task name: files, with the symbols in them."""

    symbols: dict[str, list[str]]
    """By path, in the order in which they are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPlan:
    """Steps that are not checked yet, and sentences on where they come from."""

    steps: tuple[DraftStep, ...]
    notes: tuple[str, ...] = ()


class Planner:
    """Plans for one workspace. `index` is None without one; `roster` returns the roster of now."""

    def __init__(
        self,
        chat_client: ChatClient,
        capability: Capability,
        roster: Callable[[], Roster],
        index: SymbolIndex | None,
        places: Places,
    ) -> None:
        self._chat_client = chat_client
        self._capability = capability
        self._roster = roster
        self._index = index
        self._places = places

    async def plan(
        self, words: str, focus: str | None, limits: Limits, on_note: OnNote
    ) -> DraftPlan:
        """Return a plan for what the words ask. `focus` is the path of the document in focus, which
        counts if they name no file. Raises EngineError."""
        named = await asyncio.to_thread(self._named, words, focus)
        roster, problem = self._roster(), ""
        if await self._capability.of(roster, self._chat_client.digest):
            try:
                return await self._by_generalist(words, named, roster, limits, on_note)
            except UnusablePlan as error:
                problem = f"The generalist's plan cannot be used: {error}."
        if not named.symbols:
            why = problem or "No capable generalist is there to plan."
            hint = "Name the files with @, or write the steps."
            return DraftPlan(steps=(), notes=(why, hint))
        steps = tuple(
            DraftStep(path=path, what=words, symbols=tuple(symbols))
            for path, symbols in named.symbols.items()
        )
        return DraftPlan(steps=steps, notes=(problem, "One step for each file that is named."))

    async def _by_generalist(
        self, words: str, named: Named, roster: Roster, limits: Limits, on_note: OnNote
    ) -> DraftPlan:
        """Raises UnusablePlan and EngineError."""
        generalist = roster.generalist
        assert generalist is not None
        paths, symbols = await asyncio.to_thread(self._known, named)
        chosen = await self._chat_client.choose((generalist,), on_note)
        if not chosen.chats:
            raise UnusablePlan(f"{generalist.name} cannot answer")

        def build(n_bytes: int) -> tuple[Message, ...]:
            return plan_messages(
                words,
                paths=paths,
                symbols=symbols,
                persona=generalist.prompt,
                max_steps=limits.steps,
                n_bytes=n_bytes,
            )

        wanted = MIN_TOKENS + TOKENS_PER_STEP * limits.steps
        stream = self._chat_client.stream(
            chosen,
            build,
            n_predict=min(wanted, context_tokens(generalist) // 2),
            temperature=TEMPERATURE,
            on_note=on_note,
            format_schema=plan_schema(paths, symbols, max_steps=limits.steps),
        )
        written = ""
        async with aclosing(stream) as chunks:
            async for chunk in chunks:
                written += chunk.text
                if len(written) > MAX_ANSWER_BYTES:
                    raise UnusablePlan("it does not end")
        return DraftPlan(steps=tuple(read_plan(written)), notes=(f"Planned by {generalist.name}.",))

    def _named(self, words: str, focus: str | None) -> Named:
        """Return the files that the words name, by path or by a symbol in them. Blocks."""
        found: dict[str, list[str]] = {}
        try:
            for text in self._texts(words):
                if (path := self._path_of(text)) is not None:
                    found.setdefault(path, [])
            self._add_symbols(words, found)
        except HotseatError:  # an index that cannot be read names nothing
            pass
        if not found and focus is not None:
            found[focus] = []
        return Named(symbols=found)

    def _texts(self, words: str) -> list[str]:
        """Return what may be a path: what an @ names, then other words with the shape of one."""
        by_at = [mention.text for mention in mentions(words) if mention.looks_like_path]
        others = [match.removeprefix("@") for match in _PATH.findall(words)]
        return list(dict.fromkeys([*by_at, *others]))

    def _path_of(self, text: str) -> str | None:
        """Return the path that a word means; None if it is none of the workspace."""
        place = self._places.look(text, words=text)
        if place.exists and not place.problem:
            return place.path
        if self._index is not None:
            fitting = self._index.files_like(text, limit=4)
            whole = [path for path in fitting if f"/{path}".endswith(f"/{text}")]
            if len(whole) == 1:
                return whole[0]
        is_new = not place.exists and not place.problem and place.language is not None
        return place.path if is_new else None

    def _add_symbols(self, words: str, found: dict[str, list[str]]) -> None:
        if self._index is None:
            return
        by_at = [mention.text for mention in mentions(words) if not mention.looks_like_path]
        names = list(dict.fromkeys([*by_at, *names_in_question(words)]))
        for name, symbols in self._index.definitions_of(names, limit_each=MAX_MEANINGS + 1).items():
            if len(symbols) > MAX_MEANINGS and not any(s.path in found for s in symbols):
                continue
            for symbol in symbols:
                if symbol.path in found or len(symbols) <= MAX_MEANINGS:
                    found.setdefault(symbol.path, []).append(symbol.qualified or name)

    def _known(self, named: Named) -> tuple[list[str], list[str]]:
        """Return files and symbols of the workspace, those that are named first. Blocks."""
        there = [p for p in named.symbols if self._places.look(p, by_user=True).exists]
        symbols = [name for names in named.symbols.values() for name in names]
        if self._index is None:
            return there, symbols
        try:
            for path in there:
                symbols += [symbol.qualified for symbol in self._index.store.in_file(path)]
            others = self._index.files_like("", limit=MAX_OTHER_PATHS)
        except HotseatError:
            others = []
        return _once([*there, *others]), _once(symbols)


def _once(names: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(names))
