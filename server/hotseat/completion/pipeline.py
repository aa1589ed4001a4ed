"""The stages from a model's stream to the text that is inserted at the cursor.

Owns their order, and the record of which stage dropped or shortened the text. `build_request` makes
one pipeline for each request; the filter (`filter/score.py`) judges the answer afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

from hotseat.completion.answer import Answer, Stage
from hotseat.completion.filter.shown_tokens import StreamPart, shown_tokens
from hotseat.completion.postprocess.end_of_statement import MAX_LINES
from hotseat.completion.postprocess.fragment_parser import Region
from hotseat.completion.postprocess.indent import IndentStyle
from hotseat.completion.postprocess.line_or_block import LineOrBlock, Mode, mode_of
from hotseat.completion.postprocess.suffix_overlap import SuffixOverlap
from hotseat.completion.postprocess.syntax_check import SyntaxCheck
from hotseat.completion.postprocess.truncator import StreamTruncator
from hotseat.documents.syntax import NewFragment
from hotseat.domain.syntax import Place


class AnswerPipeline:
    """Ends one stream, and makes an answer of it. Mutable: for one answer.

    `prefix` is the text before the cursor, at least that of its line, `suffix` the text after it.
    `stop` are the control tokens of the prompt's own family, and `taken` is the white space that
    the prompt leaves out at its end (`FimPrompt` has both). `sees_suffix`: the model was shown the
    suffix; then its answer is taken as it is unless that does not fit, and otherwise the place
    where it meets the suffix is found. `place` is the kind of text that the cursor is in. With
    `new_fragment` (`DocumentSyntax.fragment`), the answer parses no worse than the text without
    it (`SyntaxCheck`, which `region` is for): then `prefix` should be all there is, up to a few
    thousand characters. `max_lines`: the longest answer.
    """

    def __init__(
        self,
        prefix: str,
        suffix: str,
        language: str | None,
        length: LineOrBlock | Mode,
        *,
        stop: tuple[str, ...] = (),
        taken: str = "",
        sees_suffix: bool = False,
        place: Place | None = None,
        new_fragment: NewFragment | None = None,
        region: Region = Region.FILE,
        max_lines: int = MAX_LINES,
    ) -> None:
        self._prefix, self._suffix = _with_newlines(prefix), _with_newlines(suffix)
        self._language, self._length = language, length
        self._stop, self._taken, self._max_lines = stop, taken, max_lines
        self._sees_suffix = sees_suffix
        self._place, self._region = place, region
        self._new_fragment = new_fragment

    async def prepare(self) -> None:
        """Scan and parse the text around the cursor.

        This is half of all the work, and it needs no answer: it is best done while the engine
        computes the first token.
        """
        _ = self._truncator, self._style
        await self._syntax.settle()

    def feed(self, text: str) -> tuple[str, bool]:
        """Take the next part of the stream; return what can be shown so far, and whether to stop.

        What is shown may still lose its end in `finish`.
        """
        return self._truncator.feed(text)

    async def finish(
        self, parts: Sequence[StreamPart] = (), expired: Callable[[], bool] = lambda: False
    ) -> Answer:
        """Return the answer. The stages run in the order of the lines below.

        `parts` is the whole stream with its log-probabilities. With a grammar this takes a few
        milliseconds; when `expired()` becomes true, the search for a repair ends.
        """
        trace = _Trace(self._truncator.written())
        trace.passed(Stage.MODEL, trace.text)
        truncated = "" if self._length == LineOrBlock.NOTHING else self._truncator.result()
        trace.passed(Stage.STREAM_TRUNCATION, truncated)
        goes_on = self._truncator.is_cut and self._sees_suffix
        candidates = [""]
        if trace.text:
            ended = not self._truncator.is_cut and "\n" not in trace.text
            candidates = self._overlap.candidates(trace.text, goes_on=goes_on, ended=ended)
        accepted = await self._first_accepted(candidates, truncated, expired)
        trace.passed(Stage.OVERLAP, candidates[0] if accepted is None else accepted)
        if trace.text:  # else the text around the cursor is not parsed
            trace.passed(Stage.INDENTATION, self._styled(trace.text))
            if accepted is None:
                repaired = await self._syntax.repair(trace.text, expired)
                trace.passed(Stage.REPAIR if repaired else Stage.SYNTAX_CHECK, repaired)
        tokens = shown_tokens(parts, trace.text)
        return Answer(
            trace.text,
            logprobs=tuple(token.logprob for token in tokens),
            token_ends=tuple(token.end for token in tokens),
            mode=mode_of(self._length),
            parses=True if trace.text and self._syntax.is_known else None,
            dropped_by=trace.dropped_by,
            shortened_by=tuple(trace.shortened_by),
        )

    def finish_here(self, parts: Sequence[StreamPart] = ()) -> Answer:
        """Return the answer at once. For tools, whose fragments parse in this process.

        Raises RuntimeError if a fragment waits for another process.
        """
        finishing = self.finish(parts)
        try:
            finishing.send(None)
        except StopIteration as done:
            answer: Answer = done.value
            return answer
        finishing.close()
        raise RuntimeError("the fragment is parsed by another process")

    async def _first_accepted(
        self, candidates: Sequence[str], truncated: str, expired: Callable[[], bool]
    ) -> str | None:
        """Return the first candidate that parses, else the first that does without the suffix."""
        for candidate in candidates:
            goes_on = self._truncator.is_cut and candidate.rstrip() == truncated.rstrip()
            # The first is judged whatever the time: a busy loop must not lose a good answer.
            until = _never if candidate is candidates[0] else expired
            if not candidate or await self._syntax.accepts(
                self._styled(candidate), until, goes_on=goes_on
            ):
                return candidate
        for candidate in candidates:
            if await self._syntax.accepts_alone(self._styled(candidate), expired):
                return candidate
        return None

    def _styled(self, text: str) -> str:
        """Return `text` with the document's indentation; in a string or comment as it is."""
        return text if self._overlap.around.is_in_text else self._style.applied(text)

    @cached_property
    def _overlap(self) -> SuffixOverlap:
        return SuffixOverlap(
            self._prefix,
            self._suffix,
            self._language,
            self._place,
            sees_suffix=self._sees_suffix,
        )

    @cached_property
    def _truncator(self) -> StreamTruncator:
        return StreamTruncator(
            self._prefix,
            self._suffix,
            self._language,
            self._length,
            overlap=self._overlap,
            stop=self._stop,
            taken=self._taken,
            max_lines=self._max_lines,
        )

    @cached_property
    def _style(self) -> IndentStyle:
        return IndentStyle.of(self._prefix, self._suffix, self._language)

    @cached_property
    def _syntax(self) -> SyntaxCheck:
        return SyntaxCheck(
            self._prefix,
            self._suffix,
            self._language,
            self._new_fragment,
            place=self._place,
            region=self._region,
            around=self._overlap.around,
        )


def _with_newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


class _Trace:
    """The text on its way through the stages, and what each of them did to it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.dropped_by: Stage | None = None
        self.shortened_by: list[Stage] = []

    def passed(self, stage: Stage, text: str) -> None:
        """Go on with `text`, which is what the stage left of the text so far."""
        left = text.strip()
        if not left and self.dropped_by is None:
            self.dropped_by = stage
        elif len(left) < len(self.text.strip()):
            self.shortened_by.append(stage)
        self.text = text if left else ""


def _never() -> bool:
    return False
