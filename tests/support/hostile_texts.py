"""Pathological texts, generated: openers of every grammar repeated, nested and mixed.

The same for each grammar: what is an opener in one is an error in another, and error recovery is
what takes time and memory.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

OPENERS = [
    # brackets
    *("(", "[", "{", "<", "<a>", "<a ", "<a b='", "A<", "A<B,", "a<b,", "((", "[{", "({[", "f("),
    *("a[", "{a:"),
    # quotes, and code in them
    *("'", '"', "`", "'''", '"""', '"${', "`${", '"#{', "'\\", '"\\', "f'{"),
    *("R'aaaaaaaaaaaaaaaa(", "$a$", "q(", "[["),
    # heredocs, comments, embedded languages
    *("<<A\n", "<<~A\n", "<<<A\n", "<<-'A'\n", "/*", "//", "#", "--[[", "[==[", "<!--"),
    *("<![CDATA[", "<?", "<?php "),
    *("<%", "{{", "{%", "{#", "<script>", "<style>", "```\n", "~~~\n", "%w(", "%w[", "%q{"),
    *("/*)f(", "\\begin{a}"),
    # words that open
    *("if ", "if a then ", "do ", "do|a|", "begin\n", "case when then ", "function(", "fn()=>"),
    *("class A{", "SELECT ("),
    *("def a():\n", "lambda a:", "switch(a){case ", "BEGIN ", "try{", "match a {", "let a="),
    *("where ", "$(", "${"),
    # operators that nest
    *("a=", "a=>", "=~", "<-", "->", "a.", ".x=", "a,", "a?b:", "!", "-", "+ a", "::", "&a "),
    *("*a ", "a||", "not ", "@a("),
    # indents and items
    *("- ", "? ", ": ", "- - ", "a: ", "| ", "> ", "1. ", "\t", "  ", ":not(", "a{", "@media ("),
    *(">", "a>", ",", ";"),
    # characters
    *("\0", "a\0", "\r", "\n", "\n\n", "\v", "\u2028", "\ufeff", "é", "😀", "\ud800", "\\"),
    *("\\\n", "a", "0", "0x", "_"),
]  # fmt: skip
STAIRS = ["-", "a:", "if a:", "<a>", "{", "(", "? a", "def a():", "begin", "<<~A", "[", "- a:"]
SIZES_BYTES = (1_500, 4_000, 12_000, 40_000, 150_000)
LARGE_BYTES = (1_000_000, 5_000_000)
TOKENS = [
    *OPENERS,
    *(")", "]", "}", "</a>", "*/", "-->", "end", "endif", "a", "b", "1", "=", "\n", " ", ";"),
    *("x.y", "return "),
    *("SELECT", "FROM", "func ", "var ", "%>", "}}", "%}", "A\n", "```\n", "if", "else", "end\n"),
    *("in ", "of ", "async "),
]  # fmt: skip
REAL = (
    "total = compute(a, b)\nif total > 3 { return total; }\n<p class='a'>text</p>\n- item: value\n"
)


@dataclass(frozen=True, slots=True)
class HostileText:
    """One text, and a name that finds it again."""

    name: str
    text: str
    language: str = ""


def hostile_texts(seed: int = 0, *, large: bool = True) -> Iterator[HostileText]:
    """Yield more than 300 texts of 1.5 kB to 150 kB, and with `large` some of up to 5 MB."""
    chosen = random.Random(seed)
    for opener in OPENERS:
        n_bytes = chosen.choice(SIZES_BYTES)
        yield HostileText(f"{opener!r} of {n_bytes}", _filled(opener, n_bytes))
        n_bytes = chosen.choice(SIZES_BYTES[:3])
        yield HostileText(f"{opener!r} in code", REAL * 9 + _filled(opener, n_bytes) + REAL * 9)
    for step in STAIRS:
        lines = (f"{' ' * i}{step}\n" for i in range(400))
        yield HostileText(f"{step!r} as stairs", "".join(lines))
    for _ in range(70):
        tokens = chosen.choices(TOKENS, k=chosen.randrange(1, 5))
        n_bytes = chosen.choice(SIZES_BYTES)
        yield HostileText(f"{tokens!r} of {n_bytes}", _filled("".join(tokens), n_bytes))
    for i in range(40):
        tokens = chosen.choices(TOKENS, k=chosen.randrange(10, 2000))
        yield HostileText(f"random {seed}.{i}", "".join(tokens))
    if large:
        for opener in chosen.sample(OPENERS, k=10):
            n_bytes = chosen.choice(LARGE_BYTES)
            yield HostileText(f"{opener!r} of {n_bytes}", _filled(opener, n_bytes))


def _filled(unit: str, n_bytes: int) -> str:
    return unit * max(1, n_bytes // len(unit.encode("utf-8", "surrogatepass")))
