"""How many replicas a team needs."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from hotseat.cli.serve.team import team as app
from hotseat.domain.errors import HotseatError
from hotseat.lab.simulate.team.size import Team, chart, size

GB = 10**9
TEAM = Team(
    developers=20, models=8, model_bytes=GB, bytes_per_replica=2 * GB, load_s=5.0, day_s=600
)


def test_the_fewest_replicas_that_are_enough() -> None:
    found = size(TEAM, 0.1)
    by_number = {point.replicas: point for point in found.points}
    assert by_number[found.replicas].p95_s <= 0.1
    assert by_number[found.replicas - 1].p95_s > 0.1
    assert found.replicas <= 4, "with four, every model has a place"
    assert size(replace(TEAM, developers=1), 10.0).replicas == 1
    assert ElementTree.fromstring(chart(found, "title")).tag.endswith("svg")


def test_a_model_larger_than_a_replica() -> None:
    with pytest.raises(HotseatError, match="larger"):
        size(replace(TEAM, bytes_per_replica=GB // 2), 0.1)


def test_the_command_prints_points_and_writes_a_plot(tmp_path: Path) -> None:
    plot = tmp_path / "size.svg"
    arguments = ["size", "--developers", "5", "--models", "4", "--bytes", "1GB"]
    arguments += ["--memory", "2GB", "--hours", "0.1", "--json", "--plot", str(plot)]
    found = json.loads(CliRunner().invoke(app, arguments).stdout)
    assert found["replicas"] == found["points"][-1]["replicas"]
    assert plot.read_text().startswith("<svg")
    wrong = CliRunner().invoke(app, [*arguments, "--bytes", "one"])
    assert wrong.exit_code == 1
