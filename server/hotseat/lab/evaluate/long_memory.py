"""How long a recall takes among many remembered turns, and what an embedder adds.

The conversation is generated from the terms of `conversation/routing`, so that anyone can repeat
the measurement: what a share of answers says about real conversations needs real conversations.
Storage, retrieval and vectors are the product's, with their defaults.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from hotseat.conversation.routing.terms import LISTS
from hotseat.lab.evaluate.embedded_turns import EmbeddedTurns
from hotseat.lab.evaluate.memory import (
    MONDAY,
    Case,
    CaseResult,
    ask_memory,
    percentile_95,
    scores,
)
from hotseat.storage.conversation_tables import NewTurn
from hotseat.storage.conversations import ConversationStore
from hotseat.storage.turn_vectors import TurnVectors

N_QUESTIONS = 200
_TURNS_A_CONVERSATION = 40
_TURNS_A_DAY = 20
_DAY_S = 86_400.0
_TICK_S = 0.002
QUIET_S = 3.0
_STORED_AT_ONCE = 500
_OPENINGS = (
    "We decided that {0} is done with {1}, because {2} was too slow.",
    "Please use {0} for {1} from now on; {2} stays as it is.",
    "The {0} of the importer needs {1}, and its limit is {n} seconds.",
    "Why does {0} fail as soon as {1} comes before {2}?",
    "In the nightly job {0} takes {n} minutes, mostly for {1}.",
    "I moved {0} next to {1}: then {2} is read only once.",
    "The test for {0} covers {1}, but not {2} with {n} rows.",
    "{0} was replaced by {1} on the second server.",
)


def long_conversation(
    n_turns: int, n_questions: int, *, seed: int = 1
) -> tuple[list[NewTurn], list[Case]]:
    """Return turns in many conversations of one workspace, and questions with six words of the turn
    that answers each."""
    chance = random.Random(seed)
    terms = sorted(
        {
            term.strip()
            for lists in LISTS.values()
            for text in lists
            for term in " ".join(text.split()).split(",")
            if "+" not in term and term.strip().replace(" ", "").isalpha()
        }
    )
    turns = []
    for n in range(n_turns):
        sentences = [
            chance.choice(_OPENINGS).format(*chance.sample(terms, 3), n=chance.randint(2, 90))
            for _ in range(chance.randint(1, 4))
        ]
        turns.append(
            NewTurn(
                conversation=f"c{n // _TURNS_A_CONVERSATION}",
                is_user=n % 2 == 0,
                text=" ".join(sentences),
                at_s=MONDAY.timestamp() + n // _TURNS_A_DAY * _DAY_S,
            )
        )
    cases = []
    for n in chance.sample(range(n_turns), min(n_turns, n_questions)):
        words = sorted({word for word in turns[n].text.split() if len(word) > 3})
        cases.append(
            Case(
                question=f"What about {' '.join(chance.sample(words, min(6, len(words))))}?",
                kind="words",
                answer_turns=frozenset({n}),
                stale_turns=frozenset(),
                asked_day=n_turns // _TURNS_A_DAY + 1,
            )
        )
    return turns, cases


async def bench_long_memory(
    n_turns: int,
    on_progress: Callable[[str], None],
    embedded: EmbeddedTurns | None = None,
    *,
    n_questions: int = N_QUESTIONS,
    quiet_s: float = QUIET_S,
) -> dict[str, Any]:
    """Return the scores of `scores`, and the times without the embedder, of embedding the turns,
    and how late a key would be meanwhile. Raises HotseatError."""
    turns, cases = long_conversation(n_turns, n_questions)
    found: dict[str, Any] = {"n_turns": n_turns}
    with tempfile.TemporaryDirectory() as folder:
        store = ConversationStore(Path(folder) / "long.sqlite")
        on_progress(f"{n_turns} turns are stored …")
        for i in range(0, n_turns, _STORED_AT_ONCE):
            await asyncio.to_thread(store.add, turns[i : i + _STORED_AT_ONCE])
        plain = await _results(store, cases)
        if embedded is None:
            return {**scores(plain), **found}
        found["without_embedder_p95_ms"] = _p95(plain)
        quiet = await _loop_delays(asyncio.sleep(quiet_s))
        began_s = time.perf_counter()
        vectors = TurnVectors(store, embedded.model)

        def report(n_done: int) -> None:
            on_progress(f"{n_done} of {n_turns} turns are embedded …")

        during = await _loop_delays(embedded.of(store, vectors, on_progress=report))
        found["embed_s"] = round(time.perf_counter() - began_s, 3)
        found["key_delay_p95_ms"] = {
            "quiet": percentile_95(quiet),
            "embedding": percentile_95(during),
        }
        with_it = await _results(store, cases, embedded, vectors)
        return {**scores(with_it, embedder=embedded.model), **found}


async def _results(
    store: ConversationStore,
    cases: Sequence[Case],
    embedded: EmbeddedTurns | None = None,
    vectors: TurnVectors | None = None,
) -> list[CaseResult]:
    results = []
    for case in cases:
        # Turns of all conversations are in one store: their ids, not their numbers, are unique.
        result = await ask_memory(store, case, embedded, vectors)
        results.append(replace(result, recalled=tuple(id_ - 1 for id_ in result.recalled_ids)))
    return results


def _p95(results: Sequence[CaseResult]) -> float:
    return percentile_95([result.took_ms for result in results])


async def _loop_delays(work: Any) -> list[float]:
    """Return by how many milliseconds an event loop that does `work` was late, looked at every 2
    ms: what a key that arrives then waits."""
    task = asyncio.ensure_future(work)
    delays_ms = []
    while not task.done():
        due_s = time.perf_counter() + _TICK_S
        await asyncio.sleep(_TICK_S)
        delays_ms.append(max(0.0, time.perf_counter() - due_s) * 1000)
    await task
    return delays_ms
