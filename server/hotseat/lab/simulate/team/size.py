"""How many replicas a team needs, by simulation: `hotseat team size`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hotseat.domain.errors import HotseatError
from hotseat.lab.simulate.plot import line_chart
from hotseat.lab.simulate.team import workload
from hotseat.lab.simulate.team.virtual import Result, Server, VirtualTeam

MAX_REPLICAS = 512
LEAD_S = 600.0
"""In the first ten minutes after a start, every model is loaded for the first time."""
FLEETS = ((50, 4), (250, 20), (1000, 80), (5000, 400))
"""Developers and replicas of `hotseat bench team`."""
FLEET_S = 600.0
SEATS_EACH, MODELS_EACH = 2, 4
"""For each replica of a fleet: memory for half of the experts, as in the real run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """What is known of a team before it has a server."""

    developers: int
    models: int
    model_bytes: int
    bytes_per_replica: int
    parallel: int = 2
    load_s: float = 2.0
    first_s: float = 0.1
    answer_s: float = 0.6
    day_s: float = 3600.0
    """The time that is simulated for each number of replicas."""
    sends_hints: bool = True

    @property
    def seats(self) -> int:
        """Return how many models fit in one replica."""
        return self.bytes_per_replica // self.model_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """The outcome with one number of replicas. Stalls are in seconds, of one request."""

    replicas: int
    p50_s: float
    p95_s: float
    mean_s: float
    loads: int
    requests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizing:
    replicas: int
    points: tuple[Point, ...]


def simulate(team: Team, replicas: int) -> Result:
    """Return what a team would wait for with so many replicas."""
    sessions = workload.sample()
    groups = workload.model_names(sessions, team.models)
    names = [name for group in groups for name in group]
    server = Server(
        replicas=replicas,
        bound_bytes=team.bytes_per_replica,
        sizes=dict.fromkeys(names, team.model_bytes),
        limit=2 * team.parallel,
        load_s=team.load_s,
        first_s=team.first_s,
        answer_s=team.answer_s,
    )
    asks = workload.asks(sessions, team.developers, groups)
    return VirtualTeam(server, asks, sends_hints=team.sends_hints).run(
        LEAD_S + team.day_s, lead_s=LEAD_S
    )


def size(team: Team, target_s: float, say: Callable[[Point], None] = lambda _: None) -> Sizing:
    """Return the fewest replicas whose p95 stall is at most `target_s`.

    Doubles their number until it is enough, then halves the interval. Raises HotseatError if a
    model does not fit in a replica, or MAX_REPLICAS are too few.
    """
    if team.seats < 1:
        raise HotseatError(
            "A model is larger than a replica's memory", hint="Raise --memory, or lower --bytes"
        )
    points: dict[int, Point] = {}

    def is_enough(replicas: int) -> bool:
        if replicas not in points:
            points[replicas] = point(replicas, simulate(team, replicas))
            say(points[replicas])
        return points[replicas].p95_s <= target_s

    high = 1
    while not is_enough(high):
        high *= 2
        if high > MAX_REPLICAS:
            raise HotseatError(
                f"{MAX_REPLICAS} replicas are too few for a p95 stall of {target_s:g} s",
                hint="Raise --stall or --memory",
            )
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        if is_enough(middle):
            high = middle
        else:
            low = middle
    return Sizing(replicas=high, points=tuple(points[n] for n in sorted(points)))


def point(replicas: int, result: Result) -> Point:
    n = len(result.stalls_s)
    return Point(
        replicas=replicas,
        p50_s=round(result.percentile_s(0.5), 4),
        p95_s=round(result.percentile_s(0.95), 4),
        mean_s=round(result.stall_s / n, 4) if n else 0.0,
        loads=result.loads,
        requests=n,
    )


def chart(sizing: Sizing, title: str) -> str:
    """Return an SVG document: stalls against replicas."""
    return line_chart(
        {
            "p95": [(p.replicas, p.p95_s) for p in sizing.points],
            "mean": [(p.replicas, p.mean_s) for p in sizing.points],
        },
        title=title,
        x_label="replicas",
        y_label="stall of one request, s",
        x_ticks=[(p.replicas, str(p.replicas)) for p in sizing.points],
    )


def fleet(
    load_s: float,
    first_s: float,
    answer_s: float,
    fleets: Sequence[tuple[int, int]] = FLEETS,
) -> list[dict[str, Any]]:
    """Return the stalls of growing teams with the measured times, at human speed, with hints."""
    found = []
    for developers, replicas in fleets:
        team = Team(
            developers=developers,
            models=MODELS_EACH * replicas,
            model_bytes=1,
            bytes_per_replica=SEATS_EACH,
            load_s=load_s,
            first_s=first_s,
            answer_s=answer_s,
            day_s=FLEET_S,
        )
        one = point(replicas, simulate(team, replicas))
        found.append(
            {
                "developers": developers,
                "replicas": replicas,
                "models": team.models,
                "p95_stall_s": one.p95_s,
                "mean_stall_s": one.mean_s,
                "loads": one.loads,
                "requests": one.requests,
            }
        )
    return found
