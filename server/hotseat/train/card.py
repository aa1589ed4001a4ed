"""Description of an adapter and its training: card.json for programs, CARD.md for users. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def markdown(card: Mapping[str, Any]) -> str:
    """Return the text of CARD.md."""
    base, training, data = card["base"], card["training"], card["data"]
    lines = [
        f"# {card['name']}",
        "",
        f"A LoRA adapter for {_listed(card['languages'])} over {base['name']}, made by "
        "`hotseat train`. It is as capable as its small base, trained further on the code "
        "named below.",
        "",
        "| | |",
        "|---|---|",
        f"| file | `{card['file']}`, {card['size_bytes'] / 1e6:.2f} MB, "
        f"sha256 `{card['sha256']}` |",
        f"| base | {base['name']} ({base['architecture']}), sha256 `{base['sha256']}` |",
        f"| licence of the base | {base['licence'] or 'not stated'} |",
        f"| LoRA | rank {training['rank']}, alpha {training['alpha']:g}, all linear layers |",
        *_scale(training),
        f"| steps | {training['steps']}, the best was {training['best_step']}; "
        f"{training['batch']} × {training['window']} tokens each |",
        f"| learning rate | {training['learning_rate']:g}, warm-up and cosine |",
        f"| seed | {training['seed']} |",
        f"| examples | {training['examples']} |",
        f"| time | {training['seconds'] / 60:.0f} min, {training['tokens_per_s'] or 0} tokens/s |",
        "",
        "## What it gained",
        "",
        "Bits per byte on held-out files (fewer is better); the interval is at 95 %, by "
        "paired bootstrap over files.",
        "",
        "| language | files | base | adapter | saved | interval |",
        "|---|---|---|---|---|---|",
        *(_gain(language, figures) for language, figures in shown_gains(card).items()),
        "",
        "## What it was trained on",
        "",
        "| language | files | bytes | held out |",
        "|---|---|---|---|",
        *(
            f"| {language} | {n['files']} | {n['bytes']} | {n['held_out_files']} |"
            for language, n in data["languages"].items()
        ),
        "",
        f"Held out {data['split']}. Other languages, one window in ten: {data['other_files']} "
        "files.",
    ]
    if data["left_out"]:
        reasons = ", ".join(f"{n} {reason}" for reason, n in sorted(data["left_out"].items()))
        lines += ["", f"Files left out: {reasons}."]
    if card.get("sources"):
        lines += ["", "## Sources", "", *_sources(card["sources"])]
    return "\n".join(lines) + "\n"


def shown_gains(card: Mapping[str, Any]) -> dict[str, Any]:
    """Return gains by language, and over all languages if there are several."""
    gains = dict(card["held_out"])
    if len(card["languages"]) == 1:
        gains.pop("all", None)
    return gains


def _scale(training: Mapping[str, Any]) -> list[str]:
    if "scale" not in training:
        return []
    return [f"| scale | {training['scale']:g} of its strength, chosen on held-out files |"]


def _gain(language: str, figures: Mapping[str, Any]) -> str:
    low, high = figures["interval"]
    return (
        f"| {language} | {figures['n_files']} | {figures['base']:.3f} | {figures['adapter']:.3f} "
        f"| {figures['gain']:.1%} | {low:.1%} to {high:.1%} |"
    )


def _sources(sources: Sequence[Any]) -> list[str]:
    """Return the table of `--card-sources`: a list of `{name, version, licence}`, or of texts."""
    lines = ["| name | version | licence |", "|---|---|---|"]
    for source in sources:
        if isinstance(source, Mapping):
            cells = (source.get("name", ""), source.get("version", ""), source.get("licence", ""))
        else:
            cells = (str(source), "", "")
        lines.append("| " + " | ".join(str(cell).replace("|", "/") for cell in cells) + " |")
    return lines


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
