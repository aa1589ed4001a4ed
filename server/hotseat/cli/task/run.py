"""`hotseat task "…"` and `hotseat task resume`: run steps, and print or write the change.

Runs a language server of its own, which the keeper treats as one more window. Nothing is written
but a patch that the user names, unless `--apply` is given (`apply.py`).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from hotseat.cli.experts import JsonOption, RosterOption, chosen_roster, fail
from hotseat.cli.interrupts import run_async
from hotseat.cli.task.apply import replacements, write
from hotseat.cli.task.journal import (
    ForceOption,
    PathOption,
    TaskArgument,
    YesOption,
    note_written,
    print_task,
    workspace,
)
from hotseat.cli.task.view import TaskProgress, diff_of, plural, say
from hotseat.domain.errors import HotseatError

PatchOption = Annotated[
    Path | None,
    typer.Option("--patch", metavar="FILE", help="Write the diff to this file, not to stdout."),
]
ApplyOption = Annotated[
    bool, typer.Option("--apply", help="Show the diff, ask, and write the files.")
]
EngineOption = Annotated[
    str | None, typer.Option(metavar="URL", help="The address of the engine to use.")
]


def run(
    instruction: Annotated[str, typer.Argument(help="What is to be done; name files with @.")],
    step: Annotated[
        list[str] | None,
        typer.Option(
            "--step", "-s", metavar="PATH:TEXT", help="A step of your own plan; may be repeated."
        ),
    ] = None,
    path: PathOption = None,
    patch: PatchOption = None,
    apply: ApplyOption = False,
    yes: YesOption = False,
    force: ForceOption = False,
    plan: Annotated[bool, typer.Option("--plan", help="Make the plan, and run nothing.")] = False,
    roster: RosterOption = None,
    engine_url: EngineOption = None,
    as_json: JsonOption = False,
) -> None:
    """Change several files: a plan, one expert for each step, and one diff.

    Prints a unified diff that `git apply` takes, and changes no file. Steps and waiting times are
    on stderr. A capable generalist makes the plan (`plans: true` in experts.yaml); without one,
    each file that the task names is a step, or you write the steps.

    hotseat task "Rename Cart.add to put in @shop/cart.go and @web/cart.js"

    hotseat task "Show the tax" -s "shop/cart.go: return the tax" -s "web/cart.html: show it"

    hotseat task "Add a total" --path ~/src/shop --patch total.patch

    hotseat task "Add a total" --apply
    """
    root = workspace(path)
    try:
        params: dict[str, Any] = {"instruction": instruction, "planOnly": plan}
        if step:
            params["steps"] = [_step(text) for text in step]
        _refresh_index(root)
        result = _result(root, params, roster, engine_url)
    except HotseatError as error:
        fail(error)
    _finish(root, result, patch=patch, apply=apply, yes=yes, force=force, as_json=as_json)


def resume(
    task: TaskArgument,
    path: PathOption = None,
    patch: PatchOption = None,
    apply: ApplyOption = False,
    yes: YesOption = False,
    force: ForceOption = False,
    roster: RosterOption = None,
    engine_url: EngineOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run the steps of a task that are not done: after an interruption, a plan, or a failure.

    hotseat task resume 4f2a91c0

    hotseat task resume 4f2a91c0 --apply
    """
    root = workspace(path)
    try:
        result = _result(root, {"task": task}, roster, engine_url)
    except HotseatError as error:
        fail(error)
    _finish(root, result, patch=patch, apply=apply, yes=yes, force=force, as_json=as_json)


def _result(
    root: Path, params: dict[str, Any], roster: str | None, engine_url: str | None
) -> dict[str, Any]:
    if roster is not None:
        chosen_roster(roster, engine_url=engine_url)  # exits if the roster does not exist
    progress = TaskProgress()
    ids: list[str] = []

    def part(value: dict[str, Any]) -> None:
        if not ids and "task" in value:
            ids.append(value["task"]["id"])
        progress.part(value)

    try:
        return run_async(_run(root, params, roster, engine_url, part))
    except KeyboardInterrupt:
        if ids:
            say(f"Stopped. `hotseat task resume {ids[0]}` goes on.")
        raise


async def _run(
    root: Path, params: dict[str, Any], roster: str | None, engine_url: str | None, part: Any
) -> dict[str, Any]:
    from hotseat.client.editor import Editor

    arguments = ["--log-level", "error"]
    arguments += ["--roster", roster] if roster else []
    arguments += ["--engine-url", engine_url] if engine_url else []
    options = {"forecast": False, "watchFiles": False, "indexSymbols": False}
    async with Editor(arguments, root, options=options) as editor:
        editor.focus(None)
        return await editor.in_parts("hotseat/task", params, part)


def _finish(
    root: Path,
    result: dict[str, Any],
    *,
    patch: Path | None,
    apply: bool,
    yes: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Print, write the patch, or apply; exits with 1 if a step is not done."""
    task, files = result["task"], result["files"]
    result = {"task": task, "files": files}
    changes, diff = replacements(files), diff_of(files)
    try:
        if as_json and not apply:
            print(json.dumps(result, indent=2))
        elif patch is None and not as_json:
            print_task(result)
        if patch is not None:
            _write_patch(patch, diff)
        if apply and changes:
            written, errors = write(root, changes, yes=yes, force=force)
            note_written(root, task["id"])
            if as_json:
                print(json.dumps({**result, "written": written}, indent=2))
            say(
                f"Wrote {plural(len(written), 'file')}. `hotseat task undo {task['id']}` undoes it."
            )
            if errors:
                raise typer.Exit(1)
    except HotseatError as error:
        fail(error)
    if task["state"] == "planned":
        say(f"`hotseat task resume {task['id']}` runs it.")
        return
    if task["state"] != "done" or any(step["state"] != "done" for step in task["steps"]):
        say(f"Not all steps are done. `hotseat task resume {task['id']}` tries them again.")
        raise typer.Exit(1)


def _write_patch(patch: Path, diff: str) -> None:
    """Raises HotseatError."""
    try:
        patch.write_text(diff, encoding="utf-8", newline="")
    except OSError as error:
        raise HotseatError(f"{patch} cannot be written: {error.strerror}") from None
    say(f"The diff is in {patch}.")


def _step(text: str) -> dict[str, Any]:
    """Return a step of the user's plan. Raises HotseatError."""
    path, colon, what = text.partition(":")
    if not colon or not path.strip() or not what.strip():
        raise HotseatError(
            f"'{text}' is not a step", hint='Write --step "shop/cart.go: return the tax"'
        )
    return {"path": path.strip(), "what": what.strip()}


def _refresh_index(root: Path) -> None:
    """Bring the index of symbols up to date: the plan and the steps look definitions up there."""
    from hotseat.cli.conversation.symbols import refreshed_index

    try:
        refreshed_index(root)
    except HotseatError as error:
        say(f"{error.message}: definitions are not looked up.")
