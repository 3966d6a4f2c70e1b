"""The little languages of the specification, and what a mistake in it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrieval.demo.reading import read_spec
from retrieval.demo.traits import Test as Condition
from retrieval.demo.traits import Trait
from retrieval.product import AttributeValue


def test_conditions_and_traits_read_as_written() -> None:
    facts: dict[str, AttributeValue] = {"hood": True, "pit_zips": False, "weight_g": 300, "material": "wool"}
    true = ("hood", "!pit_zips", "weight_g<301", "weight_g>=300", "material=wool", "material!=silk", "hood=yes")
    false = ("pit_zips", "!hood", "weight_g<300", "material=silk", "absent", "!absent", "absent!=x")
    assert all(Condition.parse(text).holds(facts) for text in true)
    assert not any(Condition.parse(text).holds(facts) for text in false)
    assert {Trait.parse("ram", "8 < 16 < 32").draw(1, "k", n) for n in range(500)} == {8, 16}
    assert {Trait.parse("ram", "8 < 16 < 32").draw(5, "k", n) for n in range(500)} == {16, 32}
    weights = [Trait.parse("w", "2.0..1.0 by 0.1").draw(3, "k", n) for n in range(200)]
    assert all(isinstance(w, float) and 1.2 <= w <= 1.8 and round(w, 1) == w for w in weights)
    assert not any(Trait.parse("f", "0%..50%").draw(1, "k", n) for n in range(50))
    with pytest.raises(ValueError, match="not a condition"):
        Condition.parse("weight <")


def test_a_mistake_in_the_specification_is_named(tmp_path: Path) -> None:
    shop_words = "Beds: {opens: '', facts: '', asides: '', notes: 'Nil: Soft.'}\n"
    for name, text in {
        "brands.yaml": "Ada: 3 | 0 | Pets\n",
        "shop_words/1.yaml": shop_words,
        "customer_words/1.yaml": "Beds: {praise: '', gripes: ''}\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "departments").mkdir()
    page = "department: Pets\ncategories:\n  - {{name: {}, noun: bed, price: 1..9, title: x, has: {{}}, lines: '{}'}}\n"
    for name, line, fault in (
        ("Beds", "Bob One | 1", "no brand of Pets"),
        ("Beds", "Ada One | 9", "level 9"),
        ("Beds", "Ada One | 3", "a note on 'Nil'"),
        ("Mats", "Ada One | 3", "no words for it"),
    ):
        (tmp_path / "departments" / "1.yaml").write_text(page.format(name, line), encoding="utf-8")
        with pytest.raises(ValueError, match=f"category {name}: .*{fault}"):
            read_spec(tmp_path)
