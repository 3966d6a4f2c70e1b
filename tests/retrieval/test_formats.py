"""One file of each format, clean and dirty: every good row goes in, every bad one is explained."""

import csv
import gzip
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from retrieval import catalogue
from retrieval.errors import FeedError
from retrieval.importer import import_shop
from retrieval.product import Money, Product, Variant

FEEDS = Path(__file__).parent / "feeds"
GERMAN = {"id": "Artikel-Nr", "brand": "Marke", "price": "Preis", "stock": "Lager"}


def imported(tmp_path: Path, *feeds: Path | str, **options: Any) -> tuple[dict[str, Product], dict[int, str]]:
    """The products of a new shop by id, and the refused rows by line."""
    paths = [feed if isinstance(feed, Path) else FEEDS / feed for feed in feeds]
    report = import_shop(tmp_path / "shop", paths, **options)
    entries = catalogue.load(tmp_path / "shop").entries
    return {e.product.id: e.product for e in entries}, {r.line: r.reason for r in report.refused}


def prices(products: dict[str, Product]) -> dict[str, str]:
    return {i: str(p.price) for i, p in products.items()}


def test_csv(tmp_path: Path) -> None:
    products, refused = imported(tmp_path, "plain.csv")
    assert refused == {}
    assert prices(products) == {"P1": "$12.90", "P2": "$24.50", "P3": "$39.00"}
    assert products["P2"].description == "Holds 5 litres.\nLong spout."
    assert products["P2"].attributes == {"colour": "green", "height": "31 cm"}
    assert (products["P1"].stock, products["P2"].stock) == (14, 0)


