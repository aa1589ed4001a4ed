"""Writes GGUF files: of models made up for a measurement, and of those of the tests.

Format: ggml's docs/gguf.md. Lists in the metadata are of one type and not empty.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

F32, Q8_0 = 0, 8
"""Types of tensors, by their ids in ggml.h."""
_ALIGNMENT = 32

Value = str | int | float | bool | Sequence[str] | Sequence[int] | Sequence[float]
Tensor = tuple[str, tuple[int, ...], int, bytes]
"""Name, shape with the length of a row first, type, content."""


def write_gguf(path: Path, metadata: Mapping[str, Value], tensors: Sequence[Tensor]) -> Path:
    """Write version 3, little-endian, tensors in the order given. Raises OSError."""
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(metadata))
    head += b"".join(_string(key) + _value(value) for key, value in metadata.items())
    offset = 0
    for name, shape, kind, content in tensors:
        head += _string(name) + struct.pack("<I", len(shape))
        head += struct.pack(f"<{len(shape)}Q", *shape) + struct.pack("<IQ", kind, offset)
        offset += len(padded(content))
    with path.open("wb") as file:
        file.write(padded(head))
        for _, _, _, content in tensors:
            file.write(padded(content))
    return path


def padded(content: bytes) -> bytes:
    """Return the content up to the next border of alignment."""
    return content + bytes(-len(content) % _ALIGNMENT)


def _string(text: str) -> bytes:
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def _value(value: Value) -> bytes:
    """Return a value with its type, as GGUF has it."""
    if isinstance(value, bool):
        return struct.pack("<I?", 7, value)
    if isinstance(value, int):
        return struct.pack("<II", 4, value)
    if isinstance(value, float):
        return struct.pack("<If", 6, value)
    if isinstance(value, str):
        return struct.pack("<I", 8) + _string(value)
    if isinstance(value[0], str):
        kind, items = 8, b"".join(_string(str(item)) for item in value)
    elif isinstance(value[0], float):
        kind, items = 6, struct.pack(f"<{len(value)}f", *value)
    else:
        kind, items = 5, struct.pack(f"<{len(value)}i", *value)
    return struct.pack("<IIQ", 9, kind, len(value)) + items
