"""What of a model's answer becomes an offer."""

from __future__ import annotations

from hotseat.next_edit.model.answer import ChangedLines, changed_lines, window_answer

WINDOW = ["def f(x):", "    y = old(x)", "    z = old(y)", "    return z", "", "f(1)"]


def changed(answer: str, before: list[str] | None = None) -> ChangedLines | None:
    return changed_lines(
        WINDOW, window_answer(answer, WINDOW), before=before or [], control_tokens=("<|file_sep|>",)
    )


def answer(**at: str) -> str:
    lines = list(WINDOW)
    for number, line in at.items():
        lines[int(number[1:])] = line
    return "\n".join(lines) + "\n"


def test_the_changed_lines_alone() -> None:
    assert changed(answer(_2="    z = new(y)")) == ChangedLines(
        first=2, n=1, lines=("    z = new(y)",)
    )


def test_an_insertion_holds_a_line_beside_it() -> None:
    text = "\n".join([*WINDOW[:3], "    log(z)", *WINDOW[3:]]) + "\n"
    assert changed(text) == ChangedLines(first=2, n=1, lines=("    z = old(y)", "    log(z)"))


def test_no_change_is_no_offer_and_neither_is_the_last_edit_undone() -> None:
    assert changed("\n".join(WINDOW) + "\n") is None
    before = window_answer(answer(_1="    y = older(x)"), WINDOW)
    assert changed(answer(_1="    y = older(x)"), before) is None


def test_a_rewritten_file_is_no_offer() -> None:
    assert changed("\n".join(f"other {i}" for i in range(6)) + "\n") is None
    assert changed("def f(x):\n" + "\n".join(f"n{i}" for i in range(40)) + "\nf(1)\n") is None


def test_an_answer_beyond_its_window_or_cut_off_is_no_offer() -> None:
    assert changed(answer(_2="    z = new(y)") + "g(2)\n") is None
    assert changed("\n".join([*WINDOW[:2], "    z = new(y)", "    return z"])) is None


def test_prose_and_markers_are_no_offer() -> None:
    assert changed("Here is the updated code:\n" + answer(_2="    z = new(y)")) is None
    assert changed("```python\n" + answer(_2="    z = new(y)") + "```\n") is None
    assert changed(answer(_2="    z = new(y)<|file_sep|>")) is None
