"""Answers from a shop's documents: the document's own sentences with their citation, or that it does not say.

Nothing is made up here: a sentence of an answer is a statement of a document, or a day or an amount that code reckoned
from the shop's rules, from a term in the quoted statement and from the order's record.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.service.contradictions import contradicting
from assistant.service.effects import fee_of
from assistant.service.facts import days_of, last_of
from assistant.service.ruleset import RuleSet
from assistant.service.terms import Named, days_in, in_force, term_in
from assistant.service.terms import day as day_said
from assistant.service.values import Line, Order
from assistant.state import Citation, Evidence, Sentence
from retrieval import ideas
from retrieval.policy_search import Found, PolicyShelf, Quote
from retrieval.product import Money

NOT_SAID = "The shop's policies do not say that, so I will not guess."
PERSON = "A person of the shop can tell you; say so if you would like that."
CONFLICT = "The shop's documents do not agree on this."
# How far behind the best statement of a passage the second and the third may be that are quoted with it.
_CLOSE = (5.0, 2.0)
# Things of an order that are told of one by one.
_MOST = 3


@dataclass(frozen=True, slots=True)
class Thing:
    """Something of an order, with the categories that it is in."""

    line: Line
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class About:
    """The order that a question is about, as far as the one who asks may know it."""

    order: Order
    # Those that the question names, or all.
    things: tuple[Thing, ...]
    member: bool = False


@dataclass(frozen=True, slots=True)
class PolicyAnswer:
    """What is said, and where it stands."""

    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...] = ()
    # False where the documents do not say.
    answered: bool = True
    conflicting: bool = False


def answer_policy(
    question: str,
    shelf: PolicyShelf,
    *,
    today: date,
    rules: RuleSet | None = None,
    about: About | None = None,
    currency: str = "USD",
) -> PolicyAnswer:
    """What the shop's documents say to a question.

    ``rules`` are the rules in force, for days and amounts; ``about`` is an order whose owner was verified;
    ``currency`` is the shop's, ISO 4217.
    """
    findings = shelf.find(question)
    found = [f for f in (_in_force(f, today) for f in findings.found) if f.quotes]
    things = about.things if about else ()
    groups = shelf.groups.around(question) | {level for thing in things for level in thing.levels}
    asked = _Question(question, groups, today, rules, about, currency)
    reckoned = asked.reckoned()
    if not found or not (findings.answered or reckoned):
        return PolicyAnswer((Sentence(NOT_SAID), Sentence(PERSON)), answered=False)
    top, quotes = _chosen(found, asked, reckoned)
    sentences = [_quoted(top, quote) for quote in quotes]
    citations = [_citation(top, quotes)]
    if reckoned is None and (term := _term_ends(quotes, asked)):
        sentences.append(term)
    sentences += reckoned.sentences if reckoned else ()
    other = contradicting(top, quotes, found, shelf) if reckoned is None else None
    if other:
        against, quote = other
        sentences = [Sentence(CONFLICT), *sentences, _quoted(against, quote), Sentence(PERSON)]
        citations.append(_citation(against, [quote]))
    return PolicyAnswer(tuple(sentences), tuple(citations), conflicting=other is not None)


def _in_force(found: Found, today: date) -> Found:
    """The passage without the statements that do not hold on this day."""
    kept = tuple(q for q in found.quotes if in_force(q.text, today)) if in_force(found.passage.context, today) else ()
    return Found(found.passage, found.score, kept)


def _quoted(found: Found, quote: Quote) -> Sentence:
    text = quote.text if quote.text[-1] in ".!?" else f"{quote.text}."
    return Sentence(text, (Evidence("policy", found.passage.id, found.passage.heading, quote.text),))


def _citation(found: Found, quotes: Iterable[Quote]) -> Citation:
    passage = found.passage
    path = " › ".join(dict.fromkeys((passage.title, *passage.path)))
    return Citation(passage.document, path, " ".join(q.text for q in quotes))


# What code reckons.


@dataclass(frozen=True, slots=True)
class _Reckoned:
    """Days or amounts by the shop's rules, and what a statement must hold that grants them."""

    sentences: tuple[Sentence, ...]
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Question:
    """A question with all that is known beside it."""

    text: str
    groups: frozenset[str]
    today: date
    rules: RuleSet | None
    about: About | None
    currency: str

    @property
    def ideas(self) -> frozenset[str]:
        return ideas.ideas(self.text)

    def reckoned(self) -> _Reckoned | None:
        """What the rules make of a question about sending something back; None for any other question."""
        if self.rules is None or not self.ideas & {"return", "exchange"} or self.ideas & {"guarantee", "damage"}:
            return None
        asks = ideas.asks(self.text)
        if "money" in asks and "return" in self.ideas and "time" not in asks:
            return self._fee(self.rules)
        if self.about:
            return self._of_order(self.rules, self.about)
        named = next(iter(days_in(self.text, self.today)), None)
        return self._of_day(self.rules, named) if named else None

    def _fee(self, rules: RuleSet) -> _Reckoned | None:
        if not (self.about or self.groups & set(rules.return_fee.groups)):
            return None
        member = bool(self.about and self.about.member) or "member" in self.ideas
        fee = Money(fee_of(self.groups, member, rules.return_fee), self.currency)
        said = str(fee).removesuffix(".00")
        if not fee.minor:
            return _Reckoned((Sentence("Sending it back costs you nothing.", (_rule(rules, "return_fee", "0"),)),), ())
        return _Reckoned((Sentence(f"That makes {fee}.", (_rule(rules, "return_fee", str(fee)),)),), (said,))

    def _of_order(self, rules: RuleSet, about: About) -> _Reckoned:
        order, lines, marks = about.order, [], []
        known = _order_evidence(order)
        if not order.delivered:
            told = f"Order {order.id} is {order.status}; the days count from its delivery."
            return _Reckoned((Sentence(told, known),), ())
        came = date.fromisoformat(order.delivered)
        placed = date.fromisoformat(order.placed) if order.placed else None
        lines.append(Sentence(f"Order {order.id} was delivered on {day_said(order.delivered)}.", known))
        for thing in about.things[:_MOST]:
            days = days_of(thing.levels, about.member, rules.window)
            if days is None:
                lines.append(Sentence(f"{thing.line.name} cannot be sent back.", known))
                continue
            last = last_of(days, came, placed, rules.window)
            by_season = last > came.fromordinal(came.toordinal() + days)
            marks.append(day_said(last.isoformat()).rpartition(" ")[0] if by_season else f"{days} days")
            lines.append(self._until(thing.line.name, last, known, rules))
        return _Reckoned(tuple(lines), tuple(marks))

    def _until(self, name: str, last: date, known: tuple[Evidence, ...], rules: RuleSet) -> Sentence:
        day = day_said(last.isoformat())
        said = (
            f"could be sent back until {day}; that time is over"
            if last < self.today
            else (f"can be sent back until {day}")
        )
        return Sentence(f"{name} {said}.", (*known, _rule(rules, "return_window", day)))

    def _of_day(self, rules: RuleSet, named: Named) -> _Reckoned | None:
        days = days_of(self.groups, "member" in self.ideas, rules.window)
        if days is None:
            return None
        day = day_said(named.day.isoformat())
        if named.of == "order":
            last = last_of(0, named.day, named.day, rules.window)
            if last == named.day:
                return None
            until = day_said(last.isoformat())
            told = f"What is ordered on {day} can be sent back until {until}."
            return _Reckoned((Sentence(told, (_rule(rules, "return_window", until),)),), (until.rpartition(" ")[0],))
        until = day_said(last_of(days, named.day, None, rules.window).isoformat())
        told = f"Counted from {day}, {days} days end on {until}."
        return _Reckoned((Sentence(told, (_rule(rules, "return_window", until),)),), (f"{days} days",))


