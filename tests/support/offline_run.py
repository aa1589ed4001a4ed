"""A window and commands of a user who set `network: none`: run in a network without a way out.

`python -m support.offline_run FOLDER`. Opens a file, completes, asks, edits, tries every kind of
download, and stops the engine; prints what was refused as JSON.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import socket
import struct
import sys
from pathlib import Path
from typing import Any

from support.engine_process import create_model, running_engine
from support.lsp_client import LspClient, position
from support.tiny_gguf import Shape, write_model

ROSTER = """\
network: none
engine: embedded
budget: 2GB
options: {num_ctx: 1024, num_thread: 1}
generalist: {name: generalist, model: tiny}
experts:
  - {name: go, languages: [go], model: tiny}
  - {name: sql, languages: [sql], model: packaged, source: 'pypi:some-package==1.0#m.gguf'}
  - {name: css, languages: [css], model: hubbed, source: 'hf:owner/repo#m.gguf'}
"""
GO = (
    "package main\n\nfunc add(a int, b int) int {\n\treturn a + b\n}\n\nfunc main() {\n\tx := \n}\n"
)
_SIOCSIFFLAGS, _IFF_UP, _IFF_RUNNING = 0x8914, 0x1, 0x40


def bring_up_loopback() -> None:
    """A new network namespace has nothing but a loopback device that is down."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sH14x", b"lo", _IFF_UP | _IFF_RUNNING)
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, request)


async def hotseat(*arguments: str) -> tuple[int, str]:
    """Run a command; return its status and what it prints."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "hotseat", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    printed, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, printed.decode()


async def use(folder: Path, engine_url: str) -> dict[str, Any]:
    """Return what came of each step."""
    done: dict[str, Any] = {}
    async with LspClient([], cwd=folder) as window:
        uri = (folder / "main.go").as_uri()
        await window.initialize(workspace=folder)
        window.open(uri, "go", GO)
        window.notify("textDocument/didFocus", {"textDocument": {"uri": uri}})
        await window.until_warm("go")
        done["suggestions"] = len(await window.complete(uri, 7, 6))
        place = {
            "textDocument": {"uri": uri},
            "range": {"start": position(3, 0), "end": position(4, 0)},
        }
        async with asyncio.timeout(120):  # until the symbols' process has read the workspace
            while not (await window.request("hotseat/mentions", {"text": "add"}))["items"]:
                await asyncio.sleep(0.1)
        answer = await window.request("hotseat/ask", {"question": "What does it do?", **place})
        done["asked"] = answer["contributions"][0]["expert"]
        edit = window.begin("hotseat/edit", {"instruction": "Swap a and b", **place})
        done["edit"] = next(iter((await window.answer(edit)).keys() & {"result", "error"}))
        pulled = {"command": "hotseat.pull", "arguments": ["sql"]}
        done["editor pull"] = str(
            await window.answer(window.begin("workspace/executeCommand", pulled))
        )
    commands = {
        "pypi": ("pull", "sql"),
        "hub": ("pull", "css"),
        "roster": ("pull", "--all", "--roster", "starter"),
        "update": ("update",),
        "library": ("pull", "some-model:1b", "--engine-url", engine_url),
        "remote engine": ("pull", "sql", "--engine-url", "http://gpu.example:11434"),
        "doctor": ("doctor",),
    }
    printed = await asyncio.gather(*(hotseat(*arguments) for arguments in commands.values()))
    done.update(zip(commands, printed, strict=True))
    done["stop"] = await hotseat("stop")
    return done


def main() -> None:
    folder = Path(sys.argv[1])
    bring_up_loopback()
    (folder / "experts.yaml").write_text(ROSTER)
    for name in ("DATA", "CONFIG", "CACHE"):
        os.environ[f"XDG_{name}_HOME"] = str(folder / name.lower())
    os.environ["HOTSEAT_EXPERTS"] = str(folder / "experts.yaml")
    os.environ.pop("HOTSEAT_NETWORK", None)
    workspace = folder / "shop"
    workspace.mkdir()
    (workspace / "main.go").write_text(GO)
    with running_engine(folder) as engine:
        os.environ["HOTSEAT_RUNTIME_DIR"] = str(engine.runtime)
        with engine.client(timeout=60) as client:
            shape = Shape(context_length=1024)
            create_model(client, "tiny", write_model(folder / "m.gguf", shape=shape, chat=True))
        print(json.dumps(asyncio.run(use(workspace, engine.url))))


if __name__ == "__main__":
    main()
