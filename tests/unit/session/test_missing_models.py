"""An adapter that was not pulled: how long it is reported, and when it is requested again."""

from __future__ import annotations

from hotseat.domain.errors import EngineUnavailable, ModelNotFound
from hotseat.domain.experts import Expert, ModelSource, ModelSpec
from hotseat.engines.capabilities import EMBEDDED, OLLAMA
from hotseat.session.missing_models import Download, MissingModels

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


WEB = Expert(
    name="web",
    languages=("html",),
    spec=ModelSpec("web"),
    size_bytes=250,
    source=ModelSource(parts=("file:web.gguf",)),
)
OVER_WEB = Expert(
    name="css",
    languages=("css",),
    spec=ModelSpec("hotseat/css"),
    adapter="css.gguf",
    base_model="web",
    size_bytes=250,
    source=WEB.source,
)


def test_what_the_engine_does_not_list_must_be_downloaded() -> None:
    desk = Desk()
    assert desk.missing.download(WEB, EMBEDDED) is None, "its list is not known yet"
    desk.missing.listed(frozenset({"go:1b"}))
    download = desk.missing.download(WEB, EMBEDDED)
    assert download == Download(model="web", size_bytes=250, problem="")
    assert desk.missing.download(OVER_WEB, EMBEDDED) == download, "they share the model"
    assert desk.n_changes == 1


def test_what_has_no_source_cannot_be_downloaded_without_a_library() -> None:
    desk = Desk()
    desk.missing.listed(frozenset())
    with_library = desk.missing.download(GO, OLLAMA)
    without = desk.missing.download(GO, EMBEDDED)
    assert with_library is not None
    assert without is not None
    assert with_library.problem == ""
    assert "`source:`" in without.problem


def test_an_adapter_is_missing_on_its_own() -> None:
    desk = Desk()
    desk.missing.listed(frozenset({"web:latest"}))
    assert desk.missing.lacks(WEB) == ""
    download = desk.missing.download(OVER_WEB, EMBEDDED)
    assert download == Download(model="hotseat/css", size_bytes=None, problem="")


def test_what_was_pulled_is_there_before_the_next_list() -> None:
    desk = Desk()
    desk.missing.listed(frozenset())
    desk.missing.pulled(OVER_WEB)
    assert (desk.missing.lacks(WEB), desk.missing.lacks(OVER_WEB)) == ("", "")
    assert desk.n_changes == 2
