"""Pathological texts in every grammar through a real server: a sample.

`tests/tools/hostile_corpus.py` sends all of them.
"""

from __future__ import annotations

import random
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from hotseat.syntax.grammars import LANGUAGES
from support.hostile_run import HostileRun, arguments_for_nothing, run_hostile
from support.hostile_texts import hostile_texts

N_TEXTS = 4
"""Of each grammar. All of them take an hour."""
ANSWER_S = 1.0
BUSY_ANSWER_S = 10.0
"""A tenth of a second on a quiet machine; the event loop is never held so long."""
MORE_BYTES = 150_000_000

linux = pytest.mark.skipif(sys.platform != "linux", reason="limits the memory of the worker")


def check(run: HostileRun) -> None:
    assert run.n_deaths == 0
    assert run.percentile_s(90) < ANSWER_S, run.slowest
    assert max(run.answers_s) < BUSY_ANSWER_S, run.slowest
    assert run.more_bytes < MORE_BYTES, run.largest


@linux
@pytest.mark.usefixtures("roster")
async def test_a_sample_of_hostile_texts_in_every_grammar(tmp_path: Path) -> None:
    chosen = random.Random(19)
    texts = list(hostile_texts())
    sample = [
        replace(text, language=language)
        for language in sorted(LANGUAGES)
        for text in chosen.sample(texts, k=N_TEXTS)
    ]
    check(await run_hostile("", sample, tmp_path, arguments_for_nothing()))


@linux
@pytest.mark.extra
@pytest.mark.usefixtures("roster")
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("language", sorted(LANGUAGES))
async def test_all_hostile_texts(tmp_path: Path, language: str) -> None:
    check(await run_hostile(language, hostile_texts(), tmp_path, arguments_for_nothing()))
