"""The checks of a plan: limits, paths, repeated steps, dependencies.

What fails is left out, and the reason is a sentence for the user.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from hotseat.conversation.task.plan import Action, DraftStep, Step

MAX_WHAT_CHARS = 2_000
MAX_SYMBOLS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What is at a path. `problem` says why a task may not change it; else empty."""

    path: str
    """In the workspace, with links resolved."""
    problem: str = ""
    exists: bool = False
    language: str | None = None


Look = Callable[[str], Place]
"""From a path as a step has it to what is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one task may be."""

    files: int
    """Files that it changes."""
    tokens: int
    """Tokens that models write for it."""

    @property
    def steps(self) -> int:
        """Return how many steps a plan may have: several of one file are allowed."""
        return 2 * self.files


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedPlan:
    """The steps that can be run, and sentences on what was left out or changed."""

    steps: tuple[Step, ...] = ()
    notes: tuple[str, ...] = ()


def checked(
    drafts: Sequence[DraftStep],
    look: Look,
    limits: Limits,
    *,
    kept: Sequence[Step] = (),
    first_id: int = 1,
) -> CheckedPlan:
    """Return the plan that can be run.

    `kept` are steps that have begun, whose files count. New steps get ids from `first_id` on; the
    ids of a model's steps are their numbers in its plan, from 1.
    """
    notes: list[str] = []
    steps: list[Step] = []
    seen: set[tuple[str, Action, tuple[str, ...], str]] = set()
    files = {step.path for step in kept}
    created = {step.path for step in kept if step.action is Action.CREATE}
    taken = {step.id for step in kept}
    renamed: dict[int, int] = {}
    n_repeated = 0
    for number, draft in enumerate(drafts, start=1):
        place = look(draft.path)
        if place.problem:
            notes.append(f"{draft.path[:80]} is left out: {place.problem}.")
            continue
        exists = place.exists or place.path in created
        step = _step(draft, place, exists=exists, first_id=first_id, taken=taken)
        key = (step.path, step.action, step.symbols, " ".join(step.what.split()).casefold())
        if key in seen:
            n_repeated += 1
            continue
        if not step.what:
            notes.append(f"{step.path} is left out: the step does not say what to do.")
            continue
        if step.path not in files and len(files) >= limits.files:
            notes.append(f"{step.path} is left out: a task may change {limits.files} files.")
            continue
        if len(kept) + len(steps) >= limits.steps:
            notes.append(f"A task may have {limits.steps} steps: the others are left out.")
            break
        seen.add(key)
        files.add(step.path)
        if step.action is Action.CREATE:
            created.add(step.path)
        taken.add(step.id)
        renamed[draft.id if draft.id is not None else number] = step.id
        steps.append(step)
    if n_repeated:
        notes.append(
            "A repeated step is left out." if n_repeated == 1 else "Repeated steps are left out."
        )
    return CheckedPlan(
        steps=_with_dependencies(steps, renamed, {step.id for step in kept}),
        notes=tuple(dict.fromkeys(notes)),
    )


def _step(draft: DraftStep, place: Place, *, exists: bool, first_id: int, taken: set[int]) -> Step:
    id_ = draft.id
    if id_ is None or id_ in taken:
        id_ = max([first_id - 1, *taken]) + 1
    action = draft.action or Action.EDIT
    if not exists:
        action = Action.CREATE
    elif action is Action.CREATE:
        action = Action.EDIT
    symbols = tuple(dict.fromkeys(s.strip() for s in draft.symbols if s.strip()))[:MAX_SYMBOLS]
    return Step(
        id=id_,
        path=place.path,
        language=place.language,
        action=action,
        what=draft.what.strip()[:MAX_WHAT_CHARS],
        symbols=symbols if action is Action.EDIT else (),
        after=draft.after,
    )


def _with_dependencies(
    steps: Sequence[Step], renamed: dict[int, int], kept: set[int]
) -> tuple[Step, ...]:
    """Return the steps with dependencies on steps that are there and come before them: so there is
    no circle."""
    found: list[Step] = []
    before = set(kept)
    for step in steps:
        after = tuple(
            dict.fromkeys(
                id_ for number in step.after if (id_ := renamed.get(number, number)) in before
            )
        )
        found.append(replace(step, after=after))
        before.add(step.id)
    return tuple(found)
