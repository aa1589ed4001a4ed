"""The checks of a step's result that need no parser: masked secrets, and the range of the step."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from hotseat.conversation.rewrite import UnusableAnswer

MIN_LINE_CHARS = 8
"""Shorter lines (`}`, `end`) occur everywhere."""
MAX_REPEATED = 3
"""So many lines in a row from outside of the range are no coincidence."""


def unmasked(new: Sequence[str], shown: Sequence[str], old: Sequence[str]) -> list[str]:
    """Return the new lines with the secrets that were masked in what the model was shown.

    `shown` and `old` are the same lines, with and without masks. Raises UnusableAnswer where a line
    with a mask was changed, dropped or repeated: then the secret in the file would be another one.
    """
    masked: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for with_mask, without in zip(shown, old, strict=True):
        if with_mask != without:
            masked[with_mask.strip()].append((with_mask, without))
    found: list[str] = []
    for line in new:
        if not (left := masked.get(line.strip())):
            found.append(line)
            continue
        with_mask, without = left.pop(0)
        lead = line[: len(line) - len(line.lstrip())]
        own = with_mask[: len(with_mask) - len(with_mask.lstrip())]
        found.append(lead + without[len(own) :].rstrip())
    lost = [line for line, left in masked.items() if left]
    extra = Counter(line.strip() for line in found)
    if lost or any(extra[line] for line in masked):
        line = lost[0] if lost else next(line for line in masked if extra[line])
        raise UnusableAnswer(
            f"a line with a masked secret must stay as it is, once: `{line[:80]}`",
            for_user="the model changed a line that holds a secret",
        )
    return found


def keep_range(
    new: Sequence[str], old: Sequence[str], before: Sequence[str], after: Sequence[str]
) -> None:
    """Raise UnusableAnswer if new lines repeat code from outside of the range of the step."""
    known = _runs(old)
    outside = _runs(before) | _runs(after)
    for run in _runs(new):
        if run in outside and run not in known:
            raise UnusableAnswer(
                f"the answer repeats code around the given lines: `{run[0][:80]}`",
                for_user="the model repeated code from outside of the lines to change",
            )


def _runs(lines: Sequence[str]) -> set[tuple[str, ...]]:
    """Return all runs of MAX_REPEATED lines that say something."""
    said = [text for line in lines if len(text := line.strip()) >= MIN_LINE_CHARS]
    return {tuple(said[i : i + MAX_REPEATED]) for i in range(len(said) - MAX_REPEATED + 1)}
