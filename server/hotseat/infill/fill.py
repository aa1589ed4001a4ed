"""Fill infilling spans with the whole pipeline: a language server in a child process and the
experts of a roster.

Each file is opened without the text of its span, as an editor does, and a suggestion is requested
at the cursor. Owns the language server and its engine while a bench runs; compares nothing.
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
from hotseat.client.engine_process import runtime_folder, start_engine_process
from hotseat.domain.errors import EngineUnavailable, HotseatError
from hotseat.domain.experts import Expert, Roster
from hotseat.engines.discovery import answers
from hotseat.engines.token import client_environment
from hotseat.infill.infilling_spans import InfillingSpan
from hotseat.infill.scores import Filling, edit_similarity, is_exact, same_first_line

LOAD_PATIENCE_S = 300.0
SETTLE_S = 0.1
"""Wait between opening a file and the request; a user is slower, and parsing is done by then."""

OnProgress = Callable[[str], None]


def filling(span: InfillingSpan, text: str, **details: Any) -> Filling:
    """Return `text` with its scores against the text that was removed."""
    return Filling(
        text=text,
        similarity=edit_similarity(text, span.middle),
        exact=is_exact(text, span.middle),
        first_line=same_first_line(text, span.middle),
        parses=span.parses_with(text) if text else None,
        **details,
    )


class SpanFiller:
    """Request fillings from the experts of one roster through one language server.

    `open_span_filler` creates one.
    """

    def __init__(self, editor: Editor, repository: Path, roster: Roster, *, filtered: bool) -> None:
        self._editor = editor
        self._repository = repository
        self._roster = roster
        self._filtered = filtered

    async def fill(self, span: InfillingSpan) -> Filling:
        """Return one suggestion for `span`; request it once more if the first request failed."""
        editor = self._editor
        uri = (self._repository / span.path).as_uri()
        line, character = span.position
        editor.open(uri, span.language, span.before + span.after)
        editor.focus(uri)
        editor.move(uri, line, character)
        expert = expert_for(self._roster, span)
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
            span,
            text,
            first_token_ms=last.get("firstTokenMs"),
            total_ms=last.get("totalMs"),
            n_prompt_tokens=last.get("nPromptTokens"),
            n_cached_tokens=last.get("nCachedTokens"),
            failed=outcome == "failed",
            hidden=outcome == "hidden",
            suggested=str(last.get("text") or ""),
            certainty=last.get("certainty"),
            note=str(last.get("note") or "") if outcome == "failed" else "",
        )


@asynccontextmanager
async def open_span_filler(
    repository: Path, roster_choice: str, roster: Roster, url: str, *, filtered: bool
) -> AsyncIterator[SpanFiller]:
    """Start a language server and yield a filler over it.

    `roster` is the roster that `roster_choice` loads. With `filtered`, a suggestion that the filter
    hides counts as empty. The language server ends on leaving; models that it loaded stay in the
    engine.
    """
    arguments = ["--roster", roster_choice, "--engine-url", url]
    with _isolated_environment() as environment:
        environment |= await client_environment(url)
        async with Editor(arguments, repository, environment=environment) as editor:
            yield SpanFiller(editor, repository, roster, filtered=filtered)


def expert_for(roster: Roster, span: InfillingSpan) -> Expert:
    """Return the expert for the span's language. Raises HotseatError when there is none."""
    found = roster.expert_for(span.code_language)
    if found is None:
        raise HotseatError(
            f"The roster has no expert for {span.code_language}",
            hint="Leave the language out with --languages, or choose another --roster",
        )
    return found


@asynccontextmanager
async def given_or_own_engine(
    url: str | None, store: Path, on_progress: OnProgress
) -> AsyncIterator[str]:
    """Yield the address of an engine: `url`, or an embedded engine started over the models in
    `store`.

    An engine that was started here ends on leaving. Raises EngineUnavailable.
    """
    if url is None:
        on_progress("starting an embedded engine")
        async with start_engine_process(store) as own:
            yield own
        return
    if not await answers(url):
        raise EngineUnavailable(
            f"No engine answers at {url}",
            hint="Start it, or omit --engine-url to use an embedded engine",
        )
    yield url


@contextmanager
def _isolated_environment() -> Iterator[dict[str, str]]:
    """Yield environment variables that isolate a language server from the user's windows.

    Its sockets, locks and learned data are in temporary folders, which are removed on leaving.
    """
    with runtime_folder() as runtime, tempfile.TemporaryDirectory(prefix="hotseat-") as data:
        yield {**os.environ, "HOTSEAT_RUNTIME_DIR": str(runtime), "XDG_DATA_HOME": data}
