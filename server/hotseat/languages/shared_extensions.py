"""Languages that share a file extension, by the look of a file's first lines.

Owns the signs. A sign must be one that the other languages of its extension cannot show. A language
that no profile knows has a name of its own here where its signs are sure, so that its files are not
taken for another language's; `plaintext` stands for one of several such languages.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache

from hotseat.languages.headers import header

AMBIGUOUS: Mapping[str, frozenset[str]] = {
    "bas": frozenset({"vb"}),
    "cfg": frozenset({"ini", "properties"}),
    "cls": frozenset({"apex", "latex", "vb"}),
    "cs": frozenset({"csharp"}),
    "d": frozenset({"d", "makefile"}),
    "ex": frozenset({"elixir"}),
    "f": frozenset({"forth", "fortran"}),
    "for": frozenset({"forth", "fortran"}),
    "fs": frozenset({"forth", "fsharp", "glsl"}),
    "h": frozenset({"c", "cpp", "objective-c", "objective-cpp"}),
    "hh": frozenset({"cpp", "hack"}),
    "inc": frozenset(),
    "json": frozenset(),
    "m": frozenset({"matlab", "objective-c", "objective-cpp"}),
    "md": frozenset({"markdown"}),
    "ml": frozenset({"ocaml"}),
    "php": frozenset({"php"}),
    "pl": frozenset({"perl", "prolog", "raku"}),
    "plist": frozenset({"xml"}),
    "pm": frozenset({"perl", "raku"}),
    "pp": frozenset({"pascal", "puppet"}),
    "r": frozenset({"r"}),
    "re": frozenset({"cpp", "reason"}),
    "rs": frozenset({"rust"}),
    "scm": frozenset({"scheme"}),
    "shader": frozenset({"glsl", "shaderlab"}),
    "st": frozenset({"smalltalk"}),
    "star": frozenset({"starlark"}),
    "t": frozenset({"perl", "raku"}),
    "tpl": frozenset(),
    "ts": frozenset({"typescript", "xml"}),
    "v": frozenset({"coq", "v", "verilog"}),
}
"""Extensions that several languages share, with the ids that clients give by the extension."""
_UNKNOWN = "plaintext"
_Sign = tuple[str, str]
_MAX_CHARS = 20_000
"""Of a file's first lines that the patterns see."""


_RAKU = (
    r"^#!.*\b(?:perl6|raku)\b|^[ \t]*use[ \t]+(?:v6|Test;)"
    r"|^[ \t]*(?:multi|proto)[ \t]+(?:sub|method|token|rule|MAIN)?\b"
    r"|^[ \t]*(?:unit[ \t]+)?(?:module|class|role|grammar)[ \t]+[\w:-]+(?:[ \t]+(?:is|does)[ \t]+"
    r"[\w:-]+)*[ \t]*(?:\{|$)|^[ \t]*(?:unit[ \t]+module|enum[ \t]+\w+[ \t]*[<(])"
    r"|\b(?:my|has|our)[ \t]+[A-Z][\w:]*[ \t]+[$@%]|^[ \t]*has[ \t]+[$@%][.!]"
    r"|^[ \t]*(?:token|rule|method)[ \t]+[\w-]+[^;\n]*\{|\bis[ \t]+export\b|^=begin[ \t]+\w+"
)
_PERL = (
    r"^[ \t]*(?:use|no)[ \t]+(?:strict|warnings|utf8|lib|parent|base|constant|vars|5|v5)\b"
    r"|^[ \t]*package[ \t]+[\w:']+[ \t]*[;{]|^#!.*\bperl(?!6)\b"
    r"|^[ \t]*(?:my|our|local)[ \t]+[($@%]|\bshift;|\$_\[|@_\b|^1;"
)
_COQ = (
    r"^[ \t]*\(\*(?![ \t]*\w+[ \t]*(?:=[^*]*)?\*\)[ \t]*\w)"
    r"|^[ \t]*(?:From[ \t]+[\w.]+[ \t]+)?Require[ \t]+(?:Import|Export)?\b"
    r"|^[ \t]*(?:Theorem|Lemma|Inductive|Fixpoint|Definition|Section|Corollary)[ \t]+\w+"
    r"|^[ \t]*(?:Proof|Qed|Defined)[.]"
)
_VERILOG = (
    r"^[ \t]*(?:endmodule|always|initial|assign|wire|reg|input|output|parameter)\b"
    r"|^[ \t]*`(?:timescale|include|define|ifn?def|default_nettype)\b"
    r"|^[ \t]*module[ \t]+\w+[ \t]*[#(;]"
)
_SMALLTALK = (
    r"^!\S.*![ \t]*$|^[ \t]*\w[\w.]*(?: class)? (?:subclass:|methodsFor:)"
    r"|^[ \t]*\w+ (?:class )?>> ?\w"
)
_FORTH = r"^[ \t]*\\ |^: \S+(?:[ \t]|$)|^[ \t]*\( .* -- "
_GLSL = (
    r"^[ \t]*(?:\#version[ \t]+\d|precision[ \t]+\w+p\b|(?:uniform|varying|attribute)[ \t]+\w+[ \t]"
    r"|void[ \t]+main[ \t]*\()"
)
_BASIC = r"\A\s*\d+[ \t]|^[ \t]*(?:DECLARE|DEFINT|SCREEN|CLS|\#include|\#lang|B4[AJ]=true)\b"
_MUMPS = (
    r"^[%A-Za-z]\w*(?:\([^)\n]*\))?[ \t]+;|^[ \t]+;|^;|^[ \t]+(?:[sSnNqQ]|set|new|quit)[ \t]+\w"
)


