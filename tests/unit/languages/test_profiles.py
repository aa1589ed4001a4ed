"""The profiles of the languages: each agrees with itself, its grammar and the other profiles.

`pytest tests/unit/languages/test_profiles.py -s` prints which facts each profile still lacks.
"""

from __future__ import annotations

import ast
import importlib
import re
import tomllib
from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import pytest
from tree_sitter import Parser, Query

import hotseat
from hotseat.languages.detect import language_of, normalise
from hotseat.languages.profile import FACTS, LanguageProfile
from hotseat.languages.profiles import PROFILES, are_related, profile_of, with_dialects
from hotseat.languages.tables import KNOWN, NAMES
from hotseat.roster.shipped import shipped_names, shipped_roster
from hotseat.syntax.definition_types import definition_types, marked_definitions
from hotseat.syntax.grammars import grammar
from hotseat.syntax.regions import quoted

SOURCES = Path(hotseat.__file__).parent
TOP = Path(__file__).parents[3]
WITH_GRAMMAR = sorted(p.id for p in PROFILES.values() if p.grammar is not None)
WITH_DEFINITIONS = sorted(p.id for p in PROFILES.values() if p.definitions is not None)
WITH_TAGS = sorted(p.id for p in PROFILES.values() if p.definitions and p.definitions.tags)
CODE_WITHOUT_GRAMMAR = "grammar imports definitions tags frames string_nodes"

LACKING = {
    "astro": "grammar block_comment",
    "c": "frames string_nodes",
    "cpp": "frames string_nodes",
    "crystal": CODE_WITHOUT_GRAMMAR,
    "csharp": "tags string_nodes",
    "cuda-cpp": CODE_WITHOUT_GRAMMAR,
    "dockerfile": "grammar",
    "elixir": CODE_WITHOUT_GRAMMAR,
    "fsharp": "grammar blocks imports definitions tags frames string_nodes",
    "groovy": CODE_WITHOUT_GRAMMAR,
    "julia": CODE_WITHOUT_GRAMMAR,
    "kotlin": CODE_WITHOUT_GRAMMAR,
    "latex": "grammar",
    "less": "grammar",
    "lua": "frames string_nodes",
    "makefile": "grammar imports",
    "nim": "grammar block_comment imports definitions tags frames string_nodes",
    "objective-c": CODE_WITHOUT_GRAMMAR,
    "objective-cpp": CODE_WITHOUT_GRAMMAR,
    "perl": CODE_WITHOUT_GRAMMAR,
    "ruby": "frames",
    "sass": "grammar",
    "scala": CODE_WITHOUT_GRAMMAR,
    "scss": "grammar",
    "shellscript": "tags frames string_nodes",
    "sql": "tags frames",
    "starlark": CODE_WITHOUT_GRAMMAR,
    "swift": CODE_WITHOUT_GRAMMAR,
    "toml": "grammar",
    "xml": "grammar",
    "zig": CODE_WITHOUT_GRAMMAR,
}
"""Facts that each profile lacks. A fact that is added is taken off here; a new language is named
here with what it lacks."""


def table() -> str:
    """Languages down, facts across: "yes", "-" where the language has none, "MISSING"."""
    rows: list[tuple[str, ...]] = [("", *FACTS)]
    for profile in PROFILES.values():
        missing = profile.missing_facts()
        rows.append(
            (
                profile.id,
                *(
                    "MISSING" if fact in missing else "-" if fact in profile.without else "yes"
                    for fact in FACTS
                ),
            )
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def test_which_facts_each_profile_lacks() -> None:
    print(f"\n{table()}")
    lacking = {p.id: " ".join(p.missing_facts()) for p in PROFILES.values() if p.missing_facts()}
    assert lacking == LACKING, f"correct LACKING in {__file__}:\n{table()}"


def test_a_profile_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        PROFILES["go"].name = "Golang"
    with pytest.raises(TypeError):
        LanguageProfile("go")


def test_each_profile_has_a_module_of_its_own_and_each_module_is_listed() -> None:
    folder = SOURCES / "languages" / "profiles"
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert modules == {language.replace("-", "_").replace(".", "_") for language in PROFILES}
    for language in PROFILES:
        name = language.replace("-", "_").replace(".", "_")
        module = importlib.import_module(f"hotseat.languages.profiles.{name}")
        assert module.PROFILE is PROFILES[language]


def test_every_language_of_a_shipped_expert_has_a_profile() -> None:
    served = {
        language
        for name in shipped_names()
        for expert in shipped_roster(name).experts
        for language in expert.languages
    }
    assert served - set(PROFILES) == set()


def test_every_grammar_that_is_a_dependency_has_a_profile() -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text())["project"]
    wheels = {
        re.split(r"[<>=]", name)[0].replace("-", "_")
        for name in project["dependencies"]
        if name.startswith("tree-sitter-")
    }
    assert {p.grammar.module for p in PROFILES.values() if p.grammar} == wheels


def test_no_id_and_no_name_is_claimed_twice() -> None:
    profiles = (*PROFILES.values(), *NAMES)
    ids = [profile.id for profile in profiles]
    assert len(ids) == len(set(ids))
    assert set(ids) <= KNOWN
    for field in ("aliases", "file_names", "extensions", "interpreters"):
        names = [name for profile in profiles for name in getattr(profile, field)]
        assert sorted(names) == sorted(set(names)), field
        assert all(name == name.lower() for name in names), field
    assert not {alias for p in profiles for alias in p.aliases} & KNOWN


