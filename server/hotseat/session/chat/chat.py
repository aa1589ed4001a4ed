"""Questions and edits of one window: makes their parts, and closes them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hotseat.conversation.routing.topics import build_index_of_terms
from hotseat.documents.store import DocumentStore
from hotseat.domain.demand import Demand
from hotseat.domain.experts import Roster
from hotseat.keeper.link import KeeperLink
from hotseat.session.chat.ask_service import AskService
from hotseat.session.chat.capability import Capability
from hotseat.session.chat.chat_client import ChatClient
from hotseat.session.chat.conversation_memory import ConversationMemory
from hotseat.session.chat.distiller import Distiller
from hotseat.session.chat.model_waiting import ModelWaiting
from hotseat.session.chat.question_context import QuestionContext, RecentEdit
from hotseat.session.chat.selection_context import SelectionContext
from hotseat.session.chat.turn_embedder import TurnEmbedder
from hotseat.session.cursors import Cursors
from hotseat.session.edit.edit_service import EditService
from hotseat.session.edit.rewriter import Rewriter
from hotseat.session.shared.answer_streams import AnswerStreams
from hotseat.session.shared.idle_work import IdleWork
from hotseat.session.shared.uri_paths import path_in_workspace
from hotseat.session.task.lazy import LazyTasks
from hotseat.storage.conversations import ConversationStore, conversations_path
from hotseat.storage.symbols import SymbolStore, symbols_path
from hotseat.workspace.symbols.index import SymbolIndex

if TYPE_CHECKING:
    from hotseat.session.task.service import TaskService
    from hotseat.session.task.step_writer import Errors

log = logging.getLogger(__name__)


class Chat:
    """`questions` and `edits` of one window, over one client of the engine.

    `link` returns the link to the keeper, `roster` the roster of now. `model_waiting` holds the
    models that an answer waits for. `is_secret` takes the URI of a document. Conversations are
    remembered by `workspace`; without one, until the window closes. `recent_edits` returns the
    newest first. `wants_changed` is called when the models that memory wants are others. `errors`
    returns the errors of a text in a language.
    """

    def __init__(
        self,
        documents: DocumentStore,
        model_waiting: ModelWaiting,
        workspace: Path | None,
        *,
        link: Callable[[], KeeperLink | None],
        roster: Callable[[], Roster],
        streams: AnswerStreams,
        cursors: Cursors,
        is_secret: Callable[[str], bool],
        wants_changed: Callable[[], None],
        errors: Errors,
        recent_edits: Callable[[], Sequence[RecentEdit]] = lambda: (),
    ) -> None:
        selections = SelectionContext(
            documents,
            file_language=cursors.file_language,
            cursor=cursors.position,
            is_secret=is_secret,
        )
        store = (
            None
            if workspace is None
            else ConversationStore(conversations_path(workspace), say=log.warning)
        )

        def current_store() -> ConversationStore | None:
            return store if roster().memory else None

        self.idle_work = IdleWork(is_busy=lambda: bool(streams.counts()))
        self.embedder = TurnEmbedder(current_store, roster, link, wants_changed=wants_changed)
        capability = Capability()
        self._distiller = Distiller(current_store, roster, link, capability=capability)
        self.memory = ConversationMemory(
            current_store,
            likeness=self.embedder.likeness,
            on_kept=self.idle_work.wake,
            is_secret=is_secret,
            path_of=lambda uri: path_in_workspace(uri, workspace),
        )
        self._model_waiting = model_waiting
        self._client = ChatClient(link, model_waiting, streams=streams)
        parts = (selections, self._client, model_waiting, roster)
        self.index = (
            None
            if workspace is None
            else SymbolIndex(workspace, SymbolStore(symbols_path(workspace), say=log.warning))
        )
        context = QuestionContext(
            documents,
            self.index,
            is_secret=is_secret,
            path_of=lambda uri: path_in_workspace(uri, workspace),
            recent_edits=recent_edits,
        )
        self.questions = AskService(*parts, self.memory, context, capability=capability)
        rewriter = Rewriter(self._client, roster)
        self.edits = EditService(documents, selections, model_waiting, rewriter)

        def make_tasks() -> TaskService:
            from hotseat.session.task.build import task_service

            assert workspace is not None
            return task_service(
                workspace,
                documents,
                self._client,
                rewriter,
                model_waiting,
                context,
                capability,
                self.index,
                roster=roster,
                is_secret=is_secret,
                errors=errors,
            )

        self.tasks = LazyTasks(None if workspace is None else make_tasks)

    def with_wants(self, demand: Demand) -> Demand:
        """Return the demand with the models that answers wait for, and that memory is helped by."""
        return self.embedder.with_embedder(self._model_waiting.with_awaited(demand))

    def start(self) -> None:
        """Begin the work of idle moments."""
        jobs = [_prepare_routing, self.embedder.embed_some, self._distiller.distil_some]
        self.idle_work.start(jobs)

    async def aclose(self) -> None:
        """End the answers in flight, and close the connection to the engine."""
        await self.tasks.aclose()
        await self.idle_work.aclose()
        await self.questions.aclose()
        await self.memory.aclose()
        await self.embedder.aclose()
        await self._distiller.aclose()
        await self._client.aclose()


async def _prepare_routing() -> bool:
    """Have the first question routed as fast as the others. A job of idle moments."""
    await asyncio.to_thread(build_index_of_terms)
    return False
