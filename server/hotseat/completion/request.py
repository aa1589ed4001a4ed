"""The front door of this room: from a snapshot of the text to one request for a model.

The caller takes a `Snapshot`, cuts its text to the model's window (`prompt_text`), collects
snippets of other open files for that window, and calls `build_request`. The request holds the
prompt and the pipeline that makes an `Answer` of the model's stream.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hotseat.completion.context.imports import shown_path
from hotseat.completion.context.select import as_comments
from hotseat.completion.model import CompletionModel
from hotseat.completion.pipeline import AnswerPipeline
from hotseat.completion.postprocess.end_of_statement import MAX_LINES
from hotseat.completion.postprocess.fragment_parser import Region
from hotseat.completion.postprocess.line_or_block import Mode, line_or_block_at, mode_of
from hotseat.completion.prompt.fim_templates import FimPrompt, Snippet
from hotseat.completion.prompt.window import PromptParts, suffix_tokens, window
from hotseat.completion.snapshot import N_PREDICT_LINE, Snapshot
from hotseat.documents.syntax import NewFragment
from hotseat.languages.detect import language_of
from hotseat.privacy.redact import mask_prefix, mask_suffix
from hotseat.syntax.regions import HOSTS
from hotseat.syntax.regions.html import HOSTS as HTML_HOSTS

MAX_WINDOW_TOKENS = 1280
"""Prompt and answer together. A cold prompt of 1,000 tokens takes a 135M model 7 s on one core; the
context that a model is loaded with is larger, because questions use it too."""
N_PREDICT: Final[dict[Mode, int]] = {"line": N_PREDICT_LINE, "block": 160}
"""Tokens of an answer."""
GENERATION_S: Final[dict[Mode, float]] = {"line": 1.5, "block": 3.0}
"""From the first token on; the text that is there by then is the answer. A load or a long prompt
does not count: a limit that runs before the model can answer would only cut answers off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptContext:
    """The text of a prompt: the text around the cursor that fits, and snippets of other files."""

    text: PromptParts
    snippets: tuple[Snippet, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionRequest:
    """What the engine is asked, and what makes an answer of its stream."""

    prompt: FimPrompt
    pipeline: AnswerPipeline
    """Mutable: for one answer."""
    mode: Mode

    @property
    def n_predict(self) -> int:
        """The most tokens of the answer."""
        return N_PREDICT[self.mode]


def prompt_text(snapshot: Snapshot, model: CompletionModel) -> PromptParts:
    """Return the text around the cursor that fits into the model's window."""
    return window(
        snapshot.prefix,
        snapshot.suffix,
        cursor_line=snapshot.position.line,
        n_ctx=model.window_tokens - model.context_tokens,
        # The same room for either mode: else the prompt would begin elsewhere in each of them.
        n_predict=max(N_PREDICT.values()),
        max_suffix_tokens=suffix_tokens(model.tokens_per_s),
        suffix_first=model.fim.suffix_first,
    )


def build_request(
    snapshot: Snapshot,
    model: CompletionModel,
    context: PromptContext,
    new_fragment: NewFragment | None,
    *,
    max_lines: int = MAX_LINES,
) -> CompletionRequest:
    """Return the request for `model` at the snapshot's cursor.

    `context.text` is the snapshot's `prompt_text`. What looks like a secret is masked in the
    prompt; the pipeline works on the real text. `new_fragment` is that of the document, which
    checks the answer's syntax; with None it is not checked. `max_lines`: the longest answer.
    """
    path = shown_path(snapshot.uri)
    region = _region(path, snapshot.language)
    length = line_or_block_at(snapshot.prefix, snapshot.suffix, snapshot.language)
    before, after = mask_prefix(context.text.prefix), mask_suffix(context.text.suffix)
    others = context.snippets
    if others and not model.fim.takes_files:
        before, others = as_comments(others, snapshot.language) + before, ()
    prompt = model.fim.prompt(before, after, path=path, others=others)
    pipeline = AnswerPipeline(
        snapshot.prefix,
        snapshot.suffix,
        snapshot.language,
        length,
        stop=prompt.stop,
        taken=prompt.taken,
        sees_suffix=prompt.sees_suffix and bool(context.text.suffix.strip()),
        new_fragment=new_fragment,
        region=region,
        max_lines=max_lines,
    )
    return CompletionRequest(prompt=prompt, pipeline=pipeline, mode=mode_of(length))


def _region(path: str, language: str) -> Region:
    """Whether the cursor's language is that of its file."""
    of_file = language_of(f"/{path}", None)
    if of_file is None or of_file not in HOSTS or {of_file, language} <= _DIALECTS:
        return Region.FILE
    if of_file == language:
        return Region.FILE
    return Region.SCRIPT if of_file in HTML_HOSTS else Region.OTHER


_DIALECTS = frozenset({"javascript", "javascriptreact", "typescript", "typescriptreact"})
