"""What `hotseat setup` proposes: a shipped roster for a machine, and the models of it that a user
needs for the languages that they use. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from hotseat.domain.experts import Expert, Roster
from hotseat.roster.merge import weights_of
from hotseat.roster.sets import CODE, CODE_LEAST_BYTES, code_set

_LEAST_COMMITS = 2
_LEAST_SHARE = 0.02
"""Of the commits: a language below it was touched in passing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NeededModel:
    """One model file, with the experts that use it."""

    name: str
    size_bytes: int | None
    """According to the roster."""
    licence: str
    """Empty if the roster names none."""
    source: str
    """Where it comes from; empty: from Ollama's library."""
    experts: tuple[str, ...]
    is_installed: bool


def roster_for(total_bytes: int, *, has_library: bool, why_embedded: str = "") -> tuple[str, str]:
    """Return the shipped roster for a machine with so much memory, and the reason as a sentence.

    `has_library`: the engine is an Ollama, which can pull models by their names. Otherwise
    `why_embedded` begins the sentence: "No Ollama was found at …".
    """
    if has_library:
        return "ollama", "Ollama answers here: the roster 'ollama' has small code models from it."
    reason = f"{why_embedded}, and this machine has {total_bytes / 1e9:.1f} GB of memory"
    if total_bytes < CODE_LEAST_BYTES:
        return "starter", (
            f"{reason}, which is too little for code models: the roster 'starter' has two very "
            "small models, for trying Hotseat out."
        )
    size = code_set(total_bytes).removeprefix("code-").removesuffix("gb")
    return CODE, f"{reason}: the roster 'code' has code models for {size} GB."


def usual_languages(n_commits_by_language: Mapping[str, int]) -> tuple[str, ...]:
    """Return the languages that a user works in, the most frequent first."""
    total = max(n_commits_by_language.values(), default=0)
    least = max(_LEAST_COMMITS, total * _LEAST_SHARE)
    usual = [(n, name) for name, n in n_commits_by_language.items() if n >= least]
    return tuple(name for n, name in sorted(usual, key=lambda pair: (-pair[0], pair[1])))


def needed_experts(roster: Roster, languages: Collection[str]) -> tuple[Expert, ...]:
    """Return the generalist and the experts for the languages; all if no language is known."""
    if not languages:
        return roster.everyone()
    served = {expert.name for name in languages if (expert := roster.expert_for(name)) is not None}
    if roster.generalist is not None:
        served.add(roster.generalist.name)
    return tuple(expert for expert in roster.everyone() if expert.name in served)


def needed_models(
    experts: Collection[Expert], installed: Collection[str]
) -> tuple[NeededModel, ...]:
    """Return the model files of the experts. `installed` are names of models in the engine."""
    there = {name.lower() for name in installed}
    users: dict[str, list[Expert]] = {}
    for expert in experts:
        users.setdefault(weights_of(expert), []).append(expert)
    return tuple(
        NeededModel(
            name=model,
            size_bytes=of[0].size_bytes,
            licence=of[0].licence or "",
            source=of[0].source.parts[0] if of[0].source is not None else "",
            experts=tuple(expert.name for expert in of),
            is_installed=model.lower() in there,
        )
        for model, of in users.items()
    )


def download_bytes(models: Collection[NeededModel]) -> int:
    """Return the sum of the known sizes of the models that are not installed."""
    return sum(model.size_bytes or 0 for model in models if not model.is_installed)
