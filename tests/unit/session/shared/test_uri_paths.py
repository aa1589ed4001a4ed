"""Paths out of URIs."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotseat.session.shared.uri_paths import path_in_workspace, short_path


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("file:///home/me/shop/src/main.go", "src/main.go"),
        ("file:///home/me/shop/a%20b.go", "shop/a b.go"),
        ("file:///main.go", "/main.go"),
        ("untitled:Untitled-1", "Untitled-1"),
        ("file://[", ""),
        ("", ""),
    ],
)
def test_the_last_two_parts_of_a_path(uri: str, expected: str) -> None:
    assert short_path(uri) == expected


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("file:///w/shop/src/main.go", "src/main.go"),
        ("file:///w/shopping/main.go", "/w/shopping/main.go"),
        ("file:///w/shop/a%20b.go", "a b.go"),
        ("file://[", "file://["),
    ],
)
def test_the_path_in_a_workspace(uri: str, expected: str) -> None:
    assert path_in_workspace(uri, Path("/w/shop")) == expected


def test_without_a_workspace_the_path_stays_whole() -> None:
    assert path_in_workspace("file:///w/a.go", None) == "/w/a.go"