def _rule(rules: RuleSet, part: str, value: str) -> Evidence:
    return Evidence("policy", rules.name, part, value)


def _order_evidence(order: Order) -> tuple[Evidence, ...]:
    fields = {"order_id": order.id, "status": order.status, "delivered": day_said(order.delivered)}
    names = [Evidence("order", order.id, f"items.{line.item_id}", line.name) for line in order.lines]
    return (*(Evidence("order", order.id, name, value) for name, value in fields.items()), *names)


def _term_ends(quotes: Sequence[Quote], asked: _Question) -> Sentence | None:
    """When a term in a quoted statement ends, where it is known when it began."""
    for quote in quotes:
        term = term_in(quote.text)
        if term is None:
            continue
        if asked.about:
            order = asked.about.order
            start = order.delivered if term.anchor == "delivery" else order.placed
            if not start:
                continue
            end = day_said(term.end(date.fromisoformat(start)).isoformat())
            what = "was delivered" if term.anchor == "delivery" else "was placed"
            told = f"Order {order.id} {what} on {day_said(start)}, so that is until {end}."
            return Sentence(told, (*_order_evidence(order), Evidence("order", order.id, "placed", day_said(start))))
        for named in days_in(asked.text, asked.today):
            if named.of == term.anchor:
                end = day_said(term.end(named.day).isoformat())
                told = f"Counted from {day_said(named.day.isoformat())}, that is until {end}."
                return Sentence(told, (Evidence("shopper", "", "date", day_said(named.day.isoformat())),))
    return None


