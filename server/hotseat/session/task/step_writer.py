"""One step of a task: its file, its lines, its brief, and the answer put in their place."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from hotseat.completion.prompt.window import BYTES_PER_TOKEN
from hotseat.conversation.excerpt import SelectionInFile
from hotseat.conversation.prompt import Message
from hotseat.conversation.rewrite import check
from hotseat.conversation.task.brief import Result, write_step
from hotseat.conversation.task.changes import FileChanges
from hotseat.conversation.task.plan import Action, Step, Task
from hotseat.conversation.task.results import keep_range, unmasked
from hotseat.domain.errors import HotseatError
from hotseat.domain.syntax import SyntaxErrors
from hotseat.engines.protocol import Chunk
from hotseat.privacy.redact import blank
from hotseat.session.chat.part import OnPart
from hotseat.session.chat.question_context import QuestionContext
from hotseat.session.edit.rewriter import Rewrite, Rewriter, Rewritten
from hotseat.session.task.texts import Texts
from hotseat.workspace.symbols.index import SymbolIndex

CHECKED_CHARS = 150_000
"""On each side of the lines to change: so much is parsed for the check."""
MAX_SIDE_CHARS = 60_000
"""On each side of them for the prompt: more than it holds."""
MAX_RANGE_CHARS = 60_000
"""Of the lines to change."""
MAX_RESULT_LINES = 60

Errors = Callable[[str, str | None], Awaitable[SyntaxErrors | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a step made of its file."""

    changes: FileChanges
    rewritten: Rewritten


@dataclass(frozen=True, slots=True)
class _Range:
    """The lines [first, stop) of a file's text, without their "\\r"."""

    lines: tuple[str, ...]
    first: int
    stop: int

    @property
    def old(self) -> tuple[str, ...]:
        return self.lines[self.first : self.stop]


class StepWriter:
    """The steps of one window's tasks. `errors` parses a text in a language."""

    def __init__(
        self,
        rewriter: Rewriter,
        texts: Texts,
        context: QuestionContext,
        index: SymbolIndex | None,
        errors: Errors,
    ) -> None:
        self._rewriter = rewriter
        self._texts = texts
        self._context = context
        self._index = index
        self._errors = errors

    async def write(
        self,
        task: Task,
        step: Step,
        files: dict[str, FileChanges],
        *,
        max_tokens: int,
        on_part: OnPart,
        on_chunk: Callable[[Chunk], None],
        on_checking: Callable[[], None],
    ) -> Written:
        """Return the file with the step's result. Raises HotseatError."""
        changes = await self.changes_of(step, files)
        text = changes.text
        range_ = await asyncio.to_thread(self._range, step, text)
        shown = await asyncio.to_thread(_shown, range_)
        place = _place(step, shown, range_.first)
        results = await asyncio.to_thread(_results, task, files)
        gathered = await self._context.gather(f"{step.what}\n{_quoted(step.symbols)}", None, ())

        def write(persona: str | None, tried: Sequence[Message], n_bytes: int) -> Sequence[Message]:
            return write_step(
                task,
                step,
                place=place,
                persona=persona,
                tried=tried,
                n_bytes=n_bytes,
                results=results,
                context=gathered.packed,
            )

        async def checked(new: list[str]) -> list[str]:
            found = unmasked(new, shown.old, range_.old)
            keep_range(found, range_.old, range_.lines[: range_.first], range_.lines[range_.stop :])
            await self._check_syntax(step, range_, found)
            return found

        rewritten = await self._rewriter.rewrite(
            Rewrite(
                place=place,
                languages=(step.language,),
                write=write,
                check=checked,
                max_tokens=_tokens(range_, max_tokens),
            ),
            on_part,
            on_chunk,
            on_checking,
        )
        new = _with_ends(rewritten.lines, text, range_)
        found = changes.with_lines(step.id, range_.first, range_.stop, new)
        return Written(changes=found, rewritten=rewritten)

    async def changes_of(self, step: Step, files: dict[str, FileChanges]) -> FileChanges:
        """Return the changes of the step's file so far. Raises HotseatError if the file is another
        one than the plan or an earlier step has seen."""
        current = await self._texts.current(step.path)
        known = files.get(step.path)
        if known is not None:
            if current.text != known.base:
                raise HotseatError(
                    f"{step.path} was changed since the task read it",
                    hint="Begin a new task for the new text",
                )
            return known
        if current.text is None and step.action is not Action.CREATE:
            raise HotseatError(
                f"{step.path} is not there any more", hint="Take the step out, or create the file"
            )
        if current.text is not None and step.action is Action.CREATE:
            raise HotseatError(
                f"{step.path} is there now, and is left as it is", hint="Make it an edit"
            )
        return FileChanges(path=step.path, base=current.text)

    def _range(self, step: Step, text: str) -> _Range:
        """Return the lines that the step rewrites. Raises HotseatError. Blocks."""
        lines = tuple(line.removesuffix("\r") for line in text.split("\n"))
        stop = len(lines) - 1 if len(lines) > 1 and not lines[-1] else len(lines)
        found = _Range(lines, 0, stop)
        if step.symbols and (spans := self._spans(step, lines)):
            found = _Range(lines, min(a for a, _ in spans), max(b for _, b in spans))
        if sum(map(len, found.old)) > MAX_RANGE_CHARS:
            raise HotseatError(
                f"{step.path}: a model cannot rewrite {found.stop - found.first:,} lines at once",
                hint="Name the definitions to change in the step",
            )
        return found

    def _spans(self, step: Step, lines: Sequence[str]) -> list[tuple[int, int]]:
        """Return the lines of the step's symbols, as far as the index fits the text."""
        if self._index is None:
            return []
        found = []
        for name in step.symbols:
            for symbol in self._index.find_symbol(name, limit=3, under=step.path):
                head = lines[symbol.first_line : symbol.first_line + 2]
                fits = any(symbol.name in line for line in head) and symbol.last_line < len(lines)
                if fits and name in (symbol.name, symbol.qualified):
                    found.append((symbol.first_line, symbol.last_line + 1))
                    break
        return found

    async def _check_syntax(self, step: Step, range_: _Range, new: Sequence[str]) -> None:
        """Raise UnusableAnswer if the file has more errors with the new lines."""
        before = _last_chars(range_.lines[: range_.first], CHECKED_CHARS)
        after = _first_chars(range_.lines[range_.stop :], CHECKED_CHARS)
        old, with_new = [*before, *range_.old, *after], [*before, *new, *after]
        known = await self._errors("\n".join(old), step.language)
        found = await self._errors("\n".join(with_new), step.language)
        check(known, found, with_new, first_line=range_.first - len(before))


