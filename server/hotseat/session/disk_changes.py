"""Which files that other programs write count as attention, and the event for them.

Reads no file: a file's language comes from its name.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from urllib.parse import quote

from hotseat.attention.forecast import CHANGED_FOR_S
from hotseat.attention.state import AttentionState
from hotseat.documents.store import DocumentStore
from hotseat.domain.events import AttentionEvent, ChangedOnDisk
from hotseat.domain.experts import Roster
from hotseat.languages.detect import language_of
from hotseat.session.shared.uri_paths import path_in_workspace
from hotseat.workspace.vendored import written_by_hand

REPEAT_AFTER_S = CHANGED_FOR_S / 2
"""A language that was reported so recently is not reported again: its change still counts."""


class DiskChanges:
    """The two callbacks of `Watching`: `select` and `report`.

    `attention` and `roster` return those of now; `attend` takes the events. `clock` returns seconds
    on the clock of the attention state. Without a workspace nothing is selected.
    """

    def __init__(
        self,
        workspace: Path | None,
        documents: DocumentStore,
        *,
        attention: Callable[[], AttentionState],
        roster: Callable[[], Roster],
        attend: Callable[[AttentionEvent], None],
        repeat_after_s: float = REPEAT_AFTER_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._workspace = workspace
        self._documents = documents
        self._attention = attention
        self._roster = roster
        self._attend = attend
        self._repeat_after_s = repeat_after_s
        self._clock = clock

    def select(self, paths: Collection[str]) -> list[str]:
        """Return the files of a language that has an expert and was not reported recently."""
        if self._workspace is None:
            return []
        state, now_s = self._attention(), self._clock()
        return relevant_changes(
            paths,
            workspace=self._workspace,
            roster=self._roster(),
            open_uris=[document.uri for document in self._documents],
            is_known=lambda language: state.changed_within(language, self._repeat_after_s, now_s),
        )

    def report(self, paths: Sequence[str]) -> None:
        """Report the languages of files that were written as one attention event."""
        languages = {language_on_disk(path) for path in paths}
        self._attend(ChangedOnDisk(tuple(sorted(name for name in languages if name))))


def language_on_disk(path: str) -> str | None:
    """Return the language that the file's name alone shows."""
    return language_of("/" + quote(os.fsencode(os.path.basename(path))), None)


def relevant_changes(
    paths: Iterable[str],
    *,
    workspace: Path,
    roster: Roster,
    open_uris: Iterable[str],
    is_known: Callable[[str], bool],
) -> list[str]:
    """Return those of `paths` that are written by hand, in a language of an expert.

    Languages for which `is_known` is true are left out, and files that are open in the editor: the
    editor saves them itself, and edits in them are attention already.
    """
    of_experts = {language for expert in roster.experts for language in expert.languages}
    wanted = {name for name in of_experts - roster.disabled_languages if not is_known(name)}
    open_paths = {path_in_workspace(uri, workspace) for uri in open_uris}
    return [path for path in paths if _is_relevant(path, workspace, wanted, open_paths)]


def _is_relevant(
    path: str, workspace: Path, wanted: Collection[str], open_paths: Collection[str]
) -> bool:
    if language_on_disk(path) not in wanted:
        return False
    relative = os.path.relpath(path, workspace).replace(os.sep, "/")
    return relative not in open_paths and written_by_hand(relative)
