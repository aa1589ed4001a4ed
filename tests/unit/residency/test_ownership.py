"""Whose a model is that left memory and came back."""

from __future__ import annotations

import pytest

from hotseat.residency.ownership import Comebacks


class Looks:
    """Looks at the engine a second apart, each answered within 0.01 s."""

    def __init__(self, *ours: str) -> None:
        self.comebacks = Comebacks()
        self.ours = set(ours)
        self.now_s = 100.0

    def look(self, *resident: str) -> set[str]:
        """As the keeper does it; returns what is ours again."""
        self.now_s += 1.0
        again = self.comebacks.look(
            ours=self.ours, resident=resident, asked_s=self.now_s, now_s=self.now_s + 0.01
        )
        self.ours = (self.ours | again) & set(resident)
        return again


def test_what_stays_in_memory_is_nobodys_question() -> None:
    looks = Looks("a")
    assert looks.look("a", "their") == set()
    assert looks.ours == {"a"}


def test_a_model_that_came_back_by_our_request_is_ours() -> None:
    looks = Looks("a")
    looks.look()
    looks.comebacks.used("a", looks.now_s + 0.2, looks.now_s + 0.9)
    assert looks.look("a") == {"a"}
    assert looks.look("a") == set()
    assert looks.ours == {"a"}


def test_a_request_that_began_before_the_loss_was_seen_counts_while_it_lasts() -> None:
    looks = Looks("a")
    looks.look("a")
    began_s = looks.now_s + 0.5
    looks.look()
    looks.comebacks.used("a", began_s, looks.now_s + 0.5)
    assert looks.look("a") == {"a"}


def test_a_request_that_is_reported_late_counts_too() -> None:
    looks = Looks("a")
    looks.look()
    began_s = looks.now_s + 0.9
    assert looks.look("a") == set()
    looks.comebacks.used("a", began_s, looks.now_s + 0.3)
    assert looks.look("a") == {"a"}


@pytest.mark.parametrize(
    ("began_s", "until_s"),
    [(-0.8, -0.1), (1.5, 1.9), (2.5, 2.6)],
    ids=["ended before the loss was seen", "began after it was back", "much later"],
)
def test_other_requests_do_not_make_it_ours(began_s: float, until_s: float) -> None:
    looks = Looks("a")
    looks.look()
    gone_s = looks.now_s
    looks.look("a")
    looks.comebacks.used("a", gone_s + began_s, gone_s + until_s)
    for _ in range(3):
        assert looks.look("a") == set()


def test_what_comes_back_without_a_request_is_somebody_elses() -> None:
    looks = Looks("a", "b")
    looks.look("b")
    looks.comebacks.used("b", looks.now_s, looks.now_s + 5)
    assert looks.look("a", "b") == set()
    assert looks.ours == {"b"}


def test_a_model_that_was_never_ours_is_not_claimed() -> None:
    looks = Looks("a")
    looks.look("a")
    looks.comebacks.used("their", looks.now_s, looks.now_s + 5)
    assert looks.look("a", "their") == set()


def test_the_last_of_several_losses_counts() -> None:
    looks = Looks("a")
    looks.look()
    looks.comebacks.used("a", looks.now_s + 0.1, looks.now_s + 0.2)
    looks.look()  # that request loaded nothing
    assert looks.look("a") == set()
    looks.look()
    looks.comebacks.used("a", looks.now_s + 0.1, looks.now_s + 0.2)
    assert looks.look("a") == {"a"}


def test_another_engine_holds_nothing_of_ours() -> None:
    looks = Looks("a")
    looks.look()
    looks.comebacks.clear()
    looks.comebacks.used("a", looks.now_s, looks.now_s + 2)
    assert looks.look("a") == set()
