"""A language server in a process of its own that says yes to everything."""

from __future__ import annotations

import json
import sys
from typing import Any


def read() -> dict[str, Any]:
    length = 0
    while (line := sys.stdin.buffer.readline().strip()) or not length:
        name, _, value = line.partition(b":")
        if name == b"":
            sys.exit(1)  # the editor is gone
        if name.lower() == b"content-length":
            length = int(value)
    return dict(json.loads(sys.stdin.buffer.read(length)))


def write(message: dict[str, Any]) -> None:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    sys.stdout.buffer.flush()


def main() -> None:
    while (message := read())["method"] != "exit":
        if "id" in message:
            is_first = message["method"] == "initialize"
            sync = {"textDocumentSync": {"openClose": True, "change": 1}}
            write({"id": message["id"], "result": {"capabilities": sync} if is_first else None})


if __name__ == "__main__":
    main()
