"""Several distinct models made from one GGUF file.

Engines identify a model's file by its digest: names for one file share a process, and switching
between them loads nothing. Copies with different titles are models of their own, and cost the same
to load and to run.
"""

from __future__ import annotations

import shutil
import struct
from pathlib import Path

from hotseat.domain.errors import ModelFileInvalid

_KEY = b"general.name"
_TITLE = struct.pack("<Q", len(_KEY)) + _KEY + struct.pack("<I", 8)  # type 8: string
_HEAD_BYTES = 1 << 20
"""The general keys come first, long before the vocabulary."""
MAX_TITLE_BYTES = 4096


def write_copy(source: Path, copy: Path, number: int) -> None:
    """Copy `source` and change the title in place, so that no byte offset changes.

    Raises ModelFileInvalid when there is no title to change, and OSError.
    """
    with source.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    at = head.find(_TITLE) + len(_TITLE)
    length = int.from_bytes(head[at : at + 8], "little")
    begin, end = at + 8, at + 8 + length
    if not head.startswith(b"GGUF") or at < len(_TITLE) or not 4 <= length <= MAX_TITLE_BYTES:
        raise ModelFileInvalid(
            f"{source.name} has no title (general.name): distinct copies cannot be made",
            hint="Use another GGUF file",
        )
    shutil.copyfile(source, copy)
    with copy.open("r+b") as file:
        file.seek(begin)
        file.write((b"%d %b" % (number, head[begin:end]))[:length])
