"""Feeds are parsed or refused, row by row."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import FeedError
from retrieval.feeds import Refused, read_products, read_reviews
from retrieval.product import Money, Product, Review


def write(folder: Path, content: str | bytes, name: str = "feed.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def products(path: Path, **options: Any) -> list[Product]:
    rows = [row for _, row in read_products(path, **options)]
    assert not [r for r in rows if isinstance(r, Refused)], rows
    return [r for r in rows if isinstance(r, Product)]


def reasons(path: Path) -> list[tuple[int, str]]:
    return [(row.line, row.reason) for _, row in read_products(path) if isinstance(row, Refused)]


FULL = Product(
    id="7",
    title="Desk lamp",
    description="Bright.\nWarm.",
    brand="Larkholm",
    price=Money(129900, "EUR"),
    category="Home > Lamps",
    attributes={"colour": "red", "watts": 40, "dimmable": True, "length": 1.5, "nr": "007"},
    pictures=("a.png", "https://shop.example/b.png"),
    rating=4.5,
    rating_count=12,
    stock=3,
    codes=("4006381333931", "X-7"),
    url="https://shop.example/7",
)


def test_a_csv_row_has_every_field(tmp_path: Path) -> None:
    feed = write(
        tmp_path,
        "id;name;description;vendor;price;category;attributes.colour;watts;dimmable;length;nr;image;"
        "rating;rating_count;stock;ean;mpn;url\n"
        '7;Desk lamp;"Bright.\nWarm.";Larkholm;1.299,00 €;Home > Lamps;red;40;TRUE;1.5;007;'
        "a.png|https://shop.example/b.png;4.5 out of 5;12;3;4006381333931;X-7;https://shop.example/7\n",
    )
    assert products(feed) == [FULL]


@pytest.mark.parametrize("name", ["feed.jsonl", "feed.ndjson.gz", "feed"])
def test_a_json_row_has_every_field(tmp_path: Path, name: str) -> None:
    row = {
        "id": 7,
        "title": "Desk lamp",
        "description": "Bright.\nWarm.",
        "brand": "Larkholm",
        "price": 1299,
        "currency": "eur",
        "category": ["Home", "Lamps"],
        "attributes": {"colour": "red", "watts": 40, "dimmable": True, "length": 1.5, "nr": "007", "none": None},
        "images": ["a.png", "https://shop.example/b.png"],
        "rating": 4.5,
        "rating_count": 12,
        "stock": 3,
        "ean": ["4006381333931"],
        "mpn": "X-7",
        "url": "https://shop.example/7",
    }
    text = json.dumps(row).encode()
    assert products(write(tmp_path, gzip.compress(text) if name.endswith(".gz") else text, name)) == [FULL]


def test_byte_order_mark_tabs_and_blank_lines(tmp_path: Path) -> None:
    feed = write(tmp_path, b"\xef\xbb\xbf\nid\ttitle\n\n1\tCaf\xc3\xa9 table\n\n", "feed.tsv")
    assert [p.title for p in products(feed)] == ["Café table"]


def test_the_feeds_currency_wins_over_the_shops(tmp_path: Path) -> None:
    feed = write(tmp_path, "id,title,price,currency\n1,A,5,GBP\n2,B,£6,\n3,C,7,\n")
    assert [p.price for p in products(feed, currency="JPY")] == [Money(500, "GBP"), Money(600, "GBP"), Money(7, "JPY")]


def test_values_of_no_column_become_attributes(tmp_path: Path) -> None:
    feed = write(
        tmp_path,
        '{"id": "1", "title": "A", "size": "M", "tags": ["new", "warm"], "box": {"w": 2}, "empty": ""}',
        "f.jsonl",
    )
    assert products(feed)[0].attributes == {"size": "M", "tags": "new, warm", "box": "w: 2"}


@pytest.mark.parametrize(
    ("stock", "count"), [("3", 3), ("in stock", 1), ("Out of stock", 0), ("-2", 0), ("", None), ("1,200", 1200)]
)
def test_stock(tmp_path: Path, stock: str, count: int | None) -> None:
    assert products(write(tmp_path, f'id,title,stock\n1,A,"{stock}"\n'))[0].stock == count


def test_bad_rows_are_refused_with_line_and_reason_and_the_rest_goes_in(tmp_path: Path) -> None:
    feed = write(
        tmp_path,
        b"id,title,price,rating,stock,attributes\n"
        b"1,Good,5.00,4,1,\n"
        b",No id,5.00,4,1,\n"
        b"3,,5.00,4,1,\n"
        b"4,Bad price,ten,4,1,\n"
        b"5,Bad rating,5.00,9,1,\n"
        b"6,Bad stock,5.00,4,some,\n"
        b"7,Too few,5.00\n"
        b"8,Caf\xc3\xa9 caf\xe9,5.00,4,1,\n"
        b'9,"Open"quote,5.00,4,1,\n'
        b"10,Bad bag,5.00,4,1,{oops\n"
        b"11,Good too,5.00,4,1,\n",
    )
    assert reasons(feed) == [
        (3, "no id"),
        (4, "no title"),
        (5, "price 'ten' is not an amount"),
        (6, "the rating '9' is not within 1 to 5 stars"),
        (7, "the stock 'some' is not a number"),
        (8, "3 cells where the header has 6"),
        (9, "not UTF-8 text"),
        (10, "not a CSV row (',' expected after '\"')"),
        (11, "the attributes are not a JSON object"),
    ]
    assert [r.id for _, r in read_products(feed) if isinstance(r, Product)] == ["1", "11"]


def test_bad_json_rows(tmp_path: Path) -> None:
    lines = [
        b'{"id": "1", "title": "Good"}',
        b"{oops",
        b"[1]",
        b'{"id": "2", "title": "A", "price": NaN}',
        b'{"id": true, "title": "A"}',
        b'{"id": "3", "title": {"en": "A"}}',
        b'{"id": "4", "title": "A", "price": [1]}',
        b'{"id": "5", "title": "A", "attributes": [1]}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"id": "6", "title": "Good"}',
    ]
    feed = write(tmp_path, b"\n".join(lines), "feed.jsonl")
    found = dict(reasons(feed))
    assert sorted(found) == [2, 3, 4, 5, 6, 7, 8, 9, 10]
    assert "not JSON" in found[2]
    assert "object is wanted" in found[3]
    assert "NaN" in found[4]
    assert "the id is a bool" in found[5]
    assert found[9] == "not UTF-8 text"
    assert "nested too deeply" in found[10]
    assert [r.id for _, r in read_products(feed) if isinstance(r, Product)] == ["1", "6"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("feed.csv", b"", "feed.csv is empty"),
        ("feed.csv", b"\n\n", "feed.csv is empty"),
        ("feed.csv", b"id,title\n", "feed.csv is empty"),
        ("feed.jsonl", b"", "feed.jsonl is empty"),
        ("feed.csv", bytes(range(256)) * 9, "not a text file"),
        ("feed.csv", "id,title\n1,Чашка\n2,Ложка\n3,Вилка\n4,Тарелка\n".encode("cp1251"), "neither UTF-8 nor"),
        ("feed.csv", b"PK\x03\x04 and so on", "not a text file but a spreadsheet"),
        ("feed.parquet", b"PAR1abc", "cannot be read as Parquet"),
        ("feed.parquet.gz", gzip.compress(b"PAR1abc", mtime=0), "packed Parquet"),
        ("feed.xml", b"<html><body/></html>", "without any <item> or <entry>"),
        ("feed.json", b'[{"id": 1}]', "one JSON array"),
        ("feed.csv", b"id,title,title\n1,A,B\n", "two columns named 'title'"),
        ("feed.jsonl", b"oops\n", "no readable row"),
        ("feed.csv.gz", gzip.compress(b"id,title\n" + b"1,A\n" * 50_000, mtime=0)[:-20], "broken .gz"),
    ],
)
def test_a_feed_that_cannot_be_read_at_all(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    with pytest.raises(FeedError, match=words):
        list(read_products(write(tmp_path, content, name)))


def test_missing_file_folder_and_unknown_format(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match=r"There is no file .*nowhere\.csv"):
        list(read_products(tmp_path / "nowhere.csv"))
    with pytest.raises(FeedError, match="is a folder"):
        list(read_products(tmp_path))
    with pytest.raises(FeedError, match="xls"):
        list(read_products(write(tmp_path, "id,title\n1,A\n"), fmt="xls"))


def test_a_feed_is_read_as_it_streams(tmp_path: Path) -> None:
    """A row comes out before the last one is read: the broken end of the file is met only later."""
    packed = gzip.compress(b"id,title\n" + b"".join(b"%d,Lamp %d\n" % (n, n * n) for n in range(100_000)))
    rows = read_products(write(tmp_path, packed[: len(packed) // 2], "feed.csv.gz"))
    assert next(rows)[1] == Product("0", "Lamp 0")
    with pytest.raises(FeedError, match="broken"):
        list(rows)


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_any_text_goes_in_or_is_refused(tmp_path_factory: pytest.TempPathFactory, a: str, b: str, c: str) -> None:
    feed = write(
        tmp_path_factory.mktemp("f"), json.dumps({"id": a, "title": b, "description": c, "x": c, "price": c}), "f.jsonl"
    )
    for _, row in read_products(feed):
        if isinstance(row, Product):
            assert row.id
            assert row.title
            # Whatever was printed on it, it can be stored and shown.
            row.description.encode()
            assert not any(ord(s) < 32 and s not in "\t\n\r" for s in row.title + row.description)


def test_reviews(tmp_path: Path) -> None:
    feed = write(
        tmp_path,
        "review_id,product_id,stars,review,headline,author,date,helpful_votes,verified_purchase,customer_id\n"
        "r1,7,5,Bright,Great,Ann,2024-05-01T10:00:00,3,true,C7\n"
        ",7,,Fine<br />enough,,,1714521600,,,\n"
        "r4,,5,Lost,,,,,,\n"
        "r5,7,11,Too good,,,,,,\n"
        "r6,7,,,,,,,,\n",
    )
    rows = [row for _, row in read_reviews(feed)]
    first, second, *refused = rows
    assert first == Review(
        "r1", "7", 5.0, "Bright", "Great", "Ann", "2024-05-01", helpful=3, verified=True, customer_id="C7"
    )
    assert not isinstance(second, Refused)
    assert (len(second.id), second.text, second.date) == (16, "Fine\nenough", "2024-05-01")
    assert (second.helpful, second.verified) == (0, None)
    assert [(r.line, r.reason) for r in refused if isinstance(r, Refused)] == [
        (4, "no product id"),
        (5, "the rating '11' is not within 1 to 5 stars"),
        (6, "neither a text nor a rating"),
    ]


def test_a_feed_of_something_else_is_no_review_feed(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="neither a text nor a rating column"):
        list(read_reviews(write(tmp_path, "product_id,price\n1,2\n")))
