"""Drives the `openai` package: prints what it got as JSON.

Run by the clients' own Python, with OPENAI_BASE_URL and OPENAI_API_KEY in the environment.
"""

from __future__ import annotations

import json
from typing import Any

import openai

TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    },
}
QUESTION: Any = [{"role": "user", "content": "Why?\n```go\npackage main\n```"}]


def main() -> None:
    client: Any = openai.OpenAI(max_retries=0)
    got: dict[str, Any] = {"models": [model.id for model in client.models.list()][:2]}
    answer = client.chat.completions.create(model="auto", messages=QUESTION, max_tokens=32_000)
    got["chat"] = [answer.model, answer.choices[0].message.content]
    pieces = client.chat.completions.create(model="auto", messages=QUESTION, stream=True)
    got["stream"] = "".join(piece.choices[0].delta.content or "" for piece in pieces)
    answer = client.chat.completions.create(model="auto", messages=QUESTION, tools=[TOOL])
    (call,) = answer.choices[0].message.tool_calls
    got["call"] = [answer.model, call.function.name, call.function.arguments]
    answer = client.completions.create(model="auto", prompt="package main\n")
    got["completion"] = answer.choices[0].text
    answer = client.embeddings.create(model="embedder", input=["one", "two"])
    got["dimensions"] = len(answer.data[1].embedding)
    for name, model, key in (("not_found", "none", None), ("unauthorized", "auto", "wrong")):
        try:
            client.with_options(api_key=key or client.api_key).chat.completions.create(
                model=model, messages=QUESTION
            )
        except openai.APIStatusError as error:
            got[name] = error.status_code
    print(json.dumps(got))


if __name__ == "__main__":
    main()
