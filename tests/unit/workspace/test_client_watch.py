"""Changes that the editor reports: which are kept, and how many."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from hotseat.workspace.client_watch import ClientWatch
from hotseat.workspace.watch_batch import MAX_PATHS, Batch, Collector
from hotseat.workspace.watching import Watching


def test_only_events_in_watched_folders_are_kept() -> None:
    collector = Collector(lambda: None)
    watch = ClientWatch(collector)
    watch.changed("/w", "early.go", created=True)
    watch.open()
    watch.changed("/w", "a.go", created=True)
    watch.watch(["/w"])
    watch.changed("/w", "b.go", created=False)
    watch.changed("/w", "c.go", created=True)
    watch.changed("/w/target", "d.go", created=True)
    b, c = os.path.join("/w", "b.go"), os.path.join("/w", "c.go")
    assert collector.take() == Batch(files=frozenset({b}), created=frozenset({c}))
    watch.close()
    watch.changed("/w", "late.go", created=True)
    watch.open()
    watch.changed("/w", "later.go", created=True)
    assert collector.take() == Batch()


def test_of_a_storm_no_path_is_kept() -> None:
    collector = Collector(lambda: None)
    watch = ClientWatch(collector)
    watch.open()
    watch.watch(["/w"])
    for i in range(10_000):
        watch.changed("/w", str(i), created=i % 2 == 0)
    assert collector.take() == Batch(storm=True)


class Editor:
    """Watching of `workspace` by an editor that accepts the registration, or not."""

    def __init__(self, workspace: Path, *, accepts: bool = True) -> None:
        self.workspace = workspace
        self.accepts = accepts
        self.n_asked = 0
        self.reported: asyncio.Queue[list[str]] = asyncio.Queue()
        self.watching = Watching(
            workspace,
            select=sorted,
            on_changed=self._on_changed,
            register=self._register,
            start_after_s=0.0,
            coalesce_s=0.0,
        )

    async def _register(self) -> bool:
        self.n_asked += 1
        return self.accepts

    def _on_changed(self, paths: Sequence[str]) -> None:
        self.reported.put_nowait([os.path.relpath(path, self.workspace) for path in paths])

    def send(self, name: str, *, created: bool) -> None:
        path = self.workspace / name
        self.watching.client_changed(str(path.parent), path.name, created=created)

    async def __aenter__(self) -> Editor:
        self.watching.start()
        async with asyncio.timeout(30):
            await self.watching.ready.wait()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.watching.aclose()


async def test_a_new_folder_is_told_from_a_new_file_and_followed(tmp_path: Path) -> None:
    async with Editor(tmp_path) as editor:
        (tmp_path / "new" / "deep").mkdir(parents=True)
        (tmp_path / "new" / "deep" / "b.go").touch()
        editor.send("new", created=True)
        assert await editor.reported.get() == [os.path.join("new", "deep", "b.go")]
        editor.send("new/deep/c.go", created=False)
        assert await editor.reported.get() == [os.path.join("new", "deep", "c.go")]
        editor.send("gone.go", created=True)
        assert await editor.reported.get() == ["gone.go"]
    assert editor.n_asked == 1


async def test_what_tools_fill_is_no_news(tmp_path: Path) -> None:
    (tmp_path / "node_modules").mkdir()
    async with Editor(tmp_path) as editor:
        for i in range(2 * MAX_PATHS):  # and no storm
            editor.send(f"node_modules/{i}.js", created=True)
        editor.send("a.go", created=False)
        assert await editor.reported.get() == ["a.go"]


async def test_without_a_workspace_that_is_watched_the_editor_is_not_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    editor = Editor(tmp_path)
    editor.watching.start()
    assert editor.watching._task is not None
    await editor.watching._task
    assert editor.n_asked == 0
