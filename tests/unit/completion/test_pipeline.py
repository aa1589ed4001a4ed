"""The stages of a completion: which one dropped or shortened a suggestion. `‸` is the cursor."""

from __future__ import annotations

import pytest

from hotseat.completion.answer import Answer, Stage
from hotseat.completion.model import CompletionModel
from hotseat.completion.pipeline import AnswerPipeline
from hotseat.completion.prompt.fim_templates import FimChoice, FimMode, Snippet
from hotseat.completion.request import (
    CompletionRequest,
    PromptContext,
    build_request,
    prompt_text,
)
from hotseat.completion.snapshot import take_snapshot
from hotseat.documents.store import Document
from hotseat.domain.text import Position, PositionEncoding
from hotseat.syntax.document_syntax import Syntax
from hotseat.syntax.fragment import Fragment
from support.now import now

MODEL = CompletionModel(
    fim=FimChoice(mode=FimMode.PREFIX, report=""), window_tokens=512, context_tokens=100
)


def request(
    marked: str, language: str = "python", snippets: tuple[Snippet, ...] = ()
) -> CompletionRequest:
    before, _, after = marked.partition("‸")
    document = Document(
        uri="file:///w/shop/main.py" if language == "python" else "file:///w/shop/main.go",
        language_id=language,
        version=1,
        text=before + after,
        encoding=PositionEncoding.UTF16,
        new_syntax=Syntax,
    )
    cursor = Position(before.count("\n"), len(before.rsplit("\n", 1)[-1]))
    snapshot = take_snapshot(
        document, cursor, language, window_tokens=MODEL.window_tokens, began_s=0.0
    )
    context = PromptContext(text=prompt_text(snapshot, MODEL), snippets=snippets)
    return build_request(snapshot, MODEL, context, document.syntax.fragment)


def answer(marked: str, written: str, language: str = "python") -> Answer:
    pipeline = request(marked, language).pipeline
    pipeline.feed(written)
    return now(pipeline.finish([(written, (-0.5,))]))


@pytest.mark.parametrize(
    ("marked", "written", "dropped_by"),
    [
        ("x = ‸\n", "", "model"),
        ("x = ‸\n", " \n\n", "model"),
        ("x = ‸\n", "<|endoftext|>y = 2", "model"),
        ("def f():\n    ‸\n", "\n\nf()\n", "stream truncation"),
        ("x = 1\n‸\nprint(x)\n", "print(x)\n", "stream truncation"),
        ("x = ‸\n", "```python\nx = 1\n```", "stream truncation"),
        ("f(‸)\n", ")\n", "overlap"),
        ("return ‸value\n", "value\n", "overlap"),
        ("x = ‸\n", ") = 1\n", "overlap"),
        ("x = ‸\n", "= = %\n", "syntax check"),
    ],
)
def test_the_stage_that_dropped_a_suggestion_is_named(
    marked: str, written: str, dropped_by: str
) -> None:
    assert answer(marked, written).text == ""
    assert answer(marked, written).dropped_by == dropped_by


@pytest.mark.parametrize(
    ("marked", "written", "text", "shortened_by"),
    [
        ("x = ‸\n", "1 + 2", "1 + 2", ()),
        ("x = ‸\n", "1\ny = 2\n", "1", (Stage.STREAM_TRUNCATION,)),
        ("f(‸)\n", "a, b)\n", "a, b", (Stage.OVERLAP,)),
        ("x = ‸\n", "foo(a b c", "foo()", (Stage.REPAIR,)),
    ],
)
def test_the_stages_that_shortened_a_suggestion_are_named(
    marked: str, written: str, text: str, shortened_by: tuple[Stage, ...]
) -> None:
    found = answer(marked, written)
    assert (found.text, found.shortened_by, found.dropped_by) == (text, shortened_by, None)
    assert found.parses is True


def test_the_rest_of_an_answer_keeps_what_is_known_of_it() -> None:
    found = answer("x = ‸\n", "foo(a b c").after_typing(1)
    assert (found.text, found.shortened_by) == ("oo()", (Stage.REPAIR,))


def test_a_model_without_a_format_for_files_gets_their_snippets_as_comments() -> None:
    tax = Snippet(path="shop/money.py", text="def tax_of(price):")
    prompt = request("x = ‸\n", snippets=(tax,)).prompt.prompt
    assert prompt == "# shop/money.py\n# def tax_of(price):\nx ="


def test_secrets_are_masked_in_the_prompt_and_known_to_the_pipeline() -> None:
    key = "AKIA" + "QZ7RTVWX3NPLM2KD"
    built = request(f'aws = "{key}"\nother = ‸\n')
    assert key not in built.prompt.prompt
    built.pipeline.feed(f'"{key}"')
    assert now(built.pipeline.finish()).text == f'"{key}"'


def test_nothing_is_parsed_for_an_answer_that_is_empty_anyway() -> None:
    def parsed(*_arguments: object) -> Fragment:
        raise AssertionError("the text around the cursor was parsed")

    pipeline = AnswerPipeline("x = ", "\n", "python", "line", new_fragment=parsed)
    pipeline.feed("\n\n")
    assert now(pipeline.finish()).dropped_by == "model"


def test_an_answer_that_needs_no_repair_is_kept_when_the_time_is_over() -> None:
    pipeline = request("total = ‸\n").pipeline
    pipeline.feed("compute(1)")
    assert now(pipeline.finish([("compute(1)", (-0.5,))], lambda: True)).text == "compute(1)"
