"""The machine of someone who copies commands from the docs: Hotseat installed from a wheel, an
embedded engine with tiny models, a few repositories, and nothing of the user's own."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from support.clients import clients_folder
from support.engine_process import create_model, running_engine
from support.repository import REPOSITORY
from support.tiny_gguf import write_scripted

GO = """package shop

// Cart has what is bought.
type Cart struct{ prices []int }

// Add puts a price into the cart.
func (c *Cart) Add(price int) { c.prices = append(c.prices, price) }

func (c *Cart) Total() int {
\ttotal := 0
\tfor _, price := range c.prices {
\t\ttotal += price
\t}
\treturn total
}
"""
TEAM = """models:
  - name: go
    file: go.gguf
developers:
  keys: team.keys
"""
PYTHON = """def parse_args(words):
    return words


def getUserName():
    return 'me'


class Shop:
    def add(self, item):
        self.items.append(item)


def total(items, rate):
    \"\"\"The sum of all prices.\"\"\"
    found = [item.price for item in items]
    if not found:
        return default_price("none") + rate
    taxed = sum(found) * rate
    return round(taxed, 2)
"""
FILES = {
    "cart.go": GO,
    "team.yaml": TEAM,
    "go.gguf": "",
    "shop/cart.go": GO + "".join(f"\nfunc line{n}() int {{ return {n} }}\n" for n in range(20)),
    "shop/tax.go": "package shop\n\nfunc Tax(total int) int { return total / 5 }\n",
    "web/cart.js": "const prices = [];\n\nexport function total() {\n  return prices.length;\n}\n",
    "web/cart.html": "<p>\n  <b>Cart</b>\n</p>\n",
    "query.sql": "SELECT id FROM orders;\n",
    "cli.py": PYTHON,
}
JUDGED = ("app", "linkding")
"""Repositories beside the shop."""
GO_ANSWER = ("```go\n", "package shop\n", "\n// Renamed.\n", "func put() {}\n", "```\n")
WEB_ANSWER = ("```js\n", "export const", " renamed", " = 1;\n", "```\n")
# A server says on this line that it answers. What it starts is ended with the block.
SHELL = r"""
in_another_terminal() {
  "$@" >"$HOME/other.log" 2>&1 &
  others+=($!)
  until grep -q 'listening on' "$HOME/other.log"; do
    kill -0 "${others[-1]}" || { cat "$HOME/other.log" >&2; exit 1; }
    sleep 0.05
  done
}
others=()
trap 'for one in "${others[@]}"; do kill "$one" && wait "$one"; done 2>/dev/null || true' EXIT
set -e
"""
SERVE = "hotseat serve"
SERVERS = ("hotseat engine", SERVE)
GATEWAY = "11435"
"""The port of `hotseat serve`: a block that names it without starting it needs one that runs."""
ASKING = {
    "hotseat prune",
    "hotseat rm smollm2:135m",
    "hotseat uninstall --data",
    "pip uninstall hotseat",
    'hotseat task "Add a total to @cart.go" --apply',
}


class ReadersMachine:
    """`folder` is its home. The runtime directory has a short path, as sockets need one."""

    def __init__(self, folder: Path) -> None:
        self.home = folder
        self.wheels = folder / "wheels"
        self.programs = folder / "venv" / "bin"
        self.shop = folder / "src" / "shop"
        self._store = folder / "data" / "hotseat" / "models"
        self.runtime = Path(tempfile.mkdtemp(prefix="hs-"))
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("HOTSEAT_", "OLLAMA_"))}
        kept.pop("PYTHONPATH", None)
        self.environment = {
            **kept,
            "HOME": str(folder),
            "PATH": f"{self.programs}:{os.environ['PATH']}:{clients_folder() / 'venv' / 'bin'}",
            "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_DATA_HOME": str(folder / "data"),
            "XDG_CACHE_HOME": str(folder / "cache"),
            "HOTSEAT_RUNTIME_DIR": str(self.runtime),
            # A command that would connect to another machine fails, pip's too.
            "HOTSEAT_NETWORK": "none",
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.wheels),
            # What Hotseat depends on is there; it itself comes from its wheel.
            "PIP_NO_DEPS": "1",
            "PIP_IGNORE_INSTALLED": "1",
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "MAKEFLAGS": f"VENV={self.programs.parent}",
        }

    def set_up(self) -> None:
        self._environment_of_python()
        self._repositories()
        self._models()

    def run(
        self, commands: list[str], *, folder: Path | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run the commands of a block in one shell, in the shop; the first that fails ends it.

        What asks is on a terminal of its own, and gets a yes.
        """
        needs_gateway = any(GATEWAY in line for line in commands) and SERVE not in commands
        lines = [f"in_another_terminal {SERVE}"] if needs_gateway else []
        for line in commands:
            if line in SERVERS:
                lines.append(f"in_another_terminal {line}")
            elif line in ASKING:
                lines.append(f"printf 'y\\n' | script -qec {shlex.quote(line)} /dev/null")
            else:
                lines.append(line)
        return subprocess.run(
            ["bash", "-c", SHELL + "\n".join(lines)],
            cwd=folder or self.shop,
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def build_wheel(self, project: Path) -> None:
        """Put it where pip looks for packages here."""
        wheel = ["-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
        _check(sys.executable, *wheel, "--wheel-dir", str(self.wheels), str(project))

    def use_models(self, store: Path) -> None:
        """Use the real ones that are kept there; those that are missing are downloaded."""
        store.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(self._store)
        self._store.symlink_to(store)
        own = {k: v for k, v in self.environment.items() if not k.startswith("PIP_")}
        own |= {k: v for k, v in os.environ.items() if k.startswith("PIP_")}
        _check(
            str(self.programs / "hotseat"),
            *("pull", "--all", "--roster", "starter"),
            env={**own, "HOTSEAT_NETWORK": "pull"},
        )

    def close(self) -> None:
        self.run(["hotseat stop"])
        shutil.rmtree(self.runtime, ignore_errors=True)

    def _environment_of_python(self) -> None:
        """With the packages of the running one, except Hotseat."""
        self.build_wheel(REPOSITORY)
        _check(sys.executable, "-m", "venv", "--without-pip", str(self.programs.parent))
        (packages,) = self.programs.parent.glob("lib/python*/site-packages")
        # A path file in a path file is not read: this one names no checkout that is installed.
        (packages / "others.pth").write_text(sysconfig.get_paths()["purelib"])
        pip = self.programs / "pip"
        pip.write_text(f'#!/bin/sh\nexec "{self.programs}/python" -m pip "$@"\n')
        pip.chmod(0o755)
        _check(str(pip), "install", "--quiet", "hotseat", env=self.environment)
        (self.programs.parent / ".installed").touch()  # for make, which would set it up

    def _repositories(self) -> None:
        identity = ("-c", "user.name=x", "-c", "user.email=x@example.org")
        commit = (*identity, "commit", "-q", "-m", "First")
        for repository in (self.shop, *(self.home / "src" / name for name in JUDGED)):
            for name, text in FILES.items():
                path = repository / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            for arguments in (("init", "-q"), ("add", "."), commit):
                _check("git", "-C", str(repository), *arguments)
        (self.shop / "query.sql").write_text("SELECT id, price FROM orders;\n")
        for name in JUDGED:
            repository = self.home / "src" / name
            (repository / "cart.go").write_text(GO.replace("prices", "costs"))
            _check("git", "-C", str(repository), *identity, "commit", "-q", "-a", "-m", "Costs")

    def _models(self) -> None:
        """Under the names of the roster `starter`, which is in use where nothing else is."""
        scripts = {"smollm2:135m": GO_ANSWER, "gemma3:270m": WEB_ANSWER}
        scripts["qwen2.5-coder:3b-base"] = WEB_ANSWER  # no expert has it
        with (
            running_engine(self.home, "--store", str(self._store)) as engine,
            engine.client(timeout=60) as client,
        ):
            for name, script in scripts.items():
                create_model(client, name, write_scripted(self.home / "model.gguf", script))


def _check(*command: str, env: dict[str, str] | None = None) -> None:
    subprocess.run(command, env=env, check=True, capture_output=True, timeout=300)
