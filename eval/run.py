"""Runs suites by name and writes what each found: predictions, metrics, report."""

from __future__ import annotations

import json
import platform
import shutil
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from eval.plan import EvalError, Outcome, Plan
from eval.report import page
from eval.suites import (
    conversations,
    explanations,
    found_target,
    goals,
    grounding,
    intents,
    next_item,
    policies,
    questions,
    rating,
    rerank,
    rewrite,
    safety,
    search,
    sentiment,
    service,
    simulated,
    speed,
    understanding,
)
from retrieval.jsonlines import write_rows

# Name -> what runs it, and what it asks in one line.
SUITES: dict[str, tuple[Callable[[Plan], Outcome], str]] = {
    "search": (search.run, "does the shelf rank what people judged relevant above the rest"),
    "rerank": (rerank.run, "are given candidates put in the order of a customer's history"),
    "next-item": (next_item.run, "is what a customer bought next among the first of all items"),
    "rating": (rating.run, "is foretold how a customer will like something, from what they wrote and rated before"),
    "intents": (intents.run, "is it seen what a short message wants, and when it wants none of the known things"),
    "sentiment": (sentiment.run, "what do reviews feel, and about what"),
    "understanding": (understanding.run, "are intents and slots of labelled messages read as people meant them"),
    "explanations": (explanations.run, "do the model's reasons pass the check at once, and are they worth reading"),
    "conversations": (conversations.run, "does every shown product meet every hard wish, and is every claim true"),
    "simulated": (
        simulated.run,
        "do simulated shoppers with hidden wishes leave with what they came for, how soon, and how near the best",
    ),
    "questions": (questions.run, "are questions about a product answered from its review, in the review's own words"),
    "policies": (policies.run, "are questions about the shop's rules answered with the right passage, or not at all"),
    "service": (
        service.run,
        "do orders end as they should, in conversations that also shop and by recorded actions",
    ),
    "rewrite": (rewrite.run, "is what an utterance needs put into a query that stands alone, as people put it"),
    "goals": (goals.run, "are the goal and the act of what shoppers say told, as annotators labelled them"),
    "found-target": (found_target.run, "is the product real shoppers had in mind found from their own words, and when"),
    "safety": (
        safety.run,
        "do texts that try to take over the model change nothing, and is nobody refused for nothing",
    ),
    "speed": (speed.run, "how long until the first card, the first sentence and the end, alone and with others"),
    "grounding": (grounding.run, "does the check before display stop false sentences and let true ones pass"),
}
_MEASURED = (
    "shoptalk",
    "bm25s",
    "chromadb",
    "langchain-core",
    "numpy",
    "scikit-learn",
    "sentence-transformers",
    "torch",
    "xllamacpp",
)


def check_names(names: Sequence[str]) -> None:
    """Raises ``EvalError`` with the nearest known name for a suite that nobody knows."""
    for name in names:
        if name not in SUITES:
            near = get_close_matches(name, SUITES, n=1)
            hint = f"Did you mean {near[0]!r}? " if near else ""
            raise EvalError(f"There is no suite {name!r}", f"{hint}Suites are {', '.join(SUITES)}")


def run(name: str, plan: Plan) -> Outcome:
    """Runs one suite and writes OUT/SUITE/. A fault raises and leaves no ``metrics.json`` behind."""
    check_names([name])
    folder = plan.out / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EvalError(
            f"{folder} cannot be written: {error.strerror}", "Name another folder with --out DIR"
        ) from error
    # Its presence says that the run is complete: an earlier run's must not vouch for this one.
    (folder / "metrics.json").unlink(missing_ok=True)
    outcome = SUITES[name][0](plan)
    write(folder, name, plan, outcome)
    return outcome


def write(folder: Path, name: str, plan: Plan, outcome: Outcome) -> None:
    """The three files of a suite, ``metrics.json`` last."""
    write_rows(folder / "predictions.jsonl", outcome.predictions)
    html = page(f"ShopTalk evaluation: {name}", outcome.lead, outcome.sections)
    (folder / "report.html").write_text(html, encoding="utf-8")
    summary = {
        "suite": name,
        "metrics": {key: metric.to_dict() for key, metric in outcome.metrics.items()},
        "baselines": {
            system: {key: metric.to_dict() for key, metric in found.items()}
            for system, found in outcome.baselines.items()
        },
        "seed": plan.seed,
        "model": outcome.model,
        "adapter": plan.adapter,
        "shop": outcome.shop,
        "data": plan.data.name if plan.data else "shipped",
        "versions": versions(),
    }
    draft = folder / "metrics.json.part"
    draft.write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    shutil.move(draft, folder / "metrics.json")


def versions() -> Mapping[str, str]:
    """Python and the packages that a number can depend on."""
    found = {"python": platform.python_version()}
    for name in _MEASURED:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "absent"
    return found
