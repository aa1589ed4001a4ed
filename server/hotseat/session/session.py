"""One editor window: makes its parts, connects them, starts and ends them.

Owns no behaviour of its own beyond that; each part is in a module of its own. What takes time runs
as a task beside the editor's events. Knows nothing of LSP.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from hotseat.attention.attention import Attention
from hotseat.attention.forecaster import Forecaster
from hotseat.documents.store import DocumentStore
from hotseat.domain.experts import Roster
from hotseat.domain.text import PositionEncoding
from hotseat.keeper.link import KeeperLink
from hotseat.keeper.state import KeeperState
from hotseat.parsing.parser import Parser
from hotseat.parsing.remote_syntax import RemoteSyntax
from hotseat.session.after_key_queue import AfterKeyQueue
from hotseat.session.attention_loop import AttentionLoop
from hotseat.session.chat.chat import Chat
from hotseat.session.chat.model_waiting import ModelWaiting
from hotseat.session.connection import Connection
from hotseat.session.cursors import Cursors
from hotseat.session.disk_changes import DiskChanges
from hotseat.session.expert_commands import ExpertCommands
from hotseat.session.missing_models import MissingModels, missing_hint
from hotseat.session.open_file_context import OpenFileContext
from hotseat.session.roster_updates import RosterUpdates
from hotseat.session.rosters import RosterFiles
from hotseat.session.settings import Settings
from hotseat.session.shared.answer_streams import AnswerStreams
from hotseat.session.shared.installed_models import InstalledModels
from hotseat.session.shared.uri_paths import path_in_workspace
from hotseat.session.status import window_status
from hotseat.session.status_publisher import StatusPublisher
from hotseat.session.suggest.completions import Completions
from hotseat.session.suggest.suggest_settings import suggest_settings
from hotseat.session.symbols.service import IndexProgress, SymbolService
from hotseat.workspace.learning import Learning
from hotseat.workspace.watching import Watching


class Session:
    """Use `start` and `aclose`, and the public parts in between.

    `on_status` is called after the status may have changed, `on_roster` when the roster was read,
    `on_index` while symbols are indexed. `register_watch` asks the editor to report changes on disk
    to `watching`, and returns whether it does; None if it cannot.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        encoding: PositionEncoding,
        workspace: Path | None,
        on_status: Callable[[], None],
        on_roster: Callable[[], None],
        on_index: Callable[[IndexProgress], None] = lambda _: None,
        register_watch: Callable[[], Awaitable[bool]] | None = None,
    ) -> None:
        self.settings = settings
        self._workspace = workspace
        self._on_roster = on_roster
        self._on_index = on_index
        self._register_watch = register_watch
        self._files_task: asyncio.Task[None] | None = None
        self._status_publisher = StatusPublisher(on_status)
        self._after_key = AfterKeyQueue(self._after_keys)
        self._make_ground(encoding)
        self._make_chat()
        self._make_attention()
        self._make_suggestions()
        self._make_commands()

    def _make_ground(self, encoding: PositionEncoding) -> None:
        """Documents, the roster, and the connection to the keeper."""
        publish_soon = self._status_publisher.publish_soon
        self.parsing = Parser(self._parsed)
        self.documents = DocumentStore(self.parsing.new_syntax, encoding)
        self.rosters = RosterFiles(self.settings, self._workspace)
        self._cursors = Cursors()
        self._open_files = OpenFileContext(
            self.documents, language_of=self._cursors.file_language, is_secret=self._is_secret
        )
        self._missing = MissingModels(
            publish_soon,
            hint_of=lambda expert: missing_hint(expert, self.connection.state.engine),
        )
        self._installed = InstalledModels(
            listed=self._missing.listed,
            is_incomplete=lambda: any(map(self._missing.lacks, self._roster().model_users())),
        )
        self._answer_streams = AnswerStreams(on_change=self._answers_changed)
        self.connection = Connection(
            self.settings,
            self.rosters,
            on_link=self._send_demand,
            on_state=self._keeper_state_changed,
        )
        self._model_waiting = ModelWaiting(
            self._link,
            wants_changed=self._send_demand,
            why_unlinked=lambda: self.connection.problem,
        )

    def _make_attention(self) -> None:
        """What the user does, what is learned of it, and what other programs write."""
        forecaster = Forecaster() if self.settings.forecast else None
        self._learning = Learning(self._workspace, forecaster) if forecaster else None
        self._attention = AttentionLoop(
            Attention(forecaster, lambda uri: path_in_workspace(uri, self._workspace)),
            roster=self._roster,
            link=self._link,
            with_awaited=lambda demand: self.next_edits.with_model(self._chat.with_wants(demand)),
            on_event=self._chat.idle_work.act,
            on_change=self._status_publisher.publish_soon,
            on_demand=self._demand_was_sent,
            on_typed=self._status_publisher.publish_typing,
        )
        disk_changes = DiskChanges(
            self._workspace,
            self.documents,
            attention=lambda: self._attention.state,
            roster=self._roster,
            attend=self._attention.attend,
        )
        self.symbols = SymbolService(
            self._workspace if self.settings.index_symbols else None,
            secrets=lambda: self._roster().secrets,
            on_progress=self._on_index,
        )
        self.watching = Watching(
            self._workspace,
            select=disk_changes.select,
            on_changed=disk_changes.report,
            on_files=self.symbols.changed,
            on_storm=self.symbols.scan,
            register=self._register_watch,
        )

    def _make_suggestions(self) -> None:
        """Completions and next edits, from the editor's events to their outcomes."""
        self._completions = Completions(
            self.documents,
            self._open_files,
            self._missing,
            link=self._link,
            streams=self._answer_streams,
            roster=self._roster,
            cursors=self._cursors,
            attention=self._attention,
            after_key=self._after_key,
            on_change=self._status_publisher.publish_typing,
            settings=suggest_settings(self.settings),
            parser=self.parsing,
        )
        self.events, self.prompts = self._completions.events, self._completions.prompts
        self.suggestions, self.next_edits = self._completions.service, self._completions.next_edits

    def _make_chat(self) -> None:
        """Questions and edits."""
        self._chat = Chat(
            self.documents,
            self._model_waiting,
            self._workspace,
            link=self._link,
            roster=self._roster,
            streams=self._answer_streams,
            cursors=self._cursors,
            is_secret=self._is_secret,
            recent_edits=self._open_files.recent_edits,
            wants_changed=self._send_demand,
            errors=self.parsing.errors,
        )
        self.index, self.tasks, self.memory = self._chat.index, self._chat.tasks, self._chat.memory
        self.ask_service, self.edit_service = self._chat.questions, self._chat.edits

    def _make_commands(self) -> None:
        """Commands, and reading the roster again."""
        self.expert_commands = ExpertCommands(
            self.connection, self._missing, roster=self._roster, attend=self._attention.attend
        )
        self.roster_updates = RosterUpdates(
            self.rosters,
            self.connection,
            on_read=self._roster_was_read,
            on_applied=self._roster_was_applied,
        )

    async def start(self) -> None:
        """Read the roster, connect to the keeper of its engine, and start the background work."""
        self.parsing.start()
        if self._learning is not None:
            self._learning.start()
        self._open_files.start()
        await self._completions.start()
        await self.roster_updates.start()
        self._attention.start()
        self._chat.start()
        self._files_task = asyncio.create_task(self.roster_updates.follow_files())
        if self.settings.watch_files:
            self.watching.start()
        self.symbols.start()

    async def aclose(self) -> None:
        """Finish the work that was put off, end everything, and leave the keeper."""
        self._after_key.catch_up()
        if self._files_task is not None:
            self._files_task.cancel()
            await asyncio.gather(self._files_task, return_exceptions=True)
        self._attention.close()
        await self.watching.aclose()
        await self.symbols.aclose()
        if self._learning is not None:
            await self._learning.aclose()
        await self._completions.aclose()
        await self._open_files.aclose()
        await self.parsing.aclose()
        await self._chat.aclose()
        await self._installed.aclose()
        await self.connection.aclose()

    def may_be_shown(self, uri: str) -> bool:
        """Return whether models may see the document: it is open and is no secret file."""
        return self.documents.get(uri) is not None and not self._is_secret(uri)

    def status(self) -> dict[str, Any]:
        """Return the JSON of `hotseat/status`."""
        self._after_key.catch_up()
        attention, link = self._attention.state, self._link()
        suggester = self._completions.suggester
        return window_status(
            self.connection.state,
            roster=self._roster(),
            choice=self.rosters.choice,
            uri=attention.focused,
            language=attention.focused_language,
            silent_s=link.silent_s() if link else 0.0,
            fim=suggester.fim_reports(),
            problem=self._missing.problem,
            download=self._missing.download,
            completions=suggester.counts,
            last_completion=suggester.last.to_wire() if suggester.last else None,
        )

    def _roster(self) -> Roster:
        return self.rosters.roster

    def _link(self) -> KeeperLink | None:
        return self.connection.link

    def _is_secret(self, uri: str) -> bool:
        return self.rosters.secret_files.hold(path_in_workspace(uri, self._workspace))

    def _send_demand(self) -> None:
        self._attention.send_demand()

    def _demand_was_sent(self) -> None:
        self._completions.read_where_settled()

    def _answers_changed(self) -> None:
        self._chat.idle_work.act()
        if (link := self._link()) is not None:
            link.report_answers(self._answer_streams.counts())

    def _parsed(self, syntax: RemoteSyntax) -> None:
        document = next((d for d in self.documents if d.syntax is syntax), None)
        if document is not None:
            self.events.parsed(document)

    def _after_keys(self) -> None:
        self._status_publisher.publish_if_due()
        gc.collect(1)  # 0.3 ms while no request waits; Python would take 2 ms at any other time

    def _roster_was_read(self) -> None:
        self._open_files.forget_all()
        self.symbols.secrets_changed()

    def _roster_was_applied(self) -> None:
        self._on_roster()
        self.events.update_region()
        self._attention.send_demand()

    def _keeper_state_changed(self, state: KeeperState) -> None:
        if state.engine.up and self.rosters.share_bases(state.engine.shares_bases):
            self._attention.send_demand()
        self._installed.keeper_reported(self._link())
        self._completions.engine_changed(state)
        self._model_waiting.keeper_state_changed()
        self._completions.read_where_settled()
        self._status_publisher.keeper_reported(state)
