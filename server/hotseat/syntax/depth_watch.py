"""How deep a parser's stack is, from what the parser logs.

The depth is what makes tree-sitter's error recovery dangerous, and nothing else tells it: not the
brackets (`a=a=a=` nests as well, and `a(b)(c)` does not), not the tree, which there is none of yet.
A logged parse takes about 20 times as long, in the same slices, so it is for suspicious texts only.
"""

from __future__ import annotations

MAX_DEPTH = 300
"""Real files stay below (docs/decisions/0021): the deepest of seven hard ones has 204. An
error there costs Java 20 ms; at twice that, four times as much."""
_VERSION = len("process version:")


class DepthWatch:
    """A `Parser.logger` for one parse from its start."""

    def __init__(self) -> None:
        self._depths: dict[int, int] = {}
        """Of each version of the stack that the parser follows, by number. The numbers of versions
        change when one is dropped, but the depths of those alive at one place are alike."""
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
        """The parse is to end before the parser meets an error."""
        return self.deepest > MAX_DEPTH
