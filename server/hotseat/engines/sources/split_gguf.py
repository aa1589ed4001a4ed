"""A model in several GGUF files (`-00001-of-00003.gguf`) becomes one file, as engines store it.

Each file of a split model is a GGUF file with some of the tensors, and the first one has the
metadata. The keys `split.*` number them. Format: ggml's docs/gguf.md; llama.cpp's gguf-split.
"""

from __future__ import annotations

import io
import mmap
import struct
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from hotseat.domain.errors import SourceError
from hotseat.engines.sources.files import Opener, write_joined
from hotseat.engines.sources.progress import ProgressSink

_SCALAR_BYTES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_STRING, _ARRAY = 8, 9
_MAX_ENTRIES = 1 << 20
_ALIGNMENT = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class _Split:
    """The header of one file."""

    path: Path
    version: int
    entries: tuple[tuple[str, bytes], ...]
    """The metadata: keys with the bytes of the whole entry."""
    numbers: dict[str, int]
    """The values of whole numbers."""
    tensors: tuple[tuple[bytes, int], ...]
    """The bytes of each description up to its offset, and the offset."""
    data_start: int
    size_bytes: int

    @property
    def data_bytes(self) -> int:
        return max(0, self.size_bytes - self.data_start)


async def join_split(paths: list[Path], dest: Path, *, progress: ProgressSink) -> str:
    """Write the model in `paths` to `dest`; return the sha256 of what was written.

    Blocks while it reads the headers, up to seconds: not for the event loop of a server. Raises
    SourceError if they are not the files of one split model, or the disk is full.
    """
    splits = [_read(path) for path in paths]
    for i, split in enumerate(splits):
        n, count = split.numbers.get("split.no"), split.numbers.get("split.count")
        if (n, count) != (i, len(splits)):
            raise SourceError(
                f"file {i + 1} of {len(splits)} says that it is number {n} of {count}",
                hint="The repository's files do not belong together: try another one",
            )
    header, openers = _plan(splits)
    return await write_joined(
        [lambda: io.BytesIO(header), *openers],
        dest,
        total_bytes=len(header) + sum(_padded(split.data_bytes) for split in splits),
        status=f"joining {len(paths)} files",
        progress=progress,
    )


def _plan(splits: list[_Split]) -> tuple[bytes, list[Opener]]:
    """Return the header of the joined file, and the streams that come after it."""
    first = splits[0]
    alignment = first.numbers.get("general.alignment", _ALIGNMENT)
    entries = [raw for key, raw in first.entries if not key.startswith("split.")]
    infos: list[bytes] = []
    openers: list[Opener] = []
    base = 0
    for split in splits:
        infos += [raw + struct.pack("<Q", base + offset) for raw, offset in split.tensors]
        padding = _padded(split.data_bytes, alignment) - split.data_bytes
        openers += [_section(split), _zeros(padding)]
        base += split.data_bytes + padding
    header = b"GGUF" + struct.pack("<IQQ", first.version, len(infos), len(entries))
    header += b"".join(entries) + b"".join(infos)
    return header.ljust(_padded(len(header), alignment), b"\0"), openers


def _section(split: _Split) -> Opener:
    def opener() -> AbstractContextManager[IO[bytes]]:
        stream = split.path.open("rb")
        stream.seek(split.data_start)
        return stream

    return opener


def _zeros(n_bytes: int) -> Opener:
    return lambda: io.BytesIO(bytes(n_bytes))


def _read(path: Path) -> _Split:
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return _Header(path, data).read()
    except (struct.error, IndexError, KeyError, ValueError, UnicodeDecodeError):
        raise SourceError(
            f"{path.name} is not a GGUF file", hint="Name another file of the repository"
        ) from None


class _Header:
    """A cursor over one file. Raises struct.error, IndexError, KeyError or ValueError."""

    def __init__(self, path: Path, data: mmap.mmap) -> None:
        self._path = path
        self._data = data
        self._at = 4

    def read(self) -> _Split:
        version = self._number("<I")
        if self._data[:4] != b"GGUF" or version not in (2, 3):
            raise ValueError
        n_tensors, n_entries = self._number("<Q"), self._number("<Q")
        if max(n_tensors, n_entries) > _MAX_ENTRIES:
            raise ValueError
        numbers: dict[str, int] = {}
        entries = tuple(self._entry(numbers) for _ in range(n_entries))
        tensors = tuple(self._tensor() for _ in range(n_tensors))
        alignment = numbers.get("general.alignment", _ALIGNMENT)
        if alignment < 1 or alignment & (alignment - 1):
            raise ValueError
        return _Split(
            path=self._path,
            version=version,
            entries=entries,
            numbers=numbers,
            tensors=tensors,
            data_start=_padded(self._at, alignment),
            size_bytes=len(self._data),
        )

    def _entry(self, numbers: dict[str, int]) -> tuple[str, bytes]:
        start = self._at
        key = self._bytes(self._number("<Q")).decode()
        kind = self._number("<I")
        if kind == _STRING:
            self._bytes(self._number("<Q"))
        elif kind == _ARRAY:
            self._array()
        else:
            raw = self._bytes(_SCALAR_BYTES[kind])
            if kind not in (6, 12):  # not floats
                numbers[key] = int.from_bytes(raw, "little")
        return key, self._data[start : self._at]

    def _array(self) -> None:
        kind, length = self._number("<I"), self._number("<Q")
        if kind != _STRING:
            self._bytes(_SCALAR_BYTES[kind] * length)
            return
        for _ in range(length):
            self._bytes(self._number("<Q"))

    def _tensor(self) -> tuple[bytes, int]:
        start = self._at
        self._bytes(self._number("<Q"))
        self._bytes(8 * self._number("<I") + 4)
        raw = self._data[start : self._at]
        return raw, self._number("<Q")

    def _number(self, code: str) -> int:
        raw = self._bytes(struct.calcsize(code))
        value: int = struct.unpack(code, raw)[0]
        return value

    def _bytes(self, n_bytes: int) -> bytes:
        end = self._at + n_bytes
        if end > len(self._data):
            raise ValueError
        raw = self._data[self._at : end]
        self._at = end
        return raw


def _padded(value: int, alignment: int = _ALIGNMENT) -> int:
    return (value + alignment - 1) // alignment * alignment
