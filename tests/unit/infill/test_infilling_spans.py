"""Holes cut out of a repository: which files count, what is cut, and that it is the same again."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from hotseat.domain.errors import HotseatError
from hotseat.infill.infilling_spans import MAX_CHARS, InfillingSpan, languages_in, sample_spans
from hotseat.syntax.text_spans import KINDS

PYTHON = '''\
import os

LIMIT = compute_limit(os.environ["LIMIT"])


class Shop:
    """Sells."""

    name = "corner" + "shop"

    def total(self, items):
        """The sum."""
        found = [item.price for item in items]
        if not found:
            return self.default_price("none")
        return sum(found) + self.tax(found)

    def close(self):
        self.door.lock(key="front")
        self.lights.off()
'''
GO = """\
package shop

import "fmt"

func Total(items []Item) (int, error) {
	sum := 0
	for _, item := range items {
		sum += item.Price * item.Count
		fmt.Println("seen", item.Name)
	}
	if sum > limit(items) {
		return 0, fmt.Errorf("too much: %d", sum)
	}
	return sum, nil
}
"""
VUE = """\
<template><p>{{ total() }}</p></template>
<script lang="ts">
export default {
  methods: {
    total(): number {
      const found = this.items.map((item) => item.price);
      this.seen = found.length + 1;
      return found.reduce((a, b) => a + b, 0);
    },
  },
};
</script>
<style>p { color: red }</style>
"""


def repository(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    subprocess.run(["git", "-C", str(folder), "add", "-A", "-f"], check=True)
    return folder


def many(text: str, extension: str, n: int = 6) -> dict[str, str]:
    return {f"src/file{i}.{extension}": text for i in range(n)}


def test_the_same_seed_gives_the_same_spans(tmp_path: Path) -> None:
    shop = repository(tmp_path, many(PYTHON, "py") | many(GO, "go"))
    first = sample_spans(shop, n=9, seed=1)
    assert first == sample_spans(shop, n=9, seed=1)
    assert first != sample_spans(shop, n=9, seed=2)


def test_a_new_file_moves_few_spans(tmp_path: Path) -> None:
    shop = repository(tmp_path, many(PYTHON, "py", n=12))
    before = set(sample_spans(shop, n=12, seed=1))
    repository(tmp_path, {"src/another.py": PYTHON})
    assert len(before & set(sample_spans(shop, n=12, seed=1))) >= 9


def test_each_kind_has_a_third_and_files_take_turns(tmp_path: Path) -> None:
    shop = repository(tmp_path, many(PYTHON, "py"))
    spans = sample_spans(shop, n=18, seed=1)
    for kind in KINDS:
        of_kind = [span for span in spans if span.kind == kind]
        assert len(of_kind) == 6
        assert len({span.path for span in of_kind}) == 6


def test_where_there_are_fewer_the_kinds_stay_equal(tmp_path: Path) -> None:
    shop = repository(tmp_path, {"a.py": PYTHON})
    spans = sample_spans(shop, n=600, seed=1)
    numbers = {kind: sum(span.kind == kind for span in spans) for kind in KINDS}
    assert len(set(numbers.values())) == 1
    assert 1 <= numbers["block"] < 10


@pytest.mark.parametrize(
    ("text", "extension", "wanted"),
    [
        (
            PYTHON,
            "py",
            {
                ("expression", 'self.default_price("none")'),
                ("expression", "[item.price for item in items]"),
                ("expression", 'os.environ["LIMIT"]'),
                ("statement", "self.lights.off()"),
                ("statement", "found = [item.price for item in items]"),
                ("statement", 'name = "corner" + "shop"'),
                ("block", 'self.door.lock(key="front")\n        self.lights.off()'),
                ("block", 'return self.default_price("none")'),
            },
        ),
        (
            GO,
            "go",
            {
                ("expression", "sum > limit(items)"),
                ("expression", "item.Price * item.Count"),
                ("statement", "sum := 0"),
                ("statement", "return sum, nil"),
                (
                    "block",
                    'sum += item.Price * item.Count\n\t\tfmt.Println("seen", item.Name)',
                ),
            },
        ),
        (
            VUE,
            "vue",
            {
                ("expression", "found.length + 1"),
                ("statement", "this.seen = found.length + 1;"),
            },
        ),
    ],
)
def test_what_is_cut_out_is_a_piece_of_syntax(
    tmp_path: Path, text: str, extension: str, wanted: set[tuple[str, str]]
) -> None:
    shop = repository(tmp_path, many(text, extension, n=40))
    spans = sample_spans(shop, n=360, seed=1)
    assert wanted <= {(span.kind, span.middle) for span in spans}
    for span in spans:
        assert span.before + span.middle + span.after == text
        assert span.parses_with(span.middle)
        assert span.middle == span.middle.strip()
        assert len(span.middle) <= MAX_CHARS


def test_definitions_imports_and_docstrings_are_no_statements(tmp_path: Path) -> None:
    shop = repository(tmp_path, many(PYTHON, "py", n=40) | many(GO, "go", n=40))
    statements = [h.middle for h in sample_spans(shop, n=360, seed=1) if h.kind == "statement"]
    assert not [
        text for text in statements if text.startswith(("def", "class", "import", "func", '"""'))
    ]


