"""The models of one replica: a hint never displaces what is in use or lately was."""

from __future__ import annotations

from hotseat.team.residence import Residence


class Loader:
    def __init__(self) -> None:
        self.unloaded: list[str] = []

    async def unload(self, model: str) -> None:
        self.unloaded.append(model)

    async def size_bytes(self, model: str) -> int:
        return 0


async def test_a_hint_gets_the_place_of_a_model_that_is_unused() -> None:
    now_s, loader = [0.0], Loader()
    sizes = dict.fromkeys("abc", 100)
    residence = Residence(loader, bound_bytes=200, expected_bytes=sizes, clock=lambda: now_s[0])
    for name in "ab":
        async with residence.held(name):
            pass
    async with residence.held_for_hint("a", idle_s=0) as has_seat:
        assert not has_seat, "it is there already"
    now_s[0] = 1.0
    async with residence.held_for_hint("c", idle_s=2) as has_seat:
        assert not has_seat, "both were used lately"
    now_s[0] = 3.0
    async with residence.held("a"), residence.held_for_hint("c", idle_s=2) as has_seat:
        assert has_seat
    assert loader.unloaded == ["b"], "the other one is in use"
    assert residence.has("c")
