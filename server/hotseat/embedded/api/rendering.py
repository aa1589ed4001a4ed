"""Prompts: rendered from messages by a template, counted in tokens, cut to the context.

Go templates are executed here, in a thread; the template in a GGUF file by llama.cpp, in the
model's process. Neither may run without end: the process is killed when its template takes too
much time or memory.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable
from typing import Any, TypeVar

import psutil

from hotseat.embedded.api.fitting import first_that_fits, kept_messages, shifted
from hotseat.embedded.api.request import CheckedRequest, Prompt
from hotseat.embedded.api.tools import openai_message
from hotseat.embedded.options import DEFAULT_NUM_KEEP
from hotseat.embedded.processes.runner import Child
from hotseat.embedded.templates.nodes import TemplateError
from hotseat.engines.upstream import Upstream, UpstreamBroken
from hotseat.serving.wire import ApiError

TEMPLATE_TIMEOUT_S = 10.0
"""The longest time that llama.cpp may apply a chat template; 1,000 messages take 0.2 s."""
TEMPLATE_MEMORY_BYTES = 1 << 30
"""The most memory that it may take meanwhile."""
_LOOK_S = 0.1
TOO_LONG = (
    "the prompt is longer than the context length currently available to the model; shorten the "
    "prompt, adjust the context length in settings, or use a model with a longer context length"
)
"""Ollama's error for a prompt that may not be cut."""

T = TypeVar("T")

log = logging.getLogger("hotseat.engine")


class ContextExceeded(ApiError):
    """llama.cpp refused a prompt that has as many tokens as the context, or more."""


async def first_prompt(child: Child, ask: CheckedRequest) -> Prompt:
    """Return the whole prompt of a request. Raises ApiError, OSError and UpstreamBroken."""
    prompt = ask.prompt
    if prompt is None:
        prompt = await _render(child, ask, ask.messages)
    return await _with_context(child, ask, prompt)


async def prompt_that_fits(child: Child, ask: CheckedRequest, prompt: Prompt) -> Prompt:
    """Return the prompt without the oldest messages, if it is too long with them.

    The prompt may still be too long: the last message and system messages are kept.
    """
    if not (ask.truncate and ask.drops_messages and len(ask.messages) > 1):
        return prompt
    if len(await tokenize(child, prompt, special=True)) < ask.n_ctx:
        return prompt
    start, rendered = await _first_message(child, ask)
    if start not in rendered:
        rendered[start] = await _render(child, ask, kept_messages(ask.messages, start))
    return await _with_context(child, ask, rendered[start])


async def messages_that_fit(child: Child, ask: CheckedRequest) -> list[dict[str, Any]]:
    """Return the messages without the oldest ones, if they are too long with them."""
    if len(ask.messages) <= 1:
        return ask.messages
    start, _ = await _first_message(child, ask)
    return kept_messages(ask.messages, start)


async def _first_message(child: Child, ask: CheckedRequest) -> tuple[int, dict[int, str]]:
    """Return the index of the first message that fits, and the prompts rendered on the way."""
    search = first_that_fits(len(ask.messages), ask.n_ctx - 1)
    rendered: dict[int, str] = {}
    try:
        start = next(search)
        while True:
            try:
                text = await _render(child, ask, kept_messages(ask.messages, start))
            except ApiError as error:
                if error.status != 400:
                    raise
                start = search.send(None)
                continue
            rendered[start] = text
            start = search.send(len(await tokenize(child, text, special=True)))
    except StopIteration as found:
        return int(found.value), rendered


async def cut_prompt(child: Child, ask: CheckedRequest, prompt: Prompt) -> Prompt:
    """Return the prompt cut as by a context shift, if it is too long for the context."""
    tokens = await tokenize(child, prompt, special=True)
    if len(tokens) < ask.n_ctx:
        return prompt
    n_keep = int(ask.options.get("num_keep", DEFAULT_NUM_KEEP))
    n_keep += n_keep >= 0 and ask.card.adds_bos
    return list(shifted(tokens, n_ctx=ask.n_ctx, n_keep=n_keep))


async def tokenize(child: Child, prompt: Prompt, *, special: bool) -> list[int]:
    """Return the tokens of a prompt; `special` puts the token before it that the model wants."""
    body = {"content": prompt, "add_special": special, "parse_special": True}
    answer = await call(child, "/tokenize", body)
    try:
        return [int(token) for token in answer["tokens"]]
    except (KeyError, TypeError, ValueError) as error:
        raise UpstreamBroken("no tokens") from error


