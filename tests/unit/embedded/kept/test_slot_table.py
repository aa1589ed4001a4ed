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
