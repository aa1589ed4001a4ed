"""Files that other programs write: told once, and only where .gitignore does not name them.

Real files, real watchdog, real git.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from hotseat.workspace import watching
from hotseat.workspace.inotify_watch import InotifyWatch
from hotseat.workspace.tree_watch import TreeWatch
from hotseat.workspace.watch_batch import MAX_PATHS
from hotseat.workspace.watched_folders import DEFAULT_BOUNDS, FolderBounds, why_not
from hotseat.workspace.watching import Watching

PATIENCE_S = 30.0
COALESCE_S = 0.2
PAUSE_S = 0.5
GIT = ("git", "-c", "user.name=x", "-c", "user.email=x@example.org")

Watch = Callable[[Path], Awaitable["Seen"]]


class Seen:
    """What is told of one workspace, by paths relative to it."""

    def __init__(
        self,
        workspace: Path,
        coalesce_s: float = COALESCE_S,
        bounds: FolderBounds = DEFAULT_BOUNDS,
    ) -> None:
        self.workspace = workspace
        self.coalesce_s = coalesce_s
        self.told: list[str] = []
        self._news = asyncio.Event()
        self.watching = Watching(
            workspace,
            select=list,
            on_changed=self._on_changed,
            start_after_s=0.0,
            coalesce_s=coalesce_s,
            pause_s=PAUSE_S,
            bounds=bounds,
        )

    def _on_changed(self, paths: Any) -> None:
        self.told += [os.path.relpath(path, self.workspace) for path in paths]
        self._news.set()

    async def until_told_again(self, name: str) -> list[str]:
        """After a storm: the file is written again and again until that is noticed."""
        while name not in self.told:
            write(self.workspace, name)
            await asyncio.sleep(self.coalesce_s)
        return await self.until_told(name)

    async def until_told(self, name: str) -> list[str]:
        """All that was told by then, in order of the names; begins anew."""
        async with asyncio.timeout(PATIENCE_S):
            while name not in self.told:
                self._news.clear()
                await self._news.wait()
        told, self.told = self.told, []
        return sorted(set(told))


def git(folder: Path, *arguments: str) -> None:
    subprocess.run([*GIT, *arguments], cwd=folder, check=True, capture_output=True)


def write(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.fsencode(name))


def in_process(program: str, *arguments: str | Path) -> None:
    """Another program does it."""
    subprocess.run([sys.executable, "-c", program, *map(str, arguments)], check=True)


def watched(folder: Path) -> bool:
    """What the kernel says."""
    status = folder.stat()
    wanted = f"ino:{status.st_ino:x} "
    infos = Path("/proc/self/fdinfo").iterdir()
    return any(wanted in line for info in infos for line in lines(info) if "inotify" in line)


def lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except OSError:  # that one is closed meanwhile
        return []


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A work tree with something ignored, and something that should be."""
    folder = tmp_path / "shop"
    folder.mkdir()
    git(folder, "init", "-q")
    write(folder, "main.go", "web/page.html", "deep/er/and/deeper/x.sql", "node_modules/a/b.js")
    (folder / ".gitignore").write_text("out/\n*.gen.go\n")
    write(folder, "out/built.js", "made.gen.go")
    git(folder, "add", "main.go", "web", ".gitignore")
    git(folder, "commit", "-q", "-m", "x")
    return folder


@pytest.fixture
async def watch() -> AsyncIterator[Watch]:
    async with AsyncExitStack() as stack:

        async def begin(workspace: Path) -> Seen:
            return await stack.enter_async_context(seen(workspace))

        yield begin


@asynccontextmanager
async def seen(
    workspace: Path, coalesce_s: float = COALESCE_S, bounds: FolderBounds = DEFAULT_BOUNDS
) -> AsyncIterator[Seen]:
    seen = Seen(workspace, coalesce_s, bounds)
    seen.watching.start()
    try:
        async with asyncio.timeout(PATIENCE_S):
            await seen.watching.ready.wait()
        yield seen
    finally:
        await seen.watching.aclose()


