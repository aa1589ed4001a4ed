"""The demo's walk through the sample shop: what the user types, and how long each switch takes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from hotseat.client.editor import Editor, expert_in
from hotseat.domain.errors import HotseatError

CURSOR = "‸"
# A model of a few GB on a slow disk; Ollama itself gives up after 300 s.
LOAD_PATIENCE_S = 300.0
# How a quick typist types, and how soon after turning to a file.
KEY_S = 0.07
SETTLE_S = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopStop:
    """One position in one file: the `nth` cursor mark, and the text typed there."""

    file: str
    language_id: str
    typed: str
    nth: int = 0


WALK: tuple[ShopStop, ...] = (
    ShopStop(file="handler.go", language_id="go", typed="\t\ttotal +="),
    ShopStop(file="index.html", language_id="html", typed="      <li>Che"),
    ShopStop(file="index.html", language_id="html", typed="          total", nth=1),
    ShopStop(file="schema.sql", language_id="sql", typed="JOIN items"),
    ShopStop(file="report.py", language_id="python", typed="        revenue["),
    ShopStop(file="handler.go", language_id="go", typed=" item"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopSwitch:
    """The measurements of one stop. `load_ms` runs from the focus to a warm expert, 0 if it was
    warm."""

    language: str
    expert: str
    state_before: str
    load_ms: float
    first_token_ms: float | None
    text: str
    stand_in: str = ""
    """The expert that answered while the expert of the language was loading."""


@dataclass(frozen=True, slots=True)
class _CursorMark:
    uri: str
    line: int
    character: int
    text: str


async def walk(
    editor: Editor,
    workspace: Path,
    on_step: Callable[[str], None],
    stops: Sequence[ShopStop] = WALK,
) -> list[ShopSwitch]:
    """Open the files in the editor and visit each stop. Raises HotseatError."""
    await editor.wait_for(
        lambda status: bool(status["engine"].get("up")), within_s=30, what="Reaching the engine"
    )
    places = write_shop(workspace, stops)
    switches = []
    typed_at: dict[tuple[str, int], int] = {}
    for stop in stops:
        place = places[stop.file, stop.nth]
        begin = typed_at.get((stop.file, stop.nth), 0)
        switches.append(await _turn_to(editor, stop, place, begin, on_step))
        typed_at[stop.file, stop.nth] = begin + len(stop.typed)
        await asyncio.sleep(SETTLE_S)
    return switches


async def _turn_to(
    editor: Editor, stop: ShopStop, place: _CursorMark, begin: int, on_step: Callable[[str], None]
) -> ShopSwitch:
    before = {e["name"]: e["state"] for e in (await editor.fresh_status()).get("experts", ())}
    began_s = time.perf_counter()
    if place.uri not in editor.opened:
        editor.open(place.uri, stop.language_id, place.text)
    editor.focus(place.uri)
    editor.move(place.uri, place.line, begin)
    # The server answers this request after all notifications before it, so it knows the focus.
    focus = (await editor.fresh_status())["focus"]
    language, expert = focus["language"], focus["expert"]
    if expert is None:
        raise HotseatError(f"no expert serves {stop.file}: {focus['note']}")
    on_step(f"turns to {stop.file}: {language} → {expert}")
    stand_in = ""
    await asyncio.sleep(SETTLE_S)
    for i, key in enumerate(stop.typed):
        editor.insert(place.uri, place.line, begin + i, key)
        await asyncio.sleep(KEY_S)
    column = begin + len(stop.typed)
    if expert_in(await editor.fresh_status(), expert).get("state") != "warm":
        await editor.complete(place.uri, place.line, column)
        last = (await editor.fresh_status()).get("lastCompletion") or {}
        stand_in = last.get("servedBy") or ""
    await editor.wait_for(
        lambda status: expert_in(status, expert).get("state") == "warm",
        within_s=LOAD_PATIENCE_S,
        what=f"Loading {expert}",
    )
    warm_ms = (editor.warm_s(expert) - began_s) * 1000
    # The walk shows what the experts write, also what the filter would hide.
    text = await editor.complete(place.uri, place.line, column, invoked=True)
    last = (await editor.fresh_status()).get("lastCompletion") or {}
    on_step(f"suggestion from {last.get('servedBy')}: {text or '(none)'}")
    was_warm = before.get(expert) == "warm"
    return ShopSwitch(
        language=language,
        expert=expert,
        state_before=before.get(expert, "absent"),
        load_ms=0.0 if was_warm else round(warm_ms, 1),
        first_token_ms=_rounded(last.get("firstTokenMs")),
        text=text,
        stand_in=stand_in,
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def write_shop(workspace: Path, stops: Sequence[ShopStop]) -> dict[tuple[str, int], _CursorMark]:
    """Write the sample files without their cursor marks; return the positions of the marks."""
    places = {}
    for name in dict.fromkeys(stop.file for stop in stops):
        marked = (files("hotseat.client") / "shop" / f"{name}.txt").read_text(encoding="utf-8")
        text = marked.replace(CURSOR, "")
        path = workspace / name
        path.write_text(text, encoding="utf-8")
        lines = [i for i, line in enumerate(marked.splitlines()) if CURSOR in line]
        for nth, line in enumerate(lines):
            places[name, nth] = _CursorMark(path.as_uri(), line, 0, text)
    return places
