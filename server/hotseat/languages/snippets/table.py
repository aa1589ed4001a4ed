"""The table of frequencies: a text of one line a feature, with one letter for each language.

A letter stands for the logarithm of the share of texts that have the feature, in steps of 0.15 from
0 downwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

FILE = "table.txt"
"""In this package."""
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-"
_STEP = 0.15


@dataclass(frozen=True, slots=True)
class Table:
    """Logarithms of frequencies, in the order of `languages`."""

    languages: tuple[str, ...]
    logs: Mapping[str, tuple[float, ...]]


def read_table() -> Table:
    """Return the table of the package. Raises OSError if the installation is damaged."""
    return parsed(files(__package__).joinpath(FILE).read_text(encoding="utf-8"))


def parsed(text: str) -> Table:
    """Return the table that `written` wrote."""
    head, *lines = text.splitlines()
    logs = {}
    for line in lines:
        letters, _, feature = line.partition(" ")
        logs[feature] = tuple(-_STEP * _LETTERS.index(letter) for letter in letters)
    return Table(tuple(head.split()), logs)


def written(languages: Sequence[str], table: Mapping[str, Mapping[str, float]]) -> str:
    """Return the text of a table. `table` has feature → language → logarithm."""
    lines = [" ".join(languages)]
    for feature in sorted(table):
        steps = (round(-table[feature][language] / _STEP) for language in languages)
        letters = "".join(_LETTERS[min(step, len(_LETTERS) - 1)] for step in steps)
        lines.append(f"{letters} {feature}")
    return "\n".join(lines) + "\n"
