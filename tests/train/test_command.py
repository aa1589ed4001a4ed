"""The command itself, in a process: figures, a stop by signal, going on, the roster."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from hotseat.roster.load import load_paths
from hotseat.train.checkpoint import NAME

SHORT = ("--batch", "2", "--window", "64", "--rank", "4", "--lr", "0.005", "--threads", "1")


def command(code: Path, base: Path, tmp_path: Path, *more: str) -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
    }
    environment.pop("HOTSEAT_EXPERTS", None)
    arguments = ["go", "--from", str(code), "--base", str(base), "--out", str(tmp_path / "out")]
    return subprocess.Popen(
        [sys.executable, "-m", "hotseat", "train", *arguments, *SHORT, *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )


def test_figures_as_json_and_progress_beside(code: Path, base_file: Path, tmp_path: Path) -> None:
    process = command(code, base_file, tmp_path, "--steps", "30", "--json", "--write", "--peft")
    out, err = process.communicate(timeout=200)
    assert process.returncode == 0, err
    told = json.loads(out)
    assert told["adapter"] == str(tmp_path / "out" / "go.gguf")
    assert told["held_out"]["all"]["wins"]
    peft = Path(told["peft_folder"])
    assert peft == tmp_path / "out" / "go-peft"
    assert sorted(p.name for p in peft.iterdir()) == [
        "adapter_config.json",
        "adapter_model.safetensors",
    ]
    assert "step 5/30" in err
    assert "tokens/s" in err
    # A base that is known by its file has no name that a roster could use.
    assert "name the base" in err
    assert not (tmp_path / "config" / "hotseat" / "experts.yaml").exists()


def test_a_stop_leaves_a_whole_checkpoint_and_says_how_to_go_on(
    code: Path, base_file: Path, tmp_path: Path
) -> None:
    process = command(code, base_file, tmp_path, "--steps", "100000")
    assert process.stderr is not None
    said = ""
    while "step 5/" not in said:
        line = process.stderr.readline()
        assert line, said
        said += line
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=100)
    assert process.returncode == 130
    assert "Stopped after step" in err
    assert "Run the same command again to resume" in err
    assert (tmp_path / "out" / NAME).is_file()


def test_a_base_with_a_name_gets_its_adapter_into_the_roster(
    code: Path, base_file: Path, tmp_path: Path
) -> None:
    from hotseat.embedded.models.names import parse_name
    from hotseat.embedded.models.store import Manifest, ModelStore
    from hotseat.train.base import Base

    digest = Base(name="tiny:1", path=base_file, architecture="llama").digest()
    store = ModelStore(tmp_path / "data" / "hotseat" / "models")
    with store.upload(digest) as upload:
        upload.write(base_file.read_bytes())
        upload.finish()
    store.put(parse_name("tiny:1"), Manifest(base=digest))
    process = command(code, Path("tiny:1"), tmp_path, "--steps", "30", "--write")
    out, err = process.communicate(timeout=200)
    assert process.returncode == 0, err
    assert "Added to" in out
    roster = load_paths(tmp_path / "config" / "hotseat" / "experts.yaml", None).roster
    expert = roster.expert_for("go")
    assert expert is not None
    assert expert.base_model == "tiny:1"
    assert expert.adapter == str(tmp_path / "out" / "go.gguf")
