"""Changing who serves what in a person's file, and nothing else in it."""

from __future__ import annotations

import pytest

from hotseat.domain.errors import RosterError
from hotseat.roster.edit import with_languages
from hotseat.roster.load import load_text
from hotseat.roster.shipped import shipped_roster

MINE = """\
# my roster
use: starter   # small
budget: "2GB"

experts:
  # go is mine
  - name: go        # the shipped one
    languages: [go, templ]   # two
    pinned: on
  - {name: sql, remove: true}

# the end
languages: {markdown: off}
"""


def test_only_the_languages_change() -> None:
    new = with_languages(MINE, {"go": ["go"]})
    assert new == MINE.replace("[go, templ]   # two", "[go]          # two")


def test_an_expert_without_languages_is_removed_where_it_stands() -> None:
    new = with_languages(MINE, {"go": [], "web": ["html"], "python": []})
    assert new == MINE.replace("    pinned: on\n", "    pinned: on\n    remove: true\n").replace(
        "  - {name: sql, remove: true}\n",
        "  - {name: sql, remove: true}\n"
        "  - name: web\n    languages: [html]\n"
        "  - name: python\n    remove: true\n",
    )


def test_the_file_reads_as_it_should() -> None:
    new = with_languages(MINE, {"go": [], "web": ["html"], "python": []})
    result = load_text(new, filename="experts.yaml", base=shipped_roster("ollama"))
    assert result.diagnostics == ()
    assert {e.name: e.languages for e in result.roster.experts} == {"web": ("html",)}


def test_indentation_and_lists_stay_as_they_were() -> None:
    text = "experts:\n- name: zig\n  languages:\n  - zig\n  - c   # old\n  model: x:1b\n"
    new = with_languages(text, {"zig": ["c"]})
    assert new == "experts:\n- name: zig\n  languages:\n  - c   # old\n  model: x:1b\n"


def test_an_expert_of_ones_own_is_switched_off_with_all_that_was_said_of_it() -> None:
    text = "experts:\n  - name: zig\n    languages: [zig]\n    model: x:1b  # tuned\n"
    new = with_languages(text, {"zig": []})
    assert new == text + "    remove: true\n"
    result = load_text(new, filename="experts.yaml", base=shipped_roster("starter"))
    assert result.diagnostics == ()
    assert result.roster.by_name("zig") is None


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "# nothing yet"])
def test_an_empty_file_gets_what_is_below_it(text: str) -> None:
    new = with_languages(text, {"go": []}, use="starter")
    assert new.startswith(text)
    result = load_text(new, filename="experts.yaml", base=shipped_roster("ollama"))
    assert result.diagnostics == ()
    assert "go" not in {e.name for e in result.roster.experts}
    assert result.roster.by_name("sql") == shipped_roster("starter").by_name("sql")


def test_a_comment_is_never_lost_in_silence() -> None:
    text = "experts:\n- name: zig\n  languages:\n  - zig   # the best\n  - c\n  model: x:1b\n"
    with pytest.raises(RosterError, match="the comment '# the best' would be lost"):
        with_languages(text, {"zig": ["c"]})


@pytest.mark.parametrize("text", ["experts: [", "- a\n", "experts: 3\n", "experts: [3]\n"])
def test_a_file_that_is_no_roster_is_refused(text: str) -> None:
    with pytest.raises(RosterError):
        with_languages(text, {"go": []})


def test_anchors_do_not_carry_a_change_elsewhere() -> None:
    text = (
        "experts:\n"
        "  - name: a\n    languages: &both [x, y]\n    model: m:1b\n"
        "  - name: b\n    languages: *both\n    model: n:1b\n"
    )
    with pytest.raises(RosterError):
        with_languages(text, {"a": ["x"]})
