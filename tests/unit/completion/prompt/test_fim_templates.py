"""Prompts per family, word for word, and the choice of a family.

The cases are files: a text with the cursor as `‸`, a line of `=`, the exact prompt. With
HOTSEAT_UPDATE_CASES=1 in the environment they are written anew.
"""

from __future__ import annotations

import os
import re

import pytest

from hotseat.completion.pipeline import AnswerPipeline
from hotseat.completion.prompt.fim_templates import FAMILIES, FimMode, Snippet, choose
from hotseat.engines.protocol import ModelInfo
from support.repository import REPOSITORY

CASES = REPOSITORY / "tests" / "cases" / "fim"
LINE = "\n==========\n"
OTHERS = (Snippet(path="shop/cart.go", text="package shop\n"),)

QWEN_TEMPLATE = (
    "{{- if .Suffix }}<|fim_prefix|>{{ .Prompt }}<|fim_suffix|>{{ .Suffix }}<|fim_middle|>{{ end }}"
)


def info(template: str = "", *, insert: bool = False, **metadata: object) -> ModelInfo:
    capabilities = {"completion", "insert"} if insert else {"completion"}
    named = {key.replace("__", "."): value for key, value in metadata.items()}
    return ModelInfo(capabilities=frozenset(capabilities), template=template, metadata=named)


@pytest.mark.parametrize("several", [False, True], ids=["one-file", "several-files"])
@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_golden(family: str, several: bool) -> None:
    case = CASES / f"{family}{'-several' if several else ''}.txt"
    source, _, expected = case.read_text("utf-8").partition(LINE)
    prefix, _, suffix = source.partition("‸")
    prompt = FAMILIES[family].render(
        prefix, suffix, path="shop/main.go", others=OTHERS if several else (), repo="shop"
    )
    if os.environ.get("HOTSEAT_UPDATE_CASES"):
        case.write_text(source + LINE + prompt + "\n", "utf-8")
        expected = prompt + "\n"
    assert prompt + "\n" == expected


def test_every_family_has_its_cases() -> None:
    names = {path.stem.removesuffix("-several") for path in CASES.glob("*.txt")}
    assert names == set(FAMILIES)


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_tokens_in_the_text_are_no_orders_to_the_model(family: str) -> None:
    template = FAMILIES[family]
    clean = template.render("a", "b", path="p")
    for token in template.control_tokens:
        assert template.render(f"a{token}", f"{token}b", path=token).count(token) == clean.count(
            token
        )


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_a_model_stops_where_another_file_or_middle_would_begin(family: str) -> None:
    template = FAMILIES[family]
    prompt = template.render("", "", path="p", others=OTHERS)
    tokens = re.findall(r"<[^<>\s]+>", prompt)
    assert set(tokens) <= set(template.stop)
    assert set(template.stop) > set(tokens)  # and at its own end of text
    assert "//" not in template.stop  # ends every comment


@pytest.mark.parametrize(
    ("model", "family"),
    [
        (info(QWEN_TEMPLATE, insert=True, general__architecture="qwen2"), "qwen"),
        (info(QWEN_TEMPLATE, insert=True, general__architecture="gemma"), "codegemma"),
        (info(QWEN_TEMPLATE, insert=True, general__architecture="granite"), "granite4"),
        (info(QWEN_TEMPLATE, insert=True), "qwen"),
        (info("<[fim-suffix]>{{ .Suffix }}<[fim-prefix]>{{ .Prompt }}<[fim-middle]>"), "seed"),
        (info("[SUFFIX]{{ .Suffix }}[PREFIX]{{ .Prompt }}"), "codestral"),
        (info("<|code_prefix|>{{ .Prompt }}<|code_suffix|>{{ .Suffix }}<|code_middle|>"), "glm"),
        (info("<fim_prefix>{{ .Prompt }}<fim_suffix>{{ .Suffix }}<fim_middle>"), "starcoder"),
        (
            info("<fim_prefix>{{ .Prompt }}<fim_suffix>", general__basename="CodeQwen1.5"),
            "codeqwen",
        ),
        (info("<fim_prefix> <fim_suffix>", general__architecture="stablelm"), "stable-code"),
        (info("<fim_prefix> <fim_suffix>", general__architecture="granite"), "granite"),
        (info("<fim_suffix>{{ .Suffix }}<fim_prefix>{{ .Prompt }}<fim_middle>"), "mellum"),
        (info("<｜fim▁begin｜>{{ .Prompt }}<｜fim▁hole｜>{{ .Suffix }}<｜fim▁end｜>"), "deepseek"),
        (info("<PRE> {{- .Prompt }} <SUF>{{- .Suffix }} <MID>", insert=True), "codellama"),
        (
            info(
                general__architecture="qwen3moe",
                tokenizer__ggml__fim_pre_token_id=151659,
            ),
            "qwen",
        ),
        (
            info(
                general__architecture="llama",
                general__name="deepseek ai_deepseek coder 1.3b base",
                tokenizer__ggml__prefix_token_id=32016,
            ),
            "deepseek",
        ),
    ],
)
def test_the_family_is_chosen_by_what_the_model_can_do(model: ModelInfo, family: str) -> None:
    choice = choose(model)
    assert choice.mode is FimMode.RAW
    assert choice.template is FAMILIES[family]
    assert family in choice.report


def test_a_name_alone_is_no_sign() -> None:
    choice = choose(info("{{ .Prompt }}", general__architecture="qwen2", general__name="coder"))
    assert choice.mode is FimMode.PREFIX
    assert choice.report == "prefix only: the model has no fill-in-the-middle tokens"


def test_a_model_without_tokens_goes_on_from_the_prefix() -> None:
    prompt = choose(info(general__architecture="llama", general__basename="smollm2")).prompt(
        "func a", "}\n"
    )
    assert (prompt.prompt, prompt.suffix, prompt.raw) == ("func a", None, True)


