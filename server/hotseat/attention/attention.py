"""One window's attention as a whole: the state of the screen, and the forecaster that learns of it.

Owns when a place counts as visited: when the stay is long enough to mean something. Reads no
clock: the caller must ask again after `settles_in_s`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hotseat.attention.demand import demand
from hotseat.attention.forecaster import Forecaster, Guess
from hotseat.attention.state import AttentionState, update
from hotseat.domain.demand import Demand
from hotseat.domain.events import AttentionEvent
from hotseat.domain.experts import Roster


class Attention:
    """`path_of` turns a URI into the path by which the forecaster knows the file, relative to the
    workspace. Without a forecaster recency decides."""

    def __init__(self, forecaster: Forecaster | None, path_of: Callable[[str], str]) -> None:
        self.state = AttentionState()
        self.forecaster = forecaster
        self._path_of = path_of
        self._roster: Roster | None = None
        self._visited: tuple[str, str] | None = None
        self._guesses: dict[str, Guess] = {}
        self._guessed_for: object = None

    def begin(self, now_s: float) -> None:
        """Start for a new window, of which nothing is known yet."""
        self.state = AttentionState(active_s=now_s)
        self._visited = None
        self._guessed_for = None
        if self.forecaster is not None:
            self.forecaster.begin(now_s)

    def attend(self, event: AttentionEvent, now_s: float) -> None:
        self._visit(now_s)
        before = self.state
        self.state = update(before, event, now_s)
        if self.forecaster is not None and self.state.arrived_s != before.arrived_s:
            self.forecaster.leave(now_s)
        self._visit(now_s)

    def settles_in_s(self, now_s: float) -> float:
        """Return the seconds after which to ask for the demand again; 0 if nothing is pending."""
        return self.state.settles_in_s(now_s)

    def demand(self, roster: Roster, now_s: float) -> Demand:
        """Return what this window wants now."""
        self._roster = roster
        self._visit(now_s)
        return demand(self.state, roster, now_s, self._guess(roster))

    def _visit(self, now_s: float) -> None:
        """Report the place where the user has settled to the forecaster, if it is a new one."""
        state = self.state
        if self.forecaster is None or state.focused is None or state.settles_in_s(now_s):
            return
        if (language := state.focused_language) is None:
            return
        if self._roster is not None and self._roster.expert_for(language) is None:
            return  # a Markdown file is a stop between two files that need a model
        here = (state.focused, language)
        if here != self._visited:
            self._visited = here
            path = self._path_of(state.focused)
            self.forecaster.visit(path, language, state.arrived_s)

    def _guess(self, roster: Roster) -> Mapping[str, Guess] | None:
        """Return the forecaster's guesses; computed only after a change of it or of the roster."""
        if self.forecaster is None:
            return None
        key = (self.forecaster.version, id(roster))
        if key != self._guessed_for:
            self._guessed_for = key
            languages = {language for e in roster.experts for language in e.languages}
            self._guesses = self.forecaster.forecast(languages, self.forecaster.soon())
        return self._guesses
