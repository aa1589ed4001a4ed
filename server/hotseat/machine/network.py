"""The one place that decides whether Hotseat may open a connection, or ask for a download.

The rule is the narrower of the user's roster (`network:`) and HOTSEAT_NETWORK. A process that reads
the roster calls `use`; one that does not (a download, the embedded engine) inherits the level with
`child_environment`. Connections to this machine are always allowed. Opens none itself.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable
from urllib.parse import urlsplit

from hotseat.domain.errors import DownloadRefused, EngineRejected, EngineUnavailable, HotseatError
from hotseat.domain.network import NetworkLevel, NetworkRule, level_of, narrower

VARIABLE = "HOTSEAT_NETWORK"


class _State:
    """The rule of this process: every connection of it is decided by the same one."""

    rule: NetworkRule | None = None
    reader: Callable[[], NetworkRule] | None = None


def use(rule: NetworkRule) -> None:
    """Decide by this rule from now on: that of the user's roster, as it was read last."""
    _State.rule = rule


def read_by(reader: Callable[[], NetworkRule]) -> None:
    """Read the user's rule when it is needed first, in a process that may not read the roster."""
    _State.reader = reader


def level() -> NetworkLevel:
    """Return how far this process may connect."""
    return narrower(_rule().level, _level_of_environment())


def limit() -> str | None:
    """Return what the user is to know about a limit, and where it is set; None without one."""
    match now := level():
        case NetworkLevel.NONE:
            allowed = "only connections to this machine"
        case NetworkLevel.HOSTS:
            allowed = "only connections to this machine and to hosts of your experts.yaml"
        case NetworkLevel.PULL:
            return None
    return f"{allowed} ({_why(now)})"


def is_loopback(url: str) -> bool:
    """Return whether the URL's host is this machine by name or address."""
    return _is_this_machine(urlsplit(url).hostname or "")


def check_host(host: str) -> None:
    """Raise EngineUnavailable, with the remedy, if no connection to the host is allowed."""
    if _is_this_machine(host):
        return
    now = level()
    if now is NetworkLevel.PULL:
        return
    if now is NetworkLevel.HOSTS and host.lower() in _rule().hosts:
        return
    remedy = f"Allow it with {_where(NetworkLevel.HOSTS)}"
    if now is NetworkLevel.HOSTS:
        remedy = "Name the host under `engine:` in your own experts.yaml"
    raise EngineUnavailable(
        f"Hotseat does not connect to {host}, because {_why(now)} forbids it", hint=remedy
    )


def check_model(model: str) -> None:
    """Raise EngineRejected if the model's name says that Ollama sends its prompts to a cloud."""
    if runs_in_cloud(model) and (now := level()) is not NetworkLevel.PULL:
        raise EngineRejected(
            f"{model} is not used, because it runs outside this machine and {_why(now)} forbids it",
            status=403,
            hint=f"Choose a model that runs here, or allow it with {_where(NetworkLevel.PULL)}",
        )


def runs_in_cloud(model: str) -> bool:
    """Return whether the name is one of Ollama's cloud: its tag is `cloud` or ends in `-cloud`."""
    tag = model.rpartition("/")[2].partition(":")[2]
    return tag == "cloud" or tag.endswith("-cloud")


def check_download(what: str, url: str = "") -> None:
    """Raise DownloadRefused, with the remedy, if nothing may be downloaded from elsewhere.

    `what` begins the sentence. `url` is where it comes from, if that is known.
    """
    if url and _is_this_machine(urlsplit(url).hostname or ""):
        return
    now = level()
    if now is not NetworkLevel.PULL:
        raise DownloadRefused(
            f"{what} is not downloaded, because {_why(now)} forbids it",
            hint=f"Allow it with {_where(NetworkLevel.PULL)}, or install a file that you have: "
            "hotseat pull file:PATH --as MODEL",
        )


def download_remedy() -> str:
    """Return what to write so that downloads are allowed; empty if they are."""
    return _where(NetworkLevel.PULL)


def check_listening(host: str) -> None:
    """Raise HotseatError if other machines could connect to `host` while the level is `none`."""
    if not _is_this_machine(host) and level() is NetworkLevel.NONE:
        raise HotseatError(
            f"{host} can be reached from other machines, and {_why(NetworkLevel.NONE)} forbids it",
            hint=f"Use --host 127.0.0.1, or allow it with {_where(NetworkLevel.HOSTS)}",
        )


def child_environment() -> dict[str, str]:
    """Return the environment for a Python process of ours that reads no roster."""
    return {**os.environ, VARIABLE: level().value}


def _rule() -> NetworkRule:
    if _State.rule is None:
        _State.rule = NetworkRule() if _State.reader is None else _State.reader()
    return _State.rule


def _level_of_environment() -> NetworkLevel:
    said = os.environ.get(VARIABLE, "")
    return level_of(said) if said.strip() else NetworkLevel.PULL


def _why(now: NetworkLevel) -> str:
    """Name what sets the level: the variable, if the roster alone would allow more."""
    if _rule().level is now:
        return _rule().reason or f"`network: {now}` in your experts.yaml"
    return f"{VARIABLE}={os.environ[VARIABLE].strip()}"


def _where(wanted: NetworkLevel) -> str:
    """Name what to write where, for a level at least as wide as `wanted`."""
    ways = []
    if narrower(_rule().level, wanted) is not wanted:
        ways.append(f"`network: {wanted}` in your experts.yaml")
    if narrower(_level_of_environment(), wanted) is not wanted:
        ways.append(f"{VARIABLE}={wanted}")
    return " and ".join(ways)


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
