"""Drives a client of others' through the gateway: prints what it got as JSON.

Run by the clients' own Python: `llm URL KEY`, or `litellm URL KEY`.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

QUESTION = "Why is this slow?\n```go\npackage main\n```"


def by_llm() -> dict[str, Any]:
    import llm

    model = llm.get_model("ollama/auto")
    talk = model.conversation()
    return {
        "models": sorted(model.model_id for model in llm.get_models()),
        "whole": model.prompt(QUESTION, stream=False).text(),
        "stream": "".join(model.prompt(QUESTION, stream=True)),
        "talk": [talk.prompt(text).text() for text in (QUESTION, "And then?")],
    }


def by_litellm(url: str, key: str) -> dict[str, Any]:
    import litellm

    messages = [{"role": "user", "content": QUESTION}]
    got: dict[str, Any] = {}
    for way, base in (("openai", f"{url}/v1"), ("ollama_chat", url)):
        common = {"model": f"{way}/auto", "messages": messages, "api_base": base, "api_key": key}
        got[way] = litellm.completion(**common).choices[0].message.content
        pieces = litellm.completion(**common, stream=True)
        got[f"{way} stream"] = "".join(p.choices[0].delta.content or "" for p in pieces)
    return got


def main(client: str, url: str, key: str) -> None:
    os.environ |= {"OLLAMA_HOST": url, "OLLAMA_API_KEY": key}
    print(json.dumps(by_llm() if client == "llm" else by_litellm(url, key)))


if __name__ == "__main__":
    main(*sys.argv[1:])
