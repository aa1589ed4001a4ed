"""Grammars are there for the languages that promise one, and only when asked."""

from __future__ import annotations

import subprocess
import sys

import pytest
from tree_sitter import Parser

from hotseat.syntax.grammars import LANGUAGES, grammar


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_grammar_parses(language: str) -> None:
    found = grammar(language)
    assert found is not None
    assert Parser(found).parse(b"a").root_node.end_byte == 1


def test_a_language_without_grammar_has_none() -> None:
    assert grammar("cobol") is None
    assert grammar(None) is None


def test_importing_the_package_loads_no_grammar() -> None:
    code = (
        "import sys, hotseat.syntax.grammars, hotseat.syntax.regions;"
        "import hotseat.documents.store, hotseat.syntax.definition_types;"
        "print([m for m in sys.modules if m.startswith('tree_sitter')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
