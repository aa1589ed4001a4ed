"""Where a completion ends.

Owns the rules; knows no model and no editor. `StreamTruncator` reads a stream and reports as early
as it can that nothing more is wanted, so that the engine stops: a small model goes on until it is
stopped.
"""

from __future__ import annotations

import re

from hotseat.completion.postprocess.bracket_scanner import CLOSER_OF, Scan, scan
from hotseat.completion.postprocess.document_repeats import DocumentRepeats
from hotseat.completion.postprocess.end_of_statement import (
    MAX_LINES,
    EndOfBlock,
    EndOfStatement,
    EndOfText,
    EndRule,
    depths_after,
    ends_open,
)
from hotseat.completion.postprocess.indent import dedented
from hotseat.completion.postprocess.line_or_block import (
    LineOrBlock,
    Mode,
    has_code,
    indent_width,
    is_comment,
    opens,
    statement_line,
)
from hotseat.completion.postprocess.prose import THINKING, is_prose
from hotseat.completion.postprocess.repetition import (
    before_line_loop,
    before_loop,
)
from hotseat.completion.postprocess.suffix_overlap import SuffixOverlap
from hotseat.completion.prompt.fim_templates import CHAT_TOKENS, FAMILIES
from hotseat.syntax.regions.html import HOSTS

_NUMBERS = re.compile(r"(?=.*\d)(?:0[xX][0-9a-fA-F]+|[\W\d_])+$")
_WORD = re.compile(r"[^\W\d_]{2}")
_MIN_BEGUN_CHARS = 3
_BROKEN = re.compile(
    r"[\ufffd\ud800-\udfff\0-\x08\x0e-\x1f\x7f]|([(\[{])\1{11}|<\|[a-z][a-z_]{2,30}\|>"
)
"""Half a character, a control character, brackets without end, a control token of any family: a
model that has lost its way."""
_BLANK_LINES = re.compile(r"(?:[ \t]*\n)+")

MIN_TOKEN_CHARS = 4
"""A shorter token could be code."""

# Tokens that also occur in honest text (`usage: cp <filename>`, HTML) end the output only for the
# family that owns them: `stop` of the StreamTruncator.
_ALWAYS = tuple(
    sorted(
        {
            token
            for template in FAMILIES.values()
            for token in template.control_tokens
            if any(char in token for char in "|｜_▁-") and len(token) > MIN_TOKEN_CHARS
        }
        | {*CHAT_TOKENS, *THINKING, "<EOT>", "<|im_start|>", "<start_of_turn>", "<|eot_id|>"}
    )
)


