"""Errors as compilers, runtimes and tools print them."""

from __future__ import annotations

import re

_MESSAGES = (
    (
        "python",
        r"^Traceback \(most recent|^\s*File \"[^\"\n]+\", line \d+"
        r"|\b(?:Value|Key|Attribute|Index|Import|ModuleNotFound|Indentation|UnboundLocal"
        r"|ZeroDivision|FileNotFound|UnicodeDecode|UnicodeEncode|Recursion|Assertion)Error\b"
        r"|\bTypeError: .*(?:positional argument|unsupported operand|unhashable|'NoneType'"
        r"|object is not|missing \d+ required)|\bNameError: name '",
    ),
    (
        "java",
        r"\bjava(?:x|\.lang|\.util|\.io|\.sql)\.[\w.]+|^\s*at [\w.$]+\([A-Z]\w*\.java:"
        r"|\bException in thread \"|\bunreported exception \w|\berror: cannot find symbol\b"
        r"|\bincompatible types: |\bpossible lossy conversion\b",
    ),
    (
        "javascript",
        r"\bat .*\.js:\d+|\b(?:Type|Reference|Range)Error: (?:Cannot|\w+ is not|undefined)"
        r"|\bUncaught (?:\(in promise\)|\w*Error)|\bSyntaxError: (?:Unexpected|Cannot use import)"
        r"|\bnpm ERR!|\bERR_(?:MODULE|REQUIRE|UNHANDLED)\w+|\bUnhandledPromiseRejection",
    ),
    (
        "go",
        r"^panic: |^goroutine \d+ \[|\b[\w/]+\.go:\d+|\bimported and not used\b"
        r"|\bdeclared (?:and|but) not used\b|\bgoroutines are asleep\b"
        r"|\bcannot use \S+ \(.*\) as\b",
    ),
    (
        "rust",
        r"\berror\[E\d{4}\]|\bthread '[^']*' (?:\(\d+\) )?panicked|\bcannot borrow `"
        r"|\bthe trait (?:bound )?`.*` is not (?:implemented|satisfied)"
        r"|\bdoes not live long enough\b|\b(?:use|borrow) of moved value\b",
    ),
    (
        "typescript",
        r"\bTS\d{4,5}\b|\.tsx?[(:]\d+[,:]\d+|\bis not assignable to (?:type|parameter)\b"
        r"|\bdoes not exist on type\b|\bObject is possibly\b|\bimplicitly has an? 'any'",
    ),
    (
        "csharp",
        r"\bCS\d{4}\b|\bSystem\.(?:\w+\.)*\w+Exception\b"
        r"|\bObject reference not set to an instance\b",
    ),
    (
        "php",
        r"\bPHP (?:Fatal|Parse|Warning|Notice)|\b(?:Fatal|Parse) error: (?:Uncaught|Allowed"
        r"|Cannot|syntax)|\bon line \d+$|\bUndefined (?:array key|index|offset)\b"
        r"|\bCall to (?:a member|undefined)\b|\bheaders already sent\b",
    ),
    (
        "ruby",
        r"\.rb:\d+:in\b|\bNoMethodError\b|\bNameError\b(?!: name ')|\buninitialized constant\b"
        r"|\bundefined (?:local variable or )?method [`']",
    ),
    (
        "shellscript",
        r"\b(?:zsh|bash|sh): .*(?:not found|unbound|unexpected|syntax|denied)"
        r"|\bline \d+: (?:\[|\w+: (?:unbound|command))|\bunary operator expected\b"
        r"|\bsyntax error near unexpected token\b|\bbad substitution\b|: command not found$",
    ),
    (
        "cpp",
        r"\.(?:cpp|cc|cxx|hpp):\d+:\d+: |\bundefined reference to `[^']*(?:::|vtable)"
        r"|\bno matching function for call to\b|\bno member named '"
        r"|\bcandidate template ignored\b|\bwas not declared in this scope\b",
    ),
    (
        "c",
        r"\.[ch]:\d+:\d+: |\bSegmentation fault\b|\bimplicit declaration of function\b"
        r"|\bincompatible pointer type\b|\bundefined reference to `\w+'",
    ),
    (
        "swift",
        r"\.swift:\d+:\d+: |\bUnexpectedly found nil\b|\bCannot convert value of type '"
        r"|\bCannot assign to (?:property|value): '"
        r"|\bValue of (?:optional )?type '[^']*' (?:must|has no member)",
    ),
    (
        "kotlin",
        r"^e: .*\.kt\b|\.kt:\d+|\bUnresolved reference\b|\bOnly safe \(\?\.\)|\bSmart cast to '"
        r"|\bType mismatch: inferred type is\b",
    ),
    (
        "sql",
        r"\bERROR: .*\b(?:relation|column|syntax error at or near|duplicate key|violates)"
        r"|\bORA-\d+|\bSQLSTATE\b|\bERROR \d{4} \(\w+\)"
        r"|\bviolates (?:foreign|unique|not-null|check)"
        r"|\bno such (?:table|column)\b|\bUnknown column '|\bdeadlock detected\b",
    ),
    (
        "dockerfile",
        r"\bfailed to solve\b|\bCOPY failed\b|\bpull access denied\b|\bexecutor failed running\b"
        r"|\bThe command '/bin/sh -c|\bERROR \[(?:[\w.-]+ +)?\d+/\d+\]",
    ),
    (
        "yaml",
        r"\bmapping values are not allowed\b|\bdid not find expected (?:key|'-')"
        r"|\berror converting YAML\b|\bfound character that cannot start any token\b"
        r"|\bcannot unmarshal !!|\bCrashLoopBackOff\b|\bImagePullBackOff\b",
    ),
    (
        "makefile",
        r"\bmissing separator\b|\bNo rule to make target\b|\bmake(?:\[\d+\])?: \*\*\*"
        r"|\boverriding recipe for target\b",
    ),
    (
        "lua",
        r"\battempt to (?:call|index|compare|concatenate|perform arithmetic on) "
        r"(?:a|an|local|field|global|upvalue|number|two|nil)\b|\.lua:\d+: ",
    ),
    (
        "terraform",
        r"\bError acquiring the state lock\b|\bError: (?:Reference to undeclared"
        r"|Unsupported (?:argument|block)|Invalid (?:count|for_each) argument)"
        r"|\bon \w+\.tf line \d+",
    ),
)
_PATTERNS = tuple((language, re.compile(text, re.MULTILINE)) for language, text in _MESSAGES)


def languages_of_messages(text: str) -> list[str]:
    """Return the languages whose tools print errors like those in `text`."""
    return [language for language, message in _PATTERNS if message.search(text)]
