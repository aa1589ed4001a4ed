"""Which files that were written on disk count as attention."""

from __future__ import annotations

import time
from collections.abc import Collection
from pathlib import Path

import pytest

from hotseat.attention.state import AttentionState, update
from hotseat.documents.store import DocumentStore
from hotseat.domain.events import AttentionEvent, ChangedOnDisk
from hotseat.domain.experts import Expert, ModelSpec, Roster
from hotseat.session.disk_changes import DiskChanges, language_on_disk, relevant_changes
from hotseat.syntax.document_syntax import Syntax

WORKSPACE = Path("/home/me/build/shop")
"""The name `build` above the workspace does not make its files generated ones."""
ROSTER = Roster(
    generalist=Expert(name="general", languages=(), spec=ModelSpec("g")),
    experts=(
        Expert(name="code", languages=("go", "sql", "markdown"), spec=ModelSpec("c")),
        Expert(name="web", languages=("javascript", "json"), spec=ModelSpec("w")),
    ),
)


def relevant(*names: str, opened: Collection[str] = (), known: Collection[str] = ()) -> list[str]:
    paths = relevant_changes(
        [str(WORKSPACE / name) for name in names],
        workspace=WORKSPACE,
        roster=ROSTER,
        open_uris=[(WORKSPACE / name).as_uri() for name in opened],
        is_known=lambda language: language in known,
    )
    return [Path(path).relative_to(WORKSPACE).as_posix() for path in paths]


def test_files_of_a_language_with_an_expert_are_relevant() -> None:
    assert relevant("main.go", "sub/query.sql") == ["main.go", "sub/query.sql"]


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
    assert relevant(name, "z.go") == ["z.go"]


def test_the_editors_own_saves_are_not() -> None:
    names = ["a b.go", "ü.go", "#x.go", "100%.go"]
    assert relevant(*names, "z.go", opened=names) == ["z.go"]
    assert relevant("main.go", opened=["untitled:1", "sub/main.go"]) == ["main.go"]


def test_what_is_known_already_is_not() -> None:
    assert relevant("a.go", "b.sql", known=["go"]) == ["b.sql"]


def test_odd_names_have_the_language_of_their_ending() -> None:
    for name in ("a#b.go", "a?b.go", "%2e.go", "\udcff.go", "a\nb.go"):
        assert language_on_disk(str(WORKSPACE / name)) == "go"


def test_a_full_batch_among_many_open_files_takes_a_few_milliseconds() -> None:
    names = [f"{i}.go" for i in range(200)]
    began_s = time.process_time()
    assert relevant(*names, opened=names) == []
    assert time.process_time() - began_s < 0.05


class Window:
    """Disk changes with the attention that follows from them."""

    def __init__(self, workspace: Path | None = WORKSPACE) -> None:
        self.now_s = 1000.0
        self.documents = DocumentStore(Syntax)
        self.state = AttentionState()
        self.changes = DiskChanges(
            workspace,
            self.documents,
            attention=lambda: self.state,
            roster=lambda: ROSTER,
            attend=self._attend,
            repeat_after_s=60.0,
            clock=lambda: self.now_s,
        )
        self.events: list[AttentionEvent] = []

    def _attend(self, event: AttentionEvent) -> None:
        self.events.append(event)
        self.state = update(self.state, event, self.now_s)

    def select(self, *names: str) -> list[str]:
        paths = self.changes.select([str(WORKSPACE / name) for name in names])
        return [Path(path).name for path in paths]


def test_a_language_is_reported_again_after_a_while() -> None:
    window = Window()
    assert window.select("a.go", "b.sql") == ["a.go", "b.sql"]
    window.changes.report([str(WORKSPACE / "a.go"), str(WORKSPACE / "c.go")])
    assert window.events == [ChangedOnDisk(("go",))]
    window.now_s += 59
    assert window.select("a.go", "b.sql") == ["b.sql"]
    window.now_s += 2
    assert window.select("a.go", "b.sql") == ["a.go", "b.sql"]


def test_files_that_are_open_now_are_left_out() -> None:
    window = Window()
    window.documents.open((WORKSPACE / "a.go").as_uri(), "go", 1, "package a\n")
    assert window.select("a.go", "b.go") == ["b.go"]


def test_without_a_workspace_nothing_is_selected() -> None:
    assert Window(None).select("a.go") == []
