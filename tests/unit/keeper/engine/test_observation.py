"""What is asked of the engine about its models, and how often."""

from __future__ import annotations

from typing import cast

import pytest

from hotseat.domain.errors import EngineRejected, EngineUnavailable, HotseatError
from hotseat.domain.residency import ResidentModel
from hotseat.engines.protocol import Engine, ModelInfo
from hotseat.keeper.engine.observation import Observation


class Store:
    """An engine's store of models; each has its name as its blob."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.error: HotseatError | None = None

    async def show(self, model: str) -> ModelInfo:
        self.asked.append(model)
        if self.error is not None:
            raise self.error
        metadata = {"general.architecture": "llama", "llama.context_length": 2048}
        return ModelInfo(
            capabilities=frozenset(), template="", blob=model, adapters=("x",), metadata=metadata
        )


class Desk:
    def __init__(self) -> None:
        self.store = Store()
        self.observation = Observation()

    async def describe(self, *wanted: str, listed: tuple[ResidentModel, ...] = ()) -> set[str]:
        engine = cast("Engine", self.store)
        return set(await self.observation.describe(engine, set(wanted), listed))


@pytest.fixture
def desk() -> Desk:
    return Desk()


def seen(name: str, digest: str) -> ResidentModel:
    return ResidentModel(model=name, digest=digest, size_bytes=1)


async def test_each_model_is_asked_about_once(desk: Desk) -> None:
    assert await desk.describe("a:1b", listed=(seen("b:1b", "1"),)) == {"a:1b", "b:1b"}
    assert await desk.describe("a:1b", listed=(seen("a:1b", "2"), seen("b:1b", "1"))) == set()
    assert desk.store.asked == ["a:1b", "b:1b"]


async def test_what_matters_is_kept(desk: Desk) -> None:
    engine = cast("Engine", desk.store)
    (facts,) = (await desk.observation.describe(engine, {"a:1b"}, ())).values()
    assert (facts.blob, facts.adapters, facts.trained_context) == ("a:1b", ("x",), 2048)


async def test_a_model_that_was_made_again_is_asked_about_again(desk: Desk) -> None:
    await desk.describe(listed=(seen("a:1b", "1"),))
    assert await desk.describe(listed=(seen("a:1b", "2"),)) == {"a:1b"}


async def test_a_model_that_was_pulled_is_asked_about_again(desk: Desk) -> None:
    desk.store.error = EngineRejected("not found", status=404)
    assert await desk.describe("a:1b") == set()
    desk.store.error = None
    assert await desk.describe("a:1b") == set()
    desk.observation.forget("a:1b")
    assert await desk.describe("a:1b") == {"a:1b"}


async def test_an_engine_that_is_gone_is_asked_again_later(desk: Desk) -> None:
    desk.store.error = EngineUnavailable("gone")
    with pytest.raises(EngineUnavailable):
        await desk.describe("a:1b")
    desk.store.error = None
    assert await desk.describe("a:1b") == {"a:1b"}
