"""Downloads from a hub: what the program of the child process does, over real HTTP."""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hotseat.domain.errors import SourceError
from hotseat.engines.sources import hub_child
from hotseat.engines.sources.hub_api import Endpoint
from hotseat.engines.sources.hub_child import HubJob, download
from support.hub_server import COMMIT, HubServer, hub_server
from support.tiny_gguf import split_model, write_model

FILE = "some-q8_0.gguf"
BODY = os.urandom(3_000_000)


@pytest.fixture
def hub() -> Iterator[HubServer]:
    with hub_server() as server:
        server.files = {FILE: BODY, "other-Q4.gguf": b"x"}
        yield server


@pytest.fixture
def job(tmp_path: Path) -> HubJob:
    (tmp_path / "cache").mkdir()
    return HubJob(
        repo="owner/some-GGUF",
        revision=None,
        file=FILE,
        folder=str(tmp_path / "cache"),
        key="part-1",
        record=str(tmp_path / "records/one.json"),
        pause_s=0.001,
    )


Line = dict[str, Any]


def run(hub: HubServer, job: HubJob, token: str = "", **changes: Any) -> tuple[Path, list[Line]]:
    lines: list[Line] = []
    endpoint = Endpoint(url=hub.url, token=token)
    path = download(dataclasses.replace(job, **changes), endpoint, lines.append)
    return path, lines


def refused(hub: HubServer, job: HubJob, token: str = "", **changes: Any) -> SourceError:
    with pytest.raises(SourceError) as caught:
        run(hub, job, token, **changes)
    assert caught.value.hint
    return caught.value


def left(job: HubJob) -> set[str]:
    return {path.name for path in Path(job.folder).iterdir()}


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_the_file_arrives_with_licence_and_percent(hub: HubServer, job: HubJob) -> None:
    path, lines = run(hub, job)
    assert path.read_bytes() == BODY
    assert lines[0]["notice"]
    assert lines[0]["status"].startswith(
        "licence: apache-2.0; 3 MB; owner/some-GGUF at commit 0123"
    )
    steps = [line["completed"] for line in lines if "completed" in line]
    assert steps == sorted(steps)
    assert len(steps) > 2
    assert (steps[0], steps[-1], lines[-1]["total"]) == (0, len(BODY), len(BODY))


def test_what_was_downloaded_is_recorded(hub: HubServer, job: HubJob) -> None:
    run(hub, job)
    record = json.loads(Path(job.record).read_text())
    assert record == {
        "repo": "owner/some-GGUF",
        "file": FILE,
        "commit": COMMIT,
        "sha256": [sha256(BODY)],
        "size_bytes": len(BODY),
        "licence": "apache-2.0",
    }


def test_a_licence_of_the_roster_where_the_card_has_none(hub: HubServer, job: HubJob) -> None:
    hub.licence = None
    assert "licence: MIT;" in run(hub, job, licence="MIT")[1][0]["status"]
    assert "not stated" in run(hub, job)[1][0]["status"]


def test_nothing_is_sent_but_what_the_download_needs(hub: HubServer, job: HubJob) -> None:
    run(hub, job)
    assert [seen.path.partition("?")[0] for seen in hub.seen] == [
        "/api/models/owner/some-GGUF/revision/main",
        f"/owner/some-GGUF/resolve/{COMMIT}/{FILE}",
        f"/blob/{FILE}",
    ]
    assert {seen.agent for seen in hub.seen} == {"hotseat"}
    assert {seen.authorization for seen in hub.seen} == {None}


def test_the_token_goes_to_the_hub_only(hub: HubServer, job: HubJob) -> None:
    hub.token = "hf_secret"
    _, lines = run(hub, job, token="hf_secret")
    assert {seen.authorization for seen in hub.seen if seen.server == "hub"} == {"Bearer hf_secret"}
    assert {seen.authorization for seen in hub.downloads()} == {None}
    assert "hf_secret" not in json.dumps(lines)


@pytest.mark.parametrize("changed", [BODY[:-1] + b"?", b"<html>Please log in</html>"])
def test_a_wrong_body_is_deleted(hub: HubServer, job: HubJob, changed: bytes) -> None:
    hub.bodies = {FILE: changed}
    assert FILE in refused(hub, job).message
    assert not any(path.stat().st_size for path in Path(job.folder).iterdir())
    hub.bodies = {}
    assert run(hub, job)[0].read_bytes() == BODY


