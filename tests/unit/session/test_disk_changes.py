"""Which files that were written on disk are news."""

from __future__ import annotations

import time
from collections.abc import Collection
from pathlib import Path

import pytest

from hotseat.domain.experts import Expert, ModelSpec, Roster
from hotseat.session.disk_changes import language_on_disk, news

WORKSPACE = Path("/home/me/build/shop")
"""The name of a folder above it says nothing of what is in it."""
ROSTER = Roster(
    generalist=Expert(name="general", languages=(), spec=ModelSpec("g")),
    experts=(
        Expert(name="code", languages=("go", "sql", "markdown"), spec=ModelSpec("c")),
        Expert(name="web", languages=("javascript", "json"), spec=ModelSpec("w")),
    ),
)


def told(*names: str, opened: Collection[str] = (), known: Collection[str] = ()) -> list[str]:
    paths = news(
        [str(WORKSPACE / name) for name in names],
        workspace=WORKSPACE,
        roster=ROSTER,
        open_uris=[(WORKSPACE / name).as_uri() for name in opened],
        known=lambda language: language in known,
    )
    return [Path(path).relative_to(WORKSPACE).as_posix() for path in paths]


def test_files_of_a_language_with_an_expert_are_news() -> None:
    assert told("main.go", "sub/query.sql") == ["main.go", "sub/query.sql"]


@pytest.mark.parametrize(
    "name",
    [
        "main.rs",  # only the generalist would answer
        "README.md",  # switched off
        "LICENSE",
        ".main.go.swp",
        "main.go~",
        "main.go.tmp",
        "4913",
        "dist/app.js",
        "vendor/x/y.go",
        "package-lock.json",
        "app.min.js",
    ],
)
def test_others_are_not(name: str) -> None:
    assert told(name, "z.go") == ["z.go"]


def test_the_editors_own_saves_are_not() -> None:
    names = ["a b.go", "ü.go", "#x.go", "100%.go"]
    assert told(*names, "z.go", opened=names) == ["z.go"]
    assert told("main.go", opened=["untitled:1", "sub/main.go"]) == ["main.go"]


def test_what_is_known_already_is_not() -> None:
    assert told("a.go", "b.sql", known=["go"]) == ["b.sql"]


def test_odd_names_have_the_language_of_their_ending() -> None:
    for name in ("a#b.go", "a?b.go", "%2e.go", "\udcff.go", "a\nb.go"):
        assert language_on_disk(str(WORKSPACE / name)) == "go"


def test_a_full_batch_among_many_open_files_takes_a_few_milliseconds() -> None:
    names = [f"{i}.go" for i in range(200)]
    began_s = time.process_time()
    assert told(*names, opened=names) == []
    assert time.process_time() - began_s < 0.05