def test_dirty_csv(tmp_path: Path) -> None:
    products, refused = imported(tmp_path, "plain_dirty.csv", mapping=GERMAN)
    assert prices(products) == {"D1": "€1,299.00", "D10": "€5.00", "D3": "€9.99", "D7": "€49.00", "D9": "€0.00"}
    assert products["D1"].title == "Window box 60 cm"
    assert products["D1"].description == "For balconies & sills.\n- Light\n- UV stable"
    assert products["D1"].pictures == ()
    assert products["D1"].attributes == {"Width (cm)": 60}
    assert [products[i].stock for i in ("D1", "D3", "D7", "D9")] == [10, 12, 0, None]
    assert products["D7"].description == "Two lines,\none cell"
    assert (products["D9"].title, products["D9"].description) == ("Kneeling pad < 3 cm", "5 > 3 & it stays")
    assert products["D10"].title == "Glöckchen"
    assert refused == {
        3: "a quote is opened and not closed on this line",
        5: "no title",
        6: "price 'auf Anfrage' is not an amount",
        7: "the id 'D1' is already on line 2",
        8: "4 cells where the header has 9",
        11: "not UTF-8 text",
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
@pytest.mark.parametrize("kind", ["csv", "jsonl", "tsv"])
@pytest.mark.parametrize("packed", [False, True])
def test_encodings(tmp_path: Path, encoding: str, kind: str, packed: bool) -> None:
    rows = [{"id": str(n), "title": f"Café crème – {n}", "price": "5 €"} for n in range(3)]
    if kind == "jsonl":
        text = "".join(json.dumps(row, ensure_ascii=False) + "\r\n" for row in rows)
    else:
        mark = "\t" if kind == "tsv" else ","
        text = "\r\n".join([mark.join(rows[0]), *(mark.join(row.values()) for row in rows)]) + "\r\n"
    feed = tmp_path / f"feed.{kind}{'.gz' if packed else ''}"
    feed.write_bytes(gzip.compress(text.encode(encoding)) if packed else text.encode(encoding))
    products, refused = imported(tmp_path, feed)
    assert refused == {}
    assert {i: (p.title, str(p.price)) for i, p in products.items()} == {
        str(n): (f"Café crème – {n}", "€5.00") for n in range(3)
    }


def test_broken_bytes_are_the_matter_of_their_row(tmp_path: Path) -> None:
    lines = ["id,title", "1,Café", "2,Good", "3,B\\ad", "4,Good\0bye", "5,Good"]
    (tmp_path / "utf8.csv").write_bytes("\n".join(lines).encode().replace(b"\\", b"\xff"))
    products, refused = imported(tmp_path, tmp_path / "utf8.csv")
    assert ([*products], refused) == (["1", "2", "4", "5"], {4: "not UTF-8 text"})
    assert products["4"].title == "Good bye"


def test_windows_text_with_broken_bytes(tmp_path: Path) -> None:
    (tmp_path / "win.csv").write_bytes(b"id,title\n1,Caf\xe9 \x96 cr\xe8me\n2,B\x81d\n3,\xff\xfe\n4,Good\n")
    products, refused = imported(tmp_path, tmp_path / "win.csv")
    assert products["1"].title == "Café – crème"
    assert ([*products], refused) == (["1", "4"], {3: "not UTF-8 text", 4: "not UTF-8 text"})


@pytest.mark.parametrize("quotes", range(1, 6))
def test_an_open_quote_takes_no_other_row_along(tmp_path: Path, quotes: int) -> None:
    lines = ["id,title,text", *(f"{n},Thing {n},fine" for n in range(400))]
    for n in range(quotes):
        lines[50 * n + 10] = f'x{n},"Open,fine'
    lines[300] = '299,"Two\nlines, one cell",fine'
    (tmp_path / "feed.csv").write_text("\n".join(lines), encoding="utf-8")
    products, refused = imported(tmp_path, tmp_path / "feed.csv")
    assert [*refused] == [50 * n + 11 for n in range(quotes)]
    assert len(products) == 400 - quotes
    assert products["299"].title == "Two lines, one cell"


def test_what_excel_and_careful_writers_put_in(tmp_path: Path) -> None:
    (tmp_path / "feed.csv").write_text('sep=;\nid; "name"; price\n1; "Pot; large"; 5\n2;Can;"6"\n', encoding="utf-8")
    products, refused = imported(tmp_path, tmp_path / "feed.csv")
    assert refused == {}
    assert {i: (p.title, str(p.price)) for i, p in products.items()} == {
        "1": ("Pot; large", "$5.00"),
        "2": ("Can", "$6.00"),
    }


def test_a_cell_may_be_long(tmp_path: Path) -> None:
    with (tmp_path / "feed.csv").open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([["id", "title", "description"], ["1", "A", "word " * 100_000], ["2", "B", ""]])
    products, refused = imported(tmp_path, tmp_path / "feed.csv")
    assert ([*products], refused) == (["1", "2"], {})


def test_tsv(tmp_path: Path) -> None:
    products, refused = imported(tmp_path, "plain.tsv")
    assert (prices(products), refused) == ({"T1": "$59.00", "T2": "$7.25"}, {})
    assert products["T1"].title == '17" grow lamp'


def test_dirty_tsv(tmp_path: Path) -> None:
    products, refused = imported(tmp_path, "plain_dirty.tsv")
    assert {i: p.title for i, p in products.items()} == {"T1": '"Best" lamp', "T3": 'Quoted "mat"', "T4": "Plant tie"}
    assert refused == {3: "3 cells where the header has 4", 7: "price '12 bucks' has no currency we know"}


def test_json_lines(tmp_path: Path) -> None:
    products, refused = imported(tmp_path, "plain.jsonl")
    assert (prices(products), refused) == ({"2": "€14.90", "J1": "€89.00"}, {})
    assert products["J1"] == Product(
        "J1",
        "Compost bin",
        price=products["J1"].price,
        category="Garden > Composting",
        attributes={"volume_l": 300, "lid": True},
        pictures=("https://shop.example/j1.jpg", "https://shop.example/j1b.jpg"),
        codes=("4001234500012",),
    )
    assert (products["2"].rating, products["2"].rating_count, products["2"].stock) == (4.5, 18, 1)


def test_dirty_json_lines(tmp_path: Path) -> None:
    products, refused = imported(tmp_path, "plain_dirty.jsonl")
    assert [*products] == ["J1", "J6"]
    assert products["J1"].attributes == {"weight": 9007199254740993, "serial": "123456789012345678901234567890"}
    assert {line: reason.partition(" (")[0] for line, reason in refused.items()} == {
        2: "not JSON",
        3: "a JSON list where an object is wanted",
        4: "not JSON",
        5: "no id",
        6: "the title is a dict, not text",
        7: "the price is a dict, not an amount",
        8: "the id 'J1' is already on line 1",
    }


def test_a_key_that_comes_late_is_read_all_the_same(tmp_path: Path) -> None:
    rows = [{"id": n, "title": f"Thing {n}"} for n in range(600)]
    rows += [{"id": 600, "title": "Late", "brand": "Sekator", "gtin": "40012345", "pot_size": "12 cm"}]
    (tmp_path / "feed.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    products, _ = imported(tmp_path, tmp_path / "feed.jsonl")
    late = products["600"]
    assert (late.brand, late.codes, late.attributes) == ("Sekator", ("40012345",), {"pot_size": "12 cm"})


def test_variants_have_prices_and_stock_of_their_own(tmp_path: Path) -> None:
    variants = [
        {"id": "A-S", "options": {"size": "S"}, "price": "39.00", "stock": 4},
        {"sku": "A-M", "options": {"size": "M"}, "stock": "sold out"},
    ]
    rows: list[dict[str, Any]] = [
        {"id": "A", "title": "Apron", "price": "€39.00", "group": "apron", "variants": variants},
        {"id": "B", "title": "Bib", "variants": [{"options": {}}]},
        {"id": "C", "title": "Cap", "variants": ["S", "M"]},
        {"id": "D", "title": "Dress", "variants": "S to XL"},
        {"id": "E", "title": "Espadrille", "variants": [{"id": "E-1", "price": "cheap"}]},
    ]
    (tmp_path / "feed.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    products, refused = imported(tmp_path, tmp_path / "feed.jsonl")
    assert products["A"].group == "apron"
    assert products["A"].variants == (
        Variant("A-S", {"size": "S"}, Money(3900, "EUR"), 4),
        Variant("A-M", {"size": "M"}, None, 0),
    )
    assert (products["D"].variants, products["D"].attributes) == ((), {"variants": "S to XL"})
    assert refused == {2: "no id of a variant", 3: "a variant is not an object", 5: "price 'cheap' is not an amount"}


def test_a_reduced_price_is_the_price(tmp_path: Path) -> None:
    rows = "1,A,20.00,15.00\n2,B,20.00,\n3,C,20.00,0.00\n4,D,,9.00\n5,E,20.00,25.00\n"
    (tmp_path / "feed.csv").write_text(f"id,name,Regular price,Sale price\n{rows}", encoding="utf-8")
    products, _ = imported(tmp_path, tmp_path / "feed.csv")
    assert [*prices(products).values()] == ["$15.00", "$20.00", "$20.00", "$9.00", "$20.00"]
    assert products["1"].attributes == {"regular_price": "20.00"}
    assert products["2"].attributes == {}


def test_parquet(tmp_path: Path) -> None:
    table = pa.table(
        {
            "product_id": pa.array([1, 2, 3, None], pa.int64()),
            "title": ["Rain barrel", "Downpipe filter", None, "Nobody's"],
            "price": pa.array([Decimal("129.990"), Decimal("12.00"), None, None], pa.decimal128(9, 3)),
            "currency": ["EUR", "EUR", None, None],
            "weight_kg": pa.array([9.5, float("nan"), 1.0, 1.0]),
            "since": [date(2024, 5, 1), None, None, None],
            "images": [["https://a/1.jpg", "https://a/2.jpg"], [], None, None],
            "attributes": [{"volume_l": "200"}, {"volume_l": None}, None, None],
        }
    )
    pq.write_table(table, tmp_path / "feed.parquet", row_group_size=2)
    products, refused = imported(tmp_path, tmp_path / "feed.parquet")
    assert prices(products) == {"1": "€129.99", "2": "€12.00"}
    assert products["1"].attributes == {"volume_l": "200", "weight_kg": 9.5, "since": "2024-05-01"}
    assert products["1"].pictures == ("https://a/1.jpg", "https://a/2.jpg")
    assert products["2"].attributes == {}
    assert refused == {3: "no title", 4: "no id"}


def test_parquet_that_was_cut_off(tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": ["1"], "title": ["A"]}), tmp_path / "feed.parquet")
    whole = (tmp_path / "feed.parquet").read_bytes()
    (tmp_path / "feed.parquet").write_bytes(whole[:-30])
    with pytest.raises(FeedError, match=r"feed\.parquet cannot be read as Parquet"):
        imported(tmp_path, tmp_path / "feed.parquet")


def test_shopify(tmp_path: Path) -> None:
    products, refused = imported(tmp_path, "shopify.csv")
    assert refused == {}
    assert {i: (p.title, str(p.price), p.stock, p.group) for i, p in products.items()} == {
        "linen-apron-olive-m": ("Linen apron - Olive / M", "$42.50", 0, "linen-apron"),
        "linen-apron-sand-m": ("Linen apron - Sand / M", "$39.00", 0, "linen-apron"),
        "linen-apron-sand-s": ("Linen apron - Sand / S", "$39.00", 4, "linen-apron"),
        "oak-board": ("Oak board", "$59.90", None, "oak-board"),
    }
    apron = products["linen-apron-sand-s"]
    assert apron.description == "Washed linen.\n- Two pockets\n- Ties at the back"
    assert apron.attributes == {
        "Color": "Sand", "Size": "S", "tags": "kitchen, linen", "gender": "unisex", "fabric": "Linen", "weight_g": 310,
        "regular_price": "49.00",
    }  # fmt: skip
    assert apron.codes == ("AP-SA-S", "4006381333931", "AP")
    assert (apron.brand, apron.category) == ("Huppe", "Apron")
    assert apron.pictures == tuple(f"https://cdn.example/apron-{n}.jpg" for n in ("sand", 1, 2, 3, 4))
    # What a thing costs the shop is nobody's business.
    assert not any("11.2" in str(v) for p in products.values() for v in p.attributes.values())


def test_dirty_shopify(tmp_path: Path) -> None:
    products, refused = imported(tmp_path, "shopify_dirty.csv")
    assert prices(products) == {"mug": "$12.00", "tea-towel-blue": "$9.00"}
    assert refused == {
        3: "the stock 'three' is not a number",
        4: "price 'nine' is not an amount",
        5: "the id 'tea-towel-blue' is already on line 2",
        6: "no Handle",
        7: "no Title, and no row of 'lost-variant' with one right above",
        8: "the product 'old-mug' is archived",
        9: "the product 'new-mug' is not published",
    }


def test_google_tsv(tmp_path: Path) -> None:
    products, refused = imported(tmp_path, "google.tsv")
    assert refused == {}
    # A sale that is over is over.
    assert prices(products) == {"G1": "€99.00", "G2": "€129.00", "G3": "€19.90"}
    first = products["G1"]
    assert first.attributes == {
        "color": "blue", "size": 42, "condition": "new", "Drop": "6 mm", "Lining": "Mesh",
        "regular_price": "129.00",
    }  # fmt: skip
    assert (first.category, first.group, first.stock) == ("Shoes > Trail Running Shoes", "TR", 1)
    assert first.pictures == tuple(f"https://shop.example/{n}.jpg" for n in ("g1", "g1b", "g1c"))
    assert first.codes == ("4006381333931", "TR-42")
    assert first.url == "https://shop.example/g1"
    assert (products["G3"].category, products["G3"].stock) == ("Apparel & Accessories > Clothing", 0)
    assert products["G3"].attributes["availability"] == "preorder"
    assert not any("41.00" in str(v) for p in products.values() for v in p.attributes.values())


def test_dirty_google_tsv(tmp_path: Path) -> None:
    products, refused = imported(tmp_path, "google_dirty.tsv")
    assert {i: p.title for i, p in products.items()} == {"G1": '"Tall" gaiters', "G6": "Laces"}
    assert refused == {
        3: "price 'EUR' is not an amount",
        4: "the stock 'somewhere' is not a number",
        5: "no id",
        6: "the price is in USD, and the shop sells in EUR",
        7: "the id 'G1' is already on line 2",
    }


def test_google_xml(tmp_path: Path) -> None:
    products, refused = imported(tmp_path, "google.xml")
    assert (prices(products), refused) == ({"X1": "€49.90", "X2": "€5.00"}, {})
    torch = products["X1"]
    assert torch.title == "Head torch"
    assert torch.description == (
        "400 lumens, see farther.\nContains a that ends nothing.\nTilts by 60 degrees\nRed light for the tent"
    )
    assert torch.category == "Outdoor > Lighting > Head torches"
    assert torch.pictures == tuple(f"https://shop.example/{n}.jpg" for n in ("x1", "x1b", "x1c"))
    assert torch.attributes == {"Battery": "Li-Ion", "color": "black"}
    assert (torch.url, torch.brand, torch.stock) == ("https://shop.example/x1", "Larola", 1)
    assert (products["X2"].title, products["X2"].stock) == ("Spare strap", 0)


def test_a_minimal_google_feed_is_told_by_its_namespace(tmp_path: Path) -> None:
    products, refused = imported(tmp_path, "google_minimal.xml")
    assert (prices(products), refused) == ({"K7": "€39.00", "K8": "€15.00"}, {})
    assert products["K7"].attributes == {"Capacity": "2 l"}
    assert [products[i].stock for i in ("K7", "K8")] == [1, 0]
    assert products["K7"].pictures == ("https://torvik.example/k7.jpg",)


@pytest.mark.parametrize("sign", ["image_link\thttps://torvik.example/k7.jpg", "custom_label_0\tautumn"])
def test_a_minimal_google_table_is_told_by_one_sign(tmp_path: Path, sign: str) -> None:
    name, value = sign.split("\t")
    over = "2003-11-01T00:00+0100/2003-11-30T00:00+0100"
    (tmp_path / "goods.txt").write_text(
        f"id\ttitle\tlink\tavailability\tprice\tsale_price\tsale_price_effective_date\tcost_of_goods_sold\t{name}\n"
        f"K7\tEnamel kettle\thttps://torvik.example/k7\tin_stock\t39.00 EUR\t29.00 EUR\t{over}\t11.50 EUR\t{value}\n",
        encoding="utf-8",
    )
    products, refused = imported(tmp_path, tmp_path / "goods.txt")
    assert (prices(products), refused) == ({"K7": "€39.00"}, {})
    assert (products["K7"].attributes, products["K7"].stock) == ({}, 1)


def test_a_shops_own_category_stays_beside_names_that_google_has(tmp_path: Path) -> None:
    (tmp_path / "goods.csv").write_text(
        "id,title,availability,image_link,category\n1,Kettle,in stock,https://a/1.jpg,Kitchen\n", encoding="utf-8"
    )
    products, _ = imported(tmp_path, tmp_path / "goods.csv")
    assert (products["1"].category, products["1"].stock) == ("Kitchen", 1)


def test_dirty_google_xml(tmp_path: Path) -> None:
    products, refused = imported(tmp_path, "google_dirty.xml")
    assert prices(products) == {"X1": "€49.90", "X7": "€3.00"}
    # No entity of the feed's own is expanded, and no file of this machine is read.
    assert {line: reason.partition(" (")[0] for line, reason in refused.items()} == {
        5: "not well-formed XML",
        6: "not well-formed XML",
        7: "not well-formed XML",
        8: "the record is never closed",
        9: "no title",
        11: "no id",
        13: "the record is never closed",
    }


def test_an_atom_feed_in_another_encoding(tmp_path: Path) -> None:
    entries = "".join(f'<entry><id>{n}</id><title>Käse {n}</title><link href="https://a/{n}"/></entry>' for n in (1, 2))
    feed = f'<?xml version="1.0" encoding="ISO-8859-1"?>\n<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>'
    (tmp_path / "feed.xml").write_bytes(feed.encode("latin-1"))
    products, refused = imported(tmp_path, tmp_path / "feed.xml")
    assert refused == {}
    assert {i: (p.title, p.url) for i, p in products.items()} == {
        "1": ("Käse 1", "https://a/1"),
        "2": ("Käse 2", "https://a/2"),
    }


def test_a_long_xml_feed_streams(tmp_path: Path) -> None:
    """Records lie across the borders of the pieces that are read."""
    items = "".join(f"<item>\n<id>{n}</id><title>Thing {n} {'x' * (n % 97)}</title></item>\n" for n in range(5000))
    (tmp_path / "feed.xml").write_text(f"<rss><channel>\n{items}<item><id>5000</id></item></channel></rss>")
    products, refused = imported(tmp_path, tmp_path / "feed.xml")
    assert (len(products), refused) == (5000, {10_002: "no title"})


def test_amazon_items(tmp_path: Path) -> None:
    products, refused = imported(tmp_path, "amazon_items.jsonl")
    assert (prices(products), refused) == ({"B000000001": "$18.95", "B000000002": "None"}, {})
    first, second = products.values()
    assert first == Product(
        "B000000001",
        "Pour over coffee dripper",
        "A ceramic cone for one cup.\nFits most mugs\nDishwasher safe",
        "Brewline Co",
        first.price,
        "Home & Kitchen > Coffee > Pour Over Coffee Makers",
        {"Material": "Ceramic", "Item Weight": "12 ounces"},
        ("https://m.example/l.jpg",),
        4.4,
        212,
    )
    assert (second.title, second.category, second.rating) == ("The slow cup - Notes on coffee", "Books", None)
    assert second.attributes == {"Language": "English", "Paperback": "180 pages"}
    assert second.pictures == ("https://m.example/b.jpg",)


def test_dirty_amazon_items(tmp_path: Path) -> None:
    products, refused = imported(tmp_path, "amazon_items_dirty.jsonl")
    assert prices(products) == {"B000000003": "None"}
    assert refused == {
        2: "no title",
        3: "price 'four' is not an amount",
        4: "the rating '7' is not within 1 to 5 stars",
        5: "no id",
    }


def test_amazon_reviews(tmp_path: Path) -> None:
    report = import_shop(tmp_path / "shop", [FEEDS / "amazon_items.jsonl"], reviews=[FEEDS / "amazon_reviews.jsonl"])
    assert (report.reviews, report.refused_count) == (2, 0)
    last, first = catalogue.reviews_of(tmp_path / "shop", "B000000001")
    assert (first.text, first.date, first.author) == ("Makes a clean cup.\nWould buy again.", "2021-10-24", "")
    assert (first.customer_id, last.customer_id) == ("AE001", "AE002")
    assert (first.helpful, first.verified, last.verified, last.rating) == (3, True, False, 2.0)


def test_dirty_amazon_reviews(tmp_path: Path) -> None:
    feeds = [FEEDS / "amazon_items.jsonl"]
    report = import_shop(tmp_path / "shop", feeds, reviews=[FEEDS / "amazon_reviews_dirty.jsonl"])
    assert report.reviews == 1
    assert {r.line: r.reason.partition(" '")[0] for r in report.refused} == {
        2: "the id",
        3: "the rating",
        4: "neither a text nor a rating",
        5: "the shop has no product",
        6: "no product id",
    }


@pytest.mark.parametrize("fmt", ["shopify", "amazon"])
def test_a_format_that_the_file_does_not_have(tmp_path: Path, fmt: str) -> None:
    with pytest.raises(FeedError, match=r"plain\.csv"):
        imported(tmp_path, "plain.csv", fmt=fmt)
    assert not (tmp_path / "shop").exists()


@pytest.mark.parametrize(
    ("file", "fmt"),
    [("shopify.csv", "shopify"), ("google.tsv", "google"), ("google.xml", "google"), ("amazon_items.jsonl", "amazon"),
     ("plain.csv", "csv"), ("plain.tsv", "tsv"), ("plain.jsonl", "jsonl"), ("google.xml", "xml")],
)  # fmt: skip
def test_a_format_that_is_named_is_the_one_detected(tmp_path: Path, file: str, fmt: str) -> None:
    assert imported(tmp_path / "a", file, fmt=fmt) == imported(tmp_path / "b", file)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("2,Łódka żaglowa\n3,Śruba\n", "iso-8859-2"),
        ("2,Żółta lampa\n", "cp1250"),
        ("2,Košile modrá\n3,Žárovka\n", "iso-8859-2"),
        ("2,デスクランプ\n", "shift-jis"),
        ("2,ながいかさ\n", "shift-jis"),
        ("2,Лампа\n", "koi8-r"),
        ("2,台灯\n", "gbk"),
    ],
)
def test_a_small_feed_in_another_alphabet_is_refused(tmp_path: Path, text: str, encoding: str) -> None:
    (tmp_path / "goods.csv").write_bytes(f"id,title\n{text}".encode(encoding))
    with pytest.raises(FeedError, match=r"neither UTF-8 nor Windows-1252.*Save it as UTF-8"):
        imported(tmp_path, tmp_path / "goods.csv")


@pytest.mark.parametrize(
    "title",
    ["Schneidebrett aus Ölbaumholz", "¿Qué lámpara? ±5° 12 m³ £9", "Fenêtre à vitrage – 3/4½", "L’été “bleu” …"],
)
def test_a_western_feed_is_read_and_its_encoding_told(tmp_path: Path, title: str) -> None:
    (tmp_path / "goods.csv").write_bytes(f"id,title\n1,{title}\n".encode("cp1252"))
    report = import_shop(tmp_path / "shop", [tmp_path / "goods.csv"])
    assert catalogue.load(tmp_path / "shop").entries[0].product.title == title
    assert report.assumed == {"goods.csv": "Windows-1252"}
    (tmp_path / "goods.csv").write_text(f"id,title\n1,{title}\n", encoding="utf-8")
    assert import_shop(tmp_path / "shop", [tmp_path / "goods.csv"]).assumed == {}


def test_commands_to_a_terminal_leave_a_title_whole(tmp_path: Path) -> None:
    titles = ["\x1b[31mRed\x1b[0m kettle", "Tin\x1b]0;owned\x07 mug", "Oak \x9b1;4mtray", "Ash\x00 bowl [31m]"]
    rows = "\n".join(json.dumps({"id": n, "title": title}) for n, title in enumerate(titles))
    (tmp_path / "goods.jsonl").write_text(rows, encoding="utf-8")
    products, _ = imported(tmp_path, tmp_path / "goods.jsonl")
    assert [p.title for p in products.values()] == ["Red kettle", "Tin mug", "Oak tray", "Ash bowl [31m]"]