# --- what is told ---


async def test_a_file_that_another_program_writes_is_told(shop: Path, watch: Watch) -> None:
    seen = await watch(shop)
    in_process("import sys; open(sys.argv[1], 'a').write('x')", shop / "web/page.html")
    assert await seen.until_told("web/page.html") == ["web/page.html"]


async def test_so_is_one_that_is_moved_into_place(shop: Path, watch: Watch) -> None:
    seen = await watch(shop)
    write(shop.parent, "new.go")
    (shop.parent / "new.go").replace(shop / "main.go")
    assert await seen.until_told("main.go") == ["main.go"]


async def test_files_that_change_together_are_told_together(shop: Path, watch: Watch) -> None:
    seen = await watch(shop)
    names = [f"web/{i}.html" for i in range(20)]
    write(shop, *names)
    assert await seen.until_told(names[-1]) == sorted(names)


async def test_reading_is_no_change(shop: Path, watch: Watch) -> None:
    seen = await watch(shop)
    (shop / "web/page.html").read_text()
    (shop / "web/page.html").touch()
    write(shop, "last.go")
    assert await seen.until_told("last.go") == ["last.go"]


async def test_what_git_ignores_is_not_told(shop: Path, watch: Watch) -> None:
    git(shop, "add", "-f", "made.gen.go")
    seen = await watch(shop)
    write(shop, "other.gen.go", "web/x.gen.go", "out/built.js", ".git/x.go", "made.gen.go", "z.go")
    # One that is tracked all the same is not ignored.
    assert await seen.until_told("z.go") == ["made.gen.go", "z.go"]


async def test_odd_names_are_told_as_they_are(shop: Path, watch: Watch) -> None:
    seen = await watch(shop)
    names = [
        "a b.go",
        "new\nline.go",
        ":(glob)*.go",
        "#x.go",
        "%41.go",
        "ü.go",
        "-n.go",
        "\udcff.go",
    ]
    write(shop, *names)
    write(shop, "z.go")
    assert await seen.until_told("z.go") == sorted([*names, "z.go"])


@pytest.mark.parametrize("place", ["worktree", "subfolder", "link"])
async def test_a_workspace_need_not_be_a_repositorys_own_folder(
    shop: Path, watch: Watch, place: str
) -> None:
    workspace = shop.parent / "elsewhere"
    if place == "worktree":
        git(shop, "worktree", "add", "-q", str(workspace), "-b", "elsewhere")
    elif place == "link":
        workspace.symlink_to(shop)
    else:
        workspace = shop / "web"
    seen = await watch(workspace)
    write(workspace, "x.gen.go", "z.go")
    assert await seen.until_told("z.go") == ["z.go"]


async def test_outside_git_what_is_hidden_or_built_is_left_out(
    tmp_path: Path, watch: Watch
) -> None:
    folder = tmp_path / "plain"
    quiet = ["node_modules/a.js", ".cache/a.js", "build/a.js", "src/target/a.rs"]
    write(folder, "src/main.rs", *quiet)
    seen = await watch(folder)
    write(folder, *quiet, "src/main.rs", "src/later/x.rs", "src/later/.venv/x.py")
    assert await seen.until_told("src/later/x.rs") == ["src/later/x.rs", "src/main.rs"]
    assert not watched(folder / "src/later/.venv")


