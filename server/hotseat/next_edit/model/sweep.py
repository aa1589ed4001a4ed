"""Prompts of the Sweep next-edit family (0.5B, 1.5B; Qwen2 architecture).

The format as sweepai/sweep-next-edit-1.5B's run_model.py and public clients state it: edits as
`.diff` blocks with `original:` and `updated:`, then the window of 21 lines before and now, with the
cursor marked; the model writes the window as it will be.
"""

from __future__ import annotations

from hotseat.next_edit.model.window import (
    EditContext,
    EditPrompt,
    defused,
    original_window,
    recent,
    window,
)

SEPARATOR, CURSOR = "<|file_sep|>", "<|cursor|>"
STOP = (SEPARATOR, "<|endoftext|>")
CONTROL_TOKENS = (SEPARATOR, CURSOR, "<|endoftext|>", "<|im_end|>", "<|fim_prefix|>")
LINES_ABOVE = LINES_BELOW = 10
MAX_TOKENS = 1024


def sweep_prompt(context: EditContext) -> EditPrompt:
    """Return the prompt for the window around the cursor."""
    first, stop = window(len(context.lines), context.line, LINES_ABOVE, LINES_BELOW)
    now = [defused(line, CONTROL_TOKENS) for line in context.lines[first:stop]]
    before = [defused(line, CONTROL_TOKENS) for line in original_window(context, first, stop)]
    row = context.line - first
    current = list(now)
    if 0 <= row < len(current):
        head = defused(context.lines[context.line][: context.column], CONTROL_TOKENS)
        current[row] = f"{head}{CURSOR}{now[row][len(head) :]}"
    path = defused(context.path, CONTROL_TOKENS)
    parts: list[str] = []
    for edit in recent(context.edits):
        old, new = ("\n".join(part) for part in (edit.old, edit.new))
        parts += [
            f"{SEPARATOR}{path}.diff",
            "original:",
            defused(old, CONTROL_TOKENS),
            "updated:",
            defused(new, CONTROL_TOKENS),
        ]
    span = f"{first + 1}:{stop}"
    parts += [f"{SEPARATOR}original/{path}:{span}", *before]
    parts += [f"{SEPARATOR}current/{path}:{span}", *current]
    parts += [f"{SEPARATOR}updated/{path}:{span}", ""]
    return EditPrompt(
        prompt="\n".join(parts),
        stop=STOP,
        first_line=first,
        n_lines=stop - first,
        max_tokens=MAX_TOKENS,
    )
