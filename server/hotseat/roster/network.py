"""`network:` of a roster: how far Hotseat may connect. A mistake never widens it.

Only files of the user count. `load` reads the files, `machine/network.py` decides by the rule.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

from hotseat.domain.experts import Roster
from hotseat.domain.network import NetworkLevel, NetworkRule, level_of
from hotseat.machine.network import is_loopback
from hotseat.roster.tree import Map, remove_at
from hotseat.roster.validate import Reporter

KEY = "network"
_LINE = re.compile(r"^network\s*:[ \t]*([^\s#]*)", re.MULTILINE)


def said_in(tree: Map) -> object:
    """Return the value of the key as it is written; None if it is missing or empty."""
    return tree.get(KEY)


def refuse(tree: Map, reporter: Reporter) -> None:
    """Report the key in a workspace's file, trusted or not, and take it out of the tree."""
    if KEY in tree:
        hint = "Say it in your own experts.yaml"
        reporter.error((KEY,), "a workspace may not say how far Hotseat may connect", hint)
        remove_at(tree, (KEY,))


def with_rule(roster: Roster, below: NetworkRule, said: object) -> Roster:
    """Return the roster with the rule of a file of the user that says `said`, over that below.

    The host of its engine is one that the user names.
    """
    rule = below if said is None else _rule(str(said), below)
    host = urlsplit(roster.engine.host).hostname or ""
    if not is_loopback(roster.engine.host):
        rule = replace(rule, hosts=rule.hosts | {host})
    return replace(roster, network=rule)


def of_broken(text: str, below: NetworkRule) -> NetworkRule:
    """Return the rule of a user's file that is not YAML: by the line that begins with the key."""
    found = _LINE.search(text)
    return below if found is None else _rule(found[1].strip("'\""), below)


def of_unreadable(below: NetworkRule) -> NetworkRule:
    """Return the rule while a user's file is there and cannot be read."""
    return replace(below, level=NetworkLevel.NONE, reason="an experts.yaml that cannot be read")


def _rule(said: str, below: NetworkRule) -> NetworkRule:
    level = level_of(said)
    reason = "" if said.strip().lower() == level else f"`network: {said}` in your experts.yaml"
    return replace(below, level=level, reason=reason)