async def _with_context(child: Child, ask: CheckedRequest, prompt: Prompt) -> Prompt:
    if not ask.context:
        return prompt
    answer = await call(child, "/detokenize", {"tokens": list(ask.context)})
    before = str(answer.get("content", ""))
    return before + prompt if isinstance(prompt, str) else [before, *prompt]


async def _render(child: Child, ask: CheckedRequest, messages: list[dict[str, Any]]) -> str:
    if ask.template is not None:
        try:
            text = await asyncio.to_thread(ask.template.chat, messages, ask.tools, ask.thinking)
        except TemplateError as error:
            raise ApiError(500, str(error)) from None
    else:
        body: dict[str, Any] = {"messages": [openai_message(message) for message in messages]}
        if ask.tools:
            body["tools"] = list(ask.tools)
        if ask.template_arguments:
            body["chat_template_kwargs"] = ask.template_arguments
        answer = await _bounded(child, call(child, "/apply-template", body))
        try:
            text = str(answer["prompt"])
        except KeyError as error:
            raise UpstreamBroken("the chat template returned no prompt") from error
    opening, closing = ask.think_tags
    if ask.schema is not None and opening and text.rstrip().endswith(opening):
        text += f"\n{closing}\n\n"  # `format` binds the answer from its first token.
    return text


async def _bounded(child: Child, work: Awaitable[T]) -> T:
    """Return the result of `work`, which makes llama.cpp apply a template, within limits.

    Beyond them, kills the process, which nothing else can stop, and raises ApiError.
    """
    task = asyncio.ensure_future(work)
    try:
        before = _private_bytes(child)
        async with asyncio.timeout(TEMPLATE_TIMEOUT_S):
            while not (await asyncio.wait({task}, timeout=_LOOK_S))[0]:
                if _private_bytes(child) - before > TEMPLATE_MEMORY_BYTES:
                    raise TimeoutError
        return task.result()
    except TimeoutError:
        child.kill()
        log.warning("process %d: its chat template took too much time or memory", child.pid)
        raise ApiError(
            500,
            f"the model's chat template took more than {TEMPLATE_TIMEOUT_S:g} s or "
            f"{TEMPLATE_MEMORY_BYTES >> 30} GiB; set another template for this model",
        ) from None
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _private_bytes(child: Child) -> int:
    """Return the memory of the process without mapped files, whose pages come and go."""
    try:
        memory = psutil.Process(child.pid).memory_info()
    except psutil.Error:
        return 0
    return int(memory.rss) - int(getattr(memory, "shared", 0))


async def call(child: Child, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return llama.cpp's answer, an object. Raises ApiError, OSError and UpstreamBroken."""
    upstream = await request(child, path, body)
    try:
        answer = json.loads(await child.patiently(upstream.read))
    except ValueError as error:
        raise UpstreamBroken(f"no answer from {path}") from error
    finally:
        upstream.close()
    if not isinstance(answer, dict):
        raise UpstreamBroken(f"no object from {path}")
    return answer


async def request(child: Child, path: str, body: dict[str, Any]) -> Upstream:
    """Send a request and read the status. Raises ApiError for one other than 200."""
    upstream = await child.request(path, body)
    try:
        status = await child.patiently(upstream.status)
        if status != 200:
            raise _refusal(status, await child.patiently(upstream.read))
    except BaseException:
        upstream.close()
        raise
    return upstream


def _refusal(status: int, body: bytes) -> ApiError:
    try:
        error = json.loads(body)
    except ValueError:
        error = {}
    inner = error.get("error") if isinstance(error, dict) else None
    if isinstance(inner, dict) and inner.get("type") == "exceed_context_size_error":
        return ContextExceeded(400, error_text(error))
    return ApiError(status if status in (400, 501, 503) else 500, error_text(error))


def error_text(event: object) -> str:
    """Return llama.cpp's message, or the whole event as text."""
    inner = event.get("error", event) if isinstance(event, dict) else event
    if isinstance(inner, dict) and "error" in inner:
        inner = inner["error"]
    message = inner.get("message") if isinstance(inner, dict) else inner
    return str(message or "llama.cpp refused the request")
