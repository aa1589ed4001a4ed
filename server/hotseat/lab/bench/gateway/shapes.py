"""Requests as three agents send them: what is where in the messages, and which options they set.

The shapes are those of opencode (OpenAI's API with tools), Cline (Ollama's API, tools described in
the system prompt, results in user messages) and aider (Ollama's API by way of litellm, the files of
the chat in full before the question). The sentences are our own, and shorter. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from hotseat.lab.bench.gateway.conversations import Conversation, Step
from hotseat.lab.bench.gateway.texts import code_of, path_of, question

N_PREDICT = 8
"""Tokens of an answer: agents ask for thousands, which would measure the model."""
CLINE_NUM_CTX = 32_768
"""What Cline's provider for Ollama sends unless its user sets another number."""
AIDER_SPARE_TOKENS, AIDER_FACTOR = 8_192, 1.25
"""aider asks for this many tokens of context more than its messages have, times the factor, with
each request."""
_BYTES_PER_TOKEN = 4


class Agent(StrEnum):
    OPENCODE = "opencode"
    CLINE = "cline"
    AIDER = "aider"


@dataclass(frozen=True, slots=True, kw_only=True)
class WireRequest:
    """`body` lacks the model."""

    agent: Agent
    path: str
    body: dict[str, Any]
    language: str
    """The one that the request is about."""
    place: tuple[int, int]
    """The number of the conversation, and of the step in it."""

    @property
    def has_tools(self) -> bool:
        return "tools" in self.body


@dataclass(slots=True, kw_only=True)
class Talk:
    """One conversation of one agent. `number` makes its files different from those of others."""

    agent: Agent
    number: int
    steps: Conversation
    _messages: list[dict[str, Any]] = field(default_factory=list)
    _n_asked: int = 0

    def next_request(self) -> WireRequest:
        """Return the request of the next step."""
        i = self._n_asked
        step = self.steps[i]
        self._n_asked += 1
        is_new = i == 0 or self.steps[i - 1].task != step.task
        write = {Agent.OPENCODE: _opencode, Agent.CLINE: _cline, Agent.AIDER: _aider}[self.agent]
        path, body = write(self, i, step, is_new=is_new)
        return WireRequest(
            agent=self.agent,
            path=path,
            body=body,
            language=step.language,
            place=(self.number, i),
        )

    def take_answer(self, text: str) -> None:
        """The model has answered the last request."""
        self._messages.append({"role": "assistant", "content": text or "Done."})

    def file(self, i: int) -> tuple[str, str]:
        """Return the path and the text of the file that step `i` is about."""
        n = 100 * self.number + i
        return path_of(self.steps[i].language, n), code_of(self.steps[i].language, n)

    def files_of_task(self, task: int) -> Sequence[tuple[str, str]]:
        places = [i for i, step in enumerate(self.steps) if step.task == task]
        return [self.file(i) for i in places]


def _opencode(talk: Talk, i: int, step: Step, *, is_new: bool) -> tuple[str, dict[str, Any]]:
    messages = talk._messages
    if is_new:
        messages.append({"role": "user", "content": question(talk.number + i)})
    path, code = talk.file(i)
    numbered = "\n".join(f"{n:05d}| {line}" for n, line in enumerate(code.splitlines(), 1))
    call = {"name": "read", "arguments": json.dumps({"filePath": f"/home/me/shop/{path}"})}
    messages.append(
        {
            "role": "assistant",
            "content": "",
            "tool_calls": [{"id": f"call_{i}", "type": "function", "function": call}],
        }
    )
    result = f"<file>\n{numbered}\n</file>"
    messages.append({"role": "tool", "tool_call_id": f"call_{i}", "content": result})
    system = "You are an agent in a terminal. Change files with your tools; keep answers short."
    body = {
        "messages": [{"role": "system", "content": system}, *messages],
        "tools": _TOOLS,
        "tool_choice": "auto",
        "max_tokens": N_PREDICT,
        "temperature": 0,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    return "/v1/chat/completions", body


def _cline(talk: Talk, i: int, step: Step, *, is_new: bool) -> tuple[str, dict[str, Any]]:
    messages = talk._messages
    tabs = "\n".join(talk.file(k)[0] for k in range(len(talk.steps)))
    around = f"\n\n<environment_details>\n# Open Tabs\n{tabs}\n</environment_details>"
    if is_new:
        text = f"<task>\n{question(talk.number + i)}\n</task>"
        messages.append({"role": "user", "content": text + around})
    path, code = talk.file(i)
    call = f"<read_file>\n<path>{path}</path>\n</read_file>"
    messages.append({"role": "assistant", "content": call})
    result = f"[read_file for '{path}'] Result:\n{code}"
    messages.append({"role": "user", "content": result + around})
    system = (
        "You are an agent in an editor. To use a tool, write its name as a tag with its parameters "
        "as tags inside: read_file with path, write_to_file with path and content."
    )
    body = {
        "messages": [{"role": "system", "content": system}, *messages],
        "stream": True,
        "options": {"num_ctx": CLINE_NUM_CTX, "num_predict": N_PREDICT, "temperature": 0},
    }
    return "/api/chat", body


def _aider(talk: Talk, i: int, step: Step, *, is_new: bool) -> tuple[str, dict[str, Any]]:
    files = [
        f"{path}\n```{_fence(path)}\n{code}```" for path, code in talk.files_of_task(step.task)
    ]
    path, _ = talk.file(i)
    ask = {"role": "user", "content": f"{question(talk.number + i)} I mean {path}."}
    system = "Answer with blocks that each hold the lines to find and the lines to put there."
    messages = [
        {"role": "system", "content": system},
        {"role": "user", "content": "These are the files of the chat:\n\n" + "\n\n".join(files)},
        {"role": "assistant", "content": "I will change these files only."},
        *talk._messages,
        ask,
    ]
    talk._messages.append(ask)
    n_tokens = sum(len(m["content"]) for m in messages) // _BYTES_PER_TOKEN
    num_ctx = int(n_tokens * AIDER_FACTOR) + AIDER_SPARE_TOKENS
    body = {
        "messages": messages,
        "stream": True,
        "options": {"num_ctx": num_ctx, "num_predict": N_PREDICT, "temperature": 0},
    }
    return "/api/chat", body


def _fence(path: str) -> str:
    return path.rpartition(".")[2]


def _tool(name: str, what: str, *parameters: str) -> dict[str, Any]:
    schema = {"type": "object", "properties": {p: {"type": "string"} for p in parameters}}
    return {
        "type": "function",
        "function": {"name": name, "description": what, "parameters": schema},
    }


_TOOLS = [
    _tool("read", "Read a file, such as main.go", "filePath"),
    _tool("edit", "Replace a text in a file", "filePath", "oldString", "newString"),
    _tool("bash", "Run a command", "command"),
]
