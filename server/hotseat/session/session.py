"""One editor window: its documents, attention, roster, and the link to the keeper.

The only owner of that state. Editor notifications come in as plain calls and return at once;
what takes time runs as a task beside them. Knows nothing of LSP.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import time
from collections.abc import Callable, Collection, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from hotseat.attention.attention import Attention
from hotseat.attention.forecast import CHANGED_FOR_S
from hotseat.attention.forecaster import Forecaster
from hotseat.attention.state import goes_on
from hotseat.documents.store import Change, Document, DocumentStore, Outcome
from hotseat.domain.errors import HotseatError
from hotseat.domain.events import (
    Asked,
    AttentionEvent,
    ChangedOnDisk,
    Closed,
    CursorMoved,
    Edited,
    Focused,
    Opened,
    Pinned,
    VisibleChanged,
    WindowFocused,
)
from hotseat.domain.experts import EngineKind, Expert, Roster
from hotseat.domain.residency import ModelState
from hotseat.domain.text import Position, PositionEncoding
from hotseat.engines.pull import pull as pull_into
from hotseat.engines.sources import ProgressSink
from hotseat.keeper.engine_discovery import EngineAddress
from hotseat.keeper.link import KeeperLink
from hotseat.keeper.state import KeeperState, WindowFocus
from hotseat.privacy.secret_files import is_secret_path
from hotseat.session.chat.ask_service import Asker
from hotseat.session.chat.chat_client import Speaker
from hotseat.session.chat.edit_service import Rewriter
from hotseat.session.chat.model_waiting import Warmth
from hotseat.session.chat.selection_context import Surroundings
from hotseat.session.connection import Connection
from hotseat.session.cursors import Cursors
from hotseat.session.disk_changes import language_on_disk, news
from hotseat.session.document_language import (
    grammar_of,
    host_of_document,
    language_of_document,
    workspace_path,
)
from hotseat.session.missing_models import MissingExperts
from hotseat.session.open_file_context import Neighbours
from hotseat.session.parse_loop import ParseLoop
from hotseat.session.rosters import RosterFiles
from hotseat.session.settings import Settings
from hotseat.session.status import window_status
from hotseat.session.suggest.acceptance import Outcomes
from hotseat.session.suggest.show import Showing
from hotseat.session.suggest.suggester import Suggester
from hotseat.session.suggest.suggestion import Suggestion
from hotseat.workspace.learning import Learning
from hotseat.workspace.watching import Watching

log = logging.getLogger(__name__)

DEMAND_REFRESH_S = 5.0
"""Chances decay with time even when nothing happens."""
TIMER_SLACK_S = 0.005
"""The event loop's timers may come a clock tick early."""
PUT_OFF_S = 0.008
"""Editors ask for a completion right behind a key."""
DEMAND_AFTER_S = 0.01
"""Reckoning demand takes half a millisecond, and what changes it comes in several events."""
DEMAND_WHILE_TYPING_S = 0.5
"""Key after key in one place, the chances hardly move."""
TRUST_EVERY_S = 2.0
"""How soon `hotseat trust` counts in open windows: a small file is read, in a thread."""
STATUS_EVERY_S = 0.1
"""At most so often: a status costs a millisecond, and a keystroke causes several."""


def _is_a_character(changes: Sequence[Change]) -> bool:
    """Typed in one place: not a line break, which an editor's own indentation follows."""
    (range_, text), *more = changes or ((None, ""),)
    is_insertion = range_ is not None and range_.start == range_.end
    return is_insertion and not more and len(text) == 1 and text != "\n"


