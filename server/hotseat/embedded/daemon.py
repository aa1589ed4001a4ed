"""The engine's process: lock, address, signals, exit when idle.

There is one engine for each user. It holds `engine.lock` in the runtime directory while it runs,
and writes its address and the token that clients must send to `engine.json`. Owns nothing of the
API. A child cannot inherit the lock, because Python's file descriptors are not inherited.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import shutil
import socket
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import filelock

from hotseat.domain.errors import EngineError, HotseatError
from hotseat.embedded.log_limit import LogLimit
from hotseat.embedded.models.store import ModelStore
from hotseat.embedded.processes.cores import usable_cores
from hotseat.embedded.processes.model_pool import ModelPool
from hotseat.embedded.processes.pool import LOAD_TIMEOUT_S
from hotseat.embedded.processes.precedence import Precedence
from hotseat.embedded.processes.schedules import make_pool
from hotseat.embedded.schedule import DEFAULT_SCHEDULE, ScheduleSettings
from hotseat.engines.proof import new_token
from hotseat.engines.runtime import (
    ENGINE_LOCK,
    engine_file_path,
    read_engine_file,
    remove_engine_file,
    runtime_dir,
    write_engine_file,
)
from hotseat.engines.stored_models import models_dir
from hotseat.machine import network
from hotseat.machine.platforms import HERE
from hotseat.serving.guard import is_loopback
from hotseat.serving.listening import BACKLOG, bind, on_signals, url_of

if TYPE_CHECKING:
    from hotseat.embedded.api.app import Activity

# The path of a Unix socket is limited to 104 bytes on macOS and 108 on Linux; ours end in
# `/12345.sock` and `/engine.sock`.
_MAX_SOCKET_DIR_BYTES = 90
_OWN_SOCKET = "engine.sock"
_GRACE_S = 2
_FOR_OTHERS = 'hotseat engine: for other clients of Ollama: eval "$(hotseat engine --print-env)"'
_FIRST_ONE_PATIENCE_S = 10.0

log = logging.getLogger("hotseat.engine")


def main(
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    store: Path | None = None,
    idle_exit_s: float | None = None,
    token_env: str | None = None,
    load_timeout_s: float = LOAD_TIMEOUT_S,
    schedule: ScheduleSettings = DEFAULT_SCHEDULE,
) -> int:
    """Serve until a signal, or until nothing was loaded, and the user requested nothing, for
    `idle_exit_s` (None: never).

    Returns the exit status; errors are printed. `port` 0 takes any free one. `token_env` names the
    environment variable that holds the token; without it the token is random, and only loopback
    addresses are served. When another engine of this user runs, prints its address and returns 0.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(LogLimit())
    logging.basicConfig(
        handlers=[handler],
        level=logging.INFO,
        format="hotseat engine: %(levelname)s: %(message)s",
    )
    # asyncio warns about every write to a client that has disconnected, which is not a fault.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    try:
        token = _token(host, token_env)
        lock = filelock.FileLock(runtime_dir() / ENGINE_LOCK, timeout=0)
        try:
            lock.acquire()
        except filelock.Timeout:
            print(f"hotseat engine: already listening on {_where_the_first_is()}", flush=True)
            return 0
        with lock:
            root = store or models_dir()
            pool_of = partial(make_pool, schedule, load_timeout_s=load_timeout_s)
            asyncio.run(_serve(host, port, root, idle_exit_s, token, pool_of))
    except HotseatError as error:
        print(f"hotseat engine: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"hotseat engine: {error}", file=sys.stderr)
        return 1
    return 0


async def _serve(
    host: str,
    port: int,
    root: Path,
    idle_exit_s: float | None,
    token: str,
    pool_of: Callable[[ModelStore, Path | None], ModelPool],
) -> None:
    listening = bind(host, port)
    url = url_of(host, listening)
    instance = uuid.uuid4().hex
    with _sockets_dir() as sockets, _own_socket(sockets) as own:
        store = ModelStore(root)
        pool = pool_of(store, sockets)
        if pool.spare is not None:
            await pool.spare.started()
        # Imported last, while the process that waits for the first load imports llama.cpp: a user
        # whose engine was killed waits for both.
        from hotseat.embedded.api.app import create_app
        from hotseat.embedded.api.state import EngineState
        from hotseat.serving.connections import (
            end_idle_connections,
            limited_protocol,
            raise_descriptor_limit,
        )
        from hotseat.serving.web_server import make_server

        n_cores = usable_cores()
        engine = EngineState(
            store=store,
            pool=pool,
            instance=instance,
            n_cores=n_cores,
            # Ollama pauses nothing either.
            precedence=Precedence(n_cores) if pool.preempts_loads else None,
        )
        app, activity = create_app(
            engine,
            bound_host=host,
            port=listening.getsockname()[1],
            token=token,
            token_at=engine_file_path(),
        )
        protocol, end_idle = limited_protocol(raise_descriptor_limit())
        server = make_server(app, protocol, grace_s=_GRACE_S)
        listeners = [listening] if own is None else [listening, own]
        serving = asyncio.create_task(server.serve(sockets=listeners))
        ending_idle = asyncio.create_task(end_idle_connections(end_idle))
        stop = asyncio.Event()
        on_signals(stop)
        write_engine_file(
            url=url,
            instance=instance,
            pid=os.getpid(),
            token=token,
            socket="" if own is None else str(own.getsockname()),
        )
        try:
            print(f"hotseat engine: listening on {url}", flush=True)
            print(_FOR_OTHERS, flush=True)
            await _until_over(stop, serving, activity, pool, idle_exit_s)
        finally:
            remove_engine_file(instance)
            ending_idle.cancel()
            server.should_exit = True
            await pool.close()  # Streams end with their children, and then the server can end.
            await serving
            await pool.close()  # A request may have started a load in the meantime.


async def _until_over(
    stop: asyncio.Event,
    serving: asyncio.Task[None],
    activity: Activity,
    pool: ModelPool,
    idle_exit_s: float | None,
) -> None:
    stopping = asyncio.create_task(stop.wait())
    pause_s = None if idle_exit_s is None else min(1.0, idle_exit_s / 4)
    try:
        while True:
            done, _ = await asyncio.wait(
                {stopping, serving}, timeout=pause_s, return_when=asyncio.FIRST_COMPLETED
            )
            if done:
                return
            if idle_exit_s is not None and pool.is_empty and activity.idle_s >= idle_exit_s:
                log.info("idle for %.0f s, nothing loaded: exiting", activity.idle_s)
                return
    finally:
        stopping.cancel()


def _token(host: str, token_env: str | None) -> str:
    network.check_listening(host)
    if token_env is not None:
        token = os.environ.get(token_env, "").strip()
        if not token:
            raise EngineError(
                f"the environment variable {token_env} holds no token",
                hint=f"Set {token_env} to a long random text",
            )
        if not token.isascii() or not token.isprintable() or " " in token:
            raise EngineError(
                f"the token in {token_env} cannot be sent in a header",
                hint="Use ASCII letters, digits and punctuation, without spaces",
            )
        if not is_loopback(host):
            log.warning("serving %s: anyone with the token can use this engine", host)
        return token
    if not is_loopback(host):
        raise EngineError(
            f"{host} can be reached from other machines, and no token is set",
            hint="Use --host 127.0.0.1, or --token-env NAME",
        )
    return new_token()


@contextlib.contextmanager
def _own_socket(children: Path | None) -> Iterator[socket.socket | None]:
    """Yield the Unix socket for this user's own clients; None where there are none.

    It lies in the runtime directory, or with the children's sockets where that path is too long.
    """
    if children is None:
        yield None
        return
    folder = runtime_dir()
    path = (folder if children.parent == folder else children) / _OWN_SOCKET
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        path.unlink(missing_ok=True)  # Left by an engine that was killed: we hold the lock.
        listening.bind(str(path))
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise EngineError(
            f"cannot listen at {path}: {error.strerror}",
            hint="Set HOTSEAT_RUNTIME_DIR to a directory on a local disk",
        ) from error
    listening.setblocking(False)
    try:
        yield listening
    finally:
        path.unlink(missing_ok=True)


@contextlib.contextmanager
def _sockets_dir() -> Iterator[Path | None]:
    """Yield a directory for the children's sockets: the user's own, mode 0700, removed at the
    end."""
    if not HERE.has_unix_sockets:
        yield None
        return
    parent = runtime_dir()
    for stale in parent.glob("children-*"):  # Left by an engine that was killed: we hold the lock.
        shutil.rmtree(stale, ignore_errors=True)
    too_long = len(os.fsencode(parent)) + len("/children-12345678") > _MAX_SOCKET_DIR_BYTES
    folder = tempfile.mkdtemp(
        prefix="hotseat-" if too_long else "children-", dir=None if too_long else parent
    )
    try:
        yield Path(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _where_the_first_is() -> str:
    """Return the address of the engine that holds the lock; waits while it starts."""
    deadline_s = time.monotonic() + _FIRST_ONE_PATIENCE_S
    while (known := read_engine_file()) is None and time.monotonic() < deadline_s:
        time.sleep(0.05)
    return known.url if known else "an address that it has not written yet"
