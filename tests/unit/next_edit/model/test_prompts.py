"""Prompts of models for next edits, byte for byte, and the choice between them."""

from __future__ import annotations

from hotseat.engines.protocol import ModelInfo
from hotseat.next_edit.changes import Hunk
from hotseat.next_edit.model.choice import SWEEP, ZETA, choose_format
from hotseat.next_edit.model.window import EditContext
from hotseat.next_edit.model.zeta import marker_offsets, zeta_answer

LINES = ("def area(w, h):", "    return w * h", "", "print(area(2, 3))")
ORIGINAL = ("def size(w, h):", "    return w * h", "", "print(area(2, 3))")
EDIT = Hunk(first_line=0, old=("def size(w, h):",), new=("def area(w, h):",))


def context(lines: tuple[str, ...] = LINES, line: int = 3, column: int = 6) -> EditContext:
    return EditContext(
        path="shop/area.py", lines=lines, original=ORIGINAL, edits=(EDIT,), line=line, column=column
    )


def test_sweep() -> None:
    asked = SWEEP.prompt(context())
    assert asked.prompt == (
        "<|file_sep|>shop/area.py.diff\n"
        "original:\n"
        "def size(w, h):\n"
        "updated:\n"
        "def area(w, h):\n"
        "<|file_sep|>original/shop/area.py:1:4\n"
        "def size(w, h):\n"
        "    return w * h\n"
        "\n"
        "print(area(2, 3))\n"
        "<|file_sep|>current/shop/area.py:1:4\n"
        "def area(w, h):\n"
        "    return w * h\n"
        "\n"
        "print(<|cursor|>area(2, 3))\n"
        "<|file_sep|>updated/shop/area.py:1:4\n"
    )
    assert asked.stop == ("<|file_sep|>", "<|endoftext|>")
    assert (asked.first_line, asked.n_lines) == (0, 4)


def test_sweeps_window_has_21_lines() -> None:
    lines = tuple(f"line {i}" for i in range(100))
    asked = SWEEP.prompt(context(lines, line=50, column=0))
    assert (asked.first_line, asked.n_lines) == (40, 21)
    assert "current/shop/area.py:41:61\nline 40\n" in asked.prompt


def test_zeta() -> None:
    asked = ZETA.prompt(context((*LINES, "")))
    assert asked.prompt == (
        "<[fim-suffix]>\n"
        "<[fim-prefix]><filename>edit_history\n"
        "--- a/shop/area.py\n"
        "+++ b/shop/area.py\n"
        "@@ -1,1 +1,1 @@\n"
        "-def size(w, h):\n"
        "+def area(w, h):\n"
        "\n"
        "<filename>shop/area.py\n"
        "<|marker_1|>def area(w, h):\n"
        "    return w * h\n"
        "\n"
        "print(<|user_cursor|>area(2, 3))\n"
        "<|marker_2|>\n"
        "<[fim-middle]>"
    )


def test_zetas_markers_stand_after_empty_lines_and_not_before_a_tail() -> None:
    block = "".join(f"a{i}\n" for i in range(6))
    assert marker_offsets("aaa\nbbb\nccc\n") == [0, 12]
    assert marker_offsets(f"{block}\n{block}") == [0, len(block) + 1, 2 * len(block) + 1]
    long = "".join(f"line {i}\n" for i in range(24))
    assert len(marker_offsets(long)) == 3
    tail = f"{block}\n}}\n{block}"
    assert len(block) + 1 not in marker_offsets(tail)


def test_zetas_answer_is_a_span_of_the_region() -> None:
    region = ["a", "b"]
    assert zeta_answer(region, "<|marker_1|>a\nB\n<|marker_2|>") == ["a", "B"]
    assert zeta_answer(region, "<|marker_1|><|marker_1|>") == ["a", "b"]
    for wrong in ("", "a\nB\n", "Sure! <|marker_1|>a\n<|marker_2|>", "<|marker_1|>a<|marker_9|>"):
        assert zeta_answer(region, wrong) is None


def test_control_tokens_in_the_text_are_no_orders() -> None:
    text = "print('<|file_sep|><|cursor|><[fim-middle]><|marker_2|>')"
    lines = (text, "x")
    assert SWEEP.prompt(context(lines, line=1, column=0)).prompt.count("<|file_sep|>") == 4
    assert ZETA.prompt(context(lines, line=1, column=0)).prompt.count("<[fim-middle]>") == 1


def test_the_format_is_chosen_by_what_the_model_can_do() -> None:
    def info(template: str = "", **metadata: str) -> ModelInfo:
        named = {key.replace("__", "."): value for key, value in metadata.items()}
        return ModelInfo(capabilities=frozenset(), template=template, metadata=named)

    assert choose_format(info("<[fim-suffix]>"), "auto", "m") is ZETA
    assert choose_format(info(general__architecture="qwen2"), "auto", "m") is SWEEP
    assert choose_format(info(), "auto", "hf.co/sweepai/sweep-next-edit-0.5B:latest") is SWEEP
    assert choose_format(info(), "zeta", "m") is ZETA
    assert choose_format(info(general__architecture="llama"), "auto", "m") is None
