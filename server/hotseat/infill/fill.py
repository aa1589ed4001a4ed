"""Holes filled by the whole pipeline: a language server in a child process, a roster's experts.

Each file is opened with its hole cut out, as an editor does, and a suggestion is asked for there.
Owns the language server and its engine for the time of a bench; compares nothing.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from hotseat.client.editor import Editor, expert_in
from hotseat.client.engine_process import own_engine, runtime_folder
from hotseat.domain.errors import EngineUnavailable, HotseatError
from hotseat.domain.experts import Expert, Roster
from hotseat.engines.discovery import answers
from hotseat.engines.token import client_environment
from hotseat.infill.infilling_spans import Hole
from hotseat.infill.scores import Filling, edit_similarity, is_exact, same_first_line

LOAD_PATIENCE_S = 300.0
SETTLE_S = 0.1
"""Between opening a file and asking: a person is slower, and the tree is there by then."""

Tell = Callable[[str], None]


def filling(hole: Hole, text: str, **told: Any) -> Filling:
    """`text`, measured against what was cut out."""
    return Filling(
        text=text,
        similarity=edit_similarity(text, hole.middle),
        exact=is_exact(text, hole.middle),
        first_line=same_first_line(text, hole.middle),
        parses=hole.parses_with(text) if text else None,
        **told,
    )


class Filler:
    """One roster's experts, asked through one language server. `filler` makes one."""

    def __init__(self, editor: Editor, repository: Path, roster: Roster, *, filtered: bool) -> None:
        self._editor = editor
        self._repository = repository
        self._roster = roster
        self._filtered = filtered

    async def fill(self, hole: Hole) -> Filling:
        """One suggestion; asked for once more if something failed."""
        editor = self._editor
        uri = (self._repository / hole.path).as_uri()
        line, character = hole.position
        editor.open(uri, hole.language, hole.before + hole.after)
        editor.focus(uri)
        editor.move(uri, line, character)
        expert = expert_for(self._roster, hole)
        await editor.wait_for(
            lambda status: expert_in(status, expert.name).get("state") == "warm",
            within_s=LOAD_PATIENCE_S,
            what=f"Loading {expert.spec.model}",
        )
        await asyncio.sleep(SETTLE_S)
        for _ in range(2):
            text = await editor.complete(uri, line, character)
            last = (await editor.fresh_status()).get("lastCompletion") or {}
            outcome = last.get("outcome")
            if outcome != "failed":
                break
        editor.close(uri)
        if outcome == "hidden" and not self._filtered:
            text = last.get("text") or ""
        return filling(
            hole,
            text,
            first_token_ms=last.get("firstTokenMs"),
            total_ms=last.get("totalMs"),
            n_prompt_tokens=last.get("nPromptTokens"),
            n_cached_tokens=last.get("nCachedTokens"),
            failed=outcome == "failed",
            hidden=outcome == "hidden",
            note=str(last.get("note") or "") if outcome == "failed" else "",
        )


@asynccontextmanager
async def filler(
    repository: Path, roster_choice: str, roster: Roster, url: str, *, filtered: bool
) -> AsyncIterator[Filler]:
    """`roster` is what `roster_choice` reads as; `filtered`: what the filter hides counts as empty.

    The language server ends on leaving; what it loaded stays in the engine.
    """
    arguments = ["--roster", roster_choice, "--engine-url", url]
    with _apart() as environment:
        environment |= await client_environment(url)
        async with Editor(arguments, repository, environment=environment) as editor:
            yield Filler(editor, repository, roster, filtered=filtered)


def expert_for(roster: Roster, hole: Hole) -> Expert:
    """Raises HotseatError when nobody serves the hole's language."""
    found = roster.expert_for(hole.code_language)
    if found is None:
        raise HotseatError(
            f"The roster has no expert for {hole.code_language}",
            hint="Leave the language out with --languages, or choose another --roster",
        )
    return found


@asynccontextmanager
async def some_engine(url: str | None, store: Path, tell: Tell) -> AsyncIterator[str]:
    """An engine's address: the one given, or an embedded one for this alone over the models in
    `store`, ended at the end. Raises EngineUnavailable."""
    if url is None:
        tell("an embedded engine")
        async with own_engine(store) as own:
            yield own
        return
    if not await answers(url):
        raise EngineUnavailable(
            f"No engine answers at {url}",
            hint="Start it, or leave out --engine-url: then an embedded one is started",
        )
    yield url


@contextmanager
def _apart() -> Iterator[dict[str, str]]:
    """An environment in which a language server meets none of the person's windows, and leaves
    nothing behind: its sockets, locks and all that it learns are in folders of their own."""
    with runtime_folder() as runtime, tempfile.TemporaryDirectory(prefix="hotseat-") as data:
        yield {**os.environ, "HOTSEAT_RUNTIME_DIR": str(runtime), "XDG_DATA_HOME": data}
