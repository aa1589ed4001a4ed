"""What a request for a suggestion would send to a model, for the user to read. Sends nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from hotseat.completion.snapshot import take_snapshot
from hotseat.documents.store import Document, DocumentStore
from hotseat.domain.experts import Expert, Roster
from hotseat.domain.text import Position
from hotseat.session.suggest.completion_client import CompletionClient
from hotseat.session.suggest.models.known_models import window_tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptPreview:
    problem: str = ""
    """Why nothing would be sent; then the rest is empty."""
    expert: str = ""
    model: str = ""
    engine: str = ""
    """Its address."""
    prompt: str = ""
    suffix: str | None = None
    """The text after the cursor, where the engine puts it into the model's format itself."""
    max_tokens: int = 0


class PromptPreviews:
    """Of one window. `client` returns the client of the engine in use, `language` that of a place;
    `is_secret`: models may not see the document with that URI."""

    def __init__(
        self,
        documents: DocumentStore,
        *,
        client: Callable[[], CompletionClient | None],
        roster: Callable[[], Roster],
        language: Callable[[Document, Position], str | None],
        is_secret: Callable[[str], bool],
    ) -> None:
        self._documents = documents
        self._client = client
        self._roster = roster
        self._language = language
        self._is_secret = is_secret

    async def at(self, uri: str, position: Position) -> PromptPreview:
        """Return what a request there would send to the language's own expert. Raises
        HotseatError."""
        document, client = self._documents.get(uri), self._client()
        if document is None:
            return PromptPreview(problem="the file is not open in Hotseat")
        if self._is_secret(uri):
            return PromptPreview(problem="the file may hold secrets")
        language = self._language(document, position)
        expert = self._roster().expert_for(language)
        if expert is None or language is None:
            return PromptPreview(problem=f"there is no expert for {language or 'this text'}")
        if client is None:
            return PromptPreview(problem="there is no engine yet")
        return await _preview(client, expert, document, position, language)


async def _preview(
    client: CompletionClient, expert: Expert, document: Document, position: Position, language: str
) -> PromptPreview:
    tokens = window_tokens(expert)
    snapshot = take_snapshot(
        document, position, language, window_tokens=tokens, began_s=time.perf_counter()
    )
    request = await client.request(expert, snapshot, document.syntax)
    return PromptPreview(
        expert=expert.name,
        model=expert.spec.model,
        engine=client.engine.base_url,
        prompt=request.prompt.prompt,
        suffix=request.prompt.suffix,
        max_tokens=request.n_predict,
    )
