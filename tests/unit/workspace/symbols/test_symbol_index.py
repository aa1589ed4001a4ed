"""The index of a workspace: what is found, what follows a change, and what is left out."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hotseat.domain.syntax import Kind
from hotseat.parsing.file_outlines import FileOutlines
from hotseat.privacy.secret_files import SecretFiles
from hotseat.storage.symbols import SymbolStore
from hotseat.workspace.symbols.bounds import DEFAULT_BOUNDS, IndexBounds
from hotseat.workspace.symbols.index import SymbolIndex
from hotseat.workspace.symbols.indexer import ScanResult, SymbolIndexer

CART = """\
MAX_ITEMS = 30


class Cart:
    def add_item(self, name: str) -> None:
        self.items.append(name)


def nothing_yet() -> Cart:
    return Cart()
"""


@pytest.fixture(scope="module")
def outlines() -> Iterator[FileOutlines]:
    found = FileOutlines()
    yield found
    found.close()


class Desk:
    """A workspace with its index."""

    def __init__(self, tmp_path: Path, outlines: FileOutlines) -> None:
        self.root = tmp_path / "shop"
        self.root.mkdir()
        self.store = SymbolStore(tmp_path / "data" / "s.sqlite")
        self.outlines = outlines
        self.index = SymbolIndex(self.root, self.store)
        self.indexer = self.new_indexer()

    def new_indexer(
        self, bounds: IndexBounds = DEFAULT_BOUNDS, patterns: tuple[str, ...] = ()
    ) -> SymbolIndexer:
        is_secret = SecretFiles(patterns).hold
        return SymbolIndexer(self.root, self.store, self.outlines.of, is_secret, bounds=bounds)

    def write(self, path: str, text: str | bytes) -> Path:
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text if isinstance(text, bytes) else text.encode())
        return place

    def scan(self, indexer: SymbolIndexer | None = None) -> ScanResult:
        return (indexer or self.indexer).scan()

    def found(self, name: str) -> list[str]:
        return [f"{one.path}:{one.qualified}" for one in self.index.find_symbol(name)]

    def paths(self) -> set[str]:
        return set(self.store.states()) - {".gitignore"}

    def git(self, *arguments: str) -> None:
        subprocess.run(["git", "-C", str(self.root), *arguments], check=True, capture_output=True)


@pytest.fixture
def desk(tmp_path: Path, outlines: FileOutlines) -> Desk:
    return Desk(tmp_path, outlines)


def test_definitions_are_found_with_their_place(desk: Desk) -> None:
    desk.write("shop/cart.py", CART)
    desk.scan()
    (found,) = desk.index.find_symbol("Cart.add_item")
    assert (found.kind, found.container, found.path) == (Kind.FUNCTION, "Cart", "shop/cart.py")
    assert (found.first_line, found.last_line) == (4, 5)
    assert found.signature == "def add_item(self, name: str) -> None:"
    assert desk.found("Cart") == ["shop/cart.py:Cart"]
    assert desk.found("MAX_ITEMS") == ["shop/cart.py:MAX_ITEMS"]
    assert desk.index.state().n_files == 1
    assert desk.index.state().is_built


@pytest.mark.parametrize(
    ("file", "text", "name", "qualified"),
    [
        ("a.go", "package a\n\ntype Shop struct{}\n\nfunc (s *Shop) Add(n int) int { return n }\n",
         "Add", "Shop.Add"),
        ("a.rs", "struct Shop;\n\nimpl Shop {\n    pub fn add_one(&self) -> u8 { 1 }\n}\n",
         "add_one", "Shop.add_one"),
        ("a.ts", "export class Shop {\n  add(n: number): number {\n    return n;\n  }\n}\n",
         "add", "Shop.add"),
        ("A.java", "class Shop {\n  int add(int n) {\n    return n;\n  }\n}\n", "add", "Shop.add"),
        ("a.cpp", "int Shop::add(int n) {\n  return n;\n}\n", "add", "Shop.add"),
        ("a.sql", "CREATE TABLE orders (id int);\n", "orders", "orders"),
    ],
)  # fmt: skip
def test_members_know_their_type(
    desk: Desk, file: str, text: str, name: str, qualified: str
) -> None:
    desk.write(file, text)
    desk.scan()
    assert desk.found(name) == [f"{file}:{qualified}"]


def test_a_scan_reads_only_what_has_changed(desk: Desk) -> None:
    desk.write("a.py", CART)
    desk.write("b.py", "def other() -> None: ...\n")
    assert desk.scan().n_read == 2
    assert desk.scan().n_read == 0
    desk.write("b.py", "def another_one() -> None: ...\n")
    assert desk.scan().n_read == 1
    assert desk.found("another_one") == ["b.py:another_one"]
    assert desk.found("other") == ["b.py:another_one"], "it begins a part of that name"


def test_a_saved_file_is_found_at_once(desk: Desk) -> None:
    place = desk.write("a.py", CART)
    desk.scan()
    desk.write("a.py", CART.replace("nothing_yet", "new_cart"))
    assert not desk.indexer.update([str(place)])
    assert desk.found("new_cart") == ["a.py:new_cart"]
    assert desk.index.definitions_of(["nothing_yet"]) == {}


def test_removed_files_leave_the_index(desk: Desk) -> None:
    for name in ("a.py", "lib/b.py", "lib/c.py"):
        desk.write(name, CART)
    desk.scan()
    (desk.root / "a.py").unlink()
    assert "a.py:Cart" not in desk.found("Cart"), "before any event"
    shutil.rmtree(desk.root / "lib")
    desk.indexer.update([str(desk.root / "a.py"), str(desk.root / "lib")])
    assert desk.paths() == set()
    assert desk.store.counts() == (0, 0)


def test_removed_files_leave_it_by_a_scan(desk: Desk) -> None:
    place = desk.write("a.py", CART)
    desk.scan()
    place.unlink()
    assert desk.scan().n_gone == 1
    assert desk.store.counts() == (0, 0)


def test_what_git_ignores_is_left_out(desk: Desk) -> None:
    desk.git("init", "-q")
    desk.write(".gitignore", "out/\nlocal.py\n")
    for name in ("a.py", "out/b.py", "local.py", "node_modules/c.js"):
        desk.write(name, CART)
    desk.scan()
    assert desk.paths() == {"a.py"}
    ignored = desk.write("out/new.py", CART)
    new = desk.write("new.py", CART)
    desk.indexer.update([str(ignored), str(new)])
    assert desk.paths() == {"a.py", "new.py"}
    assert desk.indexer.update([str(desk.root / ".gitignore")]), "a scan is needed"


def test_a_gitignore_counts_without_a_repository(desk: Desk) -> None:
    desk.write(".gitignore", "out/\n")
    for name in ("a.py", "out/b.py", "lib/c.py", "node_modules/d.js"):
        desk.write(name, CART)
    desk.scan()
    assert desk.paths() == {"a.py", "lib/c.py"}


def test_secret_files_are_never_read(desk: Desk) -> None:
    desk.write("a.py", CART)
    desk.write("credentials.py", CART)
    desk.write("private/keys.py", CART)
    desk.scan(desk.new_indexer(patterns=("private/",)))
    assert "private/keys.py" not in desk.paths()
    desk.scan()
    secret = desk.new_indexer(patterns=("a.py",))
    desk.scan(secret)
    assert "a.py" not in desk.paths(), "it is secret now"


def test_secrets_in_definitions_are_masked(desk: Desk) -> None:
    token = "ghp_" + "9aB3dE5fG7hJ1kL2mN4pQ6rS8tU0vW2xY4zA"
    desk.write(
        "a.py", f'GITHUB_TOKEN = "{token}"\n\n\ndef use(key: str = "{token}") -> None: ...\n'
    )
    desk.scan()
    assert desk.found("GITHUB_TOKEN") == ["a.py:GITHUB_TOKEN"]
    assert token.encode() not in desk.store.path.read_bytes()


def test_binary_minified_and_generated_files_are_not_shown(desk: Desk) -> None:
    desk.write("a.py", CART)
    desk.write("binary.py", b"\x7fELF\0\0\0" + CART.encode())
    desk.write("big.js", "function long_one(){" + "a=1;" * 4000 + "}\n")
    desk.write("made.py", f"# Code generated by a program. DO NOT EDIT.\n{CART}")
    desk.write("lib/x.min.js", "function small(){}\n")
    result = desk.scan()
    assert result.skipped == {"binary": 1, "minified": 1, "generated": 1}
    assert desk.found("Cart") == ["a.py:Cart"]
    assert desk.index.files_like("") == ["a.py"]
    assert desk.scan().n_read == 0, "they are not looked at again"


def test_limits_are_reported(desk: Desk) -> None:
    for n in range(7):
        desk.write(f"deep/{n}.py", CART)
    desk.write("top.py", CART)
    desk.write("notes.md", "# Notes\n")
    result = desk.scan(desk.new_indexer(replace(DEFAULT_BOUNDS, max_files=3)))
    assert result.problem == "6 of 9 files are left out: the limit is 3"
    assert desk.paths() == {"top.py", "deep/0.py", "deep/1.py"}, "code first, the shallowest first"
    assert desk.index.state().problem == result.problem
    result = desk.scan(desk.new_indexer(replace(DEFAULT_BOUNDS, max_listed=4)))
    assert "more than 4 files" in result.problem
    result = desk.scan(desk.new_indexer(replace(DEFAULT_BOUNDS, max_total_bytes=2 * len(CART))))
    assert "are left out" in result.problem
    result = desk.scan(desk.new_indexer(replace(DEFAULT_BOUNDS, max_file_bytes=10)))
    assert result.skipped["large"] == 6, "two are known as they are"


def test_a_listing_that_is_not_complete_forgets_no_file_that_is_there(desk: Desk) -> None:
    for n in range(5):
        desk.write(f"{n}.py", CART)
    gone = desk.write("gone.py", CART)
    desk.scan()
    gone.unlink()
    desk.scan(desk.new_indexer(replace(DEFAULT_BOUNDS, max_listed=2)))
    assert desk.paths() == {f"{n}.py" for n in range(5)}


@pytest.mark.skipif(os.name != "posix", reason="links, pipes and sockets of POSIX")
def test_links_pipes_and_sockets_are_left_alone(desk: Desk) -> None:
    desk.write("a.py", CART)
    (desk.root / "loop").symlink_to(desk.root, target_is_directory=True)
    (desk.root / "link.py").symlink_to("a.py")
    (desk.root / "etc.py").symlink_to("/etc/passwd")
    os.mkfifo(desk.root / "pipe.py")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.path.relpath(desk.root / "socket.py"))
        desk.scan()
        desk.indexer.update(str(desk.root / n) for n in ("pipe.py", "link.py", "loop", "loop/a.py"))
    assert desk.found("Cart") == ["a.py:Cart"]
    assert desk.paths() == {"a.py"}


@pytest.mark.parametrize("in_git", [True, False])
@pytest.mark.skipif(os.name != "posix", reason="names that Windows does not have")
def test_odd_names(desk: Desk, in_git: bool) -> None:
    if in_git:
        desk.git("init", "-q")
    desk.write("two\nlines.py", CART)
    desk.write("späß 日本.py", CART)
    place = os.path.join(os.fsencode(desk.root), b"no\xff\xfeutf8.py")
    with open(place, "wb") as file:
        file.write(CART.encode())
    desk.scan()
    desk.indexer.update([os.fsdecode(place)])
    assert desk.paths() == {"two\nlines.py", "späß 日本.py"}


@pytest.mark.skipif(
    os.name != "posix" or os.geteuid() == 0, reason="not applicable: root reads everything"
)
def test_unreadable_folders_and_files_are_left_out(desk: Desk) -> None:
    desk.write("a.py", CART)
    desk.write("closed/b.py", CART)
    desk.write("c.py", CART).chmod(0)
    (desk.root / "closed").chmod(0)
    try:
        assert desk.scan().skipped == {"unreadable": 1}
    finally:
        (desk.root / "closed").chmod(0o700)
    assert desk.found("Cart") == ["a.py:Cart"]


def test_a_file_that_vanishes_or_changes_in_between(desk: Desk) -> None:
    first, second = desk.write("a.py", CART), desk.write("b.py", CART)
    desk.write("c.py", CART)
    asked: list[None] = []

    def between() -> None:
        if not asked:
            second.unlink()
            first.unlink()
            first.mkdir()
        asked.append(None)

    desk.indexer.scan(between=between)
    assert desk.found("Cart") == ["c.py:Cart"]
    desk.scan()
    assert desk.paths() == {"c.py"}


def test_a_text_that_ends_the_parser_costs_only_itself(desk: Desk) -> None:
    desk.write("a.py", CART)
    desk.write("b.py", CART)
    real = desk.outlines.of
    killed: list[int] = []

    def of(data: bytes, language: str) -> object:
        if not killed and (pid := desk.outlines.pid) is not None:
            killed.append(pid)
            os.kill(pid, 9)
        return real(data, language)

    assert desk.outlines.of(b"x = 1\n", "python") is not None, "a worker runs"
    indexer = SymbolIndexer(desk.root, desk.store, of, SecretFiles().hold)  # type: ignore[arg-type]
    assert indexer.scan().skipped == {"not parsed": 1}
    assert desk.found("Cart") == ["b.py:Cart"]


def test_many_files_of_no_use_are_bounded(desk: Desk) -> None:
    """A listing stops at its bound, whatever the names are."""
    for n in range(300):
        desk.write(f"data/{n}.bin", b"")
    desk.write("a.py", CART)
    result = desk.scan(desk.new_indexer(replace(DEFAULT_BOUNDS, max_listed=100)))
    assert "more than 100 files" in result.problem


def test_another_form_is_read_again(desk: Desk) -> None:
    desk.write("a.py", CART)
    desk.scan()
    desk.store.note({"form": "0"})
    assert desk.scan().n_read == 1


def test_two_windows_share_one_index(desk: Desk) -> None:
    place = desk.write("a.py", CART)
    desk.scan()
    other = desk.new_indexer()
    assert desk.scan(other).n_read == 0
    desk.write("a.py", "def seen_by_one() -> None: ...\n")
    desk.indexer.update([str(place)])
    assert SymbolIndex(desk.root, SymbolStore(desk.store.path)).find_symbol("seen_by_one")
    other.update([str(place)])
    assert desk.store.counts() == (1, 1)


def test_names_of_files(desk: Desk) -> None:
    for name in ("shop/cart.py", "shop/cart_test.py", "docs/about_cart/x.md", "README.md"):
        desk.write(name, "")
    desk.scan()
    assert desk.index.files_like("cart") == [
        "shop/cart.py",
        "shop/cart_test.py",
        "docs/about_cart/x.md",
    ]
    assert desk.index.files_like("%") == []


@pytest.mark.parametrize(
    "breaking", [lambda p: p.write_bytes(b"junk" * 2000), lambda p: p.unlink()]
)
def test_a_broken_index_is_built_again(desk: Desk, breaking: Callable[[Path], object]) -> None:
    desk.write("a.py", CART)
    desk.scan()
    breaking(desk.store.path)
    assert desk.scan().n_read == 1
    assert desk.found("Cart") == ["a.py:Cart"]
    if os.name == "posix":
        assert desk.store.path.stat().st_mode & 0o777 == 0o600
