"""A writer of steps whose content is scripted: real models write for as long, and what they wrote
is replaced by the text of the sample."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import aclosing

from hotseat.conversation.prompt import Message
from hotseat.conversation.task.changes import FileChanges
from hotseat.conversation.task.plan import Step, Task
from hotseat.engines.protocol import Chunk
from hotseat.lab.bench.task.desk import Desk
from hotseat.lab.bench.task.samples import SampleStep
from hotseat.session.chat.part import OnPart, Part
from hotseat.session.edit.rewriter import Rewritten
from hotseat.session.task.step_writer import StepWriter, Written

N_PREDICT = 32
"""Tokens of one request: it is repeated until the step has taken its time."""


class ScriptedWriter(StepWriter):
    """`write_s` is how long each step is written. `waits_s` are the times that steps waited for
    their model, in order."""

    def __init__(self, desk: Desk, samples: Mapping[int, SampleStep], *, write_s: float) -> None:
        self._desk = desk
        self._samples = samples
        self._write_s = write_s
        self.waits_s: list[float] = []
        self.order: list[int] = []

    async def write(
        self,
        task: Task,
        step: Step,
        files: dict[str, FileChanges],
        *,
        max_tokens: int,
        on_part: OnPart,
        on_chunk: Callable[[Chunk], None],
        on_checking: Callable[[], None],
    ) -> Written:
        """Raises EngineError."""
        sample = self._samples[step.id]
        desk = self._desk
        by_language = [e for e in desk.roster.experts if sample.language in e.languages]
        chosen = await desk.client.choose(by_language, lambda text: on_part(Part(note=text)))
        on_part(Part(expert=chosen.expert.name))
        began_s = time.perf_counter()
        async with desk.waiting.held(chosen.expert, lambda text: on_part(Part(note=text))):
            self.waits_s.append(time.perf_counter() - began_s)
            self.order.append(step.id)
            ends_s = time.perf_counter() + self._write_s
            while time.perf_counter() < ends_s:
                stream = desk.client.stream(
                    chosen,
                    lambda _: _messages(sample),
                    n_predict=N_PREDICT,
                    temperature=0.0,
                    on_note=lambda _: None,
                )
                async with aclosing(stream) as chunks:
                    async for chunk in chunks:
                        on_chunk(chunk)
                        if chunk.text:
                            on_part(Part(text=chunk.text))
                        if time.perf_counter() >= ends_s:
                            break
        on_checking()
        old, new = sample.before.split("\n"), sample.after.split("\n")
        changes = FileChanges(path=step.path, base=sample.before)
        changes = changes.with_lines(step.id, 0, len(old), new)
        return Written(changes=changes, rewritten=Rewritten(lines=new, chosen=chosen))


def _messages(sample: SampleStep) -> tuple[Message, ...]:
    return (("user", f"{sample.what}:\n{sample.before}"),)
