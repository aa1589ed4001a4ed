"""The process that downloads from the hub: a download of gigabytes, with its hashing, must not slow
down the process of an editor's language server, and can be ended at any moment.

    stdin    one `HubJob` as JSON
    stdout   lines of JSON: {"status", "completed", "total", "notice"} … then {"file": PATH}, or
             {"error", "hint"}

A file that is not whole stays as `NAME.partial` and is resumed by the next process; a file appears
under its name only when its sha256 is right. No library of the hub is used: decision 61.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from hotseat.domain.errors import SourceError
from hotseat.domain.sizes import known_size_text
from hotseat.domain.sources import HubPart
from hotseat.engines.sources.files import CHUNK_BYTES, as_source_error, check_space
from hotseat.engines.sources.hub_api import (
    Endpoint,
    HubFile,
    HubModel,
    NotOnHub,
    endpoint_of,
    file_url,
    info_url,
    read_model,
)
from hotseat.engines.sources.hub_client import HubClient, Interrupted, Report
from hotseat.engines.sources.progress import Progress
from hotseat.engines.sources.split_gguf import join_split

_MAX_INFO_BYTES = 16 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class HubJob:
    """What to download, and where to."""

    repo: str
    revision: str | None
    file: str
    folder: str
    """For the files; exists."""
    key: str
    """Begins the name of every file."""
    record: str
    """The file that notes which commit was downloaded, with its digests."""
    sha256: str | None = None
    """Of the whole file, from the roster."""
    licence: str | None = None
    """From the roster, for a repository that states none."""
    pause_s: float = 1.0
    """Before the first retry; doubled for each further one."""

    @property
    def part(self) -> HubPart:
        return HubPart(repo=self.repo, revision=self.revision, file=self.file)


def download(job: HubJob, endpoint: Endpoint, report: Report) -> Path:
    """Return the complete, checked file of the job. Raises SourceError and OSError."""
    with HubClient(endpoint, job.part, report, pause_s=job.pause_s) as client:
        return _Download(job, endpoint, report, client).run()


class _Download:
    """One job with its connection."""

    def __init__(self, job: HubJob, endpoint: Endpoint, report: Report, client: HubClient) -> None:
        self._job = job
        self._endpoint = endpoint
        self._report = report
        self._client = client
        self._folder = Path(job.folder)
        self._record = Path(job.record)
        self._done_bytes = 0
        self._total_bytes = 0
        self._reported_bytes: int | None = None

    def run(self) -> Path:
        model = self._model()
        targets = [self._target(model, i) for i in range(len(model.files))]
        have = [max(_size(target), _size(_partial(target))) for target in targets]
        licence = model.licence or self._job.licence or "not stated by the repository"
        size = known_size_text(model.size_bytes)
        status = f"licence: {licence}; {size}; {self._job.repo} at commit {model.commit[:12]}"
        self._report({"status": status, "notice": True})
        self._note(model, licence, is_checked=False)
        check_space(self._folder, self._needed_bytes(model, have))
        self._total_bytes = model.size_bytes
        for file, target in zip(model.files, targets, strict=True):
            if _size(target) != file.size_bytes:
                self._fetch(file, target, model.commit)
            else:
                self._done_bytes += file.size_bytes
        self._note(model, licence, is_checked=True)
        return targets[0] if len(targets) == 1 else self._joined(targets)

    def _joined(self, targets: list[Path]) -> Path:
        """Return the one file that the files of a split model make."""
        joined = targets[0].with_name(f"{targets[0].name}-joined")
        digest = asyncio.run(join_split(targets, joined, progress=self._show_step))
        for target in targets:
            target.unlink()
        if self._job.sha256 not in (None, digest):
            joined.unlink()
            raise SourceError(
                f"{self._job.file}, joined with the other files of its model, is not what the "
                f"roster says: its sha256 is {digest}",
                hint="Correct sha256 in experts.yaml: it is that of the joined file",
            )
        return joined

    def _show_step(self, step: Progress) -> None:
        self._report(
            {"status": step.status, "completed": step.completed_bytes, "total": step.total_bytes}
        )

    def _model(self) -> HubModel:
        """Return what the hub states, at the commit of a download that was interrupted."""
        part, noted = self._job.part, self._noted()
        resumes = any(self._folder.glob(f"{self._job.key}-*"))
        commit = noted.get("commit") if resumes else None
        try:
            model = self._ask(replace(part, revision=commit or part.revision))
        except NotOnHub:
            if commit is None:
                raise
            model = self._ask(part)  # the commit was removed from the repository
        if noted.get("commit") == model.commit and _contradicts(noted.get("sha256"), model):
            raise SourceError(
                f"the hub states another sha256 for {self._job.file} than it did before, at the "
                f"same commit {model.commit[:12]}",
                hint=f"Do not use the file. Delete {self._record} if you know the reason",
            )
        return self._with_roster_digest(model)

    def _ask(self, part: HubPart) -> HubModel:
        data = self._client.retrying(lambda: self._info(part))
        return read_model(data, part)

    def _info(self, part: HubPart) -> object:
        url = info_url(self._endpoint, part)
        with self._client.opened(url) as answer:
            text = b""
            for chunk in answer.iter_raw():
                text += chunk
                if len(text) > _MAX_INFO_BYTES:
                    break
        try:
            return json.loads(text)
        except ValueError:
            return None

    def _with_roster_digest(self, model: HubModel) -> HubModel:
        """Return the model with a digest for each file. Raises SourceError if one has none."""
        wanted = self._job.sha256
        if len(model.files) == 1 and wanted is not None:
            (file,) = model.files
            if file.sha256 and file.sha256 != wanted:
                raise SourceError(
                    f"{file.name} at commit {model.commit[:12]} is not what the roster says: the "
                    f"hub states the sha256 {file.sha256}",
                    hint="It was changed in the repository: pin the revision with @COMMIT, or "
                    "correct sha256 in experts.yaml",
                )
            return replace(model, files=(replace(file, sha256=wanted),))
        for file in model.files:
            if not file.sha256:
                raise SourceError(
                    f"the hub states no sha256 of {file.name}, so it cannot be checked",
                    hint="Give the model a `sha256:` in experts.yaml",
                )
        return model

    def _needed_bytes(self, model: HubModel, have: list[int]) -> int:
        """Return the room for what is left, for joining, and for the copy that the engine gets."""
        needed = model.size_bytes - sum(have)
        if len(model.files) > 1 or _same_disk(self._folder, self._record.parent):
            needed += model.size_bytes
        return needed

    def _target(self, model: HubModel, index: int) -> Path:
        return self._folder / f"{self._job.key}-{model.commit[:12]}-{index}"

    def _fetch(self, file: HubFile, target: Path, commit: str) -> None:
        """Download the file, going on where an earlier attempt ended."""
        partial = _partial(target)
        if _size(partial):
            self._report({"status": "checking what was downloaded before"})
        before_bytes = self._done_bytes
        with partial.open("ab+") as out:
            writer = _Writer(out, file.size_bytes)
            url = file_url(self._endpoint, self._job.repo, commit, file.name)
            while writer.n_bytes < file.size_bytes:
                self._show(file, before_bytes + writer.n_bytes)
                self._client.retrying(
                    lambda: self._stream(url, writer, file, before_bytes),
                    progressed=lambda: writer.n_bytes,
                )
            digest = writer.digest()
            out.flush()
            os.fsync(out.fileno())
        if digest != file.sha256:
            partial.unlink()
            raise SourceError(
                f"{file.name} is not what it should be: its sha256 is {digest}, and not "
                f"{file.sha256}",
                hint="It was changed on its way, and was deleted. Pull again; check the network "
                "and proxies if it happens again",
            )
        self._done_bytes = before_bytes + file.size_bytes
        self._show(file, self._done_bytes)
        partial.replace(target)

    def _stream(self, url: str, writer: _Writer, file: HubFile, before_bytes: int) -> None:
        start = writer.n_bytes
        with self._client.opened(url, start_bytes=start) as answer:
            if start and answer.status_code != 206:
                writer.restart()  # the server sends the file from its beginning
            elif start and not answer.headers.get("content-range", "").startswith(
                f"bytes {start}-"
            ):
                writer.restart()
                raise Interrupted(_cut(file))
            announced = answer.headers.get("content-length", "")
            left = file.size_bytes - writer.n_bytes
            if announced.isdigit() and int(announced) != left:
                raise SourceError(
                    f"{answer.url.host} sends {announced} bytes for {file.name}, and not {left}",
                    hint="Check the network: a proxy may answer in place of the hub",
                )
            for chunk in answer.iter_raw():
                writer.write(chunk)
                self._show(file, before_bytes + writer.n_bytes)
        if writer.n_bytes < file.size_bytes:
            raise Interrupted(_cut(file))

    def _show(self, file: HubFile, done_bytes: int) -> None:
        step_bytes = max(self._total_bytes // 200, CHUNK_BYTES)
        is_last = done_bytes == self._total_bytes
        before = self._reported_bytes
        if not is_last and before is not None and 0 <= done_bytes - before < step_bytes:
            return
        self._reported_bytes = done_bytes
        status = f"downloading {file.name.rpartition('/')[2]}"
        self._report({"status": status, "completed": done_bytes, "total": self._total_bytes})

    def _noted(self) -> dict[str, Any]:
        try:
            noted = json.loads(self._record.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return noted if isinstance(noted, dict) else {}

    def _note(self, model: HubModel, licence: str, *, is_checked: bool) -> None:
        self._record.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        noted = {
            "repo": self._job.repo,
            "file": self._job.file,
            "commit": model.commit,
            "sha256": [file.sha256 for file in model.files] if is_checked else None,
            "size_bytes": model.size_bytes,
            "licence": licence,
        }
        partial = self._record.with_suffix(".tmp")
        partial.write_text(json.dumps(noted, indent=1), "utf-8")
        partial.replace(self._record)


class _Writer:
    """The file that grows, with the digest of what is in it."""

    def __init__(self, out: BinaryIO, size_bytes: int) -> None:
        self._out = out
        self._size_bytes = size_bytes
        self._hash = hashlib.sha256()
        self.n_bytes = 0
        out.seek(0)
        while chunk := out.read(CHUNK_BYTES):
            self._hash.update(chunk)
            self.n_bytes += len(chunk)
        if self.n_bytes > size_bytes:
            self.restart()

    def write(self, chunk: bytes) -> None:
        """Raises SourceError if there would be more than the file holds, and OSError."""
        if self.n_bytes + len(chunk) > self._size_bytes:
            self.restart()
            raise SourceError(
                f"the server sends more than the {self._size_bytes} bytes of the file",
                hint="Pull again; check the network and proxies if it happens again",
            )
        self._out.write(chunk)
        self._hash.update(chunk)
        self.n_bytes += len(chunk)

    def restart(self) -> None:
        self._out.seek(0)
        self._out.truncate()
        self._hash = hashlib.sha256()
        self.n_bytes = 0

    def digest(self) -> str:
        return self._hash.hexdigest()


def _contradicts(noted: object, model: HubModel) -> bool:
    """Return whether the hub states other digests than those of the files it sent before."""
    if not isinstance(noted, list) or len(noted) != len(model.files):
        return False
    stated = [file.sha256 for file in model.files]
    return any(new and new != old for new, old in zip(stated, noted, strict=True))


def _partial(target: Path) -> Path:
    return target.with_name(f"{target.name}.partial")


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _same_disk(folder: Path, other: Path) -> bool:
    return folder.stat().st_dev == other.stat().st_dev


def _cut(file: HubFile) -> SourceError:
    return SourceError(
        f"the download of {file.name} broke off",
        hint="Check the network and pull again; what was downloaded is kept",
    )


def main() -> int:
    """Read the job, run it and print what happens."""

    def report(line: dict[str, Any]) -> None:
        print(json.dumps(line), flush=True)

    job = HubJob(**json.load(sys.stdin))
    try:
        try:
            report({"file": str(download(job, endpoint_of(os.environ), report))})
        except SourceError as error:
            report({"error": error.message, "hint": error.hint})
        except OSError as error:
            if isinstance(error, BrokenPipeError):
                raise
            worded = as_source_error(error, Path(error.filename or job.folder))
            report({"error": worded.message, "hint": worded.hint})
    except (KeyboardInterrupt, BrokenPipeError):  # the process that wants the file has ended
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 130
    return 0


def as_json(job: HubJob) -> bytes:
    """Return the job as `main` reads it."""
    return json.dumps(asdict(job)).encode()


if __name__ == "__main__":
    sys.exit(main())
