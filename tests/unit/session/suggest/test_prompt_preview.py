"""What a request for a suggestion would send, shown to the user."""

from __future__ import annotations

from typing import cast

from hotseat.documents.store import DocumentStore
from hotseat.domain.experts import Roster
from hotseat.domain.text import Position
from hotseat.engines.ollama import OllamaEngine
from hotseat.keeper.link import KeeperLink
from hotseat.session.suggest.completion_client import CompletionClient
from hotseat.session.suggest.prompt_preview import PromptPreviews
from hotseat.syntax.document_syntax import Syntax
from support.suggest_fixtures import EXPERT, URI, FakeEngine, FakeLink

KEY = "AKIA" + "QZ7RTVWX3NPLM2KD"


class Desk:
    def __init__(self, text: str, language: str | None = "python") -> None:
        self.store = DocumentStore(Syntax)
        self.store.open(URI, language or "plaintext", 1, text)
        self.engine = FakeEngine("1")
        self.secrets: set[str] = set()
        link = cast("KeeperLink", FakeLink())
        self.client: CompletionClient | None = CompletionClient(
            cast("OllamaEngine", self.engine), self.store, lambda: link
        )
        self.previews = PromptPreviews(
            self.store,
            client=lambda: self.client,
            roster=lambda: Roster(experts=(EXPERT,)),
            language=lambda _document, _position: language,
            is_secret=self.secrets.__contains__,
        )


async def test_it_is_the_masked_prompt_and_nothing_is_sent() -> None:
    desk = Desk(f'aws = "{KEY}"\nx = \n')
    preview = await desk.previews.at(URI, Position(1, 4))
    assert (preview.problem, preview.expert, preview.model) == ("", "code", "m:1b")
    assert preview.prompt.startswith("aws = ")
    assert preview.prompt.endswith("x =")
    assert KEY not in preview.prompt
    assert preview.engine == "http://fake"
    assert preview.max_tokens > 0
    assert desk.engine.requests == []


async def test_why_nothing_would_be_sent() -> None:
    desk = Desk("x = \n")
    assert "not open" in (await desk.previews.at("file:///other.py", Position(0, 0))).problem
    desk.secrets.add(URI)
    assert "secrets" in (await desk.previews.at(URI, Position(0, 4))).problem
    desk.secrets.clear()
    desk.client = None
    assert "no engine" in (await desk.previews.at(URI, Position(0, 4))).problem
    cobol = Desk("x", "cobol").previews
    assert "no expert for cobol" in (await cobol.at(URI, Position(0, 1))).problem
