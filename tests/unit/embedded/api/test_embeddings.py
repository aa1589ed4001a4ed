"""Vectors and inputs that are cut."""

from __future__ import annotations

import math

import pytest

from hotseat.embedded.api.embeddings import cut_tokens, scaled
from hotseat.serving.wire import ApiError


@pytest.mark.parametrize(
    ("n_before", "n_after", "n_max", "wanted"),
    [
        (1, 1, 4, [101, 7, 7, 102]),
        (1, 1, 3, [101, 7, 102]),
        (1, 0, 4, [101, 7, 7, 8]),
        (0, 1, 4, [7, 7, 8, 102]),
        (0, 0, 4, [7, 7, 8, 9]),
    ],
)
def test_the_end_is_cut_and_special_tokens_stay(
    n_before: int, n_after: int, n_max: int, wanted: list[int]
) -> None:
    plain = [7, 7, 8, 9, 7]
    with_special = [101] * n_before + plain + [102] * n_after
    assert cut_tokens(with_special, plain, n_max) == wanted


def test_no_place_for_the_text_is_an_error() -> None:
    with pytest.raises(ApiError) as caught:
        cut_tokens([101, 7, 102], [7], 2)
    assert caught.value.status == 400


def test_a_vector_is_scaled_to_length_1() -> None:
    assert scaled([3.0, 4.0]) == [0.6, 0.8]
    assert scaled([0.0, 0.0]) == [0.0, 0.0]


@pytest.mark.parametrize("wrong", [math.nan, math.inf])
def test_what_is_no_number_is_an_error(wrong: float) -> None:
    with pytest.raises(ApiError, match="NaN or Inf"):
        scaled([1.0, wrong])
