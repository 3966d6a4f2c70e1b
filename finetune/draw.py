"""What a simulated shopper says of a need: its type, its properties, money, makers, with the label of each."""

from __future__ import annotations

import random
import re

from finetune import amounts
from finetune.goods import Goods, Pool, brand, plural, pools
from finetune.phrasings import Chunk, Phrasings, Spent, tokens
from finetune.shapes import bare, for_many, for_one, order_id

_SIZES = (
    "shoe_size cloth_size bed_size ring_size waist bra_size inch_screen inch_small cm pack litres ml kg persons "
    "dog_size"
).split()


class Speech(Phrasings):
    """One message in the making: a need, and what has been said of it; ``other`` is a thing it may be mixed up with."""

    def __init__(self, rng: random.Random, need: Goods, grammar: tuple[str, ...], dev: bool, other: Goods) -> None:
        super().__init__(rng, grammar, dev)
        self.need, self.other = need, other
        self.many = need.number == "many"
        self.money = amounts.Style(rng)
        self.bound: dict[str, float] = {}

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
        value = _value(self.rng, pool)
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
        self.add(_value(self.rng, pools()[names[0]]), "features")

    def _of(self, names: tuple[str, ...]) -> None:
        """A value of one of these pools, bare."""
        own = [n for n in self.need.pools if n in names and f"pool {n}" not in self.used]
        if not own:
            raise Spent
        self.used.add(f"pool {own[0]}")
        said = self.rng.choice([p for p in pools()[own[0]].pre if p.startswith("[")])
        self.add(re.sub(r"[\[\]]", "", said).replace("*", _value(self.rng, pools()[own[0]])), "features")

    def _A_other(self) -> None:  # noqa: N802
        """A second thing in one message; its properties count, its type does not."""
        self.need, self.other = self.other, self.need
        self._A()

    def _fit(self) -> None:
        names = [n for n in self.need.pools if n.endswith("_fit")]
        if not names:
            raise Spent
        self.add("my ")
        self.add(_value(self.rng, pools()[names[0]]), "features")

    # ---- money, names, people

    def _hi(self) -> None:
        self._amount("price_max", False)

    def _him(self) -> None:
        self._amount("price_max", True)

    def _lo(self) -> None:
        self._amount("price_min", False)

    def _lom(self) -> None:
        self._amount("price_min", True)

    def _amount(self, slot: str, sign: bool) -> None:
        # A range is said from its lower end; whoever has named a limit names no floor after it.
        if slot in self.bound or (slot == "price_min" and "price_max" in self.bound):
            raise Spent
        low, high = self.need.low * 0.6, self.need.high * 1.15
        if slot == "price_max" and "price_min" in self.bound:
            low = self.bound["price_min"] * 1.15 + 1
            high = max(high, low * 1.6)
        value = amounts.draw(self.rng, low, high * (0.6 if slot == "price_min" else 1))
        if slot == "price_max" and value <= self.bound.get("price_min", 0):
            raise Spent
        self.bound[slot] = value
        self.chunks.append(Chunk(self.money.write(value, sign), slot, amounts.number(value)))

    def _money(self) -> None:
        self.add(self.money.write(amounts.draw(self.rng, self.need.low, self.need.high), True))

    def _x_money(self) -> None:
        self._money()

    def _brand(self) -> None:
        self.add(brand(self.rng, self.need.department, self.dev), "brands")

    def _brand2(self) -> None:
        self._brand()

    def _nbrand(self) -> None:
        self.add(brand(self.rng, self.need.department, self.dev), "not_brands")

    def _x_brand(self) -> None:
        self.add(brand(self.rng, self.need.department, self.dev))

    def _disn(self) -> None:
        own = [re.sub(r"^(?:an?|the) ", "", p) for p in self.need.parts if not p.startswith("no ")]
        self.add(self.rng.choice(own) if own and self.rng.random() < 0.4 else self.choose("unwanted"), "dislikes")

    def _disa(self) -> None:
        # "Too heavy" rejects what is heavy.
        said = self.choose("too")
        self.add("too " if said.startswith("too ") else "")
        self.add(said.removeprefix("too "), "dislikes")

    def _disp(self) -> None:
        named = [
            n
            for n in self.need.pools
            if n in ("colour", "fabric", "wood", "metal", "leather", "pattern", "scent", "flavour")
        ]
        if not named:
            self._disn()
        else:
            self.add(_value(self.rng, pools()[self.rng.choice(named)]), "dislikes")

    def _stars(self) -> None:
        value = self.rng.choice([3, 3.5, 4, 4, 4, 4.2, 4.5, 4.5, 4.7, 5])
        if "min_rating" in self.bound:
            raise Spent
        self.bound["min_rating"] = value
        self.chunks.append(Chunk(f"{value:g}", "min_rating", value))

    def _num(self) -> None:
        self.add(str(self.rng.randint(2, 9)))

    def _oid(self) -> None:
        self.add(order_id(self.rng))

    # ---- words that carry no label

    def _x_pool(self) -> None:
        named = [n for n in self.need.pools if not n.endswith("_fit")]
        self.add(_value(self.rng, pools()[self.rng.choice(named or ["colour"])]))

    def _x_disp(self) -> None:
        self.add(_value(self.rng, pools()[self.rng.choice(["fabric", "wood", "metal", "leather"])]))

    def _x_adj(self) -> None:
        self.add(self.rng.choice(self.need.adjectives))

    def _x_with(self) -> None:
        self.add(self.rng.choice(self.need.parts))

    def _x_with0(self) -> None:
        self.add(re.sub(r"^(?:an?|the|no) ", "", self.rng.choice(self.need.parts)))

    def _x_for(self) -> None:
        self.add(self.rng.choice(self.need.uses))

    def _x_thing(self) -> None:
        words = [re.sub(r"^(?:an?|the|no) ", "", p) for p in self.need.parts]
        self.add(self.rng.choice(words))

    def _x_that0(self) -> None:
        self.add(bare(self.rng.choice(self.need.does)))

    def _x_cat(self) -> None:
        self.add(self.need.name if self.many or self.rng.random() < 0.85 else self.need.name.split()[-1])

    def _x_cats(self) -> None:
        self.add(plural(self.need.name) if self.need.number == "one" else self.need.name)

    def _fit_x(self) -> None:
        self.add("my " + _value(self.rng, pools()[self.rng.choice(["car_fit", "phone_fit", "laptop_fit"])]))


def _value(rng: random.Random, pool: Pool) -> str:
    return rng.choice(pool.values)
