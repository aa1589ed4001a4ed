"""What becomes of a model that the user unloads, as one sentence. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from hotseat.residency.released_models import ReleaseAnswer, ReleaseOutcome


def release_text(name: str, answer: ReleaseAnswer, others: Sequence[str] = ()) -> str:
    """Return the sentence for `name`, an expert or a model. `others` are experts that use the same
    model."""
    match answer.outcome:
        case ReleaseOutcome.UNLOADED:
            freed = f", which frees {answer.size_bytes / 1e6:.0f} MB" if answer.size_bytes else ""
            shared = f" ({_list(others)} used the same model)" if others else ""
            return f"{name} is unloaded{freed}{shared}"
        case ReleaseOutcome.BUSY:
            return f"{name} works on an answer, and is unloaded when that has ended"
        case ReleaseOutcome.ABSENT:
            return f"{name} is not in memory, and is not loaded until you use it"
        case ReleaseOutcome.FOREIGN:
            return f"{name} stays in memory: another program loaded it"
        case ReleaseOutcome.HELD:
            why = "is pinned" if answer.is_pinned else "is under a cursor"
            return f"{name} stays in memory: {answer.holder} uses the same model and {why}"


def _list(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
