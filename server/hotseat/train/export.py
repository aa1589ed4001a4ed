"""Adapters as GGUF files: written as llama.cpp's converter writes them, and read again.

Knows the names of a layer in transformers and in GGUF, and that llama orders query and key rows
differently in a GGUF file. Matrices A are Q8_0 where their rows allow it, B is f16: the loss of
precision is within the noise of a prompt, and the file is half as long.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hotseat.domain.errors import HotseatError
from hotseat.train.base import Base
from hotseat.train.errors import disk_error

Pairs = Mapping[str, tuple[Any, Any]]
"""By name of a linear layer in transformers: A of [rank, in] and B of [out, rank], float32
arrays."""

_PERMUTED = frozenset({"llama"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The linear layers in a base's blocks, and their names in a GGUF file."""

    architecture: str
    names: Mapping[str, str]
    """The name in a GGUF file, by the name in transformers."""
    shapes: Mapping[str, tuple[int, int]]
    """Output and input width, by the name in transformers."""
    n_heads: int
    n_kv_heads: int


def layout(model: Any, architecture: str) -> Layout:
    """Return the layout of a base without adapters.

    Raises HotseatError for a layer that has no counterpart in a GGUF file.
    """
    import gguf
    import torch

    config = model.config.get_text_config()
    kinds = {name: kind for kind, name in gguf.MODEL_ARCH_NAMES.items()}
    places = gguf.get_tensor_name_map(kinds[architecture], config.num_hidden_layers)
    names, shapes = {}, {}
    for name, module in model.named_modules():
        if not isinstance(module, torch.nn.Linear) or ".layers." not in f".{name}":
            continue
        place = places.get_name(f"{name}.weight", try_suffixes=(".weight",))
        if place is None:
            raise HotseatError(
                f"The layer {name} of a {architecture} model has no counterpart in a GGUF file",
                hint="Name another base with --base",
            )
        names[name] = place
        shapes[name] = (module.out_features, module.in_features)
    return Layout(
        architecture=architecture,
        names=names,
        shapes=shapes,
        n_heads=config.num_attention_heads,
        n_kv_heads=config.num_key_value_heads,
    )


def write_adapter(
    path: Path,
    pairs: Pairs,
    layers: Layout,
    base: Base,
    *,
    alpha: float,
    name: str,
    licence: str | None,
    languages: Sequence[str],
    digest: str,
) -> None:
    """Write an adapter beside `path` and rename it, so that an existing file stays complete until
    then.

    Raises HotseatError when it cannot be written.
    """
    import gguf

    partial = path.with_name(path.name + ".partial")
    try:
        writer = gguf.GGUFWriter(partial, base.architecture)
        writer.add_type(gguf.GGUFType.ADAPTER)
        writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
        writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, alpha)
        writer.add_name(name)
        if licence:
            writer.add_license(licence)
        writer.add_tags(["lora", *languages])
        writer.add_base_model_count(1)
        writer.add_base_model_name(0, base.name)
        writer.add_string("hotseat.base.sha256", digest)
        writer.add_file_type(int(gguf.LlamaFileType.MOSTLY_F16))
        for layer, (a, b) in pairs.items():
            _add(writer, f"{layers.names[layer]}.lora_a", a)
            _add(writer, f"{layers.names[layer]}.lora_b", _permuted(b, layer, layers))
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


def read_adapter(path: Path, layers: Layout) -> tuple[dict[str, Any], float]:
    """Return pairs as `write_adapter` takes them, and alpha.

    Raises HotseatError for an adapter of another base.
    """
    import gguf

    from hotseat.embedded.models.gguf import read_gguf

    head = read_gguf(path)
    family = head.text("general.architecture")
    if head.text("general.type") != "adapter" or family != layers.architecture:
        raise HotseatError(
            f"{path.name} is not an adapter for a {layers.architecture} model",
            hint=f"It is a {family} {head.text('general.type', 'model')}",
        )
    reader = gguf.GGUFReader(path)
    tensors = {
        t.name: gguf.quants.dequantize(t.data, t.tensor_type).astype("float32").copy()
        for t in reader.tensors
    }
    by_place = {place: layer for layer, place in layers.names.items()}
    pairs = {}
    for name in sorted({n.rpartition(".lora_")[0] for n in tensors}):
        a, b = tensors.get(f"{name}.lora_a"), tensors.get(f"{name}.lora_b")
        layer = by_place.get(name)
        if a is None or b is None or layer is None or not _fits(layers.shapes[layer], a, b):
            raise HotseatError(
                f"{path.name} does not fit this base: {name}",
                hint="The adapter was made for another model",
            )
        pairs[layer] = (a, _permuted(b, layer, layers, back=True))
    return pairs, float(head.metadata.get("adapter.lora.alpha", 0.0))


def _fits(shape: tuple[int, int], a: Any, b: Any) -> bool:
    return (b.shape[0], a.shape[1]) == shape and a.shape[0] == b.shape[1]


def _add(writer: Any, name: str, matrix: Any) -> None:
    import gguf

    if name.endswith("lora_a") and matrix.shape[-1] % 32 == 0:
        kind = gguf.GGMLQuantizationType.Q8_0
        writer.add_tensor(name, gguf.quants.quantize(matrix, kind), raw_dtype=kind)
    else:
        writer.add_tensor(name, matrix.astype("float16"))


def _permuted(b: Any, layer: str, layers: Layout, *, back: bool = False) -> Any:
    """Return B with its rows reordered between llama.cpp's and transformers' rotary layouts.

    llama.cpp rotates adjacent pairs of rows of a head, transformers rotates its two halves.
    """
    kind = layer.rpartition(".")[2]
    if layers.architecture not in _PERMUTED or kind not in ("q_proj", "k_proj"):
        return b
    n_heads = layers.n_heads if kind == "q_proj" else layers.n_kv_heads
    half = b.shape[0] // n_heads // 2
    shape = (n_heads, half, 2) if back else (n_heads, 2, half)
    return b.reshape(*shape, b.shape[1]).swapaxes(1, 2).reshape(b.shape)
