"""The defaults of a judgement: spans, order and duration."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from hotseat.domain.errors import EngineUnavailable
from hotseat.domain.experts import EngineChoice, EngineKind
from hotseat.judge import run as module
from hotseat.judge.measure import estimate_s, rounds, to_score
from hotseat.judge.run import MAX_N, MIN_N, JudgeRequest, prepare
from hotseat.roster.shipped import shipped_roster
from support.judged import judged
from support.stub_engine import StubEngine

PYTHON = """\
def total(items, rate):
    found = [item.price for item in items]
    if not found:
        return default_price("none") + rate
    return sum(found) * rate
"""
GO = """\
package shop

func Total(items []Item) int {
	sum := 0
	for _, item := range items {
		sum += item.Price * item.Count
		show(item.Name, sum)
	}
	return sum + rest(items)
}
"""
JAVASCRIPT = """\
function total(items, rate) {
  const found = items.map((item) => item.price * item.count);
  if (!found.length) {
    return defaultPrice("none") + rate;
  }
  return found.reduce((sum, price) => sum + price, 0) * rate;
}
"""
CSS = ".cart {\n  color: red;\n  margin: 0 auto;\n}\n"


def repository(folder: Path, **numbers: int) -> Path:
    texts = {"py": PYTHON, "go": GO, "css": CSS, "js": JAVASCRIPT}
    for extension, n in numbers.items():
        for i in range(n):
            (folder / f"f{i}.{extension}").write_text(texts[extension])
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    subprocess.run(["git", "-C", str(folder), "add", "."], check=True)
    return folder


def test_languages_with_something_to_decide_come_first(tmp_path: Path) -> None:
    # In the starter roster Go is served by the generalist's own model.
    shop = repository(tmp_path, go=9, css=8, js=8)
    measured = prepare(JudgeRequest(repository=shop, roster=shipped_roster("starter")))
    assert {span.language for span in measured.spans} == {"css", "javascript"}
    assert [arm.name for arm in measured.arms] == ["web+sql", "generalist"]
    for language in ("css", "javascript"):
        n = sum(span.language == language for span in measured.spans)
        assert MIN_N <= n <= MAX_N


def test_beside_a_single_one_stands_another(tmp_path: Path) -> None:
    shop = repository(tmp_path, css=9, py=3)
    measured = prepare(JudgeRequest(repository=shop, roster=shipped_roster("starter"), n=6))
    assert {span.language for span in measured.spans} == {"python", "css"}


def test_a_language_without_spans_is_reported(tmp_path: Path) -> None:
    shop = repository(tmp_path, css=3, py=3)
    (shop / "empty.js").write_text("// Nothing yet.\n")
    subprocess.run(["git", "-C", str(shop), "add", "."], check=True)
    measured = prepare(JudgeRequest(repository=shop, roster=shipped_roster("starter"), n=6))
    assert measured.without_spans == ("javascript",)


def test_every_round_has_its_share_of_every_language() -> None:
    measured = judged({("py", "python"): [0.5] * 18, ("py", "javascript"): [0.5] * 9})
    parts = rounds(measured)
    assert sorted(i for part in parts for i in part) == list(range(27))
    for part in parts:
        languages = [measured.spans[i].language for i in part]
        assert (languages.count("python"), languages.count("javascript")) == (6, 3)


def test_few_spans_are_one_round() -> None:
    assert rounds(judged({("py", "python"): [0.5] * 3})) == [[0, 1, 2]]


def test_bits_are_measured_in_every_language() -> None:
    measured = judged({("py", "python"): [0.5] * 9, ("py", "javascript"): [0.5] * 9})
    assert to_score(measured, 9) == frozenset({0, 1, 9, 10})
    assert to_score(measured, 0) == frozenset()


def test_larger_models_take_longer() -> None:
    small = estimate_s([100_000_000], 30, 30)
    assert estimate_s([100_000_000], 30, 0) < small < estimate_s([1_000_000_000], 30, 30)


async def test_bits_are_left_out_where_the_engine_cannot_tell_them() -> None:
    roster = shipped_roster("starter")
    named = JudgeRequest(repository=Path(), roster=roster, engine_url="http://127.0.0.1:9")
    assert await module._engine(named) == (
        "http://127.0.0.1:9",
        "the engine at http://127.0.0.1:9 does not score a given text",
    )
    own = replace(roster, engine=EngineChoice(kind=EngineKind.EMBEDDED))
    assert await module._engine(JudgeRequest(repository=Path(), roster=own)) == (None, "")
    async with StubEngine() as engine:
        choice = EngineChoice(kind=EngineKind.OLLAMA, host=engine.url)
        request = JudgeRequest(repository=Path(), roster=replace(roster, engine=choice))
        assert await module._engine(request) == (
            engine.url,
            "Ollama does not score a given text",
        )
    with pytest.raises(EngineUnavailable, match="No Ollama answers"):
        await module._engine(request)
