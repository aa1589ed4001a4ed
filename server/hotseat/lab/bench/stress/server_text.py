"""The text that a server has of a window's documents, seen in the prompts that it sends.

No request returns that text. So the window uses a stub engine for a moment, and completes at the
end of each document: the prompt then ends with the document, which is short enough for it.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass

from hotseat.domain.errors import HotseatError
from hotseat.lab.bench.stress.typist import BY_HAND, Typist
from hotseat.lab.bench.timed_stub_engine import TimedStubEngine
from hotseat.lab.bench.wire_client import WireClient

PATIENCE_S = 20.0
"""For each document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenText:
    """`theirs` is the end of the server's newest prompt; None when there was none."""

    uri: str
    ours: str
    theirs: str | None

    @property
    def is_same(self) -> bool:
        return self.ours == self.theirs


async def server_texts(typist: Typist, stub: TimedStubEngine) -> list[SeenText]:
    """Return the text of each document, unless the window's server ended.

    The user must be at rest. Afterwards the window uses the embedded engine again. Raises
    HotseatError when the server does not change the engine.
    """
    client = typist.client
    if client is None or client.ended:
        return []
    seen: list[SeenText] = []
    async with asyncio.timeout(PATIENCE_S):
        await _use_engine(client, stub.url)
    with suppress(HotseatError, TimeoutError):
        async with asyncio.timeout(PATIENCE_S * (len(typist.documents) + 1)):
            for uri in typist.documents:
                seen.append(await _server_text(typist, client, uri, stub))
    if not client.ended:
        async with asyncio.timeout(PATIENCE_S):
            await _use_engine(client, "embedded")
        typist.focus(client, typist.focused)
    return seen


async def _use_engine(client: WireClient, engine: str) -> None:
    command = {"command": "hotseat.useEngine", "arguments": [engine]}
    answer = await client.request("workspace/executeCommand", command) or {}
    if "message" not in answer:
        raise HotseatError(f"hotseat.useEngine {engine}: {answer.get('error', 'failed')}")


async def _server_text(
    typist: Typist, client: WireClient, uri: str, stub: TimedStubEngine
) -> SeenText:
    document = typist.documents[uri]
    deadline_s = time.monotonic() + PATIENCE_S
    typist.focus(client, uri)
    theirs: str | None = None
    while time.monotonic() < deadline_s:
        n_before = len(stub.prompts)
        # A prompt does not show blanks at its end, and an answer from the cache needs no prompt.
        typist.change(client, uri, document.append("x"))
        await typist.complete(client, uri, document.end, BY_HAND)[1]
        for prompt in stub.prompts[n_before:]:
            theirs = prompt[max(0, len(prompt) - len(document.text)) :]
            if theirs == document.text:
                return SeenText(uri=uri, ours=document.text, theirs=theirs)
        await asyncio.sleep(0.1)
    return SeenText(uri=uri, ours=document.text, theirs=theirs)