def test_the_rosters_digest_counts(hub: HubServer, job: HubJob) -> None:
    error = refused(hub, job, sha256="0" * 64)
    assert "not what the roster says" in error.message
    assert sha256(BODY) in error.message
    assert hub.downloads() == []
    hub.states_digests = False
    assert "sha256 is" in refused(hub, job, sha256="0" * 64).message
    assert run(hub, job, sha256=sha256(BODY))[0].read_bytes() == BODY


def test_a_wrong_digest_of_the_hub(hub: HubServer, job: HubJob) -> None:
    hub.stated = {FILE: "1" * 64}
    assert "1" * 64 in refused(hub, job).message
    assert left(job) == set()
    hub.stated = {}
    assert run(hub, job)[0].read_bytes() == BODY


def test_a_file_that_cannot_be_checked_is_not_downloaded(hub: HubServer, job: HubJob) -> None:
    hub.states_digests = False
    assert "cannot be checked" in refused(hub, job).message
    assert hub.downloads() == []


def test_another_digest_at_the_same_commit_is_refused(hub: HubServer, job: HubJob) -> None:
    run(hub, job)[0].unlink()
    hub.files[FILE] = BODY[::-1]
    assert "at the same commit" in refused(hub, job).message
    hub.commit = "f" * 40
    assert run(hub, job)[0].read_bytes() == BODY[::-1]


def test_a_transfer_that_breaks_off_goes_on(hub: HubServer, job: HubJob) -> None:
    hub.breaks_after = [1_000_000, 0, 0, 500_000]
    path, lines = run(hub, job)
    assert path.read_bytes() == BODY
    ranges = [seen.range for seen in hub.downloads()]
    assert ranges[:2] == [None, "bytes=1000000-"]
    assert ranges[-1] == "bytes=1500000-"
    assert any("trying again" in line["status"] for line in lines)
    assert [line["completed"] for line in lines if "completed" in line][-1] == len(BODY)


def test_a_server_without_ranges_sends_it_again(hub: HubServer, job: HubJob) -> None:
    hub.breaks_after = [1_000_000]
    hub.ignores_ranges = True
    assert run(hub, job)[0].read_bytes() == BODY


def test_a_connection_that_only_breaks_ends_with_an_error(hub: HubServer, job: HubJob) -> None:
    hub.breaks_after = [1_000_000] + [0] * 20
    error = refused(hub, job)
    assert "127.0.0.1" in error.message
    assert "kept" in error.hint
    assert left(job) == {f"part-1-{COMMIT[:12]}-0.partial"}
    hub.breaks_after = []
    hub.seen = []
    assert run(hub, job)[0].read_bytes() == BODY
    assert hub.downloads()[0].range == "bytes=1000000-"


def test_an_interrupted_download_stays_at_its_commit(hub: HubServer, job: HubJob) -> None:
    hub.breaks_after = [1_000_000] + [0] * 20
    refused(hub, job)
    hub.breaks_after = []
    hub.branches = {COMMIT: COMMIT}
    hub.commit = "f" * 40
    assert COMMIT[:12] in run(hub, job)[0].name


def test_a_commit_that_was_removed_is_not_waited_for(hub: HubServer, job: HubJob) -> None:
    hub.breaks_after = [1_000_000] + [0] * 20
    refused(hub, job)
    hub.breaks_after = []
    hub.commit = "f" * 40
    assert "ffffffffffff" in run(hub, job)[0].name


def test_a_whole_file_is_not_downloaded_twice(hub: HubServer, job: HubJob) -> None:
    run(hub, job)
    n_before = len(hub.downloads())
    assert run(hub, job)[0].read_bytes() == BODY
    assert len(hub.downloads()) == n_before


def test_a_revision_is_pinned(hub: HubServer, job: HubJob) -> None:
    hub.branches = {"refs/pr/1": COMMIT}
    run(hub, job, revision="refs/pr/1")
    assert hub.seen[0].path.startswith("/api/models/owner/some-GGUF/revision/refs%2Fpr%2F1?")
    assert "at a-tag" in refused(hub, job, revision="a-tag", key="other").message
    hub.branches = {"e" * 40: COMMIT}
    assert "another commit" in refused(hub, job, revision="e" * 40, key="other").message


def test_a_file_that_is_not_there_lists_those_that_are(hub: HubServer, job: HubJob) -> None:
    error = refused(hub, job, file="gone.gguf")
    assert error.message == "owner/some-GGUF holds no gone.gguf"
    assert error.hint == f"It holds other-Q4.gguf, {FILE}"
    hub.files = {}
    assert "no GGUF file at all" in refused(hub, job).hint


