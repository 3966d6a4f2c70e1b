"""What a simulated shopper says beside the thing wanted: money, makers, ratings, and words that carry no label."""

from __future__ import annotations

import random
import re

from finetune import amounts
from finetune.described import Described
from finetune.goods import Goods, brand, plural
from finetune.phrasings import Chunk, Spent
from finetune.shapes import bare, order_id


class Speech(Described):
    """One message in the making: a need, and all that has been said in it."""

    def __init__(self, rng: random.Random, need: Goods, grammar: tuple[str, ...], dev: bool, other: Goods) -> None:
        super().__init__(rng, need, grammar, dev, other)
        self.money = amounts.Style(rng)
        self.bound: dict[str, float] = {}

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
            self.add(self.value_of(self.rng.choice(named)), "dislikes")

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
        self.add(self.value_of(self.rng.choice(named or ["colour"])))

    def _x_disp(self) -> None:
        self.add(self.value_of(self.rng.choice(["fabric", "wood", "metal", "leather"])))

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
        self.add("my " + self.value_of(self.rng.choice(["car_fit", "phone_fit", "laptop_fit"])))
