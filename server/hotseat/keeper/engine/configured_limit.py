"""The daemon's own limit on the number of models, where its environment can be read.

Ollama does not report OLLAMA_MAX_LOADED_MODELS. If the daemon runs on this machine and belongs to
this user, its environment can be read; one that belongs to another user (a system service) cannot.
Looks at processes, and touches none.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import psutil

VARIABLE = "OLLAMA_MAX_LOADED_MODELS"
FORWARDERS = ("ssh", "kubectl", "docker", "podman", "rootlessport", "slirp4netns", "pasta", "socat")
"""Programs that listen for a daemon elsewhere: their environment is not the daemon's."""
DEFAULT_MODELS = 3
"""Ollama's own default, for each GPU, and on a machine without one."""


def configured_limit(url: str) -> tuple[int | None, int]:
    """Return the limit of the daemon that listens at `url`, and how many models it holds at least.

    (None, 0) if nothing can be known. May take some tens of milliseconds: call it in a thread.
    """
    try:
        environment = _environment_of_listener(urlsplit(url).port or 80)
    except (psutil.Error, OSError, ValueError):
        return None, 0
    if environment is None:
        return None, 0
    text = environment.get(VARIABLE, "").strip()
    if text.isdigit() and int(text) > 0:
        return int(text), 0
    return None, DEFAULT_MODELS


def _environment_of_listener(port: int) -> dict[str, str] | None:
    for connection in psutil.net_connections(kind="tcp"):
        if connection.status != psutil.CONN_LISTEN or connection.pid is None:
            continue
        if connection.laddr and connection.laddr.port == port:
            process = psutil.Process(connection.pid)
            return None if _is_forwarder(process.name()) else dict(process.environ())
    return None


def _is_forwarder(name: str) -> bool:
    return name.lower().startswith(FORWARDERS)
