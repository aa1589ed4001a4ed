"""The head of a state that llama.cpp saved for one slot: its version and its tokens. Pure.

Format of llama.cpp's `llama_state_seq_save_file`, version 4: `qsgg`, the version, the number of
32-bit words that follow, and these words; llama.cpp's server writes -1, 1, the number of tokens
and the tokens. After them comes the KV cache, which is not read here.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass

MAGIC = b"qsgg"
VERSION = 4
_HEAD = struct.Struct("<4sII")
_MARK = struct.Struct("<III")
_WITH_TOKENS = (0xFFFFFFFF, 1)
_MAX_WORDS = 1 << 24
HEAD_BYTES = _HEAD.size


@dataclass(frozen=True, slots=True, kw_only=True)
class StateHead:
    """The tokens of a state. `digest` identifies them."""

    n_tokens: int
    digest: bytes


def head_length(head: bytes) -> int | None:
    """Return the bytes of the whole head from its first HEAD_BYTES; None for another format."""
    if len(head) < _HEAD.size:
        return None
    magic, version, n_words = _HEAD.unpack_from(head)
    if magic != MAGIC or version != VERSION or not _MARK.size // 4 <= n_words <= _MAX_WORDS:
        return None
    return int(_HEAD.size + 4 * n_words)


def read_head(head: bytes) -> StateHead | None:
    """Return the tokens of a whole head; None if it is truncated or of another format."""
    length = head_length(head)
    if length is None or len(head) < length:
        return None
    *mark, n_tokens = _MARK.unpack_from(head, _HEAD.size)
    if tuple(mark) != _WITH_TOKENS or _HEAD.size + _MARK.size + 4 * n_tokens > length:
        return None
    return StateHead(n_tokens=n_tokens, digest=hashlib.sha256(head[:length]).digest())
