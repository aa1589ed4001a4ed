"""From what a person does to which models are wanted, and why."""

from __future__ import annotations

import pytest

from hotseat.attention.demand import ASKED_FOR_S, demand
from hotseat.attention.forecast import RECENT_HALF_LIFE_S
from hotseat.attention.state import DWELL_S, AttentionState, update
from hotseat.domain.demand import Demand, Want
from hotseat.domain.events import (
    Asked,
    AttentionEvent,
    Closed,
    CursorMoved,
    Edited,
    Focused,
    Opened,
    Pinned,
    VisibleChanged,
    WindowFocused,
)
from hotseat.domain.experts import Expert, ModelSpec, Roster

GO, HTML, SQL, PY, MD = (f"file:///shop/x.{name}" for name in ("go", "html", "sql", "py", "md"))


def expert(name: str, *languages: str, model: str | None = None, pinned: bool = False) -> Expert:
    spec = ModelSpec(model or f"{name}:1b")
    return Expert(name=name, languages=languages, spec=spec, pinned=pinned, size_bytes=len(name))


GENERALIST = expert("general")
ROSTER = Roster(
    generalist=GENERALIST,
    experts=(
        expert("go", "go"),
        expert("web", "html", "javascript", "css"),
        expert("sql", "sql"),
        expert("python", "python"),
    ),
)
OPEN_ALL = (Opened(HTML, "html"), Opened(SQL, "sql"), Opened(GO, "go"))


class Person:
    """Does things, one after the other; a second passes before each."""

    def __init__(self, *events: AttentionEvent, roster: Roster = ROSTER) -> None:
        self.state = AttentionState()
        self.now_s = 1000.0
        self.roster = roster
        self.does(*events)

    def does(self, *events: AttentionEvent) -> Person:
        for event in events:
            self.now_s += 1.0
            self.state = update(self.state, event, self.now_s)
        return self

    def waits(self, seconds: float) -> Person:
        self.now_s += seconds
        return self

    def demand(self) -> Demand:
        return demand(self.state, self.roster, self.now_s + DWELL_S)

    def want(self, name: str) -> Want | None:
        return next((w for w in self.demand().wants if w.expert == name), None)

    def demanded(self) -> list[str]:
        return [w.expert for w in self.demand().wants if w.demanded]

    def names(self) -> list[str]:
        return [w.expert for w in self.demand().wants]


def probability(want: Want | None) -> float:
    return want.probability if want else 0.0


def test_nothing_open_wants_nothing() -> None:
    assert Person().names() == []


def test_the_focused_file_is_demanded() -> None:
    person = Person(*OPEN_ALL, Focused(HTML))
    assert person.demanded() == ["web"]
    assert person.names()[0] == "web"
    want = person.want("web")
    assert want is not None
    assert (want.probability, want.reason) == (1.0, "html is under the cursor")


def test_the_generalist_is_wanted_beside_every_file() -> None:
    want = Person(Opened(GO, "go")).want("general")
    assert want is not None
    assert not want.demanded


def test_a_language_without_an_expert_demands_the_generalist() -> None:
    assert Person(Opened("file:///a.rs", "rust")).demanded() == ["general"]


def test_focus_moves_and_what_was_left_is_still_likely() -> None:
    person = Person(*OPEN_ALL, Focused(GO), Focused(SQL))
    assert person.demanded() == ["sql"]
    want = person.want("go")
    assert want is not None
    assert want.reason == "go was left less than a minute ago"
    assert want.probability > probability(person.want("web"))  # which is only open


def test_what_was_left_fades() -> None:
    person = Person(*OPEN_ALL, Focused(HTML), Focused(GO))
    person.does(Closed(HTML))
    fresh = probability(person.want("web"))
    person.waits(RECENT_HALF_LIFE_S)
    assert probability(person.want("web")) == pytest.approx(fresh / 2, rel=0.02)
    want = person.want("web")
    assert want is not None
    assert want.reason == "html was left 5 min ago"
    person.waits(3600 * 10)
    assert probability(person.want("web")) < 0.05


def test_the_order_of_what_was_left_is_the_order_of_leaving() -> None:
    person = Person(*OPEN_ALL, Focused(GO), Focused(HTML), Focused(SQL))
    person.waits(60).does(Focused(None))
    names = [name for name in person.names() if name != "general"]
    assert names == ["sql", "web", "go"]


def test_visible_files_come_before_those_left() -> None:
    person = Person(*OPEN_ALL, Focused(HTML), Focused(GO), VisibleChanged((GO, SQL)))
    assert person.names()[:3] == ["go", "sql", "web"]
    want = person.want("sql")
    assert want is not None
    assert want.reason == "sql is visible"
    person.does(VisibleChanged((GO,)))
    assert probability(person.want("sql")) < probability(person.want("web"))


def test_visible_files_that_are_not_open_do_not_count() -> None:
    assert Person(VisibleChanged((SQL,)), Focused(SQL)).names() == []


def test_the_region_under_the_cursor_counts_and_its_host_stays_likely() -> None:
    roster = Roster(experts=(expert("html", "html"), expert("js", "javascript")))
    person = Person(Opened(HTML, "html"), Focused(HTML), roster=roster)
    person.does(CursorMoved(HTML, "javascript"))
    assert person.demanded() == ["js"]
    want = person.want("html")
    assert want is not None
    assert want.reason == "html is around the cursor's region"
    assert want.probability >= 0.5
    person.does(CursorMoved(HTML, "html"))
    assert person.demanded() == ["html"]
    assert probability(person.want("js")) > 0.4


def test_a_region_in_a_file_without_focus_does_not_demand() -> None:
    person = Person(*OPEN_ALL, Focused(GO), CursorMoved(HTML, "javascript"))
    assert person.demanded() == ["go"]


