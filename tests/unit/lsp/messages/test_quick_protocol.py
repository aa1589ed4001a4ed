"""Messages that come with each key reach their handlers; JSON is sent as it is."""

from __future__ import annotations

import json

from hotseat.lsp.main import create_server
from hotseat.session.settings import Settings

DOCUMENT = {"uri": "file:///a.py", "version": 1}
AT = {"line": 0, "character": 0}


class Out:
    def __init__(self) -> None:
        self.written = b""

    def write(self, data: bytes) -> None:
        self.written += data

    def close(self) -> None:
        pass


def test_a_change_of_the_usual_shape_is_handled_and_another_one_is_left() -> None:
    protocol = create_server(Settings()).protocol
    usual = {"textDocument": DOCUMENT, "contentChanges": [{"text": "x"}]}
    message = {"jsonrpc": "2.0", "method": "textDocument/didChange", "params": usual}
    assert protocol.dispatch_frequent(message, "textDocument/didChange")
    for left in (message | {"params": {}}, message | {"id": 1}):
        assert not protocol.dispatch_frequent(left, "textDocument/didChange")


def test_another_method_is_left() -> None:
    protocol = create_server(Settings()).protocol
    message = {"jsonrpc": "2.0", "id": 1, "method": "hotseat/status", "params": {}}
    assert not protocol.dispatch_frequent(message, "hotseat/status")


async def test_a_request_of_the_usual_shape_is_answered() -> None:
    protocol, out = create_server(Settings()).protocol, Out()
    protocol.set_writer(out)
    params = {"textDocument": DOCUMENT, "position": AT, "context": {"triggerKind": 2}}
    method = "textDocument/inlineCompletion"
    message = {"jsonrpc": "2.0", "id": 7, "method": method, "params": params}
    protocol._is_initialized = True
    protocol.handle_message(message)
    await protocol.settle(5.0)
    assert json.loads(out.written.partition(b"\r\n\r\n")[2])["result"] == {"items": []}
    assert protocol.msg_id is None, "the id belongs to the handler's context"


def test_json_is_sent_as_it_is() -> None:
    protocol, out = create_server(Settings()).protocol, Out()
    protocol.set_writer(out)
    protocol.notify_json("hotseat/status", {"experts": [None, 1.5]})
    sent = json.loads(out.written.partition(b"\r\n\r\n")[2])
    assert sent == {
        "jsonrpc": "2.0",
        "method": "hotseat/status",
        "params": {"experts": [None, 1.5]},
    }
