"""Secrets that a user writes in a sentence: "the password is …", "we use api_key=… here".

`redact` masks what files assign to a name, on lines of their own. What is remembered of a
conversation is prose, where the same words stand in mid-line. Linear: a pattern begins at a
literal, and is bounded.
"""

from __future__ import annotations

import re

from hotseat.privacy.redact import MASK, mask
from hotseat.privacy.secret_values import is_dotted_name, n_digits

_SAID = re.compile(
    r"""
    (?: passw(?:or)?d | passwort | passphrase | passcode | kennwort | contrase\u00f1a
      | mot\ de\ passe | pwd | secret | token | (?:api|access|private|secret)[ _-]?key )
    [A-Za-z_]{0,16} ["'`]? \s{0,3}
    (?: = | := | : | is | was | ist | lautet | est | es | to )
    \s{1,3} ["'`]? ([^\s"'`()\[\]{}<>$;,|]{6,256}+)(?![(\[{<])
  | (?: passw(?:or)?d | pwd | secret | token | (?:api|access|private|secret)[ _-]?key )
    [A-Za-z_]{0,16} (?: = | : ) ["'`]? ([^\s"'`()\[\]{}<>$;,|]{6,256}+)(?![(\[{<])
    """,
    re.VERBOSE | re.IGNORECASE,
)


def mask_prose(text: str) -> str:
    """Return the text with its secrets masked, also those in mid-sentence: after a word for one,
    whatever has letters and digits."""
    return _SAID.sub(_masked, mask(text))


def _masked(match: re.Match[str]) -> str:
    group = 1 if match[1] is not None else 2
    value = match[group].rstrip(".!?:")
    is_one = 0 < n_digits(value) < len(value) and not is_dotted_name(value)
    if not is_one or not any(char.isalpha() for char in value) or "://" in value:
        return match[0]
    start = match.start(group) - match.start()
    return f"{match[0][:start]}{MASK[: len(value)]}{match[0][start + len(value) :]}"
