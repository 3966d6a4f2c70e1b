"""Prices as shops print them: ``$1,299.00``, ``1.299,00 €``, ``49.95 USD``, ``49,-``."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from retrieval.product import Money, decimals

# The largest amount that every reader of a shop (JSON, 64-bit columns) holds exactly.
MAX_MINOR = 2**53 - 1

_DOLLARS = ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "TWD", "CLP", "COP", "ARS")
# Symbol -> the currencies that print it, the usual one first. Compared without spaces.
_SYMBOLS = {
    "US$": ("USD",),
    "CA$": ("CAD",),
    "CAD$": ("CAD",),
    "C$": ("CAD",),
    "A$": ("AUD",),
    "AU$": ("AUD",),
    "NZ$": ("NZD",),
    "HK$": ("HKD",),
    "NT$": ("TWD",),
    "MX$": ("MXN",),
    "Mex$": ("MXN",),
    "S$": ("SGD",),
    "R$": ("BRL",),
    "$": _DOLLARS,
    "€": ("EUR",),
    "Euro": ("EUR",),
    "euros": ("EUR",),
    "£": ("GBP",),
    "¥": ("JPY", "CNY"),
    "元": ("CNY",),
    "円": ("JPY",),
    "₹": ("INR",),
    "Rs.": ("INR", "PKR", "LKR", "NPR"),
    "Rs": ("INR", "PKR", "LKR", "NPR"),
    "₩": ("KRW",),
    "원": ("KRW",),
    "₱": ("PHP",),
    "₺": ("TRY",),
    "TL": ("TRY",),
    "₽": ("RUB",),
    "руб.": ("RUB",),
    "руб": ("RUB",),
    "₴": ("UAH",),
    "грн": ("UAH",),
    "฿": ("THB",),
    "₫": ("VND",),
    "đ": ("VND",),
    "₪": ("ILS",),
    "₦": ("NGN",),
    "₸": ("KZT",),
    "৳": ("BDT",),
    "zł": ("PLN",),
    "Kč": ("CZK",),
    "Ft": ("HUF",),
    "lei": ("RON",),
    "лв.": ("BGN",),
    "лв": ("BGN",),
    "RM": ("MYR",),
    "Rp": ("IDR",),
    "Rp.": ("IDR",),
    "R": ("ZAR",),
    "S/": ("PEN",),
    "S/.": ("PEN",),
    "Dhs": ("AED",),
    "Dhs.": ("AED",),
    "د.إ": ("AED",),
    "kr.": ("SEK", "NOK", "DKK", "ISK"),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "Fr.": ("CHF",),
    "Fr": ("CHF",),
    "SFr.": ("CHF",),
    "sFr.": ("CHF",),
}
_FOLDED = {symbol.casefold(): meant for symbol, meant in _SYMBOLS.items()}
_CODES = (
    "AED ARS AUD BDT BGN BHD BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HUF IDR ILS INR ISK JPY KES KRW KWD KZT "
    "LKR MAD MXN MYR NGN NOK NPR NZD OMR PEN PHP PKR PLN QAR RON RSD RUB SAR SEK SGD THB TND TRY TWD UAH USD VND ZAR"
)
CURRENCIES = frozenset(_CODES.split())
# Currencies whose prices are usually printed with a dot between thousands.
_DOTTED = frozenset("EUR DKK BRL TRY PLN IDR VND CLP COP ARS RON RSD".split())
# 12,34,567: the last three digits, then pairs.
_LAKHS = frozenset("INR PKR BDT LKR NPR".split())
_SIGNS = r"[^\d\s+\-–—.,'’](?:[^\d+\-–—,'’]*[^\d\s+\-–—.,'’])?(?:(?<=[^\W\d_]|/)\.)?"
_SHAPE = re.compile(
    rf"(?P<before>{_SIGNS})?\s*(?P<sign>-?)\s*(?P<digits>\d[\d.,'’ ]*?|[.,]\d+)(?P<dash>[.,/][\-–—]+|,=)?\s*"
    rf"(?P<after>{_SIGNS})?"
)
# What shops print beside a price and what changes nothing about it.
_TAXED = re.compile(
    r"[\s,(*]*(?:\b(?:incl?(?:uding|\.)?|excl?(?:uding|\.)?|inkl\.?|zzgl\.?|ttc|iva|mwst\.?|vat|gst|tax(?:es)?|included|each|ea\.)"
    r"(?:\s+|$|[.)*]))+[\s.)*]*$|\*+$",
    re.IGNORECASE,
)


def currency_code(text: str) -> str:
    """The ISO 4217 code that ``text`` names by code or symbol; ``ValueError`` with the reason where it names none."""
    code = text.strip().upper()
    if code in CURRENCIES:
        return code
    if meant := _FOLDED.get(re.sub(r"\s", "", text).casefold()):
        return meant[0]
    raise ValueError(f"currency {text.strip()[:20]!r} is not an ISO 4217 code such as USD")


def parse_price(value: str | int | float | Decimal, *, stated: str | None, default: str) -> Money:
    """The price in ``value``, exact.

    A currency printed with the amount or ``stated`` beside it (ISO code) holds; where neither is there, ``default``
    does. Raises ``ValueError`` with the reason when it is no single amount, negative, out of range, or when the
    printed and the stated currency differ.
    """
    if isinstance(value, bool):
        raise ValueError(f"price {value} is not an amount")
    if isinstance(value, (int, float, Decimal)):
        return _money(Decimal(str(value)), stated or default, value)
    # Full-width digits and signs, narrow and unbreakable spaces become the plain ones.
    text = " ".join(unicodedata.normalize("NFKC", value).split())
    text = _TAXED.sub("", text)
    # "EUR 5" and "5 EUR" may repeat the symbol: "$5.00 USD".
    code = re.search(r"(?<![A-Za-z])([A-Za-z]{3})(?![A-Za-z$])", text)
    printed: str | None = None
    if code and code[1].upper() in CURRENCIES:
        printed = code[1].upper()
        text = (text[: code.start()] + " " + text[code.end() :]).strip()
    match = _SHAPE.fullmatch(text)
    if not match or (match["before"] and match["after"]):
        raise ValueError(f"price {value[:40]!r} is not an amount")
    symbol = re.sub(r"\s", "", match["before"] or match["after"] or "")
    if symbol or printed:
        printed = _printed(symbol, printed, stated or default, value)
    if stated and printed and stated != printed:
        raise ValueError(f"price {value[:40]!r} is in {printed} but the currency column says {stated}")
    currency = printed or stated or default
    amount = _decimal(match["digits"].strip(), currency)
    return _money(-amount if match["sign"] else amount, currency, value)


def _printed(symbol: str, code: str | None, likely: str, value: str) -> str:
    """The currency that a symbol, a code or both stand for; a shared symbol ($, ¥, kr) means ``likely`` if it can."""
    if not symbol:
        assert code is not None
        return code
    meant = _SYMBOLS.get(symbol) or _FOLDED.get(symbol.casefold())
    if meant is None or (code and code not in meant):
        raise ValueError(f"price {value[:40]!r} has no currency we know")
    return code or (likely if likely in meant else meant[0])


def _decimal(digits: str, currency: str) -> Decimal:
    """Which of ``.`` and ``,`` is the decimal sign is read from the number itself."""
    plain = re.sub(r"(?<=\d)['’ ](?=\d{3}(?!\d))", "", digits)
    dot, comma = plain.rfind("."), plain.rfind(",")
    if dot >= 0 and comma >= 0:
        point = "." if dot > comma else ","
    elif dot < 0 and comma < 0:
        point = ""
    else:
        mark = "." if dot >= 0 else ","
        behind = len(plain) - plain.rfind(mark) - 1
        # "1,299" groups thousands; "1.299" does so only where a dot usually groups (euro prices).
        groups = plain.count(mark) > 1 or (
            behind == 3
            and decimals(currency) != 3
            and not plain.startswith("0")
            and (mark == "," or currency in _DOTTED)
        )
        point = "" if groups else mark
    whole, _, cents = plain.rpartition(point) if point else (plain, "", "")
    other = "," if point == "." else "."
    parts = re.split(r"[.,]", whole)
    if (point and other in cents) or not _grouped(parts, currency):
        raise ValueError(f"price {digits[:40]!r} is not an amount")
    try:
        return Decimal("".join(parts) + ("." + cents if cents else ""))
    except InvalidOperation:
        raise ValueError(f"price {digits[:40]!r} is not an amount") from None


def _grouped(parts: list[str], currency: str) -> bool:
    """Whether digits are parted as printers part them: by threes, in India by pairs before the last three."""
    if len(parts) == 1:
        return True
    first, *middle, last = parts
    if len(last) != 3 or not first:
        return False
    if len(first) <= 3 and all(len(p) == 3 for p in middle):
        return True
    return currency in _LAKHS and len(first) <= 2 and all(len(p) == 2 for p in middle)


def _money(amount: Decimal, currency: str, value: str | int | float | Decimal) -> Money:
    if not amount.is_finite():
        raise ValueError(f"price {value} is not an amount")
    if amount < 0:
        raise ValueError(f"price {str(value)[:40]!r} is below zero")
    if amount.scaleb(decimals(currency)) > MAX_MINOR:
        raise ValueError(f"price {str(value)[:40]!r} is out of range")
    return Money.of(amount, currency)
