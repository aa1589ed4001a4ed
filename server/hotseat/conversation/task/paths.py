"""Which files a task may not change, by their path alone: those that make tools run something.

Such a file is changed only where the user names it. Editors, shells, git and package managers run
what it says when a folder is opened, entered, committed or installed, so a change of it is a
program that runs later without being asked for.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

_FOLDERS = frozenset(
    {
        *(".git", ".hg", ".svn", ".jj"),
        *(".vscode", ".vscode-server", ".idea", ".fleet", ".zed", ".cursor", ".devcontainer"),
        *(".husky", ".githooks", ".lefthook", ".circleci", ".buildkite", ".woodpecker", ".hotseat"),
        *(".claude", ".codex", ".continue", ".aider"),
        ".direnv",
    }
)
"""Folders of version control, editors, hooks, continuous integration and agents."""
_PLACES = (
    (".github", "workflows"),
    (".github", "actions"),
    (".gitlab", "ci"),
    (".gitea", "workflows"),
    (".forgejo", "workflows"),
    (".cargo", "config.toml"),
    (".cargo", "config"),
    (".yarn", "plugins"),
    (".yarn", "releases"),
    (".mvn", "wrapper"),
    (".mvn", "jvm.config"),
    ("gradle", "wrapper"),
)
"""A folder, and what is in it."""
_NAMES = frozenset(
    {
        *(".envrc", ".env", ".mise.toml", "mise.toml"),
        *(".gitattributes", ".gitmodules", ".gitconfig", ".lefthook.yml", "lefthook.yml"),
        *(".pre-commit-config.yaml", ".pre-commit-hooks.yaml", ".lintstagedrc"),
        *(".exrc", ".nvimrc", ".nvim.lua", ".vimrc", ".lvimrc", ".dir-locals.el", ".gdbinit"),
        *(".lldbinit", ".bashrc", ".zshrc", ".profile", ".bash_profile", ".zshenv"),
        *(".gitlab-ci.yml", ".travis.yml", "appveyor.yml", "azure-pipelines.yml"),
        *("bitbucket-pipelines.yml", "jenkinsfile", ".drone.yml", "cloudbuild.yaml"),
        *(
            "build.rs",
            "binding.gyp",
            ".pnp.cjs",
            ".yarnrc",
            ".yarnrc.yml",
            ".npmrc",
            ".pnpmfile.cjs",
        ),
        *("sitecustomize.py", "usercustomize.py", "setup.py", "gradlew", "mvnw"),
        *("gradlew.bat", "mvnw.cmd", ".mcp.json", "package.json"),
    }
)
"""Files that are run, or whose content is run, without being called by the program itself."""
_ENDINGS = (".code-workspace", ".iml", ".pth", ".git")
MAX_PATH_CHARS = 300
_UNSEEN = ("Cc", "Cf")
"""Control and format characters: some file systems ignore the latter, so that a name with one could
be `.git`."""


def runs_something(path: str) -> bool:
    """Return whether a file makes tools run something, by its path in the workspace.

    Case does not count: file systems exist that ignore it.
    """
    parts = [part.rstrip(". ") or part for part in path.casefold().split("/")]
    if not _FOLDERS.isdisjoint(parts):
        return True
    if parts[-1] in _NAMES or parts[-1].endswith(_ENDINGS):
        return True
    return any(pair in _PLACES for pair in pairwise(parts))


def plain_path(path: str) -> str:
    """Return a path as git writes it: with "/", without "." and empty parts.

    Raises ValueError, with a reason for the user, where it cannot be a file in the workspace.
    """
    text = path.strip().strip("`'\"").replace("\\", "/").removeprefix("@")
    if not text:
        raise ValueError("it has no path")
    if len(text) > MAX_PATH_CHARS or any(unicodedata.category(c) in _UNSEEN for c in text):
        raise ValueError("its path is not one of a file")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("its path is not one of a file") from None
    if text.startswith(("/", "~")) or re.match(r"[A-Za-z]:", text):
        raise ValueError("it is outside of the workspace")
    parts = [part for part in text.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise ValueError("it is outside of the workspace")
    if not parts:
        raise ValueError("it is a folder")
    return "/".join(parts)


def is_named(path: str, instruction: str) -> bool:
    """Return whether the user's words name the file: its path, or its name as a whole word."""
    name = path.rpartition("/")[2]
    for text in (path, name):
        pattern = rf"(?<![\w./-]){re.escape(text)}(?![\w/-]|\.\w)"
        if re.search(pattern, instruction.replace("\\", "/")):
            return True
    return False
