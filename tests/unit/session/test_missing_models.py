"""An adapter that was not pulled: until when it is told, and when it is asked for again."""

from __future__ import annotations

from hotseat.domain.errors import EngineUnavailable, ModelNotFound
from hotseat.domain.experts import Expert, ModelSpec
from hotseat.session.missing_models import RETRY_S, MissingExperts

GO = Expert(name="go", languages=("go",), spec=ModelSpec("hotseat/go:latest"))
SQL = Expert(name="sql", languages=("sql",), spec=ModelSpec("hotseat/sql:latest"))
ERROR = ModelNotFound("hotseat/go:latest")


class Told:
    def __init__(self) -> None:
        self.now_s = 100.0
        self.n_changes = 0
        self.missing = MissingExperts(self.changed, clock=lambda: self.now_s)

    def changed(self) -> None:
        self.n_changes += 1


def test_it_is_told_once_and_with_what_to_do() -> None:
    told = Told()
    told.missing.failed(GO, ERROR)
    told.missing.failed(GO, ERROR)
    assert told.n_changes == 1
    assert "hotseat pull hotseat/go:latest" in told.missing.problem(GO)
    assert "hotseat pull hotseat/go:latest" in told.missing.hint(GO)
    assert (told.missing.problem(SQL), told.missing.hint(SQL)) == ("", "")


def test_it_is_asked_for_again_after_a_while_and_shown_as_failed_until_it_answers() -> None:
    told = Told()
    told.missing.failed(GO, ERROR)
    told.now_s += RETRY_S + 1
    assert told.missing.hint(GO) == "", "worth a try"
    assert told.missing.problem(GO)
    told.missing.failed(GO, ERROR)
    assert told.missing.hint(GO)
    told.missing.found(GO)
    assert (told.missing.problem(GO), told.missing.hint(GO)) == ("", "")
    assert told.n_changes == 2


def test_another_engine_may_have_it() -> None:
    told = Told()
    told.missing.failed(GO, ERROR)
    told.missing.forget_all()
    assert told.missing.problem(GO) == ""
    assert told.n_changes == 2


def test_an_engine_that_is_away_says_nothing_of_its_models() -> None:
    told = Told()
    told.missing.failed(GO, EngineUnavailable("nobody answers"))
    assert (told.missing.problem(GO), told.n_changes) == ("", 0)
