"""What a simulated shopper says of the thing wanted: its type and its properties, with the label of each."""

from __future__ import annotations

import random
import re

from finetune.goods import Goods, plural, pools
from finetune.phrasings import Chunk, Phrasings, Spent, tokens
from finetune.shapes import bare, for_many, for_one

_SIZES = (
    "shoe_size cloth_size bed_size ring_size waist bra_size inch_screen inch_small cm pack litres ml kg persons "
    "dog_size"
).split()


class Described(Phrasings):
    """A need in the making, and what has been said of it; ``other`` is a thing that it may be mixed up with."""

    def __init__(self, rng: random.Random, need: Goods, grammar: tuple[str, ...], dev: bool, other: Goods) -> None:
        super().__init__(rng, grammar, dev)
        self.need, self.other = need, other
        self.many = need.number == "many"

    # ---- the need: its type

    def _A(self) -> None:  # noqa: N802
        draw = self.rng.random()
        if self.need.number == "one" and draw < 0.68:
            self.many = False
            self.add(
                self.rng.choice(
                    ["a ", "a ", "a ", "a ", "a ", "a new ", "a good ", "one ", "some kind of ", "a decent ", ""]
                )
            )
            self._premods()
            self._cat()
            return
        lead = ["", "", "", "some ", "new ", "some good ", "some new ", "good ", "nice "]
        if self.need.number == "many" or self.need.department == "wear":
            lead += ["a pair of ", "a pair of ", "a new pair of "]
        self.add(self.rng.choice(lead))
        self._S()

    def _S(self) -> None:  # noqa: N802
        self.many = self.need.number != "mass"
        self._premods()
        self._cats()

    def _N(self) -> None:  # noqa: N802
        if self.rng.random() < 0.12:
            self._cat()
            for _ in range(self.rng.randint(1, 2)):
                self.add(" ")
                self.expand((("slot", self.rng.choice(["adj", "pool", "pool"])),))
            return
        self._premods(keen=True)
        self._cat() if self.rng.random() < 0.6 else self._cats()

    def _premods(self, keen: bool = False) -> None:
        count = self.rng.choice([0, 1, 1, 2, 2, 3] if keen else [0, 0, 0, 1, 1, 1, 2, 2])
        for _ in range(count):
            if self.rng.random() < 0.5:
                self._adj()
            else:
                self._pool()
            self.add(self.rng.choice([" ", " ", " ", " ", ", "]))

    def _cat(self) -> None:
        self.chunks.append(Chunk(self.need.name, "category"))

    def _cats(self) -> None:
        many = plural(self.need.name) if self.need.number == "one" else self.need.name
        self.chunks.append(Chunk(many, "category", plural=many != self.need.name))

    # ---- its properties

    def _unused(self, phrases: tuple[str, ...]) -> str:
        left = [p for p in phrases if p.lower() not in self.used]
        if not left:
            raise Spent
        phrase = self.rng.choice(left)
        self.used.add(phrase.lower())
        return phrase

    def _adj(self) -> None:
        self.chunks.append(Chunk(self._unused(self.need.adjectives), "features"))

    def _with(self) -> None:
        phrase = self._unused(self.need.parts)
        article = re.match(r"(?:an?|the) ", phrase)
        if phrase.startswith("no "):
            self.chunks += [Chunk("no "), Chunk(phrase[3:], "dislikes")]
        else:
            self.chunks.append(Chunk(article[0] if article else ""))
            self.chunks.append(Chunk(phrase[article.end() if article else 0 :], "features"))

    def _for(self) -> None:
        phrase = self._unused(self.need.uses)
        article = re.match(r"(?:an?|the|my) ", phrase)
        self.chunks += [
            Chunk(article[0] if article else ""),
            Chunk(phrase[article.end() if article else 0 :], "features"),
        ]

    def _that(self) -> None:
        phrase = self._unused(self.need.does)
        self.chunks.append(Chunk(for_many(phrase) if self.many else for_one(phrase), "features"))

    def _thatp(self) -> None:
        self.chunks.append(Chunk(for_many(self._unused(self.need.does)), "features"))

    def _that0(self) -> None:
        able = tuple(d for d in self.need.does if not re.match(r"(?:doesn't|don't|isn't|aren't|can't)", d))
        if able:
            self.chunks.append(Chunk(bare(self._unused(able)), "features"))
        else:
            self.add("be ")
            self._adj()

    def _pool(self) -> None:
        self._from_pool("pre")

    def _post(self) -> None:
        kinds = ["with"] * 4 + ["for"] * 3 + ["that"] * 2 + ["pool"] * 5
        kind = self.rng.choice(kinds)
        if kind == "pool":
            self._from_pool("post")
            return
        phrase = {
            "with": [
                "with {with}",
                "with {with}",
                "with {with}",
                "with {with} and {with}",
                "that has {with}",
                "which has {with}",
                "having {with}",
                "w/ {with}",
                "featuring {with}",
            ],
            "for": [
                "for {for}",
                "for {for}",
                "for {for}",
                "suitable for {for}",
                "to use for {for}",
                "good for {for}",
                "ideal for {for}",
            ],
            "that": ["that {that}", "that {that}", "which {that}"],
        }[kind]
        text = self.rng.choice(phrase)
        if self.many:
            text = text.replace("that has", "that have").replace("which has", "which have")
        self.expand(tokens(text))

    def _say(self) -> None:
        if self.rng.random() < 0.3:
            self._adj()
        else:
            self._from_pool("say")

    def _from_pool(self, form: str) -> None:
        names = [n for n in self.need.pools if f"pool {n}" not in self.used]
        if not names:
            raise Spent
        name = self.rng.choice(names)
        self.used.add(f"pool {name}")
        pool = pools()[name]
        pattern = self.rng.choice(getattr(pool, form))
        value = self.rng.choice(pool.values)
        if name == "gender" and "'s" in pattern:
            pattern = "[*]"
            value += "'s" if value in ("men", "women") else "" if value == "unisex" else "'"
        if name == "age":
            # Years are no feature: who they are said of is.
            self.add(pattern.replace("*", value))
            return
        if name == "cloth_size":
            # "size 12", but of "size small" the size alone.
            number = re.match(r"\d", value) is not None
            pattern = pattern.replace("size [*]", "[size *]") if number else pattern.replace("[size *]", "size [*]")
        before, said, after = re.fullmatch(r"(.*?)\[(.*?)\](.*)", pattern).groups()  # type: ignore[union-attr]
        if before == "that is " and self.many:
            before = "that are "
        self.chunks.append(Chunk(before))
        self.chunks.append(Chunk(said.replace("*", value), "features"))
        self.chunks.append(Chunk(after.replace("*", value)))

    def _choice(self) -> None:
        names = [n for n in self.need.pools if f"pool {n}" not in self.used and not n.endswith("_fit")]
        if not names:
            raise Spent
        name = self.rng.choice(names)
        self.used.add(f"pool {name}")
        values = pools()[name].values
        one, two = self.rng.sample(values, 2)
        self.add(f"{one} or {two}", "features")

    def _with0(self) -> None:
        self.add(re.sub(r"^(?:an?|the) ", "", self._unused(self.need.parts).removeprefix("no ")), "features")

    def _colour(self) -> None:
        self._of(("colour",))

    def _size(self) -> None:
        self._of(tuple(_SIZES))

    def _size_v(self) -> None:
        names = [n for n in self.need.pools if n in _SIZES]
        if not names:
            raise Spent
        self.used.add(f"pool {names[0]}")
        self.add(self.value_of(names[0]), "features")

    def _of(self, names: tuple[str, ...]) -> None:
        """A value of one of these pools, bare."""
        own = [n for n in self.need.pools if n in names and f"pool {n}" not in self.used]
        if not own:
            raise Spent
        self.used.add(f"pool {own[0]}")
        said = self.rng.choice([p for p in pools()[own[0]].pre if p.startswith("[")])
        self.add(re.sub(r"[\[\]]", "", said).replace("*", self.value_of(own[0])), "features")

    def _A_other(self) -> None:  # noqa: N802
        """A second thing in one message; its properties count, its type does not."""
        self.need, self.other = self.other, self.need
        self._A()

    def _fit(self) -> None:
        names = [n for n in self.need.pools if n.endswith("_fit")]
        if not names:
            raise Spent
        self.add("my ")
        self.add(self.value_of(names[0]), "features")

    def value_of(self, pool: str) -> str:
        """One value of the shared pool of that name."""
        return self.rng.choice(pools()[pool].values)
