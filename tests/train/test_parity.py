"""An adapter does in llama.cpp what it did in torch; bits per byte are what they are called."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Roster
from support import llama_logprobs
from support.tiny_gguf import write_adapter as write_other

PROMPTS = ("func Total(items []Item) int {\n", "SELECT a FROM b WHERE c", "x")


@pytest.fixture(scope="module")
def adapted(base_file: Path) -> Any:
    from hotseat.train.base import find_base, load
    from hotseat.train.lora import Adapted

    return Adapted(load(find_base(str(base_file), Roster(), ())))


@pytest.fixture(scope="module")
def adapter_file(adapted: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random adapter, strong enough to change every answer."""
    import torch

    from hotseat.train.export import write_adapter
    from hotseat.train.peft_folder import write_peft

    torch.manual_seed(3)
    adapted.add("random", rank=8, alpha=16)
    weights = adapted.weights("random")
    with torch.no_grad():
        for name, weight in weights.items():
            if name.endswith(".B"):
                weight.normal_(0, 0.3)
    path = tmp_path_factory.mktemp("adapter") / "random.gguf"
    write_adapter(
        path,
        adapted.pairs(weights),
        adapted.layout,
        adapted.loaded.base,
        alpha=16,
        name="random",
        licence="MIT",
        languages=["go"],
        digest="0" * 64,
    )
    adapted.read("exported", path)
    write_peft(path.parent / "peft", adapted.pairs(weights), alpha=16, base="tiny")
    return path


def torch_logprobs(adapted: Any, name: str | None, ids: list[int]) -> Any:
    import torch

    from hotseat.train.likelihood import hidden_states

    model = adapted.loaded.model
    with adapted.use(name), torch.inference_mode():
        last = hidden_states(model, torch.tensor([ids]))[0, -1]
        return torch.log_softmax(last @ model.get_output_embeddings().weight.T, dim=-1)


def test_llama_cpp_and_torch_agree(adapted: Any, adapter_file: Path, base_file: Path) -> None:
    begin = adapted.loaded.tokenizer.bos_token_id
    asked = [[begin, *adapted.loaded.encode(text)] for text in PROMPTS]
    lines = [json.dumps([ids, scale]) for ids in asked for scale in (0.0, 1.0)]
    answer = subprocess.run(
        [sys.executable, llama_logprobs.__file__, str(base_file), str(adapter_file)],
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    found = [
        {int(k): v for k, v in json.loads(line).items()}
        for line in answer.stdout.split("\n")
        if line
    ]
    for ids, without, with_it in zip(asked, found[::2], found[1::2], strict=True):
        assert _distance(torch_logprobs(adapted, None, ids), without) < 0.1
        for name in ("random", "exported"):
            assert _distance(torch_logprobs(adapted, name, ids), with_it) < 0.1
        # Were the adapter without effect, or its rows in another order, this would be small too.
        assert _distance(torch_logprobs(adapted, None, ids), with_it) > 0.3


def _distance(ours: Any, theirs: dict[int, float]) -> float:
    return max(abs(float(ours[token]) - logprob) for token, logprob in theirs.items())


def test_peft_itself_opens_the_folder(adapted: Any, adapter_file: Path, base_file: Path) -> None:
    import peft
    import torch

    from hotseat.train.base import find_base, load

    fresh = load(find_base(str(base_file), Roster(), ())).model
    opened = peft.PeftModel.from_pretrained(fresh, str(adapter_file.parent / "peft"))
    ids = [adapted.loaded.tokenizer.bos_token_id, *adapted.loaded.encode(PROMPTS[0])]
    with torch.inference_mode():
        theirs = torch.log_softmax(opened(torch.tensor([ids])).logits[0, -1], dim=-1)
    ours = torch_logprobs(adapted, "random", ids)
    assert float((ours - theirs).abs().max()) < 0.05
    assert float((torch_logprobs(adapted, None, ids) - theirs).abs().max()) > 0.3


def test_an_adapter_of_another_base_is_refused(adapted: Any, tmp_path: Path) -> None:
    from support.tiny_gguf import Shape

    path = write_other(tmp_path / "other.gguf", shape=Shape(n_embd=128))
    with pytest.raises(HotseatError, match="does not fit this base"):
        adapted.read("other", path)


def test_bits_per_byte_do_not_depend_on_windows_or_neighbours(adapted: Any) -> None:
    import torch

    from hotseat.train.likelihood import score_texts

    loaded = adapted.loaded
    texts = ["func f() {}\n" * 3, "x", "SELECT a FROM b;\n" * 40]

    def scored(texts: list[str], window: int = 512) -> list[Any]:
        with adapted.use(None):
            return score_texts(
                loaded.model, loaded.encode, texts, separator=loaded.separator, window=window
            )

    together = scored(texts)
    alone = [scored([text])[0] for text in texts]
    assert [s.nats for s in together] == pytest.approx([s.nats for s in alone], rel=1e-4)
    # By hand, for the short one.
    ids = torch.tensor([[loaded.separator, *loaded.encode(texts[1])]])
    with adapted.use(None), torch.inference_mode():
        logits = loaded.model(ids).logits[0, :-1]
    nats = torch.nn.functional.cross_entropy(logits, ids[0, 1:], reduction="sum")
    assert together[1].nats == pytest.approx(float(nats), rel=1e-4)
    assert together[1].bits_per_byte == pytest.approx(float(nats) / math.log(2))
    # Every token once, whatever the window.
    narrow = scored(texts, window=128)
    assert [s.n_tokens for s in narrow] == [s.n_tokens for s in together]
    assert narrow[2].nats == pytest.approx(together[2].nats, rel=0.2)
