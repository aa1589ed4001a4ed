"""Which experts the conversations of other programs will need next. Pure: `now_s` comes in.

Each conversation has a forecaster of its own, which learns the order of its experts as it learns an
editor's order of languages. What a conversation has named and not come to yet (the paths in a task,
the file that an answer's tool call reads) precedes what its order suggests.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from hotseat.attention.forecaster import Forecaster
from hotseat.domain.demand import Want
from hotseat.domain.experts import Expert

MAX_CONVERSATIONS = 64
MAX_NAMED = 4
IDLE_S = 1800.0
"""A conversation without a request for so long needs nothing: as long as in an editor."""
HALF_LIFE_S = 300.0
"""A conversation that rests for so long is half as likely to go on."""
CURRENT = 0.9
"""That a conversation's next request is for the expert of its last one, at first."""
NAMED = 0.7
"""That it soon comes to the first expert that it has named; half of that for each further one."""
NEGLIGIBLE = 0.02
_DIGITS = 2
"""Of probabilities, so that the keeper is not sent each second's decay."""


@dataclass(slots=True, kw_only=True)
class _Sequence:
    forecaster: Forecaster = field(default_factory=Forecaster)
    current: str = ""
    named: tuple[str, ...] = ()
    """Experts that were named and did not answer since, the next one first."""
    last_s: float = 0.0
    experts: tuple[str, ...] = ()
    """Those for which `chances` were computed."""
    chances: Mapping[str, tuple[float, str]] | None = None
    """Without regard to time; None after a change."""


class Sequences:
    """The latest conversations. Experts are known by name; an empty conversation is none."""

    def __init__(self, max_conversations: int = MAX_CONVERSATIONS) -> None:
        self._max_conversations = max_conversations
        self._known: OrderedDict[str, _Sequence] = OrderedDict()

    def begin(self, conversation: str, expert: str, now_s: float) -> None:
        """The expert is asked."""
        if not conversation:
            return
        sequence = self._known.setdefault(conversation, _Sequence())
        self._known.move_to_end(conversation)
        while len(self._known) > self._max_conversations:
            self._known.popitem(last=False)
        if sequence.current != expert:
            sequence.forecaster.visit(expert, expert, now_s)
            sequence.forecaster.forecast(())  # what it is taught with when the outcome is known
        sequence.current, sequence.last_s = expert, now_s
        sequence.named = tuple(name for name in sequence.named if name != expert)
        sequence.chances = None

    def end(self, conversation: str, named: Iterable[str], now_s: float) -> None:
        """The request has ended. `named` are the experts that it named, the next one first."""
        sequence = self._known.get(conversation)
        if sequence is None:
            return
        sequence.last_s = now_s
        sequence.chances = None
        fresh = [name for name in named if name != sequence.current]
        sequence.named = tuple(dict.fromkeys((*fresh, *sequence.named)))[:MAX_NAMED]

    def chances(self, experts: Sequence[str], now_s: float) -> dict[str, tuple[float, str]]:
        """Return how likely each expert is needed soon by any conversation, with the reason."""
        absent: dict[str, float] = {}
        """The probability that no conversation needs it."""
        best: dict[str, tuple[float, str]] = {}
        for sequence in self._known.values():
            if now_s - sequence.last_s >= IDLE_S:
                continue
            weight: float = 0.5 ** ((now_s - sequence.last_s) / HALF_LIFE_S)
            for name, (chance, reason) in _chances(sequence, tuple(experts)).items():
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


def _chances(sequence: _Sequence, experts: tuple[str, ...]) -> Mapping[str, tuple[float, str]]:
    if sequence.chances is None or sequence.experts != experts:
        sequence.experts, sequence.chances = experts, _of_one(sequence, experts)
    return sequence.chances


def _of_one(sequence: _Sequence, experts: Sequence[str]) -> Mapping[str, tuple[float, str]]:
    guesses = sequence.forecaster.forecast(experts, sequence.forecaster.soon())
    found = {
        name: (guess.probability, "often follows in a conversation")
        for name, guess in guesses.items()
        if name in experts
    }
    for place, name in enumerate(sequence.named):
        chance = NAMED * 0.5**place
        if chance > found.get(name, (0.0, ""))[0]:
            found[name] = (chance, "is named in a conversation")
    if sequence.current:
        found[sequence.current] = (CURRENT, "answers in a conversation")
    return found
