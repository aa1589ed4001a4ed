"""The cases of tests/cases/regions: a text with cursors, and the language at each.

A file is a head, a line of `=`, and the text with a `‸` at each cursor. The head names the file's
URI, maybe its language as the editor says it, and for each cursor, by number, the language; words
after it are for the reader, but `(tree)` says that only a tree shows it, and `(rest)` that what
follows the cursor decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hotseat.languages.detect import language_of

FOLDER = Path(__file__).parents[1] / "cases" / "regions"
LINE = "\n==========\n"
CURSOR = "‸"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One cursor: the text before it, and the language there."""

    case: str
    number: int
    uri: str
    file_language: str
    text: str
    before: str
    expected: str
    needs_tree: bool
    needs_rest: bool

    @property
    def name(self) -> str:
        return f"{self.case}-{self.number}"


def marks() -> list[Mark]:
    return [mark for path in sorted(FOLDER.glob("*.txt")) for mark in _marks_of(path)]


def texts() -> list[tuple[str, str, str]]:
    """URI, language and text of each case."""
    found = {mark.case: (mark.uri, mark.file_language, mark.text) for mark in marks()}
    return list(found.values())


def _marks_of(path: Path) -> Iterator[Mark]:
    head, line, marked = path.read_text("utf-8").partition(LINE)
    assert line, path
    fields = dict(entry.split(": ", 1) for entry in head.split("\n"))
    uri = fields.pop("uri")
    file_language = language_of(uri, fields.pop("language", None))
    assert file_language is not None, path
    if fields.pop("newline", "") == "crlf":
        marked = marked.replace("\n", "\r\n")
    pieces = marked.split(CURSOR)
    assert len(pieces) == len(fields) + 1, f"{path.name}: {len(pieces) - 1} cursors"
    for i, (number, said) in enumerate(fields.items(), start=1):
        expected, _, words = said.partition(" ")
        assert int(number) == i, path
        yield Mark(
            case=path.stem,
            number=i,
            uri=uri,
            file_language=file_language,
            text="".join(pieces),
            before="".join(pieces[:i]),
            expected=expected,
            needs_tree="(tree)" in words,
            needs_rest="(rest)" in words,
        )
