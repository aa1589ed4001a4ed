"""Reading and checking the header of a GGUF file.

llama.cpp trusts offsets and counts more than it should (CVE-2026-7482 leaked memory through them),
so every file is checked here before it is loaded: magic, version, counts, string lengths, tensor
types, shapes and offsets, all against the length of the file. Weights are not read. Arrays in the
metadata (a vocabulary has 50,000 to 260,000 strings) are skipped unless they are asked for.

Format: ggml's docs/gguf.md and gguf.cpp, versions 2 and 3, little-endian.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NoReturn

from hotseat.domain.errors import ModelFileInvalid

Scalar = int | float | bool | str

# By ggml type id: name, values per block, bytes per block, from ggml.h and ggml-common.h.
TENSOR_TYPES: dict[int, tuple[str, int, int]] = {
    0: ("F32", 1, 4),
    1: ("F16", 1, 2),
    2: ("Q4_0", 32, 18),
    3: ("Q4_1", 32, 20),
    6: ("Q5_0", 32, 22),
    7: ("Q5_1", 32, 24),
    8: ("Q8_0", 32, 34),
    9: ("Q8_1", 32, 36),
    10: ("Q2_K", 256, 84),
    11: ("Q3_K", 256, 110),
    12: ("Q4_K", 256, 144),
    13: ("Q5_K", 256, 176),
    14: ("Q6_K", 256, 210),
    15: ("Q8_K", 256, 292),
    16: ("IQ2_XXS", 256, 66),
    17: ("IQ2_XS", 256, 74),
    18: ("IQ3_XXS", 256, 98),
    19: ("IQ1_S", 256, 50),
    20: ("IQ4_NL", 32, 18),
    21: ("IQ3_S", 256, 110),
    22: ("IQ2_S", 256, 82),
    23: ("IQ4_XS", 256, 136),
    24: ("I8", 1, 1),
    25: ("I16", 1, 2),
    26: ("I32", 1, 4),
    27: ("I64", 1, 8),
    28: ("F64", 1, 8),
    29: ("IQ1_M", 256, 56),
    30: ("BF16", 1, 2),
    34: ("TQ1_0", 256, 54),
    35: ("TQ2_0", 256, 66),
    39: ("MXFP4", 32, 17),
    40: ("NVFP4", 64, 36),
}

# struct codes by metadata value type. 8 is a string, 9 an array.
_SCALARS = {
    0: "B",
    1: "b",
    2: "H",
    3: "h",
    4: "I",
    5: "i",
    6: "f",
    7: "?",
    10: "Q",
    11: "q",
    12: "d",
}
_STRING, _ARRAY = 8, 9
_U32, _U64 = struct.Struct("<I"), struct.Struct("<Q")

MAX_HEADER_BYTES = 512 << 20
"""Real headers are under 20 MB; a longer one would exhaust memory."""
MAX_KEY_BYTES = 65_535
MAX_ENTRIES = 1 << 20
MAX_DIMS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Tensor:
    """A tensor's description in the header."""

    name: str
    type_name: str
    shape: tuple[int, ...]
    offset: int
    """Bytes from the start of the data section."""
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gguf:
    """A header that is consistent with the file's length."""

    version: int
    metadata: dict[str, Scalar]
    array_lengths: dict[str, int]
    """Lengths of the metadata entries that are arrays."""
    tensors: tuple[Tensor, ...]
    size_bytes: int
    arrays: dict[str, Sequence[Scalar]] = field(default_factory=dict)
    """The values of the arrays, if they were asked for."""

    def text(self, key: str, default: str = "") -> str:
        value = self.metadata.get(key)
        return value if isinstance(value, str) else default

    def integer(self, key: str) -> int | None:
        value = self.metadata.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else None


def read_gguf(path: Path, *, with_arrays: bool = False) -> Gguf:
    """Read and check the header of the file at `path`; with the values of arrays if asked for.

    Raises ModelFileInvalid with the reason; OSError when the file cannot be read.
    """
    with path.open("rb") as file:
        size_bytes = path.stat().st_size
        return _Reader(file, size_bytes, path.name, with_arrays=with_arrays).read()


