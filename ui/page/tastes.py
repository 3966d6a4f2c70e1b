"""What the shop thinks a signed-in customer likes, and why: a panel in which they change, delete or pause it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.profile.tastes import Profile, Taste
from assistant.profile.traits import Trait
from ui.page.html import BIN, button, data, text
from ui.words import Words

if TYPE_CHECKING:
    from assistant.ads.consent import Consents
    from assistant.build import Assistant
    from assistant.profile.keeping import Change, Profiles

# Facets that are shown; where somebody buys and how dear follows from their orders and is no opinion to argue with.
_SHOWN = ("brand", "colour", "material", "feature", "aspect", "size", "product")
# Pieces of evidence for one taste.
_PIECES = 4
_CHANGES: tuple[Change, ...] = ("like", "dislike", "never")


@dataclass(frozen=True, slots=True)
class Own:
    """The profile of the customer who is signed in on this page."""

    profiles: Profiles
    consents: Consents
    customer: str

    def panel(self, conversation: str, say: Words) -> str:
        """The panel beside the conversation, which may not have begun yet (``""``)."""
        gift = bool(conversation) and self.profiles.is_gift(conversation)
        return panel(self.profiles.of(self.customer), gift, self.consents.of(self.customer), say)

    def change(self, conversation: str, sent: Mapping[str, Any]) -> None:
        """Does what a control of the panel says; what does not fit the profile as it is by then does nothing."""
        do, entry = str(sent.get("do")), str(sent.get("entry"))
        taste = self.profiles.of(self.customer).of(entry)
        match do:
            case "pause" | "resume":
                self.profiles.pause(self.customer, do == "pause")
            case "ads" | "no_ads":
                self.consents.say(self.customer, do == "ads")
            case "gift" | "own" if conversation:
                self.profiles.gift(conversation, do == "gift")
            case "delete" if taste:
                self.profiles.delete(self.customer, entry)
            case "change" if taste:
                for change in _CHANGES:
                    if sent.get("to") == change:
                        self.profiles.edit(self.customer, Trait(*taste.about), change)


def own(assistant: Assistant, customer: str) -> Own | None:
    """What ``customer`` has to say here; None where the shop keeps no profiles."""
    from assistant.ads.consent import Consents

    if assistant.profiles is None:
        return None
    consents = Consents(assistant.profiles.engine, assistant.settings.shop_folder)
    return Own(assistant.profiles, consents, customer)


def panel(profile: Profile, gift: bool, ads: bool, say: Words) -> str:
    """``profile`` with its controls; ``gift`` says that this conversation is about somebody else, ``ads`` whether
    advertisements may be chosen by it.

    On a narrow screen all but one button is folded away: style.css makes the body a part of the page on a wide one.
    """
    tastes = [t for t in profile.tastes if t.about.facet in _SHOWN]
    items = "".join(_taste(t, n, say) for n, t in enumerate(tastes))
    body = f'<ul class="st-tastes">{items}</ul>' if items else f'<p class="st-quiet">{text(say("tastes.none"))}</p>'
    if gift or profile.paused:
        note = say("tastes.gift_on" if gift else "tastes.paused")
        body = f'<p class="st-quiet" role="status">{text(note)}</p>' + ("" if profile.paused else body)
    modes = _mode("own" if gift else "gift", say) + _mode("resume" if profile.paused else "pause", say)
    if not profile.paused:
        # Nobody who is paused is chosen for, whatever they said of advertisements.
        body += f'<p class="st-quiet">{text(say("tastes.ads_on" if ads else "tastes.ads_off"))}</p>'
        modes += _mode("no_ads" if ads else "ads", say)
    title = text(say("tastes.title"))
    return (
        f'<section class="st-panel st-own" aria-label="{title}">'
        f'<button type="button" class="st-own-opens" popovertarget="st-own">{text(say("tastes.short"))}</button>'
        f'<div popover id="st-own" class="st-pop" role="group" aria-label="{title}">'
        f'<h2 class="st-h2">{title}</h2>{body}<p class="st-row">{modes}</p></div></section>'
    )


def _mode(do: str, say: Words) -> str:
    return button(text(say(f"tastes.{do}")), "profile", "st-pill", do=do)


def _taste(taste: Taste, number: int, say: Words) -> str:
    """One taste: a name that opens what can be done with it, the reasons, and the bin."""
    way = "like" if taste.likes else "never" if taste.deal_breaker else "dislike"
    label = say(f"tastes.{way}_it", value=taste.about.value)
    id = f"st-taste-{number}"
    spoken = text(say("tastes.edit", label=label))
    opens = (
        f'<button type="button" class="st-opens" popovertarget="{id}" aria-label="{spoken}">'
        f"<span>{text(label)}</span></button>"
    )
    others = "".join(
        button(text(say(f"tastes.{to}")), "profile", "st-pill", do="change", entry=taste.id, to=to)
        for to in _CHANGES
        if to != way
    )
    bin_ = button(BIN, "profile", "st-remove", say("tastes.delete", label=label), do="delete", entry=taste.id)
    return (
        f'<li{data(entry=taste.id)}><span class="st-chip st-soft">{opens}{bin_}</span>'
        f'<div popover id="{id}" class="st-pop" role="dialog" aria-label="{text(label)}"><p>{text(label)}</p>'
        f'{_why(taste, say)}<p class="st-row">{others}</p></div></li>'
    )


def _why(taste: Taste, say: Words) -> str:
    if taste.owned:
        return f'<p class="st-quiet">{text(say("tastes.owned"))}</p>'
    way = 1 if taste.likes else -1
    shown = [p for p in taste.evidence if p.weight * way > 0][:_PIECES]
    items = "".join(
        f"<li>{text(say(f'tastes.from_{p.source}', date=p.date))}{' ' + text(f'“{p.quote}”') if p.quote else ''}</li>"
        for p in shown
    )
    return f'<p class="st-quiet">{text(say("tastes.why"))}</p><ul class="st-quiet">{items}</ul>'
