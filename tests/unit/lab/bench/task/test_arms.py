"""What counts as a right step, and what the check of an arm sees."""

from __future__ import annotations

import pytest

from hotseat.lab.bench.task.arms import code_in, fits, is_right
from hotseat.lab.bench.task.samples import changes
from hotseat.lab.bench.task.stalls import least_loads

STEP = changes()[0].steps[1]
"""A struct in Go."""


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("Here:\n```go\npackage a\n```\nDone.", "package a\n"),
        ("```\npackage a\n", "package a\n"),
        ("package a", "package a\n"),
    ],
    ids=["fenced", "cut off", "bare"],
)
def test_the_code_of_an_answer(answer: str, code: str) -> None:
    assert code_in(answer) == code


def test_a_step_is_right_with_the_field_and_all_other_lines() -> None:
    assert is_right(STEP, STEP.after)
    assert is_right(STEP, STEP.after.replace("\t", "    "))
    assert not is_right(STEP, STEP.before)
    assert not is_right(STEP, f"package model\n{STEP.wanted}\n")


def test_the_check_sees_errors_lost_lines_and_no_change_but_not_the_field() -> None:
    other = STEP.after.replace(STEP.wanted, "\tOther string")
    assert fits(STEP, other) == fits(STEP, STEP.after) == 3
    assert fits(STEP, STEP.before) == 2
    assert fits(STEP, STEP.after.removesuffix("}\n")) < 3
    assert fits(STEP, "package model\n") == 2


@pytest.mark.parametrize("seats", [1, 2])
def test_a_change_needs_each_expert_once(seats: int) -> None:
    assert [least_loads(change, seats) for change in changes()[:3]] == [3, 3, 3]
