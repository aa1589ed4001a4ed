"""Names of models and digests of blobs: the grammar that a text must match before it becomes part
of a path.

Owns parsing and printing only. It reads no file. Grammar: Ollama's `types/model/name.go`
([host[:port]/][namespace/]model[:tag]).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

DEFAULT_HOST = "registry.ollama.ai"
DEFAULT_NAMESPACE = "library"
DEFAULT_TAG = "latest"

# No part starts with a dot, so `..` never matches; none contains a slash, a backslash or a NUL.
_HOST = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,349}(?::[0-9]{1,5})?", re.ASCII)
_NAMESPACE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,79}", re.ASCII)
_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}", re.ASCII)
_DIGEST = re.compile(r"sha256[:-]([0-9a-f]{64})", re.ASCII)


class InvalidName(ValueError):
    """Not a model name, or not a digest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelName:
    """A full name, with the case that was given; the store finds a model in any case."""

    host: str = DEFAULT_HOST
    namespace: str = DEFAULT_NAMESPACE
    model: str
    tag: str = DEFAULT_TAG

    @property
    def short(self) -> str:
        """Return the name as users write it, tag included: `smollm2:latest`,
        `hf.co/user/model:Q4_0`."""
        name = f"{self.model}:{self.tag}"
        if self.host != DEFAULT_HOST:
            return f"{self.host}/{self.namespace}/{name}"
        if self.namespace != DEFAULT_NAMESPACE:
            return f"{self.namespace}/{name}"
        return name

    @property
    def full(self) -> str:
        return f"{self.host}/{self.namespace}/{self.model}:{self.tag}"

    @property
    def parts(self) -> tuple[str, str, str, str]:
        return (self.host, self.namespace, self.model, self.tag)

    @property
    def path_parts(self) -> tuple[str, str, str, str]:
        """Return folder names for the manifest; the colon of a port is escaped for file systems
        without it."""
        return (self.host.replace(":", "%3A"), self.namespace, self.model, self.tag)


def parse_name(text: str) -> ModelName:
    """Parse a name. Raises InvalidName for anything outside the grammar, path traversal
    included."""
    parts = text.split("/")
    if len(parts) > 3:
        raise InvalidName("invalid model name")
    last, colon, tag = parts[-1].partition(":")
    tag = tag if colon else DEFAULT_TAG
    namespace = parts[-2] if len(parts) >= 2 else DEFAULT_NAMESPACE
    host = parts[0] if len(parts) == 3 else DEFAULT_HOST
    if not (
        _HOST.fullmatch(host)
        and _NAMESPACE.fullmatch(namespace)
        and _PART.fullmatch(last)
        and _PART.fullmatch(tag)
    ):
        raise InvalidName("invalid model name")
    return ModelName(host=host, namespace=namespace, model=last, tag=tag)


def parse_digest(text: str) -> str:
    """Return the 64 hex digits of `sha256:…` or `sha256-…`. Raises InvalidName."""
    match = _DIGEST.fullmatch(text)
    if match is None:
        raise InvalidName("invalid digest format")
    return match[1]
