"""Writes a GGUF file with a part of its vocabulary; everything else stays as it is."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gguf
import numpy as np

from hotseat.domain.errors import HotseatError
from hotseat.vocabulary.merging import Pair, byte_alphabet, used_of_ranks, used_of_scores

_NORMAL = 1
"""The type of tokens that texts are made of (`llama_token_type`); all others are kept."""
_LISTS = ("tokens", "scores", "token_type")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """A model's tokens in order, their types, and how texts are merged to them: `scores` for
    SentencePiece, `merges` for byte-pair encoding; the other is empty."""

    tokens: Sequence[str]
    types: Sequence[int]
    scores: Sequence[float] = ()
    merges: Sequence[Pair] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """What `cut_vocabulary` has written."""

    n_tokens: int
    n_kept: int
    n_bytes: int
    n_bytes_kept: int

    def as_json(self) -> dict[str, int]:
        return {
            "tokens": self.n_tokens,
            "kept": self.n_kept,
            "bytes": self.n_bytes,
            "bytes_kept": self.n_bytes_kept,
        }


def cut_vocabulary(model: Path, out: Path, texts: Iterable[str]) -> Cut:
    """Write `model` to `out` with the tokens that the texts need, single bytes and characters of
    ASCII, and all that are no text, such as those for the middle to fill in.

    The rows of the embedding and of the output layer are copied, not computed again. Raises
    HotseatError for a model without a vocabulary of a known kind, or one whose length other parts
    of the model depend on.
    """
    reader = gguf.GGUFReader(model)
    vocabulary = read_vocabulary(reader, model)
    kept = kept_ids(vocabulary, texts)
    partial = out.with_name(out.name + ".partial")
    try:
        _write(reader, vocabulary, kept, partial)
        os.replace(partial, out)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise HotseatError(f"{out} cannot be written: {error.strerror}") from None
    return Cut(
        n_tokens=len(vocabulary.tokens),
        n_kept=len(kept),
        n_bytes=model.stat().st_size,
        n_bytes_kept=out.stat().st_size,
    )


def read_vocabulary(reader: gguf.GGUFReader, model: Path) -> Vocabulary:
    """Return the vocabulary of a file. Raises HotseatError for one of another kind."""
    kind = _contents(reader, "tokenizer.ggml.model")
    tokens = _contents(reader, "tokenizer.ggml.tokens") or []
    types = _contents(reader, "tokenizer.ggml.token_type") or [_NORMAL] * len(tokens)
    if kind == "llama" and (scores := _contents(reader, "tokenizer.ggml.scores")):
        return Vocabulary(tokens=tokens, types=types, scores=scores)
    if kind == "gpt2" and (merges := _contents(reader, "tokenizer.ggml.merges")):
        pairs = [_pair(merge) for merge in merges]
        return Vocabulary(tokens=tokens, types=types, merges=pairs)
    raise HotseatError(
        f"{model}: its vocabulary ({kind or 'none'}) is of a kind that cannot be cut",
        hint="Models with a SentencePiece or a byte-pair vocabulary can: most of them",
    )


def kept_ids(vocabulary: Vocabulary, texts: Iterable[str]) -> list[int]:
    """Return the places of the tokens that are kept, in order."""
    if vocabulary.merges:
        always = set(byte_alphabet())
        ranks = {pair: i for i, pair in enumerate(vocabulary.merges)}
        used = used_of_ranks(texts, ranks)
    else:
        always = {chr(i) for i in range(0x80)}
        rows = zip(vocabulary.tokens, vocabulary.scores, vocabulary.types, strict=True)
        used = used_of_scores(texts, {t: score for t, score, type_ in rows if type_ == _NORMAL})
    return [
        i
        for i, (token, type_) in enumerate(zip(vocabulary.tokens, vocabulary.types, strict=True))
        if type_ != _NORMAL or token in used or token in always
    ]


def _pair(merge: str) -> Pair:
    """A blank separates the parts; neither has one, since byte-pair alphabets write it as Ġ."""
    left, _, right = merge.partition(" ")
    return left, right


def _write(reader: gguf.GGUFReader, vocabulary: Vocabulary, kept: Sequence[int], out: Path) -> None:
    n_tokens, new_id = len(vocabulary.tokens), {old: new for new, old in enumerate(kept)}
    left = {vocabulary.tokens[i] for i in kept}
    architecture = _contents(reader, "general.architecture")
    writer = gguf.GGUFWriter(out, architecture)
    for name, field in reader.fields.items():
        if name.startswith("GGUF.") or name == "general.architecture":
            continue
        value: Any = field.contents()
        match name.removeprefix("tokenizer.ggml."):
            case "merges":
                pairs = (_pair(merge) for merge in value)
                value = [f"{a} {b}" for a, b in pairs if {a, b, a + b} <= left]
            case key if key in _LISTS:
                value = [value[i] for i in kept]
            case key if key.endswith("token_id") and key != name:
                value = new_id.get(value, value)
            case _ if name == f"{architecture}.vocab_size":
                value = len(kept)
        is_list = field.types[0] is gguf.GGUFValueType.ARRAY
        writer.add_key_value(
            name, value, field.types[0], sub_type=field.types[-1] if is_list else None
        )
    rows = np.array(kept)
    for tensor in reader.tensors:
        # The first dimension of the array is the last of the file's shape.
        data = tensor.data[rows] if tensor.data.shape[0] == n_tokens else tensor.data
        writer.add_tensor(tensor.name, data, raw_dtype=tensor.tensor_type)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _contents(reader: gguf.GGUFReader, key: str) -> Any:
    field = reader.fields.get(key)
    return None if field is None else field.contents()
