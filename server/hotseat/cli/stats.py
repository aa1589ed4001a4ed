"""`hotseat stats`: the outcomes of suggestions on this machine. Nothing is sent anywhere."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from hotseat.cli.experts import JsonOption, fail
from hotseat.cli.interrupts import says_yes
from hotseat.domain.errors import HotseatError

if TYPE_CHECKING:
    from hotseat.cli.tables import PlainTable
    from hotseat.storage.learned_weights import LearnedWeightsFile
    from hotseat.storage.outcome_store import OutcomeStore
    from hotseat.storage.stats import Figures, Stats


def stats(
    as_json: JsonOption = False,
    days: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Show only the last N days; 90 days are kept."),
    ] = None,
    reset: Annotated[bool, typer.Option("--reset", help="Delete the recorded statistics.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Delete without asking.")] = False,
    reset_filter: Annotated[
        bool,
        typer.Option(
            "--reset-filter",
            help="Forget the filter's weights that were learned; earlier outcomes do not count "
            "again.",
        ),
    ] = False,
) -> None:
    """Show which suggestions were accepted, kept, typed or hidden, and their latency.

    The statistics are recorded on this machine only, and contain no code.
    """
    from hotseat.session.suggest.show_weights import filter_sentence
    from hotseat.storage.learned_weights import LearnedWeightsFile
    from hotseat.storage.outcome_store import DAY_S, MAX_DAYS, OutcomeStore
    from hotseat.storage.stats import stats_of

    store, learned = OutcomeStore(), LearnedWeightsFile()
    try:
        if reset_filter:
            was_there = learned.reset(time.time())
            what = "are forgotten" if was_there else "were Hotseat's own"
            print(f"The filter's learned weights {what}; outcomes until now do not count again.")
        if reset:
            _reset(store, learned, yes=yes)
        if reset or reset_filter:
            return
        rows = store.read(time.time() - min(days or MAX_DAYS, MAX_DAYS) * DAY_S)
    except HotseatError as error:
        fail(error)
    if store.warning:
        print(f"hotseat: {store.warning}", file=sys.stderr)
    found = stats_of(rows)
    if as_json:
        since = {"days": min(days or MAX_DAYS, MAX_DAYS)}
        print(json.dumps({**since, **asdict(found)}, indent=2))
    elif not rows:
        print(
            "No suggestion is recorded yet"
            + (f" in the last {days} days" if days else "")
            + ". Write some code in an editor with Hotseat; `hotseat doctor` checks the set-up."
        )
    else:
        _print(found, min(days or MAX_DAYS, MAX_DAYS))
        print(f"\nThe filter: {filter_sentence(learned)}")


def _reset(store: OutcomeStore, learned: LearnedWeightsFile, *, yes: bool) -> None:
    """Delete the outcomes, and the weights that were fitted to them."""
    if not store.is_there and not learned.path.exists():
        print("There is nothing to delete.")
        return
    if not yes and not says_yes(f"Delete all statistics in {store.path}?"):
        print("Nothing was deleted.")
        raise typer.Exit(1)
    store.delete()
    learned.delete()
    print("The statistics are deleted.")


def _print(found: Stats, days: int) -> None:
    from hotseat.cli.tables import wide_console

    console = wide_console()
    console.print(f"Suggestions of the last {days} days, on this machine", style="bold")
    console.print(_table("language", {**found.languages, "all": found.total}), "")
    console.print(_table("expert", found.experts))
    total = found.total
    if total.hidden:
        console.print(
            f"\nThe filter hid {total.hidden}; {total.hidden_typed} were typed nevertheless. "
            "`completion: {threshold: 0}` in experts.yaml shows everything."
        )


def _table(title: str, groups: Mapping[str, Figures]) -> PlainTable:
    from rich.text import Text

    from hotseat.cli.tables import PlainTable

    table = PlainTable(title)
    for name in ("shown", "accepted", "part", "typed", "kept", "hidden"):
        table.add_column(name, justify="right", no_wrap=True)
    for name in ("p50 ms", "p95 ms", "cache"):
        table.add_column(name, justify="right", no_wrap=True)
    for name, figures in groups.items():
        table.add_row(
            Text(name or "unknown"),
            str(figures.shown),
            _of(figures.accepted, figures.shown),
            str(figures.accepted_part),
            str(figures.typed),
            _percent(figures.kept_share),
            str(figures.hidden),
            _ms(figures.latency_p50_ms),
            _ms(figures.latency_p95_ms),
            _percent(figures.cached_share),
        )
    return table


def _of(n: int, n_all: int) -> str:
    return f"{n} ({_percent(n / n_all)})" if n and n_all else str(n)


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"


def _ms(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"
