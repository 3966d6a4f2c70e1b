"""Which column holds which field."""

import pytest

from retrieval.columns import find_columns, parse_mapping
from retrieval.errors import FeedError


def test_usual_names_are_found() -> None:
    found = find_columns(
        ["SKU", "Product Name", "Vendor", "Price", "Category", "Image URL", "EAN", "Qty", "Average Rating", "Voltage"],
        {},
        file="feed.csv",
    )
    assert found.one == {
        "id": "SKU",
        "title": "Product Name",
        "brand": "Vendor",
        "price": "Price",
        "category": "Category",
        "rating": "Average Rating",
        "stock": "Qty",
    }
    assert found.many == {"pictures": ("Image URL",), "codes": ("EAN",)}
    assert found.attributes == {"Voltage": "Voltage"}


def test_an_id_beside_a_sku_leaves_the_sku_a_code() -> None:
    found = find_columns(["sku", "id", "title"], {}, file="f")
    assert found.one["id"] == "id"
    assert found.many["codes"] == ("sku",)


def test_attribute_columns_and_bags() -> None:
    found = find_columns(["id", "name", "attributes.colour", "Attribute:Size", "attributes"], {}, file="f")
    assert found.attributes == {"attributes.colour": "colour", "Attribute:Size": "Size"}
    assert found.bags == ("attributes",)


def test_a_mapping_overrides_and_may_name_attributes() -> None:
    found = find_columns(
        ["id", "title", "headline", "farbe"], {"title": "headline", "attributes.colour": "farbe"}, file="f"
    )
    assert found.one["title"] == "headline"
    assert found.attributes == {"farbe": "colour", "title": "title"}


@pytest.mark.parametrize(
    ("columns", "mapping", "words"),
    [
        (["id", "title"], {"titel": "title"}, ["titel", "--map title=title"]),
        (["id", "headline"], {"title": "headlin"}, ["f.csv", "headlin", "--map title=headline"]),
        (["id", "headline"], {"title": "zzz"}, ["zzz", "Its columns are id, headline"]),
        (["a", "b"], {}, ["f.csv", "no column for the id", "--map id=COLUMN", "a, b"]),
        (["id", "b"], {}, ["no column for the title"]),
    ],
)
def test_a_wrong_column_is_named_with_the_nearest(
    columns: list[str], mapping: dict[str, str], words: list[str]
) -> None:
    with pytest.raises(FeedError) as caught:
        find_columns(columns, mapping, file="f.csv")
    for word in words:
        assert word in str(caught.value)


def test_a_mapping_is_read_from_the_command_line() -> None:
    assert parse_mapping(["title=name, price=cost", "id=nr"]) == {"title": "name", "price": "cost", "id": "nr"}


@pytest.mark.parametrize("texts", [["title"], ["=name"], ["title="], ["title=a,title=b"]])
def test_a_mapping_that_makes_no_sense_is_refused(texts: list[str]) -> None:
    with pytest.raises(FeedError, match="--map"):
        parse_mapping(texts)


def test_availability_alone_is_the_stock() -> None:
    assert find_columns(["id", "title", "Availability"], {}, file="f").one["stock"] == "Availability"
    assert find_columns(["id", "title", "Availability", "Qty"], {}, file="f").one["stock"] == "Qty"
