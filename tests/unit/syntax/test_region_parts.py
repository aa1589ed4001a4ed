"""Parts of the search for regions, each by itself."""

from __future__ import annotations

import pytest

from hotseat.syntax.regions.marks import by_comment, by_tag
from hotseat.syntax.regions.quoted import heredocs_of, open_literal
from hotseat.syntax.regions.scripts.ci_shells import (
    default_shell,
    language_of_action,
    language_of_task,
)
from hotseat.syntax.regions.sql import Hint, is_sql


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("x = sql", "sql"),
        ("x = db.sql<A<{ b: C[] }>>", "sql"),
        ("x = styled(A).attrs(p => ({ a: `)` }))", "css"),
        ("x = styled\n  .a", "css"),
        ("x = a<b && c>", None),
        ("x = f(a)(b)", None),
        ("x = )", None),
        ("x = ", None),
        (")" * 1_000, None),
    ],
)
def test_the_tag_of_a_template_string(before: str, expected: str | None) -> None:
    assert by_tag(before) == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("a = /* sql */ ", "sql"),
        ("// language=html\nlet a = ", "html"),
        ("b = 1; // language=html\nlet a = ", None),
        ("// language=html\nlet a = 'b', c = ", None),
        ("/* language=JSON */\nString a = ", "json"),
        ('@Language("SQL")\nprivate String a = ', "sql"),
        ('@Language("SQL") String a = "b"; String c = ', None),
    ],
)
def test_what_a_comment_names(before: str, expected: str | None) -> None:
    assert by_comment(before, "") == expected


@pytest.mark.parametrize(
    ("text", "language", "opener", "content"),
    [
        ("a = `b ${c ? `d ${e}` : `f", "typescript", "`", "f"),
        ("a = `b ${c ? `d ${e}` : 1} f", "typescript", "`", "b ${c ? `d ${e}` : 1} f"),
        ("a = `b ${() => { return `c` }} d", "javascript", "`", "b ${() => { return `c` }} d"),
        ('a = "b #{c["d"]} e', "ruby", '"', 'b #{c["d"]} e'),
        ("a(<<~B, <<~C)\n  b\nB\n  c", "ruby", "<<~C", "  c"),
        ("a <<~B\n  c\nB\nd <<~E\n", "ruby", "<<~E", ""),
        ("a `b ${'c' + \"d", "javascript", '"', "d"),
    ],
)
def test_the_innermost_string_that_is_open(
    text: str, language: str, opener: str, content: str
) -> None:
    found = open_literal(text, language)
    assert found is not None
    assert (found.opener, text[found.content_start :]) == (opener, content)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("a = `b ${c", "typescript"),
        ("a = `b ${() => { c }", "javascript"),
        ("a = `b ${`c`} d`; e", "javascript"),
        ('a = "b #{c', "ruby"),
        ("a <<~B", "ruby"),
        ("a(<<~B, <<~C)\n  b\nB\n  c\nC\nd", "ruby"),
    ],
)
def test_code_that_is_in_no_string(text: str, language: str) -> None:
    assert open_literal(text, language) is None


def test_the_heredocs_of_a_line() -> None:
    names = [found.group(1) for found in heredocs_of("a(<<~B, x << y, <<-'C', <<D) { 1<<2 }")]
    assert names == ["B", "C", "D"]


def test_shells_of_pipelines() -> None:
    assert language_of_task("PowerShell@2", "") == "powershell"
    assert language_of_task("AzureCLI@2", "pscore") == "powershell"
    assert language_of_task("Npm@1", "") is None
    assert language_of_action("actions/github-script@v7") == "javascript"
    assert language_of_action("appleboy/ssh-action@v1") == "shellscript"


def test_the_default_shell_is_that_of_the_job_around() -> None:
    workflow = "defaults:\n  run:\n    shell: python\njobs:\n"
    job = "  a:\n    defaults:\n      run:\n        shell: pwsh\n    steps:\n"
    assert default_shell(workflow) == "python"
    assert default_shell(workflow + job) == "powershell"
    assert default_shell(workflow + job + "  b:\n    steps:\n") == "python"
    assert default_shell("jobs:\n" + job + "  b:\n    steps:\n") is None
    assert default_shell("defaults:\n  run:\n    working-directory: a\njobs:\n") is None


@pytest.mark.parametrize(
    ("text", "hint", "expected"),
    [
        ("UPDATE ", Hint.MAYBE, True),
        ("update ", Hint.MAYBE, False),
        ("update ", Hint.LIKELY, True),
        ("Update ", Hint.LIKELY, False),
        ("update the profile", Hint.LIKELY, False),
        ("DELETE FROM failed", Hint.NONE, False),
        ("DELETE FROM failed WHERE a = 1", Hint.NONE, True),
        ("DELETE FROM failed_jobs", Hint.NONE, True),
        ("select name from users", Hint.NONE, True),
        ("select name from menu", Hint.NONE, False),
        ("select name from menu", Hint.LIKELY, True),
        ("explain " * 80, Hint.NONE, False),
    ],
)
def test_sql_by_its_text_and_what_is_around(text: str, hint: Hint, expected: bool) -> None:
    assert is_sql(text, hint) is expected
