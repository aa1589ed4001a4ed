"""The adapters and the base that `hotseat experts mix` and `score` are given."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Expert, Roster
from hotseat.roster.merge import weights_of

if TYPE_CHECKING:
    from hotseat.mixtures.run import AdapterSet

_REPORT_S = 2.0


def adapter_set(
    roster: Roster, named: Sequence[str], base: str | None, *, more: Sequence[Path] = ()
) -> AdapterSet:
    """Return the adapters to mix or to score.

    `named` are experts of the roster, or `NAME=FILE.gguf` for an expert with another file; without
    any, all experts that have an adapter. `more` are folders of adapters that serve no language.
    Raises HotseatError.
    """
    from hotseat.mixtures.run import AdapterSet
    from hotseat.train.base import find_base

    chosen = [_expert(roster, text) for text in named] or [
        (e, Path(str(e.adapter))) for e in roster.experts if e.adapter is not None
    ]
    if not chosen:
        raise HotseatError(
            "No expert of the roster has an adapter",
            hint="`--roster adapters` has six; `hotseat train` makes one of your code",
        )
    bases = {weights_of(expert) for expert, _ in chosen}
    if len(bases) > 1:
        raise HotseatError(
            f"The adapters are over different bases: {', '.join(sorted(bases))}",
            hint="Name those over one base",
        )
    files = {expert.name: path for expert, path in chosen}
    for folder in more:
        files |= {f"{folder.name}/{path.stem}": path for path in sorted(folder.glob("*.gguf"))}
    return AdapterSet(
        base=find_base(base or bases.pop(), roster, ()).path,
        files=files,
        languages={name: expert.name for expert, _ in chosen for name in expert.languages},
    )


def _expert(roster: Roster, text: str) -> tuple[Expert, Path]:
    name, has_file, file = text.partition("=")
    expert = roster.by_name(name)
    if expert is None or not (has_file or expert.adapter):
        names = ", ".join(e.name for e in roster.experts if e.adapter is not None)
        raise HotseatError(
            f"The roster has no expert '{name}' with an adapter",
            hint=f"It has {names or 'none'}; write NAME=FILE.gguf for another file",
        )
    path = Path(file).expanduser() if has_file else Path(str(expert.adapter))
    if not path.is_file():
        raise HotseatError(f"There is no adapter {path}")
    return expert, path


def default_cache() -> Path:
    """Return the folder of scores that were computed before."""
    import platformdirs

    return platformdirs.user_cache_path("hotseat") / "mixtures"


def progress() -> Callable[[str, int], None]:
    """Return a function that prints what is scored on stderr, at most every two seconds."""
    last_s, n_done = 0.0, 0

    def report(what: str, n_pieces: int) -> None:
        nonlocal last_s, n_done
        n_done += n_pieces
        if time.monotonic() - last_s >= _REPORT_S:
            last_s = time.monotonic()
            print(f"{n_done} pieces scored; now {what}", file=sys.stderr, flush=True)

    return report
