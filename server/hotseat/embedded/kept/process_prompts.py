"""Saves and restores the prompts of one process: before a request, and after its prompt was read.

A state is saved as soon as its prompt was read for the first time, once more when nothing was asked
of its slot for a moment, and before another prompt overwrites the slot. llama.cpp carries out a
save when the slot's answer ends, so no answer waits for it.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar

from hotseat.embedded.kept.memory_file import MemoryFile
from hotseat.embedded.kept.slot_table import Slot, Voice
from hotseat.embedded.kept.store import Found, KeptStore, StateKey, head_of
from hotseat.embedded.options import LoadOptions
from hotseat.engines.upstream import Upstream, UpstreamBroken, UpstreamSilent

MIN_TOKENS = 64
"""Fewer tokens are read faster (0.2 s at 300 tokens/s) than a state is worth keeping."""
MIN_GAIN_CHARS = 200
"""A state is restored if it covers so many characters more than the slot does (about 64 tokens)."""
REST_S = 1.0
"""A changed prompt is saved after this time without a request for its slot: while a user types,
nothing is saved (12 ms for 1,000 tokens of SmolLM2-135M)."""
_COVERED = 0.5
"""A prompt with a smaller kept share is new, and saved at once."""
_PRIMING_PROMPT = "a"
_UNSEEN_TOKENS = 32
"""At most so many tokens follow the last one that was seen, when a client leaves."""

log = logging.getLogger("hotseat.engine")
T = TypeVar("T")


class ChildCalls(Protocol):
    """What is needed of a child process."""

    async def request(self, path: str, body: dict[str, object] | None = None) -> Upstream: ...

    async def patiently(self, call: Callable[[], Awaitable[T]]) -> T: ...


class ProcessPrompts:
    """The kept prompts of one process.

    `lora` returns the adapters of a request of a voice, None where there are none.
    `bytes_per_token` is the size of one token's KV cache.
    """

    def __init__(
        self,
        child: ChildCalls,
        store: KeptStore,
        *,
        base: str,
        options: LoadOptions,
        version: str,
        bytes_per_token: int,
        lora: Callable[[Voice], list[dict[str, Any]]] | None,
        rest_s: float = REST_S,
    ) -> None:
        self._child = child
        self._store = store
        self._base = base
        self._options = options
        self._version = version
        self._bytes_per_token = bytes_per_token
        self._lora = lora
        self._rest_s = rest_s
        self._saves: dict[int, asyncio.Task[None]] = {}
        """By the number of the slot."""
        self._timers: dict[int, asyncio.TimerHandle] = {}
        self._watches: dict[int, PromptWatch] = {}
        """The last answer of each slot."""
        self._has_ended = False
        self._held: list[MemoryFile] = []
        """Files of requests whose end was not seen: the process may open them until its end."""

    async def prepare(self, slot: Slot) -> None:
        """Restore a kept state into the slot that a request has taken, if that saves time.

        The prompt that the slot holds is saved first, if it would be lost. Never raises for a state
        that is not usable: the prompt is then read as without it.
        """
        if (timer := self._timers.pop(slot.number, None)) is not None:
            timer.cancel()
        if slot.n_users > 1:
            return
        last = self._watches.get(slot.number)
        is_lost = slot.n_common < _COVERED * len(slot.before)
        if slot.n_unsaved and is_lost and last is not None and last.text == slot.before:
            await self._save(last)
        found = self._store.find(self._key(slot.voice), slot.text)
        if found is None or found.n_common - slot.n_common < MIN_GAIN_CHARS:
            return
        try:
            if await self._restore(slot, found):
                slot.n_common, slot.n_unsaved = found.n_common, 0
        except (OSError, UpstreamBroken, UpstreamSilent) as error:
            log.warning("a kept prompt was not restored: %s", error)

    def watch(self, slot: Slot, model: str) -> PromptWatch:
        """Return what has to see the events of the answer on this slot."""
        return PromptWatch(self, slot, model, n_ctx=self._options.n_ctx)

    def prompt_read(self, watch: PromptWatch, timings: dict[str, Any]) -> None:
        """Note that the prompt of a request was read to its end."""
        slot, key = watch.slot, self._key(watch.slot.voice)
        n_read = int(timings.get("prompt_n", 0))
        slot.has_run = True
        slot.n_unsaved += n_read
        self._watches[slot.number] = watch
        if n_read >= MIN_TOKENS:
            read_s = float(timings.get("prompt_ms", 0.0)) / 1000
            self._store.note_read(key, watch.model, read_s * watch.n_prompt / n_read)
        if slot.n_unsaved < MIN_TOKENS:
            return
        found = self._store.find(key, watch.text)
        if found is None or found.n_common < _COVERED * len(watch.text):
            self._start_save(watch)
            return
        if (timer := self._timers.pop(slot.number, None)) is not None:
            timer.cancel()
        loop = asyncio.get_running_loop()
        self._timers[slot.number] = loop.call_later(self._rest_s, self._save_at_rest, watch)

    def close(self) -> None:
        """Save nothing any more: the process has ended."""
        for timer in self._timers.values():
            timer.cancel()
        for save in self._saves.values():
            save.cancel()
        self._has_ended = True
        for file in self._held:
            file.release()
        self._held.clear()

    def _save_at_rest(self, watch: PromptWatch) -> None:
        self._timers.pop(watch.slot.number, None)
        if watch.slot.text == watch.text:
            self._start_save(watch)

    def _start_save(self, watch: PromptWatch) -> None:
        number = watch.slot.number
        if number not in self._saves:
            save = self._saves[number] = asyncio.create_task(self._save(watch))
            save.add_done_callback(lambda _: self._saves.pop(number, None))

    async def _save(self, watch: PromptWatch) -> None:
        """Save the state of the slot of `watch`, and keep it if it is whole."""
        slot = watch.slot
        n_unsaved, slot.n_unsaved = slot.n_unsaved, 0
        file = self._store.begin(watch.n_prompt * self._bytes_per_token)
        if file is None:
            return
        try:
            answer = await self._act(slot, "save", file)
            if reason := self._save_fault(watch, file, answer):
                log.info("a prompt was not kept: %s", reason)
                file.close()
                return
            file.seal()
            self._store.add(self._key(slot.voice), watch.model, watch.text, file)
        except (OSError, UpstreamBroken, UpstreamSilent):  # The process has ended, or no memory.
            file.close()
            slot.n_unsaved += n_unsaved
        except BaseException:
            file.close()
            raise

    def _save_fault(
        self, watch: PromptWatch, file: MemoryFile, answer: dict[str, Any] | None
    ) -> str:
        """Return why what was saved is of no use; empty if it is whole."""
        if answer is None:
            return "llama.cpp could not save it"
        if not watch.is_whole():
            return "its context was shifted"
        if answer.get("n_written") != file.size_bytes:
            return "its state is truncated"
        head, n_saved = head_of(file), answer.get("n_saved", 0)
        if head is None or head.n_tokens != n_saved:
            return "the format of llama.cpp's states is not known"
        return "" if n_saved >= watch.n_prompt else "its slot holds another one"

    async def _restore(self, slot: Slot, found: Found) -> bool:
        state = found.state
        if not state.is_intact():
            log.warning("a kept prompt is damaged, and is read again")
            self._store.drop(state)
            return False
        if self._lora is not None and not slot.has_run:
            # A fresh slot drops its content at the first request with an adapter.
            await self._prime(slot)
        answer = await self._act(slot, "restore", state.file)
        n_restored = None if answer is None else answer.get("n_restored")
        if answer is None or n_restored != state.head.n_tokens:
            self._store.drop(state)
            await self._call(f"/slots/{slot.number}?action=erase", {})
            log.warning("a kept prompt could not be restored, and is read again")
            return False
        self._store.touch(state)
        return True

    async def _prime(self, slot: Slot) -> None:
        body: dict[str, Any] = {
            "prompt": _PRIMING_PROMPT,
            "n_predict": 1,
            "id_slot": slot.number,
            "cache_prompt": False,
            "lora": self._lora(slot.voice) if self._lora else [],
        }
        if await self._call("/completion", body) is not None:
            slot.has_run = True

    async def _act(self, slot: Slot, action: str, file: MemoryFile) -> dict[str, Any] | None:
        """Save or restore a slot. Raises as `_call` does; the file is then open until the end of
        the process, which may carry out the request later."""
        file.hold()
        path = f"/slots/{slot.number}?action={action}"
        try:
            answer = await self._call(path, {"filename": file.name})
        except BaseException:
            if self._has_ended:
                file.release()
            else:
                self._held.append(file)
            raise
        file.release()
        return answer

    async def _call(self, path: str, body: dict[str, Any]) -> dict[str, Any] | None:
        """Return llama.cpp's answer; None if it refuses. Raises OSError and UpstreamBroken."""
        upstream = await self._child.request(path, body)
        try:
            status = await self._child.patiently(upstream.status)
            content = await self._child.patiently(upstream.read)
        finally:
            upstream.close()
        try:
            answer = json.loads(content)
        except ValueError:
            return None
        return answer if status == 200 and isinstance(answer, dict) else None

    def _key(self, voice: Voice) -> StateKey:
        return StateKey(self._base, voice, self._options, self._version)


class PromptWatch:
    """Sees the events of one answer: when the prompt was read, and whether the context was
    shifted. A shifted KV cache differs from a cold read."""

    def __init__(self, prompts: ProcessPrompts, slot: Slot, model: str, *, n_ctx: int) -> None:
        self._prompts = prompts
        self.slot = slot
        self.text = slot.text
        self.model = model
        self._n_ctx = n_ctx
        self.n_prompt = 0
        self._n_tokens = 0

    def event(self, event: dict[str, Any]) -> None:
        """Take one event of llama.cpp."""
        timings = event.get("timings")
        if not timings or not timings.get("predicted_n"):
            return
        n_prompt = int(timings.get("cache_n", 0)) + int(timings.get("prompt_n", 0))
        self._n_tokens = n_prompt + int(timings["predicted_n"])
        if not self.n_prompt:
            self.n_prompt = n_prompt
            self._prompts.prompt_read(self, timings)

    def is_whole(self) -> bool:
        """Return whether the slot still holds all tokens from the first one on."""
        return self._n_tokens + _UNSEEN_TOKENS < self._n_ctx
