"""Personal data: what is found and hidden, beside Presidio, and who can be told in an export all the same.

`python -m benchmarks.privacy [--presidio PYTHON MODEL]`; needs SHOPTALK_DATA. PYTHON is the interpreter of an
environment with presidio-analyzer, MODEL the name of a spaCy model in it; without, the peer is left out.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from assistant.privacy.kept import open_masker
from assistant.privacy.marked import Marked, sentences
from assistant.privacy.masker import Masker
from assistant.privacy.values import Span
from benchmarks.privacy import reidentify
from benchmarks.privacy.masking import SEED, Scores, hiding, naming, scored
from benchmarks.record import data_folder, write
from eval.metrics import Metric, mean
from retrieval.demo.feed import imagine
from retrieval.demo.reading import read_spec

PRESIDIO = Path(__file__).with_name("presidio.py")
# Kinds that Presidio has no recogniser for.
_ONLY_OURS = ("TITLE", "AGE")


def main() -> None:
    """Measures and writes the results."""
    data = data_folder()
    if data is None:
        raise SystemExit("benchmarks.privacy: set SHOPTALK_DATA to the folder of the public data sets")
    rows = [row for row in sentences(data / "pii" / "sentences.jsonl.gz") if row.held_out]
    masker = open_masker()
    texts = [row.text for row in rows]
    found = {"ShopTalk": masker.find(texts), "ShopTalk, rules alone": Masker(None).find(texts)}
    values: dict[str, Any] = {}
    if "--presidio" in sys.argv:
        at = sys.argv.index("--presidio")
        found["Presidio"], values["presidio"] = _presidio(sys.argv[at + 1], sys.argv[at + 2], texts)
    table = [["what", "of", "precision", "recall", "F1, n or share, n"]]
    values["masking"] = {name: _masking(rows, spans, table, name) for name, spans in found.items()}
    values["export"] = _export(masker, table)
    write("privacy", "Personal data", values, table, _note(rows, values))


def _presidio(python: str, model: str, texts: Sequence[str]) -> tuple[list[list[Span]], dict[str, Any]]:
    asked = json.dumps({"model": model, "texts": texts})
    done = subprocess.run([python, str(PRESIDIO)], input=asked, capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout)
    return [[Span(*span) for span in spans] for spans in answer["found"]], {"model": model, **answer["versions"]}


def _masking(
    rows: Sequence[Marked], found: Sequence[Sequence[Span]], table: list[list[str]], system: str
) -> dict[str, Any]:
    values = {}
    for name, count in (("hidden", hiding), ("named exactly", naming)):
        scores = scored(rows, found, count)
        kinds = [kind for kind in scores if kind not in ("all", *_ONLY_OURS)]
        scores["all but TITLE and AGE"] = scored(rows, found, count, kinds)["all"]
        values[name] = {kind: asdict(score) for kind, score in scores.items()}
        # Of the parts alone the table shows the systems that read names.
        shown = scores if name == "hidden" and "rules" not in system else {"all": scores["all"]}
        table += [[f"{system}: {name}", kind, *_cells(score)] for kind, score in shown.items()]
    return values


def _cells(score: Scores) -> list[str]:
    interval = f"{score.f1:.3f} [{score.low:.3f}, {score.high:.3f}], {score.n}"
    return [f"{score.precision:.3f}", f"{score.recall:.3f}", interval]


def _export(masker: Masker, table: list[list[str]]) -> dict[str, Any]:
    world = imagine(read_spec(), 7)
    found = reidentify.people(world.people, SEED)
    values: dict[str, Any] = {}
    ways = {
        "ids replaced alone": (None, False),
        "masked": (masker, False),
        "masked, and by the shop's records": (masker, True),
    }
    for name, (by, recorded) in ways.items():
        texts = reidentify.exported(found, by, recorded)
        told = mean([float(t) for t in reidentify.told_apart(found, texts)], seed=SEED)
        left = reidentify.surviving(found, texts)
        slips = [1.0] * sum(n for n, _ in left.values()) + [0.0] * sum(of - n for n, of in left.values())
        stands = mean(slips, seed=SEED)
        values[name] = {"re-identified": told.to_dict(), "slips left": stands.to_dict(), "by fact": left}
        table.append(["people named by their words", name, "", "", _share(told)])
        table.append(["slips that still stand", name, "", "", _share(stands)])
    records = [(o.customer_id, o.product_id, o.day.isoformat()) for o in world.opinions]
    for known in (1, 2, 3):
        for days, what in ((10, "day"), (7, "month")):
            alone = mean([float(u) for u in reidentify.unique(records, known, days, SEED)], seed=SEED)
            values[f"{known} reviews known by {what}"] = alone.to_dict()
            table.append(
                [f"alone with {known} known review{'s' * (known > 1)}", f"product and {what}", "", "", _share(alone)]
            )
    return values


def _share(metric: Metric) -> str:
    return f"{metric.value:.3f} [{metric.low:.3f}, {metric.high:.3f}], {metric.n}"


def _note(rows: Sequence[Marked], values: dict[str, Any]) -> str:
    templates = len({row.template for row in rows})
    by = f" with the spaCy model {values['presidio']['model']}" if "presidio" in values else ""
    return (
        f"{len(rows)} marked sentences from {templates} templates that nothing was learned from or looked at: two "
        "of five, by the hash of the name. “Hidden”: each value masked to its last letter, whatever the mask is "
        "called, and nothing beside the values masked; recall by the value's kind, precision by the mask's. “Named "
        "exactly”: these characters and this kind. Neighbours of one kind count as one, for every system. Values are "
        "drawn from one generator, so names of the test part may have been met in training. The test part was "
        "judged twice; between the two only spaces at the ends of masks changed. Presidio"
        f"{by}, organisations switched on; its LOCATION and URL count as whatever place or address they lie on. "
        "Intervals: 95 % bootstrap over templates. “People named”: customers of the demo shop let slip one to four "
        "facts each in chats and reviews, and a reader with a register of all of their facts names whose rarest facts "
        "are found. “Alone”: of customers with so many reviews, the share whose reviews, known by product and time, "
        "fit no other pseudonym: what an export that keeps a customer's records together gives away (`--unlinked` "
        "parts them). Reviews are public on a shop's page: who finds the unmasked text there needs no register."
    )


if __name__ == "__main__":
    main()
