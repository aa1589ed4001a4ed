"""What `hotseat doctor` says of running keepers."""

from __future__ import annotations

from dataclasses import replace

from hotseat.domain.experts import EngineKind, ModelSpec
from hotseat.domain.residency import ModelState, ResidentModel
from hotseat.keeper.advice import advice
from hotseat.keeper.state import EngineStatus, KeeperState, ModelStatus
from hotseat.residency.engine_memory.contests import CONTEST_HINT, contest_message

SPEC = ModelSpec("go:1b", (("num_ctx", 2048),))
SEEN = ResidentModel(model="go:1b", digest="", size_bytes=1, context_length=512)
MODEL = ModelStatus(expert="go", spec=SPEC, state=ModelState.FAILED)


def state(model: ModelStatus) -> KeeperState:
    engine = EngineStatus(kind=EngineKind.OLLAMA.value)
    return KeeperState(engine=engine, models=(model,))


def test_a_contested_model_is_named_with_the_remedy() -> None:
    contested = replace(MODEL, contested=True, error=contest_message(SPEC, SEEN))
    (finding,) = advice([state(contested)])
    assert finding.detail == (
        "go: Another program keeps loading go:1b with other options (context 512 instead of 2048),"
        " so Hotseat leaves it to that program for now."
    )
    assert finding.hint == CONTEST_HINT
    assert "experts.yaml" in finding.hint


def test_options_that_the_engine_does_not_list_are_named_too() -> None:
    same = replace(SEEN, context_length=2048)
    assert "num_thread" in contest_message(SPEC, same)


def test_other_failures_are_not_this_ones_business() -> None:
    assert advice([state(replace(MODEL, error="no memory"))]) == []
