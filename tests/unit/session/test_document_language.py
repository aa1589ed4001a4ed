"""The language of an open document, and of the place in it that counts for an expert."""

from __future__ import annotations

import pytest

from hotseat.documents.store import Document
from hotseat.domain.experts import Expert, ModelSpec, Roster
from hotseat.domain.text import Position, PositionEncoding
from hotseat.session.document_language import (
    host_of_document,
    language_at,
    language_of_document,
)
from hotseat.syntax.document_syntax import Syntax
from hotseat.workspace.mining import language_of_path


def document(uri: str, text: str, language_id: str = "") -> tuple[Document, Position]:
    before, _, after = text.partition("‸")
    found = Document(
        uri=uri,
        language_id=language_id,
        version=1,
        text=before + after,
        encoding=PositionEncoding.UTF16,
        new_syntax=Syntax,
    )
    found.syntax.set_language(language_of_document(found))
    return found, Position(before.count("\n"), len(before.rpartition("\n")[2]))


def roster(
    *languages: str, generalist: bool = True, off: tuple[str, ...] = ("markdown",)
) -> Roster:
    """An expert for each language."""
    experts = tuple(
        Expert(name=language, languages=(language,), spec=ModelSpec(language))
        for language in languages
    )
    last = Expert(name="generalist", languages=(), spec=ModelSpec("general"))
    return Roster(
        experts=experts,
        generalist=last if generalist else None,
        disabled_languages=frozenset(off),
    )


def served(uri: str, text: str, roster: Roster, language_id: str = "") -> str | None:
    opened, position = document(uri, text, language_id)
    return language_at(opened, position, language_of_document(opened), roster)


SQL_IN_PYTHON = ("file:///a.py", 'cur.execute("SELECT ‸ FROM b")')
REGEX_IN_PYTHON = ("file:///a.py", 're.compile(r"a‸+")')
JINJA = ("file:///a.html.j2", "<p>{{ a‸ }}</p>")


def test_the_region_decides_the_expert() -> None:
    assert served(*SQL_IN_PYTHON, roster("python", "sql")) == "sql"
    assert served("file:///a.html.erb", "<%= a‸ %>", roster("html", "ruby")) == "ruby"
    assert served("file:///a.html.erb", "<p>‸", roster("html", "ruby")) == "html"
    assert served("file:///a.md", "```go\nx‸\n```", roster("go")) == "go"


def test_a_region_that_only_the_generalist_serves_causes_no_switch() -> None:
    assert served(*REGEX_IN_PYTHON, roster("python", "sql")) == "python"
    assert served(*SQL_IN_PYTHON, roster("python")) == "python"
    assert served(*JINJA, roster("html", "python")) == "html"


def test_who_lists_a_region_gets_it() -> None:
    assert served(*REGEX_IN_PYTHON, roster("python", "regex")) == "regex"
    assert served(*JINJA, roster("html", "jinja")) == "jinja"


def test_where_nobody_has_an_expert_the_file_stays_one_language() -> None:
    assert served(*REGEX_IN_PYTHON, roster("go")) == "python"
    assert served(*REGEX_IN_PYTHON, roster("go", generalist=False)) == "python"


def test_code_in_prose_that_is_switched_off_is_code() -> None:
    """The generalist serves it, as it does a file of that language."""
    assert served("file:///a.md", "```haskell\nx‸\n```", roster("go")) == "haskell"
    assert served("file:///a.md", "x‸", roster("go")) == "markdown"
    nobody = roster("go", generalist=False)
    assert served("file:///a.md", "```haskell\nx‸\n```", nobody) == "markdown"


def test_a_language_that_is_switched_off_is_off_in_a_region_too() -> None:
    assert served(*SQL_IN_PYTHON, roster("python", "sql", off=("sql",))) == "sql"


def test_the_innermost_that_has_an_expert_wins() -> None:
    text = '```python\nre.compile(r"a‸")\n```'
    assert served("file:///a.md", text, roster("python")) == "python"
    assert served("file:///a.md", text, roster("python", "regex")) == "regex"


def test_without_a_roster_the_innermost_counts() -> None:
    opened, position = document(*REGEX_IN_PYTHON)
    assert language_at(opened, position, "python") == "regex"


def test_of_no_languages_none_counts() -> None:
    assert roster("go").language_for(()) is None


@pytest.mark.parametrize(
    ("uri", "language_id", "host"),
    [
        ("file:///a/index.html.erb", "erb", "html"),
        ("file:///a/index.html", "django-html", "html"),
        ("file:///a/deploy.yaml.j2", "jinja", "yaml"),
        ("file:///a/x.js.erb", "eruby", "javascript"),
        ("file:///a/Dockerfile.j2", "jinja", "dockerfile"),
        ("file:///a/page.gohtml", "gotmpl", "html"),
        ("file:///a/config.toml.tmpl", "gotmpl", "toml"),
        ("file:///a/_helpers.tpl", "helm", "yaml"),
        ("file:///a/nginx.conf.j2", "jinja", "jinja"),
        ("file:///a/x.go", "go", "go"),
        ("file:///a/x.html", "html", "html"),
    ],
)
def test_a_template_counts_as_what_it_is_a_template_of(
    uri: str, language_id: str, host: str
) -> None:
    opened, _ = document(uri, "‸", language_id)
    assert host_of_document(opened, language_of_document(opened)) == host


def test_a_file_of_no_language_has_no_host() -> None:
    opened, position = document("file:///a/notes", "a‸")
    assert host_of_document(opened, None) is None
    assert language_at(opened, position, None) is None


def test_histories_count_templates_the_same_way() -> None:
    assert language_of_path("app/views/index.html.erb") == "html"
    assert language_of_path("web/page.tmpl") == "html"
    assert language_of_path("deploy/site.yaml.j2") == "yaml"
    assert language_of_path("docs/page.md.j2") is None


def test_a_header_is_known_by_lines_far_below_its_licence() -> None:
    text = "// licence\n" * 100 + "namespace a {\n}\n"
    opened, _ = document("file:///a/x.h", text, "c")
    assert language_of_document(opened) == "cpp"


CELL = "vscode-notebook-cell:/a/x.ipynb#W0sZmlsZQ%3D%3D"


def test_a_notebooks_cell_is_in_the_language_that_the_editor_says() -> None:
    for language_id in ("python", "r", "sql", "markdown"):
        opened, _ = document(CELL, "a‸", language_id)
        assert language_of_document(opened) == language_id


def test_a_cell_is_not_the_json_of_its_notebook() -> None:
    assert language_of_document(document(CELL, "a‸")[0]) is None
    assert language_of_document(document(CELL, "a‸", "plaintext")[0]) == "plaintext"
    assert language_of_document(document("file:///a/x.ipynb", '{"cells": []}‸')[0]) == "json"


def test_sql_in_a_cell_is_sql() -> None:
    uri, text = CELL, 'pd.read_sql("SELECT ‸", con)'
    assert served(uri, text, roster("python", "sql"), "python") == "sql"
