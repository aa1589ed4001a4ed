"""The syntax tree of one document, parsed in short slices while the text is edited.

Owns the parser and the last good tree, which moves along with the edits, so that it can be read at
any moment. Has no clock: the caller of `step` passes a deadline, and does its other work between
two steps. Never waits. Gives up on a text that cannot be parsed in slices or that the guard
refuses: then `stalled` is True, and `tree` is old or None. Of a large document only a window around
the place of interest is parsed: the end of a parse cannot be sliced, and takes 20 ms a megabyte.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from hotseat.documents.buffer import READ_BYTES, Edit, TextBuffer
from hotseat.syntax.depth_watch import DepthWatch
from hotseat.syntax.parse_guard import Guard, Verdict, has_levels
from hotseat.syntax.parse_window import ParseWindow
from hotseat.syntax.read_buffer import lent

if TYPE_CHECKING:
    from tree_sitter import Language, Parser, Tree

HUGE_LINES_BYTES = 64 * 1024
"""Of some lines that are longer together, the guard looks only at what is parsed."""
MAX_STEPS = 500
"""For one version of a document: with slices of 4 ms, two seconds. A grammar may loop for ever."""
MAX_TIMEOUTS = 3
"""Versions given up in a row; then only a new text or grammar starts the parser again."""
LONG_TOKEN_BYTES = 64 * 1024
"""After so many bytes of one token the deadline is checked while reading: tree-sitter itself checks
only between tokens, and a comment of 5 MB held the thread for 400 ms."""
READ_AGAIN_BYTES = 512 * 1024
"""The same for a scanner that reads the same text again and again between two checks."""
WATCHED_TOKEN_BYTES, WATCHED_AGAIN_BYTES, WATCHED_READ_BYTES = 64 * 1024, 96 * 1024, 1024
"""The same two limits, and the size of one read, for a watched text: there the parser logs, and a
byte takes a microsecond."""
SLOW_SLICE_S = 0.1
"""Of processor time. A longer slice was held up in one of the parser's steps, mostly error
recovery; the next key would cost the same again."""
MAX_WATCHED_S = 1.0
"""Of processor time, for one version of a watched text: a logged parse takes 20 times as long, and
the next key would cost the same again."""
RETRY_EDIT_BYTES = 512
RETRY_BYTES = 4096
"""A text given up for good is tried again after one edit that removes or inserts RETRY_EDIT_BYTES
(such as removing the cause), or after RETRY_BYTES in small edits. So a key seldom pays for it."""


class SlicedParser:
    """Parses one `TextBuffer` again after each edit.

    `tree` is the last good one; its byte offsets and points are those of the present text.
    `fresh`: it was parsed from the present text. `stalled`: the present text will not be parsed.
    """

    def __init__(self, buffer: TextBuffer, grammar: Language | None = None) -> None:
        self._buffer = buffer
        self._grammar: Language | None = None
        self._parser: Parser | None = None
        self._n_timeouts = 0
        self._guard = Guard(buffer.n_lines)
        self._verdict = Verdict.PLAIN
        """The verdict that the parser was made for."""
        self._depth: DepthWatch | None = None
        self._n_changed_bytes: int | None = None
        """Since the text was given up for good; None while it is not."""
        self._version_s = 0.0
        self._tree: Tree | None = None
        self._edits: deque[Edit] = deque()
        """Not yet applied to the tree: in a flat file of 10,000 lines each takes over a
        millisecond, and a keystroke does not wait for that."""
        self.retired: list[Tree] = []
        """Trees that are no longer used. The owner clears the list when nothing waits: freeing a
        tree cannot be sliced, and takes 20 ms a megabyte."""
        self._place_byte = 0
        self._window = ParseWindow(buffer)
        self.set_grammar(grammar)

    def set_grammar(self, grammar: Language | None) -> None:
        """Start over with another grammar; None for a language that has none."""
        self._grammar = grammar
        self._parser = None
        self._tree = None
        self._edits.clear()
        self._n_timeouts = 0
        self._n_changed_bytes = None
        self._guard.start_over(self._buffer.n_lines, levels=has_levels(grammar))
        self._start_over()

    def edited(self, edit: Edit) -> None:
        """The buffer was changed: an unfinished parse starts over, and the old tree moves along."""
        if edit.whole:
            self._drop_tree()
            self._n_timeouts = 0
            self._n_changed_bytes = None
            self._guard.start_over(self._buffer.n_lines, levels=self._guard.levels)
        else:
            if self._tree is not None:
                self._edits.append(edit)
            rows = edit.start_point[0], edit.new_end_point[0]
            n_bytes = edit.old_end_byte + edit.new_end_byte - 2 * edit.start_byte
            self._guard.edited(*rows, self._buffer.n_lines, n_bytes)
            self._count_changed(n_bytes)
        self._window.edited(edit)
        self._place_byte = edit.start_byte
        self._start_over()

    def _count_changed(self, n_bytes: int) -> None:
        """Try a text again that was given up for good, when enough of it has changed."""
        if self._n_changed_bytes is None:
            return
        self._n_changed_bytes += n_bytes
        if n_bytes >= RETRY_EDIT_BYTES or self._n_changed_bytes >= RETRY_BYTES:
            self._n_changed_bytes = None

    @property
    def tree(self) -> Tree | None:
        """The last good tree, moved along with all edits. The first read after an edit pays."""
        while self._edits:
            self._move_along()
        return self._tree

    def tree_at(self, byte: int) -> Tree | None:
        """Return `tree` if it covers that byte; else None, and the next steps parse around it."""
        self._place_byte = byte
        if self._window.range is None and not self._window.is_needed:
            return self.tree
        if self.fresh and not self._window.covers_amply(byte):
            self._start_over()
        return self.tree if self._window.covers(byte) else None

    def _move_along(self) -> None:
        edit = self._edits.popleft()
        if self._tree is not None:
            self._tree.edit(
                edit.start_byte,
                edit.old_end_byte,
                edit.new_end_byte,
                edit.start_point,
                edit.old_end_point,
                edit.new_end_point,
            )

    @property
    def pending(self) -> bool:
        """True: `step` has work to do."""
        return self._grammar is not None and not self.fresh and not self.stalled

    def step(
        self, deadline: Callable[[], bool], spent_s: Callable[[], float] = lambda: 0.0
    ) -> bool:
        """Parse until done, or until `deadline()` is True; return True when nothing is left.

        Every call makes some progress, even with a deadline that has passed already. `spent_s()` is
        the thread's processor time.
        """
        if not self.pending or self._grammar is None:
            return True
        if self._n_steps >= MAX_STEPS:
            self._n_timeouts += 1
            return self._stall()
        if not self._is_prepared:
            self._n_steps += 1
            done = self._prepare(self._grammar, deadline)
            if self.stalled or not done:
                return self.stalled
        assert self._parser is not None
        self._n_steps += 1
        while self._edits:
            self._move_along()
            if deadline():
                return False
        return self._parse(self._parser, deadline, spent_s)

    def _parse(
        self, parser: Parser, deadline: Callable[[], bool], spent_s: Callable[[], float]
    ) -> bool:
        watch = _Watch(self._buffer, deadline, self._depth)
        began_s = spent_s()
        tree = None
        with lent(watch.read) as read:
            try:
                # After a stop, tree-sitter continues where it was, unless `reset` was called.
                if self._tree is None:
                    tree = parser.parse(read, progress_callback=watch.stop)
                else:
                    tree = parser.parse(read, self._tree, progress_callback=watch.stop)
            except ValueError:
                if not watch.stopped:
                    return self._stall()
        slice_s = spent_s() - began_s
        self._version_s += slice_s
        is_slow = slice_s > SLOW_SLICE_S
        if self._depth is not None:
            is_slow |= self._depth.is_over or self._version_s > MAX_WATCHED_S
        if is_slow:
            # Whatever the result: the same text, or nearly the same, must not be parsed again.
            self._n_changed_bytes = 0
        if watch.starved or (tree is None and self._n_changed_bytes is not None):
            return self._stall()
        if tree is None:
            return False
        if self._tree is not None:
            self.retired.append(self._tree)
        self._tree = tree
        self.fresh = True
        self._n_timeouts = 0
        return True

    def _prepare(self, grammar: Language, deadline: Callable[[], bool]) -> bool:
        """Make a parser for the text, or for the window around the place of interest.

        Return False if the deadline came first. If the text must not be parsed, set `stalled`."""
        from tree_sitter import Parser, Range  # here, because it costs 17 ms of every start

        self._window.choose(self._place_byte)
        verdict = self._guard.verdict(self._text_of, rows=self._window.rows(), deadline=deadline)
        if verdict is None:
            return False
        if verdict is Verdict.REFUSED:
            self._drop_tree()
            return self._stall()
        if self._parser is None or verdict is not self._verdict or self._depth is not None:
            self._parser = Parser(grammar)
            self._depth = DepthWatch() if verdict is Verdict.WATCHED else None
            if self._depth is not None:
                self._parser.logger = self._depth
            self._verdict = verdict
        self._is_prepared = True
        if self._window.range is None:
            self._parser.included_ranges = []  # the whole text
            return True
        start, end = self._window.range
        points = self._buffer.point_at(start), self._buffer.point_at(end)
        self._parser.included_ranges = [Range(*points, start, end)]
        return True

    def _text_of(self, first: int, stop: int) -> tuple[str, object]:
        """Return the text of the lines [first, stop), and None.

        Of huge lines, return the part inside the window, and that part's byte range: the text
        changes when the window moves."""
        window = self._window.range
        if window is None or self._buffer.size_of(first, stop) <= HUGE_LINES_BYTES:
            return self._buffer.text_of(first, stop), None
        start, end = self._buffer.start_of(first), self._buffer.start_of(stop)
        part = max(start, window[0]), min(end, window[1])
        return self._buffer.slice_bytes(*part), part

    def _start_over(self) -> None:
        if self._parser is not None:
            self._parser.reset()
        self._n_steps = 0
        self._version_s = 0.0
        self._is_prepared = False
        self.fresh = False
        self.stalled = self._n_timeouts >= MAX_TIMEOUTS or self._n_changed_bytes is not None
        if self._n_changed_bytes is not None:
            self._drop_tree()

    def _drop_tree(self) -> None:
        """Forget the tree: moved along by ever more edits, it would fit the text less and less."""
        if self._tree is not None:
            self.retired.append(self._tree)
        self._tree = None
        self._edits.clear()

    def _stall(self) -> bool:
        if self._parser is not None:
            self._parser.reset()
        self.stalled = True
        return True


class _Watch:
    """Reads the text for one `Parser.parse`, and stops it. Holds no tree: the tree holds `read`."""

    def __init__(
        self, buffer: TextBuffer, deadline: Callable[[], bool], depth: DepthWatch | None
    ) -> None:
        self._buffer = buffer
        self._deadline = deadline
        self._depth = depth
        self._token_bytes, self._again_bytes, self._chunk_bytes = (
            (LONG_TOKEN_BYTES, READ_AGAIN_BYTES, READ_BYTES)
            if depth is None
            else (WATCHED_TOKEN_BYTES, WATCHED_AGAIN_BYTES, WATCHED_READ_BYTES)
        )
        self._token_byte: int | None = None
        """Where reading began after the last check of the deadline."""
        self._n_read_bytes = 0
        """Since the last check."""
        self.stopped = False
        self.starved = False
        """A token is too long for a slice: reading was cut off, so the result is wrong. The token
        is mostly a string or a comment just opened, and then the old tree is better anyway."""

    def read(self, offset: int, _point: object) -> bytes:
        if self._token_byte is None:
            self._token_byte = offset
        is_long = offset - self._token_byte > self._token_bytes
        if (is_long or self._n_read_bytes > self._again_bytes) and self._deadline():
            self.starved = True
        if self.starved:
            return b""
        data = self._buffer.read_utf8(offset, self._chunk_bytes)[: self._chunk_bytes]
        self._n_read_bytes += len(data)
        return data

    def stop(self, _offset: int, _has_error: bool) -> bool:
        self._token_byte = None
        self._n_read_bytes = 0
        is_deep = self._depth is not None and self._depth.is_over
        self.stopped = self.starved or is_deep or self._deadline()
        return self.stopped
