"""How long a real language server takes to answer while a large file is opened.

    python tests/tools/status_latency.py [--megabytes 5] [--seconds 15] [--languages python,go]

Opens a file of ordinary source in each language, and requests `hotseat/status` every 20 ms from the
moment before on. Prints the milliseconds of the answers as JSON: p50, p99 and the longest.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
import time
from pathlib import Path

from hotseat.lab.bench.wire_client import WireClient

EVERY_S = 0.02
SOURCES = {
    "python": "def area_{n}(width, height):\n    # 😀 area\n    return width * height\n\n",
    "go": "func area{n}(width, height int) int {{\n\t// 😀 area\n\treturn width * height\n}}\n\n",
}


async def status_ms(language: str, n_bytes: int, seconds: float) -> list[float]:
    """Return the milliseconds of each answer."""
    piece = SOURCES[language]
    text = "".join(piece.format(n=n) for n in range(n_bytes // len(piece.encode())))
    client = await WireClient.start(["--engine-url", "http://127.0.0.1:9"])
    await client.initialize()
    await client.request("hotseat/status", {})
    opened = {"uri": f"file:///large.{language}", "languageId": language, "version": 1}
    took_ms = []
    began_s = time.perf_counter()
    client.notify("textDocument/didOpen", {"textDocument": {**opened, "text": text}})
    while time.perf_counter() - began_s < seconds:
        asked_s = time.perf_counter()
        await client.request("hotseat/status", {})
        took_ms.append((time.perf_counter() - asked_s) * 1000)
        await asyncio.sleep(EVERY_S)
    await client.stop()
    return took_ms


def main() -> None:
    """Measure each language in a folder of its own, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=float, default=5.0)
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--languages", default="python,go")
    arguments = parser.parse_args()
    figures = {}
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HOTSEAT_RUNTIME_DIR"] = folder
        os.environ["HOME"] = folder
        for kind in ("DATA", "CONFIG", "CACHE"):
            os.environ[f"XDG_{kind}_HOME"] = str(Path(folder) / kind.lower())
        for language in arguments.languages.split(","):
            n_bytes = int(arguments.megabytes * 1e6)
            took_ms = sorted(asyncio.run(status_ms(language, n_bytes, arguments.seconds)))
            figures[language] = {
                "n": len(took_ms),
                "p50_ms": round(took_ms[len(took_ms) // 2], 1),
                "p99_ms": round(took_ms[int(len(took_ms) * 0.99)], 1),
                "longest_ms": round(took_ms[-1], 1),
            }
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
