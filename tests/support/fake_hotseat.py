"""A language server that answers as Hotseat does, from a script: no engine, no models.

Started as a program of its own. What it does depends on what it is asked: a question with "crash"
in it ends the process, one with "wait" is answered only when it is cancelled. While the file
HOTSEAT_FAKE_MISSING is there, the models are not, and the first pull stops half-way until it is
cancelled; the last one removes the file. `fake_hotseat.py doctor` prints findings, `stats` a table,
`experts` where the user's own roster is.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any, BinaryIO

EXPERTS = {"go": "go", "html": "web"}
CODE = "func answer() int {\n\treturn 42\n}"
PIECES = ["It **counts** ", "`n` items:\n\n", f"```go\n{CODE}\n```\n", "<b>no markup</b>"]
FINDINGS = [
    ("good", "runtime directory", "/run/user/1000/hotseat", ""),
    ("bad", "model web:1b", "not on this machine", "Run `hotseat pull web`"),
]
GHOST = {"go": "fmt.Println(i)", "html": "<p>ghost</p>", "python": "print(total)"}


class FakeHotseat:
    def __init__(self, out: BinaryIO) -> None:
        self.out = out
        self.texts: dict[str, str] = {}
        self.focus: str | None = None
        self.pinned: set[str] = set()
        self.waiting: set[Any] = set()
        self.languages: dict[str, str] = {}
        self.mark = Path(os.environ.get("HOTSEAT_FAKE_MISSING", os.devnull))
        self.missing = set(EXPERTS.values()) if self.mark.is_file() else set()
        self.n_pulls = 0

    def send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.out.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.out.flush()

    def status(self) -> dict[str, Any]:
        extension = (self.focus or "").rpartition(".")[2]
        language = extension if extension in EXPERTS else None
        experts = [
            {
                "name": name,
                "languages": [language_id],
                "model": f"{name}:1b",
                "seat": f"{name}:1b",
                "state": "warm" if language == language_id else "absent",
                "stateSeconds": 1.0,
                "sizeBytes": 252_000_000,
                "probability": 0.5,
                "demanded": language == language_id,
                "pinned": name in self.pinned,
                "reason": "a script says so",
                "error": "",
                "loadSeconds": None,
                "fim": "",
                "download": {"model": f"{name}:1b", "sizeBytes": 252_000_000, "problem": ""}
                if name in self.missing
                else None,
            }
            for language_id, name in EXPERTS.items()
        ]
        return {
            "focus": {
                "uri": self.focus,
                "language": language,
                "expert": EXPERTS.get(language or ""),
                "note": "",
            },
            "experts": experts,
            "memory": {
                "budgetBytes": 520_000_000,
                "usedBytes": 252_000_000,
                "foreignBytes": 0,
                "peakBytes": 252_000_000,
            },
            "engine": {"kind": "fake", "url": "", "version": "1", "up": True, "message": ""},
            "completions": {},
            "lastCompletion": None,
        }

    def push_status(self) -> None:
        self.send({"method": "hotseat/status", "params": self.status()})

    def take(self, message: dict[str, Any]) -> None:
        method, params = message.get("method"), message.get("params") or {}
        if method == "exit":
            sys.exit(0)
        if method == "$/cancelRequest" and params["id"] in self.waiting:
            self.waiting.discard(params["id"])
            self.send({"id": params["id"], "error": {"code": -32800, "message": "cancelled"}})
        elif "id" in message and method is not None:
            self.answer(message["id"], method, params)
        else:
            self.notified(method, params)

    def notified(self, method: str | None, params: dict[str, Any]) -> None:
        document = params.get("textDocument") or {}
        if method == "textDocument/didOpen":
            self.texts[document["uri"]] = document["text"]
            self.languages[document["uri"]] = document["languageId"]
        elif method == "textDocument/didFocus":
            self.focus = document.get("uri")
            self.push_status()

    def answer(self, id_: Any, method: str, params: dict[str, Any]) -> None:
        if method == "hotseat/ask" and "wait" in params["question"]:
            self.waiting.add(id_)
            self.part(params, {"expert": "go", "note": "", "text": "half an answer"})
            return
        if params.get("command") == "hotseat.pull":
            self.pull(id_, params["workDoneToken"], *params["arguments"])
            return
        self.send({"id": id_, "result": self.result(method, params)})

    def pull(self, id_: Any, token: str, name: str) -> None:
        self.n_pulls += 1
        self.progress(token, kind="begin", title=f"Hotseat: downloading {name}:1b", percentage=0)
        self.progress(token, kind="report", message="60 of 120 MB", percentage=50)
        if self.missing and self.n_pulls == 1:
            self.waiting.add(id_)
            return
        self.progress(token, kind="end")
        self.missing.discard(name)
        if not self.missing and self.mark.is_file():
            self.mark.unlink()
        self.send({"id": id_, "result": {"message": f"{name}:1b is downloaded"}})
        self.push_status()

    def progress(self, token: str, **value: Any) -> None:
        self.send({"method": "$/progress", "params": {"token": token, "value": value}})

    def part(self, params: dict[str, Any], value: dict[str, Any]) -> None:
        token = {"token": params["partialResultToken"], "value": value}
        self.send({"method": "$/progress", "params": token})

    def result(self, method: str, params: dict[str, Any]) -> Any:
        uri = (params.get("textDocument") or {}).get("uri", "")
        if method == "initialize":
            return {
                "capabilities": {
                    "positionEncoding": "utf-16",
                    "textDocumentSync": 2,
                    "inlineCompletionProvider": {},
                    "executeCommandProvider": {
                        "commands": ["hotseat.pin", "hotseat.unpin", "hotseat.pull"]
                    },
                },
                "serverInfo": {"name": "hotseat", "version": "fake"},
            }
        if method == "hotseat/status":
            return self.status()
        if method == "textDocument/inlineCompletion":
            if params["context"].get("selectedCompletionInfo"):
                return {"items": []}  # it does not go on from the list's item
            text, at = GHOST.get(self.languages.get(uri, ""), ""), params["position"]
            return {"items": [{"insertText": text, "range": {"start": at, "end": at}}]}
        if method == "hotseat/ask":
            return self.asked(params)
        if method == "hotseat/memory":
            return remembered(params["action"])
        if method == "hotseat/prompt":
            sent = {"prompt": "package main // sent", "suffix": None, "maxTokens": 64}
            return {"problem": "", "expert": "go", "model": "go:1b", "engine": "here", **sent}
        if method == "hotseat/edit":
            edit = {"range": params["range"], "newText": f"// {params['instruction']}"}
            return {"edit": {"changes": {uri: [edit]}}, "expert": "go"}
        if method == "workspace/executeCommand":
            (name,) = params["arguments"]
            (self.pinned.add if params["command"] == "hotseat.pin" else self.pinned.discard)(name)
            self.push_status()
            return {"message": f"{name} is done"}
        return None

    def asked(self, params: dict[str, Any]) -> dict[str, Any]:
        if "crash" in params["question"]:
            print("RuntimeError: asked to crash", file=sys.stderr, flush=True)
            os._exit(3)
        conversation = params.get("conversation") or "c1"
        self.part(
            params, {"conversation": conversation, "expert": "go", "language": "go", "note": ""}
        )
        for piece in PIECES:
            self.part(params, {"text": piece})
        answer = "".join(PIECES) + f"\n\nTurns brought: {len(params.get('history', ()))}"
        uri = (params.get("textDocument") or {}).get("uri")
        sources = [{"uri": uri, "range": params.get("range")}] if uri else []
        contributions = [{"expert": "go", "language": "go", "text": answer}]
        note = {"text": "On Monday: port 5050", "turn": 1, "fact": None}
        return {
            "conversation": conversation,
            "answer": answer,
            "contributions": contributions,
            "sources": sources,
            "recalled": [note] if "recall" in params["question"] else [],
        }


def remembered(action: str) -> dict[str, Any]:
    turn = {"conversation": "c0", "day": "2026-03-02", "language": None}
    asked = {**turn, "id": 1, "role": "user", "expert": None, "text": "Which port?"}
    answer = {**turn, "id": 2, "role": "assistant", "expert": "go", "text": "The printer has 5000."}
    known = {"id": "c0", "title": "Which port?", "lastS": 1_772_451_000.5, "turns": 2}
    return {
        "conversations": [known] if action == "list" else [],
        "turns": {"show": [asked, answer], "search": [answer]}.get(action, []),
    }


def main() -> None:
    if sys.argv[1:2] == ["stats"]:
        print("language  shown\ngo            7")
        sys.exit(0)
    if sys.argv[1:2] == ["experts"]:
        print(json.dumps({"files": [os.path.join(os.environ["XDG_CONFIG_HOME"], "experts.yaml")]}))
        sys.exit(0)
    if sys.argv[1:2] == ["doctor"]:
        names = ("verdict", "subject", "detail", "hint")
        print(json.dumps({"findings": [dict(zip(names, f, strict=True)) for f in FINDINGS]}))
        sys.exit(1)
    server, stdin = FakeHotseat(sys.stdout.buffer), sys.stdin.buffer
    while header := stdin.readline():
        n_bytes = int(header.split(b":")[1])
        while stdin.readline().strip():
            pass
        server.take(json.loads(stdin.read(n_bytes)))


if __name__ == "__main__":
    main()
