"""Which models share a runner, and which cannot be in memory together.

Ollama has one runner for each file of weights, whatever the model's name. Two names with the same
weights, adapters and load options share it: its list then shows only the name that loaded it, and
the others are aliases. With other adapters or options the runner is loaded again, so the two cannot
be in memory together.

Pure: values of `/api/show` and of the engine's list go in.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from hotseat.domain.experts import (
    LOAD_OPTION_NAMES,
    ModelSpec,
    Options,
    canonical_model_name,
)
from hotseat.domain.residency import ResidentModel


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFacts:
    """What the engine's store says of a model."""

    blob: str = ""
    """Digest of the weights; empty if it is not known."""
    adapters: tuple[str, ...] = ()
    trained_context: int | None = None
    """Tokens; a larger context is not given by the engine."""


UNKNOWN = ModelFacts()


class Runners:
    """`facts` by canonical name. `shares_bases`: the engine holds adapters beside their base."""

    def __init__(self) -> None:
        self._facts: dict[str, ModelFacts] = {}
        self._granted: dict[ModelSpec, int] = {}
        """The context of a model right after Hotseat had loaded it: what its options give."""
        self._variants: dict[ModelSpec, tuple[str, tuple[str, ...], Options]] = {}
        self._given: dict[ModelSpec, tuple[int, int]] = {}
        """The context after its last load, and how many loads in a row a runner that was there
        before served with it."""
        self.shares_bases = False

    def describe(self, name: str, facts: ModelFacts) -> None:
        self._facts[name] = facts
        self._variants.clear()

    def granted(self, spec: ModelSpec, seen: ResidentModel, *, was_there: bool) -> None:
        """Hotseat's own load of `spec` has ended, and the engine lists `seen`.

        `was_there`: the same runner, as far as the list shows, was there before the load began.
        """
        context = seen.context_length
        if context is None:
            return
        # Another client may load the model in the moment in which Hotseat's load ends, more than
        # once. A context that differs from `num_ctx` is what the engine gives Hotseat only if a
        # runner that had it before served the load. Where processes are hidden, that runner may be
        # another one: there it must happen twice in a row.
        known, n_served = self._given.get(spec, (context, 0))
        n_served = n_served + 1 if was_there and known == context else 0
        self._given[spec] = (context, n_served)
        n_enough = 1 if seen.process else 2
        if not isinstance(spec.option("num_ctx"), int) or n_served >= n_enough:
            self._granted[spec] = context

    def key(self, name: str) -> str:
        """Return what identifies the runner: the weights, or the name while they are unknown."""
        return self._facts.get(name, UNKNOWN).blob or name

    def with_aliases(self, listed: tuple[ResidentModel, ...]) -> tuple[ResidentModel, ...]:
        """Return the list with one entry of 0 bytes for each alias of a listed model."""
        names = {model.model for model in listed}
        owners: dict[ModelFacts, ResidentModel] = {}
        for model in listed:
            facts = self._facts.get(model.model)
            if facts is not None and facts.blob:
                owners.setdefault(_identity(facts), model)
        aliases = [
            replace(owners[_identity(facts)], model=name, size_bytes=0, alias_of=owner.model)
            for name, facts in self._facts.items()
            if name not in names and (owner := owners.get(_identity(facts))) is not None
        ]
        return (*listed, *aliases)

    def fits(self, spec: ModelSpec, seen: ResidentModel) -> bool:
        """Return False if the context shows that the model was loaded with other options.

        Then the engine would load it again at the first request. The context is the one that was
        asked for, or the trained length if that is smaller, or what the engine gave before.
        """
        if seen.context_length is None:
            return True
        granted = self._granted.get(spec)
        if seen.context_length == granted:
            return True
        num_ctx = spec.option("num_ctx")
        if not isinstance(num_ctx, int):
            return granted is None
        trained = self._facts.get(canonical_model_name(spec.model), UNKNOWN).trained_context
        if trained is None:
            return seen.context_length <= num_ctx
        return seen.context_length == min(num_ctx, trained)

    def are_interchangeable(self, spec: ModelSpec, other: ModelSpec) -> bool:
        """Return whether a runner that was loaded for one serves the other without a reload."""
        return self.variant(spec) == self.variant(other)

    def exclude_each_other(self, spec: ModelSpec, other: ModelSpec) -> bool:
        """Return whether the load of one replaces the other in memory."""
        variant, other_variant = self.variant(spec), self.variant(other)
        if variant[0] != other_variant[0] or variant == other_variant:
            return False
        return not self.shares_bases or (
            canonical_model_name(spec.model) == canonical_model_name(other.model)
        )

    def replaces(self, name: str, gone: str) -> bool:
        """Return whether a load of `name` alone explains that `gone` left memory."""
        return name != gone and self.key(name) == self.key(gone)

    def variant(self, spec: ModelSpec) -> tuple[str, tuple[str, ...], Options]:
        """Return what a runner is loaded with: weights, adapters and options."""
        known = self._variants.get(spec)
        if known is not None:
            return known
        name = canonical_model_name(spec.model)
        adapters = self._facts.get(name, UNKNOWN).adapters
        found = self._variants[spec] = (self.key(name), adapters, load_options(spec))
        return found


def load_options(spec: ModelSpec) -> Options:
    """Return the options of which a change makes the engine load the model again."""
    return tuple((name, value) for name, value in spec.options if name in LOAD_OPTION_NAMES)


def _identity(facts: ModelFacts) -> ModelFacts:
    return replace(facts, trained_context=None)
