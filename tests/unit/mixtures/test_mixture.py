"""Mixtures of adapter files: what is written, and which adapters can be mixed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hotseat.domain.errors import HotseatError
from hotseat.mixtures.adapter_file import LoraPair, read_adapter_file, write_adapter_file
from hotseat.mixtures.mixture import (
    check_together,
    exact_change,
    mixed_pairs,
    own_and_others,
    uniform,
)
from support.tiny_gguf import Shape, write_adapter, write_model


def test_a_mixture_is_the_weighted_sum_where_the_rank_suffices(tmp_path: Path) -> None:
    one = read_adapter_file(write_adapter(tmp_path / "one.gguf", seed=2))
    two = read_adapter_file(write_adapter(tmp_path / "two.gguf", seed=3))
    adapters, weights = {"one": one, "two": two}, {"one": 0.7, "two": 0.06}
    pairs = mixed_pairs(adapters, weights, alpha=16.0, rank=2 * one.rank)
    for layer, pair in pairs.items():
        wanted = exact_change(adapters, weights, layer)
        assert wanted is not None
        assert np.allclose(pair.b @ pair.a * (16.0 / 8), wanted, atol=1e-4 * np.abs(wanted).max())


def test_a_written_mixture_has_the_size_and_rank_of_an_adapter(tmp_path: Path) -> None:
    one = read_adapter_file(write_adapter(tmp_path / "one.gguf", seed=2))
    two = read_adapter_file(write_adapter(tmp_path / "two.gguf", seed=3))
    adapters = {"one": one, "two": two}
    for name, weights in (("alone", {"one": 1.0}), ("mixed", {"one": 0.8, "two": 0.2})):
        pairs = mixed_pairs(adapters, weights, alpha=one.alpha, rank=one.rank)
        write_adapter_file(tmp_path / f"{name}.gguf", pairs, one, alpha=one.alpha, name=name)
    alone, mixed = (read_adapter_file(tmp_path / f"{name}.gguf") for name in ("alone", "mixed"))
    assert (mixed.rank, mixed.scale) == (one.rank, one.scale)
    assert mixed.path.stat().st_size == alone.path.stat().st_size
    layer = next(iter(one.pairs))
    own, again = (exact_change({"x": a}, {"x": 1.0}, layer) for a in (one, alone))
    assert own is not None
    assert again is not None
    assert np.abs(again - own).max() < 0.02 * np.abs(own).max(), "written and read with 8 bits"


def test_weights() -> None:
    names = ("go", "sql", "css")
    assert own_and_others("go", names, scale=0.7, share=0.06) == {
        "go": 0.7, "sql": 0.06, "css": 0.06,
    }  # fmt: skip
    assert own_and_others("go", names, scale=0.75, share=0) == {"go": 0.75}
    assert sum(uniform(names).values()) == pytest.approx(1)


def test_adapters_of_other_ranks_or_bases_are_refused(tmp_path: Path) -> None:
    one = read_adapter_file(write_adapter(tmp_path / "one.gguf"))
    pairs = {n: LoraPair(a=p.a[:2], b=p.b[:, :2]) for n, p in one.pairs.items()}
    write_adapter_file(tmp_path / "small.gguf", pairs, one, alpha=4.0, name="small")
    small = read_adapter_file(tmp_path / "small.gguf")
    with pytest.raises(HotseatError, match="small has rank 2 and one rank 4") as refused:
        check_together({"one": one, "small": small})
    assert "--rank" in (refused.value.hint or "")


def test_a_model_or_no_file_is_no_adapter(tmp_path: Path) -> None:
    with pytest.raises(HotseatError, match="is not a LoRA adapter"):
        read_adapter_file(write_model(tmp_path / "m.gguf", shape=Shape()))
    with pytest.raises(HotseatError, match="Cannot read"):
        read_adapter_file(tmp_path / "none.gguf")
