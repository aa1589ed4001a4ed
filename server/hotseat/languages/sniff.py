"""Languages by the look of a file's first lines.

Owns the signs: for extensions that several languages share, and for files without a name that
shows the language. A sign must be one that the other languages cannot show.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

AMBIGUOUS: dict[str, frozenset[str]] = {
    "h": frozenset({"c", "cpp", "objective-c", "objective-cpp"}),
    "m": frozenset({"objective-c", "objective-cpp", "matlab"}),
    "ts": frozenset({"typescript", "xml"}),
}
"""Extensions that several languages share, with the ids that clients give for them."""

_COMMENTS_AND_STRINGS = re.compile(
    r'//[^\n]*|/\*.*?(?:\*/|\Z)|(?<!include )(?<!import )"(?:\\.|[^"\\\n])*"', re.DOTALL
)
_ONLY_CPP_SEES = re.compile(
    r"^[ \t]*#[ \t]*if(?:def[ \t]+__cplusplus|[ \t]+defined[ \t]*\(?[ \t]*__cplusplus).*?"
    r"(?:^[ \t]*#[ \t]*(?:else|elif|endif)|\Z)",
    re.DOTALL | re.MULTILINE,
)
_OBJECTIVE_C = re.compile(
    r"^[ \t]*@(?:interface|protocol|class|implementation|property|import|end)\b"
    r"|^[ \t]*#[ \t]*import[ \t]+[<\"](?![^>\"]+\.(?:tlb|dll|olb))"
    r"|\bNS_(?:ASSUME_NONNULL_BEGIN|ENUM|OPTIONS)\b",
    re.MULTILINE,
)
_CPP = re.compile(
    r"""^[ \t]*(?:
          template\s*<
        | (?:inline\s+)?namespace(?:\s+[\w:]+)?\s*\{
        | (?:enum\s+)?class\s+(?:\[\[\w+\]\]\s*)?(?:[A-Z_]+\s+)?\w+(?:\s+final)?\s*(?:[;{]|:[^:]|$)
        | using\s+(?:namespace\s+\w|\w+\s*=|\w+::)
        | (?:public|private|protected)\s*:
        | (?:virtual|constexpr|explicit|friend)\s+\w
        | \#[ \t]*include[ \t]+(?:<[a-z_]+>|"[^"\n]+\.(?:hh|hpp|hxx)")
      )
      | \bstd::\w | \bnullptr\b | \boperator\s*(?:[-+*/=<>!]=?|\(\)|\[\])\s*\(
      | =\s*(?:delete|default)\s*; | \bstatic_cast\s*<
    """,
    re.MULTILINE | re.VERBOSE,
)
_MATLAB_LINE = re.compile(
    r"\s*(?:%|function\b[^;{]*$|classdef\b|(?:clear|clc|clearvars|close\s+all|hold\s+on)\b"
    r"|\w+\s*=\s*[^;{]*\.\.\.\s*$|end\s*$)"
)
_OBJECTIVE_C_LINE = re.compile(r"\s*(?:#\s*(?:import|include|define|if|pragma)\b|@\w|//|/\*|\[\w)")
_QT_LINGUIST = re.compile(r"\ufeff?\s*(?:<\?xml\b|<!DOCTYPE\s+TS\b|<TS[\s>])")

_BY_BEGINNING: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("php", re.compile(r"<\?php\b")),
    (
        "html",
        re.compile(
            r"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html)\b", re.I | re.S
        ),
    ),
    ("xml", re.compile(r"<\?xml\b")),
    ("json", re.compile(r'\{\s*(?:"(?:\\.|[^"\\\n])*"\s*:|\}\s*\Z)|\[\s*\{\s*"')),
    (
        "yaml",
        re.compile(
            r"%YAML\b|---[ \t]*(?:#[^\n]*)?\n(?:#[^\n]*\n|[ \t]*\n)*[\w.-]+:(?:[ \t]|\n|\Z)"
        ),
    ),
    (
        "dockerfile",
        re.compile(
            r"#\s*syntax\s*=\s*docker"
            r"|(?:#[^\n]*\n|[ \t]*\n)*FROM[ \t]+\S+(?:[ \t]+AS[ \t]+\S+)?[ \t]*(?:\n|\Z)"
        ),
    ),
    ("go", re.compile(r"(?://[^\n]*\n|[ \t]*\n)*package[ \t]+\w+[ \t]*\n")),
)


def by_extension(extension: str, first_lines: Sequence[str]) -> str | None:
    """Of a file with one of the `AMBIGUOUS` extensions; None when its lines do not show it."""
    if extension == "h":
        return _header("\n".join(first_lines))
    if extension == "m":
        return _objective_c_or_matlab(first_lines)
    if extension == "ts" and _QT_LINGUIST.match("\n".join(first_lines[:5])):
        return "xml"
    return None


def by_content(first_lines: Sequence[str]) -> str | None:
    """Of a file whose name shows no language, by how it begins."""
    text = "\n".join(first_lines[:20]).lstrip("\ufeff \t\n")
    return next((language for language, sign in _BY_BEGINNING if sign.match(text)), None)


def _header(text: str) -> str | None:
    """C shows no sign of its own: what has none of the others' is left to who asks."""
    text = _ONLY_CPP_SEES.sub("", _COMMENTS_AND_STRINGS.sub("", text))
    is_cpp = _CPP.search(text) is not None
    if _OBJECTIVE_C.search(text):
        return "objective-cpp" if is_cpp else "objective-c"
    return "cpp" if is_cpp else None


def _objective_c_or_matlab(lines: Sequence[str]) -> str | None:
    """By the first line that can be only one of them."""
    for line in lines:
        if _OBJECTIVE_C_LINE.match(line):
            return "objective-c"
        if _MATLAB_LINE.match(line):
            return "matlab"
    return None
