"""What other programs write says a little about what is needed next, for a short time."""

from __future__ import annotations

import time

import pytest

from hotseat.attention.attention import Attention
from hotseat.attention.demand import IDLE_S
from hotseat.attention.forecast import CHANGED_FOR_S
from hotseat.attention.forecaster import Forecaster
from hotseat.domain.demand import Want
from hotseat.domain.events import (
    AttentionEvent,
    ChangedOnDisk,
    Edited,
    Focused,
    Opened,
    VisibleChanged,
)
from hotseat.domain.experts import Expert, ModelSpec, Roster

LANGUAGES = ("go", "html", "sql", "css")
ROSTER = Roster(
    experts=tuple(Expert(name=n, languages=(n,), spec=ModelSpec(f"{n}:1b")) for n in LANGUAGES)
)


class Window:
    """A person who has worked in Go for a while, with a window that learns or one that does not."""

    def __init__(self, forecaster: Forecaster | None) -> None:
        self.now_s = 100.0
        self.attention = Attention(forecaster, lambda uri: uri)
        self.attention.begin(self.now_s)
        self.attend(Opened("x.go", "go"), Focused("x.go"), Edited("x.go", "go"))
        self.now_s += 60.0

    def attend(self, *events: AttentionEvent) -> None:
        for event in events:
            self.attention.attend(event, self.now_s)

    def want(self, name: str) -> Want | None:
        wants = self.attention.demand(ROSTER, self.now_s).wants
        return next((want for want in wants if want.expert == name), None)

    def probability(self, name: str) -> float:
        want = self.want(name)
        return want.probability if want else 0.0


@pytest.fixture(params=[True, False], ids=["habits", "recency"])
def window(request: pytest.FixtureRequest) -> Window:
    return Window(Forecaster() if request.param else None)


def test_what_changed_on_disk_is_wanted_a_little(window: Window) -> None:
    before = window.probability("sql")
    window.attend(ChangedOnDisk(("sql",)))
    want = window.want("sql")
    assert want is not None
    assert (want.reason, want.demanded) == ("sql changed on disk", False)
    assert before < want.probability < before + 0.15


def test_it_is_forgotten_though_nothing_else_happens(window: Window) -> None:
    before = window.probability("sql")
    window.attend(ChangedOnDisk(("sql",)))
    window.now_s += CHANGED_FOR_S - 1
    assert window.probability("sql") > before
    window.now_s += 1
    want = window.want("sql")
    assert want is None or "on disk" not in want.reason
    assert window.probability("sql") == pytest.approx(before, abs=0.01)


def test_the_language_under_the_cursor_gets_nothing_of_it(window: Window) -> None:
    window.attend(ChangedOnDisk(("go", "sql")))
    both = window.probability("sql")
    want = window.want("go")
    assert want is not None
    assert (want.probability, want.reason) == (1.0, "go is under the cursor")
    window.attention.state = window.attention.state._replace(changed_s={})
    window.attend(ChangedOnDisk(("sql",)))
    assert window.probability("sql") == both


def test_it_counts_for_less_than_what_is_on_the_screen(window: Window) -> None:
    window.attend(Opened("x.html", "html"), VisibleChanged(("x.go", "x.html")))
    window.attend(Focused("x.go"))
    window.attend(ChangedOnDisk(("sql", "css")))
    assert window.probability("html") > 2 * window.probability("sql") > 0
    want = window.want("html")
    assert want is not None
    assert want.reason == "html is visible"


def test_a_tool_that_writes_all_night_is_no_sign_of_a_person(window: Window) -> None:
    for _ in range(40):
        window.attend(ChangedOnDisk(("sql", "go")))
        window.now_s += IDLE_S / 30
    assert window.attention.demand(ROSTER, window.now_s).wants == ()


def test_it_does_not_move_the_person(window: Window) -> None:
    window.attend(Opened("x.html", "html"), Focused("x.html"))
    before = window.attention.state
    window.now_s += 0.1
    window.attend(ChangedOnDisk(("sql", "html")))
    assert window.attention.state._replace(changed_s=before.changed_s) == before
    assert window.attention.settles_in_s(window.now_s) > 0


def test_it_is_cheap() -> None:
    window = Window(Forecaster())
    event = ChangedOnDisk(LANGUAGES)
    began_s = time.process_time()
    for _ in range(1000):
        window.attend(event)
        window.attention.demand(ROSTER, window.now_s)
    assert (time.process_time() - began_s) / 1000 < 0.002
