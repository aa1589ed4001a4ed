"""`hotseat bench drafts`: edits whose text is drafted from the lines that are edited, against plain
decoding, and completions beside them.

Everything runs in an engine of the benchmark's own, with one thread, in turns. The edits are the
messages that Hotseat sends for lines of a repository's own files.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hotseat.client.engine_process import gguf_file_of, start_engine_process, work_folder
from hotseat.conversation.excerpt import SelectionInFile
from hotseat.conversation.rewrite import write_edit
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Expert, ModelSource, ModelSpec, freeze_options
from hotseat.engines.ollama import OllamaEngine
from hotseat.engines.protocol import ChatRequest, Chunk, GenerateRequest
from hotseat.engines.pull import add_adapter, pull
from hotseat.infill.infilling_spans import InfillingSpan, sample_spans
from hotseat.lab.paired import paired_ratio

N_LINES = (9, 22)
"""Lines of an edit, at least and at most."""
N_PREDICT = 128
N_COMPLETION = 32
N_BYTES = 4500
N_DRAFT = 16
_OPTIONS = {"num_ctx": 2048, "num_thread": 1, "seed": 1}
_BASE, _ADAPTED = "hotseat-bench-base:latest", "hotseat-bench-adapted:latest"
_INSTRUCTIONS = (
    "Rename `{name}` to `{name}_value` and repeat all other lines as they are.",
    "Add a comment to the first line and repeat all other lines as they are.",
    "Replace the first number or text by another one and repeat all other lines as they are.",
    "Add a parameter `verbose` to the function and repeat all other lines as they are.",
)
_NAME = re.compile(r"[A-Za-z_]\w{3,}")

OnProgress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """The lines of a file to change, and what to do."""

    place: SelectionInFile
    instruction: str

    def messages(self) -> tuple[tuple[str, str], ...]:
        """Return what the model is sent."""
        return write_edit(
            self.instruction, place=self.place, persona=None, tried=(), n_bytes=N_BYTES
        )


def edits_of(repository: Path, *, n: int, seed: int) -> list[Edit]:
    """Return `n` edits of lines of the repository's files. Raises HotseatError if it has fewer."""
    found: list[Edit] = []
    taken: set[str] = set()
    for span in sample_spans(repository, n=3 * n, seed=seed):
        edit = None if span.path in taken else _edit(span, len(found), seed)
        if edit is not None and len(found) < n:
            found.append(edit)
            taken.add(span.path)
    if len(found) < n:
        raise HotseatError(
            f"{repository} has lines for {len(found)} edits, and {n} were asked for",
            hint="Name a larger repository, or lower --n",
        )
    return found


