"""The MCP server: tools and resources. The only module that imports the SDK."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ResourceNotFoundError, ToolError
from mcp.server.mcpserver.resolve import AcceptedElicitation, Elicit, ElicitationResult, Resolve
from pydantic import BaseModel, Field

import hotseat
from hotseat.domain.errors import HotseatError
from hotseat.domain.residency import ModelState
from hotseat.gateway.answering import Answering
from hotseat.gateway.mcp.allowed import AllowedClients
from hotseat.gateway.mcp.asking import ANSWER_S, Asking, Question
from hotseat.gateway.mcp.notes import WorkspaceNotes, statement_of
from hotseat.gateway.mcp.symbols import WorkspaceSymbols
from hotseat.gateway.window import GatewayWindow
from hotseat.session.settings import Settings
from hotseat.session.symbols.refreshed import secret_files

INSTRUCTIONS = (
    "Small models that run on this machine, each an expert for some languages. Ask one with "
    "ask_expert for a short question about code, and give it the code: it sees nothing else. "
    "Answers of small models can be wrong: check them."
)
START_S = 10.0
"""For reading the roster and finding the engine, before the experts are listed."""

log = logging.getLogger("hotseat.mcp")


class Answer(BaseModel):
    """What ask_expert returns."""

    expert: str
    model: str
    answer: str
    note: str = Field(default="", description="What to know of the answer, as that it was cut off")


class Kept(BaseModel):
    """What remember returns."""

    number: int
    confirmed: bool
    note: str


class Consent(BaseModel):
    """What the user is asked before something is remembered."""

    remember: bool = Field(description="Remember it for this workspace")


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What the tools work with."""

    window: GatewayWindow
    asking: Asking
    symbols: WorkspaceSymbols
    notes: WorkspaceNotes
    starting: asyncio.Task[None]
    """Reads the roster and connects to the engine."""

    async def experts(self) -> dict[str, Any]:
        """Return the experts, once the roster was read. Raises HotseatError."""
        await asyncio.wait({self.starting}, timeout=START_S)
        return roster_json(self.window)


async def serve_stdio(settings: Settings, workspace: Path, *, answer_s: float = ANSWER_S) -> None:
    """Serve until the client closes stdin. Nothing but the protocol is written to stdout."""
    window = GatewayWindow(settings)
    starting = asyncio.create_task(window.start())  # a client must not wait for the engine
    desk = Desk(
        window=window,
        asking=Asking(
            Answering(window),
            workspace,
            await asyncio.to_thread(secret_files, workspace),
            answer_s=answer_s,
        ),
        symbols=WorkspaceSymbols(workspace),
        notes=WorkspaceNotes(workspace, AllowedClients()),
        starting=starting,
    )
    try:
        await make_server(desk).run_stdio_async()
    finally:
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        await window.aclose()


def make_server(desk: Desk) -> MCPServer[Any]:
    """Return the server, not running yet."""
    server: MCPServer[Any] = MCPServer(
        "hotseat", version=hotseat.__version__, instructions=INSTRUCTIONS, log_level="WARNING"
    )
    for tool in (
        _ask_expert(desk),
        _find_symbol(desk),
        _experts(desk),
        _recall(desk),
        _remember(desk),
    ):
        server.add_tool(tool)
    _add_resources(server, desk)
    return server


def _ask_expert(desk: Desk) -> Any:
    async def ask_expert(
        question: Annotated[str, Field(description="What to answer, in one or two sentences")],
        ctx: Context[Any, Any],
        language: Annotated[
            str, Field(description="The language's id, such as go; chosen by the rest if empty")
        ] = "",
        code: Annotated[str, Field(description="The code that the question is about")] = "",
        path: Annotated[
            str,
            Field(description="Its file in the workspace; read if `code` is empty"),
        ] = "",
    ) -> Answer:
        """Ask the expert for a programming language. It runs on this machine, sees only what is
        passed here, and changes nothing."""
        asked = Question(
            text=question, language=language, code=code, path=path, client=f"mcp {client_of(ctx)}"
        )
        async with _progress(ctx) as on_note, _errors():
            found = await desk.asking.ask(asked, on_note)
        return Answer(expert=found.expert, model=found.model, answer=found.text, note=found.note)

    return ask_expert


def _find_symbol(desk: Desk) -> Any:
    async def find_symbol(
        name: Annotated[str, Field(description="A name or a part: parse_args, gUN, Shop.add")],
    ) -> dict[str, Any]:
        """Find definitions in the workspace by name: where each is, and its head."""
        async with _errors():
            return await desk.symbols.find(name)

    return find_symbol


