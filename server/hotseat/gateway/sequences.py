"""Which experts the conversations of other programs will need next. Pure: `now_s` comes in.

A conversation goes on as it went, and where it has shown little, as the others did: agents' tasks
have few requests. What it has named and not come to yet (the paths in a task, the file that an
answer's tool call reads) precedes that. A client that has begun another conversation seldom comes
back to the one before; how often it does is learned.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from hotseat.domain.demand import Want
from hotseat.domain.experts import Expert
from hotseat.gateway.moves import Moves, next_chances

MAX_CONVERSATIONS = 64
MAX_CLIENTS = 64
MAX_NAMED = 4
IDLE_S = 1800.0
"""A conversation without a request for so long needs nothing: as long as in an editor."""
HALF_LIFE_S = 300.0
"""A conversation that rests for so long is half as likely to go on."""
RETURNS, MOVES = 1.0, 3.0
"""Before any was seen: of so many moves to another conversation, so many were returns."""
NAMED = 0.7
"""That it next comes to the first expert that it has named; half of that for each further one."""
NEGLIGIBLE = 0.02
_DIGITS = 2
"""Of probabilities, so that the keeper is not sent each second's decay."""


@dataclass(slots=True, kw_only=True)
class _Conversation:
    client: str
    moves: Moves = field(default_factory=Moves)
    current: str = ""
    named: tuple[str, ...] = ()
    """Experts that were named and did not answer since, the next one first."""
    mentioned: frozenset[str] = frozenset()
    """Experts whose files it has mentioned at all."""
    last_s: float = 0.0


@dataclass(slots=True, kw_only=True)
class _Client:
    conversations: list[str] = field(default_factory=list)
    """The latest last."""
    n_moves: float = MOVES
    """From one conversation to another."""
    n_returns: float = RETURNS
    """Of those, to one that it had left."""

    def turn_to(self, conversation: str) -> None:
        is_known = conversation in self.conversations
        if self.conversations and self.conversations[-1] != conversation:
            self.n_moves += 1.0
            self.n_returns += is_known
        if is_known:
            self.conversations.remove(conversation)
        self.conversations.append(conversation)

    def chance_to_go_on(self, conversation: str) -> float:
        """Return how likely the client comes back to the conversation: 1 for its latest one."""
        n_later = len(self.conversations) - 1 - self.conversations.index(conversation)
        returns: float = self.n_returns / self.n_moves
        return 1.0 if not n_later else returns * 0.5 ** ((1.0 - returns) * (n_later - 1))


class Sequences:
    """The latest conversations. Experts are known by name; an empty conversation is none."""

    def __init__(self, max_conversations: int = MAX_CONVERSATIONS) -> None:
        self._max_conversations = max_conversations
        self._known: OrderedDict[str, _Conversation] = OrderedDict()
        self._clients: OrderedDict[str, _Client] = OrderedDict()
        self._moves = Moves()
        """Of all conversations."""

    def begin(self, conversation: str, expert: str, now_s: float, client: str = "") -> None:
        """The expert is asked by the client."""
        if not conversation:
            return
        one = self._known.setdefault(conversation, _Conversation(client=client))
        self._known.move_to_end(conversation)
        if one.client != client:
            self._forget_of(one.client, conversation)
            one.client = client
        self._clients.setdefault(client, _Client()).turn_to(conversation)
        self._clients.move_to_end(client)
        self._bound()
        one.moves.note(one.current, expert)
        self._moves.note(one.current, expert)
        one.current, one.last_s = expert, now_s
        one.named = tuple(name for name in one.named if name != expert)

    def end(
        self,
        conversation: str,
        named: Iterable[str],
        now_s: float,
        mentioned: Collection[str] = (),
    ) -> None:
        """The request has ended. `named` are the experts that it named, the next one first;
        `mentioned` those whose files the conversation has mentioned at all."""
        one = self._known.get(conversation)
        if one is None:
            return
        one.last_s = now_s
        fresh = [name for name in named if name != one.current]
        one.named = tuple(dict.fromkeys((*fresh, *one.named)))[:MAX_NAMED]
        one.mentioned = frozenset(mentioned)

    def chances(self, experts: Sequence[str], now_s: float) -> dict[str, tuple[float, str]]:
        """Return how likely each expert is the next one of any conversation, with the reason."""
        absent: dict[str, float] = {}
        """The probability that no conversation needs it."""
        best: dict[str, tuple[float, str]] = {}
        for key, one in self._known.items():
            if now_s - one.last_s >= IDLE_S:
                continue
            weight: float = 0.5 ** ((now_s - one.last_s) / HALF_LIFE_S)
            weight *= self._clients[one.client].chance_to_go_on(key)
            for name, (chance, reason) in self._of_one(one, experts).items():
                probability = chance * weight
                absent[name] = absent.get(name, 1.0) * (1.0 - probability)
                best[name] = max(best.get(name, (0.0, "")), (probability, reason))
        found = {name: (round(1.0 - p, _DIGITS), best[name][1]) for name, p in absent.items()}
        return {name: chance for name, chance in found.items() if chance[0] >= NEGLIGIBLE}

    def wants(self, experts: Sequence[Expert], now_s: float) -> list[Want]:
        """Return the wants of all conversations: none of them is demanded."""
        chances = self.chances([expert.name for expert in experts], now_s)
        return [
            Want(
                expert=expert.name,
                spec=expert.seat,
                probability=chances[expert.name][0],
                demanded=False,
                reason=chances[expert.name][1],
                size_hint_bytes=expert.size_bytes,
                adapter=expert.over_base,
            )
            for expert in experts
            if expert.name in chances
        ]

    def _of_one(
        self, one: _Conversation, experts: Sequence[str]
    ) -> Mapping[str, tuple[float, str]]:
        likely = next_chances(self._moves, one.moves, one.current, experts, one.mentioned)
        found = {name: (chance, _reason(name, one)) for name, chance in likely.items()}
        for place, name in enumerate(one.named):
            chance = NAMED * 0.5**place
            if name in found and chance > found[name][0]:
                found[name] = (chance, "is named in a conversation")
        return found

    def _bound(self) -> None:
        while len(self._known) > self._max_conversations:
            key, one = self._known.popitem(last=False)
            self._forget_of(one.client, key)
        for name in list(self._clients)[: max(0, len(self._clients) - MAX_CLIENTS)]:
            if not self._clients[name].conversations:
                del self._clients[name]

    def _forget_of(self, client: str, conversation: str) -> None:
        self._clients[client].conversations.remove(conversation)


def _reason(name: str, one: _Conversation) -> str:
    if name == one.current:
        return "answers in a conversation"
    return "often follows in a conversation"
