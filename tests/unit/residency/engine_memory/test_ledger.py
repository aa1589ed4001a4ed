"""Who loaded what is in memory."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hotseat.domain.residency import ResidentModel
from hotseat.residency.engine_memory.ledger import Cause, Change, Ledger


def model(name: str, **changes: object) -> ResidentModel:
    seen = ResidentModel(model=name, digest="", size_bytes=7, context_length=2048, process="1")
    return replace(seen, **changes)  # type: ignore[arg-type]


class Observer:
    """Lists of the engine a second apart, each answered within 0.01 s."""

    def __init__(self, *inherited: str) -> None:
        self.ledger = Ledger()
        self.now_s = 100.0
        self.ledger.start(self.now_s)
        if inherited:
            self.list(*inherited, inherited=inherited)

    def list(
        self, *names: str | ResidentModel, inherited: tuple[str, ...] = (), fits: bool = True
    ) -> list[Change]:
        self.now_s += 1.0
        return self.ledger.observe(
            [model(name) if isinstance(name, str) else name for name in names],
            asked_s=self.now_s,
            now_s=self.now_s + 0.01,
            inherited=inherited,
            could_be_ours=lambda seen: fits,
        )

    def ours(self) -> set[str]:
        return set(self.ledger.owned())


def test_every_byte_has_an_owner() -> None:
    observer = Observer("a")
    observer.ledger.begin_load("b")
    observer.list("a", "b", "their", model("alias", size_bytes=0, alias_of="a"))
    causes = {name: entry.cause for name, entry in observer.ledger.entries.items()}
    assert causes == {
        "a": Cause.EARLIER_KEEPER,
        "b": Cause.LOAD,
        "their": Cause.OTHER_CLIENT,
    }
    assert observer.ledger.foreign() == {"their": 7}


def test_a_model_that_came_back_by_our_request_is_ours() -> None:
    observer = Observer("a")
    observer.list()
    observer.ledger.note_use("a", observer.now_s + 0.2, observer.now_s + 0.9)
    (change,) = observer.list("a")
    assert (change.entry.cause, change.before) == (Cause.REQUEST, None)
    observer.list("a")
    assert observer.ours() == {"a"}


def test_a_model_that_our_request_loads_for_the_first_time_is_ours() -> None:
    """It was another client's before, perhaps; that one's has left memory."""
    observer = Observer()
    observer.list("a")
    observer.list()
    observer.ledger.note_use("a", observer.now_s + 0.2, observer.now_s + 0.9)
    observer.list("a")
    assert observer.ours() == {"a"}


def test_a_request_that_began_before_the_loss_was_seen_counts_while_it_lasts() -> None:
    observer = Observer("a")
    began_s = observer.now_s + 0.5
    observer.list()
    observer.ledger.note_use("a", began_s, observer.now_s + 0.5)
    observer.list("a")
    assert observer.ours() == {"a"}


def test_a_request_that_is_reported_late_counts_too() -> None:
    observer = Observer("a")
    observer.list()
    began_s = observer.now_s + 0.9
    observer.list("a")
    assert observer.ours() == set()
    observer.ledger.note_use("a", began_s, observer.now_s + 0.3)
    observer.list("a")
    assert observer.ours() == {"a"}


@pytest.mark.parametrize(
    ("began_s", "until_s"),
    [(-0.8, -0.1), (1.5, 1.9), (2.5, 2.6)],
    ids=["ended before the loss was seen", "began after it was back", "much later"],
)
def test_other_requests_do_not_make_it_ours(began_s: float, until_s: float) -> None:
    observer = Observer("a")
    observer.list()
    gone_s = observer.now_s
    observer.list("a")
    observer.ledger.note_use("a", gone_s + began_s, gone_s + until_s)
    for _ in range(3):
        observer.list("a")
        assert observer.ours() == set()


def test_what_comes_back_without_a_request_is_somebody_elses() -> None:
    observer = Observer("a", "b")
    observer.list("b")
    observer.ledger.note_use("b", observer.now_s, observer.now_s + 5)
    observer.list("a", "b")
    assert observer.ours() == {"b"}


def test_another_process_is_another_load() -> None:
    """Between two lists its runner was killed, and another client loaded it again."""
    observer = Observer("a")
    (change,) = observer.list(model("a", process="2"))
    assert observer.ours() == set()
    assert change.before is not None
    observer.ledger.note_use("a", observer.now_s + 0.1, observer.now_s + 0.2)
    observer.list(model("a", process="3"))
    assert observer.ours() == {"a"}


def test_a_process_that_could_not_be_seen_for_a_while_is_compared_with_the_last_one() -> None:
    observer = Observer("a")
    observer.list(model("a", process=""))
    observer.list(model("a"))
    assert observer.ours() == {"a"}
    observer.list(model("a", process=""))
    observer.list(model("a", process="2"))
    assert observer.ours() == set()


def test_options_that_no_request_of_ours_has_are_another_clients() -> None:
    observer = Observer("a")
    observer.ledger.note_use("a", observer.now_s, observer.now_s + 5)
    observer.list(model("a", context_length=512), fits=False)
    observer.list(model("a", context_length=512))
    assert observer.ours() == set()


def test_a_load_that_ended_well_is_ours_whatever_the_list_looks_like() -> None:
    observer = Observer()
    observer.ledger.begin_load("a")
    observer.list(model("a", context_length=512), fits=False)
    observer.ledger.end_load("a", observer.now_s + 0.1, done=True)
    assert observer.ours() == {"a"}


def test_a_load_that_only_found_another_clients_model_does_not_take_it() -> None:
    observer = Observer()
    observer.list("a")
    observer.ledger.begin_load("a")
    observer.ledger.end_load("a", observer.now_s + 0.2, done=True)
    observer.list("a")
    assert observer.ours() == set()


def test_a_load_that_a_list_gave_rise_to_did_not_bring_what_it_shows() -> None:
    observer = Observer()
    observer.list("a")
    observer.ledger.begin_load("a")  # at the moment at which the list arrived
    observer.list("a")
    assert observer.ours() == set()


def test_options_of_ours_that_become_known_later_count_too() -> None:
    observer = Observer()
    observer.list(model("a", context_length=512))
    observer.ledger.note_use("a", observer.now_s - 0.5, observer.now_s)
    observer.list(model("a", context_length=512), fits=False)
    assert observer.ours() == set()


def test_a_load_that_failed_brings_nothing_later() -> None:
    observer = Observer()
    observer.list()
    observer.ledger.begin_load("a")
    observer.ledger.end_load("a", observer.now_s + 0.2, done=False)
    observer.list("a")
    assert observer.ours() == set()


def test_what_we_unloaded_and_is_there_was_loaded_since() -> None:
    observer = Observer("a")
    observer.ledger.note_use("a", observer.now_s + 0.1, observer.now_s + 0.2)
    observer.ledger.unloaded("a", observer.now_s + 0.5)
    observer.list("a")
    assert observer.ours() == set()


def test_another_engine_holds_what_was_loaded_since() -> None:
    observer = Observer("a", "b")
    observer.ledger.note_use("b", observer.now_s, observer.now_s + 0.5)
    observer.ledger.lose_engine(observer.now_s + 0.6)
    observer.ledger.note_use("a", observer.now_s + 0.7, observer.now_s + 0.8)
    observer.list("a", "b")
    assert observer.ours() == {"a"}
