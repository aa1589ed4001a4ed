"""The adapters that a process loads with its base, and the memory of each model in it."""

from __future__ import annotations

import logging

from hotseat.embedded.kept.slot_table import Voice
from hotseat.embedded.models.store import ModelStore, StoredModel
from hotseat.embedded.processes.entry import Entry, Member

MAX_VOICES = 17
"""Highest number of voices: the base, and adapters over it. Each has slots, which take some
megabytes."""

log = logging.getLogger("hotseat.engine")


def voices_of(
    store: ModelStore, model: StoredModel, *, max_voices: int = MAX_VOICES
) -> tuple[Voice, ...]:
    """Return the base alone, `model`, and the store's other models over this base, newest first.

    An adapter that does not fit the base is logged and left out. Reads the store.
    """
    over = [m for m in store.models() if m.manifest.base == model.manifest.base]
    over.sort(key=lambda m: m.modified_s, reverse=True)
    voices: dict[Voice, None] = {(): None, model.manifest.adapters: None}
    for other in over:
        if len(voices) < max_voices and other.manifest.adapters not in voices:
            if reason := store.misfit(other.manifest):
                log.warning("%s is left out: %s", other.name.short, reason)
            else:
                voices[other.manifest.adapters] = None
    return tuple(voices)


def member_sizes(store: ModelStore, entry: Entry, rss_bytes: int) -> list[tuple[Member, int]]:
    """Return each member with its own bytes, which add up to `rss_bytes`.

    The first member (the base alone, if it is one) gets what no adapter accounts for.
    """
    members = sorted(entry.members.values(), key=lambda member: bool(member.voice))
    own = [store.size_bytes(member.voice) for member in members]
    return [
        (member, max(0, rss_bytes - sum(own[1:])) if i == 0 else own[i])
        for i, member in enumerate(members)
    ]
