"""Which of a stream's tokens are in the suggestion that was made of it.

Owns the one rule for it: a token counts if a character of it is shown. White space taken off the
beginning, what was cut off the end and what was typed already are no measure of what is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

StreamPart = tuple[str, Sequence[float]]
"""What one step of the stream added, and the log-probabilities of its tokens (natural logarithm):
one token mostly, several where the engine sends several at once, none where it reports none."""

_STRING_PREFIX = re.compile(r"[bfru]{1,2}(?=[\"'])")
"""What `repair.py` takes out of a text."""
_LEAD = re.compile(r"[ \t]*")
_MAX_STARTS = 64


@dataclass(frozen=True, slots=True)
class ShownToken:
    logprob: float
    end: int
    """Where what is shown of it ends in the suggestion, in characters. From there on what follows
    has nothing of it."""


@dataclass(frozen=True, slots=True)
class _Run:
    """A part of the stream that is a part of the suggestion; of the same length, or the white space
    that begins a line."""

    start: int
    stop: int
    at: int
    """Where it begins in the suggestion."""
    length: int
    """In the suggestion."""

    def end_in_text(self, begin: int, end: int) -> int | None:
        """Where the stream's characters from `begin` to `end` end in the suggestion; None if it has
        none of them here."""
        first, last = max(begin, self.start), min(end, self.stop)
        if first >= last or first - self.start >= self.length:
            return None
        if last == self.stop:
            return self.at + self.length
        return self.at + min(last - self.start, self.length)


def shown_tokens(pieces: Sequence[StreamPart], text: str) -> tuple[ShownToken, ...]:
    """Those of the whole stream `pieces` that are in `text`, which was made of it: cut at both
    ends, indented as the document is, and perhaps closed.

    Where nothing of `text` is found in the stream, the tokens of its length from the beginning.
    """
    raw, spans = _spans(pieces)
    runs = list(_runs(raw, text))
    found: list[ShownToken] = []
    for logprobs, begin, end in spans:
        ends = [at for run in runs if (at := run.end_in_text(begin, end)) is not None]
        if ends:
            found += [ShownToken(logprob, max(ends)) for logprob in logprobs]
    return tuple(found)


def _spans(pieces: Sequence[StreamPart]) -> tuple[str, list[tuple[list[float], int, int]]]:
    """The stream's text with "\\n" as its only line end, and where each piece stands in it.

    A step without text is the beginning of a character that the next one completes.
    """
    whole = "".join(piece for piece, _ in pieces)
    spans: list[tuple[list[float], int, int]] = []
    waiting: list[float] = []
    at = begin = n_dropped = 0
    for piece, logprobs in pieces:
        waiting += logprobs
        if not piece:
            continue
        n_dropped += whole.count("\r\n", max(0, at - 1), at + len(piece))
        at += len(piece)
        end = at - n_dropped
        if end > begin or not spans:
            spans.append((waiting, begin, end))
        else:  # the second half of a line end
            spans[-1][0].extend(waiting)
        begin, waiting = end, []
    return whole.replace("\r\n", "\n"), spans


def _runs(raw: str, text: str) -> Iterator[_Run]:
    if not text:
        return
    start = raw.find(text)
    if start >= 0:
        yield _Run(start, start + len(text), 0, len(text))
        return
    # It was changed on the way: from where the most of it is found.
    starts = [met.start() for met in re.finditer(re.escape(text[0]), raw)][:_MAX_STARTS]
    found = max((_changed(raw, text, at) for at in starts), key=_n_chars, default=[])
    yield from found or [_Run(0, len(text), 0, len(text))]


def _n_chars(runs: Sequence[_Run]) -> int:
    return sum(run.length for run in runs)


def _changed(raw: str, text: str, start: int) -> list[_Run]:
    """The beginning of `text` that `raw` has from `start` on, line by line: white space at their
    beginnings may differ, and string prefixes may be gone."""
    runs: list[_Run] = []
    at, done = start, 0
    for n, line in enumerate(text.split("\n")):
        body = line
        if n:
            if raw[at : at + 1] != "\n":
                break
            lead, wanted = _length_of_lead(raw, at + 1), _length_of_lead(line, 0)
            runs.append(_Run(at, at + 1, done, 1))
            runs.append(_Run(at + 1, at + 1 + lead, done + 1, wanted))
            at, done, body = at + 1 + lead, done + 1 + wanted, line[wanted:]
        while body:
            same = _n_same(raw, at, body)
            runs.append(_Run(at, at + same, done, same))
            at, done, body = at + same, done + same, body[same:]
            prefix = _STRING_PREFIX.match(raw, at) if body else None
            if prefix is None:
                break
            at = prefix.end()
        if body:
            break
    return runs


def _length_of_lead(text: str, at: int) -> int:
    met = _LEAD.match(text, at)
    return met.end() - at if met is not None else 0


def _n_same(raw: str, at: int, body: str) -> int:
    n = 0
    while n < len(body) and at + n < len(raw) and raw[at + n] == body[n]:
        n += 1
    return n
