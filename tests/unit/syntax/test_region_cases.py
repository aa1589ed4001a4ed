"""The language under each cursor of the files in tests/cases/regions."""

from __future__ import annotations

from functools import cache, partial

import pytest
from hypothesis import HealthCheck, given, settings, strategies
from tree_sitter import Parser, Tree

from hotseat.documents.store import Document, DocumentStore
from hotseat.domain.text import Position, PositionEncoding, Range
from hotseat.session.document_language import language_at
from hotseat.syntax.document_syntax import Syntax
from hotseat.syntax.grammars import grammar
from hotseat.syntax.regions import HOSTS, region_language
from support.region_cases import Mark, marks, texts

MARKS = marks()
by_name = pytest.mark.parametrize("mark", MARKS, ids=lambda mark: mark.name)


@cache
def tree_of(language: str, text: str) -> Tree | None:
    found = grammar(language)
    return None if found is None else Parser(found).parse(text.encode())


def language_there(mark: Mark, tree: Tree | None, text: str | None = None) -> str | None:
    data, byte = (text or mark.text).encode(), len(mark.before.encode())
    return region_language(
        tree,
        byte,
        mark.file_language,
        text_before=lambda n: mark.before[-n:],
        slice_bytes=lambda start, end: data[start:end].decode("utf-8", "replace"),
        uri=mark.uri,
    )


def document_of(uri: str, language: str, text: str) -> Document:
    return Document(
        uri=uri,
        language_id=language,
        version=1,
        text=text,
        encoding=PositionEncoding.UTF16,
        new_syntax=partial(Syntax, language=language),
    )


def position_behind(text: str) -> Position:
    """In utf-16, of the end of a text."""
    lines = text.replace("\r\n", "\n").split("\n")
    return Position(len(lines) - 1, len(lines[-1].encode("utf-16-le")) // 2)


@by_name
def test_with_a_tree(mark: Mark) -> None:
    assert language_there(mark, tree_of(mark.file_language, mark.text)) == mark.expected


@by_name
def test_without_a_tree(mark: Mark) -> None:
    found = language_there(mark, None)
    assert found == mark.expected or (mark.needs_tree and isinstance(found, str))


@by_name
def test_at_the_end_of_a_file(mark: Mark) -> None:
    """As if the file were being typed and ended at the cursor."""
    for tree in (tree_of(mark.file_language, mark.before), None):
        found = language_there(mark, tree, mark.before)
        needs_more = mark.needs_rest or (mark.needs_tree and tree is None)
        assert found == mark.expected or (needs_more and isinstance(found, str))


@by_name
def test_in_a_document(mark: Mark) -> None:
    document = document_of(mark.uri, mark.file_language, mark.text)
    position = position_behind(mark.before)
    assert language_at(document, position, mark.file_language) == mark.expected


def test_there_are_enough_cases() -> None:
    assert len(MARKS) >= 250
    assert {language for _, language, _ in texts()} >= HOSTS


FRAGMENTS = [
    *"\"'`/{}()<>%#$\\\t \n-|:=é😀‸",
    *('"""', "```", "~~~", "{{", "}}", "{%", "<%", "%>", "<script>", "</style>", "/*", "*/"),
    *("<<~SQL\n", "RUN ", "run: |\n", "  - ", "SELECT a FROM b", "\r\n", "\r", "${", "#{"),
]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=strategies.data())
def test_no_edit_and_no_place_make_it_raise(data: strategies.DataObject) -> None:
    """The tree may be of an older text, of another one, or none."""
    uri, language, text = data.draw(strategies.sampled_from(texts()))
    store = DocumentStore(partial(Syntax, language=language))
    store.open(uri, language, 1, text)
    document = store.get(uri)
    assert document is not None
    n_lines = text.count("\n") + 1
    positions = strategies.builds(
        Position, strategies.integers(0, n_lines), strategies.integers(0, 80)
    )
    for version in range(2, data.draw(strategies.integers(2, 6))):
        a, b = sorted([data.draw(positions), data.draw(positions)])
        typed = "".join(data.draw(strategies.lists(strategies.sampled_from(FRAGMENTS), max_size=4)))
        b = data.draw(strategies.sampled_from([a, a, b]))
        store.change(uri, version, [(Range(a, b), typed)])
        for position in (a, data.draw(positions)):
            found = language_at(document, position, language)
            assert found != ""