def _signs(*signs: _Sign) -> tuple[_Sign, ...]:
    """A language and a pattern for its text each; the first that is found counts."""
    return signs


_SIGNS: Mapping[str, tuple[_Sign, ...]] = {
    "bas": _signs(
        ("vb", r"^Attribute[ \t]+VB_|^Option[ \t]+(?:Explicit|Private)\b"), (_UNKNOWN, _BASIC)
    ),
    "cfg": _signs(
        ("ini", r"^[ \t]*\["),
        (_UNKNOWN, r"^[ \t]*(?:global|defaults|(?:frontend|backend|listen)[ \t]+\S+[^=\n]*)$"),
    ),
    "cls": _signs(
        ("vb", r"^VERSION[ \t]+\d|^Attribute[ \t]+VB_"),
        ("latex", r"^[ \t]*\\[a-zA-Z@]+"),
        (
            "apex",
            r"^[ \t]*(?:(?:public|global|private)[ \t]+)(?:(?:with|without|inherited)[ \t]+sharing"
            r"[ \t]+|virtual[ \t]+|abstract[ \t]+|static[ \t]+)*(?:class|interface|enum)[ \t]+\w+"
            r"|^[ \t]*@(?i:isTest|RestResource)\b",
        ),
        (_UNKNOWN, r"^[ \t]*(?i:class|using|import|include|routine|interface)[ \t]+[%\w.]+"),
    ),
    "cs": _signs(
        ("smalltalk", r"\A\s*'From \w"),
        (
            "csharp",
            r"^[ \t]*(?:using|namespace|public|internal|global|//|\#(?:if|nullable|region))",
        ),
        ("smalltalk", _SMALLTALK),
    ),
    "d": _signs(
        ("d", r"^[ \t]*(?:module|import)[ \t]+[\w.]+"),
        (_UNKNOWN, r"^\#pragma[ \t]+D[ \t]|^\#!.*\bdtrace\b|^\w*:\w*:\w*:[\w-]*|^BEGIN[ \t]*$"),
        ("makefile", r"\A(?:[^\n]*\\\n)*[^\s:]+\.\w+[ \t]*:[ \t]"),
    ),
    "ex": _signs(
        ("elixir", r"^[ \t]*(?:def(?:module|macrop?|p|impl|protocol)?|alias)[ \t]+[\w:]"),
        (
            _UNKNOWN,
            r"\A\s*--|^[ \t]*(?:(?:global|public|export|override)[ \t]+)?(?:procedure|function"
            r"|include|constant|without|with|atom|sequence|integer|object)[ \t]+\w",
        ),
    ),
    "f": (("forth", _FORTH),),
    "for": (("forth", _FORTH),),
    "fs": _signs(
        (_UNKNOWN, r"^[ \t]*\#pragma[ \t]+(?:version|rs)\b"),
        ("fsharp", r"^[ \t]*(?:let|open|module|namespace|type)[ \t]+\w|^[ \t]*\[<"),
        ("glsl", _GLSL),
        ("forth", _FORTH),
        (_UNKNOWN, r"\A\s*\d[\d. \t]*$"),
    ),
    "hh": (("hack", r"\A(?:\#![^\n]*\n)?\s*<\?hh\b"),),
    "inc": _signs(
        ("php", r"\A\s*<\?php\b"),
        (
            "pascal",
            r"^[ \t]*\{\$(?i:ifn?def|include|i|mode)\b"
            r"|^[ \t]*(?i:procedure|function|unit)[ \t]+[\w.]+[ \t]*"
            r"(?:\([^)]*\))?[ \t]*(?::[ \t]*\w+)?;",
        ),
        (
            "cpp",
            r"^[ \t]*\#[ \t]*include[ \t]+<\w+>|^template[ \t]*<"
            r"|^[ \t]*namespace[ \t]+\w+[ \t]*\{|\bstd::",
        ),
        ("html", r"\A\s*<(?i:!doctype html|html|div|p|ul|table)\b"),
    ),
    "json": (("jsonc", r"\A\s*(?://|/\*)|^[ \t]*//|^[ \t]*/\*"),),
    "m": _signs(
        ("objective-c", r"^[ \t]*(?:\#[ \t]*(?:import|include)\b|@(?:interface|implementation)\b)"),
        ("mercury", r"^[ \t]*:-[ \t]*(?:module|interface|import_module|pred|func)\b"),
        (
            "limbo",
            r"^implement[ \t]+\w+[ \t]*;|^\w+:[ \t]*module\b|^[ \t]*include[ \t]+\"[\w/]+\.m\"",
        ),
        (
            "wolfram",
            r"\A\s*\(\*|^[ \t]*BeginPackage\[|^[ \t]*(?:Get|Needs|Module|Block|SetDirectory)\["
            r"|\A\s*\w+\[[^]\n]*_[^]\n]*\][ \t]*:?=",
        ),
        (_UNKNOWN, r"\A\s*\( |^: [\w-]+(?:[ \t]*\(.*\))?[ \t]*$"),
    ),
    "md": (
        (
            _UNKNOWN,
            r"^\(define_(?:insn|expand|attr|constants|mode|split)[ \t]+[\"\[]"
            r"|^\(include \"|\A\s*;;",
        ),
    ),
    "ml": _signs(
        ("ocaml", r"^[ \t]*(?:let|open|module)[ \t]+\w|;;[ \t]*$"),
        ("sml", r"^[ \t]*(?:structure|signature|functor|fun|val)[ \t]+\w"),
    ),
    "php": (("hack", r"\A(?:\#![^\n]*\n)?\s*<\?hh\b"),),
    "pl": _signs(
        ("raku", r"^[ \t]*use[ \t]+v6|^\#!.*\b(?:perl6|raku)\b"),
        ("perl", _PERL),
        (
            "prolog",
            r"^:-[ \t]*\w|^[ \t]*[a-z]\w*(?:\([^\n]*\))?[ \t]*:-"
            r"|^[a-z]\w*\([^\n;${}]*\)\.[ \t]*(?:%.*)?$",
        ),
        ("raku", _RAKU),
    ),
    "plist": (
        ("xml", r"\A\s*<"),
        (_UNKNOWN, r"\A\s*[{(]|\A\s*(?://|/\*)"),
    ),
    "pm": (
        ("raku", r"^[ \t]*use[ \t]+v6"),
        ("perl", _PERL),
        ("raku", _RAKU),
    ),
    "pp": _signs(
        ("pascal", r"^[ \t]*(?i:unit|program|library)[ \t]+\w+[ \t]*;|^[ \t]*\{\$\w"),
    ),
    "r": _signs(
        (_UNKNOWN, r"\A\s*(?:/\*|//)"),
        ("r", r"<-|^[ \t]*(?:library|require|source)\("),
        ("rebol", r"^[ \t]*(?i:rebol|red)(?:/\w+)?[ \t]*\["),
        (_UNKNOWN, r"^[ \t]*(?:\#include\b|/\*|//|resource[ \t]+['\w]|\w+:[ \t]+func[ \t]*\[)"),
    ),
    "re": (("cpp", r"^[ \t]*\#[ \t]*(?:include|ifn?def|define)\b|/\*!re2c"),),
    "rs": ((_UNKNOWN, r"^[ \t]*\#pragma[ \t]+(?:version|rs)\b"),),
    "scm": _signs(
        ("scheme", r"^[ \t]*\((?:define|let|use-modules|import|library|display|set!|lambda)\b"),
        ("query", r"\)[ \t]*@[\w.]+|^[ \t]*\[$|^\(\w+\)?[ \t]*@"),
    ),
    "shader": (("glsl", _GLSL),),
    "t": (
        ("raku", r"^[ \t]*use[ \t]+v6"),
        ("perl", _PERL),
        ("raku", _RAKU),
    ),
    "tpl": _signs(
        ("php", r"\A\s*<\?php\b"),
        ("gotmpl", r"\{\{-?[ \t]*(?:/\*|(?:define|template|include|range|if|with|block)[ \t]|\.)"),
    ),
    "ts": (("xml", r"\A\s*(?:<\?xml\b|<!DOCTYPE\s+TS\b|<TS[\s>])"),),
    "v": _signs(
        ("verilog", _VERILOG),
        ("coq", _COQ),
        (
            "v",
            r"^(?:pub[ \t]+)?(?:fn|struct|enum|interface)[ \t]+\w|^module[ \t]+\w+$"
            r"|^import[ \t]+[\w.]+$",
        ),
    ),
}
_MATLAB_LINE = re.compile(
    r"\s*(?:%|function\b[^;{]*$|classdef\b|(?:clear|clc|clearvars|close\s+all|hold\s+on)\b"
    r"|\w+\s*=\s*[^;{]*\.\.\.\s*$|end\s*$)"
)
_OBJECTIVE_C_LINE = re.compile(r"\s*(?:#\s*(?:import|include|define|if|pragma)\b|@\w|//|/\*|\[\w)")
_MUMPS_LINE = re.compile(_MUMPS)


def by_extension(
    extension: str, first_lines: Sequence[str], siblings: Collection[str] = ()
) -> str | None:
    """Of a file with one of the `AMBIGUOUS` extensions; None when its lines do not show it.

    `siblings` are names of other files of the project, in lower case: they decide of a header whose
    text is both C and C++.
    """
    text = "\n".join(first_lines)[:_MAX_CHARS].lstrip("\ufeff").replace("\r", "\n")
    if extension == "h":
        return header(text, siblings)
    found = next((name for name, sign in _patterns(extension) if sign.search(text)), None)
    if extension == "m" and found is None:
        return _objective_c_or_matlab(first_lines)
    return found


@cache
def _patterns(extension: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Compiled when a file with the extension is seen first: the server starts without."""
    return tuple((name, re.compile(sign, re.M)) for name, sign in _SIGNS.get(extension, ()))


def _objective_c_or_matlab(lines: Sequence[str]) -> str | None:
    """By the first line that can be only one of them."""
    for line in lines:
        if _OBJECTIVE_C_LINE.match(line):
            return "objective-c"
        if _MUMPS_LINE.match(line):
            return "mumps"
        if _MATLAB_LINE.match(line):
            return "matlab"
    return None
