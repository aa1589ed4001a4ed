"""The state of a training on disk: written to a partial file and renamed, so it is always
complete."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from hotseat.train.errors import disk_error

NAME = "checkpoint.pt"
ASIDE = "checkpoint-before.pt"
"""A checkpoint of other settings or other code that existed when a new training began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The state of a training after a step."""

    step: int
    n_tokens: int
    seconds: float
    evaluations: tuple[tuple[int, float], ...]
    best_step: int
    best: dict[str, Any]
    """Tensors of the best adapter so far."""
    weights: dict[str, Any] = field(default_factory=dict)
    """Tensors of the current adapter; set on disk only, as is the optimizer's state."""
    optimizer: dict[str, Any] = field(default_factory=dict)


class Checkpoints:
    """The checkpoints of one training, in its folder.

    `key` must be equal for a checkpoint to be resumed.
    """

    def __init__(self, folder: Path, key: Mapping[str, Any]) -> None:
        self._path = folder / NAME
        self._key = dict(key)

    def read(self) -> Checkpoint | None:
        """Return the checkpoint, or None if there is none, or one of another training."""
        import torch

        try:
            found = torch.load(self._path, map_location="cpu", weights_only=True)
            if found["key"] != self._key:
                return None
            state = {f.name: found[f.name] for f in fields(Checkpoint)}
        except (OSError, RuntimeError, KeyError, TypeError, ValueError, EOFError):
            return None
        except Exception as error:  # pickle's UnpicklingError: not a checkpoint file
            if type(error).__name__ != "UnpicklingError":
                raise
            return None
        state["evaluations"] = tuple((step, loss) for step, loss in state["evaluations"])
        return Checkpoint(**state)

    def write(self, state: Checkpoint) -> None:
        """Write the checkpoint; raises HotseatError when the disk is full and keeps the previous
        one."""
        import torch

        partial = self._path.with_name(NAME + ".partial")
        stored = {f.name: getattr(state, f.name) for f in fields(Checkpoint)}
        stored["evaluations"] = [list(pair) for pair in state.evaluations]
        buffer = io.BytesIO()  # with a file, torch reports a full disk as a failed stream
        torch.save({"key": self._key, **stored}, buffer)
        try:
            with partial.open("wb") as file:
                file.write(buffer.getbuffer())
                file.flush()
                os.fsync(file.fileno())
            partial.replace(self._path)
        except OSError as error:
            with suppress(OSError):
                partial.unlink(missing_ok=True)
            raise disk_error(self._path, error) from error

    def set_aside(self) -> bool:
        """Rename a checkpoint of another training; return False if there is none."""
        if not self._path.exists():
            return False
        self._path.replace(self._path.with_name(ASIDE))
        return True

    def remove(self) -> None:
        self._path.unlink(missing_ok=True)
