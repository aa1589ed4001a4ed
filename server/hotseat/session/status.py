"""The JSON of `hotseat/status`: one window's focus, and the state that the keeper reports."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from typing import Any

from hotseat.domain.decisions import Decision
from hotseat.domain.errors import ModelNotFound
from hotseat.domain.experts import Expert, Roster
from hotseat.domain.residency import ModelState
from hotseat.engines.capabilities import EngineCapabilities
from hotseat.engines.pull_hint import pull_hint
from hotseat.keeper.state import KeeperState, ModelStatus
from hotseat.roster.choice import RosterChoice
from hotseat.session.missing_models import Download

SILENT = (
    "It is in memory but does not answer: it hangs, or works for another program. Other models "
    "stand in until it answers"
)


def window_status(
    state: KeeperState,
    *,
    roster: Roster,
    choice: RosterChoice,
    uri: str | None,
    language: str | None,
    silent_s: float,
    fim: dict[str, str],
    problem: Callable[[Expert], str],
    download: Callable[[Expert, EngineCapabilities], Download | None],
    completions: dict[str, int],
    last_completion: dict[str, Any] | None,
) -> dict[str, Any]:
    """Return the JSON of `hotseat/status`.

    Experts on one model share its state and bytes. `problem` returns why an expert cannot answer
    although its model is warm, or an empty string; `download` what it lacks.
    """
    expert = roster.expert_for(language)
    return {
        "focus": {
            "uri": uri,
            "language": language,
            "expert": expert.name if expert else None,
            "note": _focus_note(language, expert, roster),
        },
        "experts": [
            {**_expert(e, state, fim, problem(e)), "download": _download(download(e, state.engine))}
            for e in roster.everyone()
        ],
        "memory": _memory(state),
        "roster": asdict(choice),
        "engine": {
            "kind": state.engine.kind,
            "url": state.engine.url,
            "version": state.engine.version,
            "up": state.engine.up,
            "message": _engine_message(state, silent_s),
        },
        "completions": dict(completions),
        "lastCompletion": last_completion,
    }


def _focus_note(language: str | None, expert: Expert | None, roster: Roster) -> str:
    if language is None or expert is not None:
        return ""
    if language in roster.disabled_languages:
        return f"{language} is switched off in experts.yaml"
    return f"no expert for {language}, and no generalist"


def _engine_message(state: KeeperState, silent_s: float) -> str:
    if silent_s:
        return f"The window that drives the engine has not answered for {silent_s:.0f} s"
    return state.engine.message


def _expert(
    expert: Expert, state: KeeperState, fim: dict[str, str], problem: str
) -> dict[str, Any]:
    model = state.model(expert.seat) or ModelStatus(
        expert=expert.name, spec=expert.seat, state=state.state_of(expert.seat)
    )
    if model.state is ModelState.FAILED:
        model = replace(model, error=_with_hint(expert, model.error, state))
    if (
        problem and model.state is ModelState.WARM
    ):  # the base model is warm, its own adapter is missing
        model = replace(model, state=ModelState.FAILED, error=problem)
    return {
        **_model(model),
        "name": expert.name,
        "model": expert.spec.model,
        "seat": expert.seat.model,
        "languages": list(expert.languages),
        "fim": fim.get(expert.spec.model, ""),
    }


def _with_hint(expert: Expert, error: str, state: KeeperState) -> str:
    """Return the keeper's error; for a missing model with what can be done about it here."""
    missing = ModelNotFound(expert.seat.model).message
    if not error.startswith(missing) or not state.engine.can_pull:
        return error
    return f"{missing}. {pull_hint(expert, state.engine)}"


def _download(download: Download | None) -> dict[str, Any] | None:
    if download is None:
        return None
    return {
        "model": download.model,
        "sizeBytes": download.size_bytes,
        "problem": download.problem,
    }


def _model(model: ModelStatus) -> dict[str, Any]:
    if model.silent:  # in memory, and of no use
        model = replace(model, state=ModelState.FAILED, error=SILENT)
    return {
        "name": model.expert,
        "model": model.spec.model,
        "state": model.state.value,
        "stateSeconds": model.state_s,
        "sizeBytes": model.size_bytes,
        "probability": round(model.probability, 3),
        "demanded": model.demanded,
        "pinned": model.pinned,
        "reason": model.reason,
        "error": model.error,
        "loadSeconds": model.load_s,
    }


def _memory(state: KeeperState) -> dict[str, int]:
    return {
        "budgetBytes": state.budget_bytes,
        "usedBytes": state.used_bytes,
        "foreignBytes": state.foreign_bytes,
        "peakBytes": state.peak_bytes,
        "keptBytes": state.kept_bytes,
        "spareBytes": state.spare_bytes,
    }


def decision_json(decision: Decision) -> dict[str, Any]:
    """Return one entry of `hotseat/events`. It holds no names of files and no code."""
    return {
        "time": decision.time_s,
        "action": decision.action.value,
        "model": decision.model,
        "expert": decision.expert,
        "reason": decision.reason,
        "probability": decision.probability,
        "sizeBytes": decision.size_bytes,
        "usedBytes": decision.used_bytes,
        "budgetBytes": decision.budget_bytes,
        "durationSeconds": decision.duration_s,
        "outcome": decision.outcome.value,
    }


def keeper_status(states: Iterable[KeeperState]) -> list[dict[str, Any]]:
    """Return the JSON of `hotseat status --json`: one entry per engine that has a keeper."""
    return [
        {
            "engine": asdict(state.engine),
            "memory": _memory(state),
            "windows": [asdict(window) for window in state.windows],
            "experts": [_model(model) for model in state.models],
            "keeperPid": state.keeper_pid,
        }
        for state in states
    ]
