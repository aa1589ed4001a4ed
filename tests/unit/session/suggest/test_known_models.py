"""What a window learns of a model by using it."""

from __future__ import annotations

from typing import cast

import pytest

from hotseat.completion.prompt.fim_templates import FimChoice, FimMode
from hotseat.completion.request import MAX_WINDOW_TOKENS
from hotseat.domain.errors import EngineRejected
from hotseat.engines.capabilities import EMBEDDED, EngineCapabilities, flags
from hotseat.engines.protocol import Chunk
from hotseat.keeper.link import KeeperLink
from hotseat.keeper.state import EngineStatus, KeeperState
from hotseat.session.suggest.models.known_models import CONTEXT_TOKENS, KnownModels
from support.suggest_fixtures import EXPERT, SPEC

FIM = FimChoice(mode=FimMode.PREFIX, report="")


class Link:
    def __init__(self, capabilities: EngineCapabilities) -> None:
        engine = EngineStatus(kind="any", url="http://one", up=True, **flags(capabilities))
        self.state = KeeperState(engine=engine)


def read(tokens_per_s: float, *, n_cached: int | None = 0) -> Chunk:
    ms = 1000 * 100 / tokens_per_s
    return Chunk(
        text="", done=True, n_prompt_tokens=100, n_cached_tokens=n_cached, prompt_eval_ms=ms
    )


def test_a_model_that_reads_slowly_gets_no_context_from_then_on() -> None:
    models = KnownModels(lambda: None)
    assert models.model(EXPERT, FIM).context_tokens == CONTEXT_TOKENS
    models.note_reading(SPEC, read(100.0))
    assert models.model(EXPERT, FIM).context_tokens == 0
    assert models.model(EXPERT, FIM).tokens_per_s == pytest.approx(100.0)
    for _ in range(20):
        models.note_reading(SPEC, read(1000.0))
    assert models.model(EXPERT, FIM).context_tokens == 0, "it would read the whole prompt again"


def test_an_engine_that_will_report_its_speed_gets_context_after_that() -> None:
    link = cast("KeeperLink", Link(EMBEDDED))
    models = KnownModels(lambda: link)
    assert models.model(EXPERT, FIM).context_tokens == 0
    models.note_reading(SPEC, read(1000.0))
    assert models.model(EXPERT, FIM).context_tokens == CONTEXT_TOKENS


def test_what_came_from_the_cache_is_no_measure() -> None:
    models = KnownModels(lambda: None)
    models.note_reading(SPEC, read(100.0, n_cached=99))
    models.note_reading(SPEC, read(100.0, n_cached=None))
    assert models.model(EXPERT, FIM).tokens_per_s is None


def test_the_window_shrinks_when_a_prompt_was_too_long() -> None:
    models = KnownModels(lambda: None)
    assert models.model(EXPERT, FIM).window_tokens == MAX_WINDOW_TOKENS
    too_long = EngineRejected("the context is full", status=400)
    assert models.shrink_window(SPEC, too_long)
    assert models.model(EXPERT, FIM).window_tokens == int(MAX_WINDOW_TOKENS * 0.6)
    assert not models.shrink_window(SPEC, EngineRejected("no such model", status=404))
