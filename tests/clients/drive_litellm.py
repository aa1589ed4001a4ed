"""Drives `litellm` in one of its two ways to Ollama: prints what it got as JSON.

Run by the clients' own Python, with OLLAMA_API_BASE in the environment.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import litellm

TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    },
}


def main(way: str, talker: str, json_model: str, rambler: str, caller: str, embedder: str) -> None:
    question = [{"role": "user", "content": "What will the weather be?"}]
    got: dict[str, Any] = {}
    answer = litellm.completion(f"{way}/{talker}", messages=question)
    got["chat"] = answer.choices[0].message.content
    pieces = litellm.completion(f"{way}/{talker}", messages=question, stream=True)
    got["stream"] = [piece.choices[0].delta.content or "" for piece in pieces]
    answer = litellm.completion(
        f"{way}/{json_model}", messages=question, response_format={"type": "json_object"}
    )
    got["json"] = answer.choices[0].message.content
    talk: list[dict[str, str]] = []
    for i in range(12):
        talk.append({"role": "user", "content": f"question {i}: " + "why not " * 10})
        answer = litellm.completion(
            f"{way}/{rambler}", messages=talk, num_ctx=512, max_tokens=8, temperature=0
        )
        talk.append({"role": "assistant", "content": answer.choices[0].message.content})
    got["last"] = talk[-1]["content"]
    if way == "ollama_chat":
        answer = litellm.completion(f"{way}/{caller}", messages=question, tools=[TOOL])
        (call,) = answer.choices[0].message.tool_calls
        got["call"] = [call.function.name, json.loads(call.function.arguments)]
    vectors = litellm.embedding(f"ollama/{embedder}", input=["the import of this class"])
    got["embedding"] = vectors.data[0]["embedding"]
    print(json.dumps(got))


if __name__ == "__main__":
    main(*sys.argv[1:])
