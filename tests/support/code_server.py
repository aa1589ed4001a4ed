"""A real VS Code (code-server) with a packed extension in it, and its driver in a browser.

Each has a state of its own; nothing of the person's editor is read or changed.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from support.neovim import wait_for
from support.node import REPOSITORY
from support.tools import require_tool

TOOLS = REPOSITORY / ".tools" / "vscode"
DRIVER = REPOSITORY / "tests" / "vscode" / "drive.mjs"
SETTINGS = {
    "workbench.startupEditor": "none",
    "editor.inlineSuggest.enabled": True,
    "editor.quickSuggestions": {"other": "off", "comments": "off", "strings": "off"},
    "telemetry.telemetryLevel": "off",
    "extensions.autoUpdate": False,
    "extensions.autoCheckUpdates": False,
    "update.mode": "none",
    "chat.disableAIFeatures": True,
    "files.autoSave": "off",
    "workbench.secondarySideBar.defaultVisibility": "hidden",
}


def require_code_server() -> Path:
    """Its folder; with it, playwright-core. Also looks for the browser."""
    hint = "run tests/tools/install-vscode.sh"
    require_tool("chromium", shutil.which("chromium"), hint=hint)
    folder = Path(os.environ.get("HOTSEAT_VSCODE", TOOLS))
    there = (folder / "node_modules" / ".bin" / "code-server").exists()
    return require_tool("code-server", folder if there else None, hint=hint)


def install_extension(tools: Path, node: Path, vsix: Path, folder: Path) -> Path:
    """The folder of extensions, with the packed one in it, as VS Code unpacks it."""
    extensions = folder / "extensions"
    places = [f"--user-data-dir={folder / 'user'}", f"--extensions-dir={extensions}"]
    subprocess.run(
        [*_program(tools, node), *places, "--install-extension", str(vsix), "--force"],
        env={**os.environ, "EXTENSIONS_GALLERY": "{}", "XDG_CONFIG_HOME": str(folder / "config")},
        check=True,
        capture_output=True,
        timeout=120,
    )
    return extensions


def _program(tools: Path, node: Path) -> list[str]:
    program = tools / "node_modules" / "code-server" / "out" / "node" / "entry.js"
    return [str(node.resolve()), str(program)]


class CodeServer:
    """With those of `install_extension`. `env` goes to VS Code, and from it to extension and
    server. `wrapper` is a command that becomes VS Code's."""

    def __init__(
        self,
        tools: Path,
        node: Path,
        state: Path,
        *,
        extensions: Path,
        workspace: Path,
        settings: Mapping[str, Any],
        env: Mapping[str, str],
        asks_for_trust: bool = False,
        wrapper: Sequence[str] = (),
    ) -> None:
        self.tools, self.node, self.state = tools, node, state
        self.env = {
            **os.environ,
            "EXTENSIONS_GALLERY": "{}",
            "XDG_CONFIG_HOME": str(state / "config"),
            "XDG_DATA_HOME": str(state / "data"),
            **env,
        }
        # Settings of the machine count only where a remote window's are kept.
        for scope in ("User", "Machine"):
            folder = state / "user" / scope
            folder.mkdir(parents=True)
            (folder / "settings.json").write_text(json.dumps({**SETTINGS, **settings}))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{probe.getsockname()[1]}"
        self._log = (state / "code-server.log").open("w")
        self._process = subprocess.Popen(
            [
                *wrapper,
                *_program(tools, node),
                f"--user-data-dir={state / 'user'}",
                f"--extensions-dir={extensions}",
                "--disable-telemetry",
                "--disable-update-check",
                "--auth=none",
                f"--bind-addr={self.url.removeprefix('http://')}",
                *([] if asks_for_trust else ["--disable-workspace-trust"]),
                "--disable-getting-started-override",
                "--disable-file-downloads",
                "--reconnection-grace-time=5",
                str(workspace),
            ],
            env=self.env,
            stdout=self._log,
            stderr=self._log,
        )
        wait_for(self._answers, f"code-server answers; see {self._log.name}", deadline_s=60)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.terminate()
        self._process.wait(timeout=30)
        self._log.close()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5):
                return True
        except (urllib.error.URLError, OSError):
            return False

    def drive(
        self,
        scenario: str,
        pictures: Path,
        *arguments: str,
        deadline_s: float = 230,
        env: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Run one of drive.mjs; what it saw. Fails with its log where a step fails."""
        places = (self.url, str(pictures), str(self.tools))
        done = subprocess.run(
            [str(self.node), str(DRIVER), scenario, *places, *arguments],
            env={**os.environ, **(env or {})},
            capture_output=True,
            text=True,
            timeout=deadline_s,
            check=False,
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\npictures: {pictures}"
        return dict(json.loads(done.stdout.splitlines()[-1]))
