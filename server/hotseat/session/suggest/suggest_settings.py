"""What completions of one window keep to: times, and what the user has set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hotseat.completion.postprocess.end_of_statement import MAX_LINES
from hotseat.completion.postprocess.line_or_block import Mode
from hotseat.completion.request import GENERATION_S
from hotseat.session.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestSettings:
    """Times are in seconds."""

    debounce_s: float = 0.0
    """The user's own pause: no request is sent before no key came for so long."""
    max_lines: int = MAX_LINES
    """The longest suggestion."""
    sends_open_files: bool = True
    """Models see pieces of other open files beside the text around the cursor."""

    offers_next_edits: bool = True

    patience_s: float = 30.0
    """The longest time that a request waits for its answer."""
    generation_s: Mapping[Mode, float] = field(default_factory=lambda: GENERATION_S)
    """The longest time that a model writes, from its first token on."""
    linger_s: float = 0.2
    """How long a stream that no request follows goes on, for the key that may continue it: editors
    cancel the old request before they send the new one."""
    early_s: float = 0.3
    """How long a completion that was begun before its request waits for it."""
    read_ahead_s: float = 5.0
    """The longest time that a model reads a prompt ahead. A user who only looks around should not
    hear the fan; llama.cpp keeps what it has read of a prompt that was cancelled."""
    ahead_after_s: float = 0.05
    """A suggestion that is shown for so long without a key that leads elsewhere may be accepted, so
    the answer after it is computed. One who accepts needs 250 ms and more, in which an engine of
    200 ms is done."""
    ahead_after_request_s: float = 0.2
    """The same from its request on, a moment after the key. A user who types on presses the next
    key 100 to 200 ms after the last: looking ahead sooner would cost the engine one more stream
    for each key."""
    alternatives_s: float = 1.5
    """The longest time that a request by hand waits for other suggestions than the first."""
    prepare_after_s: float = 0.001
    """From the call of the engine to the work on the text around the cursor: the request is on the
    wire by then, and no model has its first token yet."""
    repair_s: float = 0.006
    """Processor time for the repair of a suggestion that does not parse. Most that can be repaired
    is by then, and the user waits. A busy machine does not cost a suggestion."""
    busy_after_s: float = 0.25
    """A request that takes longer is reported to the keeper while it runs."""
    silent_after_s: float = 5.0
    """A warm model that sends no byte for so long does not answer: others stand in. The slowest
    first token of a small model that was measured on two busy cores took 2 s."""
    slot_wait_s: float = 1.0
    """The same while the model writes the answer to a question: then it has no free slot."""
    probe_s: float = 25.0
    """How long a model that does not answer has for one probe. Ollama replaces a process that hangs
    20 s after a request to it."""
    probe_pause_s: float = 2.0
    """Between two probes: the keeper may unload the model then."""
    renew_silence_s: float = 10.0
    """Between two reports to the keeper that a model does not answer."""


def suggest_settings(settings: Settings) -> SuggestSettings:
    """Return what the user's settings mean for completions."""
    return SuggestSettings(
        debounce_s=max(0, settings.debounce_ms) / 1000,
        max_lines=max(1, settings.max_lines),
        sends_open_files=settings.send_open_files,
        offers_next_edits=settings.next_edits,
    )
