"""What a shop has beside its products: reviews, policies, orders and customers; read again, only changes change."""

from pathlib import Path

import pytest

from retrieval import catalogue
from retrieval.errors import FeedError
from retrieval.importer import Counts, import_shop
from retrieval.search import Shelf

FEEDS = Path(__file__).parent / "feeds"
PLAIN = FEEDS / "plain.csv"


def pdf(path: Path, *pages: str) -> Path:
    """A PDF with one line of text on each page."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{3 + 2 * n} 0 R" for n in range(len(pages)))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode())
    font = 3 + 2 * len(pages)
    for n, text in enumerate(pages):
        content = f"BT /F1 12 Tf 50 700 Td ({text}) Tj ET".encode()
        page = f"/Type /Page /Parent 2 0 R /Contents {4 + 2 * n} 0 R /Resources << /Font << /F1 {font} 0 R >> >>"
        objects.append(f"<< {page} /MediaBox [0 0 595 842] >>".encode())
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    path.write_bytes(out)
    return path


def test_policies(tmp_path: Path) -> None:
    report = import_shop(tmp_path / "shop", [PLAIN], policies=[FEEDS / "policies"])
    assert report.others == {"policies": Counts(new=3)}
    assert {(r.file, r.reason.partition(" (")[0]) for r in report.refused} == {
        ("broken.pdf", "not a readable PDF"),
        ("empty.md", "no text"),
    }
    match, returns, shipping = catalogue.policies(tmp_path / "shop")
    assert (match.id, match.title) == ("price_match.txt", "Price match")
    assert (returns.id, returns.title) == ("returns.md", "Returns")
    assert returns.text.startswith("# Returns\n\nSend anything back within **30 days**")
    assert (shipping.id, shipping.title) == ("shipping.html", "Shipping & delivery")
    assert shipping.text == ("Home\n## Costs\n4.90 within the country,\nfree above 60.\n- Pots travel by pallet")


def test_the_text_of_a_pdf(tmp_path: Path) -> None:
    (tmp_path / "docs" / "legal").mkdir(parents=True)
    pdf(tmp_path / "docs" / "legal" / "warranty-terms.pdf", "Two years on every tool.", "Keep the receipt.")
    pdf(tmp_path / "docs" / "scan.pdf", "", "")
    report = import_shop(tmp_path / "shop", [PLAIN], policies=[tmp_path / "docs"])
    (warranty,) = catalogue.policies(tmp_path / "shop")
    assert (warranty.id, warranty.title) == ("legal/warranty-terms.pdf", "Warranty terms")
    assert warranty.text == "Two years on every tool.\fKeep the receipt."
    assert [(r.file, r.reason) for r in report.refused] == [("scan.pdf", "no text (scanned pages are pictures)")]


def test_policies_read_again_change_only_what_changed(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    for name in ("a", "b", "c"):
        (docs / f"{name}.md").write_text(f"# {name}\n\nText.")
    import_shop(tmp_path / "shop", [PLAIN], policies=[docs])
    (docs / "a.md").write_text("# a\n\nOther text.")
    (docs / "b.md").unlink()
    (docs / "d.md").write_text("# d\n\nText.")
    report = import_shop(tmp_path / "shop", [], policies=[docs])
    assert report.others == {"policies": Counts(new=1, changed=1, unchanged=1, removed=1)}
    assert [p.id for p in catalogue.policies(tmp_path / "shop")] == ["a.md", "c.md", "d.md"]
    assert len(Shelf.open(tmp_path / "shop")) == report.products == 3


def test_a_folder_without_policies(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="There is no folder"):
        import_shop(tmp_path / "shop", [PLAIN], policies=[tmp_path / "nowhere"])
    (tmp_path / "docs").mkdir()
    with pytest.raises(FeedError, match="holds no policy document"):
        import_shop(tmp_path / "shop", [PLAIN], policies=[tmp_path / "docs"])
    assert not (tmp_path / "shop").exists()


def test_orders_and_customers(tmp_path: Path) -> None:
    report = import_shop(tmp_path / "shop", [PLAIN], orders=[FEEDS / "orders.jsonl"])
    assert report.others == {"customers": Counts(new=1), "orders": Counts(new=2)}
    assert {r.line: r.reason for r in report.refused} == {
        4: "the order has no items",
        5: "no customer id",
        6: "the id 'O1' is already on line 2",
        7: "an item of the order has the quantity 0",
        8: "no product id of an item",
    }
    assert catalogue.customers(tmp_path / "shop")["C1"]["name"] == "Ada Brook"
    orders = catalogue.orders(tmp_path / "shop", "C1")
    assert (list(orders), orders["O1"]["status"]) == (["O1", "O2"], "delivered")
    assert orders["O1"]["items"] == [{"product_id": "P1", "quantity": 2, "price": "12.90"}]
    assert catalogue.orders(tmp_path / "shop", "C2") == {}
    again = import_shop(tmp_path / "shop", [], orders=[FEEDS / "orders.jsonl"])
    assert again.others == {"customers": Counts(unchanged=1), "orders": Counts(unchanged=2)}


def test_reviews_read_again_change_only_what_changed(tmp_path: Path) -> None:
    reviews = tmp_path / "r.csv"
    head = "id,product_id,text\n"
    reviews.write_text(head + "r1,P1,Good\nr2,P1,Fine\nr3,P2,Bad\n")
    assert import_shop(tmp_path / "shop", [PLAIN], reviews=[reviews]).others == {"reviews": Counts(new=3)}
    reviews.write_text(head + "r1,P1,Good\nr3,P2,Not so bad\nr4,P3,New\n")
    report = import_shop(tmp_path / "shop", [], reviews=[reviews])
    assert report.others == {"reviews": Counts(new=1, changed=1, unchanged=1, removed=1)}
    assert [r.text for r in catalogue.reviews_of(tmp_path / "shop", "P1")] == ["Good"]
    # A feed of another name has its own.
    (tmp_path / "more.csv").write_text(head + "r9,P1,Mine\n")
    import_shop(tmp_path / "shop", [], reviews=[tmp_path / "more.csv"])
    assert [r.text for r in catalogue.reviews_of(tmp_path / "shop", "P1")] == ["Good", "Mine"]


def test_a_shop_of_an_earlier_version_is_read_and_brought_up_to_date(tmp_path: Path) -> None:
    import_shop(tmp_path / "shop", [PLAIN])
    with catalogue.reading(tmp_path / "shop") as db:
        for table in ("policies", "customers", "orders", "reviews"):
            db.execute(f"DROP TABLE {table}")
        db.execute(
            "CREATE TABLE reviews (id TEXT PRIMARY KEY, product_id TEXT NOT NULL, rating REAL, text TEXT NOT NULL, "
            "title TEXT NOT NULL, author TEXT NOT NULL, date TEXT NOT NULL)"
        )
        db.execute("INSERT INTO reviews VALUES ('r1', 'P1', 5, 'Good', '', '', '')")
        db.commit()
    assert [r.text for r in Shelf.open(tmp_path / "shop").reviews("P1")] == ["Good"]
    assert catalogue.policies(tmp_path / "shop") == []
    assert catalogue.orders(tmp_path / "shop") == {}
    import_shop(tmp_path / "shop", [], orders=[FEEDS / "orders.jsonl"])
    assert [r.text for r in Shelf.open(tmp_path / "shop").reviews("P1")] == ["Good"]
    assert len(catalogue.orders(tmp_path / "shop")) == 2
