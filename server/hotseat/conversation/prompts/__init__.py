"""The texts that models are given around a question: files of this folder, with named slots.

A file begins with `version: N`, which is raised with each change of its text, and `slots: a, b` if
it has slots; the text follows. Slots are written as `{name}`. tests/cases/prompts holds each text
as a model gets it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptFile:
    """A prompt as its file has it."""

    version: int
    slots: frozenset[str]
    text: str

    def filled(self, **values: str) -> str:
        """Return the text with its slots filled. Raises KeyError for a slot without a value.

        Braces in a value stay as they are.
        """
        return _SLOT.sub(lambda slot: values[slot[1]], self.text)


@cache
def prompt_file(name: str) -> PromptFile:
    """Return the prompt of that name. Raises OSError if the installation is damaged."""
    return parsed(files(__package__).joinpath(f"{name}.txt").read_text(encoding="utf-8"))


def parsed(text: str) -> PromptFile:
    """Return a prompt from its file's text. Raises ValueError where it is not as described."""
    version, _, rest = text.partition("\n")
    if not version.startswith("version: "):
        raise ValueError("a prompt's first line is its version")
    slots: frozenset[str] = frozenset()
    if rest.startswith("slots: "):
        names, _, rest = rest.partition("\n")
        slots = frozenset(name.strip() for name in names.removeprefix("slots: ").split(","))
    if slots != frozenset(_SLOT.findall(rest)):
        raise ValueError("the slots of a prompt are those that its text has")
    return PromptFile(version=int(version[9:]), slots=slots, text=rest.strip())
