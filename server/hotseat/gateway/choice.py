"""Which experts may answer a request, the best first. Pure."""

from __future__ import annotations

from collections import OrderedDict

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


def experts_for(
    roster: Roster, model: str, subject: Subject, last: str | None
) -> tuple[Expert, ...]:
    """Return the experts that may answer; `last` is the one that answered last there.

    `model` is one of `model_names`. One that is named is returned alone. Of `auto`: those of the
    latest turn's languages, else the conversation's last expert, else those of earlier turns, else
    the generalist; then all others. Raises HotseatError if the roster is empty.
    """
    if model == GENERALIST and roster.generalist is not None:
        return (roster.generalist,)
    if model != AUTO:
        return candidates(roster, named=model, languages=())
    languages = languages_of(subject.texts)
    if languages:
        return candidates(roster, named=None, languages=languages)
    kept = roster.by_name(last) if last is not None else None
    if kept is not None:
        return tuple(dict.fromkeys((kept, *candidates(roster, named=None, languages=()))))
    return candidates(roster, named=None, languages=languages_of(subject.earlier))
