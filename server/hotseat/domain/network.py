"""How far Hotseat may connect: the levels of the switch `network:`, and the rule of one user.

Values only; `machine/network.py` decides each connection by them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class NetworkLevel(StrEnum):
    """Each level allows what the one before it allows, and more."""

    NONE = "none"
    """Connections to this machine."""
    HOSTS = "hosts"
    """And to the hosts that the user's own roster names."""
    PULL = "pull"
    """And downloads that the user asks for, and hosts of a workspace that the user trusts."""


_ORDER = tuple(NetworkLevel)


def narrower(one: NetworkLevel, other: NetworkLevel) -> NetworkLevel:
    """Return the level that allows less."""
    return min(one, other, key=_ORDER.index)


def level_of(text: object) -> NetworkLevel:
    """Return the level of that name; for any other text the narrowest: a mistake never widens."""
    try:
        return NetworkLevel(str(text).strip().lower())
    except ValueError:
        return NetworkLevel.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkRule:
    """What the user's rosters say. `hosts` are names or addresses, in lower case, without port."""

    level: NetworkLevel = NetworkLevel.PULL
    hosts: frozenset[str] = frozenset()
    reason: str = ""
    """What sets the level, if that is not a line `network: LEVEL`."""

    def within(self, other: NetworkRule) -> NetworkRule:
        """Return this rule with its level bounded by that of another."""
        if narrower(self.level, other.level) is self.level:
            return self
        return replace(self, level=other.level, reason=other.reason)


DEFAULT_RULE = NetworkRule()
