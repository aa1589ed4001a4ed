"""From the text around the cursor to one question for the engine, and the rule for its answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hotseat.completion.context.select import as_comments
from hotseat.completion.postprocess.fragment_parser import Region
from hotseat.completion.postprocess.line_or_block import Mode, line_or_block_at, mode_of
from hotseat.completion.postprocess.truncator import StreamTruncator
from hotseat.completion.prompt.fim_templates import FimChoice, FimPrompt, Snippet
from hotseat.completion.prompt.window import suffix_tokens, window
from hotseat.languages.detect import language_of
from hotseat.languages.grammars import grammar
from hotseat.languages.places import Place
from hotseat.languages.regions import HOSTS
from hotseat.languages.regions.html import HOSTS as HTML_HOSTS
from hotseat.privacy.redact import mask_prefix, mask_suffix

N_PREDICT: dict[Mode, int] = {"line": 96, "block": 160}
"""Most lines end themselves long before; one that opens a bracket goes on to its end."""
GENERATION_S: dict[Mode, float] = {"line": 1.5, "block": 3.0}
"""From the first token on; what is there by then is what there is. A load or a long prompt is not
counted: a timer that runs before the model can answer only cuts answers off."""

Gather = Callable[[int, int], Sequence[Snippet]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    prompt: FimPrompt
    truncator: StreamTruncator
    """Mutable: for one answer."""
    mode: Mode

    @property
    def n_predict(self) -> int:
        return N_PREDICT[self.mode]

    @property
    def generation_s(self) -> float:
        return GENERATION_S[self.mode]


def ask(
    choice: FimChoice,
    *,
    prefix: str,
    suffix: str,
    language: str | None,
    cursor_line: int,
    path: str,
    n_ctx: int,
    gather: Gather | None = None,
    n_context: int = 0,
    tokens_per_s: float | None = None,
    place: Place | None = None,
) -> Ask:
    """`prefix` and `suffix` are all that the window may need (`context.window_chars`).

    `gather` gives the context for a prompt that holds the lines from its first to its second
    argument, and `n_context` is how many tokens of the window are kept for it: the same from key to
    key. What looks like a secret is masked on the way out; the answer's rule sees the real text.

    `tokens_per_s` is how fast the model reads a prompt, if that was measured; `place` what the
    document's tree says of the cursor (`place_at`).
    """
    region = _region(path, language)
    if region is not Region.FILE:
        place = None  # the tree speaks of the file's own language
    extent = line_or_block_at(prefix, suffix, language, place)
    parts = window(
        prefix,
        suffix,
        cursor_line=cursor_line,
        n_ctx=n_ctx - n_context,
        # The same room for either mode: else the prompt would begin elsewhere in each of them.
        n_predict=max(N_PREDICT.values()),
        max_suffix_tokens=suffix_tokens(tokens_per_s),
    )
    last_line = cursor_line + parts.suffix.count("\n")
    others = gather(parts.first_line, last_line) if gather is not None and n_context else ()
    before = mask_prefix(parts.prefix)
    if others and (choice.template is None or not choice.template.file_pattern):
        before, others = as_comments(others, language) + before, ()
    prompt = choice.prompt(before, mask_suffix(parts.suffix), path=path, others=others)
    truncator = StreamTruncator(
        prefix,
        suffix,
        language,
        extent,
        stop=prompt.stop,
        taken=prompt.taken,
        place=place,
        grammar_of=grammar,
        region=region,
    )
    return Ask(prompt=prompt, truncator=truncator, mode=mode_of(extent))


def _region(path: str, language: str | None) -> Region:
    """Whether the cursor's language is that of its file."""
    of_file = language_of(f"/{path}", None)
    if of_file is None or of_file not in HOSTS or {of_file, language} <= _DIALECTS:
        return Region.FILE
    if of_file == language:
        return Region.FILE
    return Region.SCRIPT if of_file in HTML_HOSTS else Region.OTHER


_DIALECTS = frozenset({"javascript", "javascriptreact", "typescript", "typescriptreact"})
