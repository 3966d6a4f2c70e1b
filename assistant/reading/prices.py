"""Price bounds in a shopper's words, in major units as said.

"under X", "up to X", "budget X", "around X" give an upper bound X; "X to Y" gives both; "over X" a lower one.
A price already paid, a discount, a size or a bare number with a unit is no bound.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from assistant.reading.sums import COINS, UNIT, amount, counts, currency_of, value

_CENTRE = r"(?:around|about|roughly|approximately|approx\.?|circa|near|close to|~|ish|大约|大概|差不多)"
_UPPER = (
    r"(?:under|below|beneath|less than|lower than|cheaper than|no more than|not more than|"
    r"not over|no higher than|nothing over|nothing above|not above"
    r"|not exceed(?:ing)?|up ?to|at (?:the )?(?:(?:very|absolute) )?most|max(?:imum|\.)?(?: of| is|:)?|"
    r"maximum price(?: of| is|:)?|within|inside|<=?|≤|tops"
    r"|(?:my |the |a )?(?:max(?:imum)? )?budget(?: is| of|'s|:| around| about| up to| under|"
    r" max(?:imum)?| limit)*(?: is)?"
    r"|(?:can |could |will |want to |would like to |like to |willing to |able to |looking to |"
    r"prefer to )*(?:spend|pay)(?: is| at most| up to| no more than| around| about| under|"
    r" less than| maximum| max)*"
    r"|price(?: range)?(?: is| of|:)?(?: around| about| under| below| up to)|limit(?: is| of|"
    r":)?|不超过|不高于|不多于|(?<!不)(?:低于|少于)|小于|"
    r"最多|最高|至多|上限(?:是|为)?|预算(?:是|为|在)?|(?:价格)?在)"
)
# "I don't want to spend more than 130", "it must not cost over 500": a denied lower bound is an upper one.
_DENIED = (
    r"(?:\bnot|\bnever|\bnothing|\bno|\b\w+n['’]t)\s+(?:want to |wanna |like to |going to |plan to |have to |be |"
    r"cost |costing |spend |spending |pay |paying |go |going |exceed |to )*(?:more than|over|above|higher than|beyond)"
)
_STRETCH = (
    r"(?:(?:go|stretch)(?: up| as high as)?(?: to)?|(?:go |be |so )?back to|"
    r"(?:raise|increase|lower|reduce|change|set|extend|bump|bring|put|up)"
    r"(?: (?:it|that|this|the|my|our))?(?: (?:budget|limit|price|max(?:imum)?))?(?: (?:up|down))? to)"
)
_LOWER = (
    r"(?:over|above|more than|at least|no less than|not less than|not under|not below|"
    r"minimum(?: of)?|min\.?|starting (?:at|from)|upwards of|from|higher than|>=?|≥|"
    r"(?<!不)(?:超过|高于|多于)|大于|至少|起码|最低|"
    r"不低于|不少于)"
)
_RANGE = r"(?:\s?(?:-|–|—|~|to|and|or|until|till|到|至)\s?)"


_BETWEEN = re.compile(
    rf"(?:between|from|range(?: of| is|:)?|介于|从)?\s*{amount(1)}{_RANGE}{amount(2)}(?!{UNIT})", re.IGNORECASE
)
_CUED_UPPER = re.compile(rf"(?<![a-z]){_UPPER}\s*(?:{_CENTRE}\s*)?(?:the\s)?{amount(1)}(?!{UNIT})", re.IGNORECASE)
_CUED_DENIED = re.compile(rf"{_DENIED}\s*(?:{_CENTRE}\s*)?{amount(1)}(?!{UNIT})", re.IGNORECASE)
_CUED_STRETCH = re.compile(rf"\b{_STRETCH}\s*{amount(1)}(?!{UNIT})", re.IGNORECASE)
_CUED_LOWER = re.compile(rf"(?<![a-z]){_LOWER}\s*{amount(1)}(?!{UNIT})", re.IGNORECASE)
_CENTRED = re.compile(rf"(?<![a-z]){_CENTRE}\s*(?:the\s)?{amount(1)}(?!{UNIT})", re.IGNORECASE)
_TRAILING_UPPER = re.compile(
    rf"{amount(1)}(?:\s?(?:dollars?|bucks?|euros?|pounds?))?\s*"
    r"(?:or (?:less|under|below|cheaper|lower)|and (?:under|below)|max(?:imum)?\b|tops\b|"
    r"at (?:the )?(?:(?:very|absolute) )?most|at the outside|"
    r"budget|range|price range|price point|limit|ish\b|to spend\b|left(?: this| to| for)\b|"
    r"(?:is|'s|would be) (?:really |about |just )?(?:all|everything|as much as|what) (?:that )?(?:i|we)\b[^,.;!?]*?"
    r"\b(?:spend|pay|have|afford|go)\b|"
    r"(?:is|would be|will be|has to be) (?:my|our|the) (?:(?:absolute|very|upper) )?"
    r"(?:limit|max(?:imum)?|most|budget|ceiling|top)|"
    r"以下|以内|之内|左右|预算)",
    re.IGNORECASE,
)
_OR_MORE = (
    r"(?:(?:or|and) (?:more|above|over|up(?:wards?)?|dearer|pricier|costlier|more expensive)|(?:on )?upwards?\b|"
    r"up(?= *(?:$|[,.;!?])))"
)
_TRAILING_LOWER = re.compile(rf"{amount(1)}\s*(?:{_OR_MORE}|以上|起)", re.IGNORECASE)
_MONEY_FOR = re.compile(
    rf"\bfor\s+(?=[$€£¥]|\S+\s?(?:{COINS})\b){amount(1)}(?!{UNIT})(?!\s*(?:{COINS})?\s*{_OR_MORE})",
    re.IGNORECASE,
)
# "and for 300?": a price where one is talked about already.
_FOR_BARE = re.compile(rf"\bfor\s+{amount(1)}(?=\s*(?:$|[,;?!]|\.(?!\d)))", re.IGNORECASE)
_BARE = re.compile(
    rf"^[^\w$€£¥￥₹]*(?:(?:ok|okay|let'?s say|say|make it|make that|actually|hmm+|maybe|it'?s|"
    rf"then|no|yes|well)[\s,]+)*{amount(1)}\W*(?:please)?\W*$",
    re.IGNORECASE,
)
_BARE_CLAUSE = re.compile(
    rf"^\W*(?:(?:ok|okay|alright|very well|right|fine|let'?s say|say|make (?:it|that)|what about|how about|"
    r"more like|i meant?|rather|actually|h+m+|maybe|it'?s|then|only|no|yes|well|and|or|so|even|just)\W+)*"
    rf"{amount(1)}\W*"
    rf"(?:(?:then|please|pls|max|instead|though|or so|too|as well|also|"
    rf"(?:is|would be|will be) (?:ok|okay|fine|possible|my limit|the limit|enough)(?: for (?:that|this|it))?|"
    r"(?:but )?not a (?:cent|penny) more)\W*)*$",
    re.IGNORECASE,
)
# What may stand beside a range that is a whole clause.
_RANGE_OPENS = re.compile(
    r"\W*(?:(?:ok|okay|alright|h+m+|well|actually|rather|no|sorry|then|or|maybe|only|just|please|make|let'?s|let us|"
    r"say|do|try|change|set|it|that|this|to|i meant?|more like|what about|how about)\W+)*",
    re.IGNORECASE,
)
_RANGE_ENDS = re.compile(
    r"\W*(?:(?:please|pls|then|instead|rather|though|ok|okay|now|would be better|is better)\W*)*"
    r"(?:$|(?<=[,;.!?])|(?=[,;.!?]))",
    re.IGNORECASE,
)
# "must weigh under 3.5 pounds": no money.
_WEIGHT_BEFORE = re.compile(
    r"\b(?:weigh\w*|lighter|heavier|load|lifts?|carr(?:y|ies)|supports?)\b[^,;!?]*$", re.IGNORECASE
)
_WEIGHT_AFTER = re.compile(r"\s*(?:in weight|of weight|heavy|light|or (?:lighter|heavier))\b", re.IGNORECASE)
# A price that is history, a reduction or part of a name.
_NOT_A_WISH = re.compile(
    r"(?:\b(?:paid|cost me|costed|charged|spent|bought (?:it|them|this|that|one)? ?for|was|were|"
    r"refund(?:ed)? of|worth|order(?:ed)? (?:number|no|#)|#|model|series|version|type|windows|"
    r"iphone|ipad|galaxy)\s*(?:about|around|over|only|just)?\s*)$",
    re.IGNORECASE,
)
# "not under 200": what follows is the other bound.
_DENIAL = re.compile(r"(?:\bnot|\bnothing|\bnever|n't)\s+(?:be\s+|cost\s+)?$", re.IGNORECASE)
_DISCOUNT = re.compile(
    r"^\s*(?:%|percent|off\b|discount|coupon|voucher|gift ?card|cash ?back|back\b|折)", re.IGNORECASE
)
_ORDER_NUMBER_BOUND = re.compile(r"(?:#|\border\s*)$", re.IGNORECASE)


_BUDGET = re.compile(
    rf"\b(?:my|our|the) (?:total )?budget is (?:only |just )?\W?{amount(1)}(?!\s*(?:-|–|to\b|and\b))", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class PriceBounds:
    """What a message says about price; ``words`` is the phrase, ``span`` where it stands."""

    minimum: Decimal | None
    maximum: Decimal | None
    currency: str | None
    words: str
    span: tuple[int, int]


def read_prices(text: str, *, known: bool = False) -> PriceBounds | None:
    """The last price statement of ``text``, or None. Amounts are major units as said, never converted.

    ``known`` says that a price is being talked about already: then a bare number ("make it 20") is one.
    """
    if not any(map(str.isdigit, text)):
        return None
    candidates = [c for c in (_between(text), _single(text)) if c is not None]
    if not candidates and known and (bare := _alone(text)):
        return bare
    # Where a budget is stated, a range of another thing is none: "power between 1 and 500 W. My budget is 90".
    budgets = [m for m in _BUDGET.finditer(text) if value(m, 1) >= 1]
    if budgets and not any(c.currency or _covers(c, budgets[-1]) for c in candidates):
        last = budgets[-1]
        return PriceBounds(None, value(last, 1), currency_of(last, 1), last[0], last.span())
    return max(candidates, key=lambda c: c.span[1] - c.span[0], default=None)


def _covers(found: PriceBounds, match: re.Match[str]) -> bool:
    return found.span[0] <= match.start("num1") < found.span[1]


def _alone(text: str) -> PriceBounds | None:
    """A clause that is only a number, or one behind "for": "hmm, make it 20", "okay 110 then", "and for 300?"."""
    if (named := _FOR_BARE.search(text)) and value(named, 1) >= 10 and not _rejected(text, named, "num1"):
        return PriceBounds(None, value(named, 1), currency_of(named, 1), named[0], named.span())
    for clause in re.finditer(r"(?:[^,;.!?]|(?<=\d)[.,](?=\d))+", text):
        match = _BARE_CLAUSE.match(clause[0])
        # Prices have no decimals or two: "15.6 then" is a size.
        if match and value(match, 1) >= 1 and not re.search(r"[.,]\d$", match["num1"]):
            start = clause.start() + match.start("num1")
            end = clause.start() + match.end("num1")
            said = text[start:end]
            return PriceBounds(None, value(match, 1), currency_of(match, 1), said, (start, end))
    return None


def _between(text: str) -> PriceBounds | None:
    found = None
    for match in _BETWEEN.finditer(text):
        cue = text[match.start() : match.start("num1")].lower()
        explicit = "between" in cue or "range" in cue or "介于" in cue or "从" in cue
        money = match["sym1"] or match["sym2"] or match["word1"] or match["word2"]
        after = text[match.end() :].lower()
        # "2-3 people", "5 to 10" and "8 or 9" are no prices without a sign of money.
        if not (
            money
            or explicit
            or re.match(r"\s*(?:range|budget|price)", after)
            or _whole(text, match)
            or _budget_before(text, match)
        ):
            continue
        if "and" in text[match.end("num1") : match.start("num2")] and not explicit:
            continue
        if _rejected(text, match, "num1"):
            continue
        low, high = value(match, 1), value(match, 2)
        if match["kilo2"] and not match["kilo1"] and low < high / 1000 * 10:
            low *= 1000
        if low > high:
            low, high = high, low
        found = PriceBounds(low, high, currency_of(match, 2) or currency_of(match, 1), _clip(text, match), match.span())
    return found


def _whole(text: str, match: re.Match[str]) -> bool:
    """Whether the message, or its clause, is nothing but the range: "let's make that 50 to 120"."""
    start = max(text.rfind(mark, 0, match.start()) for mark in ",;.!?") + 1
    before, after = text[start : match.start()], text[match.end() :]
    alone = _RANGE_OPENS.fullmatch(f"{before} ") and _RANGE_ENDS.match(after)
    return bool(alone) and bool(re.search(r"-|–|to", match[0]))


def _budget_before(text: str, match: re.Match[str]) -> bool:
    return bool(
        re.search(
            r"(?:budget|price|spend|pay|cost)\w*(?: is| of|:| range| between| from)*\s*$", text[: match.start()].lower()
        )
    )


def _single(text: str) -> PriceBounds | None:
    low: re.Match[str] | None = None
    high: re.Match[str] | None = None
    for pattern in (_CUED_UPPER, _CUED_DENIED, _CUED_STRETCH, _CENTRED, _TRAILING_UPPER, _MONEY_FOR):
        for match in pattern.finditer(text):
            if (
                not _rejected(text, match, "num1")
                and not _DENIAL.search(text[: match.start()])
                and not (pattern is _TRAILING_UPPER and _of_a_property(match))
                and _plausible(match, pattern in (_CENTRED, _CUED_STRETCH))
                and (high is None or match.end() > high.end())
            ):
                high = match
    for pattern in (_CUED_LOWER, _TRAILING_LOWER):
        for match in pattern.finditer(text):
            inside = high is not None and match.start("num1") == high.start("num1")
            named = pattern is _TRAILING_LOWER and _of_a_property(match)
            if not (named or inside or _rejected(text, match, "num1")) and _plausible(match, _weak_lower(match)):
                low = match
    if high is None and low is None and (bare := _BARE.match(text)) and (bare["sym1"] or bare["word1"]):
        high = bare
    if high is None and low is None:
        return None
    matches = [m for m in (low, high) if m is not None]
    start, end = min(m.start() for m in matches), max(m.end() for m in matches)
    currency = next((c for m in reversed(matches) if (c := currency_of(m, 1))), None)
    return PriceBounds(
        None if low is None else value(low, 1),
        None if high is None else value(high, 1),
        currency,
        text[start:end].strip(" ,.;"),
        (start, end),
    )


def _weak_lower(match: re.Match[str]) -> bool:
    # "from 50" and "at least 2" say little about money without a sign of it.
    return bool(
        re.match(r"(?:from|at least|min|more than|over|above|no less|>|not under)", match[0], re.IGNORECASE)
    ) and not _money(match)


# "A page yield of 10000 or more", and no "budget of 500".
_OF_A_PROPERTY = re.compile(
    r"\b(?!(?:prices?|budgets?|costs?|money|sums?|amounts?|totals?|limits?|ceilings?|max(?:imum)?|min(?:imum)?|range|"
    r"tune|spend|spending|most|least|best|top|cap|expense|outlay|figure|value|worth|instead|because|order|region|out|"
    r"gifts?|presents?|something|anything|ones?)\b)"
    r"[^\W\d_]{3,} of\s+$",
    re.IGNORECASE,
)


def _of_a_property(match: re.Match[str]) -> bool:
    return not _money(match) and _OF_A_PROPERTY.search(match.string[: match.start("num1")]) is not None


def _money(match: re.Match[str]) -> bool:
    return bool(match["sym1"] or match["word1"] or match["kilo1"])


def _plausible(match: re.Match[str], weak: bool) -> bool:
    """After a weak cue a number without a sign of money is a count where it is small or a noun follows.

    "at least 2", "about 3", "at least 300 thread count".
    """
    if _money(match) or not weak:
        return True
    return value(match, 1) >= 10 and not counts(match.string, match.end())


def _rejected(text: str, match: re.Match[str], group: str) -> bool:
    start = match.start("sym1") if match["sym1"] else match.start(group)
    before, after = text[: match.start()], text[match.end() :]
    lead = text[:start]
    return bool(
        _NOT_A_WISH.search(lead)
        or _NOT_A_WISH.search(before)
        or _DISCOUNT.match(after)
        or _ORDER_NUMBER_BOUND.search(lead)
        or re.match(r"[\-/]\w|[^\W\u3400-\u9fff]", after)
        or _of_weight(match, lead, after)
    )


def _of_weight(match: re.Match[str], lead: str, after: str) -> bool:
    """Whether pounds are those of a scale."""
    named = (match.groupdict().get("word1") or "").lower() in ("pound", "pounds")
    return named and bool(_WEIGHT_BEFORE.search(lead) or _WEIGHT_AFTER.match(after))


def _clip(text: str, match: re.Match[str]) -> str:
    return text[match.start() : match.end()].strip(" ,.;")