# What is quoted.


def _chosen(found: Sequence[Found], asked: _Question, reckoned: _Reckoned | None) -> tuple[Found, list[Quote]]:
    """The passage to cite and its statements to quote; those that grant what was reckoned go first."""
    for mark in reckoned.marks if reckoned else ():
        for passage in found:
            held = [q for q in passage.quotes if _holds(q.text, mark) and _concerns(q, asked.groups)]
            if held:
                named = [q for q in held if q.groups & asked.groups]
                return passage, [max(named or held, key=lambda q: q.score)]
    return found[0], _quotes(found[0], asked)


def _holds(text: str, mark: str) -> bool:
    """Whether a text holds an amount, a day or a number of days; a table says "days: 14"."""
    count = mark.removesuffix(" days")
    said = re.escape(mark) if count == mark else rf"(?:{count}(?: working)?[ -]days?|days?: {count})"
    return re.search(rf"(?<![\d.,]){said}(?![\d]|[.,]\d)", text) is not None


def _concerns(quote: Quote, groups: frozenset[str]) -> bool:
    """Whether a statement is not about other products alone."""
    return not quote.groups or bool(quote.groups & groups)


def _quotes(found: Found, asked: _Question) -> list[Quote]:
    """The best statements of a passage in its order: an exception for the product goes before what holds in general."""
    sorts = ideas.asks(asked.text)
    exact = [q for q in found.quotes if q.groups & asked.groups]
    best = found.best
    if exact and best not in exact and (ideas.holds(best.text) & ideas.holds(exact[0].text) or not best.groups):
        best = max(exact, key=lambda q: q.score)
    elif not exact and best.groups and sorts:
        # Nobody asked for these products: what holds in general, where the passage says it.
        general = [q for q in found.quotes if not q.groups and sorts & ideas.holds(q.text)]
        best = max(general, key=lambda q: q.score, default=best)
    others = [q for q in found.quotes if q is not best and (best.groups or _concerns(q, asked.groups))]
    close = zip(_CLOSE, sorted(others, key=lambda q: -q.score), strict=False)
    kept = [best, *(q for behind, q in close if q.score >= best.score - behind)]
    if best in exact:
        kept = [q for q in kept if q.groups & asked.groups or not ideas.holds(q.text) & ideas.holds(best.text)]
    return [q for q in found.quotes if q in kept]