def test_an_unknown_region_is_the_files_language() -> None:
    person = Person(Opened(GO, "go"), Focused(GO), CursorMoved(GO, None))
    assert person.demanded() == ["go"]


def test_events_about_files_that_are_not_open_change_no_wants() -> None:
    person = Person(*OPEN_ALL, Focused(GO))
    before = person.names()
    person.does(CursorMoved(PY, "python"), Edited(PY, "python"), Closed(PY))
    assert person.names() == before


def test_a_window_in_the_background_demands_nothing() -> None:
    person = Person(*OPEN_ALL, Focused(GO), WindowFocused(False))
    assert person.demanded() == []
    want = person.want("go")
    assert want is not None
    assert 0 < want.probability < 1
    assert want.reason == "go is under the cursor, window in background"
    assert person.does(WindowFocused(True)).demanded() == ["go"]


def test_closing_the_focused_file_leaves_it_recent() -> None:
    person = Person(*OPEN_ALL, Focused(SQL), Closed(SQL))
    assert person.demanded() == []
    want = person.want("sql")
    assert want is not None
    assert "left" in want.reason


# --- clients that tell nothing beyond LSP ---


def test_a_plain_clients_open_file_has_the_focus() -> None:
    person = Person(Opened(GO, "go"))
    assert person.demanded() == ["go"]
    assert person.does(Opened(SQL, "sql")).demanded() == ["sql"]


def test_a_plain_clients_edits_and_requests_move_the_focus() -> None:
    person = Person(*OPEN_ALL)
    assert person.does(Edited(HTML, "html")).demanded() == ["web"]
    assert person.does(CursorMoved(SQL, "sql")).demanded() == ["sql"]


def test_a_client_that_tells_the_focus_is_believed() -> None:
    person = Person(*OPEN_ALL, Focused(GO))
    assert person.does(Edited(HTML, "html")).demanded() == ["go"]  # a rename across files
    assert person.does(Opened(PY, "python")).demanded() == ["go"]
    assert person.does(Focused(None)).demanded() == []


# --- by hand ---


def test_a_load_by_hand_is_wanted_for_a_while() -> None:
    person = Person(Opened(GO, "go"), Asked("sql", True))
    want = person.want("sql")
    assert want is not None
    assert (want.reason, want.demanded) == ("asked for", False)
    assert person.waits(ASKED_FOR_S + 1).want("sql") is None


def test_an_unload_by_hand_ends_an_earlier_load() -> None:
    assert Person(Asked("sql", True), Asked("sql", False)).want("sql") is None


def test_who_types_on_has_not_turned_to_the_language_again() -> None:
    person = Person(*OPEN_ALL, Focused(GO))
    person.waits(1.0)
    unloaded_s = person.now_s
    person.waits(1.0).does(Edited(GO, "go"))
    assert not person.state.turned_to_since(unloaded_s, person.now_s)
    person.does(Focused(SQL), Focused(GO))
    assert not person.state.turned_to_since(unloaded_s, person.now_s)  # it may be a walk through
    person.waits(DWELL_S)
    assert person.state.turned_to_since(unloaded_s, person.now_s)


def test_pinned_experts_are_wanted_without_any_file() -> None:
    person = Person(Pinned("sql", True))
    want = person.want("sql")
    assert want is not None
    assert (want.pinned, want.reason) == (True, "pinned")
    assert person.does(Pinned("sql", False)).want("sql") is None


def test_a_pin_of_the_roster_can_be_taken_out_by_hand() -> None:
    roster = Roster(experts=(expert("go", "go", pinned=True),))
    person = Person(roster=roster)
    want = person.want("go")
    assert want is not None
    assert want.pinned
    assert person.does(Pinned("go", False)).want("go") is None


def test_a_pinned_expert_under_the_cursor_is_pinned_and_demanded() -> None:
    person = Person(Opened(GO, "go"), Pinned("go", True))
    want = person.want("go")
    assert want is not None
    assert (want.pinned, want.demanded, want.reason) == (True, True, "go is under the cursor")


def test_names_that_no_expert_has_want_nothing() -> None:
    assert Person(Asked("cobol", True), Pinned("cobol", True)).names() == []


# --- the roster ---


def test_a_language_that_is_switched_off_wants_nothing() -> None:
    person = Person(Opened(MD, "markdown"))
    assert person.demanded() == []
    person = Person(Opened(GO, "go"), roster=Roster(disabled_languages=frozenset({"go"})))
    assert person.names() == []


def test_two_experts_on_one_model_are_one_want() -> None:
    roster = Roster(
        experts=(expert("go", "go", model="m:1b"), expert("python", "python", model="m:1b"))
    )
    person = Person(Opened(GO, "go"), Opened(PY, "python"), Focused(GO), roster=roster)
    (want,) = person.demand().wants
    assert (want.expert, want.demanded, want.probability) == ("go", True, 1.0)


def test_the_same_model_with_other_options_is_another_want() -> None:
    twice = tuple(
        Expert(name=n, languages=(n,), spec=ModelSpec("m:1b", (("num_ctx", c),)))
        for n, c in (("go", 2048), ("python", 4096))
    )
    person = Person(Opened(GO, "go"), Opened(PY, "python"), roster=Roster(experts=twice))
    assert len(person.demand().wants) == 2


def test_the_rosters_size_goes_along() -> None:
    want = Person(Opened(GO, "go")).want("go")
    assert want is not None
    assert want.size_hint_bytes == 2


def test_the_same_history_gives_the_same_demand() -> None:
    history = (*OPEN_ALL, Focused(GO), VisibleChanged((SQL, HTML)), Pinned("python", True))
    assert Person(*history).demand() == Person(*history).demand()
