"""The next edits of one window: makes the parts when the first one is asked for.

Imports nothing of `next_edit/` before that: a client that does not ask pays nothing for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from hotseat.documents.store import DocumentStore
from hotseat.domain.demand import Demand
from hotseat.domain.experts import Roster
from hotseat.domain.text import Position
from hotseat.keeper.link import KeeperLink
from hotseat.parsing.parser import Parser
from hotseat.session.next_edit.offered import OfferedEdit
from hotseat.session.next_edit.recorder import EditRecorder

if TYPE_CHECKING:
    from hotseat.session.next_edit.model_client import NextEditModel
    from hotseat.session.next_edit.service import NextEdits


class WindowNextEdits:
    """`link` returns the link to the keeper, `roster` the roster of now, `language_of` the language
    of an open document. `after_keys` does the work that keys put off. `wants_changed` is called
    when `with_model` would return something new."""

    def __init__(
        self,
        documents: DocumentStore,
        parser: Parser,
        *,
        is_on: bool,
        link: Callable[[], KeeperLink | None],
        roster: Callable[[], Roster],
        language_of: Callable[[str], str | None],
        is_secret: Callable[[str], bool],
        after_keys: Callable[[], None],
        wants_changed: Callable[[], None],
    ) -> None:
        self.recorder = EditRecorder(is_on=is_on)
        self._documents, self._parser = documents, parser
        self._link, self._roster = link, roster
        self._language_of, self._is_secret = language_of, is_secret
        self._after_keys, self._wants_changed = after_keys, wants_changed
        self._service: NextEdits | None = None
        self._model: NextEditModel | None = None

    async def next_edit(
        self, uri: str, position: Position, *, version: int | None = None
    ) -> OfferedEdit | None:
        """Return the offer for an open document; None without one, or if they are off."""
        if not self.recorder.is_on or self._documents.get(uri) is None:
            return None
        self._after_keys()
        return await self._made().next_edit(uri, position, version=version)

    def resolved(self, id_: str, outcome: str) -> None:
        """The user accepted or dismissed an offer; other ids are ignored."""
        if self._service is not None:
            self._service.resolved(id_, outcome)

    def with_model(self, demand: Demand) -> Demand:
        """Return the demand with the model for next edits, while it is of use."""
        return self._model.with_model(demand) if self._model is not None else demand

    async def aclose(self) -> None:
        """Close the connection to the engine."""
        if self._model is not None:
            await self._model.aclose()

    def _made(self) -> NextEdits:
        if self._service is None:
            from hotseat.completion.context.imports import shown_path
            from hotseat.parsing.remote_uses import RemoteUses
            from hotseat.session.next_edit.model_client import NextEditModel
            from hotseat.session.next_edit.service import NextEdits

            self._model = NextEditModel(
                self._roster,
                self._link,
                shown_path=shown_path,
                wants_changed=self._wants_changed,
            )
            self._service = NextEdits(
                self._documents,
                self.recorder,
                uses=RemoteUses(self._parser),
                language_of=self._language_of,
                is_secret=self._is_secret,
                ask_model=self._model,
            )
        return self._service
