"""Go's text/template: what Go prints, the errors that it reports, and limits that it lacks."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

import pytest

from hotseat.embedded.templates.execution import execute
from hotseat.embedded.templates.nodes import TemplateError
from hotseat.embedded.templates.parser import MAX_TEMPLATE_CHARS, parse

DATA: dict[str, Any] = {
    "Name": "Ada",
    "Empty": "",
    "List": ["a", "b", "c"],
    "None": [],
    "Map": {"k": 1, "j": True},
    "N": 3,
    "F": 1.5,
    "Deep": {"Er": {"Value": "x"}},
}


@pytest.mark.parametrize(
    ("template", "printed"),
    [
        ("plain", "plain"),
        ("Hi {{ .Name }}!", "Hi Ada!"),
        ("a\n {{- .Name -}} \nb", "aAdab"),
        ("a {{/* no */}}b{{- /* trimmed */ -}} c", "a bc"),
        ("{{ .Deep.Er.Value }}{{ (.Deep).Er.Value }}", "xx"),
        ("{{ if .Empty }}1{{ else if .Name }}2{{ else }}3{{ end }}", "2"),
        ("{{ if not .None }}none{{ end }}", "none"),
        ("{{ with .Deep }}{{ .Er.Value }}{{ $.Name }}{{ end }}", "xAda"),
        ("{{ with .Empty }}1{{ else }}{{ .Name }}{{ end }}", "Ada"),
        ("{{ range .List }}{{ . }},{{ end }}", "a,b,c,"),
        ("{{ range $i, $v := .List }}{{ $i }}{{ $v }}{{ end }}", "0a1b2c"),
        ("{{ range .None }}x{{ else }}none{{ end }}", "none"),
        ("{{ range .List }}{{ if eq . `b` }}{{ continue }}{{ end }}{{ . }}{{ end }}", "ac"),
        ("{{ range .List }}{{ if eq . `b` }}{{ break }}{{ end }}{{ . }}{{ end }}", "a"),
        ("{{ range $k, $v := .Map }}{{ $k }}={{ $v }} {{ end }}", "j=true k=1 "),
        ("{{ range 3 }}{{ . }}{{ end }}", "012"),
        ("{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}", "2"),
        ("{{ $x := 1 }}{{ if true }}{{ $x := 2 }}{{ end }}{{ $x }}", "1"),
        ("{{ .Name | printf `%s-%d` `x` 4 }}", "x-4%!(EXTRA string=Ada)"),
        ("{{ printf `%s %d` 5 `x` }}", "%!s(int=5) %!d(string=x)"),
        ("{{ printf `%q %z 9%` 2 true }}", "%!q(int=2) %!z(bool=true) 9%!(NOVERB)"),
        ("{{ html `<'&\"` }}{{ urlquery `a b&c` }}", "&lt;&#39;&amp;&#34;a+b%26c"),
        ("{{ js `a'b<` }}", "a\\'b\\u003C"),
        ("{{ 0b11 }}{{ 0o17 }}{{ 0x1F }}{{ 017 }}{{ 1_000 }}", "31531151000"),
        ("{{ .Name | printf `%5s|%-5s|` `x` }}", "    x|Ada  |"),
        ("{{ printf `%03d %q %v %t %.2f` .N .Name .List true .F }}", '003 "Ada" [a b c] true 1.50'),
        ("{{ and .Name .Empty }}|{{ or .Empty .Name }}|{{ or .Empty 0 }}", "|Ada|0"),
        ("{{ eq .Name `x` `Ada` }}{{ ne .N 3 }}{{ lt .N 4 }}{{ ge .N 4 }}", "truefalsetruefalse"),
        ("{{ len .List }}{{ len .Name }}{{ index .List 1 }}{{ index .Map `k` }}", "33b1"),
        ("{{ slice .List 1 }}{{ slice .Name 0 2 }}", "[b c]Ad"),
        ("{{ json .Map }}{{ json `<&>` }}", '{"k":1,"j":true}"\\u003c\\u0026\\u003e"'),
        ("{{ .Map }}{{ .N }}{{ .F }}{{ 2.0 }}{{ true }}", "map[j:true k:1]31.52true"),
        ("{{ .Nothing }}", "<no value>"),
        ("{{ print 1 2 `a` 3 }}|{{ println `a` 1 }}", "1 2a3|a 1\n"),
        ("{{ define `T` }}[{{ . }}]{{ end }}{{ template `T` .Name }}", "[Ada]"),
        ('{{ "a\\tb\\u00e9\\x41" }}{{ `raw\\n` }}', "a\tbéAraw\\n"),
        ("{{ 'a' }}", "97"),
        ("{{ html `<b>` }}", "&lt;b&gt;"),
        ("{{ toTypeScriptType .Map }}", "any"),
        ("}} {", "}} {"),
    ],
)  # fmt: skip
def test_it_prints_what_go_prints(template: str, printed: str) -> None:
    assert execute(parse(template), DATA) == printed


def test_it_knows_the_date() -> None:
    today = datetime.now().astimezone().strftime("%Y-%m-%d")
    assert execute(parse("{{ currentDate }}{{ yesterdayDate }}"), {}).startswith(today)


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{{ .Name", "unclosed action"),
        ("{{ if .Name }}", "unexpected EOF"),
        ("{{ end }}", "unexpected {{end}}"),
        ("{{ if .A }}{{ else }}{{ else }}{{ end }}", "unexpected {{else}}"),
        ("{{ nosuch .Name }}", 'function "nosuch" not defined'),
        ("{{ $x }}", 'undefined variable "$x"'),
        ("{{ if .A }}{{ $x := 1 }}{{ end }}{{ $x }}", 'undefined variable "$x"'),
        ("{{ }}", "missing value for command"),
        ("{{ if }}{{ end }}", "missing value for if"),
        ("{{ (.A }}", "unclosed left paren"),
        ("{{ .A ) }}", "unexpected"),
        ("{{ break }}", "outside {{range}}"),
        ("{{ .A['role'] }}", "bad character U+005B"),
        ('{{ "open }}', "unterminated quoted string"),
        ("{{/* open }}", "unclosed comment"),
        ("{{ 1 2 }}", "non executable command"),
        ('{{ "\\q" }}', "invalid syntax"),
    ],
)
def test_a_bad_template_is_refused_with_the_reason(template: str, words: str) -> None:
    with pytest.raises(TemplateError) as caught:
        parse(template)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{{ .Name.Field }}", "can't evaluate field"),
        ("{{ .Name .N }}", "can't give argument to non-function"),
        ("{{ index .List 9 }}", "out of range"),
        ("{{ slice .List 2 1 }}", "out of range"),
        ("{{ eq .Name .N }}", "incompatible types"),
        ("{{ len .N }}", "len of type"),
        ("{{ not }}", "wrong number of args"),
        ("{{ and }}", "wrong number of args"),
        ("{{ range .F }}{{ end }}", "can't iterate"),
        ("{{ template `none` }}", "not defined"),
    ],
)
def test_an_error_while_it_runs_is_reported(template: str, words: str) -> None:
    with pytest.raises(TemplateError) as caught:
        execute(parse(template), DATA)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "template",
    [
        "{{ range 100000000 }}{{ end }}",
        "{{ range 10000 }}{{ range 10000 }}{{ $x := . }}{{ end }}{{ end }}",
        "{{ $x := `0123456789` }}{{ range 40 }}{{ $x = printf `%s%s` $x $x }}{{ end }}{{ $x }}",
        "{{ $x := `0123456789` }}{{ range 40 }}{{ $x = print $x $x }}{{ end }}{{ $x }}",
        "{{ range 1000000 }}{{ len $.Long }}{{ end }}",
        "{{ range 1000000 }}{{ eq $.Long $.Long }}{{ end }}",
        "{{ range 1000000 }}{{ json $.Long }}{{ end }}",
        "{{ range 1000000 }}{{ $.Long }}{{ end }}",
        "{{ define `T` }}{{ template `T` . }}{{ template `T` . }}{{ end }}{{ template `T` . }}",
        "{{ printf `%2000000000d` 1 }}",
        "{{ printf `%.2000000000f` 1.0 }}",
    ],
)
def test_no_template_runs_or_grows_without_end(template: str) -> None:
    started_s = time.process_time()
    with pytest.raises(TemplateError):
        execute(parse(template), {"Long": "x" * 1_000_000})
    assert time.process_time() - started_s < 10, "some seconds at most, on a busy machine too"


@pytest.mark.parametrize(
    "template",
    [
        "{{ if .A }}" * 5000,
        "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
        "{{ if .A }}" + "{{ else if .A }}" * 5000 + "{{ end }}",
        "x" * (MAX_TEMPLATE_CHARS + 1),
    ],
)
def test_no_template_is_too_deep_or_too_long_to_be_read(template: str) -> None:
    with pytest.raises(TemplateError):
        parse(template)
