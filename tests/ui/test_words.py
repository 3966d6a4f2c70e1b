"""The page's fixed texts: the same in both languages, all of them there, none left over."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from assistant.state import Slot
from ui import render
from ui.words import LANGUAGES, Leaf, preferred, words

UI = Path(__file__).parents[2] / "ui"


def forms(leaf: Leaf) -> list[str]:
    return [leaf] if isinstance(leaf, str) else list(leaf.values())


def places(leaf: Leaf) -> set[str]:
    return {name for text in forms(leaf) for _, name, _, _ in string.Formatter().parse(text) if name}


def used() -> Iterator[str]:
    """The names that the code asks for, as patterns: "wish.{...}" -> "wish\\..*"."""
    for file in UI.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield re.escape(node.value)
            elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                yield "".join(
                    re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".*" for part in node.values
                )


def test_both_languages_say_the_same_things() -> None:
    english, *others = (words(language).leaves for language in LANGUAGES)
    for other in others:
        assert list(other) == list(english)
        assert {n: places(leaf) for n, leaf in other.items()} == {n: places(leaf) for n, leaf in english.items()}


def test_no_text_is_empty_and_chinese_is_not_english_left_over() -> None:
    english, chinese = words("en").leaves, words("zh").leaves
    assert all(text.strip() for leaves in (english, chinese) for leaf in leaves.values() for text in forms(leaf))
    han = re.compile("[\u4e00-\u9fff]")
    plain = [n for n, leaf in chinese.items() if not all(han.search(text) for text in forms(leaf))]
    assert plain == ["turn.shop", "card.variant_of", "compare.comma"]
    assert not [n for n, leaf in english.items() if any(han.search(text) for text in forms(leaf))]


def test_every_text_is_used() -> None:
    patterns = set(used())
    assert [n for n in words("en").leaves if not any(re.fullmatch(p, n) for p in patterns if p != ".*")] == []


def test_what_the_code_asks_for_by_a_value_is_there() -> None:
    say = words("en")
    for slot in get_args(Slot):
        if slot != "currency":
            assert say(f"slot.{slot}", currency="USD")
    for order in render.ORDERS:
        assert say(f"wish.{order}")


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("de-DE,de;q=0.9,zh;q=0.5", "zh"),
        ("en-GB", "en"),
        ("fr", "en"),
        ("", "en"),
        (";;,,=", "en"),
    ],
)
def test_the_first_language_is_the_browsers(accepted: str, language: str) -> None:
    assert preferred(accepted) == language


def test_numbers_choose_the_form_and_an_unknown_name_is_an_error() -> None:
    say = words()
    assert [say("card.left", n=n) for n in (1, 2)] == ["Only 1 left", "Only 2 left"]
    assert say("card.ratings", n=1234) == "1,234 ratings"
    assert words("xx").language == "en"
    with pytest.raises(KeyError):
        say("card.nothing")
