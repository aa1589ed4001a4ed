"""The gain of an adapter on the held-out files: they are scored with it and without.

The exported file is loaded and scored, not the weights in memory, so the figures hold for the file.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from hotseat.train.gain import Gain, paired_gain
from hotseat.train.likelihood import TextScore, score_texts
from hotseat.train.lora import Adapted
from hotseat.train.sources import SourceFile

MAX_JUDGED_FILES = 48
MAX_JUDGED_CHARS = 1500
"""Characters of each held-out file, from the beginning of a line; judging takes a minute or two."""
ALL = "all"
_EXPORTED = "exported"


def judge_file(
    adapted: Adapted, path: Path, held_out: Sequence[SourceFile], seed: int
) -> dict[str, Gain]:
    """Return the gain of the adapter in a GGUF file, by language, and over `ALL`."""
    adapted.read(_EXPORTED, path)
    files = judged_files(held_out, seed)
    base, adapter = _scores(adapted, files, None), _scores(adapted, files, _EXPORTED)
    found = {}
    for language in sorted({f.language for f in files}):
        at = [i for i, f in enumerate(files) if f.language == language]
        found[language] = paired_gain([base[i] for i in at], [adapter[i] for i in at], seed)
    return {**found, ALL: paired_gain(base, adapter, seed)}


def judged_files(held_out: Sequence[SourceFile], seed: int) -> list[SourceFile]:
    """Return a part of each held-out file, languages in turn."""
    by_language: dict[str, list[SourceFile]] = {}
    for file in sorted(held_out, key=lambda f: f.digest):
        by_language.setdefault(file.language, []).append(_piece(file, seed))
    found: list[SourceFile] = []
    for at in range(max(map(len, by_language.values()), default=0)):
        found += [group[at] for _, group in sorted(by_language.items()) if at < len(group)]
    return found[:MAX_JUDGED_FILES]


def _piece(file: SourceFile, seed: int) -> SourceFile:
    text = file.text
    if len(text) > MAX_JUDGED_CHARS:
        at = random.Random(f"{seed} {file.digest}").randrange(len(text) - MAX_JUDGED_CHARS)
        text = text[text.rfind("\n", 0, at) + 1 :][:MAX_JUDGED_CHARS]
    return replace(file, text=text)


def _scores(adapted: Adapted, files: Sequence[SourceFile], name: str | None) -> list[TextScore]:
    loaded = adapted.loaded
    with adapted.use(name):
        return score_texts(
            loaded.model, loaded.encode, [f.text for f in files], separator=loaded.separator
        )
