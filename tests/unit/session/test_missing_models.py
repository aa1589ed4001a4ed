"""An adapter that was not pulled: how long it is reported, and when it is requested again."""

from __future__ import annotations

from hotseat.domain.errors import EngineUnavailable, ModelNotFound
from hotseat.domain.experts import Expert, ModelSpec
from hotseat.session.missing_models import MissingModels

RETRY_S = 30.0
GO = Expert(name="go", languages=("go",), spec=ModelSpec("hotseat/go:latest"))
SQL = Expert(name="sql", languages=("sql",), spec=ModelSpec("hotseat/sql:latest"))
ERROR = ModelNotFound("hotseat/go:latest")


class Desk:
    def __init__(self) -> None:
        self.now_s = 100.0
        self.n_changes = 0
        self.missing = MissingModels(
            self.changed,
            clock=lambda: self.now_s,
            retry_s=RETRY_S,
            hint_of=lambda expert: f"Run `hotseat pull {expert.name}`",
        )

    def changed(self) -> None:
        self.n_changes += 1


def test_it_is_reported_once_with_a_hint() -> None:
    desk = Desk()
    desk.missing.failed(GO, ERROR)
    desk.missing.failed(GO, ERROR)
    assert desk.n_changes == 1
    assert "hotseat pull go" in desk.missing.problem(GO)
    assert "hotseat pull go" in desk.missing.hint(GO)
    assert (desk.missing.problem(SQL), desk.missing.hint(SQL)) == ("", "")


def test_it_is_requested_again_after_a_while_and_shown_as_failed_until_it_answers() -> None:
    desk = Desk()
    desk.missing.failed(GO, ERROR)
    desk.now_s += RETRY_S + 1
    assert desk.missing.hint(GO) == "", "worth a try"
    assert desk.missing.problem(GO)
    desk.missing.failed(GO, ERROR)
    assert desk.missing.hint(GO)
    desk.missing.found(GO)
    assert (desk.missing.problem(GO), desk.missing.hint(GO)) == ("", "")
    assert desk.n_changes == 2


def test_another_engine_may_have_it() -> None:
    desk = Desk()
    desk.missing.failed(GO, ERROR)
    desk.missing.forget_all()
    assert desk.missing.problem(GO) == ""
    assert desk.n_changes == 2


def test_an_engine_that_is_away_says_nothing_of_its_models() -> None:
    desk = Desk()
    desk.missing.failed(GO, EngineUnavailable("no answer"))
    assert (desk.missing.problem(GO), desk.n_changes) == ("", 0)
