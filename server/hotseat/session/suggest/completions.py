"""The completions of one window: makes their parts, connects them, starts and ends them."""

from __future__ import annotations

from collections.abc import Callable

from hotseat.documents.store import DocumentStore
from hotseat.domain.experts import Roster
from hotseat.keeper.link import KeeperLink
from hotseat.keeper.state import KeeperState
from hotseat.parsing.parser import Parser
from hotseat.session.after_key_queue import AfterKeyQueue
from hotseat.session.attention_loop import AttentionLoop
from hotseat.session.cursors import Cursors
from hotseat.session.document_language import language_at
from hotseat.session.editor_events import EditorEvents
from hotseat.session.missing_models import MissingModels
from hotseat.session.next_edit.window import WindowNextEdits
from hotseat.session.open_file_context import OpenFileContext
from hotseat.session.shared.answer_streams import AnswerStreams
from hotseat.session.suggest.acceptance import Outcomes
from hotseat.session.suggest.prompt_preview import PromptPreviews
from hotseat.session.suggest.read_ahead import ReadAhead
from hotseat.session.suggest.show_weights import ShowWeights
from hotseat.session.suggest.suggest_settings import SuggestSettings
from hotseat.session.suggest.suggester import Suggester
from hotseat.session.suggest.suggestion_filter import SuggestionFilter
from hotseat.session.suggest.suggestion_service import SuggestionService


class Completions:
    """The parts from the editor's events to the outcomes of the suggestions.

    Public parts: `events` gets what the editor reports, `service` answers its requests, `suggester`
    has the records of them, `next_edits` offers what follows from an edit, `prompts` shows what
    would be sent. `link` returns the link to the keeper, `roster` the roster of now.
    `on_change` is called when the status may have changed.
    """

    def __init__(
        self,
        documents: DocumentStore,
        open_files: OpenFileContext,
        missing: MissingModels,
        *,
        link: Callable[[], KeeperLink | None],
        streams: AnswerStreams,
        roster: Callable[[], Roster],
        cursors: Cursors,
        attention: AttentionLoop,
        after_key: AfterKeyQueue,
        on_change: Callable[[], None],
        parser: Parser,
        settings: SuggestSettings,
    ) -> None:
        self.next_edits = WindowNextEdits(
            documents,
            parser,
            is_on=settings.offers_next_edits,
            link=link,
            roster=roster,
            language_of=cursors.file_language,
            is_secret=open_files.is_secret,
            after_keys=after_key.catch_up,
            wants_changed=attention.send_demand,
        )
        self.suggester = Suggester(
            documents, link, open_files, missing, settings=settings, streams=streams
        )
        self._outcomes = Outcomes(documents)
        self._show_weights = ShowWeights(
            active_s=lambda: self._outcomes.active_s,
            is_on=lambda: roster().completion.statistics and roster().completion.learn,
        )
        self._read_ahead = ReadAhead(
            documents,
            self.suggester.early.warm_up,
            attention=lambda: attention.state,
            roster=roster,
            cursor=cursors.position,
        )
        self.events = EditorEvents(
            documents,
            roster=roster,
            cursors=cursors,
            attention=attention,
            after_key=after_key,
            open_files=open_files,
            suggester=self.suggester,
            outcomes=self._outcomes,
            edits=self.next_edits.recorder,
        )
        self.prompts = PromptPreviews(
            documents,
            client=lambda: self.suggester.client,
            roster=roster,
            language=lambda document, position: language_at(
                document, position, cursors.file_language(document.uri), roster()
            ),
            is_secret=open_files.is_secret,
        )
        self.service = SuggestionService(
            documents,
            roster=roster,
            events=self.events,
            after_key=after_key,
            suggester=self.suggester,
            suggestion_filter=SuggestionFilter(self._outcomes, self._show_weights, after_key.add),
            outcomes=self._outcomes,
            on_change=on_change,
            on_invoked=attention.need,
        )

    async def start(self) -> None:
        """Begin to record outcomes, and read the weights that were learned from them."""
        self._outcomes.start()
        await self._show_weights.start()

    async def aclose(self) -> None:
        """Write what was learned, and answer the requests that wait with nothing."""
        await self._show_weights.aclose()
        await self._outcomes.aclose()
        await self.suggester.aclose()
        await self.next_edits.aclose()

    def engine_changed(self, state: KeeperState) -> None:
        """The keeper's state is a new one: the engine or its models may be others."""
        self.suggester.engine_changed(state)

    def read_where_settled(self) -> None:
        """Have the model read the prompt at the cursor, if the user stays there."""
        self._read_ahead.read_where_settled()
