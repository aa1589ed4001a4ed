"""What Ollama's runners really take.

`/api/ps` reports Ollama's own estimate: 160 MB for a model whose process held 217 (Ollama 0.32,
CPU), and a budget kept on estimates is not kept.

Only for an engine on this machine. Looks at processes, and touches none.
"""

from __future__ import annotations

from collections.abc import Collection

import psutil


def runner_bytes(blobs: Collection[str]) -> dict[str, int]:
    """Resident bytes of the process that has each blob open, by blob digest (64 hex digits).

    Ollama starts one runner per model, with the blob's path on its command line. Takes tens of
    milliseconds: call it in a thread. Processes that cannot be looked at are left out.
    """
    found: dict[str, int] = {}
    if not blobs:
        return found
    for process in psutil.process_iter():
        try:
            command = " ".join(process.cmdline())
            blob = next((b for b in blobs if f"sha256-{b}" in command), None)
            if blob is not None:
                found[blob] = max(found.get(blob, 0), int(process.memory_info().rss))
        except psutil.Error:
            continue
    return found
