"""Which format a model for next edits takes: by what it can do, as with fill-in-the-middle.

Seed-Coder's tokens or Zeta's name mean Zeta's format; Qwen's tokens or architecture, or Sweep's
name, mean Sweep's. A roster may name the format with `fim: sweep` or `fim: zeta`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hotseat.engines.protocol import ModelInfo
from hotseat.next_edit.model.answer import window_answer
from hotseat.next_edit.model.sweep import CONTROL_TOKENS as SWEEP_TOKENS
from hotseat.next_edit.model.sweep import CURSOR as SWEEP_CURSOR
from hotseat.next_edit.model.sweep import sweep_prompt
from hotseat.next_edit.model.window import EditContext, EditPrompt
from hotseat.next_edit.model.zeta import CONTROL_TOKENS as ZETA_TOKENS
from hotseat.next_edit.model.zeta import zeta_answer, zeta_prompt

_NAME_KEYS = ("general.architecture", "general.basename", "general.name")


@dataclass(frozen=True, slots=True, kw_only=True)
class EditFormat:
    """One family: how it is asked, and how its answer becomes lines of the window."""

    family: str
    prompt: Callable[[EditContext], EditPrompt]
    lines: Callable[[Sequence[str], str, bool], list[str] | None]
    """(window, answer, whether the window ends the text) to the window's new lines."""
    control_tokens: tuple[str, ...]


def _sweep_lines(region: Sequence[str], answer: str, ends_text: bool) -> list[str] | None:
    return window_answer(answer.replace(SWEEP_CURSOR, ""), region)


def _zeta_lines(region: Sequence[str], answer: str, ends_text: bool) -> list[str] | None:
    return zeta_answer(region, answer, ends_text=ends_text)


SWEEP = EditFormat(
    family="sweep", prompt=sweep_prompt, lines=_sweep_lines, control_tokens=SWEEP_TOKENS
)
ZETA = EditFormat(family="zeta", prompt=zeta_prompt, lines=_zeta_lines, control_tokens=ZETA_TOKENS)
FORMATS = {one.family: one for one in (SWEEP, ZETA)}


def choose_format(info: ModelInfo, roster_fim: str, model: str) -> EditFormat | None:
    """Return the model's format; None if nothing shows it. `model` is its name in the roster."""
    if roster_fim in FORMATS:
        return FORMATS[roster_fim]
    names = " ".join(str(info.metadata.get(key) or "") for key in _NAME_KEYS)
    names = f"{names} {info.known_names} {model}".lower()
    if "<[fim-suffix]>" in info.template or "zeta" in names:
        return ZETA
    if "sweep" in names or "<|fim_prefix|>" in info.template or "qwen2" in names:
        return SWEEP
    return None
