"""A shop's policy read from a YAML file that a shop owner can read and change; ``ruleset`` is what it becomes."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from assistant.errors import OrdersError
from assistant.service.actions import ACTIONS, WRITES
from assistant.service.allowances import Fee, Season, Window
from assistant.service.case import GUARDS
from assistant.service.facts import FACTS
from assistant.service.ruleset import PROOFS, Rule, RuleSet

# In a shop's folder; absent, the standard rules hold.
FILE = "rules.yaml"
STANDARD = "standard"
_SHIPPED = Path(__file__).parent / "rules"
# The parts of a file.
_PARTS = (
    "name", "actions", "identity", "products_for_anybody", "return_window", "return_fee", "undo_minutes", "refunds",
    "rules",
)  # fmt: skip


def shipped() -> list[str]:
    """The names of the rule sets that come with ShopTalk."""
    return sorted(file.stem for file in _SHIPPED.glob("*.yaml"))


def rules_text(named: str) -> str:
    """The file of rules with this name or path, checked. Raises ``OrdersError``."""
    text, file = _read(named)
    parse(text, str(file))
    return text


def _read(named: str) -> tuple[str, Path]:
    file = _SHIPPED / f"{named}.yaml" if named in shipped() else Path(named)
    if not file.is_file():
        raise OrdersError(f"There is no file of rules {named}", f"Name a file, or one of {', '.join(shipped())}")
    try:
        return file.read_text(encoding="utf-8"), file
    except (OSError, UnicodeDecodeError) as error:
        raise OrdersError(f"{file} cannot be read ({error})", "Write the rules as YAML in UTF-8") from error


def load(folder: Path) -> RuleSet:
    """The rules in force in the shop in ``folder``. Raises ``OrdersError``."""
    file = folder / FILE
    text, _ = _read(str(file) if file.is_file() else STANDARD)
    return parse(text, str(file))


def parse(text: str, where: str) -> RuleSet:
    """Rules from YAML; ``OrdersError`` names what makes no sense, and ``where`` it stands."""
    import yaml

    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise OrdersError(f"{where} is no YAML: {error}", "Mend the file") from error
    if not isinstance(data, dict):
        raise OrdersError(f"{where} holds no rules", "Copy one of the shipped files and change it")
    base = data.pop("based_on", None)
    if base is not None:
        if base not in shipped():
            raise OrdersError(f"{where}: there are no rules {base!r}", f"Use {' or '.join(shipped())}")
        ground = yaml.safe_load((_SHIPPED / f"{base}.yaml").read_text(encoding="utf-8"))
        # What the file says of a part takes the place of that part; its own rules come after the others.
        data = {**ground, **data, "rules": [*ground["rules"], *(data.get("rules") or ())]}
    return _Reader(where).rule_set(data)


class _Reader:
    """From YAML to values, with every fault named."""

    def __init__(self, where: str) -> None:
        self._where = where

    def rule_set(self, data: Mapping[str, Any]) -> RuleSet:
        self._only(data, _PARTS)
        actions = tuple(self._known(data.get("actions") or sorted(WRITES), WRITES, "action"))
        rules = tuple(self._rule(row, actions) for row in data.get("rules") or ())
        ids = [rule.id for rule in rules]
        for id_ in ids:
            if ids.count(id_) > 1 or id_ in GUARDS:
                raise self._fault(f"the id {id_!r} is there twice or is one of ShopTalk's own")
        return RuleSet(
            str(data.get("name") or Path(self._where).stem),
            rules,
            actions,
            tuple(self._known(data.get("identity") or PROOFS, PROOFS, "proof of identity")),
            data.get("products_for_anybody", True) is True,
            self._window(self._mapping(data, "return_window")),
            self._fee(self._mapping(data, "return_fee")),
            {
                a: self._whole(n, a)
                for a, n in self._mapping(data, "undo_minutes").items()
                if self._known([a], WRITES, "action")
            },
            {str(k): str(v) for k, v in self._mapping(data, "refunds").items()},
        )

    def _rule(self, row: Any, actions: tuple[str, ...]) -> Rule:
        if not isinstance(row, dict) or not {"id", "for", "must", "else"} <= set(row):
            raise self._fault(f"a rule needs id, for, must and else: {row}")
        id_ = str(row["id"])
        extra = sorted(set(row) - {"id", "for", "must", "else", "when", "because", "exception"})
        if extra:
            raise self._fault(f"rule {id_} has an unknown part {extra[0]!r}")
        for_ = tuple(self._known(row["for"] if isinstance(row["for"], list) else [row["for"]], WRITES, "action"))
        for wanted in (row["must"], row.get("when") or {}):
            self._condition(id_, wanted, for_)
        try:
            str(row["else"]).format(order="", status="", reason="")
        except (KeyError, IndexError, ValueError) as error:
            raise self._fault(f"the words of rule {id_} may hold {{order}}, {{status}} and {{reason}} only") from error
        if row.get("exception") not in (None, "supervisor"):
            raise self._fault(f"rule {id_}: an exception can be granted by a supervisor, and by nobody else")
        return Rule(id_, for_, row["must"], str(row["else"]), row.get("when") or {}, "exception" in row)

    def _condition(self, id_: str, wanted: Any, actions: tuple[str, ...]) -> None:
        if not isinstance(wanted, dict):
            raise self._fault(f"rule {id_} must say facts and what they are to be")
        for fact, is_ in wanted.items():
            names = [fact]
            if isinstance(is_, dict):
                if not is_ or not set(is_) <= {"not", "at_least", "at_most"}:
                    raise self._fault(f"rule {id_} can compare with not, at_least or at_most")
                names += [bound for bound in is_.values() if isinstance(bound, str) and "." in bound]
            for name in self._known(names, FACTS, f"fact of rule {id_}"):
                for action in actions:
                    lacks = [n for n in FACTS[name].needs if n not in ACTIONS[action].parameters]
                    if lacks:
                        raise self._fault(f"rule {id_} asks {name} of {action}, which has no {lacks[0]}")

    def _window(self, data: Mapping[str, Any]) -> Window:
        season = self._mapping(data, "season") or None
        return Window(
            self._whole(data.get("days", 30), "days"),
            None if data.get("members") is None else self._whole(data["members"], "members"),
            {str(k): self._whole(v, str(k)) for k, v in self._mapping(data, "groups").items()},
            tuple(map(str, data.get("never") or ())),
            season and Season(*(self._day(season.get(name)) for name in ("from", "to", "until"))),
        )

    def _fee(self, data: Mapping[str, Any]) -> Fee:
        return Fee(
            self._whole(data.get("parcel", 0), "parcel"),
            None if data.get("members") is None else self._whole(data["members"], "members"),
            {str(k): self._whole(v, str(k)) for k, v in self._mapping(data, "groups").items()},
        )

    def _day(self, value: Any) -> tuple[int, int]:
        month, _, day = str(value).partition("-")
        if not (month.isdigit() and day.isdigit() and 1 <= int(month) <= 12 and 1 <= int(day) <= 31):
            raise self._fault(f"{value!r} is no day of the year; write it as '12-24'")
        return int(month), int(day)

    def _whole(self, value: Any, what: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self._fault(f"{what} must be a whole number, not {value!r}")
        return value

    def _mapping(self, data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        found = data.get(name) or {}
        if not isinstance(found, dict):
            raise self._fault(f"{name} must be names and values")
        return found

    def _only(self, data: Mapping[str, Any], known: tuple[str, ...]) -> None:
        for name in data:
            self._known([name], known, "part")

    def _known(self, names: Any, known: Any, what: str) -> list[str]:
        for name in names:
            if name not in known:
                near = get_close_matches(str(name), list(known), 1)
                raise self._fault(f"there is no {what} {name!r}" + (f"; did you mean {near[0]}" if near else ""))
        return list(names)

    def _fault(self, fault: str) -> OrdersError:
        return OrdersError(f"{self._where}: {fault}", "Mend the file of rules")
