"""Which tokens a text needs, of both kinds of vocabulary."""

from __future__ import annotations

import pytest

from hotseat.vocabulary.merging import (
    SPACE,
    byte_alphabet,
    merges,
    used_of_ranks,
    used_of_scores,
)

SCORES = {"a": -1.0, "b": -1.0, "c": -1.0, "ab": -5.0, "bc": -4.0, "abc": -6.0, SPACE: -1.0}


def test_the_best_pair_is_merged_first_and_the_leftmost_of_equals() -> None:
    def cost(left: str, right: str) -> float | None:
        return {"ab": 2.0, "bc": 1.0, "abc": 3.0, "aa": 1.0}.get(left + right)

    assert list(merges("abc", cost)) == [("b", "c"), ("a", "bc")]
    assert list(merges("aaa", cost)) == [("a", "a")]
    assert list(merges("ab", cost)) == [("a", "b")]
    assert list(merges("", cost)) == []


def test_pieces_on_the_way_to_a_token_are_needed_too() -> None:
    assert used_of_scores(["abc"], SCORES) == {"a", "b", "c", "bc", "abc"}
    assert "ab" not in used_of_scores(["abc"], SCORES), "never merged here"


def test_a_character_without_a_piece_is_written_in_bytes() -> None:
    assert used_of_scores(["aéb"], SCORES) == {"a", "b"}


def test_a_blank_belongs_to_the_word_after_it() -> None:
    scores = {SPACE: -1.0, "a": -1.0, SPACE + "a": -2.0, "a" + SPACE: -2.0}
    assert used_of_scores(["a a"], scores) == {SPACE, "a", SPACE + "a"}


def test_pairs_are_merged_by_their_rank() -> None:
    ranks = {("d", "e"): 0, ("de", "f"): 1, ("Ġ", "de"): 2, ("e", "f"): 3}
    used = used_of_ranks(["def", "x def"], ranks)
    assert {"de", "def"} <= used
    assert "Ġdef" not in used
    assert "ef" not in used


@pytest.mark.parametrize(("text", "token"), [("\n", "Ċ"), (" ", "Ġ"), ("é", "Ã")])
def test_bytes_are_written_in_an_alphabet(text: str, token: str) -> None:
    assert token in used_of_ranks([text], {})


def test_the_alphabet_has_a_character_for_each_byte() -> None:
    alphabet = byte_alphabet()
    assert len(set(alphabet)) == 256
    assert alphabet[ord("A")] == "A"
    assert (alphabet[0], alphabet[0x7F], alphabet[0xA0], alphabet[0xAD]) == ("Ā", "ġ", "ł", "Ń")
