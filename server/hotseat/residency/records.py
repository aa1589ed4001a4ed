"""What is known of every model: its state, and what was measured of it, now and in earlier runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hotseat.domain.experts import ModelSpec
from hotseat.domain.residency import Measured
from hotseat.residency.lifecycle import ModelRecord


class Records:
    """`known` is what was measured in earlier runs, by `ModelSpec.key`."""

    def __init__(self, known: Mapping[str, Measured]) -> None:
        self.known = dict(known)
        self._records: dict[ModelSpec, ModelRecord] = {}
        self._load_s: dict[ModelSpec, float] | None = None
        """What `load_times` said, until a size or a load time changes."""

    def __iter__(self) -> Iterator[ModelRecord]:
        return iter(self._records.values())

    def __contains__(self, spec: object) -> bool:
        return spec in self._records

    def specs(self) -> set[ModelSpec]:
        return set(self._records)

    def get(self, spec: ModelSpec) -> ModelRecord | None:
        return self._records.get(spec)

    def of(self, spec: ModelSpec) -> ModelRecord:
        """A new one, not put yet, for a model that was not met before."""
        record = self._records.get(spec)
        if record is not None:
            return record
        measured = self.measured(spec)
        return ModelRecord(
            spec=spec,
            size_bytes=measured.size_bytes,
            measured=measured.size_bytes is not None,
            load_s=measured.load_s,
        )

    def put(self, record: ModelRecord) -> None:
        known = self._records.get(record.spec)
        if known is None or (known.size_bytes, known.load_s) != (record.size_bytes, record.load_s):
            self._load_s = None
        self._records[record.spec] = record

    def remove(self, spec: ModelSpec) -> None:
        del self._records[spec]
        self._load_s = None

    def held_bytes(self) -> int:
        """Return what Hotseat's models take, those on their way in or out too."""
        held = [r for r in self if r.occupies and r.ours and not r.alias_of]
        return sum(r.size_bytes or 0 for r in held)

    def measured(self, spec: ModelSpec) -> Measured:
        return self.known.get(spec.key, Measured())

    def learn(self, spec: ModelSpec, measured: Measured) -> None:
        """What is None in it stays as it was."""
        known = self.measured(spec)
        self.known[spec.key] = Measured(
            size_bytes=measured.size_bytes or known.size_bytes,
            load_s=measured.load_s or known.load_s,
        )

    def load_times(self) -> Mapping[ModelSpec, float]:
        """Seconds: measured, or by size from those that were."""
        if self._load_s is not None:
            return self._load_s
        measured = [r for r in self if r.load_s and r.size_bytes]
        seconds = sum(r.load_s or 0.0 for r in measured)
        guesses = sum(_load_guess_s(r.size_bytes or 0) for r in measured)
        scale = seconds / guesses if measured else 1.0
        self._load_s = {r.spec: r.load_s or scale * _load_guess_s(r.size_bytes or 0) for r in self}
        return self._load_s


def _load_guess_s(size_bytes: int) -> float:
    """0.3 s to start, then 300 MB/s: llama.cpp on two cores took 0.5 s for 90 MB, 1.3 s for 270."""
    return 0.3 + size_bytes / 300e6
