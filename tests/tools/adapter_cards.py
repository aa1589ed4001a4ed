"""The cards of the shipped adapters: what the trainer wrote, and how they do on unseen code.

Owns the section between the marks. Pure but for reading the trainer's card.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tools.adapter_figures import table
from tools.adapter_sources import Package

BEGIN, END = "<!-- unseen -->", "<!-- /unseen -->"
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


def _share(gain: Mapping[str, Any]) -> str:
    low, high = gain["interval"]
    return f"{gain['gain']:.1%} ({low:.1%} to {high:.1%})"
