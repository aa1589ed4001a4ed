"""team.yaml: what is right becomes a config, and each mistake has a place and a hint."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotseat.domain.errors import HotseatError
from hotseat.team.config import DeveloperLimits, TeamConfig, from_plain
from hotseat.team.schema import TeamResult, load_team, read_team
from hotseat.team.serve_config import serve_config

GOOD = """\
models:
  - name: go
    file: models/go.gguf
    context: 8192
    adapters:
      - {name: go-http, file: /srv/http.gguf}
  - {name: sql, source: "hf:owner/repo#sql.gguf"}
replicas: 2
bytes_per_replica: 1.5GB
developers:
  keys: team.keys
  concurrent: 3
  limits:
    anna: {concurrent: 8, waiting: 0}
"""
FOLDER = Path("/srv/team")


def read(text: str) -> TeamResult:
    return read_team(text, filename="team.yaml", folder=FOLDER)


def good() -> TeamConfig:
    config = read(GOOD).config
    assert config is not None
    return config


def test_a_good_file() -> None:
    config = good()
    assert config.names == ("go", "go-http", "sql")
    assert config.base_of("go-http") == "go"
    assert config.models[0].source == "file:/srv/team/models/go.gguf"
    assert config.keys_path == FOLDER / "team.keys"
    assert config.bytes_per_replica == 1_500_000_000
    assert config.limits_of("anna") == DeveloperLimits(concurrent=8, waiting=0)
    assert config.limits_of("ben").concurrent == 3


def test_serves_config_carries_all_of_it() -> None:
    config = good()
    rendered = serve_config(config)
    application = rendered["applications"][0]
    assert from_plain(application["args"]["team"]) == config
    assert rendered["http_options"] == {"host": "127.0.0.1", "port": 8420}
    assert [one["num_replicas"] for one in application["deployments"]] == [1, 2]


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("replicas: 2", "replica: 2", "8:1: error: unknown key 'replica'. Did you mean 'replicas'"),
        ("context: 8192", "context: many", "4:14: error: 'context' must be a whole number"),
        (
            "1.5GB",
            "lots",
            "9:20: error: 'bytes_per_replica': 'lots' is not a size. Write it as 4GB",
        ),
        ("name: sql", "name: go", "7:12: error: the name 'go' is given twice"),
        ("name: sql", "name: S Q L", "7:12: error: 'name': 'S Q L' is not a name. Small letters"),
        ("    file: models/go.gguf\n", "", "2:11: error: 'go' needs a file or a source. Write"),
        ("hf:owner", "ftp:owner", "7:25: error: 'source': "),
        ("  keys: team.keys\n", "", "10:1: error: 'keys' is missing"),
        ("concurrent: 3", "concurrent: 0", "12:15: error: 'concurrent' must be at least 1"),
        ("replicas: 2", "replicas: [", "broken YAML"),
        ("replicas: 2", "models: []", "8:1: error: 'models' is given twice"),
    ],
)
def test_a_mistake_has_a_place_and_deploys_nothing(old: str, new: str, shown: str) -> None:
    result = read(GOOD.replace(old, new, 1))
    assert result.config is None
    assert shown in "\n".join(map(str, result.diagnostics))


def test_a_file_that_is_not_a_mapping() -> None:
    result = read("- models")
    assert result.config is None
    assert "team.yaml is a mapping" in str(result.diagnostics[0])


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(HotseatError, match="no file") as caught:
        load_team(tmp_path / "team.yaml")
    assert "docs/team.md" in caught.value.hint
