"""team.yaml as Ray Serve's config, for `serve deploy` and for `hotseat team serve`.

Reads the sizes of files, and no content.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from hotseat.team.config import TeamConfig, TeamModel
from hotseat.team.seats import estimate_bytes

APPLICATION = "hotseat"
INGRESS = "Ingress"
REPLICA = "Replica"
ROUTER_PATH = "hotseat.team.router:KeepingRouter"
IMPORT_PATH = "hotseat.team.deployment:build"
_INGRESS_ONGOING = 2000
"""Most of them wait; each developer's number is bounded."""
_HEALTH_S = 1.0
"""Serve replaces a replica after three failed checks in a row."""
_HEALTH_TIMEOUT_S = 30.0


def max_ongoing(config: TeamConfig) -> int:
    """Return the requests that one replica takes at once: its slots, for two models in memory.

    More would wait inside the replica, where developers do not take turns.
    """
    return 2 * config.parallel


def expected_sizes(config: TeamConfig) -> Iterator[tuple[TeamModel, int]]:
    """Yield the models whose files are here, with what they take until they are measured."""
    for model in config.models:
        paths = [Path(model.source.removeprefix("file:")), *(a.path for a in model.adapters)]
        with suppress(OSError):
            yield model, estimate_bytes(sum(path.stat().st_size for path in paths))


def serve_config(config: TeamConfig) -> dict[str, Any]:
    """Return the config that `serve deploy` reads, of plain values."""
    return {
        "proxy_location": "HeadOnly",
        "http_options": {"host": config.host, "port": config.port},
        "applications": [
            {
                "name": APPLICATION,
                "route_prefix": "/",
                "import_path": IMPORT_PATH,
                "args": {"team": config.to_plain()},
                "deployments": deployments(config),
            }
        ],
    }


def deployments(config: TeamConfig) -> list[dict[str, Any]]:
    """Return the options of both deployments. There is one ingress, which counts for all."""
    ending = {"graceful_shutdown_timeout_s": config.drain_s, "graceful_shutdown_wait_loop_s": 0.2}
    return [
        {
            "name": INGRESS,
            "num_replicas": 1,
            "max_ongoing_requests": _INGRESS_ONGOING,
            "ray_actor_options": {"num_cpus": 0},
            **ending,
        },
        {
            "name": REPLICA,
            "num_replicas": config.replicas,
            "max_ongoing_requests": max_ongoing(config),
            "ray_actor_options": {"num_cpus": 0, "num_gpus": config.gpus},
            "request_router_config": {
                "request_router_class": ROUTER_PATH,
                "request_router_kwargs": {
                    "bound_bytes": config.bytes_per_replica,
                    "sizes": {model.name: size for model, size in expected_sizes(config)},
                },
            },
            "health_check_period_s": _HEALTH_S,
            "health_check_timeout_s": _HEALTH_TIMEOUT_S,
            **ending,
        },
    ]
