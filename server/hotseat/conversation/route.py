"""Who answers a question: which expert, and whether its model can hold a conversation at all."""

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
    """Who may answer, the best first: the expert of the region, of the file, the generalist, and
    then all others, for even the wrong expert says more than a model that cannot chat.

    `languages` are the region's, then the file's. Who names an expert gets that one and no other.
    That a language is switched off counts for completions only: then the generalist answers.
    Raises HotseatError when there is nobody.
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
            "There is nobody to ask: the roster is empty",
            hint="Add `generalist:` to experts.yaml",
        )
    return tuple(dict.fromkeys(found))


def can_chat(info: ModelInfo) -> bool:
    """Whether the model was made for conversations, as its template tells.

    A base model's template is empty, hands the prompt through, or fills in the middle. A template
    is Go's in Ollama, and the GGUF's own Jinja in the embedded engine.
    """
    if info.capabilities & _CHAT_CAPABILITIES:
        return True
    template = info.template
    if any(mark in template for mark in (".Messages", ".Role", "messages")):
        return True
    return _WORD.search(_FILL_IN.sub("", _ACTION.sub("", template))) is not None
