"""The assistant does not know the demo shop by heart: it must work as well on a feed nobody here has seen.

An assistant that holds the demo's brands or sentences in its rules or prompts would look good in `make demo`
and nowhere else. So the two lower floors, without the demo itself, may not have

- any invented maker's name of the demo, anywhere, comments included;
- a word list that is half of one of the demo's lists, or that is half made from one (colours, materials and sizes
  are the language's own closed lists, and both may know them);
- five words in a row that stand in the demo's texts.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
DEMO = ROOT / "retrieval" / "demo"
# The drawing kit knows what a kettle looks like, and nothing that reads, finds or says anything imports it.
DRAWING = ROOT / "retrieval" / "shapes"
# Attributes whose values any speaker of English knows.
CLOSED = {"colour", "material", "size"}
# Shorter lists share words by chance.
LEAST = 5
GRAM = 5


def outside() -> list[Path]:
    """The files of the two lower floors that hold rules, words or prompts, without the demo shop."""
    files = [p for top in ("assistant", "retrieval") for p in (ROOT / top).rglob("*")]
    return sorted(p for p in files if p.suffix in (".py", ".yaml", ".md") and not {DEMO, DRAWING} & set(p.parents))


def strings(node: Any) -> Iterator[str]:
    """Every string in a value read from YAML, keys included."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from strings(key)
            yield from strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from strings(value)


def entries(text: str) -> set[str]:
    """The alternatives of a pattern or of a spec's value line: ``"8 < matte | glossy"`` -> matte, glossy."""
    parts = re.split(r"[|<>;,()\[\]?:]|\\b", text)
    return {p.strip().casefold() for p in parts if re.fullmatch(r"\s*[A-Za-z][A-Za-z '\-&]+\s*", p)}


def lists_in_yaml(node: Any) -> Iterator[set[str]]:
    """The word lists in a value read from YAML: lists, the keys of mappings, alternatives inside one string."""
    if isinstance(node, dict):
        yield {str(key).casefold() for key in node}
        for value in node.values():
            yield from lists_in_yaml(value)
    elif isinstance(node, list):
        yield {entry for value in node if isinstance(value, str) for entry in entries(value)}
        for value in node:
            yield from lists_in_yaml(value)
    elif isinstance(node, str):
        yield entries(node)


def lists_in_python(source: str) -> Iterator[set[str]]:
    """The word lists in a module: literals of strings, keys of dict literals, patterns, and ``"a b c".split()``."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            yield {e.value.casefold() for e in node.elts if isinstance(e, ast.Constant) and isinstance(e.value, str)}
        elif isinstance(node, ast.Dict):
            yield {k.value.casefold() for k in node.keys if isinstance(k, ast.Constant) and isinstance(k.value, str)}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield entries(node.value)
            yield {word.casefold() for word in node.value.split()}


def lists_in(path: Path) -> list[set[str]]:
    """The word lists of ``path`` that are long enough to be told from chance."""
    text = path.read_text(encoding="utf-8")
    found: Iterator[set[str]] = iter(())
    if path.suffix == ".py":
        found = lists_in_python(text)
    elif path.suffix == ".yaml":
        found = lists_in_yaml(yaml.safe_load(text))
    return [words for words in found if len(words) >= LEAST]


@cache
def demo_documents() -> dict[str, Any]:
    """File name -> content of every YAML file of the demo's spec."""
    return {
        path.relative_to(DEMO).as_posix(): yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in sorted(DEMO.rglob("*.yaml"))
    }


def demo_brands() -> list[str]:
    """The invented makers' names."""
    return [str(name) for name in demo_documents()["brands.yaml"]]


def demo_lists() -> dict[str, set[str]]:
    """The demo's own word lists by name: makers, product types, attributes, and each open attribute's values."""
    types: set[str] = set()
    attributes: dict[str, set[str]] = {}
    for document in demo_documents().values():
        for category in document.get("categories", ()) if isinstance(document, dict) else ():
            types |= {str(category["name"]).casefold(), str(category["noun"]).casefold()}
            for name, values in category.get("has", {}).items():
                attributes.setdefault(name, set()).update(entries(str(values)))
    lists = {"makers": {b.casefold() for b in demo_brands()}, "types": types}
    lists["attributes"] = {name.replace("_", " ") for name in attributes} | set(attributes)
    # A handle of oak is a material, whatever the attribute is called.
    closed = set().union(*(attributes.get(name, set()) for name in CLOSED))
    lists |= {f"values of {name}": values - closed for name, values in attributes.items() if name not in CLOSED}
    return {name: words for name, words in lists.items() if len(words) >= LEAST}


def shared(words: set[str], lists: dict[str, set[str]]) -> list[str]:
    """The lists of ``lists`` that ``words`` half is, or half holds."""
    return [
        f"{name}: {sorted(words & other)}"
        for name, other in lists.items()
        if len(words & other) >= LEAST and 2 * len(words & other) >= min(len(words), len(other))
    ]


def grams(text: str) -> set[tuple[str, ...]]:
    """Every run of words in ``text`` that no placeholder or alternative interrupts."""
    found = set()
    for piece in re.split(r"[<>|{}\[\]\n.;:!?]", text):
        words = re.findall(r"[a-z0-9']+", piece.casefold())
        found |= {tuple(words[i : i + GRAM]) for i in range(len(words) - GRAM + 1)}
    return found


def test_no_maker_of_the_demo_is_named() -> None:
    names = re.compile(r"\b(?:" + "|".join(map(re.escape, demo_brands())) + r")\b", re.IGNORECASE)
    found = {
        str(p.relative_to(ROOT)): hits for p in outside() if (hits := names.findall(p.read_text(encoding="utf-8")))
    }
    assert found == {}


def test_no_word_list_is_shared() -> None:
    lists = demo_lists()
    assert {"makers", "types", "attributes"} <= set(lists)
    faults = {}
    for path in outside():
        if found := [fault for words in lists_in(path) for fault in shared(words, lists)]:
            faults[str(path.relative_to(ROOT))] = found
    assert faults == {}


def test_no_text_is_shared() -> None:
    demo = {gram for document in demo_documents().values() for text in strings(document) for gram in grams(text)}
    assert len(demo) > 1000
    faults = {}
    for path in outside():
        if found := demo & grams(path.read_text(encoding="utf-8")):
            faults[str(path.relative_to(ROOT))] = sorted(" ".join(gram) for gram in found)
    assert faults == {}


def test_the_drawing_kit_only_draws() -> None:
    text = {p.relative_to(ROOT).as_posix(): p.read_text(encoding="utf-8") for p in outside()}
    assert {p for p, source in text.items() if "retrieval.shapes" in source} == {"retrieval/pictures.py"}
    assert {p for p, source in text.items() if "retrieval.pictures" in source} == set()


def test_a_shared_list_is_found() -> None:
    lists = {"types": {"laptop", "monitor", "kettle", "tent", "lamp", "sofa", "rug", "mug"}}
    copied = next(lists_in_python("TYPES = ('laptop', 'monitor', 'kettle', 'tent', 'lamp', 'desk')"))
    assert shared(copied, lists) == ["types: ['kettle', 'lamp', 'laptop', 'monitor', 'tent']"]
    assert shared(next(lists_in_yaml("(?:laptop|monitor|kettle|tent|lamp)")), lists)
    as_words = [w for w in lists_in_python("TYPES = 'laptop monitor kettle tent lamp'.split()") if shared(w, lists)]
    assert len(as_words) == 1
    assert shared({"laptop", "desk", "chair", "bed", "shelf"}, lists) == []
