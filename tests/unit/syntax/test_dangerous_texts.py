"""Texts that end or freeze a parser: in a process of its own, with its memory bounded."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from hotseat.syntax.grammars import LANGUAGES

UNITS = [
    *("a<", "A<B,", "<a ", "<a.b ", "%w(", "%w[", ":not(", ".x=", "a=>", "=~", "<-", "->", "<!--"),
    *("/*)f(", "fn()=>", "do|a|", "- ", "? ", ": ", "\0", "a\0", "(", "{", "<a>", "<<A\n", '"${'),
    *("if ", "case when ", "- - ", "[a,", "R'aaaaaaaaaaaaaaaa(", "$a$", "`", "#{"),
]
N_BYTES = 1500
"""Of each text: enough to freeze or end a parser without the guard."""
QUICK = {"yaml", "rust", "php"}
"""Languages that take a few seconds; all of them take some minutes."""
SAME_AS_HTML = {"erb", "gotmpl", "jinja", "twig", "vue", "svelte"}
STAIRS = ["-", "a:", "if a:", "<a>", "{"]

PARSE = """
import json, resource, sys, time
from hotseat.documents.buffer import TextBuffer
from hotseat.syntax.parse_once import parse_once
from hotseat.syntax.document_syntax import Syntax
from hotseat.domain.text import Position, PositionEncoding, Range
from hotseat.syntax.grammars import grammar

language, texts = json.load(sys.stdin)
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
worst = []

def settle(syntax):
    total_s = 0
    while syntax.pending:
        began_s = time.thread_time()
        syntax.step(lambda: time.thread_time() > began_s + 0.002, time.thread_time)
        total_s += time.thread_time() - began_s
        longest = max(longest_of_text.pop(), time.thread_time() - began_s)
        longest_of_text.append(longest)
    return total_s

for name, text in texts:
    longest_of_text = [0]
    buffer = TextBuffer(text)
    syntax = Syntax(buffer, language)
    settle(syntax)
    for row, key in ((0, "'"),):
        here = Position(row, 0)
        syntax.edited(buffer.apply(Range(here, here), key, PositionEncoding.UTF16))
        settle(syntax)
    ends_s = time.thread_time() + 0.2
    parse_once(text.encode(), grammar(language), is_over=lambda: time.thread_time() > ends_s)
    worst.append((longest_of_text[0], name))
slowest = max(worst)
# ru_maxrss would be at least that of the process that started this one.
peak_kb = next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]
print(json.dumps([*slowest, int(peak_kb) // 1024]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="bounds memory with RLIMIT_AS")
@pytest.mark.parametrize(
    "language",
    [
        pytest.param(name, marks=() if name in QUICK else pytest.mark.slow)
        for name in sorted(LANGUAGES - SAME_AS_HTML)
    ],
)
def test_no_text_ends_or_freezes_the_parser(language: str) -> None:
    texts = [(unit, unit * (N_BYTES // len(unit))) for unit in UNITS]
    texts += [(f"{s} as stairs", "".join(f"{' ' * i}{s}\n" for i in range(300))) for s in STAIRS]
    done = subprocess.run(
        [sys.executable, "-c", PARSE],
        input=json.dumps([language, texts]),
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    slowest_s, name, peak_mb = json.loads(done.stdout)
    assert slowest_s < 0.5, name
    assert peak_mb < 200
