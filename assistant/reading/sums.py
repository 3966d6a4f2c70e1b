"""A sum in a shopper's words, and what makes a number a size or a count instead."""

from __future__ import annotations

import re
from decimal import Decimal

from assistant.reading.cues import stop_words
from retrieval.amounts import CURRENCIES

_SYMBOLS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "CNY", "￥": "CNY", "₹": "INR", "₩": "KRW", "₱": "PHP", "฿": "THB"}
# Code -> how it is said; of what several countries call so, the code stays open ("").
_NAMES = {
    "USD": "dollar dollars buck bucks 美元",
    "EUR": "euro euros 欧元",
    "GBP": "pound pounds quid",
    "CNY": "yuan rmb 元 块 块钱 人民币",
    "INR": "rupee rupees",
    "JPY": "yen",
    "CHF": "franc francs",
    "PLN": "zloty zlotys",
    "MYR": "ringgit",
    "THB": "baht",
    "IDR": "rupiah",
    "BRL": "reais",
    "ZAR": "rand",
    "ILS": "shekel shekels",
    "": "peso pesos krona kronor krone kroner lira dirham dirhams riyal riyals",
}
# Codes that are words as well: "3 pens", "10 try".
_AMBIGUOUS = frozenset("COP MAD PEN RON TRY".split())
_CODES = {code.lower(): code for code in sorted(CURRENCIES - _AMBIGUOUS)}
_WORDS = {name: code for code, names in _NAMES.items() for name in names.split()} | _CODES
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d{1,2})?(?![.,]?\d)"
# Words for a sum of money, as alternatives of a pattern.
COINS = "|".join(sorted(map(re.escape, _WORDS), key=len, reverse=True))
# What turns a number into a size, a count or a specification instead of a price.
UNIT = (
    r"(?:\s?-?\s?(?:\"|″|”|'|%|x\b|°|inch(?:es)?\b|in\.|cm\b|mm\b|m\b|km\b|ft\b|feet\b|foot\b|"
    r"meters?\b|metres?\b|yards?\b"
    r"|[kmgt]b\b|gigs?\b|terabytes?\b|gigabytes?\b|hz\b|[mg]hz\b|w\b|watts?\b|v\b|volts?\b|va\b|"
    r"m?ah\b|kg\b|g\b|grams?\b|kilos?\b|lbs?\b|oz\b"
    r"|l\b|ml\b|lit(?:er|re)s?\b|mp\b|megapixels?\b|p\b|dpi\b|ppm\b|rpm\b|pages?\b|sheets?\b|"
    r"pieces?\b|pcs?\b|packs?\b|stars?\b|hours?\b|hrs?\b|h\b"
    r"|days?\b|weeks?\b|months?\b|years?\b|yrs?\b|people\b|persons?\b|ports?\b|cores?\b|"
    r"buttons?\b|keys?\b|cups?\b|slots?\b|bays?\b|ways?\b|outlets?\b"
    r"|colou?rs?\b|items?\b|of them\b|mbps\b|gbps\b|mbit\b|gbit\b|k\s?dpi\b|percent\b"
    r"|英寸|寸|厘米|毫米|米|公斤|克|升|个|件|天|小时))"
)
_MEASURED = re.compile(UNIT, re.IGNORECASE)
_AMOUNT = (
    rf"(?P<sym{{n}}>[{''.join(_SYMBOLS)}]|\b(?:{'|'.join(_CODES)}|us\$)\s?)?\s?"
    rf"(?<![A-Za-z0-9_.,])(?P<num{{n}}>{_NUMBER})(?P<kilo{{n}}>\s?k\b)?"
    rf"(?:\s?(?P<word{{n}}>(?:{COINS})(?![a-z])|[€£$]))?"
)
_WORD_BEHIND = re.compile(r"\s+([^\W\d_]+)")
# What may follow a price beside the words that never describe a thing.
_AFTER = frozenset("then though now tops range each altogether total because since as either ish".split())


def amount(n: int) -> str:
    """The pattern of one sum, with the groups sym, num, kilo and word, each with the number ``n`` behind its name."""
    return _AMOUNT.replace("{n}", str(n))


def measured(text: str, end: int) -> bool:
    """Whether the number that ends at ``end`` has a unit behind it that makes it no price."""
    return _MEASURED.match(text, end) is not None


def counts(text: str, end: int) -> bool:
    """Whether the number that ends at ``end`` has a noun behind it: "300 thread count"."""
    noun = _WORD_BEHIND.match(text, end)
    return noun is not None and noun[1].lower() not in stop_words() | _AFTER


def value(match: re.Match[str], n: int) -> Decimal:
    """The ``n``-th sum of a match, in major units as said."""
    digits: str = match[f"num{n}"]
    digits = (
        digits.replace(",", "") if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", digits) else digits.replace(",", ".")
    )
    return Decimal(digits) * (1000 if match[f"kilo{n}"] else 1)


def currency_of(match: re.Match[str], n: int) -> str | None:
    """ISO 4217 of the ``n``-th sum of a match, or None where it has no sign of money."""
    symbol, word = match[f"sym{n}"], match[f"word{n}"]
    if symbol:
        symbol = symbol.strip().lower()
        return _SYMBOLS.get(symbol) or {"us$": "USD"}.get(symbol) or symbol.upper()
    if word:
        return _SYMBOLS.get(word) or _WORDS[word.lower()] or None
    return None
