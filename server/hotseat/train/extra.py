"""The extra `train`: whether it is installed, said in words, and quiet while it works."""

from __future__ import annotations

import importlib.util
import os
import warnings

from hotseat.domain.errors import HotseatError

PACKAGES = ("torch", "peft", "transformers", "gguf")


def require_extra() -> None:
    """Raises HotseatError, saying what to install. Imports nothing heavy."""
    missing = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        raise HotseatError(
            f"Training needs packages that are not installed: {', '.join(missing)}",
            hint="`pip install 'hotseat[train]'`: a few hundred MB with a CPU build of torch",
        )
    # Nothing is fetched from anywhere: the base is a file on this machine.
    for name, value in {
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "TRANSFORMERS_VERBOSITY": "error",
        "TOKENIZERS_PARALLELISM": "false",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "TQDM_DISABLE": "1",
    }.items():
        os.environ.setdefault(name, value)
    # Of one of these libraries to another; nobody who trains can do anything about them.
    warnings.filterwarnings("ignore", module=r"(transformers|peft|torch)\b")
