"""Sizes, durations, shares and switches as users write them. Raises ValueError.

Sizes follow the usual letters: kB, MB, GB, TB are powers of 1000; KiB, MiB, GiB, TiB of 1024.
Durations are Go's (`90s`, `10m`, `1h30m`), as Ollama writes keep_alive, or plain seconds.
"""

from __future__ import annotations

import re

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b?", re.IGNORECASE)
_POWER = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}
_DURATION = re.compile(r"(?:\d+(?:\.\d+)?(?:ms|s|m|h))+")
_DURATION_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")
_UNIT_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%")
_BUDGET_SHARE = re.compile(r"(\d+(?:\.\d+)?)\s*%(?:\s+of)?(?:\s+(\w+))?", re.IGNORECASE)

MAX_BYTES = 2**60


def parse_size(value: object) -> int:
    """Bytes: `6GB`, `512 MiB`, `1000000`."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("is not a size")
    match = _SIZE.fullmatch(str(value).strip().replace("_", ""))
    if match is None:
        raise ValueError(f"'{value}' is not a size")
    number, letter, binary = match.groups()
    if binary and not letter:
        raise ValueError(f"'{value}' is not a size")
    size = float(number) * float(1024 if binary else 1000) ** _POWER[letter.lower()]
    if size > MAX_BYTES:
        raise ValueError(f"'{value}' is more than any machine has")
    return round(size)


def parse_duration_s(value: object) -> float:
    """Seconds: `10m`, `1h30m`, `600`. Always finite and more than zero, at most a day."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("is not a duration")
    if isinstance(value, int | float):
        seconds = float(value)
    else:
        text = value.strip()
        if re.fullmatch(r"-?\d+(?:\.\d+)?", text):
            seconds = float(text)
        elif _DURATION.fullmatch(text):
            seconds = sum(float(n) * _UNIT_S[u] for n, u in _DURATION_PART.findall(text))
        else:
            raise ValueError(f"'{value}' is not a duration")
    if not 0 < seconds <= 86_400:
        raise ValueError(f"'{value}' is not between zero and a day")
    return seconds


def parse_share(value: object) -> float:
    """More than 0, at most 1: `0.4`, `40%`."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("is not a share")
    if isinstance(value, str):
        match = _PERCENT.fullmatch(value.strip())
        if match is None:
            raise ValueError(f"'{value}' is not a share")
        share = float(match[1]) / 100
    else:
        share = float(value)
    if not 0 < share <= 1:
        raise ValueError(f"'{value}' is not between 0 and 1")
    return share


def parse_budget(value: object) -> object:
    """`6GB` and `40% of ram` as the mapping they stand for; anything else as it is."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return value
    text = str(value).strip()
    match = _BUDGET_SHARE.fullmatch(text)
    if match is None:
        return {"limit": value}
    share: dict[str, object] = {"share": f"{match[1]}%"}
    if match[2]:
        share["of"] = match[2].lower()
    return share


def parse_switch(value: object) -> object:
    """YAML 1.2 reads `on`, `off`, `yes` and `no` as words: take them as switches."""
    if isinstance(value, str):
        match value.strip().lower():
            case "on" | "yes" | "true":
                return True
            case "off" | "no" | "false":
                return False
    return value
