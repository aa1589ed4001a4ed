"""The arms of a judgement: each distinct model of a roster once, the generalist, and others by
name.

Pure. An arm also fills spans in languages that are not its own, so each arm gets a roster in which
it serves them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hotseat.completion.prompt.fim_templates import SUFFIX_FIRST
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Expert, ModelSpec, Roster, canonical_model_name
from hotseat.roster.merge import derived_name, weights_of

ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One model, or one adapter over a model, with one set of options."""

    name: str
    expert: Expert
    """The first of the experts that the arm stands for; this one is loaded and asked."""
    experts: tuple[str, ...] = ()
    """Names of the roster's experts that run on this model, except the generalist."""
    languages: tuple[str, ...] = ()
    """The judged languages that the arm serves in the roster as an expert."""
    is_generalist: bool = False

    @property
    def weights(self) -> str:
        return weights_of(self.expert)

    @property
    def label(self) -> str:
        """Return model and adapter, for messages."""
        adapter = self.expert.adapter
        text = f"{self.weights} + {Path(adapter).name}" if adapter else self.weights
        return f"{text}, suffix first" if self.expert.fim == SUFFIX_FIRST else text

    @property
    def models(self) -> tuple[str, ...]:
        """Return the models that an engine must have for the arm; the weights come first."""
        return tuple(dict.fromkeys([self.weights, self.expert.spec.model]))


def arms_of(
    roster: Roster,
    languages: Sequence[str],
    *,
    chosen: Sequence[str] = (),
    others: Sequence[str] = (),
    suffix_first: bool = False,
) -> tuple[Arm, ...]:
    """Return the arms to compare: experts that serve one of `languages`, `others`, the generalist.

    `chosen` names experts to use instead (or is `all`); `others` are models of the engine, or
    `MODEL+ADAPTER.gguf`. With `suffix_first`, each arm whose roster does not name a format to fill
    in with comes again with the text after the cursor first. Raises HotseatError for an unknown
    name, and when there is nothing to compare with.
    """
    if roster.generalist is None:
        raise HotseatError(
            "The roster has no generalist to compare experts with",
            hint="Name one under `generalist:` in experts.yaml",
        )
    generalist = roster.generalist
    serving = {language: roster.expert_for(language) for language in languages}
    wanted = _wanted(roster, serving.values(), chosen)
    groups: dict[object, list[Expert]] = {}
    compared = [*wanted, *(_other(name, roster) for name in others)]
    if suffix_first:
        compared += [
            _with_suffix_first(expert)
            for expert in (*compared, generalist)
            if expert.fim in ("auto", "none")
        ]
    for expert in compared:
        groups.setdefault(_identity(expert), []).append(expert)
    groups.setdefault(_identity(generalist), [])
    arms = []
    for identity, group in groups.items():
        # Experts on the same model are one arm, chosen or not.
        named = [e for e in roster.experts if _identity(e) == identity]
        is_generalist = identity == _identity(generalist)
        first = generalist if is_generalist else group[0]
        arms.append(
            Arm(
                name=_name(first, named, is_generalist=is_generalist),
                expert=first,
                experts=tuple(e.name for e in named if e is not generalist),
                languages=tuple(name for name, by in serving.items() if by in named),
                is_generalist=is_generalist,
            )
        )
    if len(arms) == 1:
        raise HotseatError(
            f"For {', '.join(languages)} the roster has only the generalist's own model",
            hint="Name another model to compare it with: --arm",
        )
    return tuple(sorted(arms, key=lambda arm: arm.is_generalist))


def shares_generalist(expert: Expert | None, roster: Roster) -> bool:
    """Return whether the expert answers like the generalist, so that there is nothing to decide."""
    if expert is None or roster.generalist is None:
        return False
    return _identity(expert) == _identity(roster.generalist)


def roster_for(arm: Arm, languages: Iterable[str], below: Roster) -> Mapping[str, Any]:
    """Return an experts.yaml, to be merged over `below`, in which `arm` alone serves
    `languages`."""
    expert, source = arm.expert, arm.expert.source
    entry: dict[str, Any] = {
        "name": expert.name,
        "languages": sorted(set(languages)),
        "model": arm.weights,
        "adapter": expert.adapter,
        "fim": expert.fim,
        "options": {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in expert.spec.options
        },
        "source": list(source.parts) if source else None,
        "sha256": source.sha256 if source else None,
        "size": expert.size_bytes,
        "licence": expert.licence,
    }
    gone = [{"name": e.name, "remove": True} for e in below.experts if e.name != expert.name]
    return {
        "budget": "100% of ram",  # an arm that does not fit fails with its own message
        "languages": dict.fromkeys(entry["languages"], True),
        "generalist": {"expert": expert.name},
        "experts": [{k: v for k, v in entry.items() if v not in (None, {})}, *gone],
    }


def _wanted(
    roster: Roster, serving: Iterable[Expert | None], chosen: Sequence[str]
) -> list[Expert]:
    if not chosen:
        serves = [e for e in serving if e is not None]
        return [e for e in roster.experts if e in serves]
    if ALL in chosen:
        return list(roster.experts)
    found = []
    for name in chosen:
        expert = roster.by_name(name)
        if expert is None:
            names = ", ".join(e.name for e in roster.everyone())
            raise HotseatError(
                f"The roster has no expert '{name}'",
                hint=f"--arms takes {names}, or {ALL}; --arm takes any model",
            )
        found.append(expert)
    return found


def _other(text: str, roster: Roster) -> Expert:
    """Return an expert for `MODEL` or `MODEL+ADAPTER.gguf`."""
    model, plus, adapter = text.partition("+")
    model = canonical_model_name(model.strip())
    known = next((e for e in roster.everyone() if weights_of(e) == model), None)
    options = known.spec.options if known else roster.default_options
    name = _as_name(Path(adapter).stem if plus else model)
    if plus:
        path = Path(adapter.strip()).expanduser().absolute()
        if not path.is_file():
            raise HotseatError(f"There is no adapter {path}", hint="Write --arm MODEL+FILE.gguf")
        taken = {e.name for e in roster.everyone()}
        while name in taken:
            name += "-2"
        adapter = str(path)
    return Expert(
        name=name,
        languages=(),
        spec=ModelSpec(derived_name(name) if plus else model, options),
        adapter=adapter or None,
        base_model=model if plus else None,
        fim=known.fim if known else "auto",
        source=known.source if known else None,
        size_bytes=known.size_bytes if known else None,
    )


def _with_suffix_first(expert: Expert) -> Expert:
    name = f"{expert.name}-{SUFFIX_FIRST}"
    # A roster names the model of an adapter after its expert.
    model = expert.spec.model if expert.adapter is None else derived_name(name)
    spec = ModelSpec(model, expert.spec.options)
    return replace(expert, name=name, spec=spec, fim=SUFFIX_FIRST)


def _as_name(text: str) -> str:
    name = re.sub(r"[^a-z0-9._-]+", "-", text.removesuffix(":latest").lower()).strip("-._")
    return name[:48] or "other"


def _identity(expert: Expert) -> object:
    """Return a key that is equal for experts with the same completions; personas are ignored."""
    return (weights_of(expert), expert.adapter, expert.fim, expert.spec.options)


def _name(first: Expert, named: Sequence[Expert], *, is_generalist: bool) -> str:
    if is_generalist or not named:
        return first.name
    return "+".join(e.name for e in named)
