"""Which language a file is taken for."""

from __future__ import annotations

import pytest

from hotseat.languages.comments import comment_lines, line_comment
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


CPP = "#pragma once\n#include <vector>\nclass A {\n public:\n};"
C = "#ifndef A_H\n#include <stdio.h>\nstruct a { int class_; };\nint f(void);\n#endif"
C_FOR_BOTH = """#ifdef __cplusplus
extern "C" {
#endif
int f(void);  // a class {
#ifdef __cplusplus
}
namespace a { class B {}; }
#endif"""
OBJECTIVE_C = "#import <Foundation/Foundation.h>\n@interface A : NSObject\n@end"


@pytest.mark.parametrize(
    ("name", "said", "text", "language"),
    [
        ("x.h", None, CPP, "cpp"),
        ("x.h", "c", CPP, "cpp"),
        ("x.h", None, C, "c"),
        ("x.h", "c", C, "c"),
        ("x.h", "cpp", C, "c"),
        ("x.h", "cpp", C_FOR_BOTH, "c"),
        ("x.h", "cpp", "#pragma once\nstruct a { int b; };", "cpp"),  # nothing speaks against it
        ("x.h", "cpp", "void f(const std_string & a);", "cpp"),
        ("x.h", "cpp", "typedef struct a a;\nstruct b { int c() const; };", "cpp"),
        ("x.hh", None, "<?hh // strict\nfunction f(): void {}", "hack"),
        ("x.hh", "cpp", "<?hh\n", "hack"),
        ("x.hh", "cpp", "struct a {};", "cpp"),
        ("x.h", None, C_FOR_BOTH, "c"),
        ("x.h", "c", C_FOR_BOTH, "c"),
        ("x.h", None, OBJECTIVE_C, "objective-c"),
        ("x.h", "cpp", OBJECTIVE_C, "objective-c"),
        ("x.h", "cpp", OBJECTIVE_C + "\nstd::string a;", "objective-cpp"),
        ("x.h", None, "template <typename T>\nT f(T a);", "cpp"),
        ("x.h", None, "std::string f();", "cpp"),
        ("x.h", None, '#include "a.hpp"', "cpp"),
        ("x.h", None, "enum class A { b };", "cpp"),
        ("x.h", "c", "// -*- C++ -*-\nint f();", "cpp"),
        ("x.h", None, "/* class A {\nstd::x */\nint f();", "c"),
        ("x.h", None, 'char *a = "std::string";', "c"),
        ("x.h", None, "", "c"),
        ("x.h", "glsl", CPP, "glsl"),
        ("x.m", None, OBJECTIVE_C, "objective-c"),
        ("x.m", "objective-c", "% sums\nfunction y = f(x)\n  y = x;\nend", "matlab"),
        ("x.m", None, "classdef A", "matlab"),
        ("x.m", None, "x = [1 2 ...\n 3];", "matlab"),
        ("x.m", None, "// a remark\n% no", "objective-c"),
        ("x.m", "matlab", "", "matlab"),
        ("x.m", None, "", "objective-c"),
        ("x.ts", "typescript", '<?xml version="1.0"?>\n<!DOCTYPE TS>\n<TS>', "xml"),
        ("x.ts", None, "<!DOCTYPE TS><TS version='2.1'>", "xml"),
        ("x.ts", None, "const a: string = '<?xml';", "typescript"),
        ("x.ts", None, "<T>(a: T) => a", "typescript"),
        ("x.ts", None, "", "typescript"),
    ],
)
def test_an_extension_of_several_languages_is_told_by_the_text(
    name: str, said: str | None, text: str, language: str
) -> None:
    assert language_of(f"file:///a/{name}", said, text.split("\n")) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ('<?xml version="1.0"?>\n<a/>', "xml"),
        ("<!DOCTYPE html>\n<p>", "html"),
        ("<?php\necho 1;", "php"),
        ('{\n  "a": 1\n}', "json"),
        ('[{"a": 1}]', "json"),
        ("---\n# a remark\na: 1", "yaml"),
        ("# syntax=docker/dockerfile:1\n", "dockerfile"),
        ("# a remark\nFROM python:3.12 AS build\nRUN x", "dockerfile"),
        ("// a remark\n\npackage main\n", "go"),
        ("From here on, package deals", None),
        ("FROM here on it is prose", None),
        ("---\nprose", None),
        ("{ braces }", None),
        ("", None),
    ],
)
def test_a_file_without_a_telling_name_is_known_by_how_it_begins(
    text: str, language: str | None
) -> None:
    assert language_of("file:///a/thing", None, text.split("\n")) == language


def test_a_name_counts_more_than_how_the_file_begins() -> None:
    assert language_of("file:///a/x.py", None, ["<?xml?>"]) == "python"
    assert language_of("file:///a/thing", "ruby", ["<?xml?>"]) == "ruby"


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("index.html.erb", "erb"),
        ("site.yaml.j2", "jinja"),
        ("page.gohtml", "gotmpl"),
        ("page.tmpl", "gotmpl"),
        ("page.twig", "twig"),
        ("Tiltfile", "starlark"),
        (".envrc", "shellscript"),
        ("PKGBUILD", "shellscript"),
        ("Snakefile", "python"),
        ("Fastfile", "ruby"),
        ("Cargo.lock", "toml"),
    ],
)
def test_templates_and_well_known_files_are_known_by_name(name: str, language: str) -> None:
    assert language_of(f"file:///a/{name}", None) == language


def test_a_minified_first_line_is_no_trouble() -> None:
    assert language_of("file:///a/x", None, ["-*- a" * 1_000_000]) is None


def test_comments_are_written_as_the_language_writes_them() -> None:
    assert comment_lines("a.go", "go") == "// a.go"
    assert comment_lines("a --> b", "html") == "<!-- a  b -->"
    assert line_comment("python") == "#"
    assert line_comment(None) is None


def test_several_lines_of_comment_keep_their_indentation() -> None:
    assert comment_lines("def f():\n    pass\n", "python") == "# def f():\n#     pass\n#"
    assert comment_lines("a {\n  b */ }", "css") == "/* a {\n  b  } */"
    assert comment_lines("a --" + "-->" + "> b", "html") == "<!-- a  b -->"
    assert comment_lines("a", "json") is None