def _edit(span: InfillingSpan, number: int, seed: int) -> Edit | None:
    lines = (span.before + span.middle + span.after).split("\n")
    n_lines = random.Random(f"{seed} {span.path}").randint(*N_LINES)
    first = max(0, span.position[0] - n_lines // 2)
    selected = lines[first : first + n_lines]
    names = _NAME.findall("\n".join(selected))
    if len(selected) < N_LINES[0] or not names or sum(map(len, selected)) > N_BYTES // 4:
        return None
    name = max(names, key=lambda each: (names.count(each), -names.index(each)))
    place = SelectionInFile(
        path=span.path,
        language=span.code_language,
        before=tuple(lines[max(0, first - 5) : first]),
        selected=tuple(selected),
        after=tuple(lines[first + n_lines : first + n_lines + 5]),
        line=first,
    )
    instruction = _INSTRUCTIONS[number % len(_INSTRUCTIONS)].format(name=name)
    return Edit(place=place, instruction=instruction)


async def bench_drafts(
    base: Expert,
    adapter: Path | None,
    repository: Path,
    *,
    gguf: Path | None,
    n: int,
    seed: int,
    on_progress: OnProgress,
) -> dict[str, Any]:
    """Return the figures. `base` has a source, unless `gguf` is its file. Raises HotseatError."""
    edits = edits_of(repository, n=n, seed=seed)
    with work_folder(2 * (base.size_bytes or 0)) as folder:
        file = gguf or await gguf_file_of(base, folder, lambda step: None)
        async with start_engine_process(folder / "store") as url:
            await pull(url, _BASE, ModelSource(parts=(f"file:{file}",)))
            name = _BASE
            if adapter is not None:
                name = _ADAPTED
                await add_adapter(
                    url,
                    Expert(
                        name="adapted",
                        languages=(),
                        spec=ModelSpec(_ADAPTED),
                        adapter=str(adapter),
                        base_model=_BASE,
                    ),
                )
            engine = OllamaEngine(url)
            try:
                return await _measured(engine, name, edits, on_progress)
            finally:
                await engine.aclose()


async def _measured(
    engine: OllamaEngine, name: str, edits: Sequence[Edit], on_progress: OnProgress
) -> dict[str, Any]:
    plain = ModelSpec(name, freeze_options(_OPTIONS))
    drafted = ModelSpec(name, freeze_options({**_OPTIONS, "draft_num_predict": N_DRAFT}))
    if not (await engine.version()).drafts_apart:
        raise HotseatError("This engine does not draft")
    specs = (plain, drafted)
    await _edited(engine, plain, edits[0], n_predict=1)
    alone_bytes = sum(m.size_bytes for m in await engine.resident())
    await _edited(engine, drafted, edits[0], n_predict=1)
    both_bytes = sum(m.size_bytes for m in await engine.resident())
    edit_ms: dict[ModelSpec, list[float]] = {plain: [], drafted: []}
    copy_ms: dict[ModelSpec, list[float]] = {plain: [], drafted: []}
    completion_ms: dict[ModelSpec, list[float]] = {plain: [], drafted: []}
    n_same, copied = 0, []
    for i, edit in enumerate(edits):
        on_progress(f"edit {i + 1} of {len(edits)}")
        in_turn = specs if i % 2 else specs[::-1]
        texts: dict[ModelSpec, str] = {}
        for spec in in_turn:
            texts[spec], last = await _edited(engine, spec, edit, n_predict=N_PREDICT)
            edit_ms[spec].append(_ms_per_token(last))
        for spec in in_turn:
            text, last = await _copied(engine, spec, edit)
            texts[spec] += text
            copy_ms[spec].append(_ms_per_token(last))
        for spec in in_turn:
            completion_ms[spec].append(_ms_per_token(await _completed(engine, spec, edit)))
        n_same += texts[plain] == texts[drafted]
        copied.append(_copied_share(texts[plain], edit))
    return {
        "edits": len(edits),
        "same_text": n_same,
        "copied_share": _mean(copied),
        "ms_per_token": _mean(edit_ms[plain]),
        "drafted_ms_per_token": _mean(edit_ms[drafted]),
        "speed": paired_ratio(edit_ms[plain], edit_ms[drafted]).as_json(),
        "repeat_ms_per_token": _mean(copy_ms[plain]),
        "repeat_drafted_ms_per_token": _mean(copy_ms[drafted]),
        "repeat_speed": paired_ratio(copy_ms[plain], copy_ms[drafted]).as_json(),
        "completion_ms_per_token": _mean(completion_ms[plain]),
        "completion_speed": paired_ratio(completion_ms[plain], completion_ms[drafted]).as_json(),
        "bytes": alone_bytes,
        "bytes_with_drafts": both_bytes,
    }


async def _edited(
    engine: OllamaEngine, spec: ModelSpec, edit: Edit, *, n_predict: int
) -> tuple[str, Chunk]:
    request = ChatRequest(spec=spec, messages=edit.messages(), n_predict=n_predict, temperature=0.0)
    return await _read(engine.chat(request))


async def _copied(engine: OllamaEngine, spec: ModelSpec, edit: Edit) -> tuple[str, Chunk]:
    """Let the model write the lines once more after their first two: an edit that a model makes as
    it was told, whatever it can do."""
    lines = "\n".join(edit.place.selected)
    begun = "\n".join(edit.place.selected[:2])
    prompt = f"Before:\n{lines}\n\nAfter:\n{begun}\n"
    return await _read(engine.generate(GenerateRequest(spec=spec, prompt=prompt, n_predict=96)))


def _copied_share(answer: str, edit: Edit) -> float:
    """Return the share of the answer's lines that are among those that were to change."""
    lines = [line.strip() for line in answer.split("\n") if line.strip()]
    known = {line.strip() for line in edit.place.selected}
    return sum(line in known for line in lines) / max(1, len(lines))


async def _completed(engine: OllamaEngine, spec: ModelSpec, edit: Edit) -> Chunk:
    """Return the last chunk of a completion as the filter gets it, with log-probabilities."""
    prompt = "\n".join((*edit.place.before, *edit.place.selected))
    request = GenerateRequest(
        spec=spec, prompt=prompt, n_predict=N_COMPLETION, logprobs=True, resident_only=True
    )
    return (await _read(engine.generate(request)))[1]


async def _read(stream: Any) -> tuple[str, Chunk]:
    text, last = "", Chunk(text="")
    async with aclosing(stream) as chunks:
        async for chunk in chunks:
            text += chunk.text
            last = chunk
    return text, last


def _ms_per_token(last: Chunk) -> float:
    if not last.n_tokens or not last.eval_ms:
        raise HotseatError("The engine reported no times")
    return last.eval_ms / last.n_tokens


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 2)
