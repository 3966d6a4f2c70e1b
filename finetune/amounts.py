"""Money as shoppers write it."""

from __future__ import annotations

import random

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()


def draw(rng: random.Random, low: float, high: float) -> float:
    """An amount of major units that a person might name between two bounds, mostly a round one."""
    low = max(low, 1.0)
    # Even in the logarithm: most things are cheap.
    value = low * (max(high, low * 1.2) / low) ** rng.random()
    step = 1 if value < 20 else 5 if value < 100 else 10 if value < 300 else 50 if value < 1000 else 100
    kind = rng.random()
    if kind < 0.72:
        return float(max(1, round(value / step) * step))
    if kind < 0.86:
        return float(max(1, round(value)))
    return round(float(int(value)) + rng.choice([0.99, 0.5, 0.95, 0.9, 0.49, 0.0]), 2)


def number(value: float) -> int | float:
    """The label: whole where it is whole."""
    return int(value) if value == int(value) else value


class Style:
    """How one shopper writes amounts: the currency, and its sign or word."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.money = rng.choice("$$$$$$$$$$€€££₹?")
        self.decimals = rng.random() < 0.12

    def write(self, value: float, sign: bool) -> str:
        """An amount; without ``sign`` perhaps the bare number."""
        rng = self.rng
        if value == int(value):
            digits = f"{int(value)}"
            if self.decimals:
                digits = f"{value:.2f}"
            elif value >= 1000 and rng.random() < 0.4:
                digits = f"{int(value):,}"
            elif value >= 1000 and value % 100 == 0 and rng.random() < 0.3:
                digits = f"{value / 1000:g}k"
            elif value <= 100 and rng.random() < 0.04:
                return f"{_in_words(int(value))} {rng.choice(['dollars', 'dollars', 'bucks', 'euros', 'pounds'])}"
        else:
            digits = f"{value:.2f}"
        if not sign and rng.random() < 0.45:
            return digits
        k = digits.endswith("k")
        forms = {
            "$": [
                "${}",
                "${}",
                "${}",
                "${}",
                "{} dollars",
                "{} dollars",
                "{} bucks",
                "{}$",
                "{} usd",
                "$ {}",
                "USD {}",
                "{} USD",
            ],
            "€": ["€{}", "{}€", "{} €", "{} euros", "{} euro", "{} eur", "EUR {}"],
            "£": ["£{}", "£{}", "{} pounds", "{} quid", "{} gbp"],
            "₹": ["₹{}", "{} rupees", "rs {}", "Rs. {}", "₹ {}"],
            "?": [
                "{} pesos",
                "₱{}",
                "CA${}",
                "A${}",
                "{} kr",
                "CHF {}",
                "{} francs",
                "{} cad",
                "{} yen",
                "¥{}",
                "PHP {}",
                "{} sek",
                "{} php",
            ],
        }[self.money]
        form = rng.choice(forms)
        return form.format(digits) if not k else form.replace(" bucks", "").format(digits)


def _in_words(value: int) -> str:
    if value < 20:
        return _ONES[value]
    if value == 100:
        return "a hundred"
    tens, ones = divmod(value, 10)
    return _TENS[tens] + (f"-{_ONES[ones]}" if ones else "")