@pytest.mark.parametrize("language", sorted(p.id for p in (*PROFILES.values(), *NAMES)))
def test_names_lead_back_to_the_language(language: str) -> None:
    profile = next(p for p in (*PROFILES.values(), *NAMES) if p.id == language)
    for name in profile.file_names:
        assert language_of(f"file:///a/{name}", None) == language
    for extension in profile.extensions:
        assert language_of(f"file:///a/x.{extension}", None) == language
    for program in profile.interpreters:
        assert language_of("file:///a/x", None, [f"#!/usr/bin/env {program}"]) == language
    for alias in (language, *profile.aliases):
        assert normalise(alias) == language


@pytest.mark.parametrize("language", sorted(PROFILES))
def test_a_profile_agrees_with_itself(language: str) -> None:
    profile = PROFILES[language]
    assert profile.id == language
    assert profile.name
    assert profile.without <= set(FACTS)
    # What does not exist in the language is not stated.
    assert profile.without <= set(replace(profile, without=frozenset()).missing_facts())
    assert profile.dialect_of is None or profile.dialect_of in PROFILES
    if profile.imports is not None:
        pattern = re.compile(profile.imports.pattern)
        assert pattern.groups == 3 if profile.imports.has_from else pattern.groups >= 1


@pytest.mark.parametrize("language", WITH_GRAMMAR)
def test_a_grammar_loads(language: str) -> None:
    found = grammar(language)
    assert found is not None
    assert Parser(found).parse(b"a").root_node.end_byte == 1


@pytest.mark.parametrize("language", WITH_DEFINITIONS)
def test_node_types_are_the_grammars(language: str) -> None:
    """A misspelt node type would silently define nothing. C's profile holds C++'s node types."""
    own = PROFILES[language].definitions
    assert own is not None
    relatives = ("c", "cpp") if language in ("c", "cpp") else (language,)
    known: set[str | None] = set()
    for relative in relatives:
        found = grammar(relative)
        assert found is not None
        known |= {found.node_kind_for_id(i) for i in range(found.node_kind_count)}
    sets = (own.functions, own.types, own.values, own.containers, own.ignored)
    assert {name for names in (*sets, own.members) for name in names} - known == set()
    strings = PROFILES[language].strings.node_types
    assert strings - known == set()
    everything = [name for names in sets for name in names]
    assert sorted(everything) == sorted(set(everything)), "a node type has one meaning"


@pytest.mark.parametrize("language", WITH_TAGS)
def test_the_wheels_tag_queries_compile_and_add_definitions(language: str) -> None:
    own, found = PROFILES[language].definitions, grammar(language)
    assert own is not None
    assert found is not None
    text = "\n".join(importlib.import_module(module).TAGS_QUERY for module in own.tags)
    Query(found, text)
    merged = definition_types(language)
    assert merged is not None
    assert merged.functions | merged.types > own.functions | own.types


def test_a_wheel_without_tag_query_leaves_the_profiles_own_node_types() -> None:
    assert definition_types("csharp") == PROFILES["csharp"].definitions
    assert definition_types("markdown") is None
    assert definition_types(None) is None


def test_a_tag_query_is_read_pattern_by_pattern() -> None:
    query = r"""
        ; (commented_out) @definition.class
        ( (comment)* @doc . (method name: (_) @name) @definition.method (#strip! @doc "^#(\\s*") )
        (lexical (declarator name: (x) @name value: [(arrow) (lambda)]) @definition.function)
        [ (class name: (_) @name) (record) ] @definition.class
        (call function: (identifier) @name) @reference.call
        (impl type: (x) @name !trait) @reference.implementation
        (module (assignment left: (identifier) @name) @definition.constant)
        (_ name: (identifier) @name) @definition.function
        (declaration "struct" type: (union name: (x) @name)) @definition.class
    """
    assert list(marked_definitions(query)) == [
        ("method", "method"),
        ("declarator", "function"),
        ("class", "class"),
        ("record", "class"),
        ("assignment", "constant"),
        ("declaration", "class"),
    ]
    assert list(marked_definitions("")) == []
    assert list(marked_definitions(") ] @definition.class (")) == []


def test_languages_that_regions_look_into_have_rules_for_text_too() -> None:
    in_profiles = {p.id for p in PROFILES.values() if p.strings.node_types}
    assert in_profiles < quoted.LANGUAGES


def test_families_and_dialects() -> None:
    assert are_related("vue", "typescript")
    assert are_related("vue", "html")
    assert not are_related("html", "typescript")
    assert are_related("cobol", "cobol")
    assert not are_related("cobol", "fortran")
    assert not are_related(None, None)
    assert with_dialects("typescript") == ("typescript", "typescriptreact")
    assert with_dialects("cobol") == ("cobol",)


def test_an_unknown_language_has_a_profile_without_facts() -> None:
    for language in ("cobol", "", None):
        profile = profile_of(language)
        assert not set(profile.missing_facts()) ^ set(FACTS)


def modules_that_name(language: str) -> set[str]:
    """Modules outside its profile that have the id as a string literal."""
    found = set()
    for path in SOURCES.rglob("*.py"):
        inside = path.relative_to(SOURCES).as_posix()
        of_its_own = f"languages/profiles/{language.replace('-', '_')}.py"
        if inside in (of_its_own, "languages/linguist_names.py"):  # the second is generated
            continue
        if inside.startswith("conversation/routing/"):  # words of users, by language
            continue
        text = path.read_text(encoding="utf-8")
        if language in text and any(
            isinstance(node, ast.Constant) and node.value == language
            for node in ast.walk(ast.parse(text))
        ):
            found.add(inside)
    return found


@pytest.mark.parametrize("language", ["csharp", "java", "lua", "php", "ruby", "rust"])
def test_facts_about_a_language_are_in_its_profile(language: str) -> None:
    named_by = modules_that_name(language)
    assert len(named_by) <= 4
    assert all(path.startswith(("languages/", "syntax/regions/")) for path in named_by)
