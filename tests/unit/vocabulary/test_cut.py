"""A model file with a part of its vocabulary."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest

from hotseat.cli.main import main
from hotseat.domain.errors import HotseatError
from hotseat.embedded.models.gguf import read_gguf
from hotseat.mixtures.scoring import tokenized
from hotseat.vocabulary.cut import cut_vocabulary, read_vocabulary
from support.smollm2 import smollm2_file
from support.tiny_gguf import write_model

PIECES = ["<unk>", "<s>", "</s>", "<fim>", "▁", "f", "n", "u", "fu", "fun", "x", "xx", "ﬁ", "中"]
TYPES = [2, 3, 3, 4, *[1] * 10]
SCORES = [0.0, 0.0, 0.0, 0.0, *[-float(i) for i in range(10)]]
TOKENS = ["<|end|>", "<|fim|>", "d", "e", "f", "de", "def", "ef", "Ġ", "x"]
MERGES = ["d e", "de f", "e f"]


def write(path: Path, kind: str, **lists: list[Any]) -> Path:
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_uint32("llama.vocab_size", len(lists["tokens"]))
    writer.add_string("tokenizer.ggml.model", kind)
    for name, value in lists.items():
        writer.add_array(f"tokenizer.ggml.{name}", value)
    writer.add_uint32("tokenizer.ggml.fim_mid_token_id", 3 if kind == "llama" else 1)
    writer.add_uint32("tokenizer.ggml.eos_token_id", 2 if kind == "llama" else 0)
    rows = len(lists["tokens"])
    table = np.arange(rows * 4, dtype=np.float32).reshape(rows, 4)
    writer.add_tensor("token_embd.weight", table)
    writer.add_tensor("output.weight", table + 0.5)
    writer.add_tensor("blk.0.attn_norm.weight", np.ones(4, dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.fixture
def pieces(tmp_path: Path) -> Path:
    return write(tmp_path / "pieces.gguf", "llama", tokens=PIECES, scores=SCORES, token_type=TYPES)


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    types = [3, 4, *[1] * 8]
    return write(tmp_path / "pairs.gguf", "gpt2", tokens=TOKENS, token_type=types, merges=MERGES)


def opened(path: Path) -> tuple[gguf.GGUFReader, list[str]]:
    reader = gguf.GGUFReader(path)
    return reader, list(read_vocabulary(reader, path).tokens)


def value(reader: gguf.GGUFReader, key: str) -> Any:
    return reader.fields[key].contents()


def test_what_the_text_needs_stays_and_ids_follow(pieces: Path, tmp_path: Path) -> None:
    found = cut_vocabulary(pieces, tmp_path / "cut.gguf", ["fun fun"])
    reader, tokens = opened(tmp_path / "cut.gguf")
    kept = ["<unk>", "<s>", "</s>", "<fim>", "▁", "f", "n", "u", "fu", "fun", "x"]
    assert tokens == kept, "single characters of ASCII stay, and what is no text"
    assert (found.n_tokens, found.n_kept) == (len(PIECES), len(kept))
    assert found.n_bytes_kept == (tmp_path / "cut.gguf").stat().st_size < found.n_bytes
    assert tokens[value(reader, "tokenizer.ggml.fim_mid_token_id")] == "<fim>"
    assert tokens[value(reader, "tokenizer.ggml.eos_token_id")] == "</s>"
    assert value(reader, "llama.vocab_size") == len(kept)
    assert len(value(reader, "tokenizer.ggml.scores")) == len(kept)


def test_rows_are_copied_and_other_tensors_stay(pairs: Path, tmp_path: Path) -> None:
    cut_vocabulary(pairs, tmp_path / "cut.gguf", ["def x"])
    before, after = gguf.GGUFReader(pairs), gguf.GGUFReader(tmp_path / "cut.gguf")
    old, new = (
        {tensor.name: tensor.data for tensor in reader.tensors} for reader in (before, after)
    )
    rows = [TOKENS.index(token) for token in opened(tmp_path / "cut.gguf")[1]]
    for name in ("token_embd.weight", "output.weight"):
        assert np.array_equal(new[name], old[name][rows])
    assert np.array_equal(new["blk.0.attn_norm.weight"], old["blk.0.attn_norm.weight"])


def test_merges_of_tokens_that_went_are_gone(pairs: Path, tmp_path: Path) -> None:
    cut_vocabulary(pairs, tmp_path / "cut.gguf", ["def"])
    reader, tokens = opened(tmp_path / "cut.gguf")
    assert "ef" not in tokens
    assert value(reader, "tokenizer.ggml.merges") == ["d e", "de f"]
    assert tokens[value(reader, "tokenizer.ggml.fim_mid_token_id")] == "<|fim|>"


def test_another_kind_of_vocabulary_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "bert.gguf", "bert", tokens=["a"])
    with pytest.raises(HotseatError, match="of a kind that cannot be cut"):
        cut_vocabulary(path, tmp_path / "cut.gguf", ["a"])
    assert not (tmp_path / "cut.gguf").exists()


@pytest.fixture
def code(tmp_path: Path) -> Path:
    folder = tmp_path / "src" / "app"
    folder.mkdir(parents=True)
    for n in range(40):
        lines = "".join(f"def name_{n}_{i}(value):\n    return value\n\n\n" for i in range(150))
        (folder / f"m{n}.py").write_text(lines)
    return folder.parent


def asked(code: Path, model: Path, out: Path, *more: str) -> list[str]:
    arguments = ["experts", "cut", str(model), "--languages", "python", "--from", str(code)]
    return [*arguments, "--out", str(out), *more]


def test_the_command_says_what_is_left_and_what_comes_next(
    tmp_path: Path, code: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model, out = write_model(tmp_path / "tiny.gguf"), tmp_path / "cut.gguf"
    assert main(asked(code, model, out)) == 0
    text = capsys.readouterr().out
    assert f"{out}: " in text
    assert "tokens" in text
    assert "hotseat judge" in text
    assert main(asked(code, model, out)) == 1
    assert "exists" in capsys.readouterr().err


def test_little_code_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.py").write_text("x = 1\n" * 100)
    model = write_model(tmp_path / "tiny.gguf")
    assert main(asked(tmp_path / "src", model, tmp_path / "cut.gguf")) == 1
    assert "Name more code" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.extra
async def test_llama_cpp_writes_the_code_with_the_same_tokens(tmp_path: Path, code: Path) -> None:
    model, out = await smollm2_file(), tmp_path / "cut.gguf"
    texts = [path.read_text()[:2000] for path in sorted(code.rglob("*.py"))[:3]]
    found = cut_vocabulary(model, out, texts)
    assert found.n_kept < found.n_tokens / 2
    before, after = (
        list(read_gguf(path, with_arrays=True).arrays["tokenizer.ggml.tokens"])
        for path in (model, out)
    )
    whole, part = await tokenized(model, texts), await tokenized(out, texts)
    assert [[before[i] for i in ids] for ids in whole] == [[after[i] for i in ids] for ids in part]
