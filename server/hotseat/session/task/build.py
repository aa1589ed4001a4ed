"""Makes the tasks of one window out of the parts of its questions and edits."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from hotseat.documents.store import DocumentStore
from hotseat.domain.experts import Roster
from hotseat.session.chat.capability import Capability
from hotseat.session.chat.chat_client import ChatClient
from hotseat.session.chat.model_waiting import ModelWaiting
from hotseat.session.chat.question_context import QuestionContext
from hotseat.session.edit.rewriter import Rewriter
from hotseat.session.shared.uri_paths import path_in_workspace
from hotseat.session.task.journal import TaskJournal
from hotseat.session.task.plan_checks import PlanChecks
from hotseat.session.task.planner import Planner
from hotseat.session.task.review import Review
from hotseat.session.task.runner import TaskRunner
from hotseat.session.task.service import TaskService
from hotseat.session.task.step_writer import Errors, StepWriter
from hotseat.session.task.texts import Texts
from hotseat.storage.tasks import TaskStore, tasks_path
from hotseat.workspace.symbols.index import SymbolIndex
from hotseat.workspace.tasks.places import Places

log = logging.getLogger(__name__)


def task_service(
    workspace: Path,
    documents: DocumentStore,
    chat_client: ChatClient,
    rewriter: Rewriter,
    model_waiting: ModelWaiting,
    context: QuestionContext,
    capability: Capability,
    index: SymbolIndex | None,
    *,
    roster: Callable[[], Roster],
    is_secret: Callable[[str], bool],
    errors: Errors,
) -> TaskService:
    """Return the tasks of a window. `is_secret` takes a path in the workspace."""
    places = Places(workspace, is_secret)
    texts = Texts(documents, places, lambda uri: path_in_workspace(uri, workspace))
    store = TaskStore(tasks_path(workspace), say=log.warning)
    writer = StepWriter(rewriter, texts, context, index, errors)
    return TaskService(
        Planner(chat_client, capability, roster, index, places),
        PlanChecks(places, rewriter, roster, model_waiting.room),
        TaskRunner(writer, model_waiting, roster, store),
        Review(texts),
        TaskJournal(store),
        model_waiting,
        roster,
    )
