"""The base that an adapter is trained over: where its weights are, and whether it can be used.

`find_base` reads headers but no weights, so that an unusable base is rejected at once; `load` opens
it in torch. Nothing is downloaded.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import platformdirs

from hotseat.completion.prompt.fim_templates import FAMILIES, FimTemplate
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Expert, Roster
from hotseat.embedded.models.card import count_parameters
from hotseat.embedded.models.gguf import read_gguf
from hotseat.embedded.models.names import InvalidName, parse_name
from hotseat.embedded.models.store import ModelStore
from hotseat.engines.wire import engine_client

ARCHITECTURES: Mapping[str, tuple[str, ...]] = {
    "llama": ("llama", "mistral", "smollm"),
    "qwen2": ("qwen2",),
    "qwen3": ("qwen3",),
    "gemma3": ("gemma3_text", "gemma3"),
}
"""Model types of transformers, by architecture of llama.cpp.

Only those whose linear layers correspond one to one to tensors of a GGUF file, so that an adapter
can be written without knowing more about them.
"""
_SHOW_TIMEOUT_S = 5.0
_FROM = re.compile(r"^FROM (/.+)$", re.MULTILINE)
_WORK_BYTES = 1_500_000_000
"""Memory beside the weights: the libraries, and the activations of a batch."""
SEPARATORS = ("<|endoftext|>", "<|end_of_text|>", "<eos>", "</s>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """The base model of a training, not loaded."""

    name: str
    """The name that the user or the roster gives it."""
    path: Path
    """A GGUF file, or a folder that transformers can open."""
    architecture: str
    """A key of `ARCHITECTURES`."""
    licence: str | None = None
    n_parameters: int | None = None
    """None where only the weights contain the number."""

    @property
    def is_gguf(self) -> bool:
        return not self.path.is_dir()

    def digest(self) -> str:
        """Return the sha256 of the weights: of the GGUF file, or of the folder's safetensors in
        order."""
        files = [self.path] if self.is_gguf else sorted(self.path.glob("*.safetensors"))
        found = hashlib.sha256()
        for path in files:
            with path.open("rb") as file:
                while piece := file.read(1 << 20):
                    found.update(piece)
        return found.hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedBase:
    """A base in memory. `model` and `tokenizer` are objects of transformers."""

    base: Base
    model: Any
    tokenizer: Any
    separator: int
    """The token between two files."""
    fim: FimTemplate | None
    device: str = field(default="cpu")

    def encode(self, text: str) -> list[int]:
        """Return the tokens of a text; no part of it becomes a control token."""
        ids: list[int] = self.tokenizer.encode(
            text, add_special_tokens=False, split_special_tokens=True
        )
        return ids

    def encode_control(self, text: str) -> list[int]:
        ids: list[int] = self.tokenizer.encode(text, add_special_tokens=False)
        return ids


def find_base(choice: str | None, roster: Roster, languages: tuple[str, ...]) -> Base:
    """Return the base to train over, without loading it.

    `choice` is a model's name, a GGUF file or a transformers folder; None means the roster's model
    for the first language that has one. Raises HotseatError with the reason when the base is
    unusable.
    """
    if choice is None:
        choice = _of_roster(roster, languages)
    path = Path(choice).expanduser()
    if path.is_dir():
        return _folder(choice, path)
    licence = next((e.licence for e in roster.everyone() if _model_of(e) == choice), None)
    if not path.is_file():
        found = _in_store(choice) or _in_engine(choice, roster)
        if found is None:
            raise HotseatError(
                f"There is no base '{choice}' on this machine",
                hint=_base_hint(choice, roster),
            )
        path = found
    gguf = read_gguf(path)
    if gguf.text("general.type") == "adapter":
        raise HotseatError(f"{choice} is an adapter, not a base", hint="Name the model below it")
    architecture = gguf.text("general.architecture", "unknown")
    _check(choice, architecture, ARCHITECTURES)
    licence = licence or gguf.text("general.license") or None
    return Base(
        name=choice,
        path=path.resolve(),
        architecture=architecture,
        licence=licence,
        n_parameters=count_parameters(gguf),
    )


def _base_hint(choice: str, roster: Roster) -> str:
    """Return how to get the base; a model with a source can be pulled into any engine."""
    others = "name a GGUF file or a transformers folder"
    if any(_model_of(e) == choice and e.source is not None for e in roster.everyone()):
        return f"Run `hotseat pull {choice}`, or {others}"
    return f"Pull it with Ollama, or {others}"


def check_memory(base: Base, available_bytes: int) -> None:
    """Raise HotseatError when the base, unpacked to 32 bits, does not fit into memory."""
    needed = 4 * (base.n_parameters or 0) + _WORK_BYTES
    if needed > available_bytes:
        raise HotseatError(
            f"Training over {base.name} needs about {needed / 1e9:.1f} GB of memory, and "
            f"{available_bytes / 1e9:.1f} GB are free",
            hint="Close other programs, or name a smaller base with --base",
        )


def load(base: Base, *, device: str = "cpu") -> LoadedBase:
    """Load the base in torch. Raises HotseatError when the file cannot be opened."""
    os.environ["HF_HUB_OFFLINE"] = "1"  # read at import: the base is on this machine
    import torch
    import transformers

    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    with tempfile.TemporaryDirectory(prefix="hotseat-train-") as temporary:
        where: dict[str, Any] = {"pretrained_model_name_or_path": str(base.path)}
        if base.is_gguf:  # transformers wants a folder, and a name that ends in .gguf
            (Path(temporary) / "base.gguf").symlink_to(base.path)
            where = {"pretrained_model_name_or_path": temporary, "gguf_file": "base.gguf"}
        try:
            tokenizer = transformers.AutoTokenizer.from_pretrained(**where)
            model = transformers.AutoModelForCausalLM.from_pretrained(**where, dtype=torch.float32)
        except (OSError, ValueError, KeyError, ImportError, RuntimeError) as error:
            lines = str(error).strip().splitlines()
            raise HotseatError(
                f"{base.name} cannot be opened for training: {lines[0] if lines else error!r}",
                hint="Name another base with --base: a GGUF of a small model, or its folder",
            ) from error
    model.requires_grad_(False)
    model.eval()
    model.to(device)
    vocabulary = tokenizer.get_vocab()
    separator = next((vocabulary[t] for t in SEPARATORS if t in vocabulary), None)
    if separator is None:
        separator = tokenizer.eos_token_id or 0
    return LoadedBase(
        base=base,
        model=model,
        tokenizer=tokenizer,
        separator=separator,
        fim=fim_template(vocabulary, f"{base.name} {base.architecture}"),
        device=device,
    )


_TOKEN = re.compile(r"<[^<>{}\s]+>|\[[A-Z]+\]")


def fim_template(vocabulary: Mapping[str, int], names: str) -> FimTemplate | None:
    """Return the FIM family whose tokens the vocabulary has; names decide between several."""
    fitting = [
        template
        for template in FAMILIES.values()
        if all(token in vocabulary for token in _TOKEN.findall(template.pattern))
    ]
    named = [t for t in fitting if t.family.rstrip("4") in names.lower()]
    return next(iter(named or fitting), None)


def _of_roster(roster: Roster, languages: tuple[str, ...]) -> str:
    for language in languages:
        expert = roster.expert_for(language)
        if expert is not None:
            return _model_of(expert)
    raise HotseatError("The roster has no model for these languages", hint="Name one with --base")


def _model_of(expert: Expert) -> str:
    return expert.base_model or expert.spec.model


def _folder(choice: str, path: Path) -> Base:
    try:
        config = json.loads((path / "config.json").read_text(encoding="utf-8"))
        model_type = str(config["model_type"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise HotseatError(
            f"{path} is not a model folder: it has no config.json with a model_type",
            hint="Name a folder that transformers can open, or a GGUF file",
        ) from error
    known = {name: ours for ours, types in ARCHITECTURES.items() for name in types}
    _check(choice, model_type, known)
    return Base(name=choice, path=path.resolve(), architecture=known[model_type])


def _check(choice: str, architecture: str, known: Mapping[str, Any]) -> None:
    if architecture not in known:
        raise HotseatError(
            f"{choice} is a {architecture} model, and adapters for those cannot be written yet",
            hint=f"A base must be one of: {', '.join(ARCHITECTURES)}",
        )


def _in_store(name: str) -> Path | None:
    """Return the file in the embedded engine's store."""
    root = platformdirs.user_data_path("hotseat") / "models"
    try:
        if not root.is_dir() or (stored := ModelStore(root).get(parse_name(name))) is None:
            return None
        path = ModelStore(root).blob_path(stored.manifest.base)
    except InvalidName:
        return None
    return path if path.is_file() else None


def _in_engine(name: str, roster: Roster) -> Path | None:
    """Return the file that an Ollama on this machine reports."""
    url = roster.engine.host
    if urlsplit(url).hostname not in ("127.0.0.1", "localhost", "::1"):
        return None
    try:
        answer = asyncio.run(_shown(url, name))
        match = _FROM.search(str(answer.raise_for_status().json().get("modelfile", "")))
    except (HotseatError, httpx.HTTPError, ValueError, AttributeError):
        return None
    path = Path(match[1]) if match else None
    return path if path is not None and path.is_file() else None


async def _shown(url: str, name: str) -> httpx.Response:
    async with engine_client(url, timeout=httpx.Timeout(_SHOW_TIMEOUT_S)) as client:
        return await client.post("/api/show", json={"model": name})
