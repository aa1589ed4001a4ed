"""The shipped adapters: cards say what was measured, on code that none has learned from."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from support.repository import REPOSITORY
from tools.adapter_cards import BEGIN, END, END_MIXED, MIXED, card, mixed, unseen
from tools.adapter_figures import BASE, EXCERPT_CHARS, N_EXCERPTS, excerpts, table
from tools.adapter_sources import LANGUAGES, read_recipe
from tools.make_adapters import LEARNS_FROM

SHIPPED = REPOSITORY / "adapters" / "hotseat_adapters"
PACKAGES = read_recipe(SHIPPED / "sources.yaml")
FIGURES: dict[str, Any] = json.loads((SHIPPED / "figures.json").read_text())
MIXTURES: dict[str, Any] = json.loads((SHIPPED / "mixtures.json").read_text())
MAX_BYTES = 6_000_000


@pytest.mark.parametrize("name", LANGUAGES)
def test_a_card_says_what_was_measured(name: str) -> None:
    text = (SHIPPED / f"{name}.md").read_text()
    section = text[text.index(BEGIN) : text.index(END) + len(END)]
    assert section == unseen(name, PACKAGES, FIGURES).strip()


@pytest.mark.parametrize("name", LANGUAGES)
def test_a_card_names_all_that_was_learned_from_and_nothing_held_out(name: str) -> None:
    _, _, sources = (SHIPPED / f"{name}.md").read_text().partition("## Sources")
    for package in PACKAGES:
        is_named = f"| {package.name}, by {package.author} | {package.version} |" in sources
        is_learned = not set(package.files).isdisjoint(LEARNS_FROM.get(name, (name,)))
        assert is_named == (package.use == "train" and is_learned), package.name


@pytest.mark.parametrize("name", LANGUAGES)
def test_a_card_is_of_the_file_beside_it(name: str) -> None:
    found = hashlib.sha256((SHIPPED / f"{name}.gguf").read_bytes()).hexdigest()
    assert found in (SHIPPED / f"{name}.md").read_text()


@pytest.mark.parametrize("name", LANGUAGES)
def test_an_adapter_is_small_and_beats_its_base_for_sure(name: str) -> None:
    assert (SHIPPED / f"{name}.gguf").stat().st_size <= MAX_BYTES
    assert FIGURES["over_base"][name][name]["interval"][0] > 0


@pytest.mark.parametrize("name", LANGUAGES)
def test_in_its_own_language_an_adapter_beats_every_other(name: str) -> None:
    matrix = FIGURES["bits_per_byte"]
    assert matrix[name][name] == min(matrix[arm][name] for arm in (BASE, *LANGUAGES))


def test_the_page_shows_what_was_measured() -> None:
    assert table(FIGURES) in (REPOSITORY / "docs" / "shipped-adapters.md").read_text()


def test_what_was_measured_on_was_held_out() -> None:
    held_out = {p.folder_name for p in PACKAGES if p.use == "heldout"}
    for language in LANGUAGES:
        assert set(FIGURES["held_out"][language]["packages"]) <= held_out


def test_excerpts_come_from_the_packages_in_turn_and_stay_the_same(tmp_path: Path) -> None:
    for package in ("one", "two"):
        for i in range(N_EXCERPTS):
            path = tmp_path / package / f"{i}.sql"
            path.parent.mkdir(exist_ok=True)
            path.write_text(f"SELECT {i} FROM {package};\n" * 200)
    found = excerpts(tmp_path)
    assert Counter(e.package for e in found) == {"one": N_EXCERPTS / 2, "two": N_EXCERPTS / 2}
    assert all(0 < len(e.text) <= EXCERPT_CHARS and e.text.endswith(";\n") for e in found)
    assert found == excerpts(tmp_path)


def test_the_least_of_a_column_is_bold() -> None:
    found = {"bits_per_byte": {"base": {"go": 1.2, "sql": 1.0}, "go": {"go": 0.9, "sql": 1.1}}}
    assert table(found).splitlines()[2:] == [
        "| base | 1.200 | **1.000** |",
        "| go | **0.900** | 1.100 |",
    ]


def test_the_section_goes_before_what_was_trained_on(tmp_path: Path) -> None:
    (tmp_path / "CARD.md").write_text("# go\n\n## What it was trained on\n\nrest\n")
    text = card("go", tmp_path, PACKAGES, FIGURES)
    assert text.index("# go") < text.index(BEGIN) < text.index("## What it was trained on")
    assert text.endswith("rest\n")


@pytest.mark.parametrize("name", LANGUAGES)
def test_a_card_says_how_the_file_was_made(name: str) -> None:
    text = (SHIPPED / f"{name}.md").read_text()
    section = text[text.index(MIXED) : text.index(END_MIXED) + len(END_MIXED)]
    assert section == mixed(name, MIXTURES["mix"], MIXTURES["independent"]).strip()


@pytest.mark.parametrize("name", LANGUAGES)
def test_a_mixture_is_shipped_only_where_the_interval_says_so(name: str) -> None:
    low, _ = MIXTURES["mix"]["languages"][name]["over_own"]["interval"]
    assert (name in MIXTURES["mix"]["kept"]) == (low <= 0)
    own, mixture = (MIXTURES["independent"]["over_base"][a][name] for a in (name, f"mixed/{name}"))
    assert min(own["interval"][0], mixture["interval"][0]) > 0


def test_nothing_that_was_learned_from_is_in_the_independent_table() -> None:
    learned = {p.folder_name for p in PACKAGES}
    for found in MIXTURES["independent"]["held_out"].values():
        assert not learned & {name.rpartition("+")[2] for name in found["packages"]}


def test_the_uniform_mixture_is_as_small_as_an_adapter() -> None:
    found = hashlib.sha256((SHIPPED / "any.gguf").read_bytes()).hexdigest()
    assert found in (SHIPPED / "any.md").read_text()
    assert (SHIPPED / "any.gguf").stat().st_size <= (SHIPPED / "go.gguf").stat().st_size
