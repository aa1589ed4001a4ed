"""The text of one document, and the random changes of a user who types in it."""

from __future__ import annotations

import random
from typing import Any

MAX_CHARS = 240
"""A model's window holds all of it, so that a prompt shows the server's whole text. After a kill a
model has to read all of it again: the smallest starter model reads 300 characters of such text per
second on one thread, and that time is not Hotseat's."""
_SNIPPETS = {
    "python": "# {a} {b} 😀 {c} {a} {c}\n{c} = {a}({b})\n\n# {c} {b} {b} é {a} {a} {b}\n",
    "go": "// {a} {b} 😀 {c} {a} {c}\nvar {c} = {a}({b})\n\n// {c} {b} {b} é {a} {a} {b}\n",
    "sql": "-- {a} {b} 😀 {c} {a} {c}\nSELECT {c} FROM {a};\n\n-- {c} {b} {b} é {a} {a} {b}\n",
}
"""Mostly comments: whatever a small model answers there does not break the syntax, and is shown."""
LANGUAGES = {"python": "py", "go": "go", "sql": "sql"}
"""Languages, and how their files' names end."""


class TypedText:
    """A document as its editor knows it. Changes are made here first, and returned for the server.

    Positions are in UTF-16.
    """

    def __init__(self, language: str, chance: random.Random) -> None:
        self.language = language
        self.text = ""
        self._chance = chance
        self._at = 0
        self._ahead = ""
        """What the user is about to type."""

    @property
    def cursor(self) -> dict[str, int]:
        return self._position(self._at)

    @property
    def end(self) -> dict[str, int]:
        return self._position(len(self.text))

    def change(self) -> dict[str, Any]:
        """Change the text; return an element of `contentChanges`.

        Mostly the next character is typed. Now and then the cursor moves before, or characters are
        deleted; a long text loses its first half.
        """
        if len(self.text) > MAX_CHARS:
            return self._replace(0, self.text.find("\n", MAX_CHARS // 2) + 1 or MAX_CHARS // 2, "")
        draw = self._chance.random()
        if draw < 0.03 and self.text:
            return self._replace(max(0, self._at - self._chance.randint(1, 6)), self._at, "")
        if draw < 0.05:
            self._at = self._chance.choice(self._line_ends())
        elif draw < 0.08:
            self._at = len(self.text)
        if not self._ahead:
            self._ahead = _SNIPPETS[self.language].format(
                a=self._name(), b=self._name(), c=self._name()
            )
        typed, self._ahead = self._ahead[0], self._ahead[1:]
        return self._replace(self._at, self._at, typed)

    def append(self, text: str) -> dict[str, Any]:
        """Add `text` at the end; return an element of `contentChanges`."""
        return self._replace(len(self.text), len(self.text), text)

    def _replace(self, begin: int, end: int, text: str) -> dict[str, Any]:
        change = {
            "range": {"start": self._position(begin), "end": self._position(end)},
            "text": text,
        }
        self.text = self.text[:begin] + text + self.text[end:]
        if self._at >= end:
            self._at += len(text) - (end - begin)
        else:
            self._at = min(self._at, begin)
        return change

    def _position(self, offset: int) -> dict[str, int]:
        line_begin = self.text.rfind("\n", 0, offset) + 1
        units = len(self.text[line_begin:offset].encode("utf-16-le")) // 2
        return {"line": self.text.count("\n", 0, offset), "character": units}

    def _line_ends(self) -> list[int]:
        return [i for i, char in enumerate(self.text) if char == "\n"] or [len(self.text)]

    def _name(self) -> str:
        return "".join(self._chance.choice("abdefgiklmnoprstu") for _ in range(5))
