"""Which slot a prompt gets."""

from __future__ import annotations

from hotseat.embedded.kept.slot_table import SlotTable, common_length


def test_a_slot_knows_what_it_held_before() -> None:
    table = SlotTable(((),), slots_each=1)
    with table.take((), "def alpha") as slot:
        assert (slot.before, slot.n_common) == ("", 0)
    with table.take((), "def beta") as slot:
        assert (slot.before, slot.n_common) == ("def alpha", 4)


def test_with_a_user_on_every_slot_the_next_one_shares() -> None:
    table = SlotTable(((),), slots_each=2)
    with table.take((), "a") as one, table.take((), "b") as two:
        assert one is not two
        with table.take((), "c") as third:
            assert third.n_users == 2
        assert third.n_users == 1


def test_the_common_beginning_of_two_texts() -> None:
    assert common_length("", "abc") == 0
    assert common_length("abc", "abd") == 2
    assert common_length("abc", "abc") == 3


def test_a_prompt_is_reused_only_within_one_client() -> None:
    table = SlotTable(((),), slots_each=2)
    with table.take((), "def alpha", "anna") as first:
        assert not first.is_own
    with table.take((), "def alpha", "ben") as second:
        assert second is not first, "a slot unused so far, not one with the same beginning"
        assert (second.is_own, second.n_common) == (False, 0)
    with table.take((), "def alpha", "anna") as again:
        assert again is first
        assert (again.is_own, again.n_common) == (True, 9)
    with table.take((), "def alpha", "carl") as third:
        assert not third.is_own


def test_what_two_clients_wrote_into_one_slot_is_reused_by_neither() -> None:
    table = SlotTable(((),), slots_each=1)
    with table.take((), "a", "anna") as slot, table.take((), "b", "ben"):
        assert not slot.is_own
    for owner in ("anna", "ben"):
        with table.take((), "a", owner) as slot:
            assert not slot.is_own
