"""Which experts keep their languages."""

from __future__ import annotations

from pathlib import Path

from hotseat.domain.experts import Roster
from hotseat.infill.scores import Difference
from hotseat.judge.figures import figures_of
from hotseat.judge.proposal import MIN_SPANS, Judgement, Proposal, SeatChange, n_needed, propose
from hotseat.judge.report import change_texts, report_of
from support.judged import ROSTER, expert, judged

BETTER = [0.6, 0.8, 0.7] * 6
WORSE = [0.2, 0.4, 0.3] * 6
MIXED = [0.2, 0.8, 0.5] * 6
LEVEL = [0.5, 0.5, 0.5] * 6


def proposal(
    python: list[float],
    generalist: list[float],
    bits: tuple[list[float], list[float]] | None = None,
    roster: Roster = ROSTER,
) -> Proposal:
    scored = {("py", "python"): bits[0], ("generalist", "python"): bits[1]} if bits else None
    similarity = {("py", "python"): python, ("generalist", "python"): generalist}
    return propose(figures_of(judged(similarity, scored, roster=roster)), roster)


def test_an_expert_that_helps_stays() -> None:
    reported = proposal(BETTER, WORSE)
    assert [d.judgement for d in reported.decisions] == [Judgement.HELPS]
    assert reported.changes == ()


def test_an_expert_that_is_worse_gives_way_and_keeps_its_other_languages() -> None:
    reported = proposal(WORSE, BETTER)
    assert [d.judgement for d in reported.decisions] == [Judgement.WORSE]
    assert reported.changes == (
        SeatChange(expert="py", before=("python", "ruby"), after=("ruby",)),
    )
    assert change_texts(reported) == ["py: python to the generalist; it keeps ruby"]


def test_a_gain_that_cannot_be_seen_is_no_gain() -> None:
    reported = proposal(MIXED, LEVEL)
    assert [d.judgement for d in reported.decisions] == [Judgement.UNCLEAR]
    assert reported.changes[0].after == ("ruby",)


def test_bits_decide_where_similarity_does_not() -> None:
    reported = proposal(MIXED, LEVEL, bits=([8.0] * 18, [9.0, 9.5, 10.0] * 6))
    assert [d.judgement for d in reported.decisions] == [Judgement.HELPS]
    reported = proposal(MIXED, LEVEL, bits=([9.0, 9.5, 10.0] * 6, [8.0] * 18))
    assert [d.judgement for d in reported.decisions] == [Judgement.WORSE]


def test_a_loss_in_one_outweighs_a_gain_in_the_other() -> None:
    reported = proposal(BETTER, WORSE, bits=([9.0, 9.5, 10.0] * 6, [8.0] * 18))
    assert [d.judgement for d in reported.decisions] == [Judgement.WORSE]


def test_too_few_spans_propose_nothing() -> None:
    n = MIN_SPANS - 1
    reported = proposal(WORSE[:n], BETTER[:n])
    assert [d.judgement for d in reported.decisions] == [Judgement.TOO_FEW]
    assert reported.changes == ()
    assert f"{n} holes" in reported.decisions[0].reason


def test_the_generalists_own_model_is_left_in_peace() -> None:
    measured = judged(
        {("generalist", "go"): LEVEL, ("py", "go"): LEVEL, ("py", "python"): BETTER}
        | {("generalist", "python"): WORSE}
    )
    reported = propose(figures_of(measured), ROSTER)
    assert {d.language: d.judgement for d in reported.decisions} == {
        "go": Judgement.SAME,
        "python": Judgement.HELPS,
    }


def test_no_other_expert_inherits_a_language_that_goes_to_the_generalist() -> None:
    second = expert("old-py", ["python"], model="older:1b")
    roster = Roster(generalist=ROSTER.generalist, experts=(*ROSTER.experts, second))
    reported = proposal(WORSE, BETTER, roster=roster)
    assert reported.changes[1] == SeatChange(expert="old-py", before=("python",), after=())
    assert change_texts(reported)[1] == "old-py: removed; python to the generalist"


def test_how_many_spans_would_show_a_gain() -> None:
    assert n_needed(Difference(n=20, mean=0.05, low=-0.05, high=0.15)) == 81
    assert n_needed(Difference(n=20, mean=-0.05, low=-0.15, high=0.05)) is None


def test_the_report_says_how_sure_it_is_and_what_the_proposal_costs() -> None:
    measured = judged(
        {("py", "python"): WORSE, ("generalist", "python"): BETTER},
        memory={"py": 250_000_000, "generalist": 400_000_000},
    )
    measured.likelihood = "Ollama does not score a given text"
    report = report_of(measured, ROSTER, Path("/home/me/shop"))
    assert "250 MB more" in report.proposal.decisions[0].reason
    assert [s.memory_bytes for s in report.figures.seats] == [400_000_000, 650_000_000, 400_000_000]
    assert report.figures.seats[-1].name == "the proposed roster"
    notes = " ".join(report.notes)
    assert "95 %" in notes
    assert "Bits per byte were not measured: Ollama does not score a given text." in notes


def test_a_run_that_was_stopped_says_so() -> None:
    measured = judged({("py", "python"): [0.5], ("generalist", "python"): [0.5]})
    measured.stopped = True
    report = report_of(measured, ROSTER, Path("shop"))
    assert "stopped" in report.notes[0]
    assert any("fewer than 12 holes" in note for note in report.notes)


def test_what_the_engine_did_not_answer_is_left_out_and_said() -> None:
    measured = judged({("py", "python"): [0.5, 0.5], ("generalist", "python"): [0.5, 0.5]})
    measured.n_failed = 2
    assert any(
        "2 suggestions did not come" in note
        for note in report_of(measured, ROSTER, Path("shop")).notes
    )
