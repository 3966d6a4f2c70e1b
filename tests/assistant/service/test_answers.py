"""Questions about a shop's rules: quoted, cited, reckoned, or not answered."""

from __future__ import annotations

from datetime import date

import pytest
from shops import WordEmbedder

from assistant.grounding import check
from assistant.service.allowances import Season, Window
from assistant.service.policy import CONFLICT, NOT_SAID, About, PolicyAnswer, Thing, answer_policy
from assistant.service.ruleset import RuleSet
from assistant.service.terms import Term, days_in, in_force, term_in
from assistant.service.values import Address, Line, Order, Shipment
from assistant.state import Evidence
from retrieval.passages import split
from retrieval.policies import Policy
from retrieval.policy_groups import Groups
from retrieval.policy_search import PolicyShelf
from retrieval.product import Money

TODAY = date(2026, 11, 27)
RETURNS = """# Returns

## How long you have

| what | days |
|---|---|
| Everything not named below | 30 |
| Torches | 14 |

## What it costs

Sending a parcel back costs $4 for each parcel.
"""
DAMAGE = "# Damage\n\nReport damage within 7 days of delivery. A picture helps."
RULES = RuleSet("test", (), (), window=Window(30, groups={"Torches": 14}, season=Season((11, 1), (12, 24), (1, 31))))


def shelf(*more: tuple[str, str]) -> PolicyShelf:
    documents = [("returns.md", RETURNS), ("damage.md", DAMAGE), *more]
    passages = [p for name, text in documents for p in split(Policy(name, text.split("\n")[0][2:], text))]
    return PolicyShelf(passages, Groups(None, {"torch": [("Lights", "Torches")]}), WordEmbedder())


def asked(question: str, about: About | None = None, *more: tuple[str, str]) -> PolicyAnswer:
    return answer_policy(question, shelf(*more), today=TODAY, rules=RULES, about=about)


def order(delivered: str = "2026-10-03", placed: str = "2026-09-30", group: str = "Torches") -> About:
    line = Line("L1-red", "L1", "Pocket light", 1, Money(900, "USD"))
    made = Order("#W1", "c1", Address(), (line,), "delivered", "USD", placed=placed)
    parcels = (Shipment((), delivered=delivered),) if delivered else ()
    from dataclasses import replace

    return About(replace(made, shipments=parcels), (Thing(line, ("Lights", group)),))


def said(answer: PolicyAnswer) -> str:
    return " ".join(s.text for s in answer.sentences)


def test_an_answer_is_the_documents_own_sentence_with_its_citation() -> None:
    answer = asked("What does sending a parcel back cost?")
    assert answer.sentences[0].text == "Sending a parcel back costs $4 for each parcel."
    (cited,) = answer.citations
    assert (cited.document, cited.passage) == ("returns.md", "Returns › What it costs")
    assert cited.text in RETURNS
    assert all(check(s.text, s.evidence) == [] for s in answer.sentences)


def test_an_exception_goes_before_what_holds_in_general() -> None:
    assert "14" in said(asked("How many days do I have to return torches?"))
    general = said(asked("How many days do I have to return something?"))
    assert "30" in general


def test_what_no_document_says_is_not_guessed() -> None:
    answer = asked("Do you wrap presents in gift paper?")
    assert not answer.answered and answer.citations == () and answer.sentences[0].text == NOT_SAID
    assert "person" in said(answer)


def test_a_day_is_reckoned_from_the_order_and_the_rules() -> None:
    answer = asked("Until when can I return it?", order())
    assert "delivered on 3 October 2026" in said(answer) and "until 17 October 2026" in said(answer)
    assert "that time is over" in said(answer) and "days: 14" in said(answer)
    assert "until 2 November 2026" in said(asked("Until when can I return it?", order(group="Lamps")))


def test_the_season_of_presents_moves_the_last_day() -> None:
    answer = asked("Until when can I return it?", order("2026-11-20", "2026-11-15"))
    assert "can be sent back until 31 January 2027" in said(answer)


def test_an_order_under_way_has_no_last_day_yet() -> None:
    assert "days count from its delivery" in said(asked("How long can I return it?", order("")))


def test_a_day_that_the_shopper_names_is_counted_from() -> None:
    assert "17 October 2026" in said(asked("My torches arrived on 3 October, until when can I return them?"))
    assert "31 January 2027" in said(asked("Bought on 10 December: how long can I return it?"))


def test_a_term_in_the_quoted_sentence_is_reckoned_too() -> None:
    answer = asked("Report damage: within how many days of delivery?", order())
    assert "Report damage within 7 days of delivery." in said(answer)
    assert "so that is until 10 October 2026" in said(answer)


def test_documents_that_contradict_each_other_are_both_shown() -> None:
    other = ("notice.md", "# Notice\n\nReport damage within 3 days of delivery.")
    answer = asked("Report damage: within how many days of delivery?", None, other)
    assert answer.conflicting and answer.sentences[0].text == CONFLICT
    assert {c.document for c in answer.citations} == {"damage.md", "notice.md"}
    assert "7 days" in said(answer) and "3 days" in said(answer)
    assert not asked("Report damage: within how many days of delivery?").conflicting


def test_what_is_no_longer_valid_is_neither_quoted_nor_a_conflict() -> None:
    old = ("old.md", "# Old notice\n\nReport damage within 3 days of delivery, valid until 31 December 2025.")
    answer = asked("Report damage: within how many days of delivery?", None, old)
    assert not answer.conflicting and "3 days" not in said(answer)


@pytest.mark.parametrize(
    ("text", "day", "of"),
    [
        ("it came on 3 October", date(2026, 10, 3), "delivery"),
        ("bought on November 15th", date(2026, 11, 15), "order"),
        ("if I buy it on 10 December", date(2026, 12, 10), "order"),
        ("delivered 2 Jan 2026", date(2026, 1, 2), "delivery"),
        ("arrived 2026-10-05", date(2026, 10, 5), "delivery"),
        ("ordered on 1 May, delivered on 4 May", date(2026, 5, 1), "order"),
    ],
)
def test_days_are_read_as_people_write_them(text: str, day: date, of: str) -> None:
    found = days_in(text, TODAY)[0]
    assert (found.day, found.of) == (day, of)
    assert days_in("on 31 February or in May", TODAY) == []


def test_terms_end_by_the_calendar() -> None:
    assert term_in("For 24 months from delivery we answer.") == Term(24, "month", "delivery")
    assert term_in("up to 14 days after your order") == Term(14, "day", "order")
    assert term_in("within 5 days") is None
    assert Term(1, "month", "order").end(date(2026, 1, 31)) == date(2026, 2, 28)
    assert Term(2, "year", "order").end(date(2024, 2, 29)) == date(2026, 2, 28)


def test_only_a_text_that_says_when_it_is_valid_can_be_out_of_force() -> None:
    assert in_force("We replace them until 31 March 2020.", TODAY)
    assert not in_force("Valid from 1 January 2027: 60 days.", TODAY)
    assert in_force("Valid from 1 January 2026: 60 days.", TODAY)


def test_the_citation_rests_on_evidence_of_the_passage() -> None:
    answer = asked("What does sending a parcel back cost?")
    assert answer.sentences[0].evidence == (
        Evidence(
            "policy", "returns.md#what-it-costs", "What it costs", "Sending a parcel back costs $4 for each parcel."
        ),
    )
