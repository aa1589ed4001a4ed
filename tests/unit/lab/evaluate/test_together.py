"""What `hotseat bench together` concludes from fillings."""

from __future__ import annotations

from typing import Any

from hotseat.domain.experts import Roster
from hotseat.infill.infilling_spans import InfillingSpan
from hotseat.judge.arms import arms_of
from hotseat.judge.figures import Measurements
from hotseat.lab.evaluate.together import Together, together_of
from hotseat.lab.evaluate.together_page import together_page
from support.judged import expert, filling, span

ROSTER = Roster(
    generalist=expert("generalist", model="general:1b"),
    experts=(expert("go", ["go"], model="go:1b"), expert("sql", ["sql"], model="sql:1b")),
)
SPANS: list[InfillingSpan] = [span("go")] * 20 + [span("sql")] * 20
DRAFTS: dict[str, Any] = {
    "edits": 20, "bytes": 1, "bytes_with_drafts": 2,
    "ms_per_token": 20.0, "drafted_ms_per_token": 14.0,
    "speed": {"ratio": 1.43, "low": 1.2, "high": 1.6},
}  # fmt: skip


def run(*, at_home: float, suffix: float = 0.0, drafts: dict[str, Any] | None = None) -> Together:
    """Experts are better by `at_home` in their own language, and worse by as much elsewhere."""
    arms = arms_of(ROSTER, ["go", "sql"], suffix_first=True)
    measured = Measurements(spans=SPANS, arms=arms, seed=1)
    for arm in arms:
        more = suffix if arm.name.endswith("suffix-first") else 0.0
        name = arm.name.removesuffix("-suffix-first")
        fillings = {}
        for i, each in enumerate(SPANS):
            gain = 0.0 if name == "generalist" else at_home
            sign = 1 if each.language == name else -1
            fillings[i] = filling(0.4 + sign * gain + more + 0.001 * (i % 7))
        measured.fillings[arm.name] = fillings
        measured.memory_bytes[arm.name] = 250_000_000
    return together_of(measured, "app", use="adapters", drafts=drafts)


def test_experts_that_help_are_kept_and_a_useful_suffix_is_written() -> None:
    found = run(at_home=0.1, suffix=0.05, drafts=DRAFTS)
    assert found.ways["switched"].similarity is not None
    assert found.ways["switched"].similarity > (found.ways["go"].similarity or 0)
    pair = next(p for p in found.pairs if (p.a, p.b) == ("switched", "generalist"))
    assert pair.difference.is_gain
    assert found.advice[0].startswith("The expert of each language is better than the generalist")
    assert "remove" not in found.roster
    assert "general:1b: {fim: suffix-first, options: {draft_num_predict: 16}}" in found.roster


def test_experts_that_do_not_help_are_proposed_to_go() -> None:
    found = run(at_home=0.0)
    assert "no difference beyond chance" in found.advice[0]
    assert "{name: go, remove: true}" in found.roster
    assert "fim" not in found.roster
    assert found.as_json()["arms"]["generalist"]["bytes"] == 250_000_000


def test_the_page_holds_every_way() -> None:
    page = together_page(run(at_home=0.1, drafts=DRAFTS))
    for name in ("switched", "generalist-suffix-first", "edits drafted"):
        assert name in page
    assert "<script" not in page
