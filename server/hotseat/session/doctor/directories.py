"""The checks of `hotseat doctor` on the directories that Hotseat writes.

Each check writes a nameless file and leaves nothing: permissions alone do not show a full disk, a
read-only file system, or what root may not do.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from hotseat.domain.errors import HotseatError
from hotseat.engines.runtime import runtime_dir
from hotseat.engines.sources import downloads_dir
from hotseat.engines.stored_models import models_dir
from hotseat.machine.platforms import HERE
from hotseat.roster.load import user_path
from hotseat.session.doctor.findings import Finding, Verdict, bad, good, note

_DATA, _CACHE = "data directory", "cache directory"
_OF_DOWNLOADS = (_DATA, _CACHE)


def runtime_finding() -> Finding:
    """Nothing works without the runtime directory."""
    try:
        folder = runtime_dir()
    except HotseatError as error:
        return bad("runtime directory", error.message, error.hint)
    if problem := why_not_writable(folder):
        hint = "Set HOTSEAT_RUNTIME_DIR to a directory of your own"
        return bad("runtime directory", f"{folder} cannot be used: {problem}", hint)
    return good("runtime directory", str(folder))


def directory_findings(*, starts_engine: bool) -> Iterator[Finding]:
    """Yield what is known of the directories for data, configuration and downloads.

    `starts_engine`: the embedded engine would have to be started, which needs a folder for models.
    """
    models = models_dir()
    needs_folder = starts_engine and not (models / "blobs").is_dir()
    if problem := why_not_writable(models.parent):
        detail = f"{models.parent} cannot be written: {problem}"
        if needs_folder:
            hint = _elsewhere("XDG_DATA_HOME")
            yield bad(_DATA, f"{detail}. The embedded engine cannot start", hint)
        else:
            lost = "No model can be installed, and nothing is learned or counted"
            yield note(_DATA, f"{detail}. {lost}", _elsewhere("XDG_DATA_HOME"))
    else:
        yield good(_DATA, str(models.parent))
    roster = user_path()
    if problem := why_not_writable(roster.parent):
        detail = f"{roster} cannot be written: {problem}"
        yield note("configuration directory", detail, _elsewhere("XDG_CONFIG_HOME"))
    else:
        yield good("configuration directory", str(roster.parent))
    cache = downloads_dir().parent
    if problem := why_not_writable(cache):
        detail = f"{cache} cannot be written: {problem}. `hotseat pull` cannot download"
        yield note(_CACHE, detail, _elsewhere("XDG_CACHE_HOME"))
    else:
        yield good(_CACHE, str(cache))


def before_downloads(findings: Iterable[Finding]) -> str:
    """Return what must be done before `hotseat pull` can work, according to the findings on
    directories; empty if nothing."""
    hints = [
        finding.hint
        for finding in findings
        if finding.subject in _OF_DOWNLOADS and finding.verdict is not Verdict.GOOD
    ]
    return "; ".join(hints)


def why_not_writable(folder: Path) -> str:
    """Return why no file can be written in `folder`, or in the nearest folder above it that exists;
    empty if one can."""
    there = folder
    while not os.path.lexists(there) and there != there.parent:
        there = there.parent
    try:
        with tempfile.TemporaryFile(dir=there) as file:
            file.write(b"\0" * 4096)
            file.flush()
    except OSError as error:
        return f"{there}: {error.strerror}"
    return ""


def _elsewhere(variable: str) -> str:
    if not HERE.is_linux:
        return "Make it writable"
    return f"Make it writable, or set {variable} to a directory of your own"
