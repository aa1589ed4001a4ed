"""Which expert answers a question, and whether its model can hold a conversation."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hotseat.conversation.routing.routing import Asked, route_question
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Expert, Roster
from hotseat.engines.protocol import ModelInfo

_CHAT_CAPABILITIES = frozenset({"tools", "thinking", "chat"})
_ACTION = re.compile(r"\{[{%].*?[}%]\}", re.DOTALL)
_FILL_IN = re.compile(r"<[^<>\n]*(?:fim|PRE|SUF|MID|EOT|file|repo)[^<>\n]*>")
_WORD = re.compile(r"[A-Za-z]")


def languages_asked(
    question: str,
    *,
    region_language: str | None = None,
    file_language: str | None = None,
    around: Sequence[str | None] = (),
) -> tuple[str, ...]:
    """Return the languages whose experts may answer a question, the best first; none if general.

    `around` are the languages of the place, innermost first, for regions without an expert of their
    own: they count where the question is about the place.
    """
    routed = route_question(
        Asked(question=question, region_language=region_language, file_language=file_language)
    ).languages
    if routed and routed[0] in {region_language, file_language}:
        return tuple(dict.fromkeys((*routed[:1], *filter(None, around), *routed[1:])))
    return routed


def parts_asked(
    question: str, *, region_language: str | None = None, file_language: str | None = None
) -> tuple[str, ...]:
    """Return the languages of the parts that a question plainly has, or none."""
    return route_question(
        Asked(question=question, region_language=region_language, file_language=file_language)
    ).parts


def is_doubtful(
    question: str, *, region_language: str | None = None, file_language: str | None = None
) -> bool:
    """Return whether the words of a question and its place say little about its languages."""
    return route_question(
        Asked(question=question, region_language=region_language, file_language=file_language)
    ).is_doubtful


def candidates(
    roster: Roster, *, named: str | None, languages: Sequence[str | None]
) -> tuple[Expert, ...]:
    """Return the experts that may answer, the best first.

    The order is: the experts of `languages`, which are in the order of what counts most, the
    generalist, all others; even an expert for another language answers better than a model that
    cannot chat. A named expert is returned alone. Languages that are switched off count for
    completions only: then the generalist answers. Raises HotseatError when no expert is left.
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
