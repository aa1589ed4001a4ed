"""`file:PATH`: a file of this machine, used where it lies. Never written, never deleted."""

from __future__ import annotations

from pathlib import Path

from hotseat.domain.sources import FilePart
from hotseat.engines.sources.files import size_of


def locate(part: FilePart) -> Path:
    """Raises SourceError when there is no such file."""
    path = Path(part.path).expanduser()
    size_of(path)
    return path
