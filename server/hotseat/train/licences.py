"""The comment at the top of a file: whether it forbids training, and the text without it.

A model should learn the code, not the licence above it. Pure.
"""

from __future__ import annotations

import re

from hotseat.languages.tables import BLOCK_COMMENTS, LINE_COMMENTS

HEAD_CHARS = 4000
"""A file's own licence is within its first characters."""

_ABOUT_LICENCE = re.compile(
    r"copyright|licen[sc]e|\(c\) ?\d{4}|©|spdx-|all rights reserved|warrant(y|ies)", re.IGNORECASE
)
_FORBIDS = re.compile(
    r"all rights reserved|\bproprietary\b|\bconfidential\b|\bunlicen[sc]ed\b"
    r"|licenseref-[\w.-]*(proprietary|commercial|internal)"
    r"|(do not|may not be|must not be) (copy|copied|distribute|reproduce|disclose)"
    r"|unauthori[sz]ed (copying|use|reproduction|distribution)",
    re.IGNORECASE,
)
_ALLOWS = re.compile(
    r"permission is hereby granted|redistribution and use|licensed under|released under"
    r"|under the terms|spdx-license-identifier: *(?!unlicensed|licenseref-|none)\w"
    r"|\b(MIT|BSD|Apache|ISC|MPL|LGPL|A?GPL|Zlib|Unlicense)\b[ -]*(style )?(licen[sc]e|v?\d)"
    r"|use of this source code is governed by|public domain",
    re.IGNORECASE,
)
_FIRST_LINE = re.compile(r"\A(?:#!|<\?(?:php|xml)|<!doctype|# -\*-|#.*coding[:=])", re.IGNORECASE)


def forbids(text: str, language: str) -> bool:
    """Return whether the header of a file forbids learning from it."""
    header = "\n".join(_comments(text, language)[1])
    return bool(_FORBIDS.search(header)) and not _ALLOWS.search(header)


def without_header(text: str, language: str) -> str:
    """Return the text without the comments about copyright and licence at its top."""
    first, comments, rest = _comments(text, language)
    if not any(_ABOUT_LICENCE.search(comment) for comment in comments):
        return text
    kept = [comment for comment in comments if not _ABOUT_LICENCE.search(comment)]
    return first + "".join(comment + "\n" for comment in kept) + rest.lstrip("\n")


def _comments(text: str, language: str) -> tuple[str, list[str], str]:
    """Return the lines that must stay first (`#!…`), the comment blocks after them, and the
    rest."""
    lines = text.split("\n")
    at = 0
    while at < len(lines) and (_FIRST_LINE.match(lines[at]) or not lines[at].strip()):
        at += 1
    first = "".join(line + "\n" for line in lines[:at])
    blocks: list[str] = []
    done = at
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        end = _block_end(lines, at, language)
        if end == at:
            break
        blocks.append("\n".join(lines[at:end]))
        at = done = end
        if sum(map(len, blocks)) > HEAD_CHARS:
            break
    return first, blocks, "\n".join(lines[done:])


def _block_end(lines: list[str], at: int, language: str) -> int:
    """Return the line after the comment that begins at `at`, or `at` if there is none."""
    line_token = LINE_COMMENTS.get(language)
    if line_token and lines[at].lstrip().startswith(line_token):
        end = at
        while end < len(lines) and lines[end].lstrip().startswith(line_token):
            end += 1
        return end
    for opening, closing in (
        _BLOCKS
        if language not in BLOCK_COMMENTS
        else (
            BLOCK_COMMENTS[language],
            *_BLOCKS,
        )
    ):
        if not lines[at].lstrip().startswith(opening):
            continue
        for end in range(at, len(lines)):
            text = lines[end].lstrip()
            text_after = text[len(opening) :] if end == at else text
            if closing in text_after:
                # Code follows the comment on its last line; the comment stays with the code.
                return end + 1 if not text_after.partition(closing)[2].strip() else at
    return at


_BLOCKS = (("/*", "*/"), ("<!--", "-->"), ("{#", "#}"), ('"""', '"""'))
