"""Which experts may answer a request, the best first. Pure."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from hotseat.conversation.route import candidates
from hotseat.domain.experts import Expert, Roster
from hotseat.gateway.subject import Subject, languages_of

AUTO = "auto"
GENERALIST = "generalist"
MAX_CONVERSATIONS = 256
"""Whose last expert is remembered, in memory only."""


class LastExperts:
    """The expert that answered last in each conversation."""

    def __init__(self, max_conversations: int = MAX_CONVERSATIONS) -> None:
        self._max_conversations = max_conversations
        self._names: OrderedDict[str, str] = OrderedDict()

    def note(self, conversation: str, expert: str) -> None:
        """The expert answers in the conversation; an empty conversation is none."""
        if conversation:
            self._names[conversation] = expert
            self._names.move_to_end(conversation)
            while len(self._names) > self._max_conversations:
                self._names.popitem(last=False)

    def of(self, conversation: str) -> str | None:
        return self._names.get(conversation)


def model_names(roster: Roster) -> tuple[str, ...]:
    """Return the models that a client may name."""
    names = [AUTO] if roster.everyone() else []
    if roster.generalist is not None:
        names.append(GENERALIST)
    return tuple(dict.fromkeys([*names, *(expert.name for expert in roster.everyone())]))


def named_model(roster: Roster, model: str) -> str | None:
    """Return the model's name without the tag that Ollama's clients add; None if there is none."""
    names = model_names(roster)
    return next((name for name in (model, model.removesuffix(":latest")) if name in names), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The experts that may answer, the best first, and why."""

    experts: tuple[Expert, ...]
    reason: str


def route_of(roster: Roster, model: str, subject: Subject, last: str | None) -> Route:
    """Return who may answer; `last` is the expert that answered last in the conversation.

    `model` is one of `model_names`. One that is named is returned alone. Of `auto`: those of the
    latest turn's languages, else the conversation's last expert, else those of earlier turns, else
    the generalist; then all others. Raises HotseatError if the roster is empty.
    """
    if model == GENERALIST and roster.generalist is not None:
        return Route(experts=(roster.generalist,), reason="is named")
    if model != AUTO:
        return Route(experts=candidates(roster, named=model, languages=()), reason="is named")
    if languages := languages_of(subject.texts):
        return _by_languages(roster, languages, "in the latest turn")
    others = candidates(roster, named=None, languages=())
    kept = roster.by_name(last) if last is not None else None
    if kept is not None:
        experts = tuple(dict.fromkeys((kept, *others)))
        return Route(experts=experts, reason="the conversation's last expert")
    if languages := languages_of(subject.earlier):
        return _by_languages(roster, languages, "in earlier turns")
    return Route(experts=others, reason="no language")


def experts_for(
    roster: Roster, model: str, subject: Subject, last: str | None
) -> tuple[Expert, ...]:
    """Return the experts of `route_of`. Raises HotseatError if the roster is empty."""
    return route_of(roster, model, subject, last).experts


def _by_languages(roster: Roster, languages: Sequence[str], where: str) -> Route:
    experts = candidates(roster, named=None, languages=languages)
    return Route(experts=experts, reason=f"{', '.join(languages[:3])} {where}")
