"""What conversations are likely to need next."""

from __future__ import annotations

from hotseat.domain.experts import Expert, ModelSpec
from hotseat.gateway.sequences import HALF_LIFE_S, IDLE_S, Sequences

NAMES = ["go", "sql", "html", "css"]


def turns(sequences: Sequences, conversation: str, order: str, *, step_s: float = 60.0) -> float:
    """Ask the experts of `order` one after the other; return the time at the end."""
    now_s = 0.0
    for name in order.split():
        sequences.begin(conversation, name, now_s)
        sequences.end(conversation, (), now_s + 1.0)
        now_s += step_s
    return now_s


def test_a_conversation_goes_on_as_it_went() -> None:
    sequences = Sequences()
    now_s = turns(sequences, "a", "go sql go sql go sql go")
    chances = sequences.chances(NAMES, now_s - 59.0)
    assert chances["sql"][0] > 0.5 > chances["go"][0], "it never asked one expert twice"
    assert chances["sql"][0] > 2 * chances.get("css", (0.0, ""))[0]
    assert chances["sql"][1] == "often follows in a conversation"


def test_what_was_named_comes_next_until_it_has_answered() -> None:
    sequences = Sequences()
    sequences.begin("a", "go", 0.0)
    sequences.end("a", ["go", "html", "css"], 1.0)
    chances = sequences.chances(NAMES, 1.0)
    assert chances["html"][0] > chances["css"][0] > chances.get("sql", (0.0, ""))[0]
    assert chances["html"][1] == "is named in a conversation"
    sequences.begin("a", "html", 2.0)
    sequences.end("a", (), 3.0)
    chances = sequences.chances(NAMES, 3.0)
    assert chances["css"][0] > 0.3
    assert chances["html"][1] == "answers in a conversation"


def test_two_conversations_make_an_expert_likelier_than_one() -> None:
    alone, both = Sequences(), Sequences()
    for sequences, names in ((alone, "a"), (both, "ab")):
        for name in names:
            sequences.begin(name, "go", 0.0)
            sequences.end(name, ["sql"], 0.0)
    assert both.chances(NAMES, 0.0)["sql"][0] > alone.chances(NAMES, 0.0)["sql"][0]


def test_a_new_conversation_goes_on_as_the_others_did() -> None:
    sequences = Sequences()
    for name in "abc":
        turns(sequences, name, "go sql go sql")
    sequences.begin("new", "go", 240.0, "another agent")
    chances = sequences.chances(NAMES, 240.0)
    alone = Sequences()
    alone.begin("new", "go", 240.0, "another agent")
    assert chances["sql"][0] > 2 * alone.chances(NAMES, 240.0)["sql"][0]
    assert chances["sql"][0] > 3 * chances.get("css", (0.0, ""))[0]


def test_a_conversation_that_its_client_has_left_counts_little() -> None:
    """Agents hold one conversation after the other: all of them together made every expert
    certain, and any model was unloaded for another."""
    sequences = Sequences()
    for i, name in enumerate(["css", "html", "sql", "go"]):
        sequences.begin(f"task {i}", name, float(i), "an agent")
        sequences.end(f"task {i}", (), i + 0.5)
    chances = sequences.chances(NAMES, 4.0)
    assert chances["go"][0] > 0.5
    assert all(chances[name][0] < 0.4 for name in ("css", "html", "sql"))


def test_a_client_that_holds_two_conversations_by_turns_comes_back_to_both() -> None:
    sequences = Sequences()
    for i in range(20):
        sequences.begin(f"{i % 2}", ["css", "go"][i % 2], float(i), "an agent")
        sequences.end(f"{i % 2}", (), i + 0.5)
    chances = sequences.chances(NAMES, 20.0)
    assert min(chances["css"][0], chances["go"][0]) > 0.6


def test_how_often_a_conversation_stays_is_learned() -> None:
    stays, leaves = Sequences(), Sequences()
    turns(stays, "a", "go go go go go go go go")
    turns(leaves, "a", "go sql go css go html go")
    assert stays.chances(NAMES, 480.0)["go"][0] > leaves.chances(NAMES, 420.0)["go"][0] + 0.2


def test_experts_whose_files_are_mentioned_are_likelier() -> None:
    sequences = Sequences()
    sequences.begin("a", "go", 0.0)
    sequences.end("a", (), 1.0, mentioned=["go", "sql"])
    chances = sequences.chances(NAMES, 1.0)
    assert chances["sql"][0] > 3 * chances["css"][0]
    sequences.end("a", (), 1.0, mentioned=["go"])
    assert sequences.chances(NAMES, 1.0)["go"][0] > chances["go"][0], "there is no other file"


def test_a_conversation_that_rests_fades_and_ends() -> None:
    sequences = Sequences()
    now_s = turns(sequences, "a", "go")
    fresh, later = (sequences.chances(NAMES, t)["go"][0] for t in (now_s, now_s + HALF_LIFE_S))
    assert 0.4 < later / fresh < 0.6
    assert sequences.chances(NAMES, now_s + IDLE_S) == {}


def test_only_so_many_conversations_are_known() -> None:
    sequences = Sequences(max_conversations=2)
    for name in "abc":
        turns(sequences, name, {"a": "css", "b": "go", "c": "sql"}[name])
    assert sequences.chances(NAMES, 60.0).keys() >= {"go", "sql"}
    assert sequences.chances(NAMES, 60.0).get("css", (0.0, ""))[0] < 0.5


def test_wants_are_speculative_and_no_conversation_is_none() -> None:
    sequences = Sequences()
    turns(sequences, "", "go")
    experts = [Expert(name=n, languages=(n,), spec=ModelSpec(f"{n}:1b")) for n in NAMES]
    assert sequences.wants(experts, 60.0) == []
    turns(sequences, "a", "go")
    (want, *_) = sequences.wants(experts, 60.0)
    assert (want.expert, want.demanded, want.awaited) == ("go", False, False)
