"""The check, top to bottom: policies and quotes whole, comparisons, then clause by clause and product by product."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import cache

from assistant.grounding.comparing import compare
from assistant.grounding.cover import cover, runs
from assistant.grounding.fixed import MONEY, NAME, Reading, digits, read_fixed
from assistant.grounding.lists import listed, numbers
from assistant.grounding.record import Record, records, signed
from assistant.state import Evidence
from retrieval.product import SYMBOLS
from retrieval.text import words

_VALUE = 0xE200
_SENTENCE_END = re.compile(r"[.!?。！？]$")
_QUOTE = re.compile(r"[“„]([^”“]+)[”“]|(?<!\d)\"([^\"]{3,})\"")
_POLICY_LEAD = re.compile(
    r"^(?:according to the (?:shop|store|policy|shop's policy|store's policy),?|"
    r"the (?:shop|store)(?:'s(?: \w+)? policy)?(?: says| states)(?: that)?:?|"
    r"(?:the|its|our) policy(?: says| is)(?: that)?:?)\s+",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"(?:,\s+|\s+)(?:and|but|while|whereas|or|plus)\s+|,\s+|;\s*|:\s+|\s[–—-]\s|[()]")
_SEVERAL = re.compile(r"[\s/,&+-]")
_ALL = re.compile(
    r"^\s*(?:both|they|each|all)\b|\b(?:are|have|cost|weigh) (?:both|all)\b|\b(?:both|each|all) of them\b"
)
_PRONOUN = re.compile(r"\b(?:it|its|this one|this)\b")
_VERB = re.compile(r"\b(?:is|are|has|have|had|costs?|comes?|weighs?|holds?|lasts?|was|does|do|can|says?|sells?)\b")


def check(sentence: str, evidence: Sequence[Evidence], bounds: Sequence[str] = ()) -> list[str]:
    """What ``sentence`` says beyond ``evidence``, one line a violation; [] when every claim is covered.

    ``evidence`` is of the products on the cards; "it" is the first one. Evidence of the source "shopper" are wishes
    that the first was shown to meet. ``bounds`` are the price bounds the shopper gave, as printed ("$60").
    """
    text = " ".join(sentence.replace("’", "'").split())
    if not _SENTENCE_END.search(text):
        return ["the sentence is cut short"]
    if _is_policy(text, evidence):
        return []
    return _Sentence(text, evidence, bounds).violations()


class _Sentence:
    """One sentence with everything that it may speak of."""

    def __init__(self, text: str, evidence: Sequence[Evidence], bounds: Sequence[str]) -> None:
        self.cards = records(evidence) or [Record("")]
        self.bounds = frozenset(b for b in map(digits, bounds) if b is not None)
        self.counts = frozenset(e.value for e in evidence if e.source == "shop" and not e.id)
        self.amounts: list[Decimal] = []
        self.values: list[str] = []
        self.quotable = [e.value for e in evidence if e.source != "shopper"]
        self.text = text
        # A currency without a sign is printed by its code.
        self._code = next((c.price[:3] for c in self.cards if c.price[:3].isupper()), "USD")

    def violations(self) -> list[str]:
        if tuple(words(signed(self.text))) in self.cards[0].sentences:
            return []
        faults: list[str] = []
        text = self._unquoted(self.text, faults)
        text = self._with_names(text)
        # Two products may be told the same of.
        if len({c for c in text if NAME <= ord(c) < MONEY}) < 2 and (repeated := self._repeated(text)):
            faults.append(f"{repeated!r} is said twice")
        text = _money(self._code).sub(self._money, text)
        text = re.sub(r"\bn't\b|n't\b", " not", text.lower()).replace("cannot", "can not")
        text = re.sub(r"(between [\ue100-\ue1ff]) and ([\ue100-\ue1ff])", r"\1-\2", text)
        text = re.sub(r"\b(?:" + "|".join(numbers()) + r")\b", lambda m: numbers()[m[0]], text)
        text = re.sub(
            rf"([{chr(NAME)}-{chr(MONEY - 1)}])(?:,? and |, )(?=[{chr(NAME)}-{chr(MONEY - 1)}] )", r"\1", text
        )
        text, wrong = compare(text, self.cards, self._first(text), self.amounts)
        text = self._with_values(text)
        faults += wrong
        subjects = [self._first(text)]
        named: list[Record] = []
        denied = False
        for clause in self._clauses(text):
            here = [self.cards[ord(c) - NAME] for c in clause if NAME <= ord(c) < MONEY]
            named += here
            if _ALL.search(clause):
                here = named or self.cards
            elif not here and len({r.id for r in named}) > 1 and _PRONOUN.search(clause):
                # Which of them "it" is, nobody knows.
                here = named
            subjects = here or subjects
            negative = any(t in listed("negations") for t in words(clause))
            # "no timer or handle": the negation reaches a clause without a verb of its own.
            denied = denied and not _VERB.search(clause)
            for record in subjects:
                faults += self._judge(clause, record, denied)
            denied = denied or negative
        return list(dict.fromkeys(faults))

    def _repeated(self, text: str) -> str:
        """A run of words that stands in the sentence more often than in a field's name."""
        for label in {label.lower() for c in self.cards for label in c.labels if " " in label}:
            text = text.replace(label, " | ")
        return runs(words(text))

    def _first(self, text: str) -> Record:
        """What a clause without a name speaks of: "it" is the first card, else the first product named."""
        name = next((c for c in text if NAME <= ord(c) < MONEY), "")
        pronoun = _PRONOUN.search(text)
        if name and (pronoun is None or pronoun.start() > text.index(name)):
            return self.cards[ord(name) - NAME]
        return self.cards[0]

    def _judge(self, clause: str, record: Record, denied: bool) -> list[str]:
        clause = re.sub("[\ue000-\ue0ff]", " ", clause)
        reading = Reading(clause, record, self.amounts, self.bounds, self.counts)
        read_fixed(reading)
        small = listed("neutral").union(*(listed(f"beside.{kind}") for kind in reading.took))
        if _ALL.search(clause):
            small |= set(words("both they each them all"))
        rest = self._tokens(reading.text)
        return reading.faults + cover(rest, record, frozenset(small), denied)

    def _tokens(self, text: str) -> list[str]:
        found: list[str] = []
        for piece in re.split("([\ue200-\ue2ff])", text):
            found += words(signed(self.values[ord(piece) - _VALUE] if "\ue200" <= piece <= "\ue2ff" else piece))
        return found

    def _clauses(self, text: str) -> list[str]:
        return [c for c in _SEPARATOR.split(text.rstrip(".!?。！？ ")) if c.strip()]

    def _unquoted(self, text: str, faults: list[str]) -> str:
        def verbatim(match: re.Match[str]) -> str:
            said = (match[1] or match[2]).strip()
            if not any(said in value for value in self.quotable):
                faults.append(f"quotes “{said}”, which no record says")
            return " "

        return _QUOTE.sub(verbatim, text)

    def _with_names(self, text: str) -> str:
        """Each product's name as one character, the longest names first."""
        names = [(n.replace("’", "'"), i) for i, c in enumerate(self.cards) for n in c.names]
        names.sort(key=lambda pair: -len(pair[0]))
        for name, place in names:
            # A maker's name alone is not a product's.
            if len(name.split()) > 1 or name.casefold() != self.cards[place].brand.casefold():
                pattern = rf"(?<!\w){re.escape(' '.join(name.split()))}(?!\w)(?:'s\b)?"
                text = re.sub(pattern, chr(NAME + place), text, flags=re.IGNORECASE)
        return text

    def _with_values(self, text: str) -> str:
        """Values and names of fields that are several words, as one character each: they are not cut or half read."""
        brands = {c.brand.casefold() for c in self.cards}
        whole = {" ".join(v.split()) for c in self.cards for v in (*c.values, *c.labels) if _SEVERAL.search(v)}
        whole = {value for value in whole if value.casefold() not in brands}
        for value in sorted(whole, key=len, reverse=True):
            pattern = rf"(?<![\w]){re.escape(value.lower())}(?![\w])"
            if len(self.values) < 250 and re.search(pattern, text):
                self.values.append(value)
                text = re.sub(pattern, chr(_VALUE + len(self.values) - 1), text)
        return text

    def _money(self, match: re.Match[str]) -> str:
        self.amounts.append(digits(match["a"] or match["b"]) or Decimal(0))
        return chr(MONEY + len(self.amounts) - 1)


@cache
def _money(code: str) -> re.Pattern[str]:
    """Amounts of money, by sign, by code or by name."""
    signs = re.escape("".join(sorted(set(SYMBOLS.values()))))
    codes = "|".join(sorted({code, *SYMBOLS}))
    figure = r"\d[\d,]*(?:\.\d+)?"
    return re.compile(
        rf"(?:[{signs}]\s?|\b(?:{codes}) )(?P<a>{figure})|"
        rf"(?<![\d.])(?P<b>{figure}) ?(?:dollars?|bucks|euros?|pounds sterling|{codes})\b"
    )


def _is_policy(text: str, evidence: Sequence[Evidence]) -> bool:
    """Whether the sentence repeats one sentence of a policy passage word for word: a policy has no paraphrase."""
    said = words(_POLICY_LEAD.sub("", text))
    passages = [e.value for e in evidence if e.source == "policy"]
    return any(said == words(s) for p in passages for s in (p, *re.split(r"(?<=[.!?])\s+", p)))