async def test_when_git_does_not_answer_nothing_is_told(
    shop: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = await watch(shop)
    with monkeypatch.context() as without:
        without.setenv("PATH", str(shop / "nowhere"))
        write(shop, "main.go")
        await asyncio.sleep(4 * COALESCE_S)
    write(shop, "z.go")
    assert await seen.until_told("z.go") == ["z.go"]


# --- which folders ---


async def test_folders_that_nobody_works_in_are_not_even_watched(shop: Path, watch: Watch) -> None:
    await watch(shop)
    for name in (".", "web", "deep", "deep/er/and/deeper"):
        assert watched(shop / name), name
    for name in ("out", "node_modules", "node_modules/a", ".git"):
        assert not watched(shop / name), name


async def test_new_folders_are_watched(shop: Path, watch: Watch) -> None:
    seen = await watch(shop)
    write(shop, "new/and/newer/a.go", "out/new/a.go", "new/node_modules/b/a.js")
    (shop / "new/empty/emptier").mkdir(parents=True)
    assert await seen.until_told("new/and/newer/a.go") == ["new/and/newer/a.go"]
    write(shop, "new/empty/emptier/b.go", "out/new/b.go", "new/node_modules/b/b.js")
    assert await seen.until_told("new/empty/emptier/b.go") == ["new/empty/emptier/b.go"]
    assert not watched(shop / "out/new")
    assert not watched(shop / "new/node_modules/b")


async def test_a_renamed_folder_is_known_by_its_new_name(shop: Path, watch: Watch) -> None:
    seen = await watch(shop)
    (shop / "deep").rename(shop / "flat")
    assert "flat/er/and/deeper/x.sql" in await seen.until_told("flat/er/and/deeper/x.sql")
    write(shop, "flat/er/and/deeper/y.sql")
    assert await seen.until_told("flat/er/and/deeper/y.sql") == ["flat/er/and/deeper/y.sql"]


async def test_a_folder_that_comes_back_is_watched_again(shop: Path, watch: Watch) -> None:
    seen = await watch(shop)
    shutil.rmtree(shop / "web")
    write(shop, "z.go")
    await seen.until_told("z.go")
    write(shop, "web/page.html")
    await seen.until_told("web/page.html")
    write(shop, "web/second.html")
    assert await seen.until_told("web/second.html") == ["web/second.html"]


async def test_a_changed_gitignore_counts_at_once(shop: Path, watch: Watch) -> None:
    seen = await watch(shop)
    (shop / ".gitignore").write_text("web/\n")
    assert await seen.until_told(".gitignore") == [".gitignore"]
    async with asyncio.timeout(PATIENCE_S):
        while not watched(shop / "out"):
            await asyncio.sleep(0.02)
    write(shop, "web/new.html", "out/built.js")
    assert await seen.until_told("out/built.js") == ["out/built.js"]


async def test_of_too_many_folders_the_shallowest_are_watched(
    shop: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with seen(shop, bounds=FolderBounds(max_folders=3)):
        assert [watched(shop / name) for name in (".", "deep", "web", "deep/er")] == [
            True,
            True,
            True,
            False,
        ]
    assert "Watching 3 folder(s)" in caplog.text
    assert "not all" in caplog.text


@pytest.mark.parametrize("in_git", [True, False])
async def test_at_the_systems_limit_it_goes_on_with_what_it_has(
    shop: Path,
    watch: Watch,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    in_git: bool,
) -> None:
    if not in_git:
        shutil.rmtree(shop / ".git")
    add, n_left = InotifyWatch._add, 3

    def limited(self: InotifyWatch, reader: Any, folder: str) -> None:
        nonlocal n_left
        if not n_left:
            raise OSError(errno.ENOSPC, "inotify watch limit reached")
        n_left -= 1
        add(self, reader, folder)

    monkeypatch.setattr(InotifyWatch, "_add", limited)
    caplog.set_level(logging.INFO)
    seen = await watch(shop)
    write(shop, "another/a.go", "main.go")
    assert "main.go" in await seen.until_told("main.go")
    assert caplog.text.count("raise fs.inotify.max_user_watches") == 1
    assert "Traceback" not in caplog.text


async def test_without_any_descriptor_it_gives_up_and_says_what_to_do(
    shop: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refused(_: object) -> None:
        raise OSError(errno.EMFILE, "inotify instance limit reached")

    monkeypatch.setattr(InotifyWatch, "open", refused)
    caplog.set_level(logging.INFO)
    seen = Seen(shop)
    seen.watching.start()
    async with asyncio.timeout(PATIENCE_S):
        while "is not watched" not in caplog.text:
            await asyncio.sleep(0.02)
    await seen.watching.aclose()
    assert "fs.inotify.max_user_instances" in caplog.text
    assert "Traceback" not in caplog.text


def test_nobodys_home_is_watched_nor_what_holds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home" / "me"
    (home / "shop").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    (tmp_path / "link").symlink_to(home)
    for folder in (home, home.parent, Path("/"), tmp_path / "link"):
        assert why_not(folder) == "it is the home directory, or holds it"
    assert why_not(home / "shop") is None
    assert why_not(home / "missing") == "it is not a folder"


async def test_without_a_workspace_nothing_happens(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    idle = Watching(None, select=list, on_changed=lambda _: None)
    idle.start()
    await idle.aclose()
    assert "no workspace" in caplog.text


# --- storms ---


async def test_ten_thousand_files_are_not_told_but_the_next_one_is(
    shop: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    program = """
import sys
for i in range(10_000):
    with open(f"{sys.argv[1]}/{i}.html", "w") as file:
        file.write("x")
"""
    # The default, because the other program may be slow.
    async with seen(shop, watching.COALESCE_S) as of_shop:
        await asyncio.to_thread(in_process, program, shop / "web")
        assert await of_shop.until_told_again("web/after.html") == ["web/after.html"]
    assert "Too many files change at once" in caplog.text


async def test_folders_that_came_in_a_storm_are_watched(shop: Path, watch: Watch) -> None:
    seen = await watch(shop)
    write(shop, *(f"many/{i}/x.go" for i in range(2 * MAX_PATHS)))
    assert await seen.until_told_again("many/77/y.go") == ["many/77/y.go"]


async def test_a_large_folder_moved_in_is_a_storm_too(shop: Path, watch: Watch) -> None:
    seen = await watch(shop)
    write(shop.parent, *(f"large/{i}.go" for i in range(2 * MAX_PATHS)))
    (shop.parent / "large").rename(shop / "large")
    async with asyncio.timeout(PATIENCE_S):
        while not watched(shop / "large"):
            await asyncio.sleep(0.02)
    write(shop, "large/7.go")
    assert await seen.until_told("large/7.go") == ["large/7.go"]


async def test_a_storm_does_not_keep_it_from_ending(shop: Path, watch: Watch) -> None:
    async with seen(shop):
        stop = threading.Event()

        def storm() -> None:
            i = 0
            while not stop.is_set():
                write(shop, f"web/{i % 5000}.html")
                i += 1

        writing = threading.Thread(target=storm)
        writing.start()
        await asyncio.sleep(0.5)
    assert not [t for t in threading.enumerate() if type(t).__module__.startswith("hotseat.app")]
    assert not watched(shop)
    stop.set()
    writing.join()


# --- where there is no inotify ---


WATCHED_TWICE = "ignore:Callback with id:RuntimeWarning"
"""watchdog's, where a folder and one in it appear at once: harmless, but an error would end its
thread."""


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on macOS and Windows, with watchdog's own observer of this system."""
    monkeypatch.setattr(watching, "folder_watch", TreeWatch)


@pytest.mark.filterwarnings(WATCHED_TWICE)
@pytest.mark.usefixtures("elsewhere")
async def test_elsewhere_the_same_is_told(shop: Path, watch: Watch) -> None:
    seen = await watch(shop)
    write(shop, "node_modules/a/b.js", "out/built.js", "x.gen.go", "new/deep/a.go", "main.go")
    told = {*await seen.until_told("main.go")}
    if "new/deep/a.go" not in told:
        told |= {*await seen.until_told("new/deep/a.go")}
    assert told == {"main.go", "new/deep/a.go"}


@pytest.mark.filterwarnings(WATCHED_TWICE)
@pytest.mark.usefixtures("elsewhere")
async def test_elsewhere_storms_are_sat_out_too(shop: Path, watch: Watch) -> None:
    seen = await watch(shop)
    write(shop, *(f"web/{i}.html" for i in range(10 * MAX_PATHS)))
    assert await seen.until_told_again("web/after.html") == ["web/after.html"]
