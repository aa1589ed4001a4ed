"""What a user's and a project's habits say about the next language: features of each candidate.

Owns the tables of counts and how they are read and taught. Must not weigh one against another:
that is `forecaster`.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from hotseat.attention.counts import Counts, blend
from hotseat.attention.history import START, History, Visit

FEATURES = (
    "after1", "after2", "file", "session", "near", "together", "commits", "age", "age_switches",
    "age_person",
)  # fmt: skip

_SEP = "\x1f"
_TOTAL = ""
"""Outcome that counts a context's own observations."""
_FLOOR = 1e-3
_NEVER = -9.0
_MAX_PEOPLE = 512
_LEAVE = ("leave", "stay")
_LEAVE_PRIOR = (0.3, 0.7)

Column = list[float]


class Habits:
    """Tables of counts by name in `tables`, all of them bounded.

    `last_seen` is when each language was last there, in visits and switches; `last_seen_by` the
    same by language and person, in visits.
    """

    def __init__(self) -> None:
        self.often = Counts(decay=0.995, max_contexts=1)
        self.after1 = Counts(decay=0.98, max_contexts=64)
        self.after1_person = Counts(decay=0.97, max_contexts=256)
        self.after2 = Counts(decay=0.97, max_contexts=512)
        self.folder = Counts(decay=0.95, max_contexts=1024)
        self.file = Counts(decay=0.9, max_contexts=2048)
        self.near = Counts(decay=0.9, max_contexts=2048)
        self.together = Counts(decay=0.93, max_contexts=2048, max_outcomes=32)
        self.commits = Counts(decay=0.93, max_contexts=2048)
        self.leave = Counts(decay=0.98, max_contexts=2048)
        self.last_seen: dict[str, tuple[int, int]] = {}
        self.last_seen_by: dict[str, int] = {}
        self._companions: dict[str, dict[str, float]] = {}
        self._misses: dict[str, list[tuple[str, float]]] = {}
        """Both by path: cached values computed from the commits, until the next commit."""

    @property
    def tables(self) -> dict[str, Counts]:
        return {name: t for name, t in vars(self).items() if isinstance(t, Counts)}

    # --- reading ---

    def features(self, history: History, candidates: Sequence[str]) -> list[Column]:
        """One column for each of FEATURES, one number in it for each candidate."""
        cur, person = history.current, history.person
        n = len(candidates)
        often = blend(self.often.row(""), candidates, [1.0 / n] * n, 1.0)
        after1 = blend(self.after1.row(cur), candidates, often, 1.0)
        own = blend(self.after1_person.row(_key(cur, person)), candidates, after1, 2.0)
        after2 = blend(self.after2.row(_key(*history.languages[-2:])), candidates, own, 2.0)
        shares = (
            after1,
            after2,
            self._after_file(history, candidates, own),
            blend(history.recent, candidates, own, 1.0),
            self._near(history, candidates, after2),
            self._together(history, candidates, after2),
        )
        log = math.log
        columns = [[log(p + _FLOOR) for p in share] for share in shares]
        columns.append(self._in_commit(history, candidates))
        columns += self._ages(history, candidates)
        return columns

    def leaving(self, history: History) -> float:
        """Chance that the next file visited is one of another language."""
        if history.current == START:
            return 1.0
        chances = blend(self.leave.row(""), _LEAVE, _LEAVE_PRIOR, 4.0)
        chances = blend(self.leave.row(history.current), _LEAVE, chances, 4.0)
        if history.files:
            context = _key(history.current, history.files[-1][0])
            chances = blend(self.leave.row(context), _LEAVE, chances, 4.0)
        return chances[0]

    def _after_file(
        self, history: History, candidates: Sequence[str], prior: Sequence[float]
    ) -> Sequence[float]:
        if not history.files:
            return prior
        path, cur = history.files[-1][0], history.current
        folder = blend(self.folder.row(_key(cur, _folder(path))), candidates, prior, 2.0)
        return blend(self.file.row(_key(cur, path)), candidates, folder, 1.5)

    def _near(
        self, history: History, candidates: Sequence[str], prior: Sequence[float]
    ) -> Sequence[float]:
        """Languages that were visited around the last files, the later ones counting more."""
        votes: dict[str, float] = defaultdict(float)
        weight = 1.0
        for path, _ in reversed(history.files):
            row = self.near.row(path)
            if row:
                share = weight / (row.get(_TOTAL, 0.0) + 1.0)
                for language, count in row.items():
                    votes[language] += share * count
            weight *= 0.8
        return blend(votes, candidates, prior, 0.3)

    def _together(
        self, history: History, candidates: Sequence[str], prior: Sequence[float]
    ) -> Sequence[float]:
        """Files that were committed with those of this burst, and are not in it yet."""
        seen = {_key(language, path): language for path, language in history.burst}
        votes: dict[str, float] = defaultdict(float)
        for path, _ in history.burst:
            row = self.together.row(path)
            if not row:
                continue
            share = 1.0 / (row.get(_TOTAL, 0.0) + 1.0) / len(history.burst)
            for language, count in self._companions_of(path, row).items():
                votes[language] += share * count
            for outcome in row.keys() & seen.keys():
                votes[seen[outcome]] -= share * row[outcome]
        return blend(votes, candidates, prior, 0.3)

    def _companions_of(self, path: str, row: Mapping[str, float]) -> Mapping[str, float]:
        """Its row by language alone."""
        if (companions := self._companions.get(path)) is None:
            companions = self._companions[path] = defaultdict(float)
            for outcome, count in row.items():
                companions[outcome.partition(_SEP)[0]] += count
        return companions

    def _in_commit(self, history: History, candidates: Sequence[str]) -> Column:
        """Chance that commits with the last files hold a file of the candidate (noisy or)."""
        miss = dict.fromkeys(candidates, 1.0)
        weight = 1.0
        for path, _ in reversed(history.files[-4:]):
            if (misses := self._misses.get(path)) is None:
                row = self.commits.row(path)
                total = row.get(_TOTAL, 0.0) + 0.5
                misses = [(o, 1.0 - min(0.95, count / total)) for o, count in row.items()]
                self._misses[path] = misses
            for language, chance in misses:
                if language in miss:
                    miss[language] *= chance**weight
            weight *= 0.7
        return [1.0 - p for p in miss.values()]

    def _ages(self, history: History, candidates: Sequence[str]) -> list[Column]:
        log = math.log
        by_person = _SEP + history.person
        seen = [self.last_seen.get(candidate) for candidate in candidates]
        seen_by = [self.last_seen_by.get(candidate + by_person) for candidate in candidates]
        n_visits, n_switches = history.n_visits + 1, history.n_switches + 1
        return [
            [-log(n_visits - at[0]) if at else _NEVER for at in seen],
            [-log(n_switches - at[1]) if at else _NEVER for at in seen],
            [-log(n_visits - at) if at is not None else _NEVER for at in seen_by],
        ]

    # --- learning ---

    def learn_visit(self, history: History, visit: Visit) -> None:
        """`visit` came after `history`."""
        language, cur = visit.language, history.current
        if language != cur:
            self._learn_switch(history, visit)
        if cur != START:
            outcome = (_LEAVE[0 if language != cur else 1],)
            self.leave.add("", outcome)
            self.leave.add(cur, outcome)
            if history.files:
                self.leave.add(_key(cur, history.files[-1][0]), outcome)
        path = visit.path
        self.near.add(path, (_TOTAL,))
        weight = 1.0
        for other, other_language in reversed(history.files):
            if other != path:
                self.near.bump(path, other_language, weight)
                self.near.bump(other, language, weight)
            weight *= 0.85
        now = (history.n_visits + 1, history.n_switches + (language != cur))
        self.last_seen[language] = now
        if visit.person:
            key = _key(language, visit.person)
            self.last_seen_by.pop(key, None)
            self.last_seen_by[key] = now[0]
            if len(self.last_seen_by) > _MAX_PEOPLE:
                del self.last_seen_by[next(iter(self.last_seen_by))]

    def _learn_switch(self, history: History, visit: Visit) -> None:
        outcome, cur, person = (visit.language,), history.current, visit.person
        self.often.add("", outcome)
        self.after1.add(cur, outcome)
        self.after1_person.add(_key(cur, person), outcome)
        self.after2.add(_key(*history.languages[-2:]), outcome)
        if not history.files:
            return
        path = history.files[-1][0]
        self.file.add(_key(cur, path), outcome)
        self.folder.add(_key(cur, _folder(path)), outcome)

    def learn_commit(self, files: Iterable[tuple[str, str]]) -> None:
        """(path, language) of the files that were committed together."""
        places = sorted(set(files))
        self._companions.clear()
        self._misses.clear()
        for path, _ in places:
            others = [(p, other) for p, other in places if p != path]
            self.together.add(path, (_TOTAL, *(_key(other, p) for p, other in others)))
            self.commits.add(path, (_TOTAL, *sorted({other for _, other in others})))


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _key(*parts: str) -> str:
    return _SEP.join(parts)
