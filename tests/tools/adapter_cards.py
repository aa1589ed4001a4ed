"""The cards of the shipped adapters: what the trainer wrote, and how they do on unseen code.

Owns the section between the marks. Pure but for reading the trainer's card.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tools.adapter_figures import table
from tools.adapter_sources import Package

BEGIN, END = "<!-- unseen -->", "<!-- /unseen -->"
SHIPPED_SET = "mixed"
"""The folder of the shipped adapters in the independent table; without it, as trained."""
_BEFORE = "## What it was trained on"


def sources(packages: Sequence[Package], languages: Sequence[str]) -> list[dict[str, str]]:
    """What was learned from, for the trainer's own list."""
    return [
        {"name": f"{p.name}, by {p.author}", "version": p.version, "licence": p.licence}
        for p in packages
        if p.use == "train" and set(p.files) & set(languages)
    ]


def card(name: str, folder: Path, packages: Sequence[Package], found: Mapping[str, Any]) -> str:
    """The trainer's card in `folder` with the section of `found`, figures.json."""
    written = (folder / "CARD.md").read_text()
    before, mark, after = written.partition(_BEFORE)
    return f"{before}{unseen(name, packages, found)}\n{mark}{after}"


def unseen(name: str, packages: Sequence[Package], found: Mapping[str, Any]) -> str:
    """The section: `name`'s figures on repositories that no adapter was trained on."""
    held_out = found["held_out"][name]
    mine = found["over_base"][name][name]
    licences = {p.name: f"{p.name} {p.version} ({p.licence})" for p in packages}
    names = {p.folder_name: p.name for p in packages}
    lines = [
        BEGIN,
        "## On repositories it has not seen",
        "",
        f"On {held_out['files']} pieces of {name} of other authors, {held_out['bytes'] / 1000:.0f} "
        f"kB, it takes {_share(mine)} fewer bits per byte than its base, and does better on "
        f"{mine['files_better']} of them. The pieces come from "
        f"{', '.join(licences[names[package]] for package in held_out['packages'])}.",
        "",
        "Bits per byte of every adapter in every language; fewer is better. `base` has no adapter; "
        "`all` learned all languages together, from as many tokens as an adapter of one language.",
        "",
        table(found),
        "",
        f"In {name}, against the others:",
        "",
        *(
            f"- {other}: {_share(gain)} fewer bits per byte"
            for other, gain in found["over_others"][name].items()
        ),
        "",
        "It is small. It writes what looks like its language more often than its base does, knows "
        "no more facts than that, and cannot fill in the middle.",
        END,
        "",
    ]
    return "\n".join(lines)


MIXED, END_MIXED = "<!-- mixed -->", "<!-- /mixed -->"


def mixed(name: str, found: Mapping[str, Any], independent: Mapping[str, Any]) -> str:
    """Return the section on the file as it is shipped: `found` is what `experts mix` reported,
    `independent` what `experts score` reported on repositories that had no part in any choice."""
    recipe, verdict = found["recipe"], found["languages"][name]
    on = independent["held_out"][name]
    is_kept = name in found["kept"]
    alone = independent["over_base"][name][name]
    gain = alone if is_kept else independent["over_base"][f"{SHIPPED_SET}/{name}"][name]
    if is_kept:
        made = "The file is the adapter as it was trained: a mixture was no better beyond chance."
    else:
        made = (
            f"The file is a mixture: {recipe['own']:g} of the adapter as trained below and "
            f"{recipe['others']:g} of each of the other five, cut to its rank. Figures below are "
            f"those of the adapter before that. The mixture saves "
            f"{_share(verdict['over_own'])} of its bits on {verdict['over_own']['n_files']} pieces "
            "that had no part in the choice of the weights."
        )
    return "\n".join(
        [
            MIXED,
            "## As it is shipped",
            "",
            made,
            "",
            f"On {on['files']} pieces of {name} of {len(on['packages'])} repositories that had no "
            f"part in any choice it takes {_share(gain)} fewer bits per byte than its base"
            + ("." if is_kept else f"; the adapter as it was trained, {_share(alone)}."),
            f"The repositories: {', '.join(p.replace('+', '/') for p in on['packages'])}.",
            END_MIXED,
            "",
        ]
    )


def uniform(found: Mapping[str, Any], independent: Mapping[str, Any], file: Path) -> str:
    """Return the card of the uniform mixture."""
    gains = independent["over_base"][f"{SHIPPED_SET}/any"]
    rows = [f"| {language} | {_share(gain)} |" for language, gain in gains.items()]
    content = file.read_bytes()
    names = ", ".join(f"[{name}]({name}.md)" for name in found["languages"])
    return "\n".join(
        [
            "# any",
            "",
            "A LoRA adapter over smollm2:135m for languages without one of their own: the mean of "
            f"{names} as they were trained, cut to rank 8 by `hotseat experts mix`. Sources, "
            "licences and training are on their cards.",
            "",
            "| | |",
            "|---|---|",
            f"| file | `{file.name}`, {len(content) / 1e6:.2f} MB, sha256 `{_digest(content)}` |",
            "| licence of the base | Apache-2.0 |",
            "",
            "Fewer bits per byte than the base, on repositories that had no part in any choice:",
            "",
            "| language | saved |",
            "|---|---:|",
            *rows,
            "",
        ]
    )


def with_mixed(card: str, section: str, file: Path) -> str:
    """Return a card with the section in front of the trainer's figures, and the file's digest."""
    before, _, rest = card.partition(MIXED)
    if rest:
        card = before + rest.partition(f"{END_MIXED}\n")[2].lstrip("\n")
    content = file.read_bytes()
    row = f"| file | `{file.name}`, {len(content) / 1e6:.2f} MB, sha256 `{_digest(content)}` |"
    card = re.sub(r"^\| file \|.*$", row, card, count=1, flags=re.MULTILINE)
    before, mark, after = card.partition("## What it gained")
    return f"{before}{section}\n{mark}{after}"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _share(gain: Mapping[str, Any]) -> str:
    low, high = gain["interval"]
    return f"{gain['gain']:.1%} ({low:.1%} to {high:.1%})"
