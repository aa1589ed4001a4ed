"""`hotseat memory …`: what is remembered of the conversations in a workspace."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hotseat.cli.experts import JsonOption, fail
from hotseat.cli.help import HelpCommand, HelpGroup
from hotseat.cli.interrupts import says_yes
from hotseat.domain.errors import HotseatError

if TYPE_CHECKING:
    from hotseat.conversation.memory.facts import Fact
    from hotseat.storage.conversations import ConversationStore

memory = typer.Typer(
    help="List, search and remove what Hotseat remembers of conversations.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    cls=HelpGroup,
)
PathOption = Annotated[
    Path | None,
    typer.Option(
        "--path", "-p", help="The folder of the workspace.", show_default="the current folder"
    ),
]
KINDS = ("decision", "preference", "project")


def list_(path: PathOption = None, as_json: JsonOption = False) -> None:
    """List the conversations, the newest first, and the facts.

    hotseat memory list

    hotseat memory list --path ~/src/shop --json
    """

    def work(store: ConversationStore) -> dict[str, Any]:
        return {
            "conversations": [
                {
                    "id": found.id,
                    "title": found.title,
                    "last": _minute(found.last_at_s),
                    "turns": found.n_turns,
                }
                for found in store.conversations()
            ],
            "facts": _facts(store),
        }

    found = _with_store(path, work)
    if as_json:
        print(json.dumps(found, indent=2))
        return
    if not found["conversations"] and not found["facts"]:
        print("Nothing is remembered for this folder.")
    for one in found["conversations"]:
        print(f"{one['id']}  {one['last']}  {_turns(one['turns'])}  {one['title']}")
    for fact in found["facts"]:
        print(_fact_line(fact))


def search(
    question: Annotated[str, typer.Argument(help="What is looked for, as a question or words.")],
    path: PathOption = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="The most turns to show.")] = 5,
    as_json: JsonOption = False,
) -> None:
    """Show the turns that a question recalls, best first, as an expert would get them, and facts
    that share words with it.

    hotseat memory search "why did we choose sqlite"

    hotseat memory search "what did we do last week" --limit 10
    """

    def work(store: ConversationStore) -> list[dict[str, Any]]:
        from hotseat.conversation.memory.facts import facts_about
        from hotseat.storage.recall import recall_turns

        today = datetime.now().astimezone().date()
        turns = [
            {**_turn(found.turn), "score": round(found.score, 3)}
            for found in recall_turns(store, question, today=today, limit=limit)
        ]
        about = facts_about(store.facts(), question)[:limit]
        return [*turns, *({"role": "fact", **_fact(fact)} for fact in about)]

    found = _with_store(path, work)
    if as_json:
        print(json.dumps(found, indent=2))
        return
    if not found:
        print("Nothing that is remembered fits.")
    for one in found:
        if one["role"] == "fact":
            print(_fact_line(one))
        else:
            _print_turn(one)


def show(
    conversation: Annotated[str, typer.Argument(help="The id of a conversation (`memory list`).")],
    path: PathOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a conversation.

    hotseat memory show 4f2a91c0-1
    """

    def work(store: ConversationStore) -> list[dict[str, Any]]:
        turns = [_turn(turn) for turn in store.turns(conversation)]
        if not turns:
            raise HotseatError(
                f"There is no conversation '{conversation}'",
                hint="`hotseat memory list` shows their ids",
            )
        return turns

    found = _with_store(path, work)
    if as_json:
        print(json.dumps(found, indent=2))
        return
    for turn in found:
        _print_turn(turn)


def pin(
    text: Annotated[
        str, typer.Argument(help="A statement to remember, or the number of a fact (`12`).")
    ],
    path: PathOption = None,
    kind: Annotated[
        str, typer.Option(metavar="KIND", help=f"What it is: {', '.join(KINDS)}.")
    ] = "project",
    supersedes: Annotated[
        int | None,
        typer.Option(metavar="N", help="The fact that it replaces.", show_default="none"),
    ] = None,
    unpin: Annotated[bool, typer.Option("--unpin", help="Take the pin away.")] = False,
) -> None:
    """Pin a statement, so that every expert gets it with every question.

    hotseat memory pin "Money is stored in cents" --kind decision

    hotseat memory pin 3 --unpin
    """

    def work(store: ConversationStore) -> int:
        from hotseat.conversation.memory.facts import MAX_FACT_CHARS, FactKind
        from hotseat.privacy.prose_secrets import mask_prose

        if kind not in KINDS:
            raise HotseatError(f"'{kind}' is no kind of fact", hint=f"Use {', '.join(KINDS)}")
        statement = " ".join(text.split())
        if statement.isdigit():
            id_ = int(statement)
            if not store.pin_fact(id_, pinned=not unpin):
                raise _no_fact(id_)
            return id_
        if not statement or len(statement) > MAX_FACT_CHARS:
            raise HotseatError(f"A fact has 1 to {MAX_FACT_CHARS} characters")
        if supersedes is not None and supersedes not in {fact.id for fact in store.facts()}:
            raise _no_fact(supersedes)
        return store.add_fact(
            FactKind(kind),
            mask_prose(statement),
            at_s=time.time(),
            pinned=not unpin,
            supersedes=supersedes,
        )

    id_ = _with_store(path, work)
    print(f"Fact {id_} is {'not pinned any more' if unpin else 'pinned'}.")


