"""Three small projects in three languages each, and changes over all of their files.

A project has three entities with a file in each language. A change adds a field to every entity, so
it has nine steps whose languages alternate. Both texts of each file are made here: the one
before the change, and the one that a scripted answer brings.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

FIELDS = (
    *("note", "status", "created", "updated", "owner"),
    *("priority", "label", "origin", "currency", "country"),
)
"""Each is one change of each project."""
_BASE_FIELDS = ("id", "name")


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleStep:
    """A step of a change: `wanted` is the line that the field needs."""

    path: str
    language: str
    what: str
    before: str
    after: str
    wanted: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleChange:
    """A change of one project. The languages of its steps alternate."""

    project: str
    instruction: str
    steps: tuple[SampleStep, ...]


_Write = Callable[[str, Sequence[str]], str]
"""From an entity and its fields to the text of its file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Language:
    name: str
    ending: str
    write: _Write
    line: Callable[[str], str]
    """From a field to its line."""


def _lines(*lines: str) -> str:
    return "\n".join(lines) + "\n"


def _sql_line(field: str) -> str:
    return f"    {field} TEXT NOT NULL DEFAULT '',"


def _sql(entity: str, fields: Sequence[str]) -> str:
    rows = [_sql_line(field) for field in fields]
    return _lines(f"CREATE TABLE {entity} (", *rows, "    UNIQUE (id)", ");")


def _go_line(field: str) -> str:
    return f"\t{field.capitalize()} string"


def _go(entity: str, fields: Sequence[str]) -> str:
    rows = [_go_line(field) for field in fields]
    return _lines("package model", "", f"type {entity.capitalize()} struct {{", *rows, "}")


def _html_line(field: str) -> str:
    return f'  <input name="{field}" type="text">'


def _html(entity: str, fields: Sequence[str]) -> str:
    rows = [_html_line(field) for field in fields]
    return _lines(
        f'<form id="{entity}" method="post">', *rows, "  <button>Save</button>", "</form>"
    )


def _python_line(field: str) -> str:
    return f'    {field}: str = ""'


def _python(entity: str, fields: Sequence[str]) -> str:
    rows = [_python_line(field) for field in fields]
    head = ("from dataclasses import dataclass", "", "", "@dataclass")
    return _lines(*head, f"class {entity.capitalize()}:", *rows)


def _javascript_line(field: str) -> str:
    return f"  {field}: (value) => typeof value === 'string',"


def _javascript(entity: str, fields: Sequence[str]) -> str:
    rows = [_javascript_line(field) for field in fields]
    return _lines(f"export const {entity} = {{", *rows, "};")


def _css_line(field: str) -> str:
    return f".{field} {{ grid-area: {field}; }}"


def _css(entity: str, fields: Sequence[str]) -> str:
    rows = [_css_line(field) for field in fields]
    return _lines(f"#{entity} {{ display: grid; }}", *rows)


def _typescript_line(field: str) -> str:
    return f"  {field}: string;"


def _typescript(entity: str, fields: Sequence[str]) -> str:
    rows = [_typescript_line(field) for field in fields]
    return _lines(f"export interface {entity.capitalize()} {{", *rows, "}")


_SQL = _Language(name="sql", ending="sql", write=_sql, line=_sql_line)
_GO = _Language(name="go", ending="go", write=_go, line=_go_line)
_HTML = _Language(name="html", ending="html", write=_html, line=_html_line)
_PYTHON = _Language(name="python", ending="py", write=_python, line=_python_line)
_JAVASCRIPT = _Language(name="javascript", ending="js", write=_javascript, line=_javascript_line)
_CSS = _Language(name="css", ending="css", write=_css, line=_css_line)
_TYPESCRIPT = _Language(name="typescript", ending="ts", write=_typescript, line=_typescript_line)

PROJECTS: dict[str, tuple[tuple[str, ...], tuple[_Language, ...]]] = {
    "shop": (("item", "cart", "customer"), (_SQL, _GO, _HTML)),
    "clinic": (("patient", "visit", "doctor"), (_PYTHON, _JAVASCRIPT, _SQL)),
    "fleet": (("vehicle", "driver", "trip"), (_TYPESCRIPT, _CSS, _PYTHON)),
}


def changes() -> list[SampleChange]:
    """Return all changes, those of the projects by turns."""
    return [_change(project, field) for field in FIELDS for project in PROJECTS]


def _change(project: str, field: str) -> SampleChange:
    entities, languages = PROJECTS[project]
    steps = tuple(_step(entity, language, field) for entity in entities for language in languages)
    return SampleChange(
        project=project,
        instruction=f"Add the field {field} to {', '.join(entities)}",
        steps=steps,
    )


def _step(entity: str, language: _Language, field: str) -> SampleStep:
    return SampleStep(
        path=f"{language.name}/{entity}.{language.ending}",
        language=language.name,
        what=f"Add the field {field} after the field {_BASE_FIELDS[-1]}, as that is written",
        before=language.write(entity, _BASE_FIELDS),
        after=language.write(entity, (*_BASE_FIELDS, field)),
        wanted=language.line(field),
    )


def own_test(change: SampleChange) -> str:
    """Return the project's own test of a change: a program that exits with 1 and says what is
    wrong. It runs what Python can run, and looks for the field in the other files."""
    field = change.instruction.split()[3]
    checks = [
        f"check({step.path!r}, {step.language!r}, {step.wanted!r}, {field!r})"
        for step in change.steps
    ]
    return _TEST.replace("CHECKS", "\n".join(checks))


_TEST = '''"""The project's own test."""
import html.parser, pathlib, sqlite3, sys

failed = []

def names_in(text):
    class Names(html.parser.HTMLParser):
        found = set()
        def handle_starttag(self, tag, attrs):
            self.found.add(dict(attrs).get("name"))
    Names.found = set()
    Names().feed(text)
    return Names.found

def check(path, language, wanted, field):
    try:
        text = pathlib.Path(path).read_text()
        if language == "python":
            scope = {"__name__": "sample"}
            exec(compile(text, path, "exec"), scope)
            made = [one for one in scope.values() if hasattr(one, "__dataclass_fields__")]
            good = any(field in one.__dataclass_fields__ for one in made)
        elif language == "sql":
            database = sqlite3.connect(":memory:")
            database.executescript(text)
            table = pathlib.Path(path).stem
            rows = database.execute("SELECT name FROM pragma_table_info(?)", (table,))
            good = field in {name for (name,) in rows}
        elif language == "html":
            good = field in names_in(text)
        else:
            good = wanted.strip() in text
    except Exception as error:
        good, path = False, f"{path}: {error!r}"
    if not good:
        failed.append(path)

CHECKS
print("\\n".join(failed))
sys.exit(1 if failed else 0)
'''
