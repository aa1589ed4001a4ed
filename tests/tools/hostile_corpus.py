"""Sends hundreds of pathological texts through real language servers, in every grammar.

    PYTHONPATH=server:tests python tests/tools/hostile_corpus.py [--languages java,c] [--texts 40]
        [--seed 1] [--small] [--json]

Prints for each language how long the server took to answer while it had the text, how much memory
server and worker took above their start, and how often the worker was started. Exits with status 1
if a server died, or an answer took over ANSWER_S, or the memory grew by more than MORE_MB.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
from pathlib import Path

from hotseat.syntax.grammars import LANGUAGES
from support.hostile_run import HostileRun, arguments_for_nothing, run_hostile
from support.hostile_texts import HostileText, hostile_texts

ANSWER_S = 1.0
MORE_MB = 150


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--languages", default=",".join(sorted(LANGUAGES)))
    options.add_argument("--texts", type=int, help="so many of the texts, chosen by the seed")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--small", action="store_true", help="without those above 150 kB")
    options.add_argument("--json", action="store_true")
    options.add_argument("--verbose", action="store_true")
    given = options.parse_args()
    texts = list(hostile_texts(given.seed, large=not given.small))
    failed, result = False, {}
    for language in given.languages.split(","):
        some = random.Random(f"{given.seed}{language}").sample(texts, given.texts or len(texts))
        try:
            run = asyncio.run(_run(language, some, verbose=given.verbose))
        except AssertionError as death:
            print(death, file=sys.stderr)
            failed = True
            continue
        result[language] = run.to_json()
        failed |= max(run.answers_s) > ANSWER_S or run.more_bytes > MORE_MB * 1e6
        if not given.json:
            print(f"{language:16}", json.dumps(run.to_json()), flush=True)
    if given.json:
        print(json.dumps(result, indent=2))
    return int(failed)


async def _run(language: str, texts: list[HostileText], *, verbose: bool) -> HostileRun:
    with tempfile.TemporaryDirectory() as folder:
        for name in ("HOTSEAT_RUNTIME_DIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
            os.environ[name] = str(Path(folder) / name)
        return await run_hostile(
            language,
            texts,
            Path(folder),
            arguments_for_nothing(),
            lambda text: print(text.name, file=sys.stderr) if verbose else None,
        )


if __name__ == "__main__":
    sys.exit(main())
