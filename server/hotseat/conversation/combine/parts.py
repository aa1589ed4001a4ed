"""Which experts answer a question together, what each of them is asked, and the joined answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hotseat.conversation.prompts import prompt_file
from hotseat.domain.experts import Expert, Roster

MAX_PARTS = 4
"""More parts make a long answer of short pieces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPart:
    """A part of a question, and the expert chosen for it."""

    expert: Expert
    language: str
    instruction: str
    """The text that goes with the question: which part is its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenPart:
    """A part of an answer."""

    chosen: str
    """The name of the expert that the part is for."""
    answered: str
    """The name of the expert that wrote it."""
    language: str | None
    text: str
    note: str = ""
    """Why another expert answered, or what went wrong."""


def plan_parts(languages: Sequence[str], roster: Roster) -> tuple[PlannedPart, ...]:
    """Return the parts of a question about several languages; empty if one expert can answer.

    Languages of one expert are one part. Languages that no expert is for, and those that are
    switched off, have no part: the others' experts answer for them.
    """
    chosen: dict[Expert, list[str]] = {}
    for language in languages:
        if language in roster.disabled_languages:
            continue
        expert = next((e for e in roster.experts if language in e.languages), None)
        if expert is not None and expert is not roster.generalist:
            chosen.setdefault(expert, []).append(language)
    if len(chosen) < 2:
        return ()
    named = {expert: _list(languages) for expert, languages in list(chosen.items())[:MAX_PARTS]}
    return tuple(
        PlannedPart(
            expert=expert,
            language=chosen[expert][0],
            instruction=prompt_file("part").filled(
                language=name,
                others=_list([other for one, other in named.items() if one is not expert]),
            ),
        )
        for expert, name in named.items()
    )


def heading(part: WrittenPart) -> str:
    """Return the line above a part: its language, who answered, and who was chosen for it."""
    who = part.answered
    if part.chosen != part.answered:
        who = f"{part.answered}, instead of {part.chosen}"
    note = f" ({part.note})" if part.note else ""
    return f"**{part.language}** · {who}{note}\n\n"


def joined(parts: Sequence[WrittenPart]) -> str:
    """Return the parts one after the other, each under its heading."""
    return "\n\n".join(heading(part) + part.text.strip() for part in parts)


def merge_instruction(question: str, parts: Sequence[WrittenPart]) -> str:
    """Return what a generalist is asked that makes one answer of the drafts."""
    drafts = "\n\n".join(
        f"Draft of the expert for {part.language}:\n{_quoted(part.text)}" for part in parts
    )
    return prompt_file("merge").filled(question=question, drafts=drafts)


def merged_ending(parts: Sequence[WrittenPart]) -> str:
    """Return the sentence that names the experts of a merged answer."""
    names = [
        p.answered if p.answered == p.chosen else f"{p.answered} instead of {p.chosen}"
        for p in parts
    ]
    return f"*Made from drafts by {_list(names)}.*"


def is_capable(roster: Roster, *, has_solved_tasks: bool = False) -> bool:
    """Return whether the generalist can merge, classify and distil.

    The roster says `plans: true`, or its weights have solved the five JSON tasks
    (`conversation/memory/json_tasks.py`).
    """
    return roster.generalist is not None and (roster.plans or has_solved_tasks)


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.strip().splitlines())


def _list(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
