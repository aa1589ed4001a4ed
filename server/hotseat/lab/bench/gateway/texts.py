"""Files that agents read in the conversations: made up, short, and each different. Pure but for
reading `files.json`, which has the text of one for each language, with @ for its number."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from hotseat.languages.profiles import profile_of

FILES = "files.json"
QUESTIONS = (
    "This is slower than it was last week. Find out why, and repair it.",
    "Rename what is unclear here, and keep the behaviour.",
    "A customer reports a wrong result. What can be wrong?",
    "Add what is missing for the new kind of order.",
    "Simplify this without changing what it does.",
)


def path_of(language: str, n: int) -> str:
    """Return the path of file number `n`."""
    extension, *_ = (*profile_of(language).extensions, language)
    return f"src/part{n}.{extension}"


def code_of(language: str, n: int) -> str:
    """Return the text of file number `n`."""
    return _texts().get(language, "part @\n").replace("@", str(n))


def question(n: int) -> str:
    """Return what a user asks: it names no language."""
    return QUESTIONS[n % len(QUESTIONS)]


@cache
def _texts() -> dict[str, str]:
    found: dict[str, str] = json.loads(files(__package__).joinpath(FILES).read_text("utf-8"))
    return found
