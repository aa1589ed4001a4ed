"""What Ollama's scheduler does next, as a function of what is loaded."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from hotseat.embedded.models.card import ModelCard
from hotseat.embedded.models.chat_template import ChatTemplate
from hotseat.embedded.options import load_options
from hotseat.embedded.processes.ollama_schedule import (
    End,
    Load,
    RunnerSetup,
    RunnerView,
    Use,
    needs_reload,
    next_step,
    setup_of,
    victim,
)

CARD = ModelCard(
    family="llama",
    n_parameters=135_000_000,
    quantization="Q4_1",
    context_length=8192,
    embedding_length=576,
    chat_template=ChatTemplate(),
    n_tokens=100,
    adds_bos=True,
    fim=None,
    is_adapter=False,
    can_constrain=True,
)


def setup(base: str = "a", *adapters: str, shift: bool = True, **options: Any) -> RunnerSetup:
    return setup_of(base, adapters, load_options(options, CARD, n_cores=4, shift=shift))


def runner(base: str, *, keep_alive_s: float = 300.0, n_users: int = 0) -> RunnerView:
    return RunnerView(setup=setup(base), n_users=n_users, keep_alive_s=keep_alive_s)


def test_the_idle_runner_with_the_shortest_keep_alive_ends_first() -> None:
    runners = [
        runner("a", keep_alive_s=1, n_users=1),
        runner("b", keep_alive_s=600),
        runner("c", keep_alive_s=60),
    ]
    assert victim(runners).setup.base == "c"


def test_among_equals_the_first_file_ends_first() -> None:
    assert victim([runner("b"), runner("a"), runner("c")]).setup.base == "a"


def test_if_all_are_busy_the_shortest_keep_alive_is_waited_for() -> None:
    busy = [runner("a", keep_alive_s=60, n_users=1), runner("b", keep_alive_s=30, n_users=3)]
    assert next_step(setup("c"), busy, 2) == End("b")


def test_below_the_limit_a_model_is_loaded_beside_the_others() -> None:
    assert next_step(setup("c"), [runner("a"), runner("b")], 3) == Load()
    assert next_step(setup("c"), [], 1) == Load()


def test_a_loaded_model_is_used_though_the_limit_is_reached() -> None:
    assert next_step(setup("a"), [runner("a")], 1) == Use()


def test_a_model_that_has_to_be_loaded_again_ends_itself_and_no_other() -> None:
    loaded = [runner("a", n_users=1), runner("b")]
    assert next_step(setup("a", num_ctx=512), loaded, 2) == End("a")
    assert next_step(setup("a", "adapter"), loaded, 2) == End("a")


def test_a_runner_that_does_not_answer_ends() -> None:
    dead = replace(runner("a"), answers=False)
    assert next_step(setup("a"), [dead], 3) == End("a")


@pytest.mark.parametrize(
    ("loaded", "wanted"),
    [
        ({}, {"num_ctx": 512}),
        ({"num_ctx": 2048}, {"num_ctx": 1024}),
        ({}, {"num_thread": 3}),  # Its effect is the default's.
        ({"num_thread": 2}, {}),
        ({}, {"num_batch": 64}),  # Both are cut to the engine's own limit.
        ({"num_batch": 64}, {}),
        ({"num_ctx": 8192}, {"num_ctx": 8192, "num_batch": 512}),
        ({}, {"num_gpu": 0}),
        ({"num_gpu": 5}, {"num_gpu": 6}),
        ({}, {"main_gpu": 0}),
        ({}, {"use_mmap": True}),
        ({"use_mmap": True}, {}),
        ({"use_mmap": False}, {}),
        ({}, {"draft_num_predict": 8}),
        ({}, {"shift": False}),
    ],
)
def test_these_differences_load_the_model_again(
    loaded: dict[str, Any], wanted: dict[str, Any]
) -> None:
    assert needs_reload(setup(**loaded), setup(**wanted))


@pytest.mark.parametrize(
    ("loaded", "wanted"),
    [
        ({}, {}),
        ({}, {"num_ctx": 4096}),
        ({"num_ctx": 8192}, {"num_ctx": 1_000_000}),  # Beyond the trained length.
        ({}, {"num_batch": 512}),
        ({"num_ctx": 8192}, {"num_ctx": 8192, "num_batch": 1024}),
        ({"num_batch": 512}, {}),
        ({"num_gpu": 0}, {}),
        ({"num_gpu": 0}, {"num_gpu": -1}),
        ({}, {"use_mmap": False}),
        ({"use_mmap": True}, {"use_mmap": True}),
        ({}, {"num_thread": 0}),
        ({}, {"draft_num_predict": 4}),
        ({}, {"temperature": 0.0, "top_k": 1, "stop": ["x"], "seed": 7}),
    ],
)
def test_these_differences_do_not(loaded: dict[str, Any], wanted: dict[str, Any]) -> None:
    assert not needs_reload(setup(**loaded), setup(**wanted))
