"""Bodies and durations, with Go's words for what is wrong with them."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.requests import Request

from hotseat.serving.wire import FOREVER_S, ApiError, field, keep_alive_s, read_json


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        (0, 0.0),
        (300, 300.0),
        (0.5, 0.5),
        (-1, FOREVER_S),
        ("0", 0.0),
        ("10m", 600.0),
        ("1h30m", 5400.0),
        ("1.5h", 5400.0),
        (".5s", 0.5),
        ("250ms", 0.25),
        ("+2s", 2.0),
        ("-1s", FOREVER_S),
        (1e300, FOREVER_S),
    ],
)
def test_keep_alive(value: Any, seconds: float | None) -> None:
    assert keep_alive_s({"keep_alive": value}) == (
        None if seconds is None else pytest.approx(seconds)
    )


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("300", 'time: missing unit in duration "300"'),
        ("soon", 'time: invalid duration "soon"'),
        ("", 'time: invalid duration ""'),
        ("5x", 'time: invalid duration "5x"'),
        ("5m x", 'time: invalid duration "5m x"'),
    ],
)
def test_a_bad_keep_alive(value: Any, words: str) -> None:
    with pytest.raises(ApiError) as caught:
        keep_alive_s({"keep_alive": value})
    assert (caught.value.status, caught.value.message) == (400, words)


def request_with(body: bytes) -> Request:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request({"type": "http", "method": "POST", "headers": []}, receive)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "missing request body"),
        (b"{nope", "invalid character 'n' looking for beginning of object key string"),
        (b"nope", "invalid character 'n' looking for beginning of value"),
        (b'{"a" 1}', "invalid character '1' after object key"),
        (b'{"a": 1 "b"}', "invalid character '\"' after object key:value pair"),
        (b"{} x", "invalid character 'x' after top-level value"),
        (b'{"a": ', "unexpected EOF"),
        (b'{"a": "x', "unexpected EOF"),
        (b"[]", "json: cannot unmarshal array into Go value of type struct"),
        (b'{"a": NaN}', "invalid character 'N' looking for beginning of value"),
    ],
)
async def test_bad_json(body: bytes, words: str) -> None:
    with pytest.raises(ApiError) as caught:
        await read_json(request_with(body))
    assert caught.value.status == 400
    assert words in caught.value.message


@pytest.mark.parametrize(
    "body", [b"\xff\xfe{}", b'{"a":' * 50_000, b'{"a": ' + b"9" * 10_000 + b"}"]
)
async def test_hostile_json_is_an_error_not_a_crash(body: bytes) -> None:
    with pytest.raises(ApiError) as caught:
        await read_json(request_with(body))
    assert caught.value.status == 400


def test_a_field_of_another_type_is_named() -> None:
    body = {"model": 5, "raw": 1, "top_logprobs": True}
    for name, kind, default in (("model", str, ""), ("raw", bool, False), ("top_logprobs", int, 0)):
        with pytest.raises(ApiError, match=f"field .{name} of type"):
            field(body, name, kind, default)  # type: ignore[type-var]
    assert field({"model": None}, "model", str, "x") == "x"


async def test_names_count_in_any_case_and_the_last_one_wins() -> None:
    body = await read_json(
        request_with(b'{"Model": "a", "PROMPT": "b", "model": "c", "Options": {"A": 1}}')
    )
    assert body == {"model": "c", "prompt": "b", "options": {"A": 1}}


async def test_half_a_surrogate_pair_is_replaced_as_in_go() -> None:
    """An answer could not repeat it: no UTF-8 holds it."""
    body = await read_json(
        request_with(b'{"model": "\\ud800a", "o": {"\\uDFFF": ["\\ud83d\\ude00", "\\\\ud800"]}}')
    )
    assert body == {"model": "\ufffda", "o": {"\ufffd": ["😀", "\\ud800"]}}
    with pytest.raises(ApiError, match="not UTF-8"):
        await read_json(request_with(b'{"model": "\xed\xa0\x80"}'))
