"""The left and the middle of the desk as HTML: who waits, the day's figures, what is found, the conversation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from assistant.desk.accounts import Agent
from assistant.desk.exceptions import Waiver
from assistant.desk.figures import Figures
from assistant.desk.log import Line
from assistant.desk.office import File, Waiting
from assistant.desk.questions import Answered, sources
from assistant.desk.queue import HandOff
from assistant.desk.searching import Found
from ui.page.html import data, paragraphs, text
from ui.page.staff import thread
from ui.words import Words

_REASONS = {
    "danger": "danger",
    "medical": "health",
    "legal": "legal",
    "anger": "anger",
    "exception": "exception",
    "asked": "asked for a person",
    "unsure": "beyond the assistant",
    "stuck": "not understood",
}


def act(label: str, do: str, kind: str = "st-pill", **sent: object) -> str:
    """A button that does something at the desk."""
    return f'<button type="button" class="{kind}"{data(do=do, **sent)}>{text(label)}</button>'


def note(message: str, kind: str = "notice") -> str:
    """One line about what was just done, or could not be."""
    role = "alert" if kind == "error" else "status"
    return f'<p class="st-note st-{kind}" role="{role}">{text(message)}</p>' if message else ""


def panel(title: str, body: str, kind: str = "") -> str:
    """A box with a heading; "" where there is nothing to put into it."""
    return f'<section class="st-panel {kind}"><h2 class="st-h2">{text(title)}</h2>{body}</section>' if body else ""


def fold(key: str, title: str, body: str, kind: str = "st-panel sd-fold", unfolded: bool = False) -> str:
    """What can be unfolded, and stays so under its ``key`` when the page brings news."""
    opened = " open" if unfolded else ""
    return f'<details class="{kind}"{data(key=key)}{opened}><summary>{text(title)}</summary>{body}</details>'


def head(agent: Agent, shop: str) -> str:
    """The bar above the desk."""
    return (
        f'<div class="sd-head"><h1>{text(shop)} · service desk</h1><span class="sd-me">{text(agent.shown)}, '
        f"{text(agent.role)}</span>{_insights(agent)}"
        '<form method="post" action="/desk/sign-out">'
        '<button class="st-pill">Sign out</button></form></div>'
    )


def _insights(agent: Agent) -> str:
    """The way to the report, for who may read it."""
    if agent.role != "supervisor":
        return ""
    return '<a class="st-pill" href="/desk/insights" target="_blank" rel="noopener">What customers tell</a>'


def queue(found: Waiting, me: Agent, now: datetime, here: str) -> str:
    """Who waits, the most pressing first, and what is being worked on."""
    mine = [h for h in found.taken if h.agent == me.name]
    others = [h for h in found.taken if h.agent != me.name]
    parts = [
        _group("Waiting", found.waiting, now, here, "Nobody waits."),
        _group("Yours", mine, now, here, ""),
        _group("With others", others, now, here, ""),
        _asked(found.exceptions),
    ]
    return f'<nav class="st-panel sd-queue" aria-label="Queue">{"".join(parts)}</nav>'


def _group(title: str, items: Sequence[HandOff], now: datetime, here: str, none: str) -> str:
    if not items:
        return f'<h2 class="st-h2">{title}</h2><p class="st-quiet">{none}</p>' if none else ""
    rows = "".join(_waits(item, now, item.conversation == here) for item in items)
    return f'<h2 class="st-h2">{title} <span class="sd-count">{len(items)}</span></h2><ul>{rows}</ul>'


def _waits(item: HandOff, now: datetime, here: bool) -> str:
    packet = item.packet
    minutes = int((now - item.asked).total_seconds() // 60)
    about = f"{minutes} min · {packet.mood}{f' · {item.agent}' if item.agent else ''}"
    return (
        f'<li><button type="button" class="sd-item"{data(do="open", talk=item.conversation)}'
        f'{" aria-current=true" * here}><span class="sd-reason sd-p{packet.priority}">{_reason(packet.reason)}</span>'
        f'<span class="sd-goal">{text(packet.goal)}</span>'
        f'<span class="st-quiet">{text(about)}</span></button></li>'
    )


def _reason(reason: str) -> str:
    return text(_REASONS.get(reason, reason))


def _asked(waivers: Iterable[Waiver]) -> str:
    rows = "".join(
        f'<li class="sd-ask"><p><b>{text(w.rule)}</b>, asked by {text(w.asked_by)}: {text(w.why)}</p>'
        f'<p class="st-quiet">{text(w.call.action)} for {text(w.call.customer)}, '
        f"{text(', '.join(f'{k} {v}' for k, v in w.call.arguments.items()))}</p>"
        f'<p class="st-row">{act("Grant", "decide", "st-pill st-strong", number=w.number, grant="yes")}'
        f"{act('Refuse', 'decide', number=w.number, grant='no')}</p></li>"
        for w in waivers
    )
    return f'<h2 class="st-h2">Exceptions asked for</h2><ul>{rows}</ul>' if rows else ""


def question(answered: Answered | None, draft: bool) -> str:
    """A box for a question about documents, products or this customer, and its answer with the sources.

    ``draft`` offers to put the answer into the message.
    """
    form = (
        f'<form class="sd-row"{data(do="ask")}><input name="question" '
        'aria-label="A question about policies, products or this customer"><button class="st-pill">Ask</button></form>'
    )
    if answered is None:
        return fold("ask", "Ask the assistant", form)
    lines = "".join(
        f"<li><p>{text(said.text)}</p>{_sources(sources(said.evidence))}</li>" for said in answered.sentences
    )
    cited = _sources([f"{c.document} › {c.passage}" for c in answered.citations])
    use = f'<p class="st-row">{act("Use in the message", "insert", text=answered.text)}</p>' if draft else ""
    body = (
        f'<div role="status"><p><b>{text(answered.question)}</b></p><ul class="sd-list">{lines}</ul>{cited}{use}</div>'
    )
    return fold("ask", "Ask the assistant", form + body, unfolded=True)


def _sources(found: Sequence[str]) -> str:
    """Where something stands."""
    return f'<p class="st-quiet sd-source">{text("; ".join(found))}</p>' if found else ""


def find(words: str, found: Sequence[Found] | None) -> str:
    """The search in past conversations and what it found."""
    rows = "".join(
        f'<li><button type="button" class="sd-item"{data(do="open", talk=f.conversation)}>'
        f'<span class="sd-reason">{_reason(f.reason)}</span><span class="sd-goal">{text(f.excerpt)}</span>'
        f'<span class="st-quiet">{f.asked:%d %b %Y}</span></button></li>'
        for f in found or ()
    )
    none = '<p class="st-quiet">Nothing found.</p>' if found is not None and not found else ""
    form = (
        f'<form class="sd-row"{data(do="search")}><input name="words" value="{text(words)}" '
        'aria-label="Words to look for"><button class="st-pill">Search</button></form>'
    )
    return fold("find", "Past conversations", f"{form}{none}<ul>{rows}</ul>", unfolded=bool(found))


def figures(day: Figures) -> str:
    """Today in numbers."""
    wait = "–" if day.wait is None else f"{day.wait / 60:.0f} min"
    rows: Mapping[str, object] = {
        "conversations begun": day.conversations,
        "messages the assistant answered": day.answered,
        "handed over": sum(day.reasons.values()),
        "waiting · taken · returned": f"{day.waiting} · {day.taken} · {day.returned}",
        "wait until somebody came, in the middle": wait,
        "messages by the staff": day.written,
        **{f"for {_REASONS.get(r, r)}": n for r, n in day.reasons.most_common()},
    }
    body = "".join(f"<div><dt>{text(k)}</dt><dd>{text(v)}</dd></div>" for k, v in rows.items())
    return fold("figures", f"Today, {day.day:%d %b} (UTC)", f'<dl class="sd-figures">{body}</dl>')


def talk(file: File | None, say: Words) -> str:
    """The conversation as it is, from its beginning."""
    if file is None:
        return '<p class="st-quiet sd-empty">Choose a conversation from the queue.</p>'
    body = ""
    for turn in file.state.turns:
        reply = turn.reply
        told = " ".join(s.text for s in reply.sentences)
        cards = "".join(f"<li>{text(c.name)}</li>" for c in reply.shown)
        body += (
            f'<div class="st-you"><p>{paragraphs(turn.text)}</p></div>'
            f'<div class="sd-said"><p class="st-who">Assistant</p><p>{text(told)}</p>'
            f"{f'<ul>{cards}</ul>' if cards else ''}</div>"
            f"{thread([m for m in file.thread if m.after == turn.number], say)}"
        )
    return f'<section class="sd-talk" aria-label="Conversation" aria-live="polite">{body}</section>'


def presses(file: File | None, me: Agent) -> str:
    """What can be done with the conversation as a whole."""
    if file is None:
        return ""
    held = file.hand_off
    if held.state == "waiting":
        return f'<p class="st-row">{act("Take over", "take", "st-pill st-strong")}</p>'
    if held.state == "taken" and held.agent == me.name:
        return f'<p class="st-row">{act("Give back to the assistant", "return")}</p>'
    who = f"{held.agent} has this conversation" if held.state == "taken" else "The assistant has it again"
    return f'<p class="st-quiet">{text(who)}.</p>'


def log(lines: Sequence[Line]) -> str:
    """Who looked and acted, for supervisors."""
    rows = "".join(
        f"<li>{line.at:%d %b %H:%M} {text(line.agent)} {text(line.what)} {text(line.customer)} "
        f'<span class="st-quiet">{text(line.detail[:160])}</span></li>'
        for line in lines
    )
    return fold("log", "Log", f'<ul class="sd-log">{rows}</ul>')
