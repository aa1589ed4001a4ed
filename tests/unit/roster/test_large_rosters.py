"""Rosters made to take time: refused, or read in a time that grows with their size."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from hotseat.privacy.secret_files import SecretFiles
from hotseat.roster.load import load_text, workspace_path
from hotseat.roster.tree import MAX_BYTES
from hotseat.roster.validate import MAX_DIAGNOSTICS

N_BYTES = 30_000
LIMIT_S = 8.0
"""Each takes half a second alone on one core; with work that grows with the square, a minute."""
SHAPES = {
    "words": "x " * (N_BYTES // 2),
    "lines of one letter": "x\n" * (N_BYTES // 2),
    "open brackets": "[" * N_BYTES,
    "empty lines": "\n" * N_BYTES,
    "unknown keys": "".join(f"zz{i}: 1\n" for i in range(2300)),
    "unknown languages": "languages:\n" + "".join(f"  l{i}: off\n" for i in range(2300)),
    "long words": "languages:\n" + "".join(f"  {'ab' * 700}{i}: off\n" for i in range(20)),
    "experts of one name": "experts:\n"
    + "".join(f"  - {{name: e, languages: [l{i}], bad{i}: 1}}\n" for i in range(500)),
    "removed experts": "experts:\n"
    + "".join(f"  - {{name: e{i}, remove: on}}\n" for i in range(900)),
    "keys given twice": "budget: 1GB\n" * (N_BYTES // 12),
    "wrong sizes": "models:\n" + "".join(f"  m{i}: {{size: x}}\n" for i in range(1200)),
    "empty keys": "models:\n" + "".join(f"  m{i}:\n" for i in range(2400)),
    "open secrets": "secrets:\n" + "".join(f"  - '!s{i}'\n" for i in range(2400)),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_no_shape_takes_more_than_its_size_explains(tmp_path: Path, shape: str) -> None:
    began_s = time.process_time()
    result = load_text(
        SHAPES[shape],
        filename=str(workspace_path(tmp_path)),
        base=None,
        trusted=False,
        origin="workspace",
    )
    assert time.process_time() - began_s < LIMIT_S
    assert 0 < len(result.diagnostics) <= MAX_DIAGNOSTICS + 1
    assert max(len(f"{d.message} {d.hint}") for d in result.diagnostics) < 700


def test_the_last_diagnostic_says_that_there_are_more(tmp_path: Path) -> None:
    path = str(tmp_path / "experts.yaml")
    result = load_text(SHAPES["unknown keys"], filename=path, base=None)
    assert len(result.diagnostics) == MAX_DIAGNOSTICS + 1
    assert "more mistakes" in result.diagnostics[-1].message


def test_a_megabyte_of_words_is_refused_at_once(tmp_path: Path) -> None:
    text = "x " * 500_000
    result = load_text(text, filename=str(tmp_path / "experts.yaml"), base=None)
    assert [f"larger than {MAX_BYTES // 1000} kB" in d.message for d in result.diagnostics] == [
        True
    ]


PATTERNS = {
    "words": [f"f{i}.txt" for i in range(4800)],
    "stars": [f"*a*{i}*b?c" for i in range(4800)],
    "many stars": ["*a" * 40 + f"b{i}" for i in range(600)],
    "folders": [f"**/secret_{i}/*.key" for i in range(4800)],
    "stars and folders": ["**/*/" * 20 + str(i) for i in range(500)],
    "changing sides": [("!" if i % 2 else "") + f"*{i}" for i in range(4800)],
}


@pytest.mark.parametrize("kind", PATTERNS)
@pytest.mark.parametrize(
    "path", ["src/cart/total.go", "a/" * 500 + "a.go", "a" * 4000, "/".join(["aab" * 60] * 8)]
)
def test_a_decision_takes_a_moment_however_many_patterns_there_are(kind: str, path: str) -> None:
    files = SecretFiles(PATTERNS[kind])
    began_s = time.process_time()
    files.hold(path)
    assert time.process_time() - began_s < 0.5


def test_all_of_many_patterns_count() -> None:
    files = SecretFiles([*PATTERNS["folders"], "**/notes/*.md", "!open.md", *PATTERNS["words"]])
    assert files.hold("a/secret_4799/b.key")
    assert files.hold("a/notes/b.md")
    assert files.hold("src/f4799.txt")
    assert not files.hold("a/notes/open.md")
    assert not files.hold("src/cart/total.go")


def test_a_decision_that_would_take_too_long_hides_the_file() -> None:
    assert SecretFiles(PATTERNS["stars and folders"]).hold("a/" * 500 + "a.go")
