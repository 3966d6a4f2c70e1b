"""Personal data is found by form and by sentence, hidden, and given out under pseudonyms alone."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from profile_shop import CUSTOMERS, make

from assistant.privacy import rules
from assistant.privacy.export import CONVERSATIONS, REVIEWS, Exporter, Pseudonyms, Talk, give_out
from assistant.privacy.hiding import Hiding
from assistant.privacy.known import known
from assistant.privacy.marked import Marked, PersonalDataError, sentences
from assistant.privacy.masker import Masker
from assistant.privacy.values import Span, joined
from assistant.state import DialogueState, Preferences, Recommendation, Reply, Turn, Understanding
from finetune.masker_rows import rows


class Reads:
    """A reader that finds the words it was told of."""

    def __init__(self, **words: str) -> None:
        self.words = words

    def find(self, texts: Sequence[str], formed: Sequence[Sequence[Span]]) -> list[list[Span]]:
        return [
            [Span(at, at + len(word), kind) for kind, word in self.words.items() if (at := text.find(word)) >= 0]
            for text in texts
        ]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("my card is 4111 1111 1111 1111, thanks", "my card is [CREDIT_CARD], thanks"),
        ("article 4111111111111112 is gone", "article 4111111111111112 is gone"),
        ("pay to GB82 WEST 1234 5698 7654 32 please", "pay to [IBAN_CODE] please"),
        ("GB82WEST12345698765433", "GB82WEST12345698765433"),
        ("write to jo.doe+x@mail.example.org.", "write to [EMAIL_ADDRESS]."),
        ("see https://example.org/a?b=1, or www.example.com", "see [DOMAIN_NAME], or [DOMAIN_NAME]"),
        ("from 192.0.2.17 and 2001:db8::1 at 10:30", "from [IP_ADDRESS] and [IP_ADDRESS] at 10:30"),
        ("version 300.1.2.3 of it", "version 300.1.2.3 of it"),
        ("SSN 123-45-6789", "SSN [US_SSN]"),
        ("call +44 20 7946 0958 or (555) 010-9999 x12", "call [PHONE_NUMBER] or [PHONE_NUMBER]"),
        ("born 03/11/1979, or 1979-11-03", "born [DATE_TIME], or [DATE_TIME]"),
        ("where is my order #W1234567?", "where is my order #[RECORD_ID]?"),
        ("driver's license number D1234567", "driver's license number [US_DRIVER_LICENSE]"),
        ("postcode SW1A 1AA", "postcode [ZIP_CODE]"),
        ("a 17 inch screen, 2560 x 1440, 144 Hz, for 1299.00", "a 17 inch screen, 2560 x 1440, 144 Hz, for 1299.00"),
        ("two sets of 6 glasses, 30 days, USB 3.2", "two sets of 6 glasses, 30 days, USB 3.2"),
    ],
)
def test_what_has_a_form_is_masked_and_what_only_looks_like_it_is_not(text: str, masked: str) -> None:
    assert Masker(None).mask([text])[0].text == masked


def test_what_is_read_and_what_has_a_form_are_joined() -> None:
    text = "Ann Lee, 12 Mill Lane, 555-010-9999, Leeds"
    reader = Reads(PERSON="Ann Lee", STREET_ADDRESS="12 Mill Lane, 555-010-9999", GPE="Leeds")
    (found,) = Masker(reader).mask([text])
    assert found.text == "[PERSON], [STREET_ADDRESS], [PHONE_NUMBER], [GPE]"
    assert joined("1 a, 2 b", [Span(0, 3, "GPE"), Span(5, 8, "GPE")]) == [Span(0, 8, "GPE")]


def test_the_masker_that_ships_reads_names_and_places_and_leaves_products_alone() -> None:
    from assistant.privacy.kept import open_masker

    texts = [
        "Hello, my name is Martin Oduya and I moved to 14 Harbour Street in Galway.",
        "Please tell Ingeborg Lindqvist that it arrived.",
        "Reading lamp with dimmer, 40 cm, warm light. Works well and looks good.",
    ]
    first, second, third = open_masker().mask(texts)
    assert not any(word in first.text for word in ("Martin", "Oduya", "Harbour", "Galway"))
    assert second.text == "Please tell [PERSON] that it arrived." and third.text == texts[2]


def test_held_out_templates_teach_nothing_and_made_rows_mark_what_they_say(tmp_path: Path) -> None:
    marked = [
        Marked(f"I am Ann from Rome, {n}.", str(n), (Span(5, 8, "PERSON"), Span(14, 18, "GPE"))) for n in range(40)
    ]
    assert 8 < sum(m.held_out for m in marked) < 24
    made = rows([m for m in marked if not m.held_out], 200, 1)
    assert made == rows([m for m in marked if not m.held_out], 200, 1)
    for row in made:
        assert all(row.text[s.start : s.end].strip() for s in row.spans)
        assert all(a.end <= b.start for a, b in zip(row.spans, row.spans[1:], strict=False))
    bad = tmp_path / "bad.jsonl"
    bad.write_text(json.dumps({"text": "x", "template_id": 1, "spans": [{"type": "PERSON", "start": 0, "end": 5}]}))
    with pytest.raises(PersonalDataError, match="row 1"):
        sentences(bad)


def _talk(text: str, customer: str | None) -> Talk:
    card = Recommendation("scarf-larkholm-navy", "Larkholm Scarf")
    turn = Turn(1, text, Understanding("small_talk"), Preferences(), Reply(shown=(card,)))
    return Talk(DialogueState("talk-1", customer, True, (turn,)), "2026-11-03T10:00:00", {1: 1})


def test_a_shops_own_records_mask_what_no_reader_finds() -> None:
    records = known({row["customer_id"]: row for row in CUSTOMERS}, ["#W77001"])
    exporter = Exporter(Hiding(Masker(None), records, frozenset()))
    text = "anna here, Quay Street is 1 Quay Street, W77001, ANNA-1, card_ANNA-1, Oslo; Bert too"
    (row,) = exporter.conversations([_talk(text, "ANNA-1")], Pseudonyms(), Counter())
    said = row["messages"][0]["content"]
    for told in ("anna", "1 Quay Street", "W77001", "ANNA-1", "Oslo"):
        assert told not in said
    # Somebody else's name is a word like any other where records alone are asked.
    assert "Bert" in said and row["month"] == "2026-11" and row["turns"][0]["rating"] == 1
    assert "ANNA" not in json.dumps(row) and row["turns"][0]["shown"] == ["scarf-larkholm-navy"]


@pytest.mark.parametrize(
    "text",
    [
        "It came.ANNA-1 was the account",
        "Thanks.ANNA-1.Bye",
        "see ANNA-1_receipt.pdf, order_W77001",
        "(W77001),#W77001;anna@example.com, thanks",
        "ANNA-1/W77001+card_ANNA-1",
        "...ANNA-1...",
        "我的订单W77001在哪，账号是anna-1。",
        "我叫Anna，住在Oslo",
    ],
)
def test_an_id_is_found_whatever_stands_beside_it(text: str) -> None:
    records = known({row["customer_id"]: row for row in CUSTOMERS}, ["#W77001"])
    (said,) = Hiding(Masker(None), records, frozenset())([(text, "ANNA-1")])
    assert not any(told in said.casefold() for told in ("anna", "w77001", "oslo")), said
    # The words around it stay, and an id is not found in a longer one.
    rest = re.sub(r"(?i)#?w77001|(card_)?anna(-1|@example.com)?|oslo", "", text)
    assert re.sub(r"#?\[[A-Z_]+\]", "", said) == rest
    (other,) = Hiding(Masker(None), records, frozenset())([("ANNA-12, W770012, XANNA-1, 9W77001", None)])
    assert other == "ANNA-12, W770012, XANNA-1, 9W77001"


def test_what_has_a_form_is_masked_in_a_chinese_sentence() -> None:
    text = "卡号4111111111111111谢谢，邮箱jo@example.org，电话+86 138 1234 5679吗"
    assert Masker(None).mask([text])[0].text == "卡号[CREDIT_CARD]谢谢，邮箱[EMAIL_ADDRESS]，电话[PHONE_NUMBER]吗"


def test_an_export_holds_no_id_name_or_day_and_pseudonyms_are_of_one_export(tmp_path: Path) -> None:
    folder = make(tmp_path)
    talks = [_talk("Anna here, mail anna@example.com", "ANNA-1")]
    done = give_out(folder, talks, Masker(None), tmp_path / "out")
    assert (done.conversations, done.reviews, done.masked["EMAIL_ADDRESS"]) == (1, 5, 1)
    written = "".join((tmp_path / "out" / name).read_text("utf-8") for name in (CONVERSATIONS, REVIEWS))
    for told in ("ANNA-1", "BERT-22", "Anna", "2026-06-01", '"r1"', "talk-1"):
        assert told not in written
    reviews = [json.loads(line) for line in (tmp_path / "out" / REVIEWS).read_text("utf-8").splitlines()]
    assert Counter(Counter(r["customer"] for r in reviews).values()) == {3: 1, 2: 1}
    give_out(folder, talks, Masker(None), tmp_path / "other", linked=False)
    other = [json.loads(line) for line in (tmp_path / "other" / REVIEWS).read_text("utf-8").splitlines()]
    assert len({r["customer"] for r in other}) == 5
    assert not {r["customer"] for r in other} & {r["customer"] for r in reviews}
    with pytest.raises(PersonalDataError, match="not an empty folder"):
        give_out(folder, talks, Masker(None), tmp_path / "out")


def test_check_digits() -> None:
    assert rules.luhn("79927398713") and not rules.luhn("79927398710")
    assert rules.iban("DE89370400440532013000") and not rules.iban("DE89370400440532013001")
