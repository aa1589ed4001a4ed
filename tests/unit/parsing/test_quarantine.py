"""Which documents are left alone, and until when."""

from __future__ import annotations

from hotseat.parsing.quarantine import FIRST_BYTES, MAX_BYTES, Failure, Quarantine


def keys_until_open(quarantine: Quarantine) -> int:
    n = 0
    while quarantine.is_closed:
        quarantine.edited(1)
        n += 1
    return n


def test_a_text_that_ends_the_parser_is_left_alone_until_it_has_changed() -> None:
    quarantine = Quarantine()
    quarantine.failed(Failure.CAUSED)
    assert quarantine.is_closed
    assert keys_until_open(quarantine) == FIRST_BYTES


def test_one_large_edit_is_a_change() -> None:
    quarantine = Quarantine()
    quarantine.failed(Failure.CAUSED)
    quarantine.edited(FIRST_BYTES)
    assert not quarantine.is_closed


def test_each_failure_needs_a_larger_change_and_success_forgets_them() -> None:
    quarantine = Quarantine()
    needed = []
    for _ in range(9):
        quarantine.failed(Failure.CAUSED)
        needed.append(keys_until_open(quarantine))
    assert needed[:3] == [FIRST_BYTES, 2 * FIRST_BYTES, 4 * FIRST_BYTES]
    assert needed[-1] == MAX_BYTES
    quarantine.parsed()
    quarantine.failed(Failure.CAUSED)
    assert keys_until_open(quarantine) == FIRST_BYTES


def test_what_may_be_an_accident_is_tried_once_more() -> None:
    quarantine = Quarantine()
    quarantine.failed(Failure.UNCLEAR)
    assert not quarantine.is_closed
    quarantine.failed(Failure.UNCLEAR)
    assert quarantine.is_closed


def test_accidents_with_success_between_them_are_accidents() -> None:
    quarantine = Quarantine()
    for _ in range(5):
        quarantine.failed(Failure.UNCLEAR)
        quarantine.parsed()
    assert not quarantine.is_closed


def test_another_text_is_parsed() -> None:
    quarantine = Quarantine()
    quarantine.failed(Failure.CAUSED)
    quarantine.replaced()
    assert not quarantine.is_closed
