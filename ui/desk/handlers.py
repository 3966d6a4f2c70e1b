"""What the desk's events do. Whoever is not signed in gets nothing but the way to the door."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

from assistant.desk.accounts import Agent
from assistant.desk.office import File, Office
from assistant.desk.questions import Answered
from assistant.desk.searching import Found
from assistant.errors import DeskError, ShopTalkError
from assistant.profile.tastes import Profile
from assistant.service.actions import WRITES
from assistant.service.identity import Claims, order_id
from ui.desk import beside, forms, view
from ui.words import words

COOKIE = "shoptalk_desk"
_OUT = '<p class="st-note st-error" role="alert">Your session has ended. <a href="/desk/sign-in">Sign in again</a></p>'


@dataclass(frozen=True, slots=True)
class Seat:
    """What one open page of the desk is at; kept by the server, not by the browser."""

    # The conversation that is open, "" for none.
    talk: str = ""
    words: str = ""
    found: tuple[Found, ...] | None = None
    tried: beside.Tried | None = None
    answered: Answered | None = None
    # Of the customer of the open conversation, as it was when that was opened.
    profile: Profile | None = None
    note: str = ""
    fault: bool = False


@dataclass(frozen=True, slots=True)
class Handlers:
    """The events of the desk. Each answers with: seat, head, queue, note and talk, presses, draft, side."""

    office: Office
    shop: str

    def load(self, request: gr.Request) -> list[Any]:
        """The page was opened."""
        return self._as(request, True, lambda agent: self._shown(agent, Seat(), None))

    def tick(self, seat: Seat, request: gr.Request) -> list[Any]:
        """Some seconds went by; that is nobody's doing and keeps nobody signed in."""

        def news(agent: Agent) -> list[Any]:
            try:
                file = self.office.look(agent, seat.talk, again=True) if seat.talk else None
            except ShopTalkError:
                # The shopper has deleted it.
                seat_ = Seat(note="That conversation was deleted by the shopper.")
                return self._shown(agent, seat_, None)
            return self._shown(agent, seat, file)

        return self._as(request, False, news)

    def send(self, seat: Seat, draft: str, request: gr.Request) -> list[Any]:
        """The draft goes to the shopper as it stands."""

        def sent(agent: Agent) -> list[Any]:
            try:
                self.office.write(agent, seat.talk, draft)
            except ShopTalkError as error:
                return self._shown(agent, _told(seat, str(error), True), self._file(agent, seat))
            return self._shown(agent, _told(seat, ""), self._file(agent, seat), "")

        return self._as(request, True, sent)

    def act(self, seat: Seat, event: gr.EventData, request: gr.Request) -> list[Any]:
        """A control was used: ``do`` names it, and what else was sent goes with it. A browser may send anything."""
        data: Any = event._data
        given = data.get("sent") if isinstance(data, dict) else None
        sent: dict[Any, Any] = given if isinstance(given, dict) else {}
        do = str(sent.get("do", ""))

        def done(agent: Agent) -> list[Any]:
            try:
                seat_, draft = self._done(agent, seat, do, {str(k): v for k, v in sent.items()})
            except ShopTalkError as error:
                seat_, draft = _told(seat, str(error), True), None
            return self._shown(agent, seat_, self._file(agent, seat_), draft)

        return self._as(request, True, done)

    def _done(self, agent: Agent, seat: Seat, do: str, sent: Mapping[str, Any]) -> tuple[Seat, str | None]:
        office, talk = self.office, seat.talk
        fields = _fields(sent.get("fields"))
        match do:
            case "open":
                file = office.look(agent, _one(sent, "talk"))
                known = office.profile(file.state.id)
                open_ = replace(
                    seat, talk=file.state.id, tried=None, answered=None, profile=known, note="", fault=False
                )
                mine = file.hand_off.state == "taken" and file.hand_off.agent == agent.name
                return open_, "" if not mine or _wrote(file) else office.draft(agent, file.hand_off)
            case "take":
                office.take(agent, talk)
                draft = office.draft(agent, office.queue.held(talk, agent.name))
                return _told(seat, "You have this conversation."), draft
            case "return":
                office.give_back(agent, talk)
                return _told(replace(seat, tried=None), "The assistant has this conversation again."), ""
            case "search":
                asked = _first(fields, "words")
                return replace(seat, words=asked, found=tuple(office.search(agent, asked)), note=""), None
            case "ask":
                found = office.ask(agent, _first(fields, "question"), talk)
                return replace(seat, answered=found, note="", fault=False), None
            case "identify":
                claims = Claims(
                    _first(fields, "email").strip(), _first(fields, "postcode").strip(), "", _first(fields, "words")
                )
                order = _first(fields, "order").strip()
                office.identify(agent, talk, replace(claims, order=order_id(order)) if order else claims)
                return _told(replace(seat, profile=office.profile(talk)), "It is proved who this is."), None
            case "canned":
                office.canned.put(agent, _first(fields, "title"), _first(fields, "text"))
                return _told(seat, "The text is saved."), None
            case "decide":
                number, grant = _one(sent, "number"), _one(sent, "grant") == "yes"
                waiver = office.decide_exception(agent, int(number) if number.isdigit() else 0, grant)
                return _told(seat, f"The exception is {waiver.state}."), None
            case _:
                return self._changed(agent, seat, do, sent, fields), None

    def _changed(
        self, agent: Agent, seat: Seat, do: str, sent: Mapping[str, Any], fields: Mapping[str, list[str]]
    ) -> Seat:
        """Dry runs, their yes and no, and exceptions."""
        office, talk, tried = self.office, seat.talk, seat.tried
        if do == "dry":
            return replace(seat, tried=self._dry(agent, talk, _one(sent, "action"), fields), note="", fault=False)
        if tried is None or tried.talk != talk:
            raise DeskError("There is nothing that waits for a yes", "Make a dry run first")
        if do == "confirm":
            result = office.confirm(agent, talk, _one(sent, "proposal"))
            return _told(replace(seat, tried=replace(tried, result=result)), "")
        if do == "leave":
            office.leave(agent, talk, _one(sent, "proposal"))
            return _told(replace(seat, tried=None), "Nothing was written.")
        if do == "exception":
            given, rule = forms.arguments(tried.action, tried.sent), str(tried.result.rule)
            waiver = office.ask_exception(agent, talk, tried.action, given, rule, _first(fields, "why"))
            if waiver.state != "granted":
                return _told(replace(seat, tried=None), "A supervisor is asked; make the dry run again once granted.")
            return replace(seat, tried=self._dry(agent, talk, tried.action, tried.sent), note="", fault=False)
        raise DeskError("The desk cannot do that", "Reload the page")

    def _dry(self, agent: Agent, talk: str, action: str, sent: Mapping[str, list[str]] | Any) -> beside.Tried:
        if action not in WRITES:
            raise DeskError(f"There is no action {action[:60]!r}", "Choose one of the list")
        result = self.office.propose(agent, talk, action, forms.arguments(action, sent))
        waivable = self.office.gate is not None and self.office.gate.rules.waivable(result.rule)
        return beside.Tried(talk, action, sent, result, waivable)

    def _file(self, agent: Agent, seat: Seat) -> File | None:
        return self.office.look(agent, seat.talk, again=True) if seat.talk else None

    def _as(self, request: gr.Request, active: bool, then: Callable[[Agent], list[Any]]) -> list[Any]:
        try:
            agent = self.office.accounts.who(_token(request), active)
        except DeskError:
            return [Seat(), "", "", _OUT, "", gr.update(value="", visible=False), ""]
        return then(agent)

    def _shown(self, agent: Agent, seat: Seat, file: File | None, draft: str | None = None) -> list[Any]:
        """``draft`` None leaves what the agent is typing."""
        office = self.office
        mine = file is not None and file.hand_off.state == "taken" and file.hand_off.agent == agent.name
        left = view.queue(office.overview(agent), agent, office.now(), seat.talk)
        left += view.question(seat.answered, mine)
        left += view.find(seat.words, seat.found) + view.figures(office.figures())
        if agent.role == "supervisor":
            left += view.log(office.log.lines(most=40))
        middle = view.note(seat.note, "error" if seat.fault else "notice") + view.talk(file, words("en"))
        below = view.presses(file, agent) + (beside.canned(office.canned.all(), agent) if mine else "")
        right = ""
        if file:
            right = beside.side(file, agent, seat.tried, office.actions(), office.variants, seat.profile)
        box = gr.update(visible=mine) if draft is None else gr.update(visible=mine, value=draft)
        return [seat, view.head(agent, self.shop), left, middle, below, box, right]


def _told(seat: Seat, note: str, fault: bool = False) -> Seat:
    return replace(seat, note=note, fault=fault)


def _wrote(file: File) -> bool:
    return any(m.author == "agent" for m in file.thread)


def _token(request: gr.Request) -> str | None:
    cookies = request.cookies
    found = cookies.get(COOKIE) if isinstance(cookies, dict) else getattr(cookies, COOKIE, None)
    return found if isinstance(found, str) else None


def _one(sent: Mapping[str, Any], name: str) -> str:
    return str(sent.get(name, ""))[:200]


def _fields(sent: object) -> dict[str, list[str]]:
    """What a form holds: name -> its values."""
    given = sent if isinstance(sent, dict) else {}
    return {str(k): [str(x)[:4000] for x in v][:100] for k, v in given.items() if isinstance(v, list)}


def _first(fields: Mapping[str, list[str]], name: str) -> str:
    return next(iter(fields.get(name, ())), "")
