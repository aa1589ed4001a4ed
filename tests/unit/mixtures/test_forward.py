"""The bits that numpy computes are those of llama.cpp, with and without adapters."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest

from hotseat.domain.errors import HotseatError
from hotseat.embedded.options import LoadOptions
from hotseat.embedded.processes.runner import Child, ChildSpec
from hotseat.mixtures.adapter_file import read_adapter_file
from hotseat.mixtures.forward import LlamaModel
from support.tiny_gguf import write_adapter, write_model

IDS = [1, 300, 310, 320, 330, 340, 300, 310, 270]
OPTIONS = LoadOptions(n_ctx=128, n_batch=32, n_threads=1, n_gpu_layers=0, main_gpu=0, use_mmap=True)


async def forced_nats(model: Path, adapter: Path, scale: float) -> float:
    """Return the nats of `IDS` in llama.cpp, one token after the other."""
    nats = 0.0
    with tempfile.TemporaryDirectory(prefix="hs-") as folder:
        socket = Path(folder) / "m.sock"
        spec = ChildSpec(model=model, adapters=(adapter,), options=OPTIONS, socket=socket)
        child = await Child.start(spec, timeout_s=30)
        try:
            for i in range(1, len(IDS)):
                body: dict[str, object] = {
                    "prompt": IDS[:i],
                    "n_predict": 1,
                    "n_probs": 1_000_000,
                    "temperature": 0.0,
                    "lora": [{"id": 0, "scale": scale}],
                }
                upstream = await child.request("/completion", body)
                await child.patiently(upstream.status)
                answer = json.loads(await child.patiently(upstream.read))
                upstream.close()
                top = answer["completion_probabilities"][0]["top_logprobs"]
                nats -= next(each["logprob"] for each in top if each["id"] == IDS[i])
        finally:
            child.kill()
            await child.wait()
    return nats


async def test_as_llama_cpp(tmp_path: Path) -> None:
    path, adapter = write_model(tmp_path / "m.gguf"), write_adapter(tmp_path / "a.gguf")
    model, read = LlamaModel.read(path), {"a": read_adapter_file(adapter)}
    found = []
    for scale in (0.0, 0.7):
        model.use(read, {"a": scale} if scale else {})
        # Another window in the batch, which is longer, changes nothing.
        nats, _ = model.nats([IDS, [*IDS, *IDS]], [1, 1])
        assert nats == pytest.approx(await forced_nats(path, adapter, scale), rel=0.02)
        found.append(nats)
    assert abs(found[0] - found[1]) > 0.1, "the adapter has an effect"


def test_another_architecture_is_refused(tmp_path: Path) -> None:
    path = write_model(tmp_path / "q.gguf", architecture="qwen2")
    with pytest.raises(HotseatError, match=r"q\.gguf is a qwen2"):
        LlamaModel.read(path)
