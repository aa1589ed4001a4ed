"""An expert with the role `next-edit` serves no language and completes nothing."""

from __future__ import annotations

from hotseat.roster.load import load_text

ROSTER = """\
generalist: {name: generalist, model: "general:1b"}
experts:
  - {name: edits, role: next-edit, languages: [go], model: "edits:1b", fim: sweep}
  - {name: go, languages: [go], model: "go:1b"}
"""


def test_the_role() -> None:
    roster = load_text(ROSTER, filename="experts.yaml", base=None).roster
    assert roster.next_edit is not None
    assert roster.next_edit.name == "edits"
    chosen = roster.expert_for("go")
    assert chosen is not None
    assert chosen.name == "go"
