"""What reviews say: counted by hand, quoted word for word, and without anybody's name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from profile_shop import products, write

from assistant.build import open_insights
from assistant.config import Settings
from assistant.errors import InsightsError
from assistant.insights.records import Records
from assistant.insights.reviews import ReviewInsight, reviews
from assistant.privacy.hiding import open_hiding
from assistant.privacy.masker import Masker
from assistant.privacy.values import Span
from retrieval.importer import import_shop

LAMP, OTHER = "lamp-larkholm-black", "lamp-osterby-red"


def _row(
    n: int, product: str, rating: int, text: str, day: str = "2026-08-01", author: str = "Zoe N."
) -> dict[str, object]:
    return {
        "id": f"r{n}", "product_id": product, "customer_id": f"C{n}", "author": author, "rating": rating, "title": "",
        "text": text, "date": day,
    }  # fmt: skip


ROWS = [
    *(
        _row(n, LAMP, 1, f"The switch is terrible, it broke after {n} days.", f"2026-0{1 + n % 8}-03")
        for n in range(1, 6)
    ),
    *(_row(10 + n, OTHER, 5, f"The switch is great, even after {n} weeks.", "2026-05-02") for n in range(1, 9)),
    _row(30, OTHER, 5, "The switch is perfect, says Zoe, and Zoe knows.", "2026-08-30"),
    _row(31, OTHER, 5, "The switch is great, write to me at zoe@example.com.", "2026-08-31"),
    _row(32, OTHER, 5, "I bought it as a gift. The switch is great, and easy to find.", "2026-09-01"),
]


def _open(folder: Path, rows: list[dict[str, object]]) -> Records:
    feeds = [write(folder / "products.jsonl", products())]
    written = [write(folder / "reviews.jsonl", rows)] if rows else []
    import_shop(folder / "shop", feeds, currency="USD", reviews=written)
    return open_insights(Settings(shop=folder / "shop"))


def told(records: Records, masker: Masker) -> ReviewInsight:
    return reviews(records, lambda items, total: items, open_hiding(records.folder, masker))


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> ReviewInsight:
    return told(_open(tmp_path_factory.mktemp("reviews"), ROWS), Masker(None))


def test_praise_and_complaints_are_counted(found: ReviewInsight) -> None:
    (category,) = found.categories
    assert (category.name, category.reviews, found.reviews) == ("Home > Desk Lamps", 16, 16)
    switch = category.said[0]
    assert (switch.aspect, switch.good, switch.bad) == ("switch", 11, 5)
    assert category.stars == pytest.approx((5 * 1 + 11 * 5) / 16)


def test_a_quarter_is_the_mean_of_its_stars(found: ReviewInsight) -> None:
    trend = {q.name: (q.reviews, q.stars) for q in found.categories[0].trend}
    # Two of the first quarter are too few to be told of.
    assert trend == {"2026 Q2": (11, pytest.approx((3 * 1 + 8 * 5) / 11)), "2026 Q3": (3, 5.0)}


def test_quotes_are_word_for_word_with_their_review_and_without_a_name(found: ReviewInsight) -> None:
    texts = {str(row["id"]): str(row["text"]) for row in ROWS}
    quotes = [q for g in (*found.categories, *found.products) for s in g.said for q in (*s.praise, *s.complaints)]
    assert quotes and all(q.text in texts[q.review] for q in quotes)
    assert not any("Zoe" in q.text or "@" in q.text for q in quotes)
    # The latest that may be shown comes first, a gift's too.
    assert found.categories[0].said[0].praise[0].review == "r32"


def test_a_product_that_is_complained_of_more_than_its_like_is_found(found: ReviewInsight) -> None:
    (finding,) = found.findings
    assert (finding.product, finding.aspect, finding.bad, finding.all, finding.usual) == (LAMP, "switch", 5, 5, 0.0)
    assert all("terrible" in q.text for q in finding.quotes)


def test_a_shop_without_reviews_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(InsightsError, match="no reviews"):
        told(_open(tmp_path, []), Masker(None))


class _Reads:
    """A reader that knows two names."""

    def find(self, texts: Sequence[str], formed: Sequence[Sequence[Span]]) -> list[list[Span]]:
        return [[Span(m.start(), m.end(), "PERSON") for m in re.finditer("Ingeborg|Oduya", text)] for text in texts]


def test_who_is_named_in_a_review_is_quoted_of_nobody_else_first_and_never_by_name(tmp_path: Path) -> None:
    rows = [
        *(_row(n, LAMP, 5, f"The switch is great, says Ingeborg the {n}th.", f"2026-08-0{n}") for n in range(3, 9)),
        _row(1, LAMP, 5, "The switch is great, and that for years.", "2025-01-01"),
        *(_row(20 + n, LAMP, 1, f"The hinge is terrible and hurt Oduya {n} times.") for n in range(3)),
    ]
    (category,) = told(_open(tmp_path, rows), Masker(_Reads())).categories
    said = {s.aspect: s for s in category.said}
    # Six later ones name somebody: the one that does not comes first, and what is left is masked.
    first, second = said["switch"].praise
    assert first.review == "r1" and second.text.startswith("The switch is great, says [PERSON] the ")
    assert [q.text for q in said["hinge"].complaints] == [
        f"The hinge is terrible and hurt [PERSON] {n} times." for n in (2, 1)
    ]
