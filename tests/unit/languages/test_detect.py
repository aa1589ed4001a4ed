"""Which language a file is taken for."""

from __future__ import annotations

import pytest

from hotseat.languages.comments import as_comment, comment_lines, line_comment
from hotseat.languages.detect import language_of, normalise
from hotseat.languages.tables import ALIASES, KNOWN


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("golang", "go"),
        ("go", "go"),
        ("htmldjango", "jinja"),
        ("jinja-html", "jinja"),
        ("gohtmltmpl", "gotmpl"),
        ("jsx", "javascriptreact"),
        ("javascriptreact", "javascriptreact"),
        ("typescript.tsx", "typescriptreact"),
        ("sh", "shellscript"),
        ("bash", "shellscript"),
        ("make", "makefile"),
        ("py", "python"),
        ("cs", "csharp"),
        ("Go", "go"),
        ("gomod", "go.mod"),
        ("yaml.ansible", "yaml"),
        ("brandnew", "brandnew"),
        ("", None),
        (None, None),
    ],
)
def test_editors_names_become_lsp_ids(said: str | None, meant: str | None) -> None:
    assert normalise(said) == meant


def test_an_alias_never_leads_to_another_alias() -> None:
    for alias, language in ALIASES.items():
        assert normalise(language) == language, alias


def test_enough_languages_are_known() -> None:
    assert len(KNOWN) >= 60


@pytest.mark.parametrize(
    ("uri", "language"),
    [
        ("file:///a/main.go", "go"),
        ("file:///a/Dockerfile", "dockerfile"),
        ("file:///a/Dockerfile.prod", "dockerfile"),
        ("file:///a/Makefile", "makefile"),
        ("file:///a/go.mod", "go.mod"),
        ("file:///a/CMakeLists.txt", "cmake"),
        ("file:///a/x.component.ts?version=2#top", "typescript"),
        ("file:///c%3A/My%20Code/x.SQL", "sql"),
        ("file:///a/.bashrc", "shellscript"),
        ("file:///a/.go", None),
        ("untitled:Untitled-1", None),
        ("file:///a/notes", None),
        ("http://[broken/x.py", "python"),
        ("C:\\code\\x.rs", "rust"),
    ],
)
def test_a_file_is_known_by_its_name(uri: str, language: str | None) -> None:
    assert language_of(uri, None) == language


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("#!/bin/sh", "shellscript"),
        ("#!/usr/bin/env python3", "python"),
        ("#!/usr/bin/env -S VIRTUAL=1 node --harmony", "javascript"),
        ("#! /usr/local/bin/perl5.36 -w", "perl"),
        ("#!/usr/bin/python3.11", "python"),
        ("#!/usr/bin/env", None),
        ("#!/opt/unheard-of", None),
        ("# !/bin/sh", None),
        ("", None),
    ],
)
def test_a_script_is_known_by_its_first_line(line: str, language: str | None) -> None:
    assert language_of("file:///bin/tool", None, [line]) == language


@pytest.mark.parametrize(
    ("first", "last", "language"),
    [
        (["# vim: set ft=ruby ts=2:"], [], "ruby"),
        ([], ["", "/* vim: filetype=c++ : */"], "cpp"),
        (["// -*- mode: javascript; indent: 2 -*-"], [], "javascript"),
        (["-- -*- SQL -*-"], [], "sql"),
        (["# -*- coding: utf-8 -*-"], [], None),
        (["# vim: ft=nosuchthing"], [], None),
        ([*([""] * 9), "# vim: ft=ruby"], [], None),
    ],
)
def test_a_modeline_names_the_language(
    first: list[str], last: list[str], language: str | None
) -> None:
    assert language_of("file:///a/tool", None, first, last) == language


def test_the_clients_word_counts_more_than_the_name() -> None:
    assert language_of("file:///a/x.h", "cpp") == "cpp"


def test_plaintext_is_what_editors_say_when_they_do_not_know() -> None:
    assert language_of("file:///a/x.zig", "plaintext") == "zig"
    assert language_of("file:///a/x.unknown", "plaintext") == "plaintext"


def test_a_minified_first_line_is_no_trouble() -> None:
    assert language_of("file:///a/x", None, ["-*- a" * 1_000_000]) is None


def test_comments_are_written_as_the_language_writes_them() -> None:
    assert as_comment("a.go", "go") == "// a.go"
    assert as_comment("a\nb", "python") == "# a b"
    assert as_comment("a --> b", "html") == "<!-- a  b -->"
    assert as_comment("a", "json") is None
    assert line_comment(None) is None


def test_several_lines_of_comment_keep_their_indentation() -> None:
    assert comment_lines("def f():\n    pass\n", "python") == "# def f():\n#     pass\n#"
    assert comment_lines("a {\n  b */ }", "css") == "/* a {\n  b  } */"
    assert comment_lines("a --" + "-->" + "> b", "html") == "<!-- a  b -->"
    assert comment_lines("a", "json") is None
