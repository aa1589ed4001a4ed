"""The proposal as a change of the person's own experts.yaml.

The person's file and not the workspace's: that one belongs to a repository, and a file there would
count for everybody who works on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hotseat.domain.errors import HotseatError
from hotseat.judge.proposal import SeatChange
from hotseat.roster.edit import with_languages
from hotseat.roster.load import user_path
from hotseat.roster.shipped import DEFAULT, shipped_names
from hotseat.roster.write import Change, change_of


def proposed_change(changes: Sequence[SeatChange], choice: str | None, *, base: str) -> Change:
    """What would be written. `choice` is what `--roster` said, `base` the shipped roster that was
    judged, or that lies below the file that was: an empty file gets it as `use:`.

    Raises HotseatError when the roster that was judged is not the person's, or is not readable.
    """
    path = user_path()
    use = base if base != DEFAULT or choice in shipped_names() else ""
    if choice is not None and choice not in shipped_names():
        path = Path(choice).expanduser()
    elif choice is not None and path.is_file():
        raise HotseatError(
            f"--write changes the roster that was judged, and '{choice}' comes with Hotseat",
            hint=f"Leave out --roster: your own is {path}",
        )
    after = {change.expert: change.after for change in changes}
    return change_of(path, lambda old: with_languages(old, after, use=use))
