"""The prompt of one step: task, plan, results so far, definitions, and the lines to change.

Never the conversation. Owns what is left out where the model's context is short: code around the
lines, definitions and results each have a share; the lines to change are never shortened.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hotseat.conversation.context.packing import PackedContext
from hotseat.conversation.excerpt import SelectionInFile, size_of
from hotseat.conversation.prompt import MESSAGE_BYTES, Message, fenced, system_text
from hotseat.conversation.prompts import prompt_file
from hotseat.conversation.rewrite import around
from hotseat.conversation.task.plan import Step, StepState, Task
from hotseat.domain.errors import HotseatError

MAX_INSTRUCTION_CHARS = 1_500
MAX_PLAN_LINE_CHARS = 160
BRIEF_SHARE = 0.25
"""Largest share for task, plan and results of the bytes that the lines to change leave."""
CONTEXT_SHARE = 0.4
"""The same for definitions, of what is left then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a step that is done has changed: its lines with a title, secrets masked."""

    step: int
    title: str
    language: str | None
    lines: tuple[str, ...]


def write_brief(task: Task, step: Step, results: Sequence[Result], n_bytes: int) -> str:
    """Return the task, the plan and the results so far in at most `n_bytes`; "" if nothing fits.

    The results that the step depends on come first, then the latest.
    """
    plan = "\n".join(_plan_line(one, is_own=one.id == step.id) for one in task.steps)
    instruction = task.instruction[:MAX_INSTRUCTION_CHARS]

    def filled(results_text: str) -> str:
        return prompt_file("brief").filled(instruction=instruction, plan=plan, results=results_text)

    left = n_bytes - size_of((filled(""),))
    if left < 0:
        plan = _plan_line(step, is_own=True)
        left = n_bytes - size_of((filled(""),))
    if left < 0:
        return ""
    found: list[str] = []
    for result in sorted(results, key=lambda one: (one.step not in step.after, -one.step)):
        text = f"\nStep {result.step} wrote {result.title}:\n"
        text += fenced(result.lines, result.language)
        if size_of((text,)) <= left:
            found.append(text)
            left -= size_of((text,))
    return filled("\n".join(found))


def write_step(
    task: Task,
    step: Step,
    *,
    place: SelectionInFile,
    persona: str | None,
    tried: Sequence[Message],
    n_bytes: int,
    results: Sequence[Result] = (),
    context: Callable[[int], PackedContext] = lambda _: PackedContext(),
) -> tuple[Message, ...]:
    """Return the messages that request a step's result of a model that reads `n_bytes`.

    `tried` holds an earlier answer that was unusable, and the reason. Raises HotseatError when the
    lines to change do not fit.
    """
    is_new = not place.selected
    system = system_text(persona, prompt_file("step_create" if is_new else "step_edit").text)
    lines = fenced(place.selected, place.language)
    what = f"Your step: {step.what}"
    if is_new:
        request = f"Write the new file {place.path}. {what}"
    else:
        request = f"These lines of {place.path} are to change:\n{lines}\n\n{what}"
    used = size_of((system, request)) + sum(size_of((text,)) for _, text in tried)
    left = n_bytes - used - (2 + len(tried)) * MESSAGE_BYTES
    if left < 0:
        raise HotseatError(
            f"{place.path}: the lines to change are longer than the model's context",
            hint="Name the definitions to change in the step, or give the model a larger `num_ctx`",
        )
    brief = write_brief(task, step, results, int(left * BRIEF_SHARE))
    left -= size_of((brief,))
    packed = context(max(0, int(left * CONTEXT_SHARE)))
    others = f"{packed.text}\n" if packed.text else ""
    code = "" if is_new else around(place, left - size_of((others,)))
    return (("system", system), ("user", f"{brief}\n{others}{code}{request}"), *tried)


def _plan_line(step: Step, *, is_own: bool) -> str:
    mark = "your step" if is_own else "done" if step.state is StepState.DONE else "to do"
    what = " ".join(step.what.split())[:MAX_PLAN_LINE_CHARS]
    return f"{step.id}. {step.path} ({step.action}, {mark}): {what}"
