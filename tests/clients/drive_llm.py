"""Drives `llm` with `llm-ollama`: prints what it got as JSON. Run by the clients' own Python."""

from __future__ import annotations

import json
import sys
from typing import Any

import llm


def main(talker: str, json_model: str, rambler: str, embedder: str) -> None:
    model = llm.get_model(f"ollama/{talker}")
    got: dict[str, Any] = {"models": sorted(model.model_id for model in llm.get_models())}
    got["prompt"] = model.prompt("What will the weather be?", stream=False).text()
    got["stream"] = list(model.prompt("What will the weather be?", stream=True))
    talk = model.conversation()
    got["answers"] = [talk.prompt(f"And in place {i}?").text() for i in range(3)]
    schema = {"type": "object", "properties": {"ok": {"type": "boolean"}}, "required": ["ok"]}
    got["schema"] = llm.get_model(f"ollama/{json_model}").prompt("Is it?", schema=schema).text()
    long = llm.get_model(f"ollama/{rambler}").conversation()
    for i in range(12):
        options = {"num_ctx": 512, "num_predict": 8, "temperature": 0}
        answer = long.prompt(f"question {i}: " + "why not " * 10, stream=False, **options)
        got["last"] = answer.text()
        usage = answer.usage()
        got.setdefault("input_tokens", []).append(usage.input)
    got["embedding"] = llm.get_embedding_model(f"ollama/{embedder}").embed(
        "the import of this class"
    )
    print(json.dumps(got))


if __name__ == "__main__":
    main(*sys.argv[1:])
