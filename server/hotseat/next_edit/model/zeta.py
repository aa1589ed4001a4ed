"""Prompts of Zeta 2.1 (8B; Seed-Coder's tokens, the suffix first), and the spans it answers with.

The format as Zed's crate `zeta_prompt` has it under V0318: the region that may change is cut by
numbered markers at line ends, and the model answers with the text from one marker to a later one.
Where the markers stand is part of the format: after an empty line or 16 lines, at least 6 apart,
and not before a line that only closes something.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from hotseat.next_edit.changes import Hunk
from hotseat.next_edit.model.window import EditContext, EditPrompt, defused, recent, window

SUFFIX, PREFIX, MIDDLE = "<[fim-suffix]>", "<[fim-prefix]>", "<[fim-middle]>"
FILE, CURSOR, END = "<filename>", "<|user_cursor|>", "<[end▁of▁sentence]>"
STOP = (END, SUFFIX)
CONTROL_TOKENS = (SUFFIX, PREFIX, MIDDLE, FILE, CURSOR, END, "<|marker_")
LINES_ABOVE = LINES_BELOW = 10
CONTEXT_LINES = 40
"""Before and after the region."""
MIN_BLOCK_LINES, MAX_BLOCK_LINES, MAX_NUDGE_LINES = 6, 16, 5
MAX_TOKENS = 1024
_MARKER = re.compile(r"<\|marker_(\d+)\|>")
_TAILS = frozenset({"break", "continue", "return", "throw", "end"})


def zeta_prompt(context: EditContext) -> EditPrompt:
    """Return the prompt for the region around the cursor."""
    first, stop = window(len(context.lines), context.line, LINES_ABOVE, LINES_BELOW)
    region = _text(context, first, stop)
    head = defused(_text(context, max(0, first - CONTEXT_LINES), first), CONTROL_TOKENS)
    tail = defused(_text(context, stop, stop + CONTEXT_LINES), CONTROL_TOKENS)
    before = "".join(f"{line}\n" for line in context.lines[first : context.line])
    cursor = len(before) + context.column
    parts = [_ended(f"{SUFFIX}{tail}"), PREFIX]
    edits = "".join(_diff(context.path, one) for one in recent(context.edits))
    if edits:
        parts.append(f"{FILE}edit_history\n{edits}\n")
    path = defused(context.path, CONTROL_TOKENS)
    marked = _marked(region, cursor)
    parts.append(_ended(f"{FILE}{path}\n{head}{marked}"))
    parts.append(MIDDLE)
    return EditPrompt(
        prompt="".join(parts),
        stop=STOP,
        first_line=first,
        n_lines=stop - first,
        max_tokens=MAX_TOKENS,
    )


def zeta_answer(region: Sequence[str], answer: str, *, ends_text: bool = False) -> list[str] | None:
    """Return the region's new lines; None where the answer is no span of the region.

    `ends_text`: the region's last line is the text's, without a line end.
    """
    text = "\n".join(region) + ("" if ends_text else "\n")
    offsets = marker_offsets(text)
    markers = list(_MARKER.finditer(answer))
    numbers = [int(found[1]) for found in markers]
    if len(markers) < 2 or answer[: markers[0].start()].strip():
        return None
    if answer[markers[-1].end() :].replace(END, "").strip():
        return None
    if numbers[0] == numbers[-1]:
        return list(region)
    if numbers != list(range(numbers[0], numbers[-1] + 1)):
        return None
    if not 1 <= numbers[0] < numbers[-1] <= len(offsets):
        return None
    span = _MARKER.sub("", answer[markers[0].end() : markers[-1].start()]).replace(CURSOR, "")
    text = text[: offsets[numbers[0] - 1]] + span + text[offsets[numbers[-1] - 1] :]
    return text.removesuffix("\n").split("\n") if not ends_text else text.split("\n")


def marker_offsets(text: str) -> list[int]:
    """Return where the markers of a region stand: its beginning, line ends in it, its end."""
    lines = text.split("\n")
    if text.endswith("\n") and len(lines) > 1:
        lines.pop()
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    offsets, last, i = [0], 0, 0
    while i < len(lines):
        gap = i - last
        after_blank = gap >= MIN_BLOCK_LINES and _is_text(lines[i]) and not _is_text(lines[i - 1])
        target = _good_start(lines, i) if after_blank or gap >= MAX_BLOCK_LINES else None
        if after_blank and target is not None and len(lines) - target < MIN_BLOCK_LINES:
            target = _good_start(lines, i) if gap >= MAX_BLOCK_LINES else None
        if target is not None and starts[target] > offsets[-1]:
            offsets.append(starts[target])
            last, i = target, target + 1
        else:
            i += 1
    if offsets[-1] != len(text) or len(offsets) == 1:
        offsets.append(len(text))
    return offsets


def _marked(region: str, cursor: int) -> str:
    offsets = marker_offsets(region)
    parts: list[str] = []
    is_placed = False
    for number, offset in enumerate(offsets):
        parts.append(f"<|marker_{number + 1}|>")
        if number + 1 == len(offsets):
            break
        end = offsets[number + 1]
        if not is_placed and offset <= cursor <= end:
            is_placed = True
            parts += [_safe(region[offset:cursor]), CURSOR, _safe(region[cursor:end])]
        else:
            parts.append(_safe(region[offset:end]))
    return "".join(parts)


def _safe(text: str) -> str:
    return defused(text, CONTROL_TOKENS)


def _text(context: EditContext, first: int, stop: int) -> str:
    """Return lines with their ends; the last line of the text has none."""
    lines = context.lines[first:stop]
    text = "".join(f"{line}\n" for line in lines)
    return text[:-1] if lines and stop >= len(context.lines) else text


def _diff(path: str, hunk: Hunk) -> str:
    """Return one edit as a unified diff without context."""
    name = defused(path, CONTROL_TOKENS)
    first = hunk.first_line + 1
    lines = [f"--- a/{name}", f"+++ b/{name}"]
    lines.append(f"@@ -{first},{len(hunk.old)} +{first},{len(hunk.new)} @@")
    lines += [f"-{_safe(line)}" for line in hunk.old]
    lines += [f"+{_safe(line)}" for line in hunk.new]
    return "".join(f"{line}\n" for line in lines)


def _ended(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"


def _is_text(line: str) -> bool:
    return bool(line.strip())


def _good_start(lines: Sequence[str], i: int) -> int:
    """Return the first line from `i` on that begins something, if one is near; else `i`."""
    for target in range(i, min(len(lines), i + MAX_NUDGE_LINES)):
        bare = lines[target].strip()
        if bare and bare[0] not in "}])" and bare.rstrip(";") not in _TAILS:
            return target
    return i