def _experts(desk: Desk) -> Any:
    async def experts() -> dict[str, Any]:
        """List the experts of this machine, the languages of each, and whether it is in memory."""
        return await desk.experts()

    return experts


def _recall(desk: Desk) -> Any:
    async def recall(
        query: Annotated[str, Field(description="What is looked for, as a question or words")],
        ctx: Context[Any, Any],
    ) -> dict[str, Any]:
        """Find what was said in earlier conversations in this workspace. Off until the user allows
        this client."""
        async with _errors():
            return await asyncio.to_thread(desk.notes.recall, query, client_of(ctx))

    return recall


async def ask_user(text: str, kind: str, ctx: Context[Any, Any]) -> Consent | Elicit[Consent]:
    """Ask the user whether to remember it, where the client can ask."""
    async with _errors():
        statement = statement_of(text, kind)
    capabilities = ctx.client_capabilities
    if capabilities is None or capabilities.elicitation is None:
        return Consent(remember=False)
    name = client_of(ctx)
    return Elicit(f"{name} wants Hotseat to remember ({kind}): {statement}", Consent)


def _remember(desk: Desk) -> Any:
    async def remember(
        text: Annotated[str, Field(description="One statement, of 500 characters at most")],
        kind: Annotated[str, Field(description="decision, preference or project")],
        ctx: Context[Any, Any],
        consent: Annotated[ElicitationResult[Consent], Resolve(ask_user)],
    ) -> Kept:
        """Remember a statement for this workspace. The user is asked; if this client cannot ask,
        it is a note that counts only once the user has confirmed it."""
        capabilities = ctx.client_capabilities
        can_ask = capabilities is not None and capabilities.elicitation is not None
        agreed = isinstance(consent, AcceptedElicitation) and consent.data.remember
        if can_ask and not agreed:
            raise ToolError("The user does not want this to be remembered")
        name = client_of(ctx)
        async with _errors():
            number = await asyncio.to_thread(
                lambda: desk.notes.remember(text, kind, name, is_confirmed=agreed)
            )
        note = "" if agreed else f"The user has to confirm it: `hotseat memory confirm {number}`"
        return Kept(number=number, confirmed=agreed, note=note)

    return remember


def _add_resources(server: MCPServer[Any], desk: Desk) -> None:
    @server.resource(
        "hotseat://experts",
        name="experts",
        description="The experts of this machine",
        mime_type="application/json",
    )
    async def roster() -> str:
        return json.dumps(await desk.experts())

    @server.resource(
        "hotseat://experts/{name}",
        name="expert",
        description="One expert of this machine",
        mime_type="application/json",
    )
    async def one(name: str) -> str:
        found = [e for e in (await desk.experts())["experts"] if e["name"] == name]
        if not found:
            raise ResourceNotFoundError(f"there is no expert '{name}'")
        return json.dumps(found[0])


def roster_json(window: GatewayWindow) -> dict[str, Any]:
    """Return the roster and what is in memory of it."""
    state = window.state
    return {
        "engine": {"up": state.engine.up, "message": state.engine.message},
        "experts": [
            {
                "name": expert.name,
                "languages": list(expert.languages),
                "model": expert.spec.model,
                "inMemory": state.state_of(expert.seat) is ModelState.WARM,
                "isGeneralist": expert == window.roster.generalist,
            }
            for expert in window.roster.everyone()
        ],
    }


def client_of(ctx: Context[Any, Any]) -> str:
    """Return the name that the client gives itself, in one line; `unnamed` if it gives none."""
    params = ctx.request_context.session.client_params
    name = " ".join(params.client_info.name.split()) if params is not None else ""
    return name[:80] or "unnamed"


@asynccontextmanager
async def _errors() -> AsyncIterator[None]:
    """Return errors with what to do, as results that the client's model reads."""
    try:
        yield
    except HotseatError as error:
        raise ToolError(str(error)) from None


@asynccontextmanager
async def _progress(ctx: Context[Any, Any]) -> AsyncIterator[Any]:
    """Yield a function that takes what is waited for; the client is sent each of it."""
    notes: asyncio.Queue[str] = asyncio.Queue()

    async def send() -> None:
        n_sent = 0
        while True:
            note = await notes.get()
            n_sent += 1
            await ctx.report_progress(n_sent, None, note)

    sending = asyncio.create_task(send())
    try:
        yield notes.put_nowait
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
