"""The paths that Hotseat writes are those of docs/files.md; `hotseat uninstall` removes them."""

from __future__ import annotations

import asyncio
import re
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

from support.lsp_client import LspClient
from support.repository import REPOSITORY
from support.stub_engine import StubEngine
from support.tiny_gguf import write_model

GO = "package main\n\nfunc add(a int, b int) int {\n\t\n}\n"
FOLDERS = {"DATA": "data/hotseat", "CONFIG": "config/hotseat", "CACHE": "cache/hotseat"}
ROW = re.compile(r"^\| `((?:DATA|CONFIG|CACHE|RUNTIME)/[^`]+)` \|", re.MULTILINE)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="paths as on Linux")


def documented(tmp_path: Path) -> list[str]:
    page = (REPOSITORY / "docs" / "files.md").read_text("utf-8")
    places = {**FOLDERS, "RUNTIME": "run"}
    patterns = ROW.findall(page)
    assert len(patterns) > 15
    return [
        f"{tmp_path / places[head]}/{rest}"
        for head, _, rest in (pattern.partition("/") for pattern in patterns)
    ]


def written(tmp_path: Path) -> list[str]:
    """Everything that is no folder."""
    places = [tmp_path / name for name in ("data", "config", "cache", "run", "home")]
    found = [path for place in places for path in place.rglob("*") if not path.is_dir()]
    return sorted(map(str, found))


async def hotseat(*arguments: str) -> tuple[int | None, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "hotseat", *arguments),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    return process.returncode, out.decode()


@pytest.mark.slow
async def test_the_page_lists_what_a_run_writes_and_uninstall_removes_it(
    client: LspClient,
    stub: StubEngine,
    go_uri: str,
    roster: Path,
    workspace: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("DATA", "CONFIG", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    (tmp_path / "home").mkdir()
    stub.completion = ["return a + b", "\n}"]
    client.open(go_uri, "go", GO)
    await client.until_warm("go")
    assert await client.complete(go_uri, 3, 1) == ["return a + b"]
    client.change(go_uri, ((3, 1), (3, 1), "return a + b"))
    refused, said = await hotseat("uninstall", "--data", "--yes")
    assert refused == 1
    assert "An editor window uses Hotseat" in said
    assert await client.end() == 0

    (workspace / ".hotseat").mkdir()
    (workspace / ".hotseat" / "experts.yaml").write_text("experts: []\n")
    own = tmp_path / "config" / "hotseat" / "experts.yaml"
    own.parent.mkdir(parents=True)
    own.write_text("engine: embedded\n")
    monkeypatch.delenv("HOTSEAT_EXPERTS")
    write_model(tmp_path / "tiny.gguf")
    assert (await hotseat("trust", str(workspace)))[0] == 0
    status, said = await hotseat("pull", f"file:{tmp_path}/tiny.gguf", "--as", "tiny:1b")
    assert status == 0, said

    patterns = documented(tmp_path)
    files = written(tmp_path)
    unlisted = [f for f in files if not any(fnmatch(f, pattern) for pattern in patterns)]
    assert unlisted == []
    for expected in ("outcomes.sqlite", "uses.sqlite", "trusted.json", "engine.json", "blobs/"):
        assert any(expected in file for file in files), f"{expected} was not written: {files}"

    status, said = await hotseat("uninstall", "--data", "--yes")
    assert status == 0, said
    assert written(tmp_path) == []
    assert "written nothing" in (await hotseat("uninstall"))[1]
    assert (workspace / ".hotseat" / "experts.yaml").exists(), "that is the user's"