def test_a_gated_repository(hub: HubServer, job: HubJob) -> None:
    hub.token, hub.gated = "right", True
    for token in ("", "wrong"):
        error = refused(hub, job, token=token)
        assert "gated" in error.message
        assert f"Accept the licence at {hub.url}/owner/some-GGUF" in error.hint
        assert "HF_TOKEN" in error.hint


def test_a_repository_that_is_missing_or_private(hub: HubServer, job: HubJob) -> None:
    hub.token = "right"
    assert "no such repository, or it is gated" in refused(hub, job).message
    assert "HF_TOKEN" in refused(hub, job).hint
    assert "with the token in HF_TOKEN" in refused(hub, job, token="wrong").message
    hub.token = None
    assert "no such repository" in refused(hub, job, repo="nobody/nothing").message


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_hub_that_is_busy_is_asked_again(hub: HubServer, job: HubJob, status: int) -> None:
    hub.statuses = [(status, {"Retry-After": "0"})] * 3
    assert run(hub, job)[0].read_bytes() == BODY


def test_a_hub_that_stays_busy(hub: HubServer, job: HubJob) -> None:
    hub.statuses = [(503, {})] * 20
    assert "not working: HTTP status 503" in refused(hub, job).message
    hub.statuses = [(429, {"Retry-After": "900"})]
    assert "asks to wait for 900 s" in refused(hub, job).message
    assert hub.statuses == []


def test_a_status_that_no_one_expects(hub: HubServer, job: HubJob) -> None:
    hub.statuses = [(418, {})]
    assert "HTTP status 418" in refused(hub, job).message


@pytest.mark.parametrize("location", ["http://example.org/blob", "ftp://x/y", "https://", "//[x"])
def test_a_redirect_to_an_unsafe_address(hub: HubServer, job: HubJob, location: str) -> None:
    hub.redirects_to = location
    assert "not https" in refused(hub, job).message


def test_a_repository_with_a_new_name(hub: HubServer, job: HubJob) -> None:
    moved = f"/api/models/{hub.repo}/revision/main?blobs=true"
    hub.statuses = [(307, {"Location": moved})]
    assert run(hub, job)[0].read_bytes() == BODY


def test_redirects_without_end(hub: HubServer, job: HubJob) -> None:
    hub.redirects_to = f"{hub.url}/owner/some-GGUF/resolve/{COMMIT}/{FILE}"
    assert "without end" in refused(hub, job).message


def test_no_room(hub: HubServer, job: HubJob) -> None:
    hub.sizes = {FILE: 10**17}
    error = refused(hub, job)
    assert "no room" in error.message
    assert hub.downloads() == []


def test_room_for_the_copy_of_the_engine(
    hub: HubServer, job: HubJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(hub_child, "check_space", lambda folder, n_bytes: asked.append(n_bytes))
    run(hub, job)
    monkeypatch.setattr(hub_child, "_same_disk", lambda folder, other: False)
    run(hub, job, key="again")
    assert asked == [2 * len(BODY), len(BODY)]


def test_a_disk_that_fills_up(hub: HubServer, job: HubJob, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(hub_child._Writer):
        def write(self, chunk: bytes) -> None:
            if self.n_bytes > 500_000:
                raise OSError(errno.ENOSPC, "No space left on device")
            super().write(chunk)

    with monkeypatch.context() as patch:
        patch.setattr(hub_child, "_Writer", Full)
        with pytest.raises(OSError, match="No space left"):
            run(hub, job)
    assert run(hub, job)[0].read_bytes() == BODY
    assert (hub.downloads()[-1].range or "").startswith("bytes=")


def test_an_answer_that_is_not_a_hubs(hub: HubServer, job: HubJob) -> None:
    hub.statuses = [(200, {})]
    assert "not that of a model hub" in refused(hub, job).message


def test_nothing_listens(hub: HubServer, job: HubJob) -> None:
    error = refused(HubServer(url="http://127.0.0.1:9"), job)
    assert error.message == "127.0.0.1 does not answer"


def test_the_rosters_digest_of_a_split_file_is_that_of_the_joined_one(
    hub: HubServer, job: HubJob, tmp_path: Path
) -> None:
    parts = split_model(write_model(tmp_path / "big.gguf"), 3)
    hub.files = {path.name: path.read_bytes() for path in parts}
    path, lines = run(hub, job, file=parts[1].name)
    assert lines[-1]["status"] == "joining 3 files"
    joined = path.read_bytes()
    assert left(job) == {path.name}
    assert sha256(joined) in refused(hub, job, file=parts[0].name, sha256="0" * 64).message
    assert left(job) == set()
    assert run(hub, job, file=parts[0].name, sha256=sha256(joined))[0].read_bytes() == joined
