"""Pictures of the extension at work in a real VS Code, for the docs: light and dark.

    PYTHONPATH=server:tests python tests/tools/picture_vscode.py VSIX [FOLDER]

Writes vscode-suggestion-THEME.png and vscode-ask-THEME.png into FOLDER, without it docs/images. VS
Code is the one of install-vscode.sh; server, embedded engine and starter models are real, and so is
what they write. It is printed: look at the answer before you commit it, for they are small models.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from support.code_server import CodeServer, install_extension, require_code_server
from support.machine import machine_with_engine
from support.node import require_node
from support.repository import REPOSITORY
from tools.picture_neovim import GO, QUESTION

LOOKS = {
    "window.autoDetectColorScheme": True,
    "workbench.layoutControl.enabled": False,
    "editor.minimap.enabled": False,
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Pictures of VS Code for the docs.")
    parser.add_argument("vsix", type=Path)
    parser.add_argument("folder", nargs="?", type=Path, default=REPOSITORY / "docs" / "images")
    parser.add_argument("--question", default=QUESTION)
    chosen = parser.parse_args()
    node, tools = require_node(), require_code_server()
    with tempfile.TemporaryDirectory() as made, machine_with_engine(Path(made)) as machine:
        folder = Path(made)
        shop = folder / "shop"
        (shop / ".git").mkdir(parents=True)
        (shop / "main.go").write_text(GO)
        hotseat = folder / "hotseat"
        hotseat.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m hotseat "$@"\n')
        hotseat.chmod(0o755)
        with CodeServer(
            tools,
            node,
            folder / "state",
            extensions=install_extension(tools, node, chosen.vsix, folder),
            workspace=shop,
            settings={
                **LOOKS,
                "hotseat.serverPath": str(hotseat),
                "hotseat.roster": "starter",
                "hotseat.budgetBytes": 900_000_000,
            },
            env=machine.env,
        ) as editor:
            patience = {"HOTSEAT_STEP_MS": "120000"}
            seen = editor.drive(
                "pictures", chosen.folder, chosen.question, deadline_s=400, env=patience
            )
    print(seen)


if __name__ == "__main__":
    main()
