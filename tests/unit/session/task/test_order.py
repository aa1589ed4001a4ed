"""The order of a task's steps, by the sizes that the keeper reports."""

from __future__ import annotations

from hotseat.conversation.task.plan import Action, Step
from hotseat.domain.experts import ModelSpec
from hotseat.residency.sequence.step_order import ExpertCost
from hotseat.session.shared.coming_experts import Room
from hotseat.session.task.order import arranged

SEATS = {name: ModelSpec(f"{name}:1b") for name in ("go", "sql", "html")}


def step(id_: int, language: str, path: str = "", after: tuple[int, ...] = ()) -> Step:
    path = path or f"{id_}.{language}"
    return Step(
        id=id_, path=path, language=language, action=Action.EDIT, what="rename", after=after
    )


def room(n_seats: int, *resident: str) -> Room:
    return Room(
        room_bytes=100 * n_seats,
        costs={spec: ExpertCost(size_bytes=100, load_s=1.0) for spec in SEATS.values()},
        resident=frozenset(SEATS[name] for name in resident),
    )


def order(steps: list[Step], found: Room | None) -> tuple[int, ...]:
    return arranged(steps, lambda one: SEATS[one.language or ""], found)


ALTERNATING = [step(i, language) for i, language in enumerate(("go", "sql", "html") * 2, 1)]


def test_steps_of_one_model_follow_each_other_where_one_fits() -> None:
    assert order(ALTERNATING, room(1)) == (1, 4, 2, 5, 3, 6)
    assert order(ALTERNATING, None) == (1, 4, 2, 5, 3, 6), "sizes are not known yet"


def test_with_room_for_all_the_order_stays() -> None:
    assert order(ALTERNATING, room(3)) == (1, 2, 3, 4, 5, 6)


def test_what_is_in_memory_begins() -> None:
    assert order(ALTERNATING, room(1, "html"))[:2] == (3, 6)


def test_steps_of_one_file_and_those_that_wait_keep_their_order() -> None:
    steps = [
        step(1, "go", "a"),
        step(2, "sql", "a"),
        step(3, "go", "a"),
        step(4, "go", after=(5,)),
        step(5, "sql"),
        step(6, "go", after=(99,)),
    ]
    found = order(steps, room(1))
    assert found.index(1) < found.index(2) < found.index(3)
    assert found.index(5) < found.index(4)
    assert sorted(found) == [1, 2, 3, 4, 5, 6], "an id that is no step's is waited for by none"
