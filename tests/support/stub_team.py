"""A team's server on loopback, as its clients see it: a key, models, and their places in memory."""

from __future__ import annotations

from support.stub_engine import MIB, Reply, Seen, StubEngine

KEY = "hotseat-of-anna"


class StubTeam(StubEngine):
    """`names` are its models, `resident` those in its memory; `hints` what it was sent."""

    def __init__(self) -> None:
        super().__init__()
        self.names = ["a:1b", "b:1b"]
        self.models = dict.fromkeys(self.names, 100 * MIB)
        self.hints: list[str] = []

    async def _answer(self, seen: Seen, reply: Reply) -> None:
        if seen.headers.get("authorization") != f"Bearer {KEY}":
            await reply.json({"error": "unauthorized"}, 401)
        elif seen.path == "/api/version":
            await reply.json({"version": "0.32.15", "hotseat_team": "0.1.0"})
        elif seen.path == "/api/ps":
            models = [{"name": name, "size": size} for name, size in self.resident.items()]
            await reply.json({"models": models, "hotseat_team": {"names": self.names}})
        elif seen.is_load:
            self.hints.append(seen.body["model"])
            await reply.json({"model": seen.body["model"], "done": True, "done_reason": "load"})
        else:
            await super()._answer(seen, reply)