class _Reader:
    """A cursor over the file, which is read as far as the header extends."""

    def __init__(
        self, file: BinaryIO, size_bytes: int, name: str, *, with_arrays: bool = False
    ) -> None:
        self._with_arrays = with_arrays
        self._file = file
        self._size_bytes = size_bytes
        self._name = name
        self._buffer = bytearray()
        self._at = 0

    def read(self) -> Gguf:
        if self._size_bytes < 24 or self._take(4) != b"GGUF":
            self._fail("it does not begin as a GGUF file does")
        version = self._u32()
        if version not in (2, 3):
            big_endian = version & 0xFFFF == 0
            self._fail("it is big-endian" if big_endian else f"version {version} is not known")
        n_tensors, n_entries = self._u64(), self._u64()
        if n_tensors > MAX_ENTRIES or n_entries > MAX_ENTRIES:
            self._fail(f"it claims {n_tensors} tensors and {n_entries} metadata entries")
        metadata: dict[str, Scalar] = {}
        array_lengths: dict[str, int] = {}
        arrays: dict[str, Sequence[Scalar]] = {}
        for _ in range(n_entries):
            key = self._string(MAX_KEY_BYTES)
            if key in metadata or key in array_lengths:
                self._fail(f"metadata {key!r} is there twice")
            kind = self._u32()
            if kind == _ARRAY:
                before = self._at
                array_lengths[key] = self._skip_array()
                if self._with_arrays:
                    arrays[key] = self._array(before)
            else:
                metadata[key] = self._scalar(kind)
        alignment = metadata.get("general.alignment", 32)
        if not isinstance(alignment, int) or alignment < 1 or alignment & (alignment - 1):
            self._fail(f"general.alignment is {alignment!r}, not a power of two")
        tensors = self._tensors(n_tensors, alignment)
        return Gguf(
            version=version,
            metadata=metadata,
            array_lengths=array_lengths,
            tensors=tensors,
            size_bytes=self._size_bytes,
            arrays=arrays,
        )

    def _tensors(self, n_tensors: int, alignment: int) -> tuple[Tensor, ...]:
        tensors: list[Tensor] = []
        names: set[str] = set()
        expected_offset = 0
        for _ in range(n_tensors):
            tensor = self._tensor()
            if tensor.name in names:
                self._fail(f"tensor {tensor.name!r} is there twice")
            # gguf.cpp requires consecutive, padded tensors, so no two can overlap.
            if tensor.offset != expected_offset:
                self._fail(
                    f"tensor {tensor.name!r} claims offset {tensor.offset}, not {expected_offset}"
                )
            names.add(tensor.name)
            tensors.append(tensor)
            expected_offset = _padded(tensor.offset + tensor.size_bytes, alignment)
        data_start = _padded(self._at, alignment)
        for tensor in tensors:
            end = data_start + tensor.offset + tensor.size_bytes
            if end > self._size_bytes:
                self._fail(
                    f"tensor {tensor.name!r} ends at byte {end}, the file at {self._size_bytes}",
                    hint="The file is truncated: download it again",
                )
        return tuple(tensors)

    def _tensor(self) -> Tensor:
        name = self._string(MAX_KEY_BYTES)
        n_dims = self._u32()
        if not 1 <= n_dims <= MAX_DIMS:
            self._fail(f"tensor {name!r} has {n_dims} dimensions")
        shape = tuple(self._u64() for _ in range(n_dims))
        type_id, offset = self._u32(), self._u64()
        if type_id not in TENSOR_TYPES:
            self._fail(f"tensor {name!r} has the unknown type {type_id}")
        type_name, block_values, block_bytes = TENSOR_TYPES[type_id]
        n_values = 1
        for length in shape:
            n_values *= length
        if n_values == 0 or n_values >= 1 << 63 or shape[0] % block_values:
            self._fail(f"tensor {name!r} has the impossible shape {list(shape)} for {type_name}")
        return Tensor(
            name=name,
            type_name=type_name,
            shape=shape,
            offset=offset,
            size_bytes=n_values // block_values * block_bytes,
        )

    def _scalar(self, kind: int) -> Scalar:
        if kind == _STRING:
            return self._string(MAX_HEADER_BYTES)
        code = _SCALARS.get(kind)
        if code is None:
            self._fail(f"a metadata value has the unknown type {kind}")
        value: Scalar = struct.unpack("<" + code, self._take(struct.calcsize(code)))[0]
        return value

    def _skip_array(self) -> int:
        kind, length = self._u32(), self._u64()
        if kind == _STRING:
            self._skip_strings(length)
        elif kind in _SCALARS:
            self._skip(length * struct.calcsize(_SCALARS[kind]))
        else:
            self._fail(f"a metadata array has the unknown type {kind}")
        return length

    def _array(self, at: int) -> Sequence[Scalar]:
        """Return the values of the array at the offset `at`, which has been skipped."""
        end, self._at = self._at, at
        kind, length = self._u32(), self._u64()
        if kind == _STRING:
            return [self._string(MAX_HEADER_BYTES) for _ in range(length)]
        return struct.unpack(f"<{length}{_SCALARS[kind]}", self._take(end - self._at))

    def _skip_strings(self, n_strings: int) -> None:
        # The one hot loop (a vocabulary and its merges), so all values are local variables.
        if n_strings * 8 > self._size_bytes - self._at:
            self._fail(f"an array of {n_strings} strings runs past the end", hint=_CUT_SHORT)
        at, buffer, length_at = self._at, self._buffer, _U64.unpack_from
        for _ in range(n_strings):
            if at + 8 > len(buffer):
                self._fill(at + 8)
            at += 8 + length_at(buffer, at)[0]
            if at > len(buffer):
                self._fill(at)
        self._at = at

    def _string(self, max_bytes: int) -> str:
        length = self._u64()
        if length > max_bytes:
            self._fail(f"a string claims {length} bytes")
        return self._take(length).decode("utf-8", "replace")

    def _u32(self) -> int:
        value: int = _U32.unpack(self._take(4))[0]
        return value

    def _u64(self) -> int:
        value: int = _U64.unpack(self._take(8))[0]
        return value

    def _take(self, n_bytes: int) -> bytes:
        start = self._at
        self._skip(n_bytes)
        return bytes(self._buffer[start : self._at])

    def _skip(self, n_bytes: int) -> None:
        self._fill(self._at + n_bytes)
        self._at += n_bytes

    def _fill(self, until: int) -> None:
        """Read until the buffer holds the file's first `until` bytes."""
        if until <= len(self._buffer):
            return
        if until > self._size_bytes:
            self._fail(
                f"its header runs past its end ({until} of {self._size_bytes} bytes)",
                hint=_CUT_SHORT,
            )
        if until > MAX_HEADER_BYTES:
            self._fail(f"its header is longer than {MAX_HEADER_BYTES} bytes")
        self._buffer += self._file.read(max(until - len(self._buffer), 1 << 20))
        if until > len(self._buffer):
            self._fail("it became shorter while it was read")

    def _fail(self, what: str, *, hint: str = "") -> NoReturn:
        raise ModelFileInvalid(f"{self._name} is not a usable GGUF file: {what}", hint=hint)


_CUT_SHORT = "The file is truncated: download it again"


def _padded(value: int, alignment: int) -> int:
    return (value + alignment - 1) // alignment * alignment
