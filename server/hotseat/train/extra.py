"""The extra `train`: a check that it is installed, and settings that keep its libraries quiet and
offline."""

from __future__ import annotations

import importlib.util
import os
import warnings

from hotseat.domain.errors import HotseatError

PACKAGES = ("torch", "peft", "transformers", "gguf")


def require_extra() -> None:
    """Raise HotseatError with the packages to install; imports no heavy library."""
    missing = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        raise HotseatError(
            f"Training needs packages that are not installed: {', '.join(missing)}",
            hint="`pip install 'hotseat[train]'`: a few hundred MB with a CPU build of torch",
        )
    # Nothing is downloaded: the base is a file on this machine.
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
    # Warnings of one of these libraries to another; a user cannot act on them.
    warnings.filterwarnings("ignore", module=r"(transformers|peft|torch)\b")
