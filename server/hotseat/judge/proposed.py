"""The proposal as a change of the user's own experts.yaml.

The workspace's file is never changed: it belongs to a repository, and would affect all its users.
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
    """Return the change to write.

    `choice` is the value of `--roster`; `base` is the shipped roster that was judged, or that lies
    below the judged file. An empty file gets it as `use:`. Raises HotseatError when the judged
    roster is not the user's, or is unreadable.
    """
    path = user_path()
    use = base if base != DEFAULT or choice in shipped_names() else ""
    if choice is not None and choice not in shipped_names():
        path = Path(choice).expanduser()
    elif choice is not None and path.is_file():
        raise HotseatError(
            f"--write changes the roster that was judged, and '{choice}' comes with Hotseat",
            hint=f"Omit --roster to change your own: {path}",
        )
    after = {change.expert: change.after for change in changes}
    return change_of(path, lambda old: with_languages(old, after, use=use))
