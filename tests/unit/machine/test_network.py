"""What may be connected to and downloaded, by the roster's rule and HOTSEAT_NETWORK."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hotseat.domain.errors import DownloadRefused, EngineRejected, EngineUnavailable, HotseatError
from hotseat.domain.network import DEFAULT_RULE, NetworkLevel, NetworkRule
from hotseat.machine import network

NAMED = frozenset({"gpu.example"})


@pytest.fixture(autouse=True)
def no_limit(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("HOTSEAT_NETWORK", raising=False)
    network.use(DEFAULT_RULE)
    yield
    network.use(DEFAULT_RULE)


def use(level: str) -> None:
    network.use(NetworkRule(level=NetworkLevel(level), hosts=NAMED))


def may_connect(host: str) -> bool:
    try:
        network.check_host(host)
    except EngineUnavailable:
        return False
    return True


@pytest.mark.parametrize("level", ["none", "hosts", "pull"])
@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_this_machine_is_always_allowed(level: str, host: str) -> None:
    use(level)
    assert may_connect(host)
    network.check_listening(host)


@pytest.mark.parametrize(
    ("level", "host", "expected"),
    [
        ("none", "gpu.example", False),
        ("none", "10.0.0.7", False),
        ("none", "localhost.example", False),
        ("none", "0.0.0.0", False),
        ("none", "", False),
        ("hosts", "gpu.example", True),
        ("hosts", "GPU.example", True),
        ("hosts", "other.example", False),
        ("hosts", "gpu.example.evil", False),
        ("pull", "other.example", True),
    ],
)
def test_other_hosts(level: str, host: str, expected: bool) -> None:
    use(level)
    assert may_connect(host) is expected


@pytest.mark.parametrize(("level", "allowed"), [("none", False), ("hosts", False), ("pull", True)])
def test_downloads(level: str, allowed: bool) -> None:
    use(level)
    network.check_download("a model", "http://127.0.0.1:8080/m.gguf")  # a mirror on this machine
    if allowed:
        network.check_download("a model")
        return
    with pytest.raises(DownloadRefused) as caught:
        network.check_download("a model")
    assert caught.value.message == (
        f"a model is not downloaded, because `network: {level}` in your experts.yaml forbids it"
    )
    assert "`network: pull` in your experts.yaml" in caught.value.hint


@pytest.mark.parametrize(
    ("roster", "variable", "expected"),
    [
        ("pull", "", "pull"),
        ("pull", "none", "none"),
        ("none", "pull", "none"),
        ("hosts", " NONE ", "none"),
        ("hosts", "pull", "hosts"),
        ("pull", "nothing", "none"),
    ],
)
def test_the_narrower_of_roster_and_variable_counts(
    monkeypatch: pytest.MonkeyPatch, roster: str, variable: str, expected: str
) -> None:
    use(roster)
    monkeypatch.setenv("HOTSEAT_NETWORK", variable)
    assert network.level() == expected
    assert network.child_environment()["HOTSEAT_NETWORK"] == expected


def test_the_remedy_names_what_has_to_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTSEAT_NETWORK", "none")
    with pytest.raises(EngineUnavailable) as caught:
        network.check_host("gpu.example")
    assert "HOTSEAT_NETWORK=none forbids it" in caught.value.message
    assert caught.value.hint == "Allow it with HOTSEAT_NETWORK=hosts"
    use("none")
    with pytest.raises(EngineUnavailable) as caught:
        network.check_host("gpu.example")
    assert caught.value.hint == (
        "Allow it with `network: hosts` in your experts.yaml and HOTSEAT_NETWORK=hosts"
    )
    monkeypatch.delenv("HOTSEAT_NETWORK")
    use("hosts")
    with pytest.raises(EngineUnavailable) as caught:
        network.check_host("other.example")
    assert caught.value.hint == "Name the host under `engine:` in your own experts.yaml"


@pytest.mark.parametrize(
    ("model", "in_cloud"),
    [
        ("gpt-oss:120b-cloud", True),
        ("o/kimi:cloud", True),
        ("cloud:1b", False),
        ("cloudy:1b", False),
        ("go:latest", False),
    ],
)
def test_models_of_ollamas_cloud_are_outside(model: str, in_cloud: bool) -> None:
    use("pull")
    network.check_model(model)
    use("hosts")
    if in_cloud:
        with pytest.raises(EngineRejected, match="runs outside this machine"):
            network.check_model(model)
    else:
        network.check_model(model)


def test_nothing_listens_for_other_machines_with_none() -> None:
    use("none")
    with pytest.raises(HotseatError, match=r"0\.0\.0\.0 can be reached from other machines"):
        network.check_listening("0.0.0.0")
    use("hosts")
    network.check_listening("0.0.0.0")


def test_the_users_rule_is_read_when_it_is_needed_first() -> None:
    read = []

    def reader() -> NetworkRule:
        read.append(1)
        return NetworkRule(level=NetworkLevel.NONE)

    network._State.rule = None
    network.read_by(reader)
    network.check_host("127.0.0.1")
    assert read == []
    assert not may_connect("gpu.example")
    assert not may_connect("gpu.example")
    assert read == [1]
