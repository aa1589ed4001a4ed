"""How often masking takes ordinary source for a secret, in the files of git repositories.

Reads committed files through git; writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from hotseat.domain.errors import HotseatError
from hotseat.languages.detect import language_of
from hotseat.languages.profiles import PROFILES
from hotseat.privacy.redact import secret_spans
from hotseat.privacy.secret_files import is_secret_path
from hotseat.workspace.git import git_result

MAX_FILE_BYTES = 400_000
LANGUAGES = frozenset(
    {profile.id for profile in PROFILES.values() if profile.definitions is not None}
    | {"html", "vue", "svelte", "css", "scss", "less"}
)
"""Programs, pages and style sheets. Data files contain much random text and are rarely
completed."""
_SHOWN_CHARS = 60
_GIT_TIMEOUT_S = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Masked:
    """One masked place: `text` is its beginning, `before` the text before it on the line."""

    path: str
    before: str
    text: str


@dataclass(slots=True, kw_only=True)
class MaskRate:
    """The result for one repository."""

    n_files: int = 0
    n_lines: int = 0
    masked: list[Masked] = field(default_factory=list)
    secret_paths: list[str] = field(default_factory=list)
    """Files of any kind that are excluded from prompts because of their names."""

    @property
    def per_10_000_lines(self) -> float:
        return len(self.masked) * 10_000 / max(1, self.n_lines)


def mask_rate(repository: Path) -> MaskRate:
    """Measure the sources at HEAD. Raises HotseatError when `repository` is not a git
    repository."""
    rate = MaskRate()
    for path, data in _files(repository):
        if is_secret_path(path):
            rate.secret_paths.append(path)
            continue
        text = data.decode("utf-8", "replace")
        rate.n_files += 1
        rate.n_lines += text.count("\n")
        for start, end in secret_spans(text):
            line_start = text.rfind("\n", 0, start) + 1
            before = text[max(line_start, start - _SHOWN_CHARS) : start].strip()
            rate.masked.append(
                Masked(path=path, before=before, text=text[start:end][:_SHOWN_CHARS])
            )
    return rate


def _files(repository: Path) -> Iterator[tuple[str, bytes]]:
    listing = _git(repository, "ls-tree", "-r", "-z", "HEAD")
    wanted: dict[str, str] = {}
    for entry in listing.split(b"\0"):
        meta, _, name = entry.partition(b"\t")
        path = name.decode("utf-8", "replace")
        is_source = language_of(f"file:///{path}", None) in LANGUAGES
        if meta.split()[1:2] == [b"blob"] and (is_source or is_secret_path(path)):
            wanted[path] = meta.split()[2].decode()
    output = _git(repository, "cat-file", "--batch", text="\n".join(wanted.values()) + "\n")
    at = 0
    for path in wanted:
        end = output.index(b"\n", at)
        head = output[at:end].split()
        at = end + 1
        if len(head) != 3:  # missing: the clone is partial
            continue
        size_bytes = int(head[2])
        data = output[at : at + size_bytes]
        at += size_bytes + 1
        if size_bytes <= MAX_FILE_BYTES and b"\0" not in data:
            yield path, data


def _git(repository: Path, *arguments: str, text: str = "") -> bytes:
    """Return git's output. Objects that a partial clone lacks are skipped, not fetched."""
    result = git_result(repository, *arguments, stdin=text.encode(), timeout_s=_GIT_TIMEOUT_S)
    if not result.succeeded:
        raise HotseatError(
            f"git cannot read {repository}: {result.complaint}",
            hint="Name the folder of a git repository, and check that git is installed",
        )
    return result.output
