"""Files whose extension several languages share, names of files, scripts and editors' names."""

from __future__ import annotations

import time

import pytest

from hotseat.languages.detect import language_of, normalise
from hotseat.syntax.regions.markdown import language_of_info


@pytest.mark.parametrize(
    ("siblings", "language"),
    [
        ({"a.c"}, "c"),
        ({"a.c", "b.cpp"}, "cpp"),
        ({"b.cc"}, "cpp"),
        (set(), "cpp"),
    ],
)
def test_a_headers_siblings_decide_where_its_text_does_not(
    siblings: set[str], language: str
) -> None:
    text = ["#pragma once", "struct point { int x; };", "int norm(struct point p);"]
    assert language_of("file:///a/x.h", "cpp", text, (), siblings) == language


OTHERS = [
    ("x.m", "objective-c", "% Comment\n:- module stack.\n:- interface.", "mercury"),
    ("x.m", "objective-c", "SUM ;adds numbers\n\tNEW A,B\n\tQUIT A+B", "mumps"),
    ("x.m", "objective-c", "(* Wolfram *)\nf[x_] := x^2", "wolfram"),
    ("x.m", "matlab", 'implement Greeter;\ninclude "sys.m";', "limbo"),
    ("x.v", "verilog", "Require Import List.\nLemma a : True.\nProof. auto. Qed.", "coq"),
    ("x.v", None, "(* lists *)\nDefinition a := 1.", "coq"),
    ("x.v", None, "module main\n\nimport os\n\nfn main() {\n}", "v"),
    ("x.v", "verilog", "(* keep = 1 *) wire a;\nendmodule", "verilog"),
    ("x.v", None, "module adder #(parameter N = 4) (input a);\nendmodule", "verilog"),
    ("x.pl", "perl", ":- use_module(library(lists)).\nparent(a, b).", "prolog"),
    ("x.pl", None, "likes(mary, wine).\nlikes(X, Y) :- friend(X, Y).", "prolog"),
    ("x.pl", "perl", "use v6;\nsay 'a';", "raku"),
    ("x.pl", None, "use strict;\nmy %a = (b => 1);\nf($_) if 1;", "perl"),
    ("x.pm", "perl", "unit module A;\nsub f(Int $a) is export { }", "raku"),
    ("x.pm", "perl", "package A;\nuse warnings;\n1;", "perl"),
    ("x.t", None, "use Test;\nplan 1;", "raku"),
    ("x.t", None, "use strict;\nuse Test::More tests => 1;", "perl"),
    ("x.ex", "elixir", "-- a game\ninclude std/io.e\nwhile 1 do\nend while", "plaintext"),
    ("x.ex", None, "defmodule A do\n  def b, do: 1\nend", "elixir"),
    ("x.r", "r", 'REBOL [Title: "a"]\nprint 1', "rebol"),
    ("x.r", "r", "/* resources */\nresource 'DITL' (128) {\n};", "plaintext"),
    ("x.r", None, "# a\nx <- c(1, 2)", "r"),
    ("x.fs", "fsharp", "#version 330\nvoid main() {}", "glsl"),
    ("x.fs", "fsharp", "\\ squares\n: square ( n -- n ) dup * ;", "forth"),
    ("x.fs", None, "module A\nlet f x = x", "fsharp"),
    ("x.cs", "csharp", "Object subclass: #A\n  category: 'b'!", "smalltalk"),
    ("x.cs", "csharp", "namespace A;\nclass B {}", "csharp"),
    ("x.md", "markdown", ';; the machine\n(define_insn "add" [])', "plaintext"),
    ("x.md", None, "# Title\n(define_insn) is a word", "markdown"),
    ("x.ml", "ocaml", "structure A = struct\n  fun f x = x\nend", "sml"),
    ("x.ml", "ocaml", "let f x = x", "ocaml"),
    ("x.rs", "rust", "#pragma version(1)\n#pragma rs java_package_name(a)", "plaintext"),
    ("x.cls", "latex", "VERSION 1.0 CLASS\nBEGIN", "vb"),
    ("x.cls", None, "public with sharing class A {\n}", "apex"),
    ("x.cls", "latex", "% a\n\\ProvidesClass{a}", "latex"),
    ("x.cfg", "ini", "global\n  daemon\nfrontend web\n  bind *:80", "plaintext"),
    ("x.cfg", "ini", "[global]\na = 1", "ini"),
    ("x.plist", None, "{\n  a = b;\n}", "plaintext"),
    ("x.plist", None, "<?xml version='1.0'?>\n<plist/>", "xml"),
    ("x.tpl", None, '{{- define "a.labels" -}}\na: b\n{{- end }}', "gotmpl"),
    ("x.json", None, '// a remark\n{"a": 1}', "jsonc"),
    ("x.json", "json", '// a remark\n{"a": 1}', "json"),
    ("x.json", None, '{"a": "http://b"}', "json"),
    ("x.cue", None, "package a\n\nb: 1", "cue"),
    ("x.zzz", None, "package a\n\nb: 1", None),
    ("Earthfile", None, "VERSION 0.7\nFROM alpine\nbuild:\n  RUN a", None),
    ("Earthfile", None, "FROM alpine\nbuild:\n  RUN a", None),
]


