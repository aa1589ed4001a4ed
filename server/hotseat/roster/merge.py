"""A layer laid over the roster below it: the one place that knows what entries mean together.

- Experts overlay by name: what an entry says replaces, the rest stays.
- What is true of a model (options, source, size, licence) belongs to the model, whichever entry
  says it: all experts on it follow. Two entries of one file that disagree are an error, because
  the model would be loaded again at every switch.
- Experts that a later file names come first, in its order: the first that lists a language
  serves it.

Pure: no files, no clock.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from hotseat.domain.experts import (
    BudgetRule,
    CompletionRule,
    Expert,
    ModelSource,
    ModelSpec,
    OptionValue,
    Roster,
    TaskRule,
    freeze_options,
)
from hotseat.roster.language_ids import lsp_id
from hotseat.roster.layer import Layer, disabled_languages, merged_engine, merged_secrets
from hotseat.roster.schema import (
    BudgetEntry,
    CompletionEntry,
    ExpertEntry,
    GeneralistEntry,
    ModelEntry,
    OptionsEntry,
    TasksEntry,
)
from hotseat.roster.validate import Path, Reporter, did_you_mean

_Rule = TypeVar("_Rule", CompletionRule, TaskRule)


@dataclass(slots=True)
class _Draft:
    """An expert while files are laid over each other."""

    name: str
    model: str
    languages: tuple[str, ...] = ()
    adapter: str | None = None
    prompt: str | None = None
    fim: str | None = None
    pinned: bool = False
    writes_next_edits: bool = False


@dataclass(slots=True)
class _Facts:
    """What is true of one model."""

    options: dict[str, OptionValue]
    source: tuple[str, ...] | None = None
    sha256: str | None = None
    size_bytes: int | None = None
    licence: str | None = None
    fim: str | None = None


def weights_of(expert: Expert) -> str:
    """The model whose weights it runs: the base under its adapter, else its own."""
    return expert.base_model or expert.spec.model


def derived_name(expert: str) -> str:
    """What the engine calls an expert's adapter over its base."""
    return f"hotseat/{expert}:latest"


def merge(layer: Layer, base: Roster, reporter: Reporter, *, first: bool = True) -> Roster:
    """`first` False puts new experts after those that are there (untrusted workspaces)."""
    below = {e.name: e for e in base.experts}
    models = _model_of_each(layer, below, base.generalist)
    defaults = {**dict(base.default_options), **_options(layer.options)}
    facts = _facts(layer, base, models, defaults, reporter)

    named: list[_Draft] = []
    removed: set[str] = set()
    for path, entry in layer.experts:
        if _is_the_generalist(entry.name, layer, base):
            message = f"'{entry.name}' is the name of the generalist"
            reporter.error(path, message, "Say it under `generalist:`, or use another name")
            continue
        if entry.remove:
            removed.add(entry.name)
            if entry.name not in below and entry.model is None:  # else it is one switched off
                near = partial(did_you_mean, entry.name, below)
                reporter.warning(path, f"there is no expert '{entry.name}' to remove", near)
            continue
        draft = _lay_over(entry, entry.name, below.get(entry.name), path, reporter)
        if draft is None:
            continue
        if entry.languages is not None:
            draft.languages = tuple(dict.fromkeys(map(lsp_id, entry.languages)))
        if entry.role is not None:
            draft.writes_next_edits = entry.role == "next-edit"
        if not draft.languages and not draft.writes_next_edits:
            hint = "Give it `languages: [go]`, or `remove: true`"
            reporter.warning(path, f"'{entry.name}' serves no language", hint)
        named.append(draft)

    drafts = _in_order(named, [e for e in base.experts if e.name not in removed], first=first)
    experts = tuple(_expert(d, facts) for d in drafts)
    embedder = _embedder(layer, base)
    of_embedder = facts.get(layer.embedder or "")
    kept = base if embedder == base.embedder else Roster()
    return Roster(
        engine=merged_engine(layer.engine, base.engine, reporter),
        budget=_budget(layer.budget) or base.budget,
        generalist=_generalist(layer, base, experts, facts, reporter),
        experts=experts,
        disabled_languages=disabled_languages(
            {lsp_id(k): on for k, on in layer.languages.items()}, base.disabled_languages
        ),
        keep_alive_s=layer.keep_alive_s or base.keep_alive_s,
        keep_prompts_bytes=(
            base.keep_prompts_bytes
            if layer.keep_prompts_bytes is None
            else layer.keep_prompts_bytes
        ),
        completion=_overlaid(layer.completion, base.completion),
        tasks=_overlaid(layer.tasks, base.tasks),
        default_options=freeze_options(defaults),
        secrets=merged_secrets(layer.secrets, base.secrets),
        memory=base.memory if layer.memory is None else layer.memory,
        plans=_plans(layer, base),
        embedder=embedder,
        embedder_source=_source(of_embedder) if of_embedder else kept.embedder_source,
        embedder_size_bytes=of_embedder.size_bytes if of_embedder else kept.embedder_size_bytes,
    )


