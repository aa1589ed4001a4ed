"""Whether a value that stands where a secret is expected is one.

Owns what is none: placeholders, labels, types, paths. How much a value must look like a secret
depends on what the place says: a name such as `password` says much, `token` little.
"""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WORDS = _words(
    "pass passwd password pwd string number boolean object undefined none null true false "
    "text hidden required optional str int bool bytes any unknown never void secretstr float "
    "char varchar nullable sometimes confirmed encrypted redacted internal sensitive "
    "protected forbidden present missing disabled enabled username credentials changeme "
    "example plaintext function readonly material external generate generated default "
    "database environment authorized unauthorized "
)
"""Placeholders, and words of type checks, schemas and prose."""
_MARKS = ("${", "{{", "#{", "%s", "$(", "<%", "%(")
_PLACEHOLDER = re.compile(
    r"(?:^|[_-])(?:your|my|the|some|insert|enter|replace)[_-]|[_-]here$|x{4,}|\.\.\."
    r"|^change[_-]?(?:me|it)$|placeholder|^\*+$",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[A-Za-z_.:|-]+")
_RANDOM_CHARS = re.compile(r"[A-Za-z0-9+/=_.~-]+")
_LETTERS = re.compile(r"[A-Za-z]")
_PIECE = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")
_MAX_PIECE_CHARS = 4.0
"""Mean length of the pieces of one case, or of digits: longer ones are words."""
_MAX_LETTERS_PIECE_CHARS = 2.2
"""The same where there are no two digits."""
_HEX = re.compile(r"[0-9a-f]+|[0-9A-F]+")
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_MIN_PLAIN_CHARS = 4
_MIN_PHRASE_CHARS = 8


def is_filled_in(value: str) -> bool:
    """Return whether it is a placeholder for a secret: `${PASSWORD}`, `%s`, `<token>`,
    `your-token-here`."""
    return (
        value.lower() in _WORDS
        or value[0] in "$%{<*#"
        or any(mark in value for mark in _MARKS)
        or _PLACEHOLDER.search(value) is not None
    )


def is_quoted_secret(value: str, separator: str, word: str, *, strong: bool) -> bool:
    """Return whether a literal in quotes that is assigned to a name with `word` is a secret."""
    if is_filled_in(value) or value[0] in "/.~" or "://" in value:
        return False
    if any(map(str.isspace, value)):
        return False
    n_digits = len(_DIGIT.findall(value))
    if not strong:
        return len(value) >= 10 and n_digits >= 2 and n_digits < len(value)
    if len(value) < 4 or len(set(value)) == 1 or (word in value.lower() and not n_digits):
        return False
    if n_digits or not _WORD.fullmatch(value):
        return value.isascii()
    # Only letters: `password = "swordfish"`, but not `{"password": "Passwort"}`.
    return (separator[-1] in "=," and value.isalpha()) or (separator == ":" and is_phrase(value))


def is_phrase(value: str) -> bool:
    """Return whether it may be a password of small letters, as labels and types are not:
    `correcthorse`."""
    return (
        len(value) >= _MIN_PHRASE_CHARS
        and value.isascii()
        and value.isalpha()
        and value.islower()
        and value not in _WORDS
        and not any(part in value for part in ("pass", "pwd", "secret", "hash", "encrypt", "token"))
    )


def is_plain_secret(value: str) -> bool:
    """Return whether it is a secret in a place where nothing else but a placeholder stands."""
    return (
        len(value) >= _MIN_PLAIN_CHARS
        and value.isascii()
        and len(set(value)) > 1
        and not is_filled_in(value)
    )


def is_random_value(value: str, min_chars: int) -> bool:
    """Return whether it looks like a key or an identifier drawn at random: letters and digits in
    short pieces, or a UUID."""
    if len(value) < min_chars or not _RANDOM_CHARS.fullmatch(value) or is_filled_in(value):
        return False
    n_digits = len(_DIGIT.findall(value))
    n_letters = len(_LETTERS.findall(value))
    if n_letters < 2 or value[0] in "/.~-":
        return False
    pieces = _PIECE.findall(value)
    piece_chars = sum(map(len, pieces)) / max(1, len(pieces))
    if n_digits < 2:
        return piece_chars <= _MAX_LETTERS_PIECE_CHARS
    if _HEX.fullmatch(value) or _UUID.fullmatch(value):
        return True
    return piece_chars <= _MAX_PIECE_CHARS


def is_dotted_name(value: str) -> bool:
    """Return whether it is an expression such as `settings.token2`."""
    return "." in value and all(part.isidentifier() for part in value.split("."))


def n_digits(value: str) -> int:
    """Return the number of digits."""
    return len(_DIGIT.findall(value))
