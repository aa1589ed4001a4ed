"""A load begins on focus, unless the stay is too short to matter."""

from __future__ import annotations

from hotseat.attention.attention import Attention
from hotseat.attention.demand import IDLE_S
from hotseat.attention.forecaster import MIN_STAY_S, Forecaster
from hotseat.attention.state import DWELL_S
from hotseat.domain.events import AttentionEvent, Closed, CursorMoved, Edited, Focused, Opened
from hotseat.domain.experts import Expert, ModelSpec, Roster

LANGUAGES = ("go", "html", "sql", "css")
ROSTER = Roster(
    experts=tuple(Expert(name=n, languages=(n,), spec=ModelSpec(f"{n}:1b")) for n in LANGUAGES)
)


class Window:
    """One window with all languages open, and its person."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.forecaster = Forecaster()
        self.attention = Attention(self.forecaster, lambda uri: uri)
        self.attention.begin(self.now_s)
        self.attend(Focused(None), *(Opened(f"x.{name}", name) for name in LANGUAGES))

    def attend(self, *events: AttentionEvent) -> Window:
        for event in events:
            self.attention.attend(event, self.now_s)
        return self

    def to(self, language: str, *, stays_s: float) -> Window:
        self.attend(Focused(f"x.{language}"))
        self.now_s += stays_s
        return self

    def demanded(self) -> list[str]:
        wants = self.attention.demand(ROSTER, self.now_s).wants
        return [want.expert for want in wants if want.demanded]


def test_the_first_file_is_demanded_at_once() -> None:
    assert Window().to("go", stays_s=0.0).demanded() == ["go"]


def test_the_next_one_when_the_person_has_stayed_a_moment() -> None:
    window = Window().to("go", stays_s=60.0).to("html", stays_s=0.0)
    assert window.demanded() == ["go"]
    window.now_s += window.attention.settles_in_s(window.now_s)
    assert window.demanded() == ["html"]
    assert window.attention.settles_in_s(window.now_s) == 0.0


def test_typing_ends_the_doubt() -> None:
    window = Window().to("go", stays_s=60.0).to("html", stays_s=0.01)
    assert window.attend(Edited("x.html", "html")).demanded() == ["html"]


def test_flipping_through_tabs_demands_none_of_them() -> None:
    window = Window().to("go", stays_s=60.0)
    for language in ("html", "sql", "css", "html", "sql"):
        assert window.to(language, stays_s=DWELL_S / 2).demanded() == ["go"]
    assert window.to("css", stays_s=DWELL_S).demanded() == ["css"]


def test_a_cursor_that_runs_through_a_region_demands_nothing_for_it() -> None:
    window = Window().to("html", stays_s=60.0)
    window.attend(CursorMoved("x.html", "css"))
    window.now_s += DWELL_S / 2
    assert window.demanded() == ["html"]
    window.attend(CursorMoved("x.html", "html"))
    window.now_s += DWELL_S
    assert window.demanded() == ["html"]


def test_what_was_closed_is_not_kept_for_a_moment_more() -> None:
    window = Window().to("go", stays_s=60.0).attend(Closed("x.go"))
    assert window.demanded() == []


def test_while_in_doubt_the_forecast_is_that_of_the_place_before() -> None:
    window = Window()
    for _ in range(10):
        window.to("go", stays_s=60.0).to("html", stays_s=60.0)
    window.to("go", stays_s=60.0)
    before = window.attention.demand(ROSTER, window.now_s).wants
    window.to("html", stays_s=DWELL_S / 2)
    assert window.attention.demand(ROSTER, window.now_s).wants == before


def test_a_stay_too_short_to_mean_anything_is_not_learned() -> None:
    calm, hasty = Window(), Window()
    for window in (calm, hasty):
        for language in LANGUAGES * 3:
            window.to(language, stays_s=30.0)
    hasty.to("sql", stays_s=(DWELL_S + MIN_STAY_S) / 2).to("html", stays_s=DWELL_S / 2)
    for window in (calm, hasty):
        window.to("go", stays_s=30.0)
    wants = [w.attention.demand(ROSTER, w.now_s).wants for w in (calm, hasty)]
    assert wants[0] == wants[1]


def test_who_does_nothing_for_long_wants_nothing() -> None:
    window = Window().to("go", stays_s=60.0)
    assert window.demanded() == ["go"]
    window.now_s += IDLE_S
    assert window.attention.demand(ROSTER, window.now_s).wants == ()
    assert window.attend(Edited("x.go", "go")).demanded() == ["go"]


def test_a_stay_is_learned_when_it_is_left_not_when_the_next_one_settles() -> None:
    window = Window().to("go", stays_s=60.0)
    assert window.demanded() == ["go"]
    assert "go" not in window.forecaster.habits.last_seen
    window.to("html", stays_s=0.01)
    assert "go" in window.forecaster.habits.last_seen


def test_a_stay_that_was_too_short_is_not_learned_when_it_is_left() -> None:
    window = Window().to("go", stays_s=60.0).to("html", stays_s=MIN_STAY_S / 2)
    assert window.demanded() == ["html"]
    window.to("go", stays_s=60.0)
    assert window.demanded() == ["go"]
    assert "html" not in window.forecaster.habits.last_seen
