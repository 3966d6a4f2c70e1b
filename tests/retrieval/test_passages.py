"""Documents cut into passages and statements: Markdown, HTML and the text of a PDF alike."""

from __future__ import annotations

from retrieval.markup import to_text
from retrieval.passages import split
from retrieval.policies import Policy

RETURNS = """# Returns

Send back what you do not like. Tell us first.

## How long

| what | days | cost |
|---|---|---|
| Lamps | 14 | $3 |
| Everything else | 30 | |

- **Sealed** goods stay sealed. Open ones do too,
  wherever they are.
- [Ask us](https://x.example) first.

### Abroad

1. Add a week.
2. Or two.
"""


def test_markdown_is_cut_by_headings_and_each_passage_knows_the_way_to_it() -> None:
    found = split(Policy("returns.md", "Returns", RETURNS))
    assert [p.id for p in found] == ["returns.md#returns", "returns.md#how-long", "returns.md#abroad"]
    assert found[2].path == ("Returns", "How long", "Abroad") and found[2].heading == "Abroad"
    assert found[2].context == "Returns, How long, Abroad"


def test_sentences_items_and_rows_are_statements_as_they_can_be_quoted() -> None:
    first, second, third = split(Policy("returns.md", "Returns", RETURNS))
    assert first.statements == ("Send back what you do not like.", "Tell us first.")
    assert second.statements == (
        "Lamps — days: 14; cost: $3",
        "Everything else — days: 30",
        "Sealed goods stay sealed. Open ones do too, wherever they are.",
        "Ask us first.",
    )
    assert third.statements == ("Add a week.", "Or two.")


def test_html_keeps_headings_lists_and_tables() -> None:
    page = "<h1>Costs</h1><p>Free from $60.</p><table><tr><th>way<th>takes</tr><tr><td>Post<td>4 days</tr></table><ul><li>Pots by pallet</ul>"
    (found,) = split(Policy("shipping.html", "Shipping", to_text(page, headings=True)))
    assert found.statements == ("Free from $60.", "Post — takes: 4 days", "Pots by pallet")
    assert found.path == ("Costs",)


def test_lines_of_a_pdf_that_stand_alone_are_headings() -> None:
    text = "Our warranty\nWe repair what breaks within two years of delivery.\n\n2. What is not covered\nWear and falls are not covered by it at all."
    found = split(Policy("warranty.pdf", "Warranty", text))
    assert [p.heading for p in found] == ["Our warranty", "2. What is not covered"]


def test_a_long_text_without_headings_is_several_passages_with_names_of_their_own() -> None:
    text = "\n\n".join(f"Paragraph {n} says so. " + "And more of it. " * 30 for n in range(8))
    found = split(Policy("terms.txt", "Terms", text))
    assert len(found) > 2 and len({p.id for p in found}) == len(found)
    assert all(p.title == "Terms" and p.path == () for p in found)
