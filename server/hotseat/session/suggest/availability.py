"""Which expert answers a completion now: what keeps each from it, and the stand-in for one that
does not answer.

Reads the keeper's state and what this window has observed. Owns no requests.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from hotseat.completion.route import Route, route
from hotseat.domain.experts import Expert, Roster
from hotseat.domain.residency import ModelState
from hotseat.keeper.link import KeeperLink
from hotseat.keeper.state import EngineStatus
from hotseat.session.missing_models import MissingModels
from hotseat.session.shared.answer_streams import AnswerStreams, Runner, runner_of
from hotseat.session.suggest.models.model_silence import ModelSilence

NOT_ANSWERING = "does not answer"
BUSY = "is answering a question"
OLLAMA_SLOTS = 1
"""OLLAMA_NUM_PARALLEL's default."""


class Availability:
    """`link` returns the connection to the keeper, once there is one. `blob` returns the digest of
    an expert's weights, empty if it is not known yet."""

    def __init__(
        self,
        link: Callable[[], KeeperLink | None],
        missing: MissingModels,
        silence: ModelSilence,
        streams: AnswerStreams,
        *,
        blob: Callable[[Expert], str],
    ) -> None:
        self._link = link
        self._missing = missing
        self._silence = silence
        self._streams = streams
        self._blob = blob

    def route(self, language: str | None, roster: Roster) -> Route:
        """Return the expert that answers now, with the reason if it is not the language's own.

        A model that does not answer is asked if no other can: it may only be slow.
        """
        chosen = route(language, roster, self.obstacle, self.occupation)
        if chosen.served_by is not None:
            return chosen
        slow = route(language, roster, self._absence, self.occupation)
        return replace(slow, note=slow.note or chosen.note)

    def without(self, silent: Expert, language: str | None, roster: Roster) -> Route | None:
        """Return the expert that answers instead of `silent`, which has left a request without an
        answer; None if no other can."""

        def occupation(expert: Expert) -> str:
            return BUSY if expert.seat == silent.seat else self.occupation(expert)

        chosen = route(language, roster, self.obstacle, occupation)
        if chosen.served_by is None or occupation(chosen.served_by):
            return None
        return chosen

    def is_ready(self, expert: Expert) -> bool:
        """Return whether a request to the expert would be answered at once."""
        return not self.obstacle(expert) and not self.occupation(expert)

    def is_warm(self, expert: Expert) -> bool:
        """Return whether the keeper has the expert's model in memory."""
        link = self._link()
        return link is not None and link.state.state_of(expert.seat) is ModelState.WARM

    def obstacle(self, expert: Expert) -> str:
        """Return why the expert cannot answer; empty if it can."""
        if absence := self._absence(expert):
            return absence
        link = self._link()
        model = link.state.model(expert.seat) if link is not None else None
        is_silent = model is not None and model.silent
        return NOT_ANSWERING if is_silent or self._silence.is_marked(expert.seat) else ""

    def _absence(self, expert: Expert) -> str:
        """Return why a request to the expert would be refused; empty if it is in memory."""
        if self._missing.lacks(expert):
            return "is not downloaded"
        if not self.is_warm(expert):
            link = self._link()
            is_released = link is not None and link.state.is_released(expert.seat)
            return "was unloaded by hand" if is_released else "is not in memory yet"
        hint = self._missing.hint(expert)
        return f"is not there: {hint}" if hint else ""

    def occupation(self, expert: Expert) -> str:
        """Return what the expert would have to finish first; empty if it has a free slot."""
        n_slots = self.known_slots() or OLLAMA_SLOTS
        n_answers = len(self._streams.of(self.runner(expert)))
        return BUSY if max(n_answers, self._reported_answers(expert)) >= n_slots else ""

    def is_flowing(self, expert: Expert) -> bool:
        """Return whether the model works on the answer to a question of any window."""
        is_here = self._streams.is_flowing(self.runner(expert))
        return is_here or self._reported_answers(expert) > len(
            self._streams.of(self.runner(expert))
        )

    def is_busy(self, expert: Expert) -> bool:
        """Return whether the expert could answer, but has to finish something first."""
        return not self.obstacle(expert) and bool(self.occupation(expert))

    def runner(self, expert: Expert) -> Runner:
        """Return the process that serves the expert, as far as it is known."""
        return runner_of(expert, self._blob(expert))

    def engine(self) -> EngineStatus | None:
        """Return the engine, as the keeper reports it; None while there is no connection."""
        link = self._link()
        return link.state.engine if link is not None else None

    def _reported_answers(self, expert: Expert) -> int:
        """Return how many answers of all windows the model writes, as the keeper reports it."""
        link = self._link()
        model = link.state.model(expert.seat) if link is not None else None
        return model.n_answers if model is not None else 0

    def known_slots(self) -> float | None:
        """Return how many requests a model takes at a time; None if that is not known."""
        engine = self.engine()
        if engine is None or not engine.can_load:
            return math.inf  # another program's server is built for many requests
        return engine.n_slots or self._streams.learned_slots(engine.url)
