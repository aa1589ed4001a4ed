"""A place is followed through edits."""

from __future__ import annotations

import pytest

from hotseat.documents.buffer import TextBuffer
from hotseat.domain.text import Position, PositionEncoding, Range
from hotseat.parsing.followed_place import FollowedPlace


@pytest.mark.parametrize(
    ("start", "end", "text", "expected"),
    [
        (4, 4, "x", FollowedPlace(5)),
        (4, 4, "é", FollowedPlace(6)),
        (4, 4, "_", FollowedPlace(5)),
        (4, 4, '"', FollowedPlace(5, is_sure=False)),
        (4, 4, " ", FollowedPlace(5, is_sure=False)),
        (3, 4, "", FollowedPlace(3, is_sure=False)),
        (0, 1, "ab", FollowedPlace(5, is_sure=False)),
        (5, 6, "ab", FollowedPlace(4)),
        (4, 6, "", FollowedPlace(4)),
        (3, 6, "", None),
    ],
)
def test_edits_around_it(start: int, end: int, text: str, expected: FollowedPlace | None) -> None:
    buffer = TextBuffer("abcdefgh\n")
    edit = buffer.apply(Range(Position(0, start), Position(0, end)), text, PositionEncoding.UTF16)
    assert FollowedPlace(4).after(edit) == expected


def test_what_is_unsure_stays_so_and_a_new_text_has_no_place() -> None:
    buffer = TextBuffer("abcd\n")
    here = Range(Position(0, 2), Position(0, 2))
    edit = buffer.apply(here, "x", PositionEncoding.UTF16)
    assert FollowedPlace(2, is_sure=False).after(edit) == FollowedPlace(3, is_sure=False)
    assert FollowedPlace(2).after(buffer.apply(None, "abcd", PositionEncoding.UTF16)) is None
