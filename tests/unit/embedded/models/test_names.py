"""Model names and digests: a closed grammar."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotseat.embedded.models.names import InvalidName, parse_digest, parse_name


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("smollm2", "smollm2:latest"),
        ("smollm2:latest", "smollm2:latest"),
        ("Qwen2.5-Coder:1.5b-base", "Qwen2.5-Coder:1.5b-base"),
        ("someone/model:Q4_0", "someone/model:Q4_0"),
        ("hf.co/someone/model", "hf.co/someone/model:latest"),
        ("host:5000/someone/model:a", "host:5000/someone/model:a"),
    ],
)
def test_names_are_completed_and_keep_their_case(text: str, short: str) -> None:
    assert parse_name(text).short == short
    assert parse_name(short) == parse_name(text)


@pytest.mark.parametrize(
    "text", ["", ":", "a:", ":b", "a:b:c", ".a", "-a", "a b", "ä", "a\n", "a/b/c/d", "a//b", "~"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidName):
        parse_name(text)


@given(st.text(alphabet="ab.:/\\-_%~\0 ", max_size=30))
def test_no_name_has_a_part_that_means_something_to_a_file_system(text: str) -> None:
    try:
        name = parse_name(text)
    except InvalidName:
        return
    for part in name.path_parts:
        assert part not in ("", ".", "..")
        assert not set(part) & set("/\\:\0")


def test_digests_are_64_lower_case_hex_digits() -> None:
    good = "0123456789abcdef" * 4
    assert parse_digest(f"sha256:{good}") == parse_digest(f"sha256-{good}") == good
    for bad in (good, f"sha256:{good.upper()}", f"sha256:{good}0", f"sha256:{good}\n", "sha256:.."):
        with pytest.raises(InvalidName):
            parse_digest(bad)
