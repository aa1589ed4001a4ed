"""From a folder of code to an adapter: what comes out, again and again the same, and resumed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hotseat.domain.errors import HotseatError
from hotseat.embedded.models.card import describe
from hotseat.embedded.models.gguf import read_gguf
from hotseat.train.checkpoint import ASIDE, NAME
from hotseat.train.errors import Stopped

Train = Callable[..., Any]


def test_an_adapter_its_card_and_nothing_else_come_out(train: Train, tmp_path: Path) -> None:
    trained = train(steps=40, learning_rate=5e-3)
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        "CARD.md",
        "card.json",
        "go.gguf",
    ]
    gguf = read_gguf(trained.adapter)
    assert describe(gguf).is_adapter
    assert gguf.text("general.architecture") == "llama"
    assert trained.gain.wins
    card = json.loads((tmp_path / "out" / "card.json").read_text())
    assert gguf.metadata["adapter.lora.alpha"] == pytest.approx(8.0 * card["training"]["scale"])
    assert card["held_out"]["go"]["adapter"] < card["held_out"]["go"]["base"]
    assert card["data"]["other_files"] == 10
    assert card["base"]["sha256"] == trained.base.digest()
    assert card["size_bytes"] == trained.adapter.stat().st_size
    assert "saved" in (tmp_path / "out" / "CARD.md").read_text()


def test_the_same_seed_gives_the_same_bytes(train: Train) -> None:
    one, same, other = train(out="a"), train(out="b"), train(out="c", seed=1)
    assert one.adapter.read_bytes() == same.adapter.read_bytes()
    assert one.adapter.read_bytes() != other.adapter.read_bytes()


def test_what_was_stopped_goes_on_as_if_it_had_not_been(train: Train, tmp_path: Path) -> None:
    whole = train(out="whole").adapter.read_bytes()
    seen: list[int] = []
    with pytest.raises(Stopped, match="Stopped after step 3 of 8") as error:
        train(on_progress=lambda p: seen.append(p.step), is_stopped=lambda: seen[-1:] == [3])
    assert "Run the same command again" in error.value.hint
    assert (tmp_path / "out" / NAME).is_file()
    said: list[str] = []
    resumed = train(report=said.append, on_progress=lambda p: seen.append(p.step))
    assert "resuming at step 3" in said
    assert seen == [0, 1, 2, 3, 3, 4, 5, 6, 7, 8]
    assert resumed.adapter.read_bytes() == whole
    assert not (tmp_path / "out" / NAME).exists()


def test_a_stop_after_the_last_step_loses_nothing(train: Train) -> None:
    seen: list[int] = []
    with pytest.raises(Stopped):
        train(on_progress=lambda p: seen.append(p.step), is_stopped=lambda: seen[-1:] == [8])
    assert train(on_progress=lambda p: seen.append(p.step)).adapter.is_file()
    assert seen[-2:] == [8, 8]


def test_a_checkpoint_of_other_settings_is_set_aside(train: Train, tmp_path: Path) -> None:
    seen: list[int] = []
    with pytest.raises(Stopped):
        train(on_progress=lambda p: seen.append(p.step), is_stopped=lambda: seen[-1:] == [2])
    before = (tmp_path / "out" / NAME).read_bytes()
    said: list[str] = []
    train(rank=2, report=said.append)
    assert any("set aside" in text for text in said)
    assert (tmp_path / "out" / ASIDE).read_bytes() == before


def test_a_broken_checkpoint_is_begun_anew(train: Train, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / NAME).write_bytes(b"PK\x03\x04 cut short")
    assert train().adapter.is_file()


def test_it_stops_early_and_keeps_the_best(train: Train) -> None:
    trained = train(steps=40, learning_rate=3.0, patience=2)
    told = trained.card["training"]
    assert told["steps"] < 40
    losses = dict(told["evaluations"])
    assert losses[told["best_step"]] == min(losses.values())


def test_several_languages_make_one_adapter(train: Train, code: Path, tmp_path: Path) -> None:
    more = tmp_path / "more"
    more.mkdir()
    for i in range(10):
        (more / f"more{i}.sql").write_text(f"SELECT a{i}, b FROM t{i} WHERE c > {i};\n" * 60)
    trained = train(languages=("go", "sql"), name="go-sql", folders=(code, more))
    assert trained.adapter.name == "go-sql.gguf"
    assert set(trained.card["held_out"]) == {"go", "sql", "all"}


def test_a_full_disk_is_said_and_what_there_was_stays(train: Train, tmp_path: Path) -> None:
    seen: list[int] = []
    with pytest.raises(Stopped):
        train(on_progress=lambda p: seen.append(p.step), is_stopped=lambda: seen[-1:] == [2])
    before = (tmp_path / "out" / NAME).read_bytes()
    full = tmp_path / "out" / f"{NAME}.partial"
    full.symlink_to("/dev/full")
    with pytest.raises(HotseatError, match="The disk is full") as error:
        train()
    assert "resumes from the last checkpoint" in error.value.hint
    assert (tmp_path / "out" / NAME).read_bytes() == before
    full.unlink(missing_ok=True)
    assert train().adapter.is_file()


def test_a_full_disk_at_the_end_is_said_too(train: Train, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "go.gguf.partial").symlink_to("/dev/full")
    with pytest.raises(HotseatError, match="The disk is full"):
        train()
    assert (tmp_path / "out" / NAME).is_file()
    assert train().adapter.is_file()


def test_a_base_that_torch_cannot_open_is_said(train: Train, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "llama"}')
    with pytest.raises(HotseatError, match="cannot be opened for training"):
        train(base=str(folder))


def test_a_base_with_fill_in_the_middle_learns_it(train: Train, tmp_path: Path) -> None:
    from support.tiny_gguf import write_model

    path = write_model(tmp_path / "fim.gguf", fim=True)
    trained = train(base=str(path), n_tokens=128)
    assert "half fill-in-the-middle (qwen)" in trained.card["training"]["examples"]
