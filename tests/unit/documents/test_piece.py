"""The piece of a document that a parser has a copy of: sent updates make the copy the text."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from hotseat.documents.buffer import TextBuffer
from hotseat.documents.parse_window import WHOLE_BYTES
from hotseat.documents.piece import NewText, Piece, Replacement
from hotseat.domain.text import Position, PositionEncoding, Range

UTF16 = PositionEncoding.UTF16


class Copy:
    """What another process has, by the updates alone."""

    def __init__(self, text: str) -> None:
        self.buffer = TextBuffer(text)
        self.piece = Piece(self.buffer)
        self.data = b""
        self.updates: list[NewText | Replacement] = []

    def edit(self, start: Position, end: Position, text: str) -> None:
        self.piece.edited(self.buffer.apply(Range(start, end), text, UTF16))

    def update(self, byte: int = 0) -> None:
        update = self.piece.update(byte)
        if isinstance(update, NewText):
            self.data = update.data
        elif update is not None:
            self.data = self.data[: update.start] + update.data + self.data[update.old_end :]
        if update is not None:
            self.updates.append(update)

    def is_right(self) -> bool:
        start = self.piece.start
        return self.data == self.buffer.read_range(start, start + len(self.data))


@settings(max_examples=150, deadline=None)
@given(
    edits=st.lists(
        st.tuples(
            st.integers(0, 9),
            st.integers(0, 12),
            st.integers(0, 9),
            st.integers(0, 12),
            st.sampled_from(
                ["", "x", "é", "\r", "\n", "\r\n", "(", "😀", "def f():\n  1", "\ud800"]
            ),
            st.booleans(),
        ),
        max_size=8,
    ),
    n_lines=st.sampled_from([2, 40_000]),
)
def test_the_copy_is_the_text_after_any_edits(
    edits: list[tuple[int, int, int, int, str, bool]], n_lines: int
) -> None:
    copy = Copy("import a\r\ndef f(x):\r    return '€' + x\n" + "b = [1, 2]\n" * n_lines)
    copy.update()
    for line, character, end_line, end_character, text, is_sent in edits:
        copy.edit(Position(line, character), Position(end_line, end_character), text)
        if is_sent:
            copy.update()
            assert copy.is_right()
    copy.update()
    assert copy.is_right()
    if n_lines < 10:
        assert len(copy.data) == copy.buffer.size_bytes


def test_keys_are_sent_as_one_small_replacement() -> None:
    copy = Copy("a = 1\n" * 1000)
    copy.update()
    for i in range(100):
        copy.edit(Position(500, i), Position(500, i), "x")
    copy.update()
    assert copy.updates[1:] == [Replacement(500 * 6, 500 * 6, b"x" * 100)]
    copy.update()
    assert len(copy.updates) == 2, "nothing has changed"


def test_of_a_large_text_a_window_is_copied_which_follows_the_place() -> None:
    copy = Copy("value = 1\n" * 200_000)
    copy.update(0)
    assert len(copy.data) <= 1.1 * WHOLE_BYTES
    assert copy.piece.start == 0
    copy.update(1_000_000)
    assert copy.piece.start < 1_000_000 < copy.piece.start + len(copy.data)
    assert copy.is_right()
    copy.edit(Position(0, 0), Position(0, 0), "# far above\n")
    copy.edit(Position(100_001, 0), Position(100_001, 0), "y")
    copy.update(1_000_010)
    assert copy.is_right()
    assert isinstance(copy.updates[-1], Replacement)
    assert len(copy.updates[-1].data) == 1


def test_an_edit_outside_of_the_window_sends_nothing() -> None:
    copy = Copy("value = 1\n" * 200_000)
    copy.update(1_000_000)
    copy.edit(Position(5, 0), Position(5, 0), "x")
    copy.edit(Position(199_000, 0), Position(199_000, 0), "x")
    copy.update(1_000_001)
    assert len(copy.updates) == 1
    assert copy.is_right()


def test_a_lost_copy_is_sent_again() -> None:
    copy = Copy("a = 1\n")
    copy.update()
    copy.piece.forget()
    copy.edit(Position(0, 0), Position(0, 0), "b")
    copy.update()
    assert copy.updates[-1] == NewText(b"ba = 1\n")