def _plans(layer: Layer, base: Roster) -> bool:
    entry = layer.generalist
    if entry is None:
        return base.plans
    if entry.plans is not None:
        return entry.plans
    is_same = entry.model is None and entry.expert is None
    return base.plans and is_same


def _embedder(layer: Layer, base: Roster) -> ModelSpec | None:
    name = layer.embedder
    if name is None:
        return base.embedder
    if not name:
        return None
    # Options of the roster's default are for models that write: a context of 8,192, for example.
    said = layer.models.get(name)
    return ModelSpec(model=name, options=freeze_options(_options(said.options)) if said else ())


def _is_the_generalist(name: str, layer: Layer, base: Roster) -> bool:
    """Of a generalist that is a model of its own: a name means one thing."""
    if layer.generalist is not None or base.generalist in base.experts:
        return False
    return base.generalist is not None and base.generalist.name == name


def _model_of_each(
    layer: Layer, below: dict[str, Expert], generalist: Expert | None
) -> dict[Path, str]:
    """For each entry that describes an expert: the model that its facts are about."""
    models = {}
    for path, entry in layer.described():
        is_generalist = isinstance(entry, GeneralistEntry)
        old = generalist if is_generalist else below.get(entry.name or "")
        if entry.model is not None:
            models[path] = entry.model
        elif old is not None:
            models[path] = weights_of(old)
    return models


def _facts(
    layer: Layer,
    base: Roster,
    models: dict[Path, str],
    defaults: dict[str, OptionValue],
    reporter: Reporter,
) -> dict[str, _Facts]:
    """By model: what this file says over what was known."""
    said: dict[str, dict[str, Any]] = {}
    about: list[tuple[Path, str, ModelEntry]] = [
        (("models", name), name, entry) for name, entry in layer.models.items()
    ]
    about += [(path, models[path], e) for path, e in layer.described() if path in models]
    for path, model, entry in about:
        mine = said.setdefault(model, {})
        for key in ("options", "source", "sha256", "size", "licence"):
            value = getattr(entry, key)
            if value is None:
                continue
            if key in mine and mine[key] != value:
                message = f"another entry gives '{model}' different {key}"
                hint = "A model has one set: write it once, under `models:`"
                reporter.error((*path, key), message, hint, key=True)
            else:
                mine[key] = value
    for name, entry in layer.models.items():
        if entry.fim is not None:
            said[name]["fim"] = entry.fim

    facts: dict[str, _Facts] = {}
    for expert in base.everyone():
        source = expert.source
        facts[weights_of(expert)] = _Facts(
            options={**dict(expert.spec.options), **_options(layer.options)},
            source=source.parts if source else None,
            sha256=source.sha256 if source else None,
            size_bytes=expert.size_bytes,
            licence=expert.licence,
        )
    for model in {*said, *models.values()}:
        old = facts.get(model) or _Facts(options=dict(defaults))
        facts[model] = _say(old, said.get(model, {}))
    return facts


def _say(old: _Facts, said: dict[str, Any]) -> _Facts:
    new = replace(old, options={**old.options, **_options(said.get("options"))})
    if "source" in said:
        # Another file: what was known of the old one is no longer true.
        new.source, new.sha256, new.size_bytes = tuple(said["source"]), None, None
    new.sha256 = said.get("sha256", new.sha256)
    new.size_bytes = said.get("size", new.size_bytes)
    new.licence = said.get("licence", new.licence)
    new.fim = said.get("fim", new.fim)
    return new


