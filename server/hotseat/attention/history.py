"""Where a user has been, as the forecaster needs it. An immutable value.

Owns what counts as the last languages, files and work since the last commit. Must not judge.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

START = "|"
"""Stands for the beginning of a session among the languages, because what users open first is a
habit too."""

_N_LANGUAGES = 3
_N_FILES = 8
_N_BURST = 25
_RECENT_DECAY = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """The cursor came to `path`, in a region of `language`. `person` is empty if unknown."""

    path: str
    language: str
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    languages: tuple[str, ...] = ()
    """The last few that differ from the one before, START among them; the newest last."""
    files: tuple[tuple[str, str], ...] = ()
    """(path, language) of this session, the newest last, each once."""
    burst: tuple[tuple[str, str], ...] = ()
    """(path, language) since the last commit."""
    committed: bool = False
    """A commit was made since the last visit: the next one begins a burst."""
    recent: Mapping[str, float] = field(default_factory=dict)
    """Decayed count of this session's visits by language."""
    person: str = ""
    n_visits: int = 0
    n_switches: int = 0

    @property
    def current(self) -> str:
        return self.languages[-1] if self.languages else START

    def begin(self) -> History:
        """Return the history at the beginning of a session, with no file open and no known user."""
        languages = self.languages if self.current == START else (*self.languages, START)
        return replace(
            self,
            languages=languages[-_N_LANGUAGES:],
            files=(),
            recent={},
            person="",
        )

    def after(self, visit: Visit) -> History:
        switched = visit.language != self.current
        place = (visit.path, visit.language)
        recent = {language: n * _RECENT_DECAY for language, n in self.recent.items()}
        recent[visit.language] = recent.get(visit.language, 0.0) + 1.0
        burst = () if self.committed else self.burst
        return History(
            languages=(*self.languages, visit.language)[-_N_LANGUAGES:]
            if switched
            else self.languages,
            files=_latest(self.files, place)[-_N_FILES:],
            burst=_latest(burst, place)[-_N_BURST:],
            recent=recent,
            person=visit.person,
            n_visits=self.n_visits + 1,
            n_switches=self.n_switches + switched,
        )


def _latest(
    places: tuple[tuple[str, str], ...], place: tuple[str, str]
) -> tuple[tuple[str, str], ...]:
    """With `place` at the end, and there alone."""
    return (*[p for p in places if p != place], place) if place in places else (*places, place)
