"""The models that help memory, the embedder and the generalist that distils: scripted engines."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import cast

import pytest

from hotseat.conversation.memory.json_tasks import TASKS
from hotseat.domain.demand import Demand
from hotseat.domain.errors import EngineRejected
from hotseat.domain.experts import Expert, ModelSpec, Roster
from hotseat.domain.residency import ModelState
from hotseat.engines.protocol import ChatRequest, Chunk, Engine, ModelInfo
from hotseat.keeper.link import KeeperLink
from hotseat.session.chat.capability import Capability
from hotseat.session.chat.distiller import Distiller
from hotseat.session.chat.turn_embedder import KEEP_S, N_AT_ONCE, TurnEmbedder
from hotseat.session.shared.engine_follower import EngineFollower
from hotseat.storage.capable_models import CapableModelStore
from hotseat.storage.conversation_tables import NewTurn
from hotseat.storage.conversations import ConversationStore
from support.fake_timers import FakeTimers

GENERAL = Expert(name="general", languages=(), spec=ModelSpec("g:1b"))
EMBEDDER = ModelSpec("e:latest")
RULE = "Money is stored in integer cents, never in floats."
FACT = {"kind": "decision", "text": "Money is stored in integer cents.", "replaces": 0}


class FakeEngine:
    """Answers with `answers` one after the other, then with nothing; embeds by `vectors`."""

    def __init__(self) -> None:
        self.answers: list[str] = []
        self.asked: list[ChatRequest] = []
        self.embedded: list[str] = []
        self.hold: asyncio.Event | None = None
        self.blob = "sha-1"
        self.error: Exception | None = None

    async def show(self, _model: str) -> ModelInfo:
        return ModelInfo(capabilities=frozenset(), template="", blob=self.blob)

    async def chat(self, request: ChatRequest) -> AsyncGenerator[Chunk, None]:
        self.asked.append(request)
        if self.hold is not None:
            await self.hold.wait()
        yield Chunk(text=self.answers.pop(0) if self.answers else "")

    async def embed(self, _spec: ModelSpec, texts: Sequence[str]) -> list[list[float]]:
        if self.error is not None:
            raise self.error
        self.embedded += texts
        if self.hold is not None:
            await self.hold.wait()
        return [[1.0, 0.0] if "money" in text.lower() else [0.0, 1.0] for text in texts]

    async def aclose(self) -> None:
        pass


class FakeState:
    def __init__(self) -> None:
        self.warm = {GENERAL.spec, EMBEDDER}

    def state_of(self, spec: ModelSpec) -> ModelState:
        return ModelState.WARM if spec in self.warm else ModelState.ABSENT


class FakeLink:
    def __init__(self) -> None:
        self.state = FakeState()
        self.in_use: list[ModelSpec] = []
        self.held_bytes = 0

    def set_budget(self, *, held_bytes: int) -> None:
        self.held_bytes = held_bytes

    def begin_use(self, spec: ModelSpec) -> None:
        self.in_use.append(spec)

    def end_use(self, spec: ModelSpec) -> None:
        self.in_use.remove(spec)


class Follower:
    """Returns the engine once, as a real one does for each address."""

    def __init__(self, engine: FakeEngine) -> None:
        self._engine: FakeEngine | None = engine

    def new_client(self, _link: object) -> Engine | None:
        engine, self._engine = self._engine, None
        return cast(Engine, engine)


class Desk:
    def __init__(self, folder: Path, *, plans: bool = False) -> None:
        self.folder = folder
        self.store = ConversationStore(folder / "c.sqlite")
        self.engine = FakeEngine()
        self.link = FakeLink()
        self.timers = FakeTimers()
        self.roster = Roster(generalist=GENERAL, plans=plans, embedder=EMBEDDER)
        self.distiller = self.new_distiller()
        self.embedder = TurnEmbedder(
            lambda: self.store,
            lambda: self.roster,
            lambda: cast(KeeperLink, self.link),
            follower=cast(EngineFollower, Follower(self.engine)),
            embed_s=5.0,
            clock=self.timers.clock,
        )

    def new_distiller(self) -> Distiller:
        return Distiller(
            lambda: self.store,
            lambda: self.roster,
            lambda: cast(KeeperLink, self.link),
            capability=Capability(CapableModelStore(self.folder / "capable.sqlite")),
            follower=cast(EngineFollower, Follower(self.engine)),
        )

    def say(self, *texts: str) -> None:
        turns = [NewTurn(conversation="a", is_user=True, text=t, at_s=1e9) for t in texts]
        self.store.add(turns)

    async def distil(self) -> None:
        while await self.distiller.distil_some():
            pass

    def facts(self) -> list[str]:
        return [fact.text for fact in self.store.facts()]


async def test_facts_are_distilled_from_what_the_user_wrote(tmp_path: Path) -> None:
    desk = Desk(tmp_path, plans=True)
    desk.say(RULE)
    answer = NewTurn(conversation="a", is_user=False, text="Floats are evil, says X.", at_s=1e9)
    desk.store.add([answer])
    desk.engine.answers = [json.dumps({"facts": [FACT]})]
    await desk.distil()
    (fact,) = desk.store.facts()
    assert (fact.text, fact.pinned, fact.turn_id) == (FACT["text"], False, 1)
    (request,) = desk.engine.asked
    assert request.format_schema is not None
    assert "evil" not in str(request.messages)
    assert desk.link.in_use == []


async def test_a_later_fact_supersedes_and_both_stay(tmp_path: Path) -> None:
    desk = Desk(tmp_path, plans=True)
    desk.say(RULE, "From now on money is stored as decimal strings, not in cents.")
    later = {**FACT, "text": "Money is stored as decimal strings.", "replaces": 1}
    desk.engine.answers = [json.dumps({"facts": [one]}) for one in (FACT, later)]
    await desk.distil()
    assert [fact.superseded_by for fact in desk.store.facts()] == [2, None]
    desk.store.forget(facts=[2])
    assert [fact.superseded_by for fact in desk.store.facts()] == [None]


@pytest.mark.parametrize("rubbish", ["", "Sure, here you are", '{"facts": 3}', "{" * 50_000])
async def test_rubbish_leaves_nothing_and_is_asked_for_once(tmp_path: Path, rubbish: str) -> None:
    desk = Desk(tmp_path, plans=True)
    desk.say(RULE)
    desk.engine.answers = [rubbish]
    await desk.distil()
    await desk.distil()
    assert desk.facts() == []
    assert len(desk.engine.asked) == 1


async def test_a_model_that_fails_a_task_is_never_asked_again(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.say(RULE)
    desk.engine.answers = [json.dumps(TASKS[0].answer), "{}"]
    await desk.distil()
    assert len(desk.engine.asked) == 2
    desk.distiller = desk.new_distiller()
    await desk.distil()
    assert len(desk.engine.asked) == 2
    assert desk.facts() == []


async def test_a_model_that_solves_all_tasks_distils_and_is_remembered(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.say(RULE)
    desk.engine.answers = [json.dumps(task.answer) for task in TASKS]
    desk.engine.answers.append(json.dumps({"facts": [FACT]}))
    await desk.distil()
    assert desk.facts() == [FACT["text"]]
    desk.distiller = desk.new_distiller()
    desk.say("We deploy on Fridays, whatever others say.")
    await desk.distil()
    assert len(desk.engine.asked) == len(TASKS) + 2, "no task again"


async def test_other_weights_under_the_name_are_tested_again(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    CapableModelStore(tmp_path / "capable.sqlite").write("sha-1", is_capable=True)
    desk.engine.blob = "sha-2"
    desk.say(RULE)
    await desk.distil()
    assert "Which port" in str(desk.engine.asked[0].messages)


async def test_a_model_that_is_not_in_memory_is_not_asked(tmp_path: Path) -> None:
    desk = Desk(tmp_path, plans=True)
    desk.link.state.warm.clear()
    desk.say(RULE)
    await desk.distil()
    assert await desk.embedder.embed_some() is False
    assert await desk.embedder.likeness("money") == {}
    assert (desk.engine.asked, desk.engine.embedded) == ([], [])


async def test_what_was_ended_by_a_key_is_distilled_later(tmp_path: Path) -> None:
    desk = Desk(tmp_path, plans=True)
    desk.say(RULE)
    desk.engine.answers = [json.dumps({"facts": [FACT]})]
    desk.engine.hold = asyncio.Event()
    work = asyncio.create_task(desk.distiller.distil_some())
    async with asyncio.timeout(5):
        while not desk.engine.asked:
            await asyncio.sleep(0.001)
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    assert (desk.link.in_use, desk.facts()) == ([], [])
    desk.engine.hold = None
    await desk.distil()
    assert desk.facts() == [FACT["text"]]


async def test_secrets_are_masked_before_a_model_sees_a_turn(tmp_path: Path) -> None:
    secret = "ghp_" + "a1B2" * 9
    desk = Desk(tmp_path, plans=True)
    desk.say(f"The token for the mirror is {secret}, keep it in mind.")
    await desk.distil()
    await desk.embedder.embed_some()
    assert desk.engine.asked
    assert desk.engine.embedded
    assert secret not in str(desk.engine.asked) + str(desk.engine.embedded)


async def test_all_turns_are_embedded_a_part_at_a_time_and_found(tmp_path: Path) -> None:
    pytest.importorskip("numpy")
    desk = Desk(tmp_path)
    desk.say(*(f"Sentence number {i}." for i in range(N_AT_ONCE)), RULE)
    assert await desk.embedder.embed_some() is True
    while await desk.embedder.embed_some():
        pass
    assert len(desk.engine.embedded) == N_AT_ONCE + 1
    n_bytes = desk.link.held_bytes
    row_bytes = 8 + 2 * 4  # An id, and two numbers of 32 bits for each turn.
    assert (N_AT_ONCE + 1) * row_bytes <= n_bytes <= 1.5 * (N_AT_ONCE + 1) * row_bytes
    alike = await desk.embedder.likeness("where does the money go?")
    assert max(alike, key=lambda id_: alike[id_]) == N_AT_ONCE + 1
    desk.store.forget(turns=[N_AT_ONCE + 1])
    rows = desk.store.read(lambda db: db.execute("select turn_id from vectors").fetchall())
    assert len(rows) == N_AT_ONCE


async def test_a_question_does_not_wait_for_an_embedder_that_hangs(tmp_path: Path) -> None:
    pytest.importorskip("numpy")
    desk = Desk(tmp_path)
    desk.engine.hold = asyncio.Event()
    embedder = TurnEmbedder(
        lambda: desk.store,
        lambda: desk.roster,
        lambda: cast(KeeperLink, desk.link),
        follower=cast(EngineFollower, Follower(desk.engine)),
        embed_s=0.01,
    )
    async with asyncio.timeout(5):
        assert await embedder.likeness("money") == {}
    assert desk.link.in_use == []


async def test_an_embedder_that_refuses_leaves_recall_by_words(tmp_path: Path) -> None:
    pytest.importorskip("numpy")
    desk = Desk(tmp_path)
    desk.engine.error = EngineRejected("The engine answered: no", status=500)
    assert await desk.embedder.likeness("money") == {}


async def test_the_keeper_gets_it_as_a_weak_want_while_memory_is_in_use(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    (want,) = desk.embedder.with_embedder(Demand()).wants
    assert (want.spec, want.demanded, want.pinned) == (EMBEDDER, False, False)
    assert want.probability < 0.5
    desk.timers.advance(KEEP_S + 1)
    assert desk.embedder.with_embedder(Demand()).wants == ()
    await desk.embedder.likeness("money")
    assert desk.embedder.with_embedder(Demand()).wants


def test_without_an_embedder_nothing_is_wanted(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.roster = Roster(generalist=GENERAL)
    assert desk.embedder.with_embedder(Demand()).wants == ()
