"""Reads the written specification of the demo shop.

The files under ``departments/`` say what there is, those under ``shop_words/`` how the shop speaks of it and those
under ``customer_words/`` how its customers do. To grow the shop, add lines, colours, categories, brands or customers:
what exists keeps its id, facts, text and picture, because every draw is made from the id alone. What is added belongs
to a later edition (see ``Line.makes``), so that no order that exists gains a line either.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from retrieval.demo.spec import Ad, Aspect, Brand, Category, Line, People, Sentence, Spec
from retrieval.demo.traits import LEVELS, Trait, tests, value

HERE = Path(__file__).parent
_WORD_LISTS = (
    "first_names", "last_names", "streets", "street_kinds", "features", "colours", "materials", "animal",
)  # fmt: skip


def read_spec(folder: Path = HERE) -> Spec:
    """The specification under ``folder``. A mistake in it raises ``ValueError`` with the category that has it."""
    brands = {name: _brand(name, row) for name, row in _yaml(folder / "brands.yaml").items()}
    categories = []
    for path in sorted((folder / "departments").glob("*.yaml")):
        file, *spoken = (_yaml(folder / part / path.name) for part in ("departments", "shop_words", "customer_words"))
        for row in file["categories"]:
            if not all(row["name"] in said for said in spoken):
                raise ValueError(f"category {row['name']}: no words for it in shop_words or customer_words/{path.name}")
            categories.append(_category(file["department"], row, brands, *(said[row["name"]] for said in spoken)))
    ids = [line.id for category in categories for line in category.lines]
    if twice := sorted({i for i in ids if ids.count(i) > 1}):
        raise ValueError(f"product lines written twice: {', '.join(twice)}")
    words, people = _yaml(folder / "words.yaml"), _yaml(folder / "people.yaml")
    return Spec(
        brands=brands,
        categories=tuple(categories),
        hands=tuple(tuple(row.split()) for row in words["hands"].strip().splitlines()),
        closers=_sentences(words["closers"]),
        voices={
            part: _sentences(text, aspects=part in ("praise", "gripes")) for part, text in words["reviews"].items()
        },
        aspects=tuple(_aspect(name, row) for name, row in _yaml(folder / "aspects.yaml").items()),
        people=_people(people),
        queries=_sentences(people["queries"]),
        ads=tuple(
            Ad(name, *(part.strip() for part in row.split(" | "))) for name, row in _yaml(folder / "ads.yaml").items()
        ),
    )


def _yaml(path: Path) -> Any:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)


def _brand(name: str, row: str) -> Brand:
    level, reliability, departments = (part.strip() for part in row.split("|"))
    return Brand(name, int(level), float(reliability), tuple(d.strip() for d in departments.split(",")))


def _aspect(name: str, row: Mapping[str, Any]) -> Aspect:
    titles = (pair.partition(" / ") for pair in row["titles"].split(" | "))
    subject, good, bad = (tuple(row[part].split(" | ")) for part in ("subject", "good", "bad"))
    return Aspect(
        name=name,
        covers=frozenset(row["of"].split()),
        called=row["called"],
        anywhere=bool(row.get("anywhere")),
        subject=subject,
        good=good,
        bad=bad,
        titles=tuple((praise, complaint) for praise, _, complaint in titles),
    )


def _people(row: Mapping[str, Any]) -> People:
    lines = {name: tuple(text.strip().splitlines()) for name, text in row.items() if isinstance(text, str)}
    words = {name: tuple(text.split()) for name, text in row.items() if isinstance(text, str)}
    cities = (tuple(part.strip() for part in line.split(",")) for line in lines["cities"])
    return People(
        customers=int(row["customers"]),
        cities=tuple((city, state, postal) for city, state, postal in cities),
        order_notes=lines["order_notes"],
        unmet=lines["unmet"],
        **{name: words[name] for name in _WORD_LISTS},
    )


def _category(
    department: str,
    row: Mapping[str, Any],
    brands: Mapping[str, Brand],
    ours: Mapping[str, str],
    theirs: Mapping[str, str],
) -> Category:
    low, high = (float(end) for end in row["price"].split(".."))
    try:
        lines = tuple(_line(text, department, brands) for text in row["lines"].strip().splitlines())
        return Category(
            department=department,
            name=row["name"],
            noun=row["noun"],
            prices=(low, high),
            title=row["title"],
            traits=tuple(Trait.parse(name, _text(expression)) for name, expression in row["has"].items()),
            variants=row.get("variants", ""),
            lines=lines,
            opens=_sentences(ours["opens"]),
            facts=_sentences(ours["facts"]),
            asides=_sentences(ours["asides"]),
            notes=_notes(ours["notes"], {line.model for line in lines}),
            praise=_sentences(theirs["praise"], aspects=True),
            gripes=_sentences(theirs["gripes"], aspects=True),
        )
    except ValueError as fault:
        raise ValueError(f"category {row['name']}: {fault}") from fault


def _text(expression: object) -> str:
    return {True: "yes", False: "no"}[expression] if isinstance(expression, bool) else str(expression)


def _line(text: str, department: str, brands: Mapping[str, Brand]) -> Line:
    """``Brand Model | level | colour, colour | name=value; name=value``; the last two may be empty.

    A stroke among the colours begins the next edition: ``black, red / green`` came with a green one later, and
    ``/ green`` is a line that came later.
    """
    parts = [part.strip() for part in text.split("|")] + ["", ""]
    name, level, colours, fixed = parts[0], int(parts[1]), parts[2], parts[3]
    brand = next((b for b in brands.values() if name.startswith(b.name + " ")), None)
    if brand is None or department not in brand.departments:
        raise ValueError(f"no brand of {department} makes {name!r}")
    if not 1 <= level <= LEVELS:
        raise ValueError(f"{name!r} has level {level}, not 1 to {LEVELS}")
    pairs = (pair.partition("=") for pair in fixed.split(";") if pair.strip())
    return Line(
        brand,
        name.removeprefix(brand.name + " "),
        level,
        _makes(colours),
        {key.strip(): value(given) for key, _, given in pairs},
    )


def _makes(colours: str) -> tuple[tuple[str, int], ...]:
    parts = list(enumerate(colours.split("/"), 1))
    made = tuple((c.strip(), edition) for edition, part in parts for c in part.split(",") if c.strip())
    return made or (("", len(parts)),)


def _notes(text: str, models: set[str]) -> dict[str, tuple[Sentence, ...]]:
    """``Model: what is said of it``; a model may have several rows."""
    notes: dict[str, tuple[Sentence, ...]] = {}
    for row in text.strip().splitlines():
        model, _, said = row.partition(": ")
        if model not in models:
            raise ValueError(f"a note on {model!r}, which no line makes")
        notes[model] = (*notes.get(model, ()), _sentence(said.strip(), aspects=False))
    return notes


def _sentences(text: str, aspects: bool = False) -> tuple[Sentence, ...]:
    return tuple(_sentence(row.strip(), aspects) for row in text.splitlines() if row.strip())


def _sentence(row: str, aspects: bool) -> Sentence:
    condition = ""
    if row.startswith("["):
        condition, _, row = row[1:].partition("]")
    aspect = ""
    if aspects:
        aspect, _, row = row.partition(":")
    return Sentence(row.strip(), tests(condition), aspect.strip())
