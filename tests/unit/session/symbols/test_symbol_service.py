"""A window's index process: sent what changes, replaced when it ends, and never waited for."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from hotseat.session.symbols.messages import decode, encode
from hotseat.session.symbols.service import MAX_WAITING, IndexProgress, SymbolService

ECHO = """
import json, sys
path = sys.argv[1] + "/orders"
print('{"progress": [1, 2]}', flush=True)
print("no json", flush=True)
print('{"scanned": {"files": 2}}', flush=True)
for line in sys.stdin:
    with open(path, "a") as file:
        file.write(line)
    order = json.loads(line)
    if order.get("changed") == ["/end"]:
        sys.exit(1)
    print(json.dumps({"updated": len(order.get("changed", []))}), flush=True)
"""


class Desk:
    def __init__(self, workspace: Path) -> None:
        self.workspace = workspace
        self.progress: list[IndexProgress] = []
        self.service = SymbolService(
            workspace,
            secrets=lambda: ("private/",),
            on_progress=self.progress.append,
            start_after_s=0,
            pause_s=0,
            command=(sys.executable, "-c", ECHO),
        )

    def orders(self) -> list[dict[str, object]]:
        path = self.workspace / "orders"
        return [decode(line.encode()) for line in path.read_text().splitlines()]

    async def until_sent(self, order: dict[str, object]) -> None:
        async with asyncio.timeout(30):
            await self.service.scanned.wait()
            while not (self.workspace / "orders").exists() or order not in self.orders():
                await asyncio.sleep(0.01)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


async def test_it_is_sent_what_is_secret_and_then_what_changes(desk: Desk) -> None:
    desk.service.start()
    desk.service.changed(["/a.py", "/b.py"])
    desk.service.changed(["/a.py"])
    await desk.until_sent({"changed": ["/a.py", "/b.py"]})
    assert desk.orders()[0] == {"secrets": ["private/"]}
    assert IndexProgress(n_done=1, n_total=2) in desk.progress
    await desk.service.aclose()
    assert desk.service.pid is None


async def test_many_changes_are_one_scan(desk: Desk) -> None:
    desk.service.start()
    desk.service.changed(f"/{n}.py" for n in range(MAX_WAITING + 1))
    desk.service.changed(["/one_more.py"])
    await desk.until_sent({"scan": True})
    assert not any("changed" in order for order in desk.orders())
    await desk.service.aclose()


async def test_it_is_started_again(desk: Desk) -> None:
    desk.service.start()
    await desk.until_sent({"secrets": ["private/"]})
    first = desk.service.pid
    desk.service.changed(["/end"])
    async with asyncio.timeout(30):
        while desk.service.pid in (first, None):
            await asyncio.sleep(0.01)
    desk.service.changed(["/after.py"])
    await desk.until_sent({"changed": ["/after.py"]})
    await desk.service.aclose()


async def test_without_a_workspace_nothing_runs() -> None:
    service = SymbolService(None, secrets=tuple, start_after_s=0)
    service.start()
    service.changed(["/a.py"])
    service.scan()
    service.secrets_changed()
    assert service.pid is None
    await service.aclose()


def test_odd_names_survive_the_messages() -> None:
    name = os.fsdecode(b'/no\xff\n"utf8')
    line = encode({"changed": [name]})
    assert line.count(b"\n") == 1
    assert decode(line) == {"changed": [name]}
    assert decode(b"junk") == decode(b"[1]") == {}