def test_a_vue_file_is_cut_in_its_script(tmp_path: Path) -> None:
    span = sample_spans(repository(tmp_path, {"a.vue": VUE}), n=3, seed=1)[0]
    assert (span.language, span.code_language) == ("vue", "typescript")
    assert not span.parses_with(span.middle + " ((")


def test_the_cursor_is_counted_in_utf_16() -> None:
    span = InfillingSpan(
        path="a.py",
        language="python",
        code_language="python",
        kind="expression",
        before='a = 1\nb = "😀" + ',
        middle="c",
        after="\n",
        code=(0, 24),
    )
    assert span.position == (1, 11)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("dist/app.py", PYTHON),
        ("node_modules/a/index.py", PYTHON),
        ("vendor/shop.py", PYTHON),
        ("third_party/shop.py", PYTHON),
        ("shop_pb2.py", PYTHON),
        (".secrets/shop.py", PYTHON),
        ("made.py", "# Code generated by a tool. DO NOT EDIT.\n" + PYTHON),
        ("keyed.py", PYTHON + 'KEY = "-----BEGIN RSA PRIVATE KEY-----"\n'),
        ("token.py", PYTHON + f'TOKEN = "ghp_{"a" * 36}"\n'),
        ("wide.py", PYTHON + f'X = "{"a" * 600}"\n'),
        ("broken.py", PYTHON + "def ((\n"),
        ("notes.md", PYTHON),
    ],
)
def test_generated_files_and_files_that_may_hold_secrets_are_left_out(
    tmp_path: Path, name: str, text: str
) -> None:
    shop = repository(tmp_path, {name: text, "good.py": PYTHON})
    assert {span.path for span in sample_spans(shop, n=30, seed=1)} == {"good.py"}


def test_only_files_that_git_knows_count(tmp_path: Path) -> None:
    shop = repository(tmp_path, {"good.py": PYTHON})
    (shop / "loose.py").write_text(PYTHON)
    assert {span.path for span in sample_spans(shop, n=30, seed=1)} == {"good.py"}


MARKUP = {
    "css": (
        ".cart, .shop > a {\n  color: red;\n  margin: 0 auto;\n}\n",
        {
            ("expression", "0 auto"),
            ("statement", "margin: 0 auto;"),
            ("block", "color: red;\n  margin: 0 auto;"),
        },
    ),
    "html": (
        '<ul class="cart">\n  <li id="first">one</li>\n  <li>two</li>\n</ul>\n'
        "<script>let total = prices(1) + 2; total.show();</script>\n",
        {
            ("expression", "cart"),
            ("statement", "<li>two</li>"),
            ("block", '<li id="first">one</li>\n  <li>two</li>'),
        },
    ),
    "sql": (
        "SELECT count(*) FROM orders WHERE total > 10;\n"
        "CREATE TABLE items (id integer, name text);\n",
        {
            ("expression", "total > 10"),
            ("statement", "SELECT count(*) FROM orders WHERE total > 10"),
            ("block", "FROM orders WHERE total > 10"),
            ("block", "id integer, name text"),
        },
    ),
}


@pytest.mark.parametrize("language", MARKUP)
def test_languages_without_statements_have_kinds_of_their_own(
    tmp_path: Path, language: str
) -> None:
    text, wanted = MARKUP[language]
    shop = repository(tmp_path, many(text, language) | many(PYTHON, "py", n=2))
    spans = sample_spans(shop, n=60, seed=1, languages=[language])
    assert wanted <= {(span.kind, span.middle) for span in spans}
    assert not any("prices" in span.middle for span in spans)
    assert all(span.parses_with(span.middle) for span in spans)


def test_they_are_only_taken_when_they_are_named(tmp_path: Path) -> None:
    shop = repository(tmp_path, many(MARKUP["css"][0], "css", n=9) | many(PYTHON, "py", n=2))
    assert languages_in(shop) == ["css", "python"]
    assert {span.language for span in sample_spans(shop, n=3, seed=1)} == {"python"}


@pytest.mark.parametrize(
    ("languages", "said"),
    [((), "There is no code"), (("rust",), "There is no code")],
)
def test_a_repository_without_code_is_said(
    tmp_path: Path, languages: tuple[str, ...], said: str
) -> None:
    shop = repository(tmp_path, {"notes.md": "# Notes\n"})
    with pytest.raises(HotseatError, match=said):
        sample_spans(shop, n=3, seed=1, languages=languages)


def test_what_is_missing_is_said_with_what_is_there(tmp_path: Path) -> None:
    with pytest.raises(HotseatError, match="is not a folder"):
        sample_spans(tmp_path / "nowhere", n=3, seed=1)
    with pytest.raises(HotseatError, match="git lists no files"):
        sample_spans(tmp_path, n=3, seed=1)
    shop = repository(tmp_path, {"a.py": PYTHON})
    with pytest.raises(HotseatError, match=r"has no rust.*It has python"):
        sample_spans(shop, n=3, seed=1, languages=["rust"])