@pytest.mark.parametrize(("name", "said", "text", "language"), OTHERS)
def test_text_of_another_language_counts_more_than_the_extension(
    name: str, said: str | None, text: str, language: str | None
) -> None:
    assert language_of(f"file:///a/{name}", said, text.split("\n")) == language


NAMES = {
    "markdown": "a.rmd a.qmd",
    "helm": "_helpers.tpl",
    "dockerfile": "a.dockerfile Dockerfile-dev Containerfile.ci",
    "systemverilog": "a.sv a.svh",
    "cpp": "a.h++ a.c++ a.tcc a.inl a.ipp a.ixx a.cppm a.ino",
    "cuda-cpp": "a.cuh",
    "graphql": "a.gql a.graphqls",
    "powershell": "a.psd1",
    "xml": "a.plist a.csproj a.props a.xaml a.resx a.xslt a.rss a.wsdl pom.xml",
    "ignore": ".gitattributes",
    "ini": ".gitmodules a.service a.desktop",
    "json": "a.jsonl a.ndjson a.geojson a.webmanifest",
    "jsonc": "a.code-workspace a.sublime-settings .devcontainer.json",
    "sql": "a.pgsql a.mysql a.ddl a.plsql a.pks",
    "ruby": "a.podspec a.jbuilder a.rbi a.thor",
    "clojure": "a.cljc a.edn",
    "latex": "a.sty a.cls",
    "properties": "a.properties",
    "shellscript": "a.ksh",
    "starlark": "a.bazel a.star WORKSPACE.bazel",
    "just": "a.just",
    "awk": "a.awk",
    "vb": "a.bas a.vbs",
    "erlang": "a.app.src a.escript",
    "lua": ".luacheckrc a.rockspec",
    "terraform": "a.tofu a.nomad",
    "git-commit": "COMMIT_EDITMSG",
    "coffeescript": "a.coffee",
    "pascal": "a.pas",
    "blade": "a.blade.php",
    "makefile": "Makefile.linux",
    "dotenv": ".env.staging2",
}


