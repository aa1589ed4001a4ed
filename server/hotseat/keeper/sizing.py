"""What a model would take in memory, from what the engine says of it."""

from __future__ import annotations

from hotseat.domain.experts import ModelSpec
from hotseat.engines.protocol import EngineInfo, ModelInfo
from hotseat.residency.memory import estimate_bytes, kv_cache_bytes


def footprint_bytes(
    spec: ModelSpec, info: ModelInfo, engine: EngineInfo, size_hint_bytes: int | None = None
) -> int:
    """Estimate for `spec`'s own options; the hint counts where the engine gives no file size."""
    if engine.owns_memory:
        return 0
    num_ctx = spec.option("num_ctx")
    return estimate_bytes(
        weights_bytes=info.size_bytes or size_hint_bytes or 0,
        metadata=info.metadata,
        num_ctx=num_ctx if isinstance(num_ctx, int) else None,
        n_slots=engine.n_slots or 1,
    )


def slot_bytes(spec: ModelSpec, info: ModelInfo) -> int:
    """Return the bytes of one slot's KV cache; 0 if the engine does not report what it depends
    on."""
    num_ctx = spec.option("num_ctx")
    return kv_cache_bytes(info.metadata, num_ctx if isinstance(num_ctx, int) else None)
