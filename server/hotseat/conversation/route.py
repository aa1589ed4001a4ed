"""Which expert answers a question, and whether its model can hold a conversation."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Expert, Roster
from hotseat.engines.protocol import ModelInfo

_CHAT_CAPABILITIES = frozenset({"tools", "thinking", "chat"})
_ACTION = re.compile(r"\{[{%].*?[}%]\}", re.DOTALL)
_FILL_IN = re.compile(r"<[^<>\n]*(?:fim|PRE|SUF|MID|EOT|file|repo)[^<>\n]*>")
_WORD = re.compile(r"[A-Za-z]")


def candidates(
    roster: Roster, *, named: str | None, languages: Sequence[str | None]
) -> tuple[Expert, ...]:
    """Return the experts that may answer, the best first.

    The order is: the expert of the region, the expert of the file, the generalist, all others; even
    an expert for another language answers better than a model that cannot chat. `languages` are the
    region's, then the file's. A named expert is returned alone. Languages that are switched off
    count for completions only: then the generalist answers. Raises HotseatError when no expert is
    left.
    """
    if named is not None:
        if (expert := roster.by_name(named)) is None:
            known = ", ".join(e.name for e in roster.everyone())
            raise HotseatError(f"There is no expert '{named}'", hint=f"There are: {known}")
        return (expert,)
    found: list[Expert] = []
    for language in languages:
        if language is not None and language not in roster.disabled_languages:
            found += [e for e in roster.experts if language in e.languages][:1]
    if roster.generalist is not None:
        found.append(roster.generalist)
    found += roster.experts
    if not found:
        raise HotseatError(
            "No model can answer: the roster is empty",
            hint="Add `generalist:` to experts.yaml",
        )
    return tuple(dict.fromkeys(found))


def can_chat(info: ModelInfo) -> bool:
    """Return whether the model's template is one for conversations.

    The template of a base model is empty, passes the prompt through, or fills in the middle.
    Templates use Go's syntax in Ollama, and Jinja (from the GGUF file) in the embedded engine.
    """
    if info.capabilities & _CHAT_CAPABILITIES:
        return True
    template = info.template
    if any(mark in template for mark in (".Messages", ".Role", "messages")):
        return True
    return _WORD.search(_FILL_IN.sub("", _ACTION.sub("", template))) is not None
