"""What an @ in a question can name, for the list that editors show while it is typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hotseat.workspace.symbols.index import SymbolIndex

MAX_ITEMS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionCompletion:
    insert: str
    kind: Literal["file", "symbol"]
    detail: str


def mention_completions(
    index: SymbolIndex, text: str, *, limit: int
) -> tuple[MentionCompletion, ...]:
    """Return files and symbols that fit `text`, half of each where there are enough. Blocks.

    Raises HotseatError if the index cannot be used.
    """
    limit = max(1, min(limit, MAX_ITEMS))
    text = text.removeprefix('"')
    symbols: dict[str, MentionCompletion] = {}
    if "/" not in text:
        for found in index.find_symbol(text, limit=2 * limit):
            where = f"{found.path}:{found.first_line + 1}"
            item = MentionCompletion(insert=found.qualified, kind="symbol", detail=where)
            symbols.setdefault(found.qualified, item)
    files = [
        MentionCompletion(
            insert=f'"{path}"' if " " in path else path,
            kind="file",
            detail=path.rpartition("/")[0],
        )
        for path in index.files_like(text, limit=limit)
        if '"' not in path and path.isprintable()
    ]
    n_files = max(limit - len(symbols), min(len(files), limit // 2))
    chosen = [*list(symbols.values())[: limit - min(n_files, len(files))], *files[:n_files]]
    return tuple(chosen[:limit])
