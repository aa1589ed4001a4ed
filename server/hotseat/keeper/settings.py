"""The tunables of the keeper and of a window's link to it, with the reasons for their defaults."""

from __future__ import annotations

from dataclasses import dataclass

from hotseat.domain.experts import DEFAULT_KEEP_PROMPTS_BYTES

OBSERVE_S = 1.0
"""Between two lists of what the engine holds: 0.6 ms of its time each. Also the heartbeat."""
OBSERVE_CALM_S = 5.0
"""The same while no window wants anything new."""
OBSERVE_LOST_S = 0.25
"""Between two tries to connect to an engine that was lost."""
CALM_AFTER_S = 30.0
"""Without activity, until the longer interval counts."""
MEASURE_S = 10.0
"""Between two measurements of a runner's memory: it grows while the model works."""
ORPHAN_LOAD_S = 10.0
"""For so long the place of a load that a stopped keeper began is kept in the budget."""
RECONNECT_S = 1.0
"""For so long a new keeper waits for the windows of the one before. They try every 50 ms; one that
takes longer has ended too, or is stopped."""
MAX_BACKLOG_BYTES = 1024 * 1024
"""A window that has not read so much is stopped: it gets the newest state when it continues."""
MAX_DECISIONS = 200
"""That the decision log keeps."""
SILENCE_S = 30.0
"""For so long a window's report that a model does not answer counts. Windows repeat it every ten
seconds; one that was stopped does not."""

RETRY_S = 0.05
ANSWER_S = 1.0
"""A keeper that has not acknowledged wants by then is stopped, and deposed."""
LATE_S = 0.25
"""If a timer is so late, this process itself was stopped, or got no processor time."""
SILENT_AFTER_S = 7.0
"""A keeper that sends nothing for so long is stopped or swapped out: it has its heartbeat every
five seconds at least."""
PROBE_S = 2.0
"""A keeper that has sent nothing for so long is asked: a window that has nothing to send would go
on showing the last state of a stopped or deposed one."""
UNHEARD_S = 3.0
"""A keeper that goes on sending states and does not acknowledge a demand for so long cannot read
it."""
LOOK_EVERY_S = 10.0
"""Well within the time after which a keeper observes less often (`CALM_AFTER_S`)."""
LOOK_FAILED_S = 0.2
"""Between two reports of a failed request: a list takes 0.6 ms of the engine's time."""
DECISIONS_S = 2.0
"""For the keeper's answer with its decisions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeeperSettings:
    observe_s: float = OBSERVE_S
    observe_calm_s: float = OBSERVE_CALM_S
    observe_lost_s: float = OBSERVE_LOST_S
    calm_after_s: float = CALM_AFTER_S
    measure_s: float = MEASURE_S
    orphan_load_s: float = ORPHAN_LOAD_S
    reconnect_s: float = RECONNECT_S
    max_backlog_bytes: int = MAX_BACKLOG_BYTES
    max_decisions: int = MAX_DECISIONS
    silence_s: float = SILENCE_S
    keep_prompts_bytes: int = DEFAULT_KEEP_PROMPTS_BYTES
    """The roster's bound for prompts that the engine keeps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSettings:
    retry_s: float = RETRY_S
    """Between two tries to connect to a keeper, or to become it."""
    answer_s: float = ANSWER_S
    late_s: float = LATE_S
    silent_after_s: float = SILENT_AFTER_S
    probe_s: float = PROBE_S
    unheard_s: float = UNHEARD_S
    look_every_s: float = LOOK_EVERY_S
    look_failed_s: float = LOOK_FAILED_S
    decisions_s: float = DECISIONS_S
    keeper: KeeperSettings = KeeperSettings()
    """For the keeper that this window becomes if there is none."""


KEEPER_DEFAULTS = KeeperSettings()
LINK_DEFAULTS = LinkSettings()