class StreamTruncator:
    """Finds the end of one completion in a stream.

    `prefix` is the text before the cursor, at least that of its line, `suffix` the text after it;
    `stop` are the control tokens of the prompt's own family; `taken` is the white space that the
    prompt leaves out at its end (`FimPrompt` has both). `max_lines`: the user wants no more.
    """

    def __init__(
        self,
        prefix: str,
        suffix: str,
        language: str | None,
        mode: LineOrBlock | Mode,
        *,
        overlap: SuffixOverlap,
        stop: tuple[str, ...] = (),
        taken: str = "",
        max_lines: int = MAX_LINES,
    ) -> None:
        rest, _, following = suffix.partition("\n")
        self._overlap = overlap
        self._prefix_line = prefix.rsplit("\n", 1)[-1]
        self._rest = rest.rstrip()
        self._language = language
        self._is_block = mode == LineOrBlock.BLOCK and not self._rest
        self._header_width = indent_width(statement_line(prefix, language))
        self._taken = taken
        self._max_lines = max_lines
        is_in_markup = language in HOSTS and bool(self._prefix_line.strip())
        self._takes_prose = (
            is_in_markup or not has_code(language) or is_comment(self._prefix_line, language)
        )
        self._tokens = tuple(dict.fromkeys((*_ALWAYS, *stop)))
        self._first_chars = {token[0] for token in self._tokens if token}
        self._max_token_chars = max(map(len, self._tokens))
        self._on_blank_line = not self._prefix_line.strip()
        self._repeats = DocumentRepeats(
            prefix, following, language, quote=overlap.quote, is_in_text=overlap.around.is_in_text
        )
        self._is_paired = _is_paired(self._prefix_line.rstrip(), self._rest.lstrip())
        self._raw = ""
        self._done = False

    def feed(self, text: str) -> tuple[str, bool]:
        """Take the next part of the stream; return what can be shown so far, and whether to stop.

        The end of what is shown may still be removed by later stages.
        """
        if not self._done:
            self._raw += text
        shown, done = self._cut(final=self._done)
        self._done = self._done or done
        return shown.rstrip(), self._done

    def written(self) -> str:
        """Return what the model wrote before its first control token."""
        return self._before_control_token(final=True)[0]

    def result(self) -> str:
        """Return the completion, as far as the stream went, with the white space at its end."""
        return self._cut(final=True)[0]

    def _cut(self, *, final: bool) -> tuple[str, bool]:
        text, done = self._before_control_token(final=final)
        text = text.replace("\r\n", "\n").rstrip("\r")
        if self._is_prose(text):
            return "", done
        text, dedents = self._at_cursor(text)
        if dedents:
            return "", True
        text = self._without_line_begun(text)
        found = scan(text, self._language, quote=self._overlap.quote, final=final or done)
        return self._lines(text, found, done=done, complete=final or done)

    def _lines(self, text: str, found: Scan, *, done: bool, complete: bool) -> tuple[str, bool]:
        lines = text.split("\n")
        # With the cursor's line complete, what is suggested begins below it.
        lead = int(not lines[0].strip() and len(lines) > 1)
        end_rule = self._end_rule(lines, found, lead)
        lines_taken: list[str] = []
        depths: list[int | None] = [0, *depths_after(lines, found)]
        for i, (line, depth) in enumerate(zip(lines, depths, strict=False)):
            ended = complete or i < len(lines) - 1
            if self._is_fence(line) or end_rule.ends_before(i, ended):
                return "\n".join(lines_taken), True
            is_last = complete and 0 < i == len(lines) - 1
            if is_last and self._repeats.begins_next_line(line):
                return "\n".join(self._repeats.without_next_comments(lines_taken)), done
            if ended and self._repeats.next_line(line, depth, first=i == 0):
                verdict = self._repeats.goes_on_alike(lines[i + 1 :], complete=complete)
                if i > 0 or depths[1] == 0 or verdict:
                    return "\n".join(self._repeats.without_next_comments(lines_taken)), True
                if verdict is None:
                    return "", False
            if ended and self._repeats.is_from_top(lines[: i + 1]):
                return "", True
            if ended and (n_before := self._repeats.before_two(lines_taken, line)) is not None:
                return "\n".join(lines_taken[:n_before]), True
            if (once := before_line_loop(line)) is not None:
                return "\n".join([*lines_taken, once]), True
            lines_taken.append(line)
            if ended and (n_before := before_loop(lines_taken)) is not None:
                return "\n".join(lines_taken[:n_before]), True
            has_next = i < len(lines) - 1
            if has_next and (end_rule.ends_after(i) or i + 1 - lead >= self._max_lines):
                return "\n".join(lines_taken), True
        return "\n".join(lines_taken), done

    @property
    def is_cut(self) -> bool:
        """The stream had more than is shown."""
        return self._done

    def _end_rule(self, lines: list[str], found: Scan, lead: int) -> EndRule:
        if self._overlap.around.is_in_text:
            return EndOfText(lines, lead=lead, one_line=not self._overlap.sees_suffix)
        if self._is_block:
            return EndOfBlock(
                lines,
                found,
                lead=lead,
                prefix_line=self._prefix_line,
                header_width=self._header_width,
                n_own=self._overlap.around.n_own,
            )
        return EndOfStatement(
            lines,
            found,
            lead=lead,
            prefix_line=self._prefix_line,
            language=self._language,
            is_code=not self._overlap.quote,
            n_own=self._overlap.around.n_own,
        )

    def _is_prose(self, text: str) -> bool:
        if self._overlap.quote or self._takes_prose:
            return False
        return is_prose(text)

    def _without_line_begun(self, text: str) -> str:
        """Return `text` without the cursor's line, if it begins with what stands there already.

        Instruct models say the whole line again.
        """
        begun = self._prefix_line.lstrip()
        if self._overlap.quote or len(begun) < _MIN_BEGUN_CHARS or not _WORD.search(begun):
            return text
        bare = text.lstrip(" \t")
        return bare[len(begun) :] if bare.startswith(begun) else text

    def _at_cursor(self, text: str) -> tuple[str, bool]:
        """Return the text as it goes on at the cursor, and whether it leaves the cursor's block at
        once.

        On a blank line many models begin with a newline, and then with the indentation again.
        """
        blank = _BLANK_LINES.match(text) if self._on_blank_line else None
        indent = self._prefix_line if blank else self._taken
        if blank is None and "\n" in indent and text[:1] != "\n":
            indent = indent.rpartition("\n")[2]  # it leaves out the line end
        text = text[blank.end() :] if blank else text
        n = 0
        while n < min(len(text), len(indent)) and text[n] == indent[n]:
            n += 1
        text, missing = text[n:], n < len(indent)
        if not self._on_blank_line:
            # A line that something follows, or that cannot end here, is gone on with, not left.
            is_open = ends_open(self._prefix_line) or (bool(self._rest) and not self._is_paired)
            return text.lstrip() if is_open and _BLANK_LINES.match(text) else text, False
        if missing:
            return text, blank is not None and text.strip() != ""
        bare = text.lstrip(" \t")
        if self._prefix_line == "" or not bare:
            return ("" if self._prefix_line else text), False
        # Indented once more than the cursor, which stands where the editor put it.
        extra = text[: len(text) - len(bare)]
        first = bare.partition("\n")[0]
        is_open = opens(first, self._language) or bool(scan(first, self._language).opened)
        return dedented(bare, self._prefix_line, extra, opens=is_open), False

    def _before_control_token(self, *, final: bool) -> tuple[str, bool]:
        places = [i for token in self._tokens if (i := self._raw.find(token)) >= 0]
        if (broken := _BROKEN.search(self._raw)) is not None:
            places.append(broken.start())
        at = min(places, default=-1)
        if at >= 0:
            return self._raw[:at], True
        begin = self._begun_token()
        tail = self._raw[begin:] if begin >= 0 else ""
        # Of a token that the stream's end has cut off, three characters are enough: `<EO`.
        if tail and (not final or len(tail) > 2 or tail in ("<|", "<｜", "<[")):
            return self._raw[:begin], False
        return self._raw, False

    def _begun_token(self) -> int:
        """Return where a control token begins whose end is still to come; -1 for nowhere."""
        near = max(0, len(self._raw) - self._max_token_chars)
        for first in self._first_chars:
            begin = self._raw.rfind(first, near)
            if begin >= 0 and any(t.startswith(self._raw[begin:]) for t in self._tokens):
                return begin
        return -1

    def _is_fence(self, line: str) -> bool:
        if self._language == "markdown" or self._overlap.around.is_in_text:
            return False  # examples in documentation comments have fences
        return line.lstrip().startswith("```")


def _is_paired(line: str, rest: str) -> bool:
    """Whether the cursor is between what opens a block and what closes it: `{‸}`, `<p>‸</p>`."""
    if rest.startswith("</"):
        return line.endswith(">") and not line.endswith("/>")
    return bool(line) and CLOSER_OF.get(line[-1]) == rest[:1]
