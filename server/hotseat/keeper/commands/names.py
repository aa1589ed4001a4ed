"""What a name on the command line means: an expert's models, or a model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Expert, canonical_model_name
from hotseat.keeper.commands.held_memory import held_memory
from hotseat.keeper.read_state import keeper_states
from hotseat.residency.released_models import Release


async def known_experts(experts: Iterable[Expert]) -> dict[str, set[str]]:
    """Return the models of each expert: of the roster, and as windows use them now; and under no
    name the models that engines hold.

    A window may have another roster, and an adapter's model is its base where the engine shares
    bases. Raises HotseatError.
    """
    models: dict[str, set[str]] = {"": set()}
    for expert in experts:
        names = {canonical_model_name(expert.seat.model)}
        if expert.base_model is not None:
            names.add(canonical_model_name(expert.base_model))
        models.setdefault(expert.name, set()).update(names)
    for state in await keeper_states():
        for model in state.models:
            name = canonical_model_name(model.spec.model)
            models.setdefault(model.expert, set()).add(name)
            models[""].add(name)
    for held in await held_memory():
        models[""].update(model.name for model in held.models)
    return models


def releases_of(name: str, models: Mapping[str, set[str]]) -> list[Release]:
    """Return what to unload for `name`. Raises HotseatError if it is no expert and no model."""
    if name and name in models:
        return [Release(model=model, experts=(name,)) for model in sorted(models[name])]
    model = canonical_model_name(name)
    if any(model in known for known in models.values()):
        return [Release(model=model)]
    there = ", ".join(sorted(filter(None, models)))
    raise HotseatError(f"There is no expert or model '{name}'", hint=f"There are: {there}")
