"""One step: what its model is shown in how little room, and which results are refused."""

from __future__ import annotations

import pytest

from hotseat.conversation.excerpt import SelectionInFile
from hotseat.conversation.rewrite import UnusableAnswer
from hotseat.conversation.task.brief import Result, write_step
from hotseat.conversation.task.plan import Action, Step, StepState, Task
from hotseat.conversation.task.results import keep_range, unmasked
from hotseat.domain.errors import HotseatError

FIRST = Step(
    id=1, path="cart.go", language="go", action=Action.EDIT, what="Rename", state=StepState.DONE
)
OWN = Step(
    id=2, path="page.html", language="html", action=Action.EDIT, what="Say Total", after=(1,)
)
TASK = Task(id="t", instruction="Rename add to sum", steps=(FIRST, OWN))
PLACE = SelectionInFile(
    path="page.html",
    language="html",
    before=("<html>",),
    selected=("<p>Sum</p>",),
    after=("</html>",),
    line=1,
)
RESULT = Result(step=1, title="in cart.go", language="go", lines=("func sum() {", "}"))


def written(n_bytes: int) -> str:
    messages = write_step(
        TASK, OWN, place=PLACE, persona=None, tried=(), n_bytes=n_bytes, results=[RESULT]
    )
    return messages[-1][1]


def test_a_step_is_shown_task_plan_results_and_its_lines() -> None:
    text = written(8000)
    for part in (
        "Rename add to sum",
        "1. cart.go (edit, done): Rename",
        "2. page.html (edit, your step): Say Total",
        "Step 1 wrote in cart.go:\n```go\nfunc sum() {\n}\n```",
        "page.html, before these lines:\n```html\n<html>\n```",
        "These lines of page.html are to change:\n```html\n<p>Sum</p>\n```\n\nYour step: Say Total",
    ):
        assert part in text


def test_in_a_short_context_the_lines_stay_and_the_rest_goes() -> None:
    text = written(650)
    assert "<p>Sum</p>" in text
    assert "func sum" not in text
    with pytest.raises(HotseatError, match="longer than the model's context"):
        written(300)


def test_secrets_come_back_where_their_lines_are_kept() -> None:
    old = ['key = "s3cr3t"', "a = 1", '  pin = "9999"']
    shown = ['key = "******"', "a = 1", '  pin = "****"']
    new = ["a = 2", '    pin = "****"', 'key = "******"', "b = 3"]
    assert unmasked(new, shown, old) == ["a = 2", '    pin = "9999"', 'key = "s3cr3t"', "b = 3"]
    for changed in (
        ["a = 2", 'key = "******"'],
        [*new, 'key = "******"'],
        ["a = 2", '  pin = "****"', 'secret = "******"'],
    ):
        with pytest.raises(UnusableAnswer, match="masked secret"):
            unmasked(changed, shown, old)


def test_a_result_that_repeats_the_file_around_it_is_refused() -> None:
    around = ["import first_module", "import second_module", "import third_module"]
    keep_range(["def f():", *around[:2]], ["def f():"], around, [])
    keep_range(around, around, around, [])
    with pytest.raises(UnusableAnswer, match="repeats code around"):
        keep_range([*around, "", "def f():"], ["def f():"], around, [])
