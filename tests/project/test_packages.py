"""What is published agrees with itself, and its pages work outside the repository."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
import tomllib
from typing import Any

from support.repository import REPOSITORY

WORKFLOW = (REPOSITORY / ".github" / "workflows" / "release.yml").read_text("utf-8")


def project(folder: str = ".") -> dict[str, Any]:
    text = (REPOSITORY / folder / "pyproject.toml").read_text("utf-8")
    found: dict[str, Any] = tomllib.loads(text)["project"]
    return found


def manifest() -> dict[str, Any]:
    text = (REPOSITORY / "extension" / "vscode" / "package.json").read_text("utf-8")
    return dict(json.loads(text))


def test_a_tag_names_the_version_of_every_package() -> None:
    command = [sys.executable, str(REPOSITORY / "tests" / "tools" / "check_version.py")]
    assert subprocess.run([*command, f"v{project()['version']}"], check=False).returncode == 0
    wrong = subprocess.run([*command, "v9.9.9"], check=False, capture_output=True, text=True)
    assert wrong.returncode == 1
    assert "extension/vscode/package.json has version" in wrong.stderr


def test_all_packages_name_one_repository() -> None:
    home = project()["urls"]["Source"]
    assert project("adapters")["urls"]["Homepage"] == home
    extension = manifest()
    assert extension["repository"]["url"] == f"{home}.git"
    assert extension["bugs"]["url"] == f"{home}/issues"
    for path in ("adapters/README.md", "extension/vscode/README.md"):
        named = re.findall(r"https://github\.com/[\w-]+/hotseat", (REPOSITORY / path).read_text())
        assert set(named) == {home}


def test_the_page_of_the_wheel_has_absolute_links_only() -> None:
    spec = importlib.util.spec_from_file_location("hatch_build", REPOSITORY / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    hook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hook)
    home = project()["urls"]["Source"]
    text = hook.with_absolute_links((REPOSITORY / "README.md").read_text("utf-8"), home)
    targets = re.findall(r"\]\(([^)]+)\)", text)
    assert len(targets) > 20
    assert [target for target in targets if not target.startswith("https://")] == []
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", text)
    assert pictures
    assert all(picture.startswith(f"{home}/raw/main/docs/images/") for picture in pictures)
    assert "<picture>" not in text


def test_the_extension_has_what_the_stores_show() -> None:
    extension = manifest()
    icon = (REPOSITORY / "extension" / "vscode" / extension["icon"]).read_bytes()
    assert icon.startswith(b"\x89PNG")
    assert int.from_bytes(icon[16:20]) >= 128
    assert "private" not in extension
    known = {"AI", "Chat", "Machine Learning", "Programming Languages", "Other"}
    assert set(extension["categories"]) <= known
    readme = (REPOSITORY / "extension" / "vscode" / "README.md").read_text("utf-8")
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", readme)
    assert pictures
    assert all(p.startswith("https://") and not p.endswith(".svg") for p in pictures)


def test_packages_are_published_on_a_tag_without_stored_passwords_of_the_index() -> None:
    assert 'tags: ["v*"]' in WORKFLOW
    assert "pypa/gh-action-pypi-publish" in WORKFLOW
    assert "id-token: write" in WORKFLOW
    assert "password" not in WORKFLOW
