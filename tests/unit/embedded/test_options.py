"""Ollama's options as llama.cpp's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hotseat.embedded.models.card import ModelCard
from hotseat.embedded.models.chat_template import ChatTemplate
from hotseat.embedded.options import MAX_BATCH_TOKENS, checked, load_options, sampling
from hotseat.serving.wire import ApiError

CARD = ModelCard(
    family="llama",
    n_parameters=135_000_000,
    quantization="Q4_1",
    context_length=8192,
    embedding_length=576,
    chat_template=ChatTemplate(exists=True),
    n_tokens=49_152,
    adds_bos=True,
    fim=None,
    is_adapter=False,
    kv_bytes_per_token=0,
    can_constrain=True,
)


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("num_ctx", "big", "integer"),
        ("num_ctx", True, "integer"),
        ("temperature", "hot", "float32"),
        ("use_mmap", 1, "boolean"),
        ("stop", "x", "array"),
        ("stop", [1], "array"),
    ],
)
def test_a_wrong_type_is_named(name: str, value: object, kind: str) -> None:
    with pytest.raises(ApiError) as caught:
        checked({name: value})
    assert caught.value.status == 500
    assert caught.value.message == f'option "{name}" must be of type {kind}'


def test_unknown_options_and_nulls_are_left_out() -> None:
    assert checked({"no_such_option": 1, "top_k": None, "num_ctx": 5.0}) == {"num_ctx": 5}


@pytest.mark.parametrize("value", [10**30, 1e300, -(10**30)])
def test_numbers_beyond_the_machine_are_cut(value: float) -> None:
    assert abs(checked({"seed": value})["seed"]) < 2**31


def test_load_options_stay_within_the_model_and_the_machine() -> None:
    wild = {"num_ctx": 1_000_000, "num_thread": 500, "num_batch": 2048}
    options = load_options(wild, CARD, n_cores=4)
    assert (options.n_ctx, options.n_threads, options.n_batch) == (8192, 4, MAX_BATCH_TOKENS)
    defaults = load_options({}, CARD, n_cores=4)
    assert (defaults.n_ctx, defaults.n_threads) == (4096, 3), "a core is left to the editor"
    assert load_options({}, CARD, n_cores=1).n_threads == 1
    assert load_options({"num_ctx": -5}, CARD, n_cores=1).n_ctx >= 4


def test_a_large_model_reads_prompts_in_shorter_batches() -> None:
    large = replace(CARD, n_parameters=7_000_000_000)
    assert load_options({}, large, n_cores=1).n_batch < load_options({}, CARD, n_cores=1).n_batch


def test_num_predict_0_and_negative_ones_are_unlimited() -> None:
    counts = [sampling({"num_predict": n}, n_ctx=50)["n_predict"] for n in (0, -1, -2, 7, 9999)]
    assert counts == [500, 500, 500, 7, 500]


def test_an_empty_stop_text_stops_nothing() -> None:
    assert sampling({"stop": ["", "x"]})["stop"] == ["x"]
