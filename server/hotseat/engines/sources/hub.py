"""`hf:OWNER/REPO#FILE`: one GGUF file of the Hugging Face Hub, downloaded by a child process.

Owns the child: it is killed when the fetch is cancelled, and what it has written is resumed by the
next one. A split file becomes one file.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import sys
from pathlib import Path

import platformdirs

from hotseat.domain.errors import SourceError
from hotseat.domain.sources import HubPart
from hotseat.engines.sources.files import as_source_error
from hotseat.engines.sources.hub_api import endpoint_of
from hotseat.engines.sources.hub_child import HubJob, as_json
from hotseat.engines.sources.progress import Progress, ProgressSink
from hotseat.machine import network

_LINE_LIMIT_BYTES = 1 << 20


def records_dir() -> Path:
    """Where it is noted which commit of each source was downloaded, with digests and licence."""
    return platformdirs.user_data_path("hotseat") / "hub"


async def fetch_file(
    part: HubPart,
    dest: Path,
    *,
    name: str,
    key: str,
    progress: ProgressSink,
    sha256: str | None = None,
    licence: str | None = None,
    pause_s: float = 1.0,
) -> None:
    """Download `part` to `dest`, by way of files in the same folder whose names begin with `key`.

    `name` is the source as the user writes it: what was downloaded is noted under it. `sha256` and
    `licence` are those of the roster. Raises SourceError. May be cancelled at any time; a later
    call goes on where this one was.
    """
    job = HubJob(
        repo=part.repo,
        revision=part.revision,
        file=part.file,
        folder=str(dest.parent),
        key=key,
        record=str(records_dir() / f"{hashlib.sha256(name.encode()).hexdigest()[:24]}.json"),
        sha256=sha256,
        licence=licence,
        pause_s=pause_s,
    )
    file = await _run(job, progress)
    try:
        file.replace(dest)
    except OSError as error:
        raise as_source_error(error, dest) from None


async def _run(job: HubJob, progress: ProgressSink) -> Path:
    network.check_download(job.repo, endpoint_of(os.environ).url)
    progress(Progress(status=f"asking for {job.repo}"))
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "hotseat.engines.sources.hub_child"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=_LINE_LIMIT_BYTES,
        env={**network.child_environment(), "PYTHONIOENCODING": "utf-8"},
    )
    assert child.stdin is not None
    assert child.stdout is not None
    assert child.stderr is not None
    errors = asyncio.create_task(child.stderr.read())
    file: Path | None = None
    try:
        child.stdin.write(as_json(job))
        child.stdin.close()
        async for text in child.stdout:
            line = json.loads(text)
            if "error" in line:
                raise SourceError(line["error"], hint=line["hint"])
            if "file" in line:
                file = Path(line["file"])
                continue
            progress(
                Progress(
                    status=line["status"],
                    completed_bytes=line.get("completed"),
                    total_bytes=line.get("total"),
                    is_notice=line.get("notice", False),
                )
            )
        await child.wait()
        said = (await errors).decode("utf-8", "replace").strip()
    finally:
        if child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()
        errors.cancel()
    if file is None:
        reason = said.splitlines()[-1] if said else f"status {child.returncode}"
        raise SourceError(
            f"the download of {job.file} ended: {reason}",
            hint="Pull again; what was downloaded is kept",
        )
    return file
