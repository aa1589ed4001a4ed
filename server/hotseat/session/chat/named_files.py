"""The files and symbols that a question names with an @, read from the editor or the disk.

Blocks: not for the event loop. A file that may hold secrets is not read, and nothing outside of the
workspace is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from hotseat.conversation.context.items import Candidate, ItemKind
from hotseat.conversation.context.mentions import Mention
from hotseat.domain.symbols import Symbol
from hotseat.privacy.redact import blank
from hotseat.roster.regular_file import read_regular
from hotseat.workspace.symbols.index import SymbolIndex
from hotseat.workspace.symbols.listing import language_of_name

MAX_BYTES = 1_000_000
MAX_CHARS = 60_000
"""Of what is read of one file: more than a prompt holds."""


class NamedFiles:
    """`is_secret` takes a path or URI. `open_texts` are the lines of open documents, by path."""

    def __init__(
        self,
        index: SymbolIndex,
        is_secret: Callable[[str], bool],
        open_texts: Mapping[str, Sequence[str]],
    ) -> None:
        self.index = index
        self._is_secret = is_secret
        self._open_texts = open_texts

    def item(self, mention: Mention) -> Candidate | str:
        """Return what the question names; else a sentence why it is not shown, empty for an @ that
        seems to name nothing (a decorator). Raises HotseatError if the index cannot be used."""
        name = mention.text
        if self._is_there(name):
            return self._file(name)
        symbols = [] if "/" in name else self.index.definitions_of([name], limit_each=1).get(name)
        if symbols:
            return self._symbol(symbols[0])
        fitting = [
            path
            for path in self.index.files_like(name)
            if f"/{path}".endswith(f"/{name}") or _stem(path) == name
        ]
        if fitting:
            return self._file(fitting[0])
        return f"@{name}: no file or symbol has this name" if mention.looks_like_path else ""

    def _is_there(self, path: str) -> bool:
        try:
            return path in self._open_texts or (self.index.workspace / path).is_file()
        except (OSError, ValueError):
            return False

    def _file(self, path: str) -> Candidate | str:
        lines = self._lines(path)
        if isinstance(lines, str):
            return lines
        return Candidate(
            id=f"file:{path}",
            kind=ItemKind.FILE,
            title=path,
            text=blank("\n".join(lines)),
            language=language_of_name(path),
            uri=self._uri(path),
            n_lines=len(lines),
            is_named=True,
        )

    def _symbol(self, symbol: Symbol) -> Candidate | str:
        """Return the whole definition, or its head if the file is another one now."""
        lines = self._lines(symbol.path)
        if isinstance(lines, str):
            return lines
        text = "\n".join(lines[symbol.first_line : symbol.last_line + 1])
        n_lines = text.count("\n") + 1
        if symbol.name not in text:
            text, n_lines = symbol.text, 0
        place = f"line {symbol.first_line + 1}"
        if n_lines > 1:
            place = f"lines {symbol.first_line + 1} to {symbol.first_line + n_lines}"
        return Candidate(
            id=f"symbol:{symbol.path}#{symbol.qualified}",
            kind=ItemKind.SYMBOL,
            title=f"{symbol.qualified} in {symbol.path}, {place}",
            text=blank(text),
            language=symbol.language,
            uri=self._uri(symbol.path),
            first_line=symbol.first_line,
            n_lines=n_lines,
            is_named=True,
        )

    def _lines(self, path: str) -> Sequence[str] | str:
        """Return the lines of a file; a sentence if it is not to be shown."""
        if self._is_secret(path):
            return f"@{path}: it may hold secrets, so models may not see it"
        if (known := self._open_texts.get(path)) is not None:
            return known
        root = self.index.workspace
        try:
            data = read_regular(root / path, max_bytes=MAX_BYTES, inside=root)
        except (OSError, ValueError) as error:
            return f"@{path}: {getattr(error, 'strerror', None) or error}"
        if b"\0" in data:
            return f"@{path}: it is not text"
        text = data.decode("utf-8", "replace").removeprefix("\ufeff")[:MAX_CHARS]
        return text.splitlines()

    def _uri(self, path: str) -> str:
        return (self.index.workspace / path).as_uri()


def _stem(path: str) -> str:
    return path.rpartition("/")[2].partition(".")[0]
