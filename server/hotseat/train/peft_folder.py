"""Adapters as folders in PEFT's format, which vLLM and transformers load."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from hotseat.train.errors import disk_error
from hotseat.train.export import Pairs

_PREFIX = "base_model.model"


def write_peft(folder: Path, pairs: Pairs, *, alpha: float, base: str) -> None:
    """Write 16-bit weights and a config that names `base`, beside `folder`; then rename.

    Raises HotseatError when it cannot be written.
    """
    from safetensors.numpy import save

    tensors: dict[str, Any] = {}
    for layer, (a, b) in pairs.items():
        tensors[f"{_PREFIX}.{layer}.lora_A.weight"] = a.astype("float16")
        tensors[f"{_PREFIX}.{layer}.lora_B.weight"] = b.astype("float16")
    config = {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "base_model_name_or_path": base,
        "r": next(iter(pairs.values()))[0].shape[0],
        "lora_alpha": alpha,
        "lora_dropout": 0.0,
        "bias": "none",
        # The names of layers, not whole paths: vLLM supports no other form.
        "target_modules": sorted({layer.rpartition(".")[2] for layer in pairs}),
        "inference_mode": True,
    }
    partial = folder.with_name(folder.name + ".partial")
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        (partial / "adapter_model.safetensors").write_bytes(save(tensors))
        (partial / "adapter_config.json").write_text(json.dumps(config, indent=2) + "\n")
        if folder.exists():
            shutil.rmtree(folder)
        partial.rename(folder)
    except OSError as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise disk_error(folder, error) from error
