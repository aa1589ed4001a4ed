"""Replaces what could identify a user or a project in the texts of a report by short hashes.

Pure. Paths, names of files, addresses other than loopback, and the given names become `#` and eight
hexadecimal digits of a salted SHA-256: equal texts of one report have equal hashes, and with the
salt thrown away nothing can be looked up. When in doubt, more is replaced than needed.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

_END = r"\s:;,'\"()<>|"
_PART = rf"[^{_END}]+"
_MORE = rf"(?: [^/\\{_END[2:]}]*[/\\]{_PART})*"
"""Words after a blank that go on with a separator: folders with blanks in their names."""
_TEXTS = re.compile(
    "|".join(
        [
            r"(?P<url>[A-Za-z][A-Za-z0-9+.-]*://[^\s'\"<>]*)",
            r"(?P<quoted>(?<!\w)(?P<quote>['\"`])[^'\"`\n]*[/\\][^'\"`\n]*(?P=quote))",
            rf"(?P<drive>(?<![A-Za-z0-9])[A-Za-z]:[/\\]{_PART}{_MORE})",
            rf"(?P<path>(?<![\w#])[~.]{{0,2}}[/\\]{_PART}{_MORE})",
            rf"(?P<relative>[\w.@%+~-]+[/\\]{_PART})",
            r"(?P<mail>[\w.+-]+@[\w.-]+)",
            r"(?P<ip>\b\d{1,3}(?:\.\d{1,3}){3}\b|\[[0-9A-Fa-f:]*:[0-9A-Fa-f:]*\])",
            r"(?P<file>(?<![\w#])\.?[\w@%+-]+(?:\.[\w-]+)*\.[A-Za-z][A-Za-z0-9_]*\b)",
        ]
    )
)
_MIN_NAME = 2


class ReportScrubber:
    """`names` are replaced wherever they occur as words: the user's, the machine's.

    `paths` are replaced as a whole, also if they contain blanks. `keep` are words that look like
    files or paths and are not: names of models.
    """

    def __init__(
        self,
        salt: str,
        *,
        names: Iterable[str] = (),
        paths: Iterable[str] = (),
        keep: Iterable[str] = (),
    ) -> None:
        self._salt = salt
        self._keep = frozenset(keep)
        longest_first = sorted({path for path in paths if len(path) > 1}, key=len, reverse=True)
        known = "|".join(map(re.escape, longest_first))
        self._known = re.compile(rf"(?:{known})(?:[/\\]{_PART}{_MORE})?") if known else None
        words = sorted({n for n in names if len(n) >= _MIN_NAME}, key=len, reverse=True)
        named = "|".join(map(re.escape, words))
        self._named = re.compile(rf"(?<![A-Za-z0-9])(?:{named})(?![A-Za-z0-9])", re.IGNORECASE)
        self._has_names = bool(words)

    def hash(self, text: str) -> str:
        """Return `#` and eight hexadecimal digits; empty for an empty text."""
        if not text:
            return ""
        return "#" + hashlib.sha256((self._salt + text).encode()).hexdigest()[:8]

    def text(self, text: str) -> str:
        """Return the text without paths, file names, addresses and names."""
        if text in self._keep:
            return text
        if self._known is not None:
            text = self._known.sub(lambda match: self.hash(match.group()), text)
        text = _TEXTS.sub(self._replacement, text)
        if self._has_names:
            text = self._named.sub(lambda match: self.hash(match.group()), text)
        return text

    def host(self, url: str) -> str:
        """Return a loopback URL without its path, and the hash of any other."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            return self.hash(url)
        if not _is_loopback(host) or parts.username or parts.password:
            return self.hash(url)
        shown = f"[{host}]" if ":" in host else host
        return f"{parts.scheme}://{shown}" + (f":{port}" if port else "")

    def values(self, value: Any) -> Any:
        """Return the JSON value with every string in it scrubbed; the keys stay."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {key: self.values(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.values(item) for item in value]
        return value

    def _replacement(self, match: re.Match[str]) -> str:
        found = match.group()
        if found in self._keep or found.strip("'\"`") in self._keep:
            return found
        if match.lastgroup == "url" or match.group("url"):
            return self.host(found)
        if match.group("ip") and _is_loopback(found.strip("[]")):
            return found
        return self.hash(found)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
