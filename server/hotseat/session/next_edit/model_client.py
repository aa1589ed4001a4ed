"""Asks the expert with the role `next-edit` for the lines around the cursor.

Only while its model is in memory: nothing here loads it. For the keeper it is a weak want, after
the user has edited. Bounded in time; the newest request alone counts.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import aclosing

from hotseat.domain.demand import Demand, Want, merge_wants
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Expert, Roster
from hotseat.domain.residency import ModelState
from hotseat.domain.syntax import SyntaxErrors
from hotseat.engines.protocol import Engine, GenerateRequest
from hotseat.keeper.link import KeeperLink
from hotseat.next_edit.model.answer import changed_lines
from hotseat.next_edit.model.choice import EditFormat, choose_format
from hotseat.next_edit.model.window import EditContext, EditPrompt, original_window
from hotseat.privacy.redact import mask
from hotseat.session.next_edit.service import Rewrite, Situation
from hotseat.session.shared.engine_follower import EngineFollower

log = logging.getLogger(__name__)

PATIENCE_S = 4.0
"""The longest time for one answer."""
KEEP_S = 600.0
"""So long after the last edit the model is wanted."""
PROBABILITY = 0.35
MAX_KEPT = 32
"""Answers that are kept, by prompt."""


class NextEditModel:
    """`link` returns the link to the keeper, once there is one; `roster` the roster of now.

    `shown_path` shortens a URI to what models may see of it.
    """

    def __init__(
        self,
        roster: Callable[[], Roster],
        link: Callable[[], KeeperLink | None],
        *,
        shown_path: Callable[[str], str],
        wants_changed: Callable[[], None] = lambda: None,
        follower: EngineFollower | None = None,
        clock: Callable[[], float] = time.monotonic,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._roster = roster
        self._link = link
        self._shown_path = shown_path
        self._wants_changed = wants_changed
        self._follower = follower or EngineFollower()
        self._clock = clock
        self._patience_s = patience_s
        self._engine: Engine | None = None
        self._formats: dict[str, EditFormat | None] = {}
        self._kept: OrderedDict[str, str] = OrderedDict()
        self._asked_s: float | None = None

    def with_model(self, demand: Demand) -> Demand:
        """Return the demand with the expert's model, while next edits are asked for."""
        expert = self._roster().next_edit
        if expert is None or self._asked_s is None or self._clock() - self._asked_s > KEEP_S:
            return demand
        want = Want(
            expert=expert.name,
            spec=expert.seat,
            probability=PROBABILITY,
            demanded=False,
            reason="writes next edits",
        )
        return merge_wants([*demand.wants, want])

    async def __call__(self, situation: Situation) -> Rewrite | None:
        """Return what the model would change; None without one that is in memory."""
        expert = self._roster().next_edit
        if expert is None:
            return None
        first = self._asked_s is None
        self._asked_s = self._clock()
        if first:
            self._wants_changed()
        link = self._link()
        if link is None or link.state.state_of(expert.seat) is not ModelState.WARM:
            return None
        try:
            async with asyncio.timeout(self._patience_s):
                return await self._rewrite(expert, situation, link)
        except TimeoutError:
            log.debug("%s did not answer within %.0f s", expert.name, self._patience_s)
        except HotseatError as error:
            log.warning("No next edit from %s: %s", expert.name, error)
        return None

    async def aclose(self) -> None:
        """Close the connection to the engine."""
        if self._engine is not None:
            await self._engine.aclose()

    async def _rewrite(
        self, expert: Expert, situation: Situation, link: KeeperLink
    ) -> Rewrite | None:
        if (engine := self._follower.new_client(link)) is not None:
            await self.aclose()
            self._engine = engine
            self._formats.clear()
        if self._engine is None:
            return None
        chosen = await self._format(self._engine, expert)
        if chosen is None:
            return None
        context = EditContext(
            path=self._shown_path(situation.document.uri),
            lines=situation.lines,
            original=situation.original,
            edits=situation.hunks,
            line=situation.line,
            column=situation.column,
        )
        asked = chosen.prompt(context)
        answer = await self._answer(self._engine, expert, asked, link)
        if answer is None:
            return None
        return await self._checked(expert, chosen, context, asked, answer, situation)

    async def _checked(
        self,
        expert: Expert,
        chosen: EditFormat,
        context: EditContext,
        asked: EditPrompt,
        answer: str,
        situation: Situation,
    ) -> Rewrite | None:
        stop = asked.first_line + asked.n_lines
        window = list(context.lines[asked.first_line : stop])
        lines = chosen.lines(window, answer, stop >= len(context.lines))
        if lines is None:
            return None
        before = original_window(context, asked.first_line, stop)
        changed = changed_lines(window, lines, before=before, control_tokens=chosen.control_tokens)
        if changed is None:
            return None
        rewrite = Rewrite(
            first_line=asked.first_line + changed.first,
            n_lines=changed.n,
            lines=changed.lines,
            expert=expert.name,
        )
        return rewrite if await _parses(situation, rewrite) else None

    async def _format(self, engine: Engine, expert: Expert) -> EditFormat | None:
        model = expert.spec.model
        if model not in self._formats:
            info = await engine.show(model)
            self._formats[model] = choose_format(info, expert.fim, model)
            if self._formats[model] is None:
                log.warning(
                    "%s is of no family that writes next edits; name one with `fim: sweep`", model
                )
        return self._formats[model]

    async def _answer(
        self, engine: Engine, expert: Expert, asked: EditPrompt, link: KeeperLink
    ) -> str | None:
        """Return the whole answer; None for one that was cut off."""
        prompt = mask(asked.prompt)
        if prompt != asked.prompt:
            return None  # a secret in the window: the answer would have to repeat the mask
        if prompt in self._kept:
            return self._kept[prompt]
        request = GenerateRequest(
            spec=expert.spec,
            prompt=prompt,
            n_predict=asked.max_tokens,
            stop=asked.stop,
            resident_only=True,
        )
        parts: list[str] = []
        reason = ""
        link.begin_use(expert.seat)
        try:
            async with aclosing(engine.generate(request)) as stream:
                async for chunk in stream:
                    parts.append(chunk.text)
                    reason = chunk.done_reason or reason
        finally:
            link.end_use(expert.seat)
        if reason == "length":
            return None
        answer = "".join(parts)
        self._kept[prompt] = answer
        while len(self._kept) > MAX_KEPT:
            self._kept.popitem(last=False)
        return answer


async def _parses(situation: Situation, rewrite: Rewrite) -> bool:
    """Return whether the text has no more syntax errors with the rewrite than without it."""
    lines = list(situation.lines)
    text = "\n".join(lines)
    lines[rewrite.first_line : rewrite.first_line + rewrite.n_lines] = rewrite.lines
    syntax = situation.document.syntax
    new: SyntaxErrors | None = await syntax.errors("\n".join(lines), situation.language)
    if new is None or new.n == 0:
        return True
    old = await syntax.errors(text, situation.language)
    return old is None or new.n <= old.n