class Session:
    """`on_status` is called a moment after the status may have changed, `on_roster` when the
    roster's files were read."""

    def __init__(
        self,
        settings: Settings,
        *,
        encoding: PositionEncoding,
        workspace: Path | None,
        on_status: Callable[[], None],
        on_roster: Callable[[], None],
    ) -> None:
        self.settings = settings
        self.documents = DocumentStore(encoding)
        self.rosters = RosterFiles(settings, workspace)
        forecaster = Forecaster() if settings.forecast else None
        self._attention = Attention(forecaster, lambda uri: workspace_path(uri, workspace))
        self._learning = Learning(workspace, forecaster) if forecaster else None
        self._workspace = workspace
        self._watching = Watching(
            workspace, select=self._news_on_disk, on_changed=self._changed_on_disk
        )
        self._demand_timer: asyncio.TimerHandle | None = None
        self._cursors = Cursors()
        self._put_off: list[Callable[[], None]] = []
        self._read_place: tuple[str, str] | None = None
        """Document and model that were made ready for the first key."""
        self._connection = Connection(
            settings, self.rosters, on_link=self._send_demand, on_state=self._keeper_said
        )
        self._on_status = on_status
        self._on_roster = on_roster
        self._status_timer: asyncio.TimerHandle | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self.parsing = ParseLoop(self.documents, self._parsed)
        self._neighbours = Neighbours(
            self.documents,
            language_of=self._cursors.file_language,
            is_secret=lambda uri: is_secret_path(
                workspace_path(uri, workspace), self.roster.secrets
            ),
        )
        self._missing = MissingExperts(self._status_soon)
        self.suggester = Suggester(self.documents, self._link, self._neighbours, self._missing)
        self._warmth = Warmth(self._link, self._send_demand, lambda: self._connection.problem)
        self._speaker = Speaker(self._link, self._warmth)
        surroundings = Surroundings(
            self.documents,
            file_language=self._cursors.file_language,
            cursor=self._cursors.position,
            is_secret=self._neighbours.is_secret,
        )
        self.asker = Asker(surroundings, self._speaker, self._warmth, lambda: self.roster)
        self.rewriter = Rewriter(
            self.documents, surroundings, self._speaker, self._warmth, lambda: self.roster
        )
        self.outcomes = Outcomes(self.documents)
        self._showing = Showing(self.outcomes, self._after_key)
        self._n_asked = 0

    @property
    def roster(self) -> Roster:
        return self.rosters.roster

    @property
    def state(self) -> KeeperState:
        """The keeper's, or why there is none."""
        return self._connection.state

    def _link(self) -> KeeperLink | None:
        return self._connection.link

    async def start(self) -> None:
        """Read the roster, find the engine, connect to the keeper; then keep demand fresh."""
        self.parsing.start()
        if self._learning is not None:
            self._learning.start()
        self.outcomes.start()
        self._neighbours.start()
        await self._showing.start()
        await asyncio.to_thread(self.rosters.read)
        self._look_again()
        await self._connection.connect()
        await self._rosters_were_read()  # once, for the roster may depend on the engine
        self._tasks.append(asyncio.create_task(self._refresh_demand()))
        if self._workspace is not None and self.settings.trusted is None:
            self._tasks.append(asyncio.create_task(self._follow_trust()))
        if self.settings.watch_files:
            self._watching.start()

    async def aclose(self) -> None:
        self._catch_up()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._demand_timer is not None:
            self._demand_timer.cancel()
        await self._watching.aclose()
        if self._learning is not None:
            await self._learning.aclose()
        await self.outcomes.aclose()
        await self._neighbours.aclose()
        await self.parsing.aclose()
        await self.suggester.aclose()
        await self.asker.aclose()
        await self._speaker.aclose()
        await self._connection.aclose()

    # --- documents and attention ---

    def opened(self, uri: str, language_id: str, version: int, text: str) -> None:
        self._catch_up()
        self.documents.open(uri, language_id, version, text)
        document = self.documents.get(uri)
        assert document is not None
        language = language_of_document(document)
        self._cursors.opened(uri, language)
        document.syntax.set_grammar(grammar_of(language))
        self.parsing.wake()
        self._attend(Opened(uri, host_of_document(document, language)))

    def changed(self, uri: str, version: int | None, changes: Sequence[Change]) -> Outcome:
        self._catch_up()
        outcome = self.documents.change(uri, version, changes)
        document = self.documents.get(uri)
        if document is None:
            return outcome
        self._cursors.edited(uri, changes, self.documents.encoding)
        self._after_key(partial(self._take_in, document, tuple(changes), time.monotonic()))
        if _is_a_character(changes) and self.suggester.keyed():
            # Not put off: what is left of the editor's pause is about what an engine takes.
            position = self._cursors.position(uri)
            language = self.language_at_cursor(document)
            self.suggester.begin_early(document, position, language, self.roster)
        return outcome

    def _take_in(self, document: Document, changes: tuple[Change, ...], now_s: float) -> None:
        self.outcomes.edited(document.uri, changes, now_s)
        self._neighbours.changed(document.uri, changes)
        self._attend(Edited(document.uri, self.language_at_cursor(document)))

    def closed(self, uri: str) -> Outcome:
        self._catch_up()
        self._cursors.closed(uri)
        self.outcomes.closed(uri, time.monotonic())
        self._neighbours.closed(uri)
        self._attend(Closed(uri))
        return self.documents.close(uri)

    def focused(self, uri: str | None) -> None:
        self._catch_up()
        self._attend(Focused(uri))
        self.outcomes.cursor(uri, None, time.monotonic())
        if uri is not None and (document := self.documents.get(uri)) is not None:
            self._attend(CursorMoved(uri, self.language_at_cursor(document)))

    def visible(self, uris: Sequence[str]) -> None:
        self._catch_up()
        self._attend(VisibleChanged(tuple(uris)))

    def cursor_moved(self, uri: str, position: Position) -> None:
        self._catch_up()
        if (document := self.documents.get(uri)) is not None:
            self._cursors.moved(uri, position)
            self._look_at_cursor(document, position, time.monotonic())

    def _look_at_cursor(self, document: Document, position: Position, now_s: float) -> None:
        self.outcomes.cursor(document.uri, position, now_s)
        self._attend(CursorMoved(document.uri, self.language_at_cursor(document)))

    def window_focused(self, focused: bool) -> None:
        self._catch_up()
        self._attend(WindowFocused(focused))

    def language_at_cursor(self, document: Document) -> str | None:
        """Of the region where the cursor was last seen."""
        language = self._cursors.language(document, self.roster)
        if document.syntax.pending:
            self.parsing.wake()  # the cursor may have left what was parsed
        return language

    def may_be_shown(self, uri: str) -> bool:
        """To models: it is open, and not a file that may hold secrets."""
        return self.documents.get(uri) is not None and not self._neighbours.is_secret(uri)

    async def suggest(
        self, uri: str, position: Position, *, invoked: bool = False
    ) -> Suggestion | None:
        """What to insert there; None for nothing, and the status says why.

        `invoked` is asked for by hand: the filter hides nothing then.
        """
        document = self.documents.get(uri)
        if document is None:
            return None
        asked_s = time.monotonic()
        self._n_asked = n_asked = self._n_asked + 1
        self._cursors.moved(uri, position)
        self._after_key(partial(self._look_at_cursor, document, position, asked_s))
        language = self.language_at_cursor(document)
        try:
            suggestion = await self.suggester.suggest(
                document, position, language, self.roster, invoked=invoked
            )
            if suggestion is not None:
                return self._showing.judged(
                    suggestion,
                    document,
                    language,
                    roster=self.roster,
                    last=self.suggester.last,
                    asked_s=asked_s,
                    invoked=invoked,
                )
            if n_asked == self._n_asked:
                self._after_key(partial(self.outcomes.nothing, time.monotonic()))
            return None
        finally:
            self._status_soon()

    def resolved(self, suggestion_id: str, outcome: str) -> None:
        """The client says what became of a suggestion: `accepted` or `rejected`."""
        self._catch_up()
        self.suggester.resolve(suggestion_id, outcome)
        self.outcomes.resolved(suggestion_id, outcome, time.monotonic())
        self._status_soon()

    # --- commands ---

    def pin(self, name: str, pinned: bool) -> Expert:
        expert = self._expert(name)
        self._attend(Pinned(name, pinned))
        return expert

    def ask_to_load(self, name: str, load: bool) -> Expert:
        expert = self._expert(name)
        if load and (link := self._link()) is not None:
            self._missing.found(expert)
            link.retry(expert.seat)
        self._attend(Asked(name, load))
        return expert

    async def pull(self, name: str, progress: ProgressSink) -> Expert:
        """Bring the expert's model into the engine; raises HotseatError. May take minutes."""
        expert = self._expert(name)
        if not self.state.engine.url:
            raise HotseatError("The engine is not there yet", hint="`hotseat doctor` says why")
        if self.state.engine.kind == EngineKind.OPENAI:
            raise HotseatError(
                f"The server at {self.state.engine.url} has its own models",
                hint="Bring them into it by its own means",
            )
        await pull_into(self.state.engine.url, expert, progress=progress)
        self._missing.found(expert)
        if (link := self._link()) is not None:
            link.retry(expert.seat)
        return expert

    async def use_engine(self, choice: str) -> EngineAddress:
        """`ollama`, `embedded`, or a URL; raises HotseatError for anything else."""
        return await self._connection.use(choice)

    async def reload_rosters(self) -> None:
        """Read the files again. A changed engine or keep-alive takes a restart, or `hotseat trust`;
        the rest counts at once."""
        await asyncio.to_thread(self.rosters.read)
        await self._rosters_were_read()

    async def _rosters_were_read(self) -> None:
        self._neighbours.forget_all()
        await self._connection.roster_was_read()
        self._on_roster()
        self._look_again()
        self._send_demand()

    async def _follow_trust(self) -> None:
        """What `hotseat trust` says of the workspace counts at once, its engine included: nothing
        may go to the engine of a roster that is trusted no longer."""
        while True:
            await asyncio.sleep(TRUST_EVERY_S)
            if not await asyncio.to_thread(self.rosters.is_trust_old):
                continue
            before = self.roster
            await asyncio.to_thread(self.rosters.read)
            now = self.roster
            is_other = (before.engine, before.keep_alive_s) != (now.engine, now.keep_alive_s)
            if is_other:
                await self._connection.aclose()
                await self._connection.connect()
            await self._rosters_were_read()

    # --- status ---

    def status(self) -> dict[str, Any]:
        """JSON of `hotseat/status`."""
        self._catch_up()
        focused = self._attention.state.focused
        link = self._link()
        return window_status(
            self.state,
            roster=self.roster,
            uri=focused,
            language=self._attention.state.focused_language,
            silent_s=link.silent_s() if link else 0.0,
            fim=self.suggester.fim_reports(),
            problem=self._missing.problem,
            completions=self.suggester.counts,
            last_completion=self.suggester.last.to_wire() if self.suggester.last else None,
        )

    def loading(self) -> dict[str, float]:
        """Experts whose models load now, with the seconds so far."""
        return {m.expert: m.state_s for m in self.state.models if m.state is ModelState.LOADING}

    # --- inside ---

    def _expert(self, name: str) -> Expert:
        if (expert := self.roster.by_name(name)) is None:
            known = ", ".join(e.name for e in self.roster.everyone())
            raise HotseatError(f"There is no expert '{name}'", hint=f"There are: {known}")
        return expert

    def _attend(self, event: AttentionEvent) -> None:
        before = self._attention.state
        self._attention.attend(event, time.monotonic())
        if not goes_on(before, self._attention.state, event):
            self._demand_in(DEMAND_AFTER_S)
        elif self._demand_timer is None:
            self._demand_in(DEMAND_WHILE_TYPING_S)
        self._status_soon()

    def _after_key(self, work: Callable[[], None]) -> None:
        """Do it when the completion that follows a keystroke is on its way to the engine, or when
        anything happens that builds on it."""
        if not self._put_off:
            asyncio.get_running_loop().call_later(PUT_OFF_S, self._after_keys)
        self._put_off.append(work)

    def _after_keys(self) -> None:
        self._catch_up()
        self._tell_status_if_due()
        gc.collect(1)  # 0.3 ms now, while nobody waits; Python would take 2 at any time

    def _catch_up(self) -> None:
        """What keystrokes left to do, in their order."""
        while self._put_off:
            self._put_off.pop(0)()

    def _demand_in(self, delay_s: float) -> None:
        """The newest word counts: a stay that has yet to settle, or what just happened."""
        if self._demand_timer is not None:
            self._demand_timer.cancel()
        self._demand_timer = asyncio.get_running_loop().call_later(delay_s, self._tell_demand)

    def _tell_demand(self) -> None:
        self._demand_timer = None
        self._send_demand()
        self._read_ahead()
        if settles_in_s := self._attention.settles_in_s(time.monotonic()):
            self._demand_in(settles_in_s + TIMER_SLACK_S)

    def _send_demand(self) -> None:
        if (link := self._link()) is None:
            return
        language = self._attention.state.focused_language
        expert = self.roster.expert_for(language)
        focus = WindowFocus(
            pid=os.getpid(),
            language=language,
            expert=expert.name if expert else None,
            focused=self._attention.state.window_focused,
        )
        demand = self._attention.demand(self.roster, time.monotonic())
        link.set_demand(self._warmth.demanded(demand), focus)

    async def _refresh_demand(self) -> None:
        while True:
            await asyncio.sleep(DEMAND_REFRESH_S)
            self._send_demand()
            self._status_soon()

    def _parsed(self, document: Document) -> None:
        """The tree may show another region under the cursor than was guessed without it."""
        self._neighbours.stir()
        if document.uri == self._attention.state.focused:
            self._look_again()

    def _look_again(self) -> None:
        """The region under the cursor may count otherwise: by a new tree, or a new roster."""
        document = self.documents.get(self._attention.state.focused or "")
        if document is not None:
            self._attend(CursorMoved(document.uri, self.language_at_cursor(document)))

    def _news_on_disk(self, paths: Collection[str]) -> list[str]:
        """Half as long as a change counts, its language need not be told again."""
        if self._workspace is None:
            return []
        state, now_s = self._attention.state, time.monotonic()
        return news(
            paths,
            workspace=self._workspace,
            roster=self.roster,
            open_uris=[document.uri for document in self.documents],
            known=lambda language: state.changed_within(language, CHANGED_FOR_S / 2, now_s),
        )

    def _changed_on_disk(self, paths: Sequence[str]) -> None:
        languages = {language_on_disk(path) for path in paths}
        self._attend(ChangedOnDisk(tuple(sorted(name for name in languages if name))))

    def _keeper_said(self, state: KeeperState) -> None:
        if state.engine.up and self.rosters.share_bases(state.engine.shares_bases):
            self._send_demand()
        self.suggester.engine_changed(state)
        self._warmth.keeper_said()
        self._read_ahead()
        self._status_soon()

    def _read_ahead(self) -> None:
        """Where the person has settled, once the expert is warm: its first answer comes sooner."""
        state = self._attention.state
        expert = self.roster.expert_for(state.focused_language)
        if expert is None or state.focused is None or state.settles_in_s(time.monotonic()):
            return
        place = (state.focused, expert.spec.key)
        document = self.documents.get(state.focused)
        if place == self._read_place or document is None or not state.window_focused:
            return
        position = self._cursors.position(state.focused)
        language = state.focused_language
        if self.suggester.warm_up(document, position, language, self.roster):
            self._read_place = place

    def _status_soon(self) -> None:
        if self._status_timer is None:
            loop = asyncio.get_running_loop()
            self._status_timer = loop.call_later(STATUS_EVERY_S, self._tell_status)

    def _tell_status(self) -> None:
        if self._status_timer is not None:
            self._status_timer.cancel()
            self._status_timer = None
        self._on_status()

    def _tell_status_if_due(self) -> None:
        """While the engine works, rather than when its answer comes."""
        timer = self._status_timer
        now_s = asyncio.get_running_loop().time()
        if timer is not None and timer.when() - now_s < STATUS_EVERY_S / 2:
            self._tell_status()
