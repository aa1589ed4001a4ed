"""Asks a warm model for the text at a cursor: the prompt, the stream, and the answer made of it.

Talks to the engine directly and never causes a load. Knows nothing of other requests, or of what
was suggested before.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace

from hotseat.completion.answer import Answer
from hotseat.completion.cache import Scope
from hotseat.completion.context.query import ContextQuery
from hotseat.completion.filter.shown_tokens import StreamPart
from hotseat.completion.model import CompletionModel
from hotseat.completion.pipeline import AnswerPipeline
from hotseat.completion.prompt.fim_templates import FimChoice, choose
from hotseat.completion.request import (
    CompletionRequest,
    PromptContext,
    build_request,
    prompt_text,
)
from hotseat.completion.snapshot import Snapshot
from hotseat.documents.store import DocumentStore
from hotseat.documents.syntax import DocumentSyntax
from hotseat.domain.errors import EngineError, EngineRejected
from hotseat.domain.experts import Expert, ModelSpec
from hotseat.domain.residency import ModelState
from hotseat.engines.protocol import Engine, GenerateRequest
from hotseat.keeper.link import KeeperLink
from hotseat.session.open_file_context import OpenFileContext
from hotseat.session.suggest.models.known_models import KnownModels
from hotseat.session.suggest.models.model_silence import ModelSilence
from hotseat.session.suggest.suggest_settings import SuggestSettings
from hotseat.session.suggest.suggestion import StreamCounts

OnText = Callable[[str], None]
"""Called with the text so far, each time that it grows."""


class CompletionClient:
    """The completions of one engine. `link` returns the connection to the keeper, once there is
    one."""

    def __init__(
        self,
        engine: Engine,
        documents: DocumentStore,
        link: Callable[[], KeeperLink | None],
        open_files: OpenFileContext | None = None,
        settings: SuggestSettings | None = None,
        silence: ModelSilence | None = None,
    ) -> None:
        self.engine = engine
        self._documents = documents
        self._link = link
        self._open_files = open_files
        self._settings = settings or SuggestSettings()
        self._silence = silence or ModelSilence()
        self._models = KnownModels(link)
        self._fim: dict[str, FimChoice] = {}
        self._digests: dict[str, str] = {}

    def fim_reports(self) -> dict[str, str]:
        """Return the prompt format of each model that was asked, in words, by model name."""
        return {model: choice.report for model, choice in self._fim.items()}

    def weights_digest(self, expert: Expert) -> str:
        """Return the digest of the expert's weights; empty before its first request."""
        return self._digests.get(expert.spec.model, "")

    def look(self) -> None:
        """Have the keeper look at the engine again soon: it is about to work."""
        if (link := self._link()) is not None:
            link.look()

    async def scope(self, expert: Expert, language: str) -> Scope:
        """Return what an answer of that expert is good for.

        The first call for a model asks the engine. Raises HotseatError.
        """
        choice = await self._fim_choice(expert)
        return Scope(
            model=expert.spec.key,
            digest=self._digests.get(expert.spec.model, ""),
            template=choice.template.family if choice.template else choice.mode,
            language=language,
        )

    async def compute_answer(
        self,
        expert: Expert,
        snapshot: Snapshot,
        counts: StreamCounts,
        on_text: OnText = lambda _: None,
        *,
        n_predict: int | None = None,
        temperature: float = 0.0,
    ) -> Answer:
        """Return what to insert at the snapshot's cursor. Raises HotseatError.

        Tokens are estimated. If a text is denser (hexadecimal, Chinese, minified code), the engine
        rejects the prompt, and the window becomes smaller, for the next requests too. `n_predict`
        is the number of tokens to ask for, if it is not the request's own; a `temperature` above 0
        samples.
        """
        while True:
            document = self._documents.get(snapshot.uri)
            syntax = document.syntax if document is not None else None
            request = await self.request(expert, snapshot, syntax)
            try:
                return await self._completed(
                    expert, request, counts, on_text, n_predict, temperature, syntax
                )
            except EngineRejected as error:
                if not self._models.shrink_window(expert.spec, error):
                    raise

    async def request(
        self, expert: Expert, snapshot: Snapshot, syntax: DocumentSyntax | None
    ) -> CompletionRequest:
        """Return what the engine would be asked. Raises HotseatError."""
        model = self._models.model(expert, await self._fim_choice(expert))
        if not self._settings.sends_open_files:
            model = replace(model, context_tokens=0)
        new_fragment = syntax.fragment if syntax is not None else None
        context = self._context(snapshot, model)
        return build_request(
            snapshot, model, context, new_fragment, max_lines=self._settings.max_lines
        )

    async def read(self, expert: Expert, snapshot: Snapshot) -> None:
        """Have the model read the prompt, so that the next answer comes sooner."""
        await self.compute_answer(expert, snapshot, StreamCounts(), n_predict=1)

    def _context(self, snapshot: Snapshot, model: CompletionModel) -> PromptContext:
        """Return the text of the prompt, with snippets of other open files for it."""
        text = prompt_text(snapshot, model)
        document = self._documents.get(snapshot.uri)
        if self._open_files is None or document is None or not model.context_tokens:
            return PromptContext(text=text)
        query = ContextQuery(
            document=document,
            language=snapshot.language,
            line=snapshot.position.line,
            first_line=text.first_line,
            last_line=snapshot.position.line + text.suffix.count("\n"),
            n_tokens=model.context_tokens,
        )
        return PromptContext(text=text, snippets=self._open_files.snippets(query))

    async def _completed(
        self,
        expert: Expert,
        request: CompletionRequest,
        counts: StreamCounts,
        on_text: OnText,
        n_predict: int | None,
        temperature: float,
        syntax: DocumentSyntax | None,
    ) -> Answer:
        """Stream the answer into the request's pipeline until nothing more is wanted."""
        spec = expert.spec
        pipeline, generation_s = request.pipeline, self._settings.generation_s[request.mode]
        generate = GenerateRequest(
            spec=spec,
            prompt=request.prompt.prompt,
            suffix=request.prompt.suffix,
            raw=request.prompt.raw,
            stop=request.prompt.stop,
            temperature=temperature,
            n_predict=n_predict or request.n_predict,
            logprobs=n_predict is None and self._has_true_logprobs(spec),
            resident_only=True,
        )
        parts: list[StreamPart] = []
        counts.called_s = time.perf_counter()
        closing: asyncio.Future[None] | None = None
        with (
            _prepared(pipeline, self._settings.prepare_after_s),
            self._reported_use(spec),
            self._listening(expert, is_read=n_predict is not None),
        ):
            chunks = self.engine.generate(generate)
            try:
                async for chunk in chunks:
                    self._silence.heard(expert.seat)
                    now_s = time.perf_counter()
                    counts.first_token_s = counts.first_token_s or now_s
                    if chunk.n_prompt_tokens is not None:
                        counts.n_prompt_tokens = chunk.n_prompt_tokens
                        counts.n_cached_tokens = chunk.n_cached_tokens
                        self._models.note_reading(spec, chunk)
                    parts.append((chunk.text, chunk.logprobs))
                    n_so_far = (counts.n_tokens or 0) + bool(chunk.text)
                    counts.n_tokens = chunk.n_tokens or n_so_far
                    shown, ended = pipeline.feed(chunk.text)
                    if ended or now_s - counts.first_token_s > generation_s:
                        # The stream is closed while the parser checks the answer.
                        closing = asyncio.ensure_future(chunks.aclose())
                        break
                    on_text(shown)
            finally:
                if closing is None:
                    await chunks.aclose()
            counts.ended_s = time.perf_counter()
        try:
            return await self._finished(pipeline, parts, syntax)
        finally:
            if closing is not None:
                await closing

    async def _finished(
        self, pipeline: AnswerPipeline, parts: list[StreamPart], syntax: DocumentSyntax | None
    ) -> Answer:
        """Return the answer; a search for a repair has a limit of processor time."""

        def spent_s() -> float:
            return time.thread_time() + (syntax.fragment_s if syntax is not None else 0.0)

        repaired_by_s = spent_s() + self._settings.repair_s
        return await pipeline.finish(parts, lambda: spent_s() > repaired_by_s)

    def _has_true_logprobs(self, spec: ModelSpec) -> bool:
        """Return whether the engine knows the log-probability of each token of an answer.

        Of a drafted one it may report 0.0, which the filter would take for certainty.
        """
        if not spec.option("draft_num_predict"):
            return True
        link = self._link()
        return link is not None and link.state.engine.drafts_apart

    @contextmanager
    def _reported_use(self, spec: ModelSpec) -> Iterator[None]:
        """Report to the keeper that the model works for this window, if it takes a moment.

        A shorter request is reported if the model has left memory meanwhile: then it was this
        request that loaded it again, and the keeper must know that the model is Hotseat's.
        """
        link = self._link()
        began_s = time.monotonic()
        begun = False

        def begin() -> None:
            nonlocal begun
            if link is not None:
                link.begin_use(spec, began_s)
                begun = True

        timer = asyncio.get_running_loop().call_later(self._settings.busy_after_s, begin)
        try:
            yield
        finally:
            timer.cancel()
            if begun and link is not None:
                link.end_use(spec)
            elif link is not None and link.state.state_of(spec) is not ModelState.WARM:
                link.report_use(spec, began_s)

    @contextmanager
    def _listening(self, expert: Expert, *, is_read: bool) -> Iterator[None]:
        """Note how long the model is silent. A long prompt that is only read may take its time."""
        try:
            with nullcontext() if is_read else self._silence.request(expert.seat):
                yield
        except EngineError as error:
            if isinstance(error, EngineRejected):
                self._silence.heard(expert.seat)
            if (link := self._link()) is not None:
                link.look(has_failed=True)
            raise

    async def _fim_choice(self, expert: Expert) -> FimChoice:
        """Return the format of the model's prompts; the first call for a model asks the engine."""
        model = expert.spec.model
        if model not in self._fim:
            info = await self.engine.show(model)
            self._fim[model], self._digests[model] = choose(info, expert.fim), info.blob
        return self._fim[model]


@contextmanager
def _prepared(pipeline: AnswerPipeline, after_s: float) -> Iterator[None]:
    """Prepare the pipeline beside what runs inside, `after_s` seconds after the engine's call."""
    preparing: asyncio.Future[None] | None = None

    def begin() -> None:
        nonlocal preparing
        preparing = asyncio.ensure_future(pipeline.prepare())

    timer = asyncio.get_running_loop().call_later(after_s, begin)
    try:
        yield
    finally:
        timer.cancel()
        if preparing is not None:
            preparing.cancel()
