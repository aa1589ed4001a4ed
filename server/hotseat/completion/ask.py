"""From the text around the cursor to one question for the engine, and the rule for its answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hotseat.completion.context import suffix_tokens, window
from hotseat.completion.cut import Cutter, Mode, multiline_mode
from hotseat.completion.templates import FimChoice, FimPrompt, Snippet

N_PREDICT: dict[Mode, int] = {"line": 48, "block": 160}
GENERATION_S: dict[Mode, float] = {"line": 1.5, "block": 3.0}
"""From the first token on; what is there by then is what there is. A load or a long prompt is not
counted: a timer that runs before the model can answer only cuts answers off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    prompt: FimPrompt
    cutter: Cutter
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
    others: Sequence[Snippet] = (),
    tokens_per_s: float | None = None,
) -> Ask:
    """`prefix` and `suffix` are all that the window may need (`context.window_chars`).

    `tokens_per_s` is how fast the model reads a prompt, if that was measured.
    """
    mode = multiline_mode(prefix, suffix, language)
    parts = window(
        prefix,
        suffix,
        cursor_line=cursor_line,
        n_ctx=n_ctx,
        # The same room for either mode: else the prompt would begin elsewhere in each of them.
        n_predict=max(N_PREDICT.values()),
        max_suffix_tokens=suffix_tokens(tokens_per_s),
    )
    prompt = choice.prompt(parts.prefix, parts.suffix, path=path, others=others)
    cutter = Cutter(
        parts.prefix.rsplit("\n", 1)[-1],
        suffix,
        language,
        mode,
        stop=prompt.stop,
        taken=prompt.taken,
    )
    return Ask(prompt=prompt, cutter=cutter, mode=mode)
