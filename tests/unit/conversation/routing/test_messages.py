"""Errors as compilers, runtimes and tools print them."""

from __future__ import annotations

import pytest

from hotseat.conversation.routing.messages import languages_of_messages


@pytest.mark.parametrize(
    ("message", "language"),
    [
        ('Traceback (most recent call last):\n  File "a.py", line 3, in f', "python"),
        ("NameError: name 'x' is not defined", "python"),
        ("a.rb:3:in `f': uninitialized constant Foo (NameError)", "ruby"),
        ("error[E0382]: borrow of moved value: `name`", "rust"),
        ("*** missing separator.  Stop.", "makefile"),
        ("ERROR [build 4/7] RUN npm run build: exit code 137", "dockerfile"),
        ("attempt to index a nil value (field 'config')", "lua"),
        ('fatal: duplicate key value violates unique constraint "a_key"', "sql"),
        ("Error: yaml: line 4: did not find expected key", "yaml"),
    ],
)
def test_messages_name_the_language_of_their_tool(message: str, language: str) -> None:
    assert languages_of_messages(message) == [language]


def test_prose_is_no_message() -> None:
    assert languages_of_messages("Does the error exist in Go, too? It panics at line 3.") == []
