"""The samples of `hotseat bench task`, and their own tests."""

from __future__ import annotations

import socket
import sys
from itertools import pairwise

import pytest

from hotseat.domain.errors import HotseatError
from hotseat.lab.bench.task.own_tests import check_possible, passes
from hotseat.lab.bench.task.samples import changes
from hotseat.syntax.whole_text import syntax_errors


def test_thirty_changes_of_three_projects_alternate_three_languages() -> None:
    every = changes()
    assert len(every) >= 30
    assert len({change.project for change in every}) == 3
    for change in every:
        languages = [step.language for step in change.steps]
        assert len(languages) >= 9
        assert len(set(languages)) == 3
        assert all(a != b for a, b in pairwise(languages))
        assert len({step.path for step in change.steps}) == len(change.steps)


def test_both_texts_of_each_step_are_correct_and_differ_in_the_field() -> None:
    for change in changes()[:3]:
        for step in change.steps:
            for text in (step.before, step.after):
                errors = syntax_errors(text, step.language)
                assert errors is None or errors.n == 0, (step.path, text)
            added = [one for one in step.after.splitlines() if one not in step.before.splitlines()]
            assert added == [step.wanted]


def is_confined() -> bool:
    """Whether this machine can confine the tests. If it cannot, it says what to do."""
    problem = None
    try:
        check_possible()
    except HotseatError as error:
        problem = error
    assert problem is None or problem.hint
    return problem is None


@pytest.mark.skipif(sys.platform != "linux", reason="the tests of samples are confined on Linux")
def test_a_projects_own_test_passes_with_the_change_alone() -> None:
    if not is_confined():
        return
    for change in changes()[:3]:
        after = {step.path: step.after for step in change.steps}
        assert passes(change, after)
        path = change.steps[0].path
        assert not passes(change, {**after, path: change.steps[0].before})


@pytest.mark.skipif(sys.platform != "linux", reason="the tests of samples are confined on Linux")
@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.create_connection(('127.0.0.1', PORT), 2)",
        "import os; assert os.getuid() != 0; raise SystemExit('as a user')",
        "bytearray(2_000_000_000)",
        "open('big', 'wb').write(bytes(3_000_000)); open('big', 'rb')",
    ],
    ids=["network", "user", "memory", "file"],
)
def test_what_a_model_wrote_is_confined(code: str) -> None:
    """Each of these would pass if it were allowed, as the right line is there too."""
    if not is_confined():
        return
    clinic = next(change for change in changes() if change.project == "clinic")
    after = {step.path: step.after for step in clinic.steps}
    path = clinic.steps[0].path
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        text = f"{code.replace('PORT', str(port))}\n{after[path]}"
        assert not passes(clinic, {**after, path: text})
