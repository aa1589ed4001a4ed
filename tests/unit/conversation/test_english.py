from __future__ import annotations

import pytest

from hotseat.conversation.english import stem, without_inflection


@pytest.mark.parametrize(
    ("forms", "left"),
    [
        ("query queries", "query"),
        ("class classes", "class"),
        ("save saves saving saved", "save"),
        ("cache caches caching cached", "cach"),
        ("router routers", "router"),
        ("routing routed route routes", "rout"),
    ],
)
def test_forms_of_a_word_are_equal_without_their_inflection(forms: str, left: str) -> None:
    assert {without_inflection(form) for form in forms.split()} == {left}


@pytest.mark.parametrize("word", ["us", "utf8", "v2", "status", "is", "café"])
def test_a_word_without_an_ending_is_left_alone(word: str) -> None:
    assert without_inflection(word) == word


@pytest.mark.parametrize(
    "forms",
    [
        "run running runs",
        "set setting settings",
        "retry retries",
        "deploy deploys deployed deployment deployments",
        "box boxes",
        "connect connected connection connections connecting",
        "print printer printed",
        "format formatter formatting",
    ],
)
def test_nouns_made_of_a_verb_have_the_stem_of_the_verb(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1
