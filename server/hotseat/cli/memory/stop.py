"""`hotseat stop`: end the embedded engine, and free what Hotseat loaded elsewhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hotseat.cli.experts import JsonOption
from hotseat.cli.interrupts import run_async

if TYPE_CHECKING:
    from hotseat.keeper.commands.stopping import Stopped


def stop(as_json: JsonOption = False) -> None:
    """End the embedded engine, and unload Hotseat's models from Ollama, which goes on.

    Editor windows stay open and work without models until you turn to another file, ask a question
    or ask for a suggestion by hand: that starts the engine and loads the model again.
    """
    from hotseat.cli.experts import fail
    from hotseat.domain.errors import HotseatError
    from hotseat.keeper.commands.stopping import stop as stop_engines

    try:
        stopped = run_async(stop_engines())
    except HotseatError as error:
        if as_json:
            print(json.dumps({"error": error.message, "hint": error.hint}))
        fail(error)
    print(json.dumps(_as_json(stopped), indent=2) if as_json else _text(stopped))


def _text(stopped: Stopped) -> str:
    from hotseat.cli.experts import size_text
    from hotseat.cli.memory.held import models_text

    lines = []
    if stopped.is_engine_ended:
        held = stopped.engine_models
        freed = f", which frees {size_text(sum(m.size_bytes for m in held))}" if held else ""
        lines.append(f"The embedded engine is stopped{freed}")
    if stopped.unloaded:
        lines.append(f"Unloaded from Ollama: {models_text(stopped.unloaded)}")
    if not lines:
        lines.append(
            "Nothing to stop: no embedded engine runs, and no model of Hotseat's is loaded"
        )
    if stopped.n_windows:
        windows = (
            "1 editor window is"
            if stopped.n_windows == 1
            else (f"{stopped.n_windows} editor windows are")
        )
        lines.append(
            f"{windows} open: models are loaded again when you turn to another file, ask a "
            "question, or ask for a suggestion by hand"
        )
    return "\n".join(lines)


def _as_json(stopped: Stopped) -> dict[str, Any]:
    return {
        "engineStopped": stopped.is_engine_ended,
        "freedBytes": sum(m.size_bytes for m in (*stopped.engine_models, *stopped.unloaded)),
        "models": [m.name for m in (*stopped.engine_models, *stopped.unloaded)],
        "windows": stopped.n_windows,
    }
