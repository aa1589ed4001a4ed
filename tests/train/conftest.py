"""A tiny random base and a folder of code, for tests that really train."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hotseat.domain.experts import Roster
from support.tiny_gguf import write_model

MISSING = [
    name
    for name in ("torch", "peft", "transformers", "gguf", "xllamacpp")
    if importlib.util.find_spec(name) is None
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.train)
            # These libraries warn of one another.
            item.add_marker(pytest.mark.filterwarnings("ignore"))
            if MISSING:
                reason = f"the extra `train` is not installed: {', '.join(MISSING)}"
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def base_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("base") / "tiny.gguf")


@pytest.fixture(scope="session")
def code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of Go and Python."""
    folder = tmp_path_factory.mktemp("code")
    for i in range(40):
        body = "".join(
            f"func Total{i}x{j}(items []Item) int {{\n\tsum := {j}\n\tfor _, item := range items "
            f"{{\n\t\tsum += item.Price * {i}\n\t}}\n\treturn sum\n}}\n\n"
            for j in range(8)
        )
        (folder / f"shop{i}.go").write_text(f"package shop\n\n{body}")
    for i in range(10):
        (folder / f"tool{i}.py").write_text(f"def tool{i}(x):\n    return x + {i}\n\n" * 30)
    return folder


@pytest.fixture
def train(code: Path, base_file: Path, tmp_path: Path) -> Callable[..., Any]:
    """`train(**changes)` of a request and of its settings; gives what `run.train` gives."""
    from hotseat.train import run
    from hotseat.train.tune import TrainingSettings

    def trained(
        *,
        out: str = "out",
        is_stopped: Callable[[], bool] = lambda: False,
        on_progress: Callable[[Any], None] = lambda _progress: None,
        report: Callable[[str], None] = lambda _text: None,
        **changes: Any,
    ) -> Any:
        names = set(TrainingSettings.__dataclass_fields__)
        settings = TrainingSettings(
            steps=8, batch=2, n_tokens=64, rank=4, alpha=8.0, evaluate_every=4, n_evaluated=4
        )
        settings = replace(settings, **{k: v for k, v in changes.items() if k in names})
        request = run.TrainRequest(
            languages=("go",),
            folders=(code,),
            out=tmp_path / out,
            name="go",
            base=str(base_file),
            settings=settings,
            threads=1,
        )
        request = replace(request, **{k: v for k, v in changes.items() if k not in names})
        return run.train(
            request, Roster(), report=report, on_progress=on_progress, is_stopped=is_stopped
        )

    return trained
