"""What `strace -e trace=connect` wrote, as addresses."""

from __future__ import annotations

import re
from ipaddress import ip_address
from pathlib import Path

_CONNECT = re.compile(r"connect\(\d+, \{sa_family=(AF_\w+)(.*)")
_ADDRESS = re.compile(r'(?:inet_addr\(|inet_pton\(AF_INET6, )"([^"]+)"')


def is_here(host: object) -> bool:
    """Whether it is a Unix socket's path, or an address or the usual name of this machine."""
    name = str(host)
    if name.startswith("/") or name in ("localhost", "None", ""):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def traced(path: Path) -> list[tuple[str, str]]:
    """Return the family and the address of each call."""
    found = []
    for family, rest in _CONNECT.findall(path.read_text(errors="replace")):
        address = _ADDRESS.search(rest)
        found.append((family, address[1] if address else rest))
    return found


def outside(calls: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the calls that may leave this machine."""
    ours = ("AF_UNIX", "AF_NETLINK", "AF_UNSPEC")
    return [call for call in calls if call[0] not in ours and not is_here(call[1])]
