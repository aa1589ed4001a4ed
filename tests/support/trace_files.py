"""Traces written as files."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable
from pathlib import Path

from hotseat.lab.simulate.traces import COLUMNS, TraceVisit


def write_trace(path: Path, visits: Iterable[TraceVisit]) -> None:
    """Write a trace as CSV, gzipped if the name ends in .gz."""
    opener = gzip.open if path.name.endswith(".gz") else open
    with opener(path, "wt", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for visit in visits:
            writer.writerow([_plain(getattr(visit, column)) for column in COLUMNS])


def _plain(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value