@pytest.mark.parametrize(
    ("name", "language"), [(name, k) for k, names in NAMES.items() for name in names.split()]
)
def test_common_extensions_and_names_are_known(name: str, language: str) -> None:
    assert language_of(f"file:///a/{name}", None) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("#!/usr/bin/env -S uv run --script\n# /// script", "python"),
        ("#!/usr/bin/env nix-shell\n#! nix-shell -i python3 -p python3", "python"),
        ("#!/usr/bin/env nix-shell\n#!nix-shell --pure -i runghc -p ghc", "haskell"),
        ("#!/usr/bin/env nix-shell\n#!nix-shell -p jq\njq .", "shellscript"),
        ("#!/usr/bin/env crystal", "crystal"),
        ("#!/usr/bin/swift", "swift"),
        ("#!/usr/bin/env kotlin", "kotlin"),
        ("#!/usr/bin/env rust-script", "rust"),
        ("#!/usr/bin/env -S cargo +nightly -Zscript", "rust"),
        ("#!/usr/bin/tclsh8.6", "tcl"),
        ("#!/usr/bin/env ansible-playbook", "yaml"),
        ("#!/usr/bin/jq -f", "jq"),
        ("#!/usr/bin/env -S poetry run python", "python"),
        ("\ufeff#!/usr/bin/env python3", "python"),
        ('#!/bin/sh\nexec perl -x "$0" "$@"', "perl"),
        ('#!/bin/sh\n# \\\nexec tclsh "$0" ${1+"$@"}', "tcl"),
        ("#!/bin/sh\n'''exec' /usr/bin/python3 \"$0\" \"$@\"\n' '''", "python"),
        ('#!/bin/sh\nexec /usr/bin/env ruby -x "$0"', "ruby"),
        ('#!/bin/sh\n# exec perl "$0"\necho', "shellscript"),
        ("#!/bin/sh\nexec perl script.pl", "shellscript"),
        ("# -*- shell-script -*-", "shellscript"),
        ("a\n# Local Variables:\n# mode: ruby\n# End:", "ruby"),
        ("a\n# Local Variables:\n# mode: c++\n# fill-column: 80\n# a: b\n# c: d\n# End:", "cpp"),
    ],
)
def test_launchers_and_shell_lines_before_the_script(text: str, language: str) -> None:
    lines = text.split("\n")
    assert language_of("file:///bin/tool", "plaintext", lines, lines) == language


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("cuda", "cuda-cpp"),
        ("rst", "restructuredtext"),
        ("bzl", "starlark"),
        ("dosini", "ini"),
        ("terraform-vars", "terraform"),
        ("automake", "makefile"),
        ("masm", "assembly"),
        ("tcsh", "shellscript"),
        ("gitattributes", "ignore"),
        ("ocamlinterface", "ocaml"),
        ("arduino", "cpp"),
        ("xslt", "xml"),
        ("pyrex", "python"),
        ("markdown.mdx", "mdx"),
        ("jproperties", "properties"),
        ("viml", "vim"),
        ("objective-c++", "objective-cpp"),
    ],
)
def test_neovims_filetypes_become_lsp_ids(said: str, meant: str) -> None:
    assert normalise(said) == meant


@pytest.mark.parametrize("extension", ["cs", "pl", "inc", "cls", "h", "m", "v", "zzz"])
@pytest.mark.parametrize("line", ["", "exec a " * 70, "(*" * 250, ": a (" * 100, "x::" * 160])
def test_no_text_takes_a_sign_long(extension: str, line: str) -> None:
    lines = ["#!/bin/sh", *[line] * 199]
    started_s = time.process_time()
    language_of(f"file:///a/x.{extension}", None, lines, lines)
    assert time.process_time() - started_s < 0.5  # 4 s with a quadratic pattern


@pytest.mark.parametrize(
    ("info", "language"),
    [
        ("protobuf", "proto"),
        ("c++17", "cpp"),
        ("python3.11 title=a", "python"),
        ("go sum", "go.sum"),
        ("{=html}", "html"),
        ("{ojs}", "javascript"),
        ("emacs-lisp", "lisp"),
        ("f#", "fsharp"),
        ("html+erb", "erb"),
        ("no-such-thing", None),
        ("text", None),
    ],
)
def test_a_fence_is_in_the_language_that_it_names(info: str, language: str | None) -> None:
    assert language_of_info(info) == language
