"""The order of a task's steps: few changes of the model, and what depends comes after."""

from __future__ import annotations

from hotseat.conversation.task.plan import Action, Step
from hotseat.session.task.order import arranged


def step(id_: int, path: str, *after: int) -> Step:
    language = path.rpartition(".")[2]
    return Step(id=id_, path=path, language=language, action=Action.EDIT, what="x", after=after)


def order(*steps: Step) -> tuple[int, ...]:
    return arranged(steps, lambda one: one.language)


def test_steps_of_one_model_follow_each_other() -> None:
    steps = step(1, "a.go"), step(2, "b.css"), step(3, "c.go"), step(4, "d.css")
    assert order(*steps) == (1, 3, 2, 4)


def test_dependencies_and_files_keep_their_order() -> None:
    assert order(step(1, "a.go"), step(2, "b.css"), step(3, "c.go", 2)) == (1, 2, 3)
    assert order(step(1, "a.go", 2), step(2, "b.css")) == (2, 1)
    page = Step(id=2, path="p.html", language="go", action=Action.EDIT, what="x")
    first = Step(id=1, path="p.html", language="css", action=Action.EDIT, what="x")
    assert order(step(3, "a.go"), first, page) == (3, 1, 2)
