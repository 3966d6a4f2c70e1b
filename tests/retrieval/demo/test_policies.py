"""The shop's documents: those a real shop has, with the numbers that its orders follow."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from retrieval.demo import DemoFeed, rules
from retrieval.demo.days import LOG_DAYS

_TOPICS = (
    "accessibility", "exchanges", "gift-cards", "membership", "payment", "price-match", "privacy", "returns", "shipping",
    "warranty",
)  # fmt: skip


@pytest.fixture(scope="module")
def documents(feed: DemoFeed) -> dict[str, str]:
    return {file.stem: file.read_text(encoding="utf-8") for file in feed.policies.iterdir()}


def test_every_topic_has_its_document(documents: dict[str, str]) -> None:
    assert tuple(sorted(documents)) == _TOPICS
    for topic, text in documents.items():
        assert re.match(r"# \w", text) and text.count("\n## ") >= 3, topic
        assert 180 < len(text.split()) < 700, topic
        assert len(re.findall(r"\d+", text)) >= 8, f"{topic} is vague"
        assert max(map(len, text.splitlines())) <= 122, topic


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        ("shipping", f"${rules.STANDARD_SHIPPING / 100:.2f}, free from ${rules.FREE_SHIPPING_FROM // 100} of goods"),
        ("shipping", f"${rules.EXPRESS_SHIPPING / 100:.2f}"),
        ("shipping", f"${rules.BULKY_SHIPPING // 100} for each order"),
        ("returns", f"| Everything that is not named below | {rules.RETURN_DAYS} |"),
        ("returns", f"| The same for members | {rules.MEMBER_RETURN_DAYS} for the first row"),
        ("returns", f"${rules.RETURN_FEE / 100:.2f} for each return parcel"),
        ("returns", f"${rules.BULKY_RETURN_FEE // 100} for collecting bulky goods"),
        ("returns", f"within {rules.REFUND_DAYS} days of the arrival"),
        ("membership", f"{rules.MEMBER_RETURN_DAYS} days for returns instead of {rules.RETURN_DAYS}"),
        ("membership", f"express shipping (${rules.EXPRESS_SHIPPING / 100:.2f})"),
        ("privacy", f"| {LOG_DAYS} days |"),
    ],
)
def test_the_numbers_are_those_of_the_orders(documents: dict[str, str], topic: str, said: str) -> None:
    assert said in documents[topic]


def test_the_groups_with_a_window_of_their_own_are_named(documents: dict[str, str]) -> None:
    for name, days in rules.SHORTER_RETURNS.items():
        row = next(line for line in documents["returns"].splitlines() if name.lower() in line.lower())
        assert str(days or "none") in row
    for name in rules.BULKY:
        assert name.lower() in documents["shipping"].replace("\n", " ").lower()


def test_the_documents_speak_of_no_other_shop(documents: dict[str, str]) -> None:
    for text in documents.values():
        assert not re.search(r"amazon|walmart|best buy|target|shopify", text, re.IGNORECASE)


def test_the_documents_are_part_of_what_is_installed() -> None:
    import retrieval.demo

    assert len(list((Path(retrieval.demo.__file__).parent / "policies").glob("*.md"))) == len(_TOPICS)
