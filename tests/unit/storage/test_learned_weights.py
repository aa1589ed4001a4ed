"""The file of the learned weights: whole or not at all, private, and harmless when it is odd."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotseat.domain.errors import HotseatError
from hotseat.storage.learned_weights import (
    NOTHING,
    SCHEMA_VERSION,
    LearnedWeights,
    LearnedWeightsFile,
)

FIT = LearnedWeights(
    weights={"bias": 0.5},
    shipped={"bias": 1.2},
    fitted_at_s=1e9,
    since_s=5.0,
    n_outcomes=300,
    loss_shipped=0.7,
    loss_fitted=0.6,
)


@pytest.fixture
def file(data: Path) -> LearnedWeightsFile:
    return LearnedWeightsFile()


def test_a_fit_comes_back_as_it_was(file: LearnedWeightsFile) -> None:
    assert file.read() is NOTHING
    assert file.problem == ""
    file.write(FIT)
    assert LearnedWeightsFile().read() == FIT
    if os.name == "posix":
        assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert [path.name for path in file.path.parent.iterdir()] == ["learned-weights.json"]


def test_a_reset_forgets_the_fit_and_remembers_when(file: LearnedWeightsFile) -> None:
    assert not file.reset(1.0)
    file.write(FIT)
    assert file.reset(2e9)
    assert file.read().weights == {}
    assert file.read().since_s == 2e9
    assert file.delete()
    assert not file.delete()


def test_a_newer_hotseats_file_stays(file: LearnedWeightsFile) -> None:
    file.write(FIT)
    text = json.dumps({"version": SCHEMA_VERSION + 1, "weights": "other"})
    file.path.write_text(text)
    assert file.read() is NOTHING
    assert "newer" in file.problem
    file.write(FIT)
    assert file.path.read_text() == text


def test_a_file_that_cannot_be_written_is_reported(file: LearnedWeightsFile) -> None:
    file.path.mkdir(parents=True)
    assert file.read() is NOTHING
    with pytest.raises(HotseatError, match="cannot be written"):
        file.write(FIT)
    assert [path.name for path in file.path.parent.iterdir()] == ["learned-weights.json"]


odd = (
    st.none()
    | st.floats()
    | st.integers()
    | st.text(max_size=5)
    | st.dictionaries(st.text(max_size=5), st.none() | st.floats() | st.booleans(), max_size=3)
    | st.lists(st.integers(), max_size=2)
)
names = ["version", "weights", "shipped", "fitted_at_s", "since_s", "n_outcomes", "loss_fitted"]


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(names), odd))
def test_odd_files_are_never_used(tmp_path_factory: Any, changes: dict[str, Any]) -> None:
    file = LearnedWeightsFile(tmp_path_factory.getbasetemp() / "odd" / "learned-weights.json")
    file.delete()
    file.write(FIT)
    file.path.write_text(json.dumps({**json.loads(file.path.read_text()), **changes}))
    read = file.read()
    values = [*read.weights.values(), *read.shipped.values(), read.fitted_at_s, read.since_s]
    assert all(-1e13 < value < 1e13 for value in values)


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff\xfe", b"[" * 90_000, b" " * 200_000])
def test_what_is_no_json_object_is_reported(file: LearnedWeightsFile, content: bytes) -> None:
    file.write(FIT)
    file.path.write_bytes(content)
    assert file.read() is NOTHING
    assert file.problem
