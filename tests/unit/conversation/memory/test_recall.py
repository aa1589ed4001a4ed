"""Which turns a question recalls, on conversations of our own."""

from __future__ import annotations

from datetime import date, timedelta

from hotseat.conversation.memory.recall import query_of, recall
from hotseat.conversation.memory.remembered import Recalled, RememberedTurn, StoreCounts
from hotseat.conversation.memory.words import is_related, words

MONDAY = date(2026, 3, 2)


def conversation(*turns: tuple[int, str, str]) -> list[RememberedTurn]:
    """From days, roles (`u`, `a`) and texts."""
    return [
        RememberedTurn(
            id=number + 1,
            conversation="c",
            number=number,
            is_user=role == "u",
            day=MONDAY + timedelta(days=day),
            text=text,
        )
        for number, (day, role, text) in enumerate(turns)
    ]


def ask(
    question: str,
    turns: list[RememberedTurn],
    day: int = 30,
) -> list[str]:
    return [one.turn.text for one in recalled(question, turns, day)]


def recalled(
    question: str,
    turns: list[RememberedTurn],
    day: int = 30,
) -> list[Recalled]:
    today = MONDAY + timedelta(days=day)
    query = query_of(question, today)
    found = [set(words(turn.text)) for turn in turns]
    counts = StoreCounts(
        n_turns=len(turns),
        mean_words=sum(map(len, found)) / len(found),
        n_with={w: sum(any(is_related(w, x) for x in one) for one in found) for w in query.words},
    )
    return recall(query, turns, counts, today=today)


BEES = conversation(
    (0, "u", "A log for my bee hives, Rust with egui, data in one TOML file per hive."),
    (0, "a", "serde handles that; write to a temporary file and rename it."),
    (1, "u", "Weights are in kilograms with one decimal."),
    (1, "a", "An integer of hundred grams avoids rounding."),
    (3, "u", "What about the queen's colour?"),
    (3, "a", "White, yellow, red, green, blue by the last digit of the year."),
    (5, "u", "I never want a cloud: everything stays in ~/hives."),
    (5, "a", "Then the backup is a tar of that folder."),
    (8, "u", "The scale shows two decimals, so weights have two from now on."),
    (8, "a", "Tens of grams, then."),
    (12, "u", "On Friday I printed the labels for all hives."),
    (12, "a", "With the QR code of the hive's file name?"),
    (13, "u", "The list was too slow with 400 inspections, so we page by 50."),
    (13, "a", "A cursor over the date keeps that stable."),
)


def test_a_short_answer_is_found_by_the_question_before_it() -> None:
    assert BEES[5].text in ask("Which colour does the queen get?", BEES)[:2]


def test_the_later_of_two_statements_comes_first() -> None:
    found = ask("How many decimals do weights have?", BEES)
    assert found.index(BEES[8].text) < found.index(BEES[2].text)


def test_the_earlier_one_is_found_when_it_is_asked_for() -> None:
    found = ask("How many decimals did weights have originally?", BEES)
    assert found.index(BEES[2].text) < found.index(BEES[8].text)


def test_why_prefers_a_reason() -> None:
    assert ask("Why do we page the inspections?", BEES)[0] == BEES[12].text


def test_a_preference_is_found_by_a_question_for_permission() -> None:
    assert BEES[6].text in ask("May I store the hives in the cloud?", BEES)[:2]


def test_turns_of_the_days_that_are_asked_about_come_first() -> None:
    assert set(ask("What did we do yesterday?", BEES, day=13)[:2]) == {BEES[10].text, BEES[11].text}


def test_a_turn_that_speaks_of_a_day_counts_for_it() -> None:
    """Day 12 is a Saturday; its Friday is day 11."""
    assert ask("What did I do on Friday?", BEES, day=13)[0] == BEES[10].text


def test_identifiers_are_found_whole() -> None:
    turns = conversation(
        (0, "u", "The table is called svc_orders and the view svc_orders_open."),
        (0, "u", "Orders of the service are open until they are paid."),
    )
    assert ask("What is in svc_orders_open?", turns)[0] == turns[0].text


def test_what_shares_nothing_with_the_question_covers_nothing_of_it() -> None:
    """It is ranked, by the kind of its sentence, but no brief takes it."""
    assert {one.coverage for one in recalled("zzz qqq?", BEES)} == {0.0}


def test_words_and_their_relatives() -> None:
    assert words("The parseHTTPHeader of svw_feed was configured 3 times") == [
        *("pars", "http", "head", "svw", "feed", "configur", "3", "tim")
    ]
    assert words("32 by 32 blocks") == ["32", "32", "block", "0x0"]
    assert is_related("config", "configur")
    assert not is_related("port", "portugal")
    assert not is_related("test", "testament")


HALL = conversation(
    (0, "u", "A slot is 90 minutes long."),
    (0, "a", "Then 09:00 to 22:30 gives nine slots."),
    (2, "u", "A link in the mail is valid for 15 minutes."),
    (2, "a", "A signed token, then."),
    (9, "u", "People complained. A slot is 2 hours from March on."),
    (9, "a", "SLOT_MINUTES = 120."),
    (9, "u", "Courses stay at 90 minutes."),
    (9, "a", "They have a table of their own."),
)


def test_an_update_has_another_amount_of_the_same_unit() -> None:
    found = ask("How long is a slot?", HALL)
    assert found[0] == HALL[4].text
    assert found.index(HALL[6].text) > found.index(HALL[4].text)


def test_a_change_of_one_thing_is_no_update_of_another() -> None:
    assert ask("How long is the link valid?", HALL)[0] == HALL[2].text


def test_a_short_answer_to_an_expert_that_asks_back() -> None:
    turns = conversation(
        (0, "u", "The barcode scanner works through a serial port."),
        (0, "a", "COM4, then?"),
        (0, "u", "COM7."),
        *((1, role, f"Something else, number {i}.") for i in range(8) for role in "ua"),
    )
    assert "COM7." in ask("Which serial port has the scanner?", turns)[:3]


def test_what_an_embedding_model_finds_alike_comes_first_and_fits() -> None:
    query = query_of("zzz qqq?", MONDAY + timedelta(days=20))
    counts = StoreCounts(n_turns=len(HALL), mean_words=5.0)
    today = MONDAY + timedelta(days=20)
    best = recall(query, HALL, counts, today=today, likeness={HALL[2].id: 0.6})[0]
    assert best.turn == HALL[2]
    assert best.coverage == 1.0
