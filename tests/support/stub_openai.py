"""OpenAI's API on loopback as vLLM speaks it, adapters included, without a model."""

from __future__ import annotations

from typing import Any

from support.stub_engine import Reply, Seen, StubEngine


class StubOpenAI(StubEngine):
    """`ids` are its models, with the base of each that is an adapter."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: dict[str, str | None] = {"Qwen/Qwen2.5-Coder-1.5B": None, "small-base": None}
        self.owner = "vllm"
        self.loads_adapters = True
        self.has_chat_template = True

    async def _answer(self, seen: Seen, reply: Reply) -> None:
        if (gate := self.gates.get(seen.path)) is not None:
            await gate.wait()
        if (answer := self.answers.get(seen.path)) is not None:
            await answer(seen, reply)
            return
        model, known = seen.body.get("model"), seen.body.get("model") in self.ids
        match seen.path:
            case "/v1/models":
                await reply.json({"object": "list", "data": [*map(self._entry, self.ids)]})
            case "/version":
                await reply.json({"version": "0.32.0"})
            case "/tokenize" if not self.has_chat_template and "messages" in seen.body:
                await reply.json(_error("no chat template is defined"), 400)
            case "/tokenize":
                await reply.json({"count": 2, "tokens": [1, 2], "token_strs": ["a", "Ġb"]})
            case "/v1/load_lora_adapter" if self.loads_adapters:
                self.ids[seen.body["lora_name"]] = "Qwen/Qwen2.5-Coder-1.5B"
                await reply.body(b"Success: LoRA adapter added.", kind="text/plain")
            case "/v1/unload_lora_adapter" if self.loads_adapters:
                del self.ids[seen.body["lora_name"]]
                await reply.body(b"Success: LoRA adapter removed.", kind="text/plain")
            case "/v1/completions" | "/v1/chat/completions" if not known:
                await reply.json(_error(f"The model `{model}` does not exist."), 404)
            case "/v1/completions":
                await reply.events(*({"choices": [{"text": t}]} for t in self.completion), FINISH)
            case "/v1/chat/completions":
                pieces = ({"choices": [{"delta": {"content": text}}]} for text in self.chat)
                await reply.events(*pieces, FINISH)
            case _:
                await reply.json({"detail": "Not Found"}, 404)

    def _entry(self, id_: str) -> dict[str, Any]:
        entry = {"id": id_, "object": "model", "owned_by": self.owner, "root": id_}
        return {**entry, "parent": self.ids[id_], "max_model_len": 1024}


FINISH = {"choices": [{"text": "", "finish_reason": "stop"}]}


def _error(message: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": "x", "param": None, "code": 0}}
