"""What the engine may hold beside its models, and what a reload of a model really costs. Pure.

Kept prompts and the process that waits for a load take what the models leave of the budget. They
never keep a model out: their bound falls before a model is loaded, and when memory is short.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from hotseat.domain.experts import ModelSpec, canonical_model_name
from hotseat.domain.residency import BesideMemory, PromptCost

SPARE_BYTES = 64_000_000
"""More than a waiting process takes (25 to 60 MB)."""
RAISE_BYTES = 16_000_000
"""A bound is raised in steps of this: the models' measured sizes change a little every second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BesideBounds:
    """What the engine is allowed."""

    kept_limit_bytes: int
    spare: bool


class Beside:
    """What the engine holds beside its models, and the bounds that it was given.

    `keep_bytes` is the roster's bound for kept prompts.
    """

    def __init__(self, keep_bytes: int) -> None:
        self._keep_bytes = keep_bytes
        self._is_bounded_by_us = False
        self._sent: BesideBounds | None = None
        self.memory = BesideMemory()

    def engine_known(self, *, keeps_prompts: bool) -> None:
        """Note an engine that was connected; it has its own defaults."""
        self._is_bounded_by_us, self._sent = keeps_prompts, None
        self.memory = BesideMemory()

    def due(self, *, limit_bytes: int, models_bytes: int) -> BesideBounds | None:
        """Return the bounds that the engine has to be given now; None if its own are right."""
        if not self._is_bounded_by_us:
            return None
        bounds = bounds_beside(
            limit_bytes=limit_bytes, models_bytes=models_bytes, keep_bytes=self._keep_bytes
        )
        if self._sent is not None and not _is_worth_sending(self._sent, bounds, self._keep_bytes):
            return None
        self._sent = bounds
        # What exceeds the new bounds is freed before anything is loaded.
        self.memory = BesideMemory(
            kept_bytes=min(self.memory.kept_bytes, bounds.kept_limit_bytes),
            spare_bytes=self.memory.spare_bytes if bounds.spare else 0,
            prompts=self.memory.prompts,
        )
        return bounds


def bounds_beside(*, limit_bytes: int, models_bytes: int, keep_bytes: int) -> BesideBounds:
    """Return the bounds where models take `models_bytes` of `limit_bytes`."""
    free_bytes = max(0, limit_bytes - models_bytes)
    spare = free_bytes >= SPARE_BYTES
    kept_bytes = free_bytes - SPARE_BYTES if spare else free_bytes
    return BesideBounds(kept_limit_bytes=min(keep_bytes, kept_bytes), spare=spare)


def _is_worth_sending(sent: BesideBounds, bounds: BesideBounds, keep_bytes: int) -> bool:
    if bounds.spare != sent.spare or bounds.kept_limit_bytes < sent.kept_limit_bytes:
        return True
    raised_bytes = bounds.kept_limit_bytes - sent.kept_limit_bytes
    return raised_bytes >= RAISE_BYTES or (
        raised_bytes > 0 and bounds.kept_limit_bytes == keep_bytes
    )


def costs_with_prompts(
    load_s: Mapping[ModelSpec, float],
    resident: Collection[ModelSpec],
    prompts: Iterable[PromptCost],
) -> dict[ModelSpec, float]:
    """Return what each model saves by being in memory, in seconds.

    A resident model without a kept prompt would have to read its prompt again after a reload. An
    absent one reads it in any case, or has it kept: there only the load counts.
    """
    lost_s = {cost.model: 0.0 if cost.kept_bytes else cost.read_s for cost in prompts}
    return {
        spec: seconds
        + (lost_s.get(canonical_model_name(spec.model), 0.0) if spec in resident else 0.0)
        for spec, seconds in load_s.items()
    }
