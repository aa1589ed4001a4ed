"""Asking the server inside Neovim, tests/nvim/fake_server.lua, what it got, and what to say."""

from __future__ import annotations

from typing import Any

from support.neovim import Neovim, wait_for

SOON_S = 10


def fake(neovim: Neovim, call: str, *arguments: Any) -> Any:
    """`Fake.<call>(arguments)` of fake_server.lua."""
    return neovim.lua(f"return Fake.{call}(...)", *arguments)


def until(neovim: Neovim, method: str, n: int = 1) -> Any:
    """The parameters of the `n`th such message that the server got."""
    seen = wait_for(
        lambda: (lambda all_: all_ if len(all_) >= n else None)(fake(neovim, "seen", method)),
        f"{n} {method}",
        deadline_s=SOON_S,
    )
    return seen[n - 1]


def until_text(neovim: Neovim, part: str) -> str:
    """The current buffer, once `part` is in it."""
    return wait_for(
        lambda: (lambda text: text if part in text else "")("\n".join(neovim.lines())),
        part,
        deadline_s=SOON_S,
    )