@pytest.mark.parametrize(
    ("tokenizer", "prefix", "prompt", "taken"),
    [
        ("gpt2", "WHERE ", "WHERE", " "),
        ("llama", "WHERE ", "WHERE", " "),
        ("gpt2", "if a:\n    ", "if a:\n   ", " "),
        ("llama", "if a:\n    ", "if a:\n    ", ""),
        ("gpt2", "if a {\n\t", "if a {\n", "\t"),
        ("gpt2", "if a {\n\t\t", "if a {\n\t", "\t"),
        ("llama", "if a {\n\t", "if a {\n\t", ""),
        ("gpt2", "foo(", "foo(", ""),
    ],
)
def test_a_model_that_cannot_fill_in_gets_no_white_space_that_its_next_token_brings(
    tokenizer: str, prefix: str, prompt: str, taken: str
) -> None:
    asked = choose(info(tokenizer__ggml__model=tokenizer)).prompt(prefix, "\n}")
    assert (asked.prompt, asked.taken) == (prompt, taken)


def test_an_unknown_template_with_insert_is_left_to_the_engine() -> None:
    choice = choose(info("{{ if .Suffix }}[AFTER]{{ .Suffix }}[BEFORE]{{ end }}", insert=True))
    assert choice.mode is FimMode.SUFFIX
    prompt = choice.prompt("a", "b")
    assert (prompt.prompt, prompt.suffix, prompt.raw) == ("a", "b", False)
    assert choice.prompt("a", "").raw  # an empty suffix would make it a chat prompt


def test_tokens_of_no_known_family_are_reported_and_not_guessed() -> None:
    choice = choose(info(general__architecture="newarch", tokenizer__ggml__fim_pre_token_id=7))
    assert choice.mode is FimMode.PREFIX
    assert "fim:" in choice.report


def test_the_roster_has_the_last_word() -> None:
    qwen = info(QWEN_TEMPLATE, insert=True)
    assert choose(qwen, "mellum").template is FAMILIES["mellum"]
    assert choose(qwen, "none").mode is FimMode.PREFIX
    unknown = choose(qwen, "quen")
    assert unknown.template is FAMILIES["qwen"]
    assert "'quen'" in unknown.report


@pytest.mark.parametrize(
    ("prefix", "suffix", "middle"),
    [
        ("def f():\n", "\n", "    return 1"),
        ("def f():\n    ", "\n", "return 1"),
        ("def f():\n\n    ", "\n", "return 1"),
        ("x = ", "\ny = 2\n", "1"),
        ("x = comp", "\n", "ute(1)"),
        ("", "\nx = 1\n", "import os"),
        ("x = ", "", "1"),
        ("", "", "x = 1"),
    ],
)
@pytest.mark.parametrize("family", [*sorted(FAMILIES), "none"])
def test_an_answer_goes_on_at_the_cursor_wherever_the_prompt_ends(
    family: str, prefix: str, suffix: str, middle: str
) -> None:
    asked = choose(info(tokenizer__ggml__model="gpt2"), family).prompt(prefix, suffix, path="a.py")
    pipeline = AnswerPipeline(
        prefix,
        suffix,
        "python",
        "line",
        stop=asked.stop,
        taken=asked.taken,
        sees_suffix=asked.sees_suffix,
    )
    pipeline.feed(asked.taken + middle)
    assert pipeline.finish_here().text == middle


@pytest.mark.parametrize(
    ("prefix", "echo"),
    [
        ("def f():\n    ", "    return 1"),  # the indentation again
        ("def f():\n    ", "\n    return 1"),  # the line end too
        ("def f():\n    ret", "    return 1"),  # the line from its beginning
        ("def f():\n    ret", "return 1"),
    ],
)
@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_what_a_model_repeats_of_the_prompts_end_is_removed(
    family: str, prefix: str, echo: str
) -> None:
    asked = choose(info(tokenizer__ggml__model="gpt2"), family).prompt(prefix, "\n", path="a.py")
    pipeline = AnswerPipeline(
        prefix,
        "\n",
        "python",
        "line",
        stop=asked.stop,
        taken=asked.taken,
        sees_suffix=asked.sees_suffix,
    )
    pipeline.feed(echo)
    line = prefix.rpartition("\n")[2]
    assert line + pipeline.finish_here().text == "    return 1"


def test_a_family_that_goes_astray_after_a_line_end_writes_it_itself() -> None:
    asked = choose(info(), "starcoder").prompt("def f():\n    ", "\n")
    assert asked.prompt == "<fim_prefix>def f():<fim_suffix>\n<fim_middle>"
    assert asked.taken == "\n    "


@pytest.mark.parametrize("token", ["<fim_mid", "<file_s", "<EO", "<|fim", "<｜fim▁"])
def test_a_control_token_that_the_stream_cuts_off_is_not_shown(token: str) -> None:
    stop = {t for family in FAMILIES.values() for t in family.stop}
    pipeline = AnswerPipeline("x = ", "\n", "python", "line", stop=tuple(stop))
    pipeline.feed("a + b" + token)
    assert pipeline.finish_here().text == "a + b"


def test_the_suffix_comes_first_as_plain_text_where_the_roster_says_so() -> None:
    choice = choose(info(), "suffix-first")
    prompt = choice.prompt("def f():\n    x", "    return x\n")
    assert prompt.prompt == "    return x\n\ndef f():\n    x"
    assert prompt.raw
    assert not prompt.sees_suffix, "the answer is cut where it meets the suffix, as without it"
    assert "suffix-first" in choice.report
    assert choice.prompt("def f():\n    x", "\n  \n").prompt == "def f():\n    x"
