"""How well questions recall what was said, on a file of conversations with known answers.

One JSON object a line: `id`, `turns` (`role`, `day`, `text`, optionally `language`) and `questions`
(`question`, `kind`, `answer_turns`, `asked_day`, optionally `stale_turns`: statements that a later
one replaced). Day 0 is a Monday. Each conversation gets a store of its own; a question sees only
turns up to its day. Storage and retrieval are the product's, with their defaults.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hotseat.domain.errors import HotseatError
from hotseat.lab.evaluate.embedded_turns import EmbeddedTurns
from hotseat.storage.conversation_tables import NewTurn
from hotseat.storage.conversations import ConversationStore
from hotseat.storage.recall import recall_turns
from hotseat.storage.turn_vectors import TurnVectors

MONDAY = datetime(2026, 1, 5, 12)  # noqa: DTZ001 - local noon, so that days are days of the calendar
_MAX_FOUND = 50
_DEPTHS = (5, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One question and the numbers of the turns that answer it."""

    question: str
    kind: str
    answer_turns: frozenset[int]
    stale_turns: frozenset[int]
    asked_day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """Turn numbers in the order in which they were recalled, and how long that took."""

    case: Case
    recalled: tuple[int, ...]
    took_ms: float
    recalled_ids: tuple[int, ...] = ()
    """The ids of the same turns in the store."""

    def recall_at(self, depth: int) -> float:
        """Return the share of the answers that is among the first `depth`."""
        found = self.case.answer_turns.intersection(self.recalled[:depth])
        return len(found) / len(self.case.answer_turns)

    @property
    def is_latest_first(self) -> bool:
        """An answer was recalled before every statement that it replaced."""
        places = {number: i for i, number in enumerate(self.recalled)}
        never = len(places)
        answer = min(places.get(number, never) for number in self.case.answer_turns)
        stale = min(places.get(number, never) for number in self.case.stale_turns)
        return answer < stale


async def bench_memory(
    path: Path, on_progress: Callable[[str], None], embedded: EmbeddedTurns | None = None
) -> dict[str, Any]:
    """Return the scores by kind. Raises HotseatError for a file that cannot be read.

    With `embedded` turns are recalled by an embedding model, too; its time counts.
    """
    results: list[CaseResult] = []
    with tempfile.TemporaryDirectory() as folder:
        for n, (turns, cases) in enumerate(_conversations(path)):
            on_progress(f"conversation {n + 1}: {len(turns)} turns, {len(cases)} questions …")
            store = ConversationStore(Path(folder) / f"{n}.sqlite")
            store.add(turns)
            vectors = await embedded.of(store) if embedded is not None else None
            for case in cases:
                results.append(await ask_memory(store, case, embedded, vectors))
    return scores(results, embedder=embedded.model if embedded is not None else None)


def scores(results: Sequence[CaseResult], *, embedder: str | None = None) -> dict[str, Any]:
    """Return recall by kind and in all, and the 95th percentile of the time of a recall."""
    if not results:
        raise HotseatError("There is no question in the file", hint="See docs/memory.md")
    kinds = sorted({result.case.kind for result in results})
    updates = [result for result in results if result.case.stale_turns]
    found: dict[str, Any] = {"n": len(results)}
    for depth in _DEPTHS:
        by_kind = {
            kind: _mean([r.recall_at(depth) for r in results if r.case.kind == kind])
            for kind in kinds
        }
        by_kind["all"] = _mean([r.recall_at(depth) for r in results])
        found[f"recall_at_{depth}"] = by_kind
    found["latest_first"] = _mean([float(r.is_latest_first) for r in updates]) if updates else None
    found["p95_ms"] = percentile_95([result.took_ms for result in results])
    found["embedder"] = embedder
    return found


def percentile_95(values: Sequence[float]) -> float:
    """Return the 95th percentile, of at least one value."""
    return round(sorted(values)[min(len(values) - 1, int(len(values) * 0.95))], 2)


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 4)


async def ask_memory(
    store: ConversationStore,
    case: Case,
    embedded: EmbeddedTurns | None,
    vectors: TurnVectors | None,
) -> CaseResult:
    """Return what the question recalls, and how long that took, the embedder's time included."""
    today = (MONDAY + timedelta(days=case.asked_day)).date()
    began_s = time.perf_counter()
    likeness = None
    if embedded is not None and vectors is not None:
        likeness = await embedded.likeness(vectors, case.question)
    found = recall_turns(
        store, case.question, today=today, limit=_MAX_FOUND, likeness=likeness, until=today
    )
    took_ms = (time.perf_counter() - began_s) * 1000
    return CaseResult(
        case=case,
        recalled=tuple(one.turn.number for one in found),
        took_ms=took_ms,
        recalled_ids=tuple(one.turn.id for one in found),
    )


def _conversations(path: Path) -> Iterator[tuple[list[NewTurn], list[Case]]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise HotseatError(f"{path} cannot be read: {error}") from error
    for n, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield _conversation(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
            raise HotseatError(
                f"{path}, line {n}, is not a conversation with questions: {error!r}",
                hint="See docs/memory.md for the format",
            ) from error


def _conversation(loaded: Mapping[str, Any]) -> tuple[list[NewTurn], list[Case]]:
    name = str(loaded["id"])
    turns = [
        NewTurn(
            conversation=name,
            is_user=turn["role"] == "user",
            text=str(turn["text"]),
            at_s=(MONDAY + timedelta(days=int(turn["day"]))).timestamp(),
            language=turn.get("language"),
        )
        for turn in loaded["turns"]
    ]
    cases = [
        Case(
            question=str(case["question"]),
            kind=str(case["kind"]),
            answer_turns=frozenset(map(int, case["answer_turns"])),
            stale_turns=frozenset(map(int, case.get("stale_turns") or ())),
            asked_day=int(case["asked_day"]),
        )
        for case in loaded["questions"]
    ]
    if any(not case.answer_turns for case in cases):
        raise ValueError("a question without answer_turns")
    return turns, cases
