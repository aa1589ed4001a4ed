"""Where a completion ends, and what of it is shown.

Owns the rules; knows no model and no editor. Fed with a stream, `Cutter` says as early as it can
that nothing more is wanted, so that the engine stops: a small model goes on until it is stopped.
"""

from __future__ import annotations

import re
from typing import Literal

from hotseat.completion.overlap import without_overlap
from hotseat.completion.templates import CHAT_TOKENS, FAMILIES
from hotseat.languages.comments import line_comment

Mode = Literal["line", "block"]

MAX_BLOCK_LINES = 12
MAX_REPEATS = 3
"""So often in a row the same line, or the same two or three lines, and it is a loop."""
_LINE_LOOP = re.compile(r"(\w.{9,39}?)\1{3}|(\w.{3,8}?)\2{9}|(\w.{0,2}?)\3{39}")
"""At least 40 characters of the same inside one line: `100000…`, `"Arial", "Arial", …`."""
_BLANK_LINES = re.compile(r"(?:[ \t]*\n)+")
_SHORT_CHARS = 3
"""Lines of closing brackets and the like repeat honestly."""
_TAB_WIDTH = 4

# Tokens that also occur in honest text (`usage: cp <filename>`, HTML) end the output only for the
# family that owns them: `stop` of the Cutter.
_ALWAYS = tuple(
    sorted(
        {
            token
            for template in FAMILIES.values()
            for token in template.control_tokens
            if "|" in token or "｜" in token or "_" in token
        }
        | {*CHAT_TOKENS, "<|im_start|>", "<start_of_turn>", "<|eot_id|>"}
    )
)
_OPENERS = ("{", "(", "[", "=>", "->")
_OPENING_WORDS = re.compile(r"(?:^|\s)(?:then|do|else|begin|repeat)(?:\s*\|[^|]*\|)?$")
_COLON_LANGUAGES = frozenset({"python", "starlark", "nim"})
_RUBY_HEADER = re.compile(r"^\s*(?:def|class|module|if|unless|while|until|case|function)\b")
_WORD_LANGUAGES = frozenset({"ruby", "lua", "crystal", "elixir", "julia", "shellscript"})
_CLOSER_BEGINNINGS = ("e", "en", "f", "d", "do", "don", "es", "esa", "<")
_CLOSER = re.compile(r"^(?:[\])}]+[;,)\]}]*|end[;,)]?|fi|done|esac|</[\w.-]+>[;,)]?)$")


def multiline_mode(prefix: str, suffix: str, language: str | None) -> Mode:
    """`block` where a person expects a body: behind an opener, and nothing stands there yet."""
    rest, _, following = suffix.partition("\n")
    current = prefix[prefix.rfind("\n") + 1 :]
    if rest.strip() or _is_comment(current, language):
        return "line"
    header = current
    if not current.strip():
        before = prefix.rstrip()
        header = before[before.rfind("\n") + 1 :]
    if not _opens(header, language):
        return "line"
    next_line = _first_line(following)
    has_body = bool(next_line) and _indent(next_line) > _indent(header)
    if not current.strip() and _indent(current) <= _indent(header):
        return "line"
    return "line" if has_body else "block"


