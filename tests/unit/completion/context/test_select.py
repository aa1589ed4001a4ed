"""What of other places goes into a prompt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotseat.completion.context.file_index import (
    FileIndex,
    FileIndexes,
    OpenFile,
    related_files,
)
from hotseat.completion.context.query import ContextQuery
from hotseat.completion.context.recent_edits import EditedSpan
from hotseat.completion.context.referenced_definitions import referenced_definitions
from hotseat.completion.context.select import as_comments, choose_snippets
from hotseat.completion.context.snippet import ContextSnippet, Rank
from hotseat.completion.prompt.fim_templates import FAMILIES, Snippet
from hotseat.completion.prompt.window import BYTES_PER_TOKEN
from hotseat.documents.store import Document
from hotseat.domain.text import PositionEncoding
from hotseat.languages.detect import language_of
from hotseat.syntax.document_syntax import Syntax

CURSOR = "‸"
ENDLESS = 10_000


def never() -> bool:
    return False


def document(path: str, text: str) -> Document:
    uri = f"file:///w/{path}"
    language = language_of(uri, None)
    return Document(
        uri=uri,
        language_id=language or "",
        version=1,
        text=text,
        encoding=PositionEncoding.UTF16,
        new_syntax=partial(Syntax, language=language),
    )


def indexed(documents: list[Document]) -> list[FileIndex]:
    files = [OpenFile(document=d, language=language_of(d.uri, None)) for d in documents]
    indexes = FileIndexes(lambda _: False)
    assert indexes.step(files, 0.0, never)
    return indexes.of(files)


def choose(
    query: ContextQuery,
    indexes: list[FileIndex],
    *,
    deadline: Callable[[], bool] = never,
    edits: Sequence[EditedSpan] = (),
    previous: tuple[ContextSnippet, ...] = (),
    sticky: bool = False,
) -> tuple[ContextSnippet, ...]:
    """All phases of the choice, without what is remembered from key to key."""
    files = related_files(query, indexes)
    return choose_snippets(
        query,
        files,
        definitions=referenced_definitions(query, files),
        edits=edits,
        deadline=deadline,
        previous=previous,
        sticky=sticky,
    )


def chosen(
    files: dict[str, str],
    *,
    n_tokens: int = ENDLESS,
    edits: tuple[tuple[str, int, int], ...] = (),
    previous: tuple[ContextSnippet, ...] = (),
    sticky: bool = False,
    window_lines: int = ENDLESS,
) -> tuple[ContextSnippet, ...]:
    """For the one file with a cursor; so many lines above it are in the prompt anyway."""
    path = next(path for path, text in files.items() if CURSOR in text)
    documents = [document(name, text.replace(CURSOR, "")) for name, text in files.items()]
    line = files[path].partition(CURSOR)[0].count("\n")
    query = ContextQuery(
        document=next(d for d in documents if d.uri.endswith(path)),
        language=language_of(path, None),
        line=line,
        first_line=max(0, line - window_lines),
        last_line=line,
        n_tokens=n_tokens,
    )
    spans = [
        EditedSpan(uri=f"file:///w/{name}", first_line=first, last_line=last, edited_s=0.0)
        for name, first, last in edits
    ]
    return choose(
        query,
        indexed(documents),
        edits=spans,
        previous=previous,
        sticky=sticky,
    )


def texts_of(pieces: Sequence[ContextSnippet]) -> tuple[Snippet, ...]:
    return tuple(piece.snippet for piece in pieces)


def shown(pieces: tuple[ContextSnippet, ...]) -> list[tuple[str, str]]:
    return [(piece.snippet.path, piece.snippet.text) for piece in pieces]


TAX = "def tax_of(price: int) -> int:\n    '''About.'''\n    return price // 5\n"
MAIN = "from shop.money import tax_of\n\n\ndef total(price):\n    tax = tax_of(price)\n    ‸\n"


def test_the_definition_of_a_name_above_the_cursor_is_shown_with_its_path() -> None:
    pieces = chosen({"shop/money.py": TAX, "shop/main.py": MAIN})
    assert shown(pieces) == [("shop/money.py", "def tax_of(price: int) -> int:")]


def test_what_is_typed_in_the_cursors_line_does_not_count() -> None:
    before = chosen({"shop/money.py": TAX, "shop/main.py": "def total(price):\n    ‸\n"})
    after = chosen({"shop/money.py": TAX, "shop/main.py": "def total(price):\n    tax_of(‸\n"})
    assert before == after == ()


def test_what_the_prompt_shows_anyway_is_not_repeated() -> None:
    text = f"{TAX}\n\ndef total(price):\n    tax = tax_of(price)\n    ‸\n"
    assert chosen({"shop/main.py": text}, window_lines=100) == ()
    assert shown(chosen({"shop/main.py": text}, window_lines=2)) == [
        ("shop/main.py", "def tax_of(price: int) -> int:")
    ]


def test_a_definition_above_the_window_is_known_by_its_text_when_lines_have_moved() -> None:
    main = document("shop/main.py", f"{TAX}\nx = tax_of(1)\n")
    files = indexed([main])
    main.buffer.apply(None, f"a = 1\n\n\n\n\n\n{TAX}\nx = tax_of(1)\n", PositionEncoding.UTF16)
    query = ContextQuery(
        document=main, language="python", line=11, first_line=5, last_line=11, n_tokens=ENDLESS
    )
    assert choose(query, files) == ()


def test_the_imported_meaning_of_a_name_is_meant() -> None:
    files = {
        "shop/money.py": TAX,
        "bank/other.py": "def tax_of(account): pass\n",
        "shop/main.py": MAIN,
    }
    assert [path for path, _ in shown(chosen(files))] == ["shop/money.py"]


def test_a_name_of_many_meanings_is_left_out() -> None:
    files = {f"shop/file{i}.py": f"def tax_of(a{i}): pass\n" for i in range(5)}
    files["shop/main.py"] = "tax = tax_of(price)\n‸\n"
    assert chosen(files) == ()


def test_a_method_is_shown_where_something_is_asked_for_it() -> None:
    cart = "class Cart:\n    def add_item(self, item): pass\n" + "    x = 1\n" * 200
    called = chosen({"shop/cart.py": cart, "shop/main.py": "mine.add_item(1)\n‸"})
    assert shown(called) == [("shop/cart.py", "class Cart:\n    def add_item(self, item):")]
    assert chosen({"shop/cart.py": cart, "shop/main.py": "add_item = 1\n‸"}) == ()


def test_a_table_is_shown_to_a_program_that_queries_it() -> None:
    files = {
        "db/schema.sql": "CREATE TABLE invoices (id int, total int);\n",
        "shop/main.py": "rows = query('SELECT * FROM invoices')\n‸\n",
    }
    assert shown(chosen(files)) == [("db/schema.sql", "CREATE TABLE invoices (id int, total int)")]


def test_another_language_shows_nothing() -> None:
    files = {"shop/money.go": "package a\nfunc tax_of() {}\n", "shop/main.py": MAIN}
    assert chosen(files) == ()


def test_imports_above_the_window_are_shown_and_those_in_it_are_not() -> None:
    text = "import os\nfrom shop.data import rows\n" + "\n" * 50 + "x = 1\n‸\n"
    assert shown(chosen({"shop/main.py": text}, window_lines=5)) == [
        ("shop/main.py", "import os\nfrom shop.data import rows")
    ]
    assert chosen({"shop/main.py": text}, window_lines=60) == ()


def test_what_was_edited_lately_elsewhere_is_shown_the_newest_first() -> None:
    files = {
        "a.py": "\n".join(f"alpha_{i} = {i}" for i in range(100)),
        "b.py": "\n".join(f"beta_{i} = {i}" for i in range(100)),
        "main.py": "gamma = 1\n‸\n",
    }
    pieces = chosen(files, edits=(("b.py", 50, 51), ("a.py", 10, 10), ("main.py", 0, 1)))
    assert [path for path, _ in shown(pieces)] == ["w/b.py", "w/a.py"]
    assert shown(pieces)[1][1] == "\n".join(f"alpha_{i} = {i}" for i in range(8, 13))


def similar(n: int) -> str:
    filler = "".join(f"other_{i} = unrelated_{i}\n" for i in range(100))
    lines = "".join(f"invoice_total = price_{i} * tax_rate + delivery\n" for i in range(n))
    return filler + lines + filler


WRITING = "price_1 = 3\ntax_rate = 5\ndelivery = 7\ninvoice_total = price_1\n‸\n"


def test_the_piece_of_another_file_that_is_most_alike_is_shown() -> None:
    pieces = chosen({"a.py": similar(10), "b.py": "foo = bar\n" * 300, "main.py": WRITING})
    (piece,) = pieces
    assert piece.key[0] is Rank.CHUNK
    assert piece.snippet.path == "w/a.py"
    assert "invoice_total = price_3 * tax_rate + delivery" in piece.snippet.text


def test_a_small_budget_gets_the_part_that_is_alike_and_not_the_beginning() -> None:
    pieces = chosen({"a.py": similar(10), "main.py": WRITING}, n_tokens=180)
    (piece,) = pieces
    assert piece.snippet.text.count("invoice_total") >= 5
    assert piece.n_tokens <= 180


def test_what_changes_least_comes_first_and_the_nearest_definition_last() -> None:
    main = (
        "from shop.money import tax_of, rate_of\n"
        + "\n" * 60
        + WRITING.replace(CURSOR, "")
        + "x = rate_of(1)\ny = tax_of(1)\n‸\n"
    )
    files = {
        "shop/money.py": TAX + "def rate_of(land): pass\n",
        "shop/a.py": similar(10),
        "shop/b.py": "\n".join(f"beta_{i} = {i}" for i in range(100)),
        "shop/main.py": main,
    }
    pieces = chosen(files, edits=(("shop/b.py", 10, 12),), window_lines=20)
    assert [(p.key[0], p.key[2]) for p in pieces] == [
        (Rank.IMPORTS, ""),
        (Rank.CHUNK, ""),
        (Rank.EDIT, ""),
        (Rank.DEFINITION, "rate_of"),
        (Rank.DEFINITION, "tax_of"),
    ]


def test_what_was_chosen_before_comes_first_and_what_is_new_behind_it() -> None:
    money = TAX + "def rate_of(land): pass\n"
    first = {"shop/money.py": money, "shop/main.py": "a = tax_of(1)\n‸\n"}
    then = {"shop/money.py": money, "shop/main.py": "b = rate_of(1)\na = tax_of(1)\n‸\n"}
    before = chosen(first)
    after = chosen(then, previous=before)
    assert [p.key[2] for p in chosen(then)] == ["rate_of", "tax_of"]
    assert [p.key[2] for p in after] == ["tax_of", "rate_of"]
    gone = {"shop/money.py": money, "shop/main.py": "b = rate_of(1)\n‸\n"}
    assert [p.key[2] for p in chosen(gone, previous=before, sticky=True)] == ["tax_of", "rate_of"]
    assert [p.key[2] for p in chosen(gone, previous=before)] == ["rate_of"]


def test_an_old_piece_stays_until_another_is_clearly_more_alike() -> None:
    files = {"a.py": similar(10), "main.py": WRITING}
    before = chosen(files, n_tokens=180)
    files["main.py"] = WRITING.replace("price_1", "price_9")
    assert chosen(files, n_tokens=180, previous=before, sticky=True) == before
    files["a.py"] = "changed = 1\n" * 99 + similar(10)
    assert chosen(files, n_tokens=180, previous=before, sticky=True) != before


def test_secrets_in_other_files_are_masked() -> None:
    key = "AKIA" + "Q3EGRIIV7ZLNPTWX"
    files = {
        "shop/money.py": f"TAX_SOURCE = '{key}'\n",
        "shop/main.py": "from shop.money import TAX_SOURCE\nx = TAX_SOURCE\n‸\n",
    }
    assert shown(chosen(files)) == [("shop/money.py", "TAX_SOURCE = '********'")]


def test_when_time_is_over_what_there_is_is_used() -> None:
    files = {"shop/money.py": TAX, "a.py": similar(10), "shop/main.py": MAIN.replace("‸", "")}
    documents = [document(name, text) for name, text in files.items()]
    query = ContextQuery(
        document=documents[-1],
        language="python",
        line=5,
        first_line=5,
        last_line=5,
        n_tokens=ENDLESS,
    )
    pieces = choose(query, indexed(documents), deadline=lambda: True)
    assert {p.key[0] for p in pieces} <= {Rank.DEFINITION, Rank.IMPORTS}


def test_the_snippets_fit_a_template_of_several_files() -> None:
    snippets = texts_of(chosen({"shop/money.py": TAX, "shop/main.py": MAIN}))
    prompt = FAMILIES["qwen"].render("a", "b", path="main.py", others=snippets)
    assert prompt.startswith("<|file_sep|>shop/money.py\ndef tax_of(price: int) -> int:\n")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("python", "# a/b.py\n# def f():\n#     pass\n"),
        ("go", "// a/b.py\n// def f():\n//     pass\n"),
        ("sql", "-- a/b.py\n-- def f():\n--     pass\n"),
        ("html", "<!-- a/b.py\ndef f():\n    pass -->\n"),
        ("css", "/* a/b.py\ndef f():\n    pass */\n"),
        ("json", ""),
        (None, ""),
    ],
)
def test_a_model_that_knows_no_files_gets_comments(language: str | None, expected: str) -> None:
    snippets = (Snippet(path="a/b.py", text="def f():\n    pass"),)
    assert as_comments(snippets, language) == expected


def test_a_snippet_cannot_end_the_comment_that_it_is_in() -> None:
    text = as_comments((Snippet(path="a.css", text="a { /* b **// */ }"),), "css")
    assert text.count("*/") == 1
    assert text.endswith("*/\n")


PARTS = st.sampled_from(
    [
        TAX,
        MAIN.replace("‸", ""),
        similar(3),
        "import os\n",
        "x = tax_of(1)\n",
        "\n",
        "é😀\n",
        "a" * 999,
    ]
)


@settings(max_examples=40, deadline=None)
@given(
    texts=st.lists(st.lists(PARTS, max_size=6).map("".join), min_size=1, max_size=4),
    line=st.integers(0, 300),
    n_window=st.integers(0, 60),
    n_tokens=st.integers(0, 400),
    sticky=st.booleans(),
    data=st.data(),
)
def test_any_choice_fits_its_budget_and_is_made_again_the_same(
    texts: list[str],
    line: int,
    n_window: int,
    n_tokens: int,
    sticky: bool,
    data: st.DataObject,
) -> None:
    documents = [document(f"dir/file{i}.py", text) for i, text in enumerate(texts)]
    files = indexed(documents)
    query = ContextQuery(
        document=documents[0],
        language="python",
        line=line,
        first_line=max(0, line - n_window),
        last_line=line + 5,
        n_tokens=n_tokens,
    )
    spans = [
        EditedSpan(
            uri=data.draw(st.sampled_from(documents)).uri,
            first_line=first,
            last_line=first + data.draw(st.integers(0, 39)),
            edited_s=0.0,
        )
        for first in data.draw(st.lists(st.integers(0, 300), max_size=4))
    ]

    def again(previous: tuple[ContextSnippet, ...]) -> tuple[ContextSnippet, ...]:
        return choose(
            query,
            files,
            edits=spans,
            previous=previous,
            sticky=sticky,
        )

    pieces = again(())
    assert sum(piece.n_tokens for piece in pieces) <= n_tokens
    assert again(()) == pieces
    assert again(pieces) == pieces
    for language in ("python", "bat", "html"):
        size = len(as_comments(texts_of(pieces), language).encode())
        assert size <= n_tokens * BYTES_PER_TOKEN
