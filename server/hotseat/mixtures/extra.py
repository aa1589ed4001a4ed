"""The extra `mix`: a check that it is installed."""

from __future__ import annotations

import importlib.util

from hotseat.domain.errors import HotseatError

PACKAGES = ("numpy", "gguf")


def require_mix_extra() -> None:
    """Raise HotseatError with the packages to install; imports none of them."""
    missing = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        raise HotseatError(
            f"Mixing adapters needs packages that are not installed: {', '.join(missing)}",
            hint="`pip install 'hotseat[mix]'`: a few megabytes, without torch",
        )
