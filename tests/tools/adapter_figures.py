"""What the adapters are worth on code that none of them has seen: the matrix adapter by language.

Owns the held-out excerpts, their scores (kept, so that nothing is scored twice) and what follows
from them. The weights that are judged are those in the GGUF files, as they are shipped.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hotseat.domain.errors import HotseatError
from hotseat.roster.load import load_choice

if TYPE_CHECKING:
    from hotseat.train.likelihood import TextScore

BASE = "base"
"""The arm without an adapter."""
N_EXCERPTS = 20
"""Of a language, as evenly over its packages as these have files."""
EXCERPT_CHARS = 600
SEED = 6
_DIGITS = 4

Scores = dict[str, dict[str, list["TextScore"]]]
"""By arm and language, in the order of the language's excerpts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """Some lines of a file that no adapter was trained on."""

    package: str
    path: str
    text: str


def excerpts(folder: Path) -> list[Excerpt]:
    """Of `folder`/PACKAGE/…: one of each file, the packages in turn, the same ones every time."""
    by_package = {
        package.name: sorted(
            (path for path in package.rglob("*") if path.is_file()),
            key=lambda path: _digest(path.relative_to(folder).as_posix()),
        )
        for package in sorted(folder.iterdir())
    }
    found: list[Excerpt] = []
    for at in range(max(map(len, by_package.values()))):
        for name, paths in by_package.items():
            if at < len(paths) and len(found) < N_EXCERPTS:
                path = paths[at].relative_to(folder).as_posix()
                text = _some_lines(paths[at].read_text(), f"{SEED} {path}")
                found.append(Excerpt(package=name, path=path, text=text))
    return found


def _some_lines(text: str, seed: str) -> str:
    """Whole lines from a place that only the seed decides."""
    if len(text) > EXCERPT_CHARS:
        at = random.Random(seed).randrange(len(text) - EXCERPT_CHARS)
        at = text.rfind("\n", 0, at) + 1
        text = text[at : at + EXCERPT_CHARS]
        text = text[: text.rfind("\n") + 1] or text
    return text


def score(
    base: Path,
    adapters: Mapping[str, Path],
    held_out: Mapping[str, Sequence[Excerpt]],
    kept: Path,
) -> Scores:
    """Every arm on every language; `kept` is a folder for what was scored before."""
    from hotseat.train.likelihood import TextScore

    texts = {language: [e.text for e in found] for language, found in held_out.items()}
    arms: dict[str, Path | None] = {BASE: None, **adapters}
    places = {
        (arm, language): kept / _key(base, path, texts[language]) / "scores.json"
        for arm, path in arms.items()
        for language in texts
    }
    todo = {key: place for key, place in places.items() if not place.is_file()}
    if todo:
        _score_all(base, arms, texts, todo)
    found: Scores = {arm: {} for arm in arms}
    for (arm, language), place in places.items():
        rows = json.loads(place.read_text())
        found[arm][language] = [
            TextScore(nats=nats, n_bytes=n_bytes, n_tokens=n) for nats, n_bytes, n in rows
        ]
    return found


def _score_all(
    base: Path,
    arms: Mapping[str, Path | None],
    texts: Mapping[str, Sequence[str]],
    todo: Mapping[tuple[str, str], Path],
) -> None:
    from hotseat.train.base import find_base, load
    from hotseat.train.likelihood import bits_per_byte, score_texts
    from hotseat.train.lora import Adapted

    roster = load_choice("starter", None, trusted=True).roster
    loaded = load(find_base(str(base), roster, ()))
    adapted = Adapted(loaded)
    for arm in dict.fromkeys(arm for arm, _ in todo):
        if (path := arms[arm]) is not None:
            adapted.read(arm, path)
        for language in (language for name, language in todo if name == arm):
            with adapted.use(arm if path is not None else None):
                scores = score_texts(
                    loaded.model, loaded.encode, texts[language], separator=loaded.separator
                )
            place = todo[arm, language]
            place.parent.mkdir(parents=True, exist_ok=True)
            rows = [[s.nats, s.n_bytes, s.n_tokens] for s in scores]
            place.write_text(json.dumps(rows))
            print(f"{arm:12}{language:12}{bits_per_byte(scores):.4f} bits per byte", flush=True)


def figures(scores: Scores, held_out: Mapping[str, Sequence[Excerpt]]) -> dict[str, Any]:
    """What figures.json says. Gains are shares of bits per byte, intervals of 95 % by bootstrap
    over files."""
    from hotseat.train.gain import paired_gain
    from hotseat.train.likelihood import bits_per_byte

    def gain(of: str, over: str, language: str) -> dict[str, Any]:
        found = paired_gain(scores[over][language], scores[of][language], SEED)
        return {
            "gain": round(found.gain, _DIGITS),
            "interval": [round(end, _DIGITS) for end in found.interval],
            "files_better": found.n_better,
        }

    adapters = [arm for arm in scores if arm != BASE]
    return {
        "held_out": {
            language: {
                "packages": sorted({e.package for e in found}),
                "files": len(found),
                "bytes": sum(s.n_bytes for s in scores[BASE][language]),
                "tokens": sum(s.n_tokens for s in scores[BASE][language]),
            }
            for language, found in held_out.items()
        },
        "bits_per_byte": {
            arm: {
                language: round(bits_per_byte(found), _DIGITS)
                for language, found in by_language.items()
            }
            for arm, by_language in scores.items()
        },
        "over_base": {
            arm: {language: gain(arm, BASE, language) for language in held_out} for arm in adapters
        },
        "over_others": {
            language: {
                other: gain(language, other, language) for other in adapters if other != language
            }
            for language in held_out
            if language in adapters
        },
    }


def table(found: Mapping[str, Any]) -> str:
    """Bits per byte in Markdown: a row for each arm, the least of a column in bold."""
    matrix: Mapping[str, Mapping[str, float]] = found["bits_per_byte"]
    languages = list(matrix[BASE])
    least = {language: min(row[language] for row in matrix.values()) for language in languages}
    rows = [["adapter", *languages], ["---", *("---:" for _ in languages)]]
    for arm, row in matrix.items():
        cells = (
            f"**{row[language]:.3f}**"
            if row[language] == least[language]
            else f"{row[language]:.3f}"
            for language in languages
        )
        rows.append([arm, *cells])
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _key(base: Path, adapter: Path | None, texts: Sequence[str]) -> str:
    """Changes with whatever the scores depend on."""
    parts = [base.name, str(base.stat().st_size)]
    try:
        parts += [hashlib.sha256(adapter.read_bytes()).hexdigest()] if adapter is not None else []
    except OSError as error:
        raise HotseatError(f"Cannot read {adapter}: {error}") from error
    return hashlib.sha256("\0".join([*parts, *texts]).encode()).hexdigest()[:16]


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
