"""Diagnostics of other language servers, as a client passes them on with a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hotseat.conversation.context.items import Candidate, ItemKind

MAX_DIAGNOSTICS = 12
MAX_MESSAGE_CHARS = 300
_SEVERITIES = {1: "error", 2: "warning", 3: "information", 4: "hint"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One diagnostic of the file that the question is about. Secrets are masked."""

    line: int
    """From 0."""
    message: str
    severity: int = 1
    """LSP's: 1 (error) to 4 (hint)."""
    source: str = ""


def diagnostics_item(
    problems: Sequence[Problem], *, path: str, near: tuple[int, int] | None
) -> Candidate | None:
    """Return the diagnostics as one part of the context; None without any.

    Those in the lines `near` come first, then the nearest, errors before warnings.
    """
    first, stop = near or (0, 0)

    def key(problem: Problem) -> tuple[int, int, int]:
        if near is None:
            return problem.severity, problem.line, 0
        distance = max(first - problem.line, problem.line - max(first, stop - 1), 0)
        return min(1, distance), problem.severity, distance

    lines = []
    for problem in sorted(problems, key=key)[:MAX_DIAGNOSTICS]:
        message = " ".join(problem.message.split())[:MAX_MESSAGE_CHARS]
        kind = _SEVERITIES.get(problem.severity, "error")
        source = f" ({problem.source})" if problem.source else ""
        lines.append(f"- line {problem.line + 1}, {kind}: {message}{source}")
    if not lines:
        return None
    return Candidate(
        id="diagnostics",
        kind=ItemKind.DIAGNOSTICS,
        title=f"Diagnostics of {path}",
        text="\n".join(lines),
    )
