"""Addresses of the hub, and what may be asked."""

from __future__ import annotations

import pytest

from hotseat.domain.errors import SourceError
from hotseat.domain.sources import HubPart
from hotseat.engines.sources.hub_api import (
    Endpoint,
    endpoint_of,
    info_url,
    read_model,
    redirected,
    refusal,
)

PART = HubPart(repo="o/r", revision=None, file="m.gguf")
FILE = {"rfilename": "m.gguf", "size": 7, "lfs": {"sha256": "A" * 64, "size": 7}}


def test_the_hub_and_the_token_come_from_the_environment() -> None:
    assert endpoint_of({}).url == "https://huggingface.co"
    mine = endpoint_of({"HF_ENDPOINT": " https://hub.example/ ", "HF_TOKEN": " t "})
    assert mine == Endpoint(url="https://hub.example", token="t")
    assert info_url(mine, PART) == "https://hub.example/api/models/o/r/revision/main?blobs=true"
    assert endpoint_of({"HF_ENDPOINT": "http://[::1]:8080"}).is_loopback


@pytest.mark.parametrize(
    "url",
    [
        "http://hub.example",
        "http://127.0.0.1.example",
        "ftp://hub.example",
        "hub.example",
        "https://",
        "https://user:password@hub.example",
        "https://[x",
        "https://hub.example:99999",
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(SourceError, match="only https addresses") as caught:
        endpoint_of({"HF_ENDPOINT": url})
    assert "HF_ENDPOINT" in caught.value.hint


@pytest.mark.parametrize(
    ("url", "is_given"),
    [
        ("https://hub.example/x", True),
        ("https://hub.example:443/x", True),
        ("https://HUB.example/x", True),
        ("https://hub.example:444/x", False),
        ("http://hub.example/x", False),
        ("https://cdn.hub.example/x", False),
        ("https://hub.example.evil/x", False),
    ],
)
def test_the_token_is_for_one_origin(url: str, is_given: bool) -> None:
    endpoint = Endpoint(url="https://hub.example", token="t")
    assert endpoint.headers_for(url) == ({"Authorization": "Bearer t"} if is_given else {})


def test_a_redirect_does_not_lead_from_the_internet_to_this_machine() -> None:
    assert redirected("https://a.example/x/y", "/z") == "https://a.example/z"
    assert redirected("https://a.example/x", "https://b.example/z") == "https://b.example/z"
    for location in ("http://127.0.0.1:11434/api/tags", "https://localhost/x", "//[::1]/x"):
        with pytest.raises(SourceError):
            redirected("https://a.example/x", location)


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"siblings": {}},
        {"siblings": [FILE]},
        {"sha": "main", "siblings": [FILE]},
        {"sha": "a" * 40, "siblings": [{"rfilename": "m.gguf"}]},
        {"sha": "a" * 40, "siblings": [{"rfilename": "m.gguf", "size": -1}]},
        {"sha": "a" * 40, "siblings": [1, {}]},
    ],
)
def test_answers_that_make_no_sense(data: object) -> None:
    with pytest.raises(SourceError) as caught:
        read_model(data, PART)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("status", "code", "token", "word"),
    [
        (401, "GatedRepo", "", "is gated"),
        (403, "GatedRepo", "", "is gated"),
        (403, "", "t", "is gated"),
        (403, "", "", "no such repository, or it is gated"),
        (401, "RepoNotFound", "t", "with the token in HF_TOKEN"),
        (404, "RevisionNotFound", "", "has no o/r"),
        (500, "", "", "is not working"),
        (400, "", "", "HTTP status 400"),
    ],
)
def test_what_a_refusal_means(status: int, code: str, token: str, word: str) -> None:
    endpoint = Endpoint(url="https://hub.example", token=token)
    error = refusal(status, {"x-error-code": code}, PART, endpoint)
    assert word in error.message
    assert error.hint
    if "gated" in word:
        assert "https://hub.example/o/r" in error.hint
        assert "HF_TOKEN" in error.hint


@pytest.mark.parametrize(
    ("card", "licence"),
    [
        ({"license": "mit"}, "mit"),
        ({"license": ["mit", "apache-2.0"]}, "mit, apache-2.0"),
        ({"license": "other", "license_name": "qwen-research"}, "qwen-research"),
        ({"license": "a\x1b[31mb"}, "a[31mb"),
        ({}, ""),
        (None, ""),
        ("mit", ""),
    ],
)
def test_the_licence_of_the_card(card: object, licence: str) -> None:
    model = read_model({"sha": "a" * 40, "siblings": [FILE], "cardData": card}, PART)
    assert model.licence == licence
    assert model.files[0].sha256 == "a" * 64
