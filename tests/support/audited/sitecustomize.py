"""Imported by every Python process that has this folder in PYTHONPATH: records what it connects to.

One JSON line for the process, and one for each connection and each name that is looked up, in the
file that AUDITED_LOG names.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

_EVENTS = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}


def _record(event: str, where: object) -> None:
    line = {"pid": os.getpid(), "event": event, "where": where, "argv": sys.orig_argv[1:6]}
    descriptor = os.open(os.environ["AUDITED_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, json.dumps(line, default=repr).encode() + b"\n")
    finally:
        os.close(descriptor)


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _EVENTS:
        # connect and sendto: (socket, address); the others: (name, …)
        _record(event, arguments[1] if event.endswith(("connect", "sendto")) else arguments[0])


if "AUDITED_LOG" in os.environ:
    _record("start", None)
    sys.addaudithook(_hook)
