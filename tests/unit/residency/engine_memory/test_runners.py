"""Which context the engine gives Hotseat."""

from __future__ import annotations

import pytest

from hotseat.domain.experts import ModelSpec
from hotseat.domain.residency import ResidentModel
from hotseat.residency.engine_memory.runners import ModelFacts, Runners

SPEC = ModelSpec("a:1b", (("num_ctx", 2048),))


def seen(context_length: int, process: str) -> ResidentModel:
    return ResidentModel(
        model="a:1b", digest="", size_bytes=7, context_length=context_length, process=process
    )


def described() -> Runners:
    runners = Runners()
    runners.describe("a:1b", ModelFacts(blob="b", trained_context=4096))
    return runners


@pytest.mark.parametrize(("process", "n_loads"), [("1", 2), ("", 3)], ids=["visible", "hidden"])
def test_a_context_that_the_engine_gives_for_ours_is_learned(process: str, n_loads: int) -> None:
    runners, given = described(), seen(1792, process)
    for i in range(n_loads):
        assert not runners.fits(SPEC, given)
        runners.granted(SPEC, given, was_there=i > 0)
    assert runners.fits(SPEC, given)


def test_another_clients_load_at_the_end_of_each_of_ours_is_not_taken_for_ours() -> None:
    runners = described()
    for process in "12345":
        runners.granted(SPEC, seen(512, process), was_there=False)
    assert not runners.fits(SPEC, seen(512, "5"))


def test_what_is_hidden_counts_only_in_a_row() -> None:
    runners = described()
    for was_there in (False, True, False, True):
        runners.granted(SPEC, seen(512, ""), was_there=was_there)
    assert not runners.fits(SPEC, seen(512, ""))


def test_without_num_ctx_the_engines_own_context_counts_at_once() -> None:
    runners, spec = described(), ModelSpec("a:1b")
    runners.granted(spec, seen(4096, "1"), was_there=False)
    assert runners.fits(spec, seen(4096, "2"))
    assert not runners.fits(spec, seen(512, "2"))