class Cutter:
    """Ends one completion, and cleans it.

    `prefix_line` is the text before the cursor in its line, `suffix` all that follows the cursor;
    `stop` are the control tokens of the prompt's own family; `taken` is the white space that the
    prompt leaves out at its end (`FimPrompt` has both).
    """

    def __init__(
        self,
        prefix_line: str,
        suffix: str,
        language: str | None,
        mode: Mode,
        *,
        stop: tuple[str, ...] = (),
        taken: str = "",
    ) -> None:
        rest, _, following = suffix.partition("\n")
        self._prefix_line = prefix_line.rsplit("\n", 1)[-1]
        self._rest = rest.rstrip()
        self._following = _first_line(following).strip()
        self._language = language
        self._mode: Mode = "line" if self._rest else mode
        self._taken = taken
        self._tokens = tuple(dict.fromkeys((*_ALWAYS, *stop)))
        # Below this indentation a line is no longer of the block.
        self._on_blank_line = not self._prefix_line.strip()
        self._floor = _indent(self._prefix_line) - int(self._on_blank_line)
        self._raw = ""
        self._done = False

    def feed(self, text: str) -> tuple[str, bool]:
        """Take the next piece of the stream; returns what can be shown so far, and whether to stop.

        What is shown may still lose its end in `finish`.
        """
        if not self._done:
            self._raw += text
        shown, done = self._cut(final=self._done)
        self._done = self._done or done
        return shown.rstrip(), self._done

    def finish(self) -> str:
        """The text to insert; empty for no suggestion."""
        shown, _ = self._cut(final=True)
        shown = shown.rstrip()
        if self._rest and shown:
            shown = without_overlap(self._prefix_line, shown, self._rest).rstrip()
        return shown

    def _cut(self, *, final: bool) -> tuple[str, bool]:
        text, done = self._before_control_token(final=final)
        text = text.replace("\r\n", "\n").rstrip("\r")
        complete = final or done
        text, dedents = self._at_cursor(text)
        if dedents:
            return "", True
        lines = text.split("\n")
        lead = 0
        if not lines[0].strip() and len(lines) > 1:
            if self._rest:
                return "", True
            lead = 1  # the cursor's line was complete: what is suggested begins below it
        kept: list[str] = []
        for i, line in enumerate(lines):
            ended = complete or i < len(lines) - 1
            if self._stops_before(line, first=i == 0, ended=ended):
                return "\n".join(kept), True
            kept.append(line)
            if ended and (n_kept := _before_loop(kept)) is not None:
                return "\n".join(kept[:n_kept]), True
            has_next = i < len(lines) - 1
            if has_next and self._stops_behind(line, n=i + 1 - lead, first=i == 0):
                return "\n".join(kept), True
        return "\n".join(kept), done

    def _at_cursor(self, text: str) -> tuple[str, bool]:
        """The text as it goes on at the cursor; True when it leaves the cursor's block at once.

        On a blank line many models begin with a newline, and then with the indentation anew.
        """
        blank = _BLANK_LINES.match(text) if self._on_blank_line else None
        indent = self._prefix_line if blank else self._taken
        text = text[blank.end() :] if blank else text
        n = 0
        while n < min(len(text), len(indent)) and text[n] == indent[n]:
            n += 1
        text, missing = text[n:], n < len(indent)
        if not self._on_blank_line:
            return text, False
        if missing:
            return text, blank is not None and text.strip() != ""
        # Indented once more than the cursor, which stands where the editor put it.
        only_line = self._mode == "line" and self._prefix_line != ""
        return text.lstrip(" \t") if only_line else text, False

    def _before_control_token(self, *, final: bool) -> tuple[str, bool]:
        at = min((i for t in self._tokens if (i := self._raw.find(t)) >= 0), default=-1)
        if at >= 0:
            return self._raw[:at], True
        begin = self._raw.rfind("<")
        tail = self._raw[begin:] if begin >= 0 else ""
        unfinished = tail and any(token.startswith(tail) for token in self._tokens)
        if unfinished and (not final or tail.startswith(("<|", "<｜"))):
            return self._raw[:begin], False
        return self._raw, False

    def _stops_before(self, line: str, *, first: bool, ended: bool) -> bool:
        """The completion ends, and this line is not part of it."""
        bare = line.strip()
        if not bare:
            return False
        if ended:
            whole = (self._prefix_line + line).strip() if first else bare
            if whole == self._following and (not first or len(whole) > _SHORT_CHARS):
                return True
        if _LINE_LOOP.search(line):
            return True
        if bare.startswith("```") and self._language != "markdown":
            return True
        if first or self._mode == "line" or _indent(line) > self._floor:
            return False
        if self._on_blank_line or _indent(line) < self._floor:
            return True
        if ended:
            return not _CLOSER.match(bare)
        return not (bare[0] in ")]}" or bare.startswith("</") or bare in _CLOSER_BEGINNINGS)

    def _stops_behind(self, line: str, *, n: int, first: bool) -> bool:
        """The completion ends with this line, the `n`th that is not the rest of the cursor's."""
        if self._mode == "line":
            return n >= 1
        closed = not first and bool(line.strip()) and _indent(line) <= self._floor
        return closed or n >= MAX_BLOCK_LINES


def _before_loop(lines: list[str]) -> int | None:
    """How many lines to keep if the last ones go round in circles: those up to the first round."""
    bare = [(i, line.strip()) for i, line in enumerate(lines) if line.strip()]
    for period in (1, 2, 3):
        rounds = bare[-period * MAX_REPEATS :]
        texts = [text for _, text in rounds]
        if len(texts) < period * MAX_REPEATS or max(map(len, texts)) <= _SHORT_CHARS:
            continue
        if texts == texts[:period] * MAX_REPEATS:
            return rounds[period - 1][0] + 1
    return None


def _opens(line: str, language: str | None) -> bool:
    bare = line.rstrip()
    if _is_comment(line, language):
        return False
    if bare.endswith(":"):
        return language in _COLON_LANGUAGES
    if bare.endswith(_OPENERS):
        return True
    if language in _WORD_LANGUAGES:
        return bool(_OPENING_WORDS.search(bare) or _RUBY_HEADER.match(bare))
    return False


def _is_comment(line: str, language: str | None) -> bool:
    token = line_comment(language)
    return token is not None and line.lstrip().startswith(token)


def _first_line(text: str) -> str:
    """The first line that is not blank, without its ending."""
    return next((line for line in text.split("\n", 20)[:20] if line.strip()), "").rstrip()


def _indent(line: str) -> int:
    """Width of the white space at the beginning of a line."""
    expanded = line.expandtabs(_TAB_WIDTH)
    return len(expanded) - len(expanded.lstrip())
