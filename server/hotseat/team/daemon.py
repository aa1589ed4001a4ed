"""`hotseat team serve`: Ray on this machine alone, the application, and its end."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from hotseat.domain.errors import HotseatError
from hotseat.serving.guard import is_loopback
from hotseat.team.config import TeamConfig
from hotseat.team.keys import read_keys
from hotseat.team.serve_config import APPLICATION, serve_config

OBJECT_STORE_BYTES = 80_000_000
"""Ray's smallest is 75 MB. Requests and answers pass beside it."""
_ENVIRONMENT = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_AUTH_MODE": "token",
    "RAY_DISABLE_IMPORT_WARNING": "1",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_SERVE_ENABLE_HAPROXY": "0",
    "RAY_worker_niceness": "0",  # Ray's 15 lets replicas, with their engines, wait for other work
    "RAY_SERVE_PROXY_READY_CHECK_TIMEOUT_S": "60",  # 5 s are too short on a busy machine
}


def check(config: TeamConfig) -> list[str]:
    """Return warnings. Raises HotseatError if the application could not work here."""
    if not is_loopback(config.host):
        raise HotseatError(
            f"{config.host} can be reached without encryption",
            hint="Listen on 127.0.0.1, with a proxy for TLS before it: docs/team.md",
        )
    for model in config.models:
        places = [model.source.removeprefix("file:")] if model.source.startswith("file:") else []
        for place in (*places, *(str(adapter.path) for adapter in model.adapters)):
            if not Path(place).is_file() and not (config.vllm_command and Path(place).is_dir()):
                raise HotseatError(f"There is no file {place}", hint="team.yaml names it")
    if not read_keys(config.keys_path).entries:
        return ["no developer has a key: `hotseat team key NAME` makes one"]
    return []


def serve(config: TeamConfig, *, say: Callable[[str], None]) -> None:
    """Start Ray, deploy, and serve until a signal. Raises HotseatError."""
    stop = threading.Event()
    rendered: dict[str, Any] = serve_config(config)
    try:
        with running_ray(rendered["http_options"]) as ray_serve:
            for number in (signal.SIGINT, signal.SIGTERM):  # Ray's own handlers end it at once.
                signal.signal(number, lambda *_: stop.set())
            from hotseat.team.deployment import build

            application = build(rendered["applications"][0]["args"])
            handle = ray_serve.run(application, name=APPLICATION, route_prefix="/", blocking=False)
            say(f"hotseat team: listening on http://{config.host}:{config.port}")
            stop.wait()
            say("hotseat team: ending")
            left = handle.drain.remote().result(timeout_s=config.drain_s + 5)
            if left:
                say(f"hotseat team: {left} requests were not done in {config.drain_s:.0f} s")
    except (RuntimeError, ConnectionError, TimeoutError, ValueError) as error:
        raise HotseatError(
            f"Ray could not serve: {error}", hint="Ray's logs are in /tmp/ray/session_latest/logs"
        ) from None


@contextmanager
def running_ray(http_options: dict[str, Any]) -> Iterator[Any]:
    """Yield the module `ray.serve`, with Ray running on this machine and ended on leaving.

    Raises HotseatError if it is not installed.
    """
    _prepare_environment()
    try:
        import ray
        from ray import serve as ray_serve
        from ray._private import services
    except ImportError:
        raise HotseatError("Ray is not installed", hint="pip install 'hotseat[team]'") from None
    # Ray puts the machine's outer address in place of 127.0.0.1, and has no setting against it.
    services.resolve_ip_for_localhost = lambda host: host
    try:
        ray.init(
            address="local",
            include_dashboard=False,
            _node_ip_address="127.0.0.1",
            object_store_memory=OBJECT_STORE_BYTES,
            log_to_driver=False,
            logging_level=logging.ERROR,
        )
        ray_serve.start(proxy_location="HeadOnly", http_options=http_options)
        yield ray_serve
    except ray.exceptions.RayError as error:
        raise RuntimeError(str(error).splitlines()[0]) from None
    finally:
        if ray.is_initialized():
            ray_serve.shutdown()
            ray.shutdown()


def _prepare_environment() -> None:
    """Set what Ray reads when it is imported. Its token is new for each start."""
    os.environ.update(_ENVIRONMENT)
    path = user_data_path("hotseat") / "team" / "ray-token"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            os.fchmod(descriptor, 0o600)
            file.write(secrets.token_hex(32))
    except OSError as error:
        raise HotseatError(
            f"{path} cannot be written: {error.strerror}", hint="Check its folder, and the disk"
        ) from None
    os.environ.pop("RAY_AUTH_TOKEN", None)
    os.environ["RAY_AUTH_TOKEN_PATH"] = str(path)
