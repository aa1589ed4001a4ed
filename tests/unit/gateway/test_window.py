"""The gateway among the windows: which engines it can use."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from hotseat.domain.errors import HotseatError
from hotseat.gateway.answering import Answering, Asked
from hotseat.gateway.daemon import bound, checked_key, warnings
from hotseat.gateway.ollama_api import OllamaForm
from hotseat.gateway.window import GatewayWindow
from hotseat.session.settings import Settings
from support.stub_openai import StubOpenAI
from support.window_fixtures import folders

__all__ = ["folders"]


async def test_a_server_with_openais_api_answers(tmp_path: Path) -> None:
    async with StubOpenAI() as server:
        path = tmp_path / "experts.yaml"
        engine = {"kind": "openai", "host": server.url}
        go = {"name": "go", "languages": ["go"], "model": "small-base"}
        path.write_text(json.dumps({"engine": engine, "experts": [go]}))
        window = GatewayWindow(Settings(roster=str(path), trusted=False))
        try:
            await window.start()
            messages = [{"role": "user", "content": "Why?\n```go\npackage main\n```"}]
            asked = Asked(
                model="go",
                path="/api/chat",
                body={"messages": messages, "stream": True},
                form=OllamaForm("chat"),
                need=("tools",),
                stream=True,
            )
            names: list[str] = []
            answer = Answering(window).lines(asked, print, lambda e: names.append(e.name))
            said = "".join([line["message"]["content"] async for line in answer])
        finally:
            await window.aclose()
        assert (said, names) == ("An answer.", ["go"])


def test_other_machines_always_need_the_key() -> None:
    with pytest.raises(HotseatError, match="Leave out --open"):
        checked_key("0.0.0.0", is_open=True)
    assert checked_key("127.0.0.1", is_open=True) is None
    assert checked_key("127.0.0.1", is_open=False) == checked_key("0.0.0.0", is_open=False)


def test_an_address_that_cannot_be_served() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as other,
        pytest.raises(HotseatError, match="choose --port N"),
    ):
        bound("127.0.0.1", other.getsockname()[1])
    with pytest.raises(HotseatError, match="another address of this machine"):
        bound("203.0.113.7", 0)


def test_what_the_user_is_warned_of() -> None:
    assert "no key" in warnings("127.0.0.1", None)[0]
    assert "encryption" in warnings("0.0.0.0", "key")[0]
    assert warnings("127.0.0.1", "key") == []
