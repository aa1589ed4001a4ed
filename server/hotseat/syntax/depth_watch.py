"""The depth of a parser's stack, read from the parser's log.

The depth is what makes tree-sitter's error recovery dangerous, and only the log shows it: brackets
do not (`a=a=a=` nests as well, and `a(b)(c)` does not), and there is no tree yet. A logged parse
takes about 20 times as long, in the same slices, so only suspicious texts are parsed this way.
"""

from __future__ import annotations

MAX_DEPTH = 300
"""Real files stay below (docs/decisions/0021): the deepest of seven hard ones has 204. An error at
that depth costs Java 20 ms, at twice the depth four times as much."""
_VERSION = len("process version:")


class DepthWatch:
    """A `Parser.logger` for one parse from its start."""

    def __init__(self) -> None:
        self._depths: dict[int, int] = {}
        """Depth of each version of the stack that the parser follows, by its number. The numbers
        change when a version is dropped, but the depths of all versions at one place are alike."""
        self._version = 0
        self.deepest = 0

    def __call__(self, _kind: object, message: str) -> None:
        if message.startswith("shift s"):  # `shift_extra` leaves no trace after the next reduction
            self._depths[self._version] = self._depths.get(self._version, 0) + 1
        elif message.startswith("reduce s"):  # "reduce sym:block, child_count:3"
            n_children = int(message[message.rindex(":") + 1 :])
            self._depths[self._version] = self._depths.get(self._version, 0) + 1 - n_children
        elif message.startswith("process v"):  # "process version:1, version_count:2, state:…"
            before = self._depths.get(self._version, 0)
            self._version = int(message[_VERSION : message.index(",")])
            n_versions = int(message.split(",", 2)[1].rpartition(":")[2])
            for gone in [v for v in self._depths if v >= n_versions]:
                del self._depths[gone]
            most = max(self._depths.values(), default=before)
            depth = self._depths.setdefault(self._version, most)
            self.deepest = max(self.deepest, depth)
        elif message.startswith("recover_to"):  # "recover_to_previous state:7, depth:3"
            n_dropped = int(message[message.rindex(":") + 1 :])
            self._depths[self._version] = self._depths.get(self._version, 0) + 1 - n_dropped

    @property
    def is_over(self) -> bool:
        """True: the parse must end before the parser meets an error."""
        return self.deepest > MAX_DEPTH
