"""What a workspace's git history tells of switching: commits, and the visits they stand for.

Owns the reading of `git log`, its bounds, and which files count. Must not learn from it: that is
`learning`.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from hotseat.domain.errors import HotseatError
from hotseat.languages.detect import language_of
from hotseat.languages.regions.templates import host_language
from hotseat.workspace.git import git_environment

MAX_COMMITS = 5000
MAX_FILES = 25
"""A commit that touches more is a clean-up, not work from file to file."""
TIMEOUT_S = 30.0

LEFT_OUT = frozenset(
    {"markdown", "plaintext", "json", "jsonc", "json5", "toml", "restructuredtext", "asciidoc"}
    | {
        "mdx",
        "go.mod",
        "go.sum",
        "csv",
        "log",
        "git-commit",
        "git-rebase",
        "ignore",
        "diff",
        "ini",
        "properties",
        "xml",
    }
)
_NOT_WRITTEN_BY_HAND = re.compile(
    r"(^|/)(vendor|vendored|node_modules|third_party|third-party|bower_components|dist|build"
    r"|generated|__generated__|__snapshots__|\.yarn|\.venv)/"
    r"|(^|/)(package-lock|pnpm-lock|yarn\.lock|go\.sum|Pipfile\.lock|Cargo\.lock)"
    r"|\.min\.(js|css)$|\.(pb|gen|generated)\.[^/]+$|_pb2(_grpc)?\.pyi?$|\.lock$|\.map$|\.snap$",
    re.IGNORECASE,
)
_FORMAT = "--format=%x01%at%x02%aE"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitFile:
    path: str
    language: str
    n_changed: int
    """Lines added and removed."""

    @property
    def dwell_s(self) -> float:
        """A guess at the stay: ten seconds, and four for every line, up to ten minutes."""
        return min(600.0, 10.0 + 4.0 * self.n_changed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    author: str
    time_s: float
    files: tuple[CommitFile, ...]


async def read_log(
    repository: Path, *, max_commits: int = MAX_COMMITS, timeout_s: float = TIMEOUT_S
) -> list[Commit]:
    """The newest `max_commits`, oldest first, without merges.

    Of a subfolder of a repository: what touched it, with paths relative to it.
    What `git` has said when the time is up counts. Raises HotseatError where there is no
    repository or no git.
    """
    # This only looks: no lock, no network, and no program that the repository's own config names.
    arguments = ["--no-pager", "-c", "core.fsmonitor=false", "-c", "log.showSignature=false"]
    arguments += ["log", "--no-ext-diff", "--no-textconv", "--no-merges", "--no-renames"]
    arguments += ["--numstat", "-z", "--relative", _FORMAT, f"--max-count={max_commits}", "--", "."]
    try:
        process = await asyncio.create_subprocess_exec(
            "git",
            "-C",
            str(repository),
            *arguments,
            env=git_environment(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
    except OSError as error:
        raise HotseatError(f"Cannot run git in {repository}: {error}") from error
    assert process.stdout is not None
    assert process.stderr is not None
    chunks: list[bytes] = []
    said = asyncio.ensure_future(process.stderr.read())
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while chunk := await process.stdout.read(1 << 16):
                    chunks.append(chunk)
                await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        complaint = (await said).decode(errors="replace").strip()
    if process.returncode and not chunks:
        raise HotseatError(
            f"git has no history of {repository}: {complaint.splitlines()[-1] if complaint else ''}"
        )
    return sorted(parse_log(b"".join(chunks)), key=lambda commit: commit.time_s)


def parse_log(output: bytes) -> Iterator[Commit]:
    """Commits as `git log --numstat -z` prints them, newest first; those of no interest left out.

    The last one may be cut short: what is whole of it counts.
    """
    for block in output.decode(errors="replace").split("\x01")[1:]:
        header, _, rest = block.partition("\0")
        time_s, _, author = header.partition("\x02")
        files = []
        for entry in rest.split("\0"):
            fields = entry.lstrip("\n").split("\t", 2)
            if len(fields) == 3 and fields[0].isdigit() and fields[1].isdigit():
                path = fields[2]
                if (language := language_of_path(path)) is not None:
                    n_changed = int(fields[0]) + int(fields[1])
                    files.append(CommitFile(path=path, language=language, n_changed=n_changed))
        if files and len(files) <= MAX_FILES and time_s.isdigit():
            yield Commit(author=author.strip(), time_s=float(time_s), files=tuple(files))


def language_of_path(path: str) -> str | None:
    """LSP id of the file's language, or None for what nobody writes by hand or code in."""
    if not written_by_hand(path):
        return None
    language = language_of("/" + path, None)
    if language is not None:
        language = host_language(language, path)
    return None if language in LEFT_OUT else language


def written_by_hand(path: str) -> bool:
    """By a path in the workspace: not vendored, generated, minified, or a lock file."""
    return _NOT_WRITTEN_BY_HAND.search(path) is None


def visits_of(commit: Commit) -> list[CommitFile]:
    """In an order drawn at random, the same each time: a log does not tell it."""
    files = list(commit.files)
    random.Random(f"{commit.time_s}{commit.author}").shuffle(files)
    return files
