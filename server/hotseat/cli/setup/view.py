"""The proposal of `hotseat setup` on a terminal and as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from hotseat.cli.experts import size_text
from hotseat.cli.setup.plan import Plan
from hotseat.cli.tables import PlainTable, wide_console

_MAX_LANGUAGES = 12


def print_plan(plan: Plan) -> None:
    """Print the roster and its reason, the models with licences and sizes, and the change."""
    console = wide_console()
    console.print(plan.reason, markup=False, soft_wrap=True)
    if plan.languages:
        shown = ", ".join(plan.languages[:_MAX_LANGUAGES])
        more = len(plan.languages) - _MAX_LANGUAGES
        tail = f" and {more} more" if more > 0 else ""
        console.print(f"Your languages, from git: {shown}{tail}.", markup=False, soft_wrap=True)
    else:
        console.print("No git history here shows your languages, so all models are listed.")
    console.print()
    table = PlainTable("model", "size", "licence", "for")
    for model in plan.models:
        size = "already there" if model.is_installed else size_text(model.size_bytes)
        table.add_row(model.name, size, model.licence or "–", ", ".join(model.experts))
    console.print(table)
    console.print(
        f"\n{size_text(plan.download_bytes)} to download. All models together get at most "
        f"{size_text(plan.budget_bytes)} of this machine's {size_text(plan.memory_bytes)} memory.",
        markup=False,
        soft_wrap=True,
    )
    if plan.change is not None:
        verb = "This changes" if plan.change.old is not None else "This writes"
        console.print(f"{verb} your experts.yaml:\n", markup=False, soft_wrap=True)
        console.print(plan.change.difference, markup=False, soft_wrap=True)
    elif plan.is_done:
        console.print("Everything is set up.")


def plan_json(plan: Plan) -> dict[str, Any]:
    """Return the proposal for scripts and editors."""
    change = plan.change
    return {
        "roster": plan.name,
        "reason": plan.reason,
        "languages": list(plan.languages),
        "models": [asdict(model) for model in plan.models],
        "download_bytes": plan.download_bytes,
        "memory_bytes": plan.memory_bytes,
        "budget_bytes": plan.budget_bytes,
        "experts_yaml": None
        if change is None
        else {"path": str(change.path), "exists": change.old is not None, "new": change.new},
        "done": plan.is_done,
    }
