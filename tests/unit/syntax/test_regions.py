"""The language under the cursor, `‸`, in files that hold several."""

from __future__ import annotations

import pytest
from tree_sitter import Parser, Tree

from hotseat.languages.detect import language_of
from hotseat.syntax.grammars import grammar
from hotseat.syntax.regions import region_language

CASES = [
    ("<p>‸</p><script>let a</script>", "html", "html"),
    ("<p></p><script>let ‸a</script>", "html", "javascript"),
    ("<script>‸</script>", "html", "javascript"),
    ("<script>let a‸</script>", "html", "javascript"),
    ("<script>let a</script>‸<p>", "html", "html"),
    ("<scr‸ipt>let a</script>", "html", "html"),
    ("<script>let a</scr‸ipt>", "html", "html"),
    ('<script type="module">im‸port</script>', "html", "javascript"),
    ("<script type='text/typescript'>le‸t</script>", "html", "typescript"),
    ("<SCRIPT TYPE=TEXT/JAVASCRIPT>le‸t</SCRIPT>", "html", "javascript"),
    ('<script type="application/ld+json">{‸}</script>', "html", "json"),
    ('<script type="importmap">{‸}</script>', "html", "json"),
    ('<script type="text/x-template"><p>‸</p></script>', "html", "html"),
    ('<script setup lang="ts">cons‸t</script>', "vue", "typescript"),
    ('<script lang="tsx">cons‸t</script>', "vue", "typescriptreact"),
    ('<style lang="scss" scoped>a { ‸ }</style>', "vue", "scss"),
    ("<template><p>‸</p></template>", "vue", "vue"),
    ("<style>a { ‸ }</style>", "svelte", "css"),
    ("<script>let a = '<style>'; ‸</script>", "html", "javascript"),
    ("<style>a{}</style><p>‸", "html", "html"),
    ("<p>é€😀</p><script>let é = ‸1</script>", "html", "javascript"),
    # Being typed: not closed yet.
    ("<p><script>let a = ‸", "html", "javascript"),
    ("<div><style>a { ‸", "html", "css"),
    ("<div>‸", "html", "html"),
    ("<script ‸", "html", "html"),
    # Files that hold nothing else.
    ("x = '<script>‸'", "python", "python"),
    ("‸", "html", "html"),
]


def check(marked: str, file_language: str, tree_of: str | None) -> str | None:
    """`tree_of`: the text that the tree was parsed from, None for no tree."""
    before, _, after = marked.partition("‸")
    data = (before + after).encode()
    found = grammar("html")
    assert found is not None
    tree: Tree | None = None if tree_of is None else Parser(found).parse(tree_of.encode())
    return region_language(
        tree,
        len(before.encode()),
        file_language,
        text_before=lambda n: before[-n:],
        slice_bytes=lambda start, end: data[start:end].decode(),
    )


@pytest.mark.parametrize(("marked", "file_language", "expected"), CASES)
def test_with_a_tree(marked: str, file_language: str, expected: str) -> None:
    assert check(marked, file_language, marked.replace("‸", "")) == expected


@pytest.mark.parametrize(("marked", "file_language", "expected"), CASES)
def test_without_a_tree(marked: str, file_language: str, expected: str) -> None:
    assert check(marked, file_language, None) == expected


def test_a_tree_of_another_text_does_no_harm() -> None:
    for tree_of in ("", "<script>", "<script>a</script>" * 50, "é" * 100):
        for marked, file_language, _ in CASES:
            assert check(marked, file_language, tree_of) is not None


def test_only_a_bounded_piece_is_looked_at_without_a_tree() -> None:
    assert check("<script>" + " " * 30_000 + "‸", "html", None) == "html"


def test_a_comment_is_no_script_when_there_is_a_tree() -> None:
    marked = "<!-- <script> ‸ -->"
    assert check(marked, "html", marked.replace("‸", "")) == "html"


@pytest.mark.parametrize("host", ["html", "vue", "svelte"])
@pytest.mark.parametrize("before", ["<p>a</p>", '<p class="a>'], ids=["open", "and a quote"])
@pytest.mark.parametrize("after", ["", "</script>\n<p>b</p>"], ids=["typing", "closed"])
def test_a_long_script_in_a_broken_page(host: str, before: str, after: str) -> None:
    marked = f"{before}\n<script>\n{'  f(1);' * 2_500}\n  g(‸\n{after}"
    assert check(marked, host, marked.replace("‸", "")) == "javascript"


def test_a_script_that_begins_out_of_reach_is_found_in_the_tree() -> None:
    marked = f'<p>a\n<script lang="ts">\n{"  f(1);" * 10_000}\n  g(‸'
    assert check(marked, "svelte", marked.replace("‸", "")) == "typescript"


def test_a_long_blade_template_is_html_without_php() -> None:
    text = "<x-slot name='a'>{{ $b }}</x-slot>\n" * 200
    assert check(f"{text}<p>‸</p>", "blade", None) == "html"
    assert check(f"{text}<?php f(‸g) ?>", "blade", None) == "php"


def test_helms_helpers_are_helms_whatever_their_modeline_says() -> None:
    uri, first_lines = "file:///a/templates/_helpers.tpl", ["{{/* vim: set filetype=mustache: */}}"]
    assert language_of(uri, None, first_lines) == "helm"
    assert language_of(uri, "mustache", first_lines) == "helm"


def test_a_line_that_may_have_begun_in_a_string_has_no_regular_expressions() -> None:
    text = f'<script>\nlet a = "{"word " * 1_000}'
    assert check(f'{text} the /public‸/* routes";</script>', "html", None) == "javascript"


def test_a_path_in_a_long_scripts_template_string_is_no_regular_expression() -> None:
    text = "<script>\n" + "  f(`a`);\n" * 500 + "  g(`make sure the /public‸/* routes`);\n</script>"
    assert check(text, "html", None) == "javascript"