def _shown(range_: _Range) -> _Range:
    """Return the lines near the range with secrets masked at the same length."""
    before = _last_chars(range_.lines[: range_.first], MAX_SIDE_CHARS)
    after = _first_chars(range_.lines[range_.stop :], MAX_SIDE_CHARS)
    text = blank("\n".join([*before, *range_.old, *after]))
    return _Range(tuple(text.split("\n")), len(before), len(before) + range_.stop - range_.first)


def _place(step: Step, shown: _Range, line: int) -> SelectionInFile:
    is_empty = not any(line.strip() for line in shown.old)
    return SelectionInFile(
        path=step.path,
        language=step.language,
        before=shown.lines[: shown.first],
        selected=() if is_empty else shown.old,
        after=shown.lines[shown.stop :],
        line=line,
    )


def _tokens(range_: _Range, most: int) -> int | None:
    """Return a bound for an answer: what is left of the task's tokens, where that is little."""
    size = sum(len(line) + 1 for line in range_.old)
    return most if not size or most < 3 * size // BYTES_PER_TOKEN else None


def _with_ends(new: Sequence[str], text: str, range_: _Range) -> list[str]:
    """Return the new lines as the file ends its lines; a new file gets a line break at its end."""
    lines = list(new)
    if not text:
        return [*lines, ""]
    if "\r\n" not in text:
        return lines
    is_last = range_.stop == len(range_.lines)
    return [
        line if is_last and i == len(lines) - 1 else f"{line}\r" for i, line in enumerate(lines)
    ]


def _results(task: Task, files: dict[str, FileChanges]) -> list[Result]:
    """Return what the steps so far have written, with secrets masked."""
    languages = {step.path: step.language for step in task.steps}
    found = []
    for path, file in files.items():
        for change in file.changes:
            lines = [line.removesuffix("\r") for line in change.lines[:MAX_RESULT_LINES]]
            if any(line.strip() for line in lines):
                found.append(
                    Result(
                        step=change.steps[-1],
                        title=f"in {path}",
                        language=languages.get(path),
                        lines=tuple(blank("\n".join(lines)).split("\n")),
                    )
                )
    return found


def _quoted(names: Sequence[str]) -> str:
    return " ".join(f"`{name}`" for name in names)


def _first_chars(lines: Sequence[str], most: int) -> list[str]:
    found: list[str] = []
    for line in lines:
        most -= len(line) + 1
        if most < 0:
            break
        found.append(line)
    return found


def _last_chars(lines: Sequence[str], most: int) -> list[str]:
    return _first_chars(lines[::-1], most)[::-1]
