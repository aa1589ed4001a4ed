"""Adapters as arrays: read from a GGUF file, and written as `hotseat train` writes them.

Owns the file format only. Names and the order of rows stay as they are in the file, because a
mixture is linear and never needs the layout of transformers.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hotseat.domain.errors import HotseatError
from hotseat.embedded.models.gguf import Scalar, read_gguf
from hotseat.mixtures.extra import require_mix_extra
from hotseat.train.errors import disk_error

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

BASE_DIGEST = "hotseat.base.sha256"
_ALPHA = "adapter.lora.alpha"
_BLOCK = 32
"""Values in a block of Q8_0; rows of other lengths are written as f16."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoraPair:
    """The low-rank change of one weight: `b @ a`, with `b` of [out, rank] and `a` of [rank, in]."""

    a: Matrix
    b: Matrix


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterFile:
    """One adapter: pairs by the name of the weight in GGUF files, `blk.0.attn_q.weight`."""

    path: Path
    pairs: Mapping[str, LoraPair]
    alpha: float
    rank: int
    metadata: Mapping[str, Scalar]

    @property
    def scale(self) -> float:
        """Return the factor that llama.cpp applies to `b @ a`: alpha / rank."""
        return self.alpha / self.rank if self.alpha else 1.0

    @property
    def base_digest(self) -> str:
        """Return the sha256 of the base that it was trained over; "" if the file lacks it."""
        found = self.metadata.get(BASE_DIGEST)
        return found if isinstance(found, str) else ""


def read_adapter_file(path: Path) -> AdapterFile:
    """Read an adapter. Raises HotseatError for a file that is none."""
    require_mix_extra()
    import gguf

    try:
        head = read_gguf(path)
    except OSError as error:
        raise HotseatError(f"Cannot read {path}: {error.strerror or error}") from error
    if head.text("general.type") != "adapter" or head.text("adapter.type") != "lora":
        raise HotseatError(f"{path} is not a LoRA adapter", hint="`hotseat train` makes adapters")
    tensors = {
        t.name: gguf.quants.dequantize(t.data, t.tensor_type).astype("float32")
        for t in gguf.GGUFReader(path).tensors
    }
    pairs = {}
    for name in sorted({n.rpartition(".lora_")[0] for n in tensors}):
        a, b = tensors.get(f"{name}.lora_a"), tensors.get(f"{name}.lora_b")
        if a is None or b is None or a.ndim != 2 or b.ndim != 2 or a.shape[0] != b.shape[1]:
            raise HotseatError(f"{path.name} is damaged: {name} is no pair of matrices")
        pairs[name] = LoraPair(a=a, b=b)
    ranks = {pair.a.shape[0] for pair in pairs.values()}
    if len(ranks) != 1:
        raise HotseatError(
            f"{path.name} has matrices of {len(ranks)} different ranks",
            hint="Only adapters with one rank can be mixed",
        )
    alpha = head.metadata.get(_ALPHA, 0.0)
    return AdapterFile(
        path=path,
        pairs=pairs,
        alpha=float(alpha) if isinstance(alpha, int | float) else 0.0,
        rank=ranks.pop(),
        metadata=head.metadata,
    )


def write_adapter_file(
    path: Path, pairs: Mapping[str, LoraPair], like: AdapterFile, *, alpha: float, name: str
) -> None:
    """Write an adapter for the base of `like`, beside `path`, and rename it.

    Raises HotseatError when it cannot be written.
    """
    import gguf

    partial = path.with_name(path.name + ".partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        writer = gguf.GGUFWriter(partial, str(like.metadata["general.architecture"]))
        writer.add_type(gguf.GGUFType.ADAPTER)
        writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
        writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, alpha)
        writer.add_name(name)
        for key in (
            "general.license",
            BASE_DIGEST,
            "general.base_model.0.name",
        ):
            if isinstance(value := like.metadata.get(key), str):
                writer.add_string(key, value)
        if "general.base_model.0.name" in like.metadata:
            writer.add_base_model_count(1)
        writer.add_file_type(int(gguf.LlamaFileType.MOSTLY_F16))
        for layer, pair in pairs.items():
            _add(writer, f"{layer}.lora_a", pair.a)
            writer.add_tensor(f"{layer}.lora_b", pair.b.astype("float16"))
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        with partial.open("rb") as file:
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise disk_error(path, error) from error


def _add(writer: Any, name: str, matrix: Matrix) -> None:
    import gguf

    if matrix.shape[-1] % _BLOCK == 0:
        kind = gguf.GGMLQuantizationType.Q8_0
        writer.add_tensor(name, gguf.quants.quantize(matrix, kind), raw_dtype=kind)
    else:
        writer.add_tensor(name, matrix.astype("float16"))
