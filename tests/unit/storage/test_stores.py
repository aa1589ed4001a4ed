"""What is kept between runs, settings, and the JSON of states."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from hotseat.domain.demand import Want
from hotseat.domain.experts import Adapter, ModelSpec, freeze_options
from hotseat.domain.residency import Measured, ModelState
from hotseat.keeper.engine.owned_models import OwnedModels
from hotseat.keeper.state import (
    EngineStatus,
    KeeperState,
    ModelStatus,
    WindowFocus,
    decode_spec,
    decode_state,
    decode_want,
    encode_spec,
    encode_state,
    encode_want,
)
from hotseat.storage.habit_store import HabitStore
from hotseat.storage.measured_sizes import MeasureStore

SPEC = ModelSpec(
    "go:1b", freeze_options({"num_ctx": 2048, "use_mmap": True, "t": 0.5, "stop": ["a", "b"]})
)


def through_json(value: Any) -> Any:
    return json.loads(json.dumps(value))


def test_states_and_wants_come_back_as_they_were() -> None:
    want = Want(expert="go", spec=SPEC, probability=0.25, demanded=True, reason="é")
    over_base = Adapter("/a/go", "code:1b")
    for each in (want, want._replace(adapter=over_base)):
        assert decode_want(through_json(encode_want(each))) == each
    assert decode_spec(through_json(encode_spec(SPEC))) == SPEC
    state = KeeperState(
        engine=EngineStatus(kind="ollama", url="http://x", up=True),
        models=(ModelStatus(expert="go", spec=SPEC, state=ModelState.WARM, size_bytes=5),),
        windows=(WindowFocus(pid=3, language="go"),),
        budget_bytes=7,
    )
    assert decode_state(through_json(encode_state(state))) == state
    assert state.state_of(SPEC) is ModelState.WARM
    assert state.state_of(ModelSpec("other")) is ModelState.ABSENT


def test_what_models_take_is_kept_by_engine(tmp_path: Path) -> None:
    store = MeasureStore(tmp_path / "new" / "sizes.sqlite")
    assert store.read("a") == {}
    store.write("a", {"m": Measured(size_bytes=1), "n": Measured(size_bytes=2, load_s=0.5)})
    store.write("b", {"m": Measured(load_s=3.0)})
    store.write("a", {"m": Measured(size_bytes=9)})
    again = MeasureStore(tmp_path / "new" / "sizes.sqlite")
    assert again.read("a") == {
        "m": Measured(size_bytes=9),
        "n": Measured(size_bytes=2, load_s=0.5),
    }
    assert again.read("b") == {"m": Measured(load_s=3.0)}


def test_a_broken_store_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "sizes.sqlite"
    path.write_bytes(b"this is no database" * 100)
    store = MeasureStore(path)
    assert store.read("a") == {}
    store.write("a", {"m": Measured(size_bytes=1)})
    assert store.read("a") == {"m": Measured(size_bytes=1)}


def test_a_store_that_cannot_be_there_is_empty(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert MeasureStore(tmp_path / "file" / "sizes.sqlite").read("a") == {}


def test_loaded_names_outlive_their_keeper(tmp_path: Path) -> None:
    path = tmp_path / "loaded.json"
    first = OwnedModels(path)
    first.attach("")
    first.add("go:1b")
    first.add("sql:1b")
    first.discard("sql:1b")
    second = OwnedModels(path)
    second.attach("")
    assert second.names() == {"go:1b"}
    second.keep_only({"other"})
    third = OwnedModels(path)
    third.attach("")
    assert third.names() == frozenset()


def test_a_load_that_has_not_ended_is_known_to_the_next_keeper(tmp_path: Path) -> None:
    path = tmp_path / "loaded.json"
    first = OwnedModels(path)
    first.attach("")
    for name in ("go:1b", "sql:1b", "c:1b"):
        first.begin_load(name)
    first.seen({"go:1b", "other"})
    first.discard("c:1b")
    second = OwnedModels(path)
    second.attach("")
    assert second.names() == {"go:1b", "sql:1b"}
    assert second.loading() == {"sql:1b"}
    assert second.inherited_loads() == {"sql:1b": os.getpid()}
    second.begin_load("go:1b")
    assert second.loading() == {"go:1b", "sql:1b"}, "it had left memory, and is loaded again"
    second.attach("")
    assert second.inherited_loads().keys() == {"sql:1b"}, "go's load is its own"
    second.begin_load("sql:1b")
    assert second.inherited_loads() == {}


def test_a_note_of_an_earlier_version_has_names_without_keepers(tmp_path: Path) -> None:
    path = tmp_path / "loaded.json"
    noted = {"instance": "", "names": ["go:1b", "c:1b"], "loading": ["go:1b"]}
    path.write_text(json.dumps(noted))
    names = OwnedModels(path)
    names.attach("")
    assert names.inherited_loads() == {"go:1b": 0}


def test_another_instance_of_the_engine_holds_nothing_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "loaded.json"
    first = OwnedModels(path)
    first.attach("one")
    first.add("go:1b")
    second = OwnedModels(path)
    second.attach("two")
    assert second.names() == frozenset()


@pytest.mark.parametrize(
    "text", ["", "[", "[]", "5", '{"names": 5}', '{"instance": "", "names": 5}']
)
def test_a_broken_note_is_no_note(tmp_path: Path, text: str) -> None:
    path = tmp_path / "loaded.json"
    path.write_text(text)
    names = OwnedModels(path)
    names.attach("")
    assert names.names() == frozenset()


def test_a_file_that_another_process_holds_is_not_thrown_away(tmp_path: Path) -> None:
    measured, habits = MeasureStore(tmp_path / "sizes"), HabitStore(tmp_path / "habits")
    sizes, counts = {"m": Measured(size_bytes=1)}, {("near", "a.go"): {"go": 2.0}}
    measured.write("a", sizes)
    habits.write(counts)
    with closing(exclusively(tmp_path / "sizes")), closing(exclusively(tmp_path / "habits")):
        assert measured.read("a") == {}
        assert habits.read() == {}
    assert measured.read("a") == sizes
    assert habits.read() == counts


def exclusively(path: Path) -> sqlite3.Connection:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("begin exclusive")
    return other
