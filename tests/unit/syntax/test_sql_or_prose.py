"""How many sentences are taken for SQL, and how much SQL is found, without a sign around it."""

from __future__ import annotations

from pathlib import Path

from hotseat.syntax.regions import region_language

CASES = Path(__file__).parents[2] / "cases" / "sql"
MAX_FALSE_SHARE = 0.02
MIN_FOUND_SHARE = 0.99
MIN_CASES = 150


def lines(name: str) -> list[str]:
    return (CASES / name).read_text("utf-8").splitlines()


def language_at_end(code: str) -> str | None:
    """Of Python that ends in a string, without a tree."""
    return region_language(
        None,
        len(code.encode()),
        "python",
        text_before=lambda n: code[-n:],
        slice_bytes=lambda start, end: code.encode()[start:end].decode(),
    )


def test_prose_is_not_taken_for_sql() -> None:
    sentences = lines("prose.txt")
    assert len(sentences) >= MIN_CASES
    for before in ("a = ", "log.info(", "f(a, "):
        wrong = [s for s in sentences if language_at_end(f'{before}"{s}') == "sql"]
        assert len(wrong) <= MAX_FALSE_SHARE * len(sentences), (before, wrong)


def test_sql_is_found() -> None:
    queries = lines("queries.txt")
    assert len(queries) >= MIN_CASES
    for before in ("a = ", "f(", "f(a, "):
        for quote in ('"""', "'''"):
            missed = [q for q in queries if language_at_end(f"{before}{quote}{q}") != "sql"]
            assert len(missed) <= (1 - MIN_FOUND_SHARE) * len(queries), (before, missed)


def test_a_select_over_many_lines_is_found_whatever_its_columns_are() -> None:
    columns = 'uniq(day) days,\n    id in (select id\n           from visits) as "has"'
    code = f'f(a, """\n  select\n    {columns}'
    assert language_at_end(code) == "sql"
    assert language_at_end(code.replace("uniq(day) days,", "day first_day,")) == "sql"
    prose = 'f(a, """\n  select a file, or more (at most three)\n  from the list on the left'
    assert language_at_end(prose) == "python"
    assert language_at_end(prose.replace("select a", "Select")) == "python"
