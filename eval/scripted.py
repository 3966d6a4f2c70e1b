"""A reader that understands each message of a script as its author wrote down: what the rest of the program is worth.

A conversation carries ``scripted``, one reading a turn: ``{"intent", "wishes": [{"slot", "value", "hard", "words",
"scope"}], "retracts": [[slot, value]], "fresh", "references": [words], "language"}``; all but the intent may be absent.
What follows from the cards on the screen ("cheaper than the second") is no reader's to know and not in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from assistant.jsonable import from_dict
from assistant.state import DialogueState, Understanding, Wish
from eval.plan import EvalError

Row = Mapping[str, Any]


class Scripted:
    """The reading of each turn of ``script``; raises ``EvalError`` for one that is absent or no reading."""

    def __init__(self, script: Iterable[Row]) -> None:
        self._said: dict[tuple[str, int], Understanding] = {}
        for talk in script:
            said = talk.get("scripted", [])
            if len(said) != len(talk["turns"]):
                raise EvalError(
                    f"{talk['id']} has {len(said)} readings for {len(talk['turns'])} turns",
                    'Write one a turn under "scripted", or name a model with --model',
                )
            for number, row in enumerate(said, 1):
                self._said[str(talk["id"]), number] = _understanding(talk["id"], number, row)

    def __call__(self, state: DialogueState, text: str) -> Understanding:
        # Beside customer service a conversation's id is made new each time it is played.
        number, named = len(state.turns) + 1, state.id.rpartition(":")[0]
        return self._said.get((state.id, number)) or self._said[named, number]


def _understanding(id_: object, number: int, row: Row) -> Understanding:
    try:
        said = from_dict(Understanding, {**row, "wishes": []})
        wishes = [from_dict(Wish, wish) for wish in row.get("wishes", [])]
    except (KeyError, TypeError, ValueError) as error:
        raise EvalError(f"The reading of {id_}, turn {number}, is none: {error}", "Mend the script") from error
    return replace(said, wishes=tuple(replace(w, turn=number) for w in wishes))
