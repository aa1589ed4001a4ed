"""What a request is about: the latest turn's texts, and not what an agent sends each time."""

from __future__ import annotations

from typing import Any

import pytest

from hotseat.gateway.subject import (
    languages_of,
    languages_of_files,
    mentioned_languages,
    subject_of_messages,
    subject_of_prompt,
)


def user(text: object) -> dict[str, Any]:
    return {"role": "user", "content": text}


def called(arguments: object) -> dict[str, Any]:
    call = {"function": {"name": "read_file", "arguments": arguments}}
    return {"role": "assistant", "content": None, "tool_calls": [call]}


GO = user("Why is this slow?\n```go\npackage main\n```")
SYSTEM = {"role": "system", "content": "You know Rust. ```rust\nfn main() {}\n```"}


@pytest.mark.parametrize(
    ("messages", "language"),
    [
        ([SYSTEM, GO], "go"),
        ([SYSTEM, user("What does the licence allow?")], None),
        ([user([{"type": "text", "text": "Fix shop/cart.py"}, {"type": "image_url"}])], "python"),
        ([user("Fix the tests"), called('{"path": "shop/cart.ts"}')], "typescript"),
        ([user("Fix the tests"), called({"path": "shop/cart.ts"})], "typescript"),
        (
            [
                user("Fix the tests"),
                called('{"id": 3}'),
                {"role": "tool", "content": "package shop\n\nfunc Add() int {\n"},
            ],
            "go",
        ),
        (
            [
                user("Fix the tests"),
                called('{"filePath": "/home/me/shop/cart.js"}'),
                {"role": "tool", "content": "<file>\n00001| export function a(n) {\n00002| }"},
            ],
            "javascript",
        ),
        (
            [
                user("Fix the tests"),
                called('{"id": 3}'),
                {"role": "tool", "content": "   1\tdef total(n):\n   2\t    return n\n"},
            ],
            "python",
        ),
        ([user("Look at /home/me/shop/cart.py, see https://a.example/b/c")], "python"),
        ([user("<task>\nTidy main.rb\n</task>")], "ruby"),
        (
            [user("Thanks, and now?\n<environment_details>\nmain.go\n</environment_details>")],
            None,
        ),
        ([GO, {"role": "assistant", "content": "So."}, user("Now in Rust, please")], "rust"),
        ([3, None, {"role": 4}], None),
    ],
    ids=range(13),
)
def test_the_latest_turn(messages: list[Any], language: str | None) -> None:
    found = languages_of(subject_of_messages(messages).texts)
    assert (found[0] if found else None) == language


def test_earlier_turns_are_kept_apart() -> None:
    subject = subject_of_messages([GO, {"role": "assistant", "content": "So."}, user("And?")])
    assert languages_of(subject.texts) == ()
    assert languages_of(subject.earlier)[0] == "go"


def test_a_conversation_is_known_by_its_first_question() -> None:
    one = subject_of_messages([SYSTEM, GO])
    later = subject_of_messages([GO, {"role": "assistant", "content": "So."}, user("And?")])
    other = subject_of_messages([user("Another"), GO])
    assert one.conversation == later.conversation != other.conversation


@pytest.mark.parametrize(
    ("prompt", "suffix", "language"),
    [
        ("package main\n\nfunc add(", ") int {\n}\n", "go"),
        ("What is a goroutine in Go?", "", "go"),
        ("#!/usr/bin/env python3\nimport os\n", "\nmain()\n", "python"),
    ],
)
def test_a_completion(prompt: str, suffix: str, language: str) -> None:
    assert languages_of(subject_of_prompt(prompt, suffix).texts)[0] == language


def test_the_result_of_each_of_several_calls_goes_with_its_own_path() -> None:
    calls = [
        {"id": name, "function": {"name": "read", "arguments": {"path": f"/src/{name}"}}}
        for name in ("a.css", "b.sql")
    ]
    results = [
        {"role": "tool", "tool_call_id": name, "content": "empty"} for name in ("a.css", "b.sql")
    ]
    asked = {"role": "assistant", "content": None, "tool_calls": calls}
    assert languages_of(subject_of_messages([user("Go on"), asked, *results]).texts)[0] == "sql"
    for result in results:
        del result["tool_call_id"]
    assert languages_of(subject_of_messages([user("Go on"), asked, *results]).texts)[0] == "sql"


def test_all_files_of_a_conversation_show_where_it_may_go() -> None:
    tabs = "<environment_details>\n# Open Tabs\nsrc/Page.css\n</environment_details>"
    messages = [
        SYSTEM,
        user(f"Repair it.{tabs}"),
        called({"path": "/home/me/main.go"}),
        user("Yes"),
    ]
    subject = subject_of_messages(messages)
    assert mentioned_languages(subject.messages) == ("go", "css")
    assert languages_of(subject.texts) != ("css",), "a list of tabs routes no request"


def test_an_answers_tags_are_no_html() -> None:
    """Cline's calls of tools are tags, and each made HTML the likeliest next language."""
    call = "<read_file>\n<path>src/main.go</path>\n</read_file> then style.css"
    assert languages_of_files([call]) == ("go", "css")