@settings(max_examples=100, deadline=None)
@given(data=strategies.data())
def test_a_tree_of_another_text_does_no_harm(data: strategies.DataObject) -> None:
    mark = data.draw(strategies.sampled_from(MARKS))
    other = data.draw(strategies.sampled_from(MARKS))
    cut = data.draw(strategies.integers(0, len(other.text)))
    tree = tree_of(mark.file_language, other.text[cut:])
    assert isinstance(language_there(mark, tree), str)


LONG = {
    "python": 'x = db.execute("SELECT a FROM b", f(1, [2, 3]))  # it\'s\n',
    "go": 'rows := db.Query(`SELECT a`, "it\'s")\n',
    "javascript": "const a = b.c(`x ${1}`, 'y', /z/) / 2; // it's\n",
    "java": 'a.b("c" + "d");\n',
    "ruby": 'a = b "c #{d}" # it\'s\n',
    "html": '<p class="a">b</p><script>let a = "b"</script>\n',
    "vue": '<p :class="a">{{ b }}</p>\n',
    "erb": "<p><%= a %></p>\n",
    "jinja": "<p>{{ a }}</p>\n",
    "gotmpl": "<p>{{ .A }}</p>\n",
    "markdown": "```\n- a\n",
    "yaml": "    - a: b\n",
    "dockerfile": "RUN a \\\n",
    "makefile": "\ta \\\n",
    "shellscript": "psql -c \"SELECT $(a 'b')\" <<EOF # it's\nc\nEOF\n",
    "sql": "CREATE FUNCTION a() AS $$ x = '$1' $$ LANGUAGE plpython3u;\n",
    "nix": "  buildPhase = ''\n    make ${a {b = 1;}}\n  '';\n",
    "terraform": '  a = <<EOF\n{"b": "${c}"}\nEOF\n',
    "php": "<p class='a'>it's</p><?php $a = \"SELECT {$b}\"; // it's ?>\n",
    "blade": "<p>{{ $a }}</p>@if (b('c'))\n",
    "astro": "<p class={a}>{b.map((c) => <i>{c}</i>)}</p>\n",
    "svelte": "{#if a}<p class={b}>it's {c}</p>{/if}\n",
    "elixir": 'a = ~H"<p class={@b}>{c}</p>" # it\'s ~\n',
    "heex": "<p class={@a}><%= b %>{c}</p>\n",
    "mdx": "<A b={c}>it's {d}</A>\n",
    "rust": 'let a = json!({"b": html! { <p>{ "c" }</p> }});\n',
    "csharp": 'var a = @"b" + $"{c["d"]}"; // it\'s\n',
    "scala": 'val a = sql"""SELECT ${b}""" // it\'s\n',
}


@pytest.mark.parametrize("language", sorted(LONG))
@pytest.mark.parametrize("n_lines", [10_000, 1], ids=["10,000 lines", "one line"])
def test_only_a_bounded_piece_is_read(language: str, n_lines: int) -> None:
    """However long the document, or its one line, is."""
    text = LONG[language] * 10_000
    text = text if n_lines > 1 else text.replace("\n", " ")
    at = len(text) // 2
    n_read = 0

    def read(piece: str) -> str:
        nonlocal n_read
        n_read += len(piece)
        return piece

    for tree in (tree_of(language, text), None):
        n_read = 0
        found = region_language(
            tree,
            at,
            language,
            text_before=lambda n: read(text[max(0, at - n) : at]),
            text_after=lambda n: read(text[at : at + n]),
            slice_bytes=lambda start, end: read(text[start:end]),
        )
        assert found is not None
        assert n_read <= 60_000
