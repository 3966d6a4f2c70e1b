"""What stands around a conversation, as HTML: top bar, welcome, chats, the menu of the box, footer."""

from __future__ import annotations

from collections.abc import Sequence

from ui.page.html import BIN, CART, CROSS, MENU, PLUS, SUN, button, data, image, text
from ui.words import LANGUAGES, Words

_LOGO = (
    '<svg class="st-logo" viewBox="0 0 32 32" aria-hidden="true"><path fill="currentColor" '
    'd="M6 4h20a4 4 0 0 1 4 4v12a4 4 0 0 1-4 4H15l-7 6v-6H6a4 4 0 0 1-4-4V8a4 4 0 0 1 4-4z"/>'
    '<path fill="none" stroke="var(--ground)" stroke-width="3" stroke-linecap="round" stroke-linejoin="round" '
    'd="M10 14.5l4.2 4.2L22 10.5"/></svg>'
)


def masthead(shop: str, items: int, say: Words) -> str:
    """The bar above the page: chats, name, language, light or dark, new chat, and the cart with ``items`` in it."""
    count = f'<b class="st-count" aria-hidden="true">{items}</b>' if items else ""
    new = button(f"{PLUS}<span>{text(say('chats.new'))}</span>", "restart", "st-new", say("chats.new"))
    return (
        f'<a class="st-skip" href="#st-box">{text(say("page.skip"))}</a>'
        f'<div class="st-masthead"{data(lang=say.language)}>'
        f"{_opener('st-chats', say('page.menu'), MENU, 'st-menu')}{_LOGO}<h1>{text(shop)}</h1>"
        f'<span class="st-settings">{_settings(say)}</span>'
        f"{new}"
        f"{_opener('st-cart', say('cart.open', n=items), CART + count, 'st-open-cart')}</div>"
    )


def _opener(drawer: str, spoken: str, label: str, kind: str) -> str:
    return (
        f'<button type="button" class="st-round {kind}"{data(drawer=drawer)} aria-haspopup="dialog"'
        f' aria-label="{text(spoken)}">{label}</button>'
    )


def _settings(say: Words) -> str:
    """The switches to the next language and between light and dark."""
    codes = list(LANGUAGES)
    code = codes[(codes.index(say.language) + 1) % len(codes)]
    return (
        f'<button type="button" class="st-lang" lang="{code}" title="{text(say("page.language"))}"'
        f"{data(send='language', code=code)}>{text(LANGUAGES[code])}</button>"
        '<button type="button" class="st-round st-theme" data-theme'
        f' aria-label="{text(say("page.theme"))}">{SUN}</button>'
    )


def welcome(shop: str, examples: Sequence[tuple[str, str]], say: Words) -> str:
    """What an empty conversation shows: what this is, and a few ways to begin, as (message, address of a picture)."""
    tiles = "".join(
        f"<li>{button(f'{image(picture)}<span>{text(says)}</span>', 'example', 'st-tile', number=n)}</li>"
        for n, (says, picture) in enumerate(examples)
    )
    tries = f'<ul class="st-examples" aria-label="{text(say("welcome.examples"))}">{tiles}</ul>' if tiles else ""
    return (
        f'<section class="st-welcome"><h2>{text(say("welcome.title"))}</h2>'
        f"<p>{text(say('welcome.lead', shop=shop))}</p>{tries}</section>"
    )


def chats(conversations: Sequence[tuple[str, str]], now: str, say: Words) -> str:
    """The visitor's conversations by their opening words, as (id, title), the open one ``now`` among them.

    On a phone this is a drawer, which also holds the settings.
    """
    items = "".join(_chat(id, title, id == now, say) for id, title in conversations if title)
    return drawer(
        "nav",
        say("chats.title"),
        f'<p class="st-row st-settings">{_settings(say)}</p>' + (f"<ul>{items}</ul>" if items else ""),
        say,
        "" if items else "st-none",
    )


def _chat(id: str, title: str, now: bool, say: Words) -> str:
    opens = (
        f'<button type="button" class="st-link"{data(send="reopen", id=id)}{" aria-current=true" * now}>'
        f"{text(title)}</button>"
    )
    sure = f"st-sure-{text(id)}"
    asks = (
        f'<button type="button" class="st-remove" popovertarget="{sure}"'
        f' aria-label="{text(say("chats.delete", title=title))}">{BIN}</button>'
    )
    deletes = button(text(say("chats.really")), "discard", "st-pill st-strong", id=id)
    keeps = (
        f'<button type="button" class="st-pill" popovertarget="{sure}" popovertargetaction="hide">'
        f"{text(say('chats.keep'))}</button>"
    )
    return (
        f"<li>{opens}{asks}"
        f'<div popover id="{sure}" class="st-pop" role="dialog" aria-label="{text(say("chats.sure"))}">'
        f'<p>{text(say("chats.sure"))}</p><p class="st-row">{deletes}{keeps}</p></div></li>'
    )


def drawer(tag: str, title: str, body: str, say: Words, kind: str = "") -> str:
    """A panel that slides in over the page where there is no room beside it."""
    close = (
        '<button type="button" class="st-round st-close" data-close'
        f' aria-label="{text(say("page.close"))}">{CROSS}</button>'
    )
    return (
        f'<{tag} class="st-panel {kind}" aria-label="{text(title)}"><div class="st-drawer-head">'
        f'<h2 class="st-h2">{text(title)}</h2>{close}</div>{body}</{tag}>'
    )


def plus(say: Words, sees: bool) -> str:
    """What opens beside the message box: a person, and a picture to find things by, or that none can be read."""
    line = f'<p class="st-quiet">{text(say("plus.no_pictures"))}</p>'
    if sees:
        told = data(failed=say("plus.unread"))
        line = (
            f'<label class="st-link st-file">{text(say("plus.picture"))}'
            f'<input type="file" id="st-look" class="st-sr" accept="image/png,image/jpeg,image/webp,image/gif"{told}>'
            f'</label><p class="st-quiet">{text(say("plus.pictures"))}</p>'
        )
    person = button(text(say("plus.person")), "want", "st-link", intent="hand_off")
    label = f'aria-label="{text(say("plus.label"))}"'
    return (
        f'<button type="button" class="st-round" popovertarget="st-plus-menu" {label}>{PLUS}</button>'
        f'<div popover id="st-plus-menu" class="st-pop" role="dialog" {label}>{person}{line}</div>'
    )


def picked(say: Words) -> str:
    """What appears above the message box once a product is ticked for comparison; the page fills in how many.

    Also where the page's script says what only listeners need to be told.
    """
    one, many = (say("compare.picked", n=n) for n in (1, 2))
    return (
        '<div id="st-status" class="st-sr" role="status"></div>'
        f'<form class="st-picked" hidden{data(send="compare", one=one, many=many)}><span role="status"></span>'
        f'<span class="st-more">{text(say("compare.more"))}</span>'
        f'<button class="st-pill st-strong">{text(say("compare.go"))}</button>'
        f'<button type="reset" class="st-round" aria-label="{text(say("compare.clear"))}">{CROSS}</button></form>'
    )


def footer(model: str, shop: str, products: int, say: Words) -> str:
    """Who speaks here, about what, and what that is worth."""
    return f'<p class="st-foot">{text(say("page.foot", shop=shop, products=f"{products:,}", model=model))}</p>'
