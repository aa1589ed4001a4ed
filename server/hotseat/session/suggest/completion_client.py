"""Asks a warm model what stands at a place: the prompt, the stream, and the cut.

Owns what is learned of each model by asking it: its FIM template, how dense its tokens are, and how
fast it reads. Talks to the engine directly and never causes a load. Knows nothing of which requests
there are, or of what was suggested before.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import aclosing, contextmanager
from urllib.parse import unquote, urlsplit

from hotseat.completion.cache import Answer, Scope
from hotseat.completion.filter.shown_tokens import Piece, shown_tokens
from hotseat.completion.prompt.fim_templates import FimChoice, choose
from hotseat.completion.request import Ask, Gather, ask
from hotseat.documents.store import DocumentStore
from hotseat.domain.errors import EngineRejected
from hotseat.domain.experts import Expert, ModelSpec
from hotseat.domain.residency import ModelState
from hotseat.engines.protocol import Chunk, Engine, GenerateRequest
from hotseat.keeper.link import KeeperLink
from hotseat.session.open_file_context import OpenFileContext
from hotseat.session.snapshot import Snapshot, window_tokens
from hotseat.session.suggest.suggestion import StreamCounts

BUSY_AFTER_S = 0.25
SHRINK = 0.6
MIN_READ_TOKENS = 16
"""Fewer say nothing of how fast a model reads."""
SMOOTHING = 0.7
CONTEXT_TOKENS = 256
CONTEXT_RATE = 250.0
"""Prompt tokens a second: from there on, context is read in a second."""
PREPARE_AFTER_S = 0.001
"""The request is on the wire by then; no model has its first token yet."""
FIT_S = 0.006
"""Of our own computing, for what does not parse: most that can be mended is by then, and the person
waits. A machine that is busy with something else does not cost a suggestion."""


class Generator:
    """Of one engine."""

    def __init__(
        self,
        engine: Engine,
        documents: DocumentStore,
        link: Callable[[], KeeperLink | None],
        neighbours: OpenFileContext | None,
    ) -> None:
        self.engine = engine
        self._documents = documents
        self._link = link
        self._neighbours = neighbours
        self._fim: dict[str, FimChoice] = {}
        self._digests: dict[str, str] = {}
        self._n_context: dict[ModelSpec, int] = {}
        self._window_share: dict[ModelSpec, float] = {}
        self._reading: dict[ModelSpec, float] = {}
        """Prompt tokens that each model reads a second, lately."""

    def fim_reports(self) -> dict[str, str]:
        """How each model is asked, as far as it is known: by model name."""
        return {model: choice.report for model, choice in self._fim.items()}

    async def scope(self, expert: Expert, language: str) -> Scope:
        """What an answer of that expert is good for. The first call for a model asks the engine."""
        choice = await self._fim_choice(expert)
        return Scope(
            model=expert.spec.key,
            digest=self._digests.get(expert.spec.model, ""),
            template=choice.template.family if choice.template else choice.mode,
            language=language,
        )

    async def answer(
        self,
        expert: Expert,
        snapshot: Snapshot,
        counts: StreamCounts,
        grown: Callable[[str], None] = lambda _: None,
    ) -> Answer:
        """What to insert; `grown` hears what there is of it so far. Raises HotseatError."""
        return await self._fitting(expert, snapshot, counts, grown)

    async def read(self, expert: Expert, snapshot: Snapshot) -> None:
        """Have the model read the prompt, so that the next answer comes sooner."""
        await self._fitting(expert, snapshot, StreamCounts(), lambda _: None, n_predict=1)

    async def _fitting(
        self,
        expert: Expert,
        snapshot: Snapshot,
        counts: StreamCounts,
        grown: Callable[[str], None],
        *,
        n_predict: int | None = None,
    ) -> Answer:
        """Tokens are estimated: where a text is denser (hexadecimal, Chinese, minified code), the
        engine refuses the prompt, and the window shrinks, for the next requests too."""
        while True:
            question = self._question(await self._fim_choice(expert), expert, snapshot)
            try:
                return await self._stream(expert.spec, question, counts, grown, n_predict)
            except EngineRejected as error:
                share = self._window_share.get(expert.spec, 1.0) * SHRINK
                if error.status != 400 or "context" not in error.message or share < SHRINK**4:
                    raise
                self._window_share[expert.spec] = share

    def _question(self, choice: FimChoice, expert: Expert, snapshot: Snapshot) -> Ask:
        n_context = self._context_tokens(expert.spec)
        return ask(
            choice,
            prefix=snapshot.prefix,
            suffix=snapshot.suffix,
            language=snapshot.language,
            cursor_line=snapshot.position.line,
            path=_path(snapshot.uri),
            n_ctx=int(window_tokens(expert) * self._window_share.get(expert.spec, 1.0)),
            tokens_per_s=self._reading.get(expert.spec),
            gather=self._gather(snapshot, n_context),
            n_context=n_context,
        )

    async def _stream(
        self,
        spec: ModelSpec,
        question: Ask,
        counts: StreamCounts,
        grown: Callable[[str], None],
        n_predict: int | None,
    ) -> Answer:
        cutter = question.cutter
        request = GenerateRequest(
            spec=spec,
            prompt=question.prompt.prompt,
            suffix=question.prompt.suffix,
            raw=question.prompt.raw,
            stop=question.prompt.stop,
            n_predict=n_predict or question.n_predict,
            logprobs=n_predict is None,
        )
        pieces: list[Piece] = []
        counts.called_s = time.perf_counter()
        preparing = asyncio.get_running_loop().call_later(PREPARE_AFTER_S, cutter.prepare)
        try:
            with self._in_use(spec):
                async with aclosing(self.engine.generate(request)) as chunks:
                    async for chunk in chunks:
                        now_s = time.perf_counter()
                        counts.first_token_s = counts.first_token_s or now_s
                        if chunk.n_prompt_tokens is not None:
                            counts.n_prompt_tokens = chunk.n_prompt_tokens
                            counts.n_cached_tokens = chunk.n_cached_tokens
                            self._note_reading(spec, chunk)
                        pieces.append((chunk.text, chunk.logprobs))
                        shown, ended = cutter.feed(chunk.text)
                        if ended or now_s - counts.first_token_s > question.generation_s:
                            break
                        grown(shown)
                    counts.ended_s = time.perf_counter()
        finally:
            preparing.cancel()
        fitted_by_s = time.thread_time() + FIT_S
        text = cutter.finish(lambda: time.thread_time() > fitted_by_s)
        tokens = shown_tokens(pieces, text)
        return Answer(
            text,
            logprobs=tuple(token.logprob for token in tokens),
            token_ends=tuple(token.end for token in tokens),
            mode=question.mode,
            parses=True if text and cutter.checks else None,
        )

    def _gather(self, snapshot: Snapshot, n_tokens: int) -> Gather | None:
        neighbours, document = self._neighbours, self._documents.get(snapshot.uri)
        if neighbours is None or document is None:
            return None
        line = snapshot.position.line
        return lambda first, last: neighbours.context(
            document, snapshot.language, line=line, shown=(first, last), n_tokens=n_tokens
        )

    def _context_tokens(self, spec: ModelSpec) -> int:
        """What of the prompt other files get: none where the model reads slowly. Decided once for a
        model: with each change the whole prompt would be read anew."""
        if (known := self._n_context.get(spec)) is not None:
            return known
        rate = self._reading.get(spec)
        link = self._link()
        if rate is None:
            tells = link is not None and link.state.engine.reports_timings
            return 0 if tells else CONTEXT_TOKENS
        self._n_context[spec] = CONTEXT_TOKENS if rate >= CONTEXT_RATE else 0
        return self._n_context[spec]

    def _note_reading(self, spec: ModelSpec, chunk: Chunk) -> None:
        if chunk.n_cached_tokens is None:
            return  # an engine that does not tell how much it read
        n_read = (chunk.n_prompt_tokens or 0) - chunk.n_cached_tokens
        if n_read >= MIN_READ_TOKENS and chunk.prompt_eval_ms:
            rate = 1000 * n_read / chunk.prompt_eval_ms
            self._reading[spec] = rate + SMOOTHING * (self._reading.get(spec, rate) - rate)

    @contextmanager
    def _in_use(self, spec: ModelSpec) -> Iterator[None]:
        """Tell the keeper that the model works for us, when it takes longer than a moment.

        A shorter request is reported where the model has left memory meanwhile: then it is this
        request that loaded it again, and the keeper must know that the model is ours.
        """
        link = self._link()
        began_s = time.monotonic()
        begun = False

        def begin() -> None:
            nonlocal begun
            if link is not None:
                link.begin_use(spec, began_s)
                begun = True

        timer = asyncio.get_running_loop().call_later(BUSY_AFTER_S, begin)
        try:
            yield
        finally:
            timer.cancel()
            if begun and link is not None:
                link.end_use(spec)
            elif link is not None and link.state.state_of(spec) is not ModelState.WARM:
                link.report_use(spec, began_s)

    async def _fim_choice(self, expert: Expert) -> FimChoice:
        """Known after the first request to a model: one quick question to the engine."""
        model = expert.spec.model
        if model not in self._fim:
            info = await self.engine.show(model)
            self._fim[model], self._digests[model] = choose(info, expert.fim), info.blob
        return self._fim[model]


def _path(uri: str) -> str:
    """The last parts of the path: what a model has seen in its training, and no home directory."""
    try:
        path = urlsplit(uri).path
    except ValueError:  # `file://[`
        return ""
    return "/".join(unquote(path).split("/")[-2:])
