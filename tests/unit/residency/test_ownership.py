"""Whose a model is that left memory and came back."""

from __future__ import annotations

import pytest

from hotseat.residency.ownership import ReturnedModels


class Observer:
    """Lists of the engine a second apart, each answered within 0.01 s."""

    def __init__(self, *ours: str) -> None:
        self.returned = ReturnedModels()
        self.ours = set(ours)
        self.now_s = 100.0

    def list(self, *resident: str) -> set[str]:
        """As the keeper does it; returns what is ours again."""
        self.now_s += 1.0
        again = self.returned.observe(
            ours=self.ours, resident=resident, asked_s=self.now_s, now_s=self.now_s + 0.01
        )
        self.ours = (self.ours | again) & set(resident)
        return again


def test_what_stays_in_memory_is_nobodys_question() -> None:
    observer = Observer("a")
    assert observer.list("a", "their") == set()
    assert observer.ours == {"a"}


def test_a_model_that_came_back_by_our_request_is_ours() -> None:
    observer = Observer("a")
    observer.list()
    observer.returned.note_use("a", observer.now_s + 0.2, observer.now_s + 0.9)
    assert observer.list("a") == {"a"}
    assert observer.list("a") == set()
    assert observer.ours == {"a"}


def test_a_request_that_began_before_the_loss_was_seen_counts_while_it_lasts() -> None:
    observer = Observer("a")
    observer.list("a")
    began_s = observer.now_s + 0.5
    observer.list()
    observer.returned.note_use("a", began_s, observer.now_s + 0.5)
    assert observer.list("a") == {"a"}


def test_a_request_that_is_reported_late_counts_too() -> None:
    observer = Observer("a")
    observer.list()
    began_s = observer.now_s + 0.9
    assert observer.list("a") == set()
    observer.returned.note_use("a", began_s, observer.now_s + 0.3)
    assert observer.list("a") == {"a"}


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
    observer.returned.note_use("a", gone_s + began_s, gone_s + until_s)
    for _ in range(3):
        assert observer.list("a") == set()


def test_what_comes_back_without_a_request_is_somebody_elses() -> None:
    observer = Observer("a", "b")
    observer.list("b")
    observer.returned.note_use("b", observer.now_s, observer.now_s + 5)
    assert observer.list("a", "b") == set()
    assert observer.ours == {"b"}


def test_a_model_that_was_never_ours_is_not_claimed() -> None:
    observer = Observer("a")
    observer.list("a")
    observer.returned.note_use("their", observer.now_s, observer.now_s + 5)
    assert observer.list("a", "their") == set()


def test_the_last_of_several_losses_counts() -> None:
    observer = Observer("a")
    observer.list()
    observer.returned.note_use("a", observer.now_s + 0.1, observer.now_s + 0.2)
    observer.list()  # that request loaded nothing
    assert observer.list("a") == set()
    observer.list()
    observer.returned.note_use("a", observer.now_s + 0.1, observer.now_s + 0.2)
    assert observer.list("a") == {"a"}


def test_another_engine_holds_nothing_of_ours() -> None:
    observer = Observer("a")
    observer.list()
    observer.returned.clear()
    observer.returned.note_use("a", observer.now_s, observer.now_s + 2)
    assert observer.list("a") == set()
