"""The files around the code: pinned linters, no lock files, targets that explain themselves."""

from __future__ import annotations

import json
import re
import subprocess

from support.repository import REPOSITORY


def tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    return listed.stdout.splitlines()


def test_versions_of_npm_packages_are_pinned() -> None:
    manifests = [name for name in tracked() if name.endswith("package.json")]
    assert "tests/tools/linters/package.json" in manifests
    for name in manifests:
        manifest = json.loads((REPOSITORY / name).read_text("utf-8"))
        for package, version in manifest["devDependencies"].items():
            assert re.fullmatch(r"\d+\.\d+\.\d+", version), f"{name}: {package} {version}"


def test_no_lock_file_is_committed() -> None:
    locks = {"package-lock.json", "yarn.lock", "pnpm-lock.yaml", "uv.lock", "poetry.lock"}
    assert [name for name in tracked() if name.rsplit("/", 1)[-1] in locks] == []


def test_make_explains_every_target() -> None:
    makefile = (REPOSITORY / "Makefile").read_text("utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    explained = re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE)
    assert set(phony.split()) - {"setup"} <= set(explained)
    shown = subprocess.run(
        ["make", "--no-print-directory"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    for target in phony.split():
        assert f"make {target} " in shown.stdout
