"""The pages in docs/: every page is in an index, links resolve, and what they name exists."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.repository import REPOSITORY

DOCS = REPOSITORY / "docs"
DECISIONS = DOCS / "decisions"
PAGES = sorted([*DOCS.rglob("*.md"), *REPOSITORY.glob("*.md")])
TO_COME = {DOCS / "develop" / "add-a-language.md"}
"""Pages that may be missing until they are written."""
LINK = re.compile(r"\]\(([^)\s]+)\)")
PICTURE = re.compile(r' (?:src|srcset)="([^"]+)"')
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
VARIABLE = re.compile(r"\bHOTSEAT_[A-Z0-9_]*[A-Z0-9]\b")
MODULE = re.compile(r"`([a-z_]+/(?:[a-z_]+/)*[a-z_]+(?:/|\.py))`")
ROOMS = REPOSITORY / "server" / "hotseat"
by_name = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def text_of(page: Path) -> str:
    """Without code blocks, whose brackets are no links."""
    return FENCE.sub("", page.read_text("utf-8"))


def links(page: Path) -> Iterator[tuple[Path, str]]:
    """Target and anchor of each link to a file."""
    text = text_of(page)
    for link in [*LINK.findall(text), *PICTURE.findall(text)]:
        if "://" in link or link.startswith("mailto:"):
            continue
        path, _, anchor = link.partition("#")
        yield (page.parent / path).resolve() if path else page, anchor


def anchors(page: Path) -> set[str]:
    """Of its headings, as hosting sites make them."""
    plain = (re.sub(r"[^\w\- ]", "", title.lower()) for title in HEADING.findall(text_of(page)))
    return {title.strip().replace(" ", "-") for title in plain}


@by_name
def test_relative_links_resolve(page: Path) -> None:
    for target, anchor in links(page):
        if target in TO_COME and not target.exists():
            continue
        assert target.exists(), f"{page.name} links to {target}, which does not exist"
        if anchor and target.suffix == ".md":
            assert anchor in anchors(target), f"{page.name}: {target.name} has no #{anchor}"


def test_every_page_is_in_the_index() -> None:
    listed = {target for target, _ in links(DOCS / "README.md")}
    listed |= set(DECISIONS.glob("0*.md"))  # compared below
    assert set(DOCS.rglob("*.md")) - listed - {DOCS / "README.md"} == set()


def test_every_decision_has_a_status() -> None:
    for page in sorted(DECISIONS.glob("0*.md")):
        title, status, *_ = page.read_text("utf-8").split("\n\n")
        number = int(page.name[:4])
        assert title.startswith(f"# {number}. "), page.name
        assert re.match(r"\*\*Status\.\*\* (Accepted|Superseded|Partly superseded)\b", status), (
            f"{page.name} has no status line after its title"
        )
        for other in map(int, re.findall(r"decision (\d+)", status)):
            assert [*DECISIONS.glob(f"{other:04}-*.md")], f"{page.name} names decision {other}"


def test_the_index_of_decisions_is_complete() -> None:
    """With HOTSEAT_UPDATE_CASES=1 in the environment its table is written again."""
    rows = []
    for page in sorted(DECISIONS.glob("0*.md")):
        title, status, *_ = page.read_text("utf-8").split("\n\n")
        number, _, name = title.removeprefix("# ").partition(". ")
        found = re.search(r"(Accepted|(?:Superseded|Partly superseded) by decision \d+)", status)
        assert found is not None, f"{page.name} has no status"
        rows.append(f"| {number} | [{name}]({page.name}) | {found[0].lower()} |\n")
    index = DECISIONS / "README.md"
    head, ruler, _table = index.read_text("utf-8").partition("|---|---|---|\n")
    expected = head + ruler + "".join(rows)
    if os.environ.get("HOTSEAT_UPDATE_CASES"):
        index.write_text(expected, "utf-8")
    assert index.read_text("utf-8") == expected


def test_environment_variables_are_documented() -> None:
    code = [
        *(path for suffix in ("*.py", "*.sh", "*.mjs", "*.lua", "*.ts") for path in _code(suffix)),
        REPOSITORY / "Makefile",
    ]
    own = Path(__file__)
    used = {
        name for path in code if path != own for name in VARIABLE.findall(path.read_text("utf-8"))
    }
    used -= {"HOTSEAT_TEST_TOKEN"}  # a test's example of a name that the user chooses
    documented = set(VARIABLE.findall((DOCS / "environment.md").read_text("utf-8")))
    assert documented == used


def _code(pattern: str) -> Iterator[Path]:
    for folder in ("server", "tests", "extension", ".ci"):
        for path in (REPOSITORY / folder).rglob(pattern):
            if "node_modules" not in path.parts and "dist" not in path.parts:
                yield path


@pytest.mark.parametrize(
    "page",
    [DOCS / "architecture.md", DOCS / "completion.md", *sorted((DOCS / "develop").glob("*.md"))],
    ids=lambda page: page.name,
)
def test_modules_that_pages_name_exist(page: Path) -> None:
    named = set(MODULE.findall(page.read_text("utf-8")))
    missing = {
        name
        for name in named
        if not any((root / name).exists() for root in (ROOMS, REPOSITORY, ROOMS.parent))
    }
    assert missing == set(), f"{page.name} names modules that do not exist"


def test_the_architecture_lists_every_room() -> None:
    rooms = {path.name for path in ROOMS.iterdir() if (path / "__init__.py").exists()}
    listed = set(re.findall(r"^\| `(\w+)/`", (DOCS / "architecture.md").read_text("utf-8"), re.M))
    assert listed == rooms


def test_pages_use_ordinary_words() -> None:
    """The words that this project's early pages used in senses of their own."""
    odd = re.compile(
        r"\b(tells?|told|anew|behind|nobody|somebody|whoever|the person)\b", re.IGNORECASE
    )
    pages = [*PAGES, *(REPOSITORY / "extension").glob("*/**/*.md")]
    pages = [page for page in pages if "node_modules" not in page.parts]
    found = [
        f"{page.relative_to(REPOSITORY)}: {line}"
        for page in pages
        if page.name != "CHANGELOG.md"
        for line in page.read_text("utf-8").splitlines()
        if odd.search(line)
    ]
    assert len(found) <= 5, "\n".join(found)