def confirm(
    number: Annotated[int, typer.Argument(metavar="N", help="The number of the fact.")],
    path: PathOption = None,
) -> None:
    """Confirm a note of another program, so that experts get it as they get other facts.

    `hotseat memory list` marks those that are not. `hotseat memory forget fact:N` removes one.

    hotseat memory confirm 7
    """

    def work(store: ConversationStore) -> None:
        if not store.confirm_fact(number):
            raise _no_fact(number)

    _with_store(path, work)
    print(f"Fact {number} is confirmed.")


def forget(
    what: Annotated[
        list[str],
        typer.Argument(
            metavar="WHAT…",
            help="Ids of conversations, `turn:N` for a turn, `fact:N` for a fact.",
        ),
    ],
    path: PathOption = None,
) -> None:
    """Remove conversations, turns or facts, and their bytes from the files.

    hotseat memory forget 4f2a91c0-1

    hotseat memory forget turn:17 fact:3
    """

    def work(store: ConversationStore) -> int:
        n_gone = 0
        for name in what:
            kind, _, number = name.partition(":")
            if kind in ("turn", "fact") and number.isdigit():
                ids = {f"{kind}s": [int(number)]}
                gone = store.forget(**ids)  # type: ignore[arg-type]
            else:
                gone = store.forget(conversation=name)
            if not gone:
                raise HotseatError(
                    f"There is no '{name}'", hint="`hotseat memory list` shows what there is"
                )
            n_gone += gone
        return n_gone

    n_gone = _with_store(path, work)
    print(f"Removed {n_gone} {'entry' if n_gone == 1 else 'entries'}.")


def export(path: PathOption = None) -> None:
    """Print everything that is remembered as JSON.

    hotseat memory export > memory.json
    """
    from hotseat.storage.conversations import exported

    print(json.dumps(_with_store(path, exported), indent=2))


def clear(
    path: PathOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Remove without asking.")] = False,
) -> None:
    """Remove everything that is remembered for a workspace.

    hotseat memory clear --path ~/src/shop
    """

    def work(store: ConversationStore) -> bool:
        if not store.path.exists():
            return False
        if not yes:
            if not sys.stdin.isatty():
                raise HotseatError("Nothing was removed: no terminal to ask on", hint="Add --yes")
            if not says_yes(f"Remove {store.path}?"):
                raise typer.Exit(1)
        return store.clear()

    print("Removed." if _with_store(path, work) else "Nothing is remembered for this folder.")


def _register() -> None:
    for name, command in (
        ("list", list_),
        ("search", search),
        ("show", show),
        ("pin", pin),
        ("confirm", confirm),
        ("forget", forget),
        ("export", export),
        ("clear", clear),
    ):
        memory.command(name, cls=HelpCommand)(command)


_register()


def _with_store(path: Path | None, work: Callable[[ConversationStore], Any]) -> Any:
    """Return what `work` does with the store of the workspace; a HotseatError ends the command."""
    from hotseat.storage.conversations import ConversationStore, conversations_path

    folder = (path or Path.cwd()).expanduser().absolute()
    try:
        if not folder.is_dir():
            raise HotseatError(f"{folder} is not a folder")
        # In a subfolder: the workspace is the nearest folder above that has conversations.
        known = (f for f in (folder, *folder.parents) if conversations_path(f).exists())
        folder = next(known, folder)
        return work(
            ConversationStore(
                conversations_path(folder), say=lambda line: print(line, file=sys.stderr)
            )
        )
    except HotseatError as error:
        fail(error)


def _no_fact(id_: int) -> HotseatError:
    return HotseatError(f"There is no fact {id_}", hint="`hotseat memory list` shows them")


def _facts(store: ConversationStore) -> list[dict[str, Any]]:
    return [_fact(fact) for fact in store.facts()]


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "id": fact.id,
        "kind": str(fact.kind),
        "text": fact.text,
        "pinned": fact.pinned,
        "supersededBy": fact.superseded_by,
        "origin": fact.origin,
        "confirmed": fact.is_confirmed,
    }


def _fact_line(fact: dict[str, Any]) -> str:
    marks = ["pinned"] if fact["pinned"] else []
    if not fact["confirmed"]:
        marks.append(f"a note of {fact['origin']}, not confirmed")
    if fact["supersededBy"] is not None:
        marks.append(f"replaced by fact {fact['supersededBy']}")
    mark = f" ({', '.join(marks)})" if marks else ""
    return f"fact {fact['id']}  {fact['kind']}  {fact['text']}{mark}"


def _turn(turn: Any) -> dict[str, Any]:
    return {
        "id": turn.id,
        "conversation": turn.conversation,
        "role": "user" if turn.is_user else "assistant",
        "day": turn.day.isoformat(),
        "expert": turn.expert,
        "language": turn.language,
        "text": turn.text,
    }


def _print_turn(turn: dict[str, Any]) -> None:
    by = "you" if turn["role"] == "user" else turn["expert"] or "an expert"
    print(f"turn:{turn['id']}  {turn['day']}  {by}, in {turn['conversation']}")
    for line in str(turn["text"]).splitlines():
        print(f"    {line}")


def _turns(n: int) -> str:
    return "1 turn" if n == 1 else f"{n} turns"


def _minute(at_s: float) -> str:
    return datetime.fromtimestamp(at_s).astimezone().strftime("%Y-%m-%d %H:%M")
