"""Low-rank adapters on a base in torch, with peft: add, switch, read and return as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from hotseat.train.base import LoadedBase
from hotseat.train.export import Pairs, layout, read_adapter

TRAINED = "trained"


class Adapted:
    """A base with any number of adapters over it, of which one is in use at a time."""

    def __init__(self, loaded: LoadedBase) -> None:
        self.loaded = loaded
        self.layout = layout(loaded.model, loaded.base.architecture)
        self._peft: Any = None

    def add(self, name: str, *, rank: int, alpha: float) -> None:
        """Add an adapter that does not change the output yet: B is zero."""
        import peft

        config = peft.LoraConfig(
            r=rank,
            lora_alpha=alpha,
            lora_dropout=0.0,
            bias="none",
            target_modules=sorted(self.layout.names),
            task_type="CAUSAL_LM",
        )
        if self._peft is None:
            self._peft = peft.get_peft_model(self.loaded.model, config, adapter_name=name)
        else:
            self._peft.add_adapter(name, config)

    def read(self, name: str, path: Path) -> None:
        """Add an adapter from a GGUF file. Raises HotseatError when it was made for another
        base."""
        pairs, alpha = read_adapter(path, self.layout)
        rank = next(iter(pairs.values()))[0].shape[0]
        self.add(name, rank=rank, alpha=alpha or rank)
        self.put(name, pairs)

    def use(self, name: str | None) -> AbstractContextManager[Any]:
        """Return a context in which the base runs with this adapter, or with none."""
        if self._peft is None:
            return nullcontext()
        if name is None:
            disabled: AbstractContextManager[Any] = self._peft.disable_adapter()
            return disabled
        self._peft.set_adapter(name)
        return nullcontext()

    def weights(self, name: str) -> dict[str, Any]:
        """Return the adapter's tensors, in a stable order: `LAYER.A` and `LAYER.B`."""
        found = {}
        for layer, module in self._modules(name):
            found[f"{layer}.A"] = module.lora_A[name].weight
            found[f"{layer}.B"] = module.lora_B[name].weight
        return found

    def set_scaled(self, name: str, weights: Mapping[str, Any], scale: float) -> None:
        """Set the adapter's weights to `weights`, at a share of their strength."""
        import torch

        with torch.no_grad():
            for key, weight in self.weights(name).items():
                weight.copy_(weights[key] * scale if key.endswith(".B") else weights[key])

    def pairs(self, weights: Mapping[str, Any]) -> Pairs:
        """Return the weights as arrays, for writing."""
        arrays = {key: value.detach().cpu().float().numpy() for key, value in weights.items()}
        return {layer: (arrays[f"{layer}.A"], arrays[f"{layer}.B"]) for layer in self.layout.names}

    def put(self, name: str, pairs: Pairs) -> None:
        """Set the adapter's weights; layers that `pairs` lacks do not change the base's output."""
        import torch

        with torch.no_grad():
            for layer, module in self._modules(name):
                a, b = module.lora_A[name].weight, module.lora_B[name].weight
                if layer in pairs:
                    a.copy_(torch.as_tensor(pairs[layer][0]))
                    b.copy_(torch.as_tensor(pairs[layer][1]))
                else:
                    b.zero_()

    def _modules(self, name: str) -> list[tuple[str, Any]]:
        modules = dict(self.loaded.model.named_modules())
        return [
            (layer, modules[layer]) for layer in self.layout.names if name in modules[layer].lora_A
        ]
