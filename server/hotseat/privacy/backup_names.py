"""Names that editors, package managers and users give to copies of a file.

Owns one question: of which file is this name a copy? A copy of a file of secrets holds the same
secrets, so `secret_files.py` decides by the name of the original.
"""

from __future__ import annotations

import re

_MAX_MARKS = 4
"""Marks that are taken off one name, of each kind: `.#.env.bak~` has three."""
_MAX_NAME_CHARS = 300
"""A longer name is left as it is; file systems allow 255 bytes."""
_ENDINGS = re.compile(
    r"""(?:
      \.~\d+~ | \.un~ | ~                           # Emacs, GNU cp; Vim's undo file; most editors
    | \.sw[a-px] | \.swpx | \.kate-swp              # swap files of Vim and Kate
    | [._-](?:bak|backup|bkp|bck|orig|original|old|save|saved|sav|prev|previous|copy|tmp|temp|rej)
      (?:[._-]?\d+)?
    | \.(?:dpkg|ucf)-(?:old|new|tmp|bak) | \.rpm(?:save|orig|new) | \.pac(?:save|orig|new)
    | [._-]\d{4}-?\d\d-?\d\d(?:[t_.-]?[\d:.-]+)?z?  # a date
    | \.\d{1,3}                                     # logrotate, savelog
    | \ *\((?:\d+|(?:(?:another|\d+\w\w)\ )?copy(?:\ \d+)?)\)
    | \ (?:-\ )?copy(?:\ \d+|\ \(\d+\))?
    )$""",
    re.VERBOSE,
)
_BEGINNINGS = re.compile(
    r"^(?:\.#|~\$|(?:copy|backup|bak)(?:\ \(\d+\))?(?:[ _-]of[ _-]|[_-]))(?=.)"
)
_SWAP = re.compile(r"\.(?:sw[a-px]|swpx|kate-swp|un~)$")
_PATH_SIGNS = re.compile(r"[%!]")


def original_names(name: str) -> tuple[str, ...]:
    """Return the names that the original of `name`, in lower case, may have; empty if no mark says
    that it is a copy.

    The folder in a name, as Vim and Emacs write it (`%home%me%.env.swp`), is no part of them.
    """
    if len(name) > _MAX_NAME_CHARS:
        return ()
    found = dict.fromkeys(_without_marks(name))
    stem, dot, ending = name.rpartition(".")
    if dot and stem and not found:  # "credentials - Copy.json"
        found |= dict.fromkeys(f"{left}.{ending}" for left in _without_marks(stem))
    of_path = {_PATH_SIGNS.split(left)[-1]: None for left in found}
    return tuple(left for left in of_path if left)


def _without_marks(name: str) -> list[str]:
    """Return `name` after all its marks are taken off; empty if it has none. A swap file has a dot
    more at its beginning than the original, unless that begins with one."""
    left, is_swap = name, False
    for _ in range(_MAX_MARKS):
        before = left
        if len(left) > 2 and left[0] == left[-1] == "#":
            left = left[1:-1]
        ending = _ENDINGS.search(left)
        if ending is not None and ending.start() > 0:
            is_swap = is_swap or _SWAP.search(left) is not None
            left = left[: ending.start()]
        left = _BEGINNINGS.sub("", left, count=1)
        if left == before:
            break
    if left == name:
        return []
    return [left, left[1:]] if is_swap and left.startswith(".") else [left]
