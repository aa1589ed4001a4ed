"""Which editors are asked ahead of."""

from __future__ import annotations

import pytest

from hotseat.completion.timing.client_debounce import ClientDebounce


def typed(n_keys: int, *, every_s: float, pause_s: float, first_s: float = 0.0) -> ClientDebounce:
    """An editor that drops the request for a key that another one follows sooner."""
    pause = ClientDebounce()
    for n in range(n_keys):
        now_s = first_s + n * every_s
        pause.keyed(now_s)
        if pause_s < every_s:
            pause.asked(now_s + pause_s)
    return pause


@pytest.mark.parametrize(
    ("every_s", "pause_s", "begins"),
    [
        (0.15, 0.05, True),  # VS Code
        (0.15, 0.001, False),  # nothing to gain
        (0.15, 0.2, False),  # Neovim 0.12: most keys are never asked about
        (0.4, 0.2, False),  # and for the others it would be begun long before
        (0.04, 0.05, False),  # who types so fast is not asked for either
    ],
)
def test_only_where_a_short_pause_comes_before_each_request(
    every_s: float, pause_s: float, begins: bool
) -> None:
    assert typed(20, every_s=every_s, pause_s=pause_s).is_time_to_begin is begins


def test_not_before_something_is_known_of_the_editor() -> None:
    assert not typed(2, every_s=0.15, pause_s=0.05).is_time_to_begin


def test_an_editor_that_asks_no_more_is_left_alone() -> None:
    pause = typed(20, every_s=0.15, pause_s=0.05)
    pause.keyed(10.0)
    pause.keyed(10.2)
    pause.keyed(10.4)
    assert not pause.is_time_to_begin
