"""The checks of a plan with the workspace at hand, and the expert and place of each step."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import partial

from hotseat.conversation.route import candidates
from hotseat.conversation.task.checking import CheckedPlan, Limits, checked
from hotseat.conversation.task.plan import DraftStep, Step, arranged
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Expert, ModelSpec, Roster
from hotseat.session.edit.rewriter import Rewriter
from hotseat.session.shared.coming_experts import Room
from hotseat.session.task import order
from hotseat.workspace.tasks.places import Places


class PlanChecks:
    """Of one window. `roster` returns the roster of now, and `room` the room for some models."""

    def __init__(
        self,
        places: Places,
        rewriter: Rewriter,
        roster: Callable[[], Roster],
        room: Callable[[Collection[ModelSpec]], Room | None],
    ) -> None:
        self._room = room
        self._places = places
        self._rewriter = rewriter
        self._roster = roster

    async def checked(
        self,
        drafts: Sequence[DraftStep],
        limits: Limits,
        *,
        words: str,
        by_user: bool,
        in_order: bool,
        kept: Sequence[Step] = (),
        first_id: int = 1,
    ) -> CheckedPlan:
        """Return the steps that can be run, in the order in which they run. Raises HotseatError if
        the roster is empty."""
        ignored = await self._places.ignored([draft.path for draft in drafts])
        look = partial(self._places.look, words=words, by_user=by_user, ignored=ignored)
        found = await asyncio.to_thread(checked, drafts, look, limits, kept=kept, first_id=first_id)
        experts = {
            language: await self._expert(language)
            for language in dict.fromkeys(step.language for step in found.steps)
        }
        steps = tuple(replace(one, expert=experts[one.language].name) for one in found.steps)
        if not in_order:
            room = self._room({expert.seat for expert in experts.values()})
            seats = {step.id: experts[step.language].seat for step in steps}
            ids = await asyncio.to_thread(order.arranged, steps, lambda one: seats[one.id], room)
            steps = arranged(steps, ids)
        return replace(found, steps=steps)

    async def _expert(self, language: str | None) -> Expert:
        """Return the expert that writes in a language: of those that can, where that is known."""
        try:
            return (await self._rewriter.choose((language,), lambda _: None)).expert
        except HotseatError:
            return candidates(self._roster(), named=None, languages=(language,))[0]