def _lay_over(
    entry: ExpertEntry | GeneralistEntry,
    name: str,
    below: Expert | None,
    path: Path,
    reporter: Reporter,
) -> _Draft | None:
    if below is None and entry.model is None:
        hint = "Write `model:` with the name that Ollama knows it by"
        reporter.error(path, f"'{name}' has no model", hint)
        return None
    draft = _draft(below) if below is not None else _Draft(name=name, model=entry.model or "")
    if entry.model is not None and entry.model != draft.model:
        # An adapter and a FIM family belong to the weights they were made for.
        draft.model, draft.adapter, draft.fim = entry.model, None, None
    draft.adapter = entry.adapter or draft.adapter
    draft.prompt = draft.prompt if entry.prompt is None else entry.prompt or None
    draft.fim = entry.fim or draft.fim
    draft.pinned = draft.pinned if entry.pinned is None else entry.pinned
    return draft


def _draft(expert: Expert) -> _Draft:
    return _Draft(
        name=expert.name,
        model=weights_of(expert),
        languages=expert.languages,
        adapter=expert.adapter,
        prompt=expert.prompt,
        fim=None if expert.fim == "auto" else expert.fim,
        pinned=expert.pinned,
        writes_next_edits=expert.writes_next_edits,
    )


def _in_order(named: list[_Draft], below: list[Expert], *, first: bool) -> list[_Draft]:
    new_names = {d.name for d in named}
    if first:
        return named + [_draft(e) for e in below if e.name not in new_names]
    changed = {d.name: d for d in named}
    kept = [changed.pop(e.name) if e.name in changed else _draft(e) for e in below]
    return kept + list(changed.values())


def _expert(draft: _Draft, facts: dict[str, _Facts]) -> Expert:
    known = facts[draft.model]
    return Expert(
        name=draft.name,
        languages=draft.languages,
        spec=ModelSpec(
            model=derived_name(draft.name) if draft.adapter else draft.model,
            options=freeze_options(known.options),
        ),
        fim=draft.fim or known.fim or "auto",
        prompt=draft.prompt,
        adapter=draft.adapter,
        base_model=draft.model if draft.adapter else None,
        pinned=draft.pinned,
        writes_next_edits=draft.writes_next_edits,
        source=_source(known),
        size_bytes=known.size_bytes,
        licence=known.licence,
    )


def _source(known: _Facts) -> ModelSource | None:
    if not known.source:
        return None
    return ModelSource(parts=known.source, sha256=known.sha256, licence=known.licence)


def _generalist(
    layer: Layer,
    base: Roster,
    experts: tuple[Expert, ...],
    facts: dict[str, _Facts],
    reporter: Reporter,
) -> Expert | None:
    by_name = {e.name: e for e in experts}
    below = base.generalist
    unchanged = below
    if below is not None:
        shared = below in base.experts and below.name in by_name
        unchanged = by_name[below.name] if shared else _expert(_draft(below), facts)
    entry = layer.generalist
    if entry is None:
        if below is None:
            hint = "Languages that no expert lists get no suggestions"
            reporter.warning((), "there is no generalist", hint)
        return unchanged
    path: Path = ("generalist",)
    if entry.expert is not None:
        if entry.expert not in by_name:
            hint = did_you_mean(entry.expert, by_name, "Or write generalist: {model: NAME}")
            reporter.error(path, f"there is no expert '{entry.expert}'", hint)
            return unchanged
        return by_name[entry.expert]
    name = entry.name or (below.name if below and below not in base.experts else "generalist")
    if name in by_name:
        hint = f"Write `generalist: {name}` to use that expert"
        reporter.error(path, f"'{name}' is the name of an expert", hint)
        return unchanged
    draft = _lay_over(entry, name, below, path, reporter)
    if draft is None:
        return unchanged
    draft.name, draft.languages = name, ()
    return _expert(draft, facts)


def _budget(entry: BudgetEntry | None) -> BudgetRule | None:
    if entry is None:
        return None
    return BudgetRule(
        limit_bytes=entry.limit,
        share=entry.share,
        of=entry.of or "ram",
        reserve_bytes=entry.reserve or 0,
    )


def _overlaid(entry: CompletionEntry | TasksEntry | None, below: _Rule) -> _Rule:
    return below if entry is None else replace(below, **entry.model_dump(exclude_none=True))


def _options(entry: OptionsEntry | None) -> dict[str, OptionValue]:
    return entry.model_dump(exclude_none=True) if entry is not None else {}
