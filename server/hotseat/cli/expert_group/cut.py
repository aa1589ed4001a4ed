"""`hotseat experts cut`: a model without the tokens of languages that are not used."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from hotseat.cli.experts import JsonOption, RosterOption, chosen_roster, fail
from hotseat.domain.errors import HotseatError

MIN_TEXT_BYTES = 200_000
"""Below, common words of the language would be missing from the vocabulary."""


def cut(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="A model's name or a GGUF file.")],
    languages: Annotated[
        str, typer.Option(metavar="A,B", help="The languages to keep, as LSP ids: go,html.")
    ],
    code: Annotated[
        list[Path],
        typer.Option(
            "--from", metavar="PATH", help="Code in these languages; can be repeated. The more."
        ),
    ],
    out: Annotated[Path, typer.Option(metavar="FILE.gguf", help="The file to write.")],
    roster: RosterOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a model with the tokens only that some languages need.

    A small model is largely vocabulary, most of it for other languages. The tokens that your code
    needs stay, with single characters, so that any text can be read and written. Nothing is
    trained. `hotseat judge` compares the two on code that was not read here.

    hotseat experts cut gemma3:270m --languages python --from ~/src --out gemma-python.gguf
    """
    from hotseat.mixtures.extra import require_mix_extra

    try:
        require_mix_extra()
        from hotseat.train.base import find_base
        from hotseat.train.sources import gather, wanted_languages
        from hotseat.vocabulary.cut import cut_vocabulary

        wanted = wanted_languages([name.strip() for name in languages.split(",")])
        base = find_base(model, chosen_roster(roster).roster, wanted)
        if not base.is_gguf:
            raise HotseatError(f"{base.name} is not a GGUF file")
        if out.exists():
            raise HotseatError(f"{out} exists", hint="Name another file")
        texts = [file.text for file in gather([path.resolve() for path in code], wanted).files]
        n_bytes = sum(len(text.encode()) for text in texts)
        if n_bytes < MIN_TEXT_BYTES:
            raise HotseatError(
                f"There are {n_bytes / 1000:.0f} kB of {', '.join(wanted)} below the folders, and"
                f" {MIN_TEXT_BYTES // 1000} are needed",
                hint="Name more code with --from",
            )
        print(f"Reading {len(texts):,} files, {n_bytes / 1e6:.1f} MB …", file=sys.stderr)
        found = cut_vocabulary(base.path, out, texts)
    except HotseatError as error:
        fail(error)
    if as_json:
        print(json.dumps({"file": str(out), **found.as_json()}, indent=2))
        return
    print(
        f"{out}: {found.n_kept:,} of {found.n_tokens:,} tokens,"
        f" {found.n_bytes_kept / 1e6:.0f} MB instead of {found.n_bytes / 1e6:.0f}"
    )
    print(
        "In experts.yaml, a model with it:\n"
        f"  models: {{{out.stem}: {{source: 'file:{out.resolve()}'}}}}\n"
        f"and then: hotseat judge PATH --arm {out.stem}"
    )
