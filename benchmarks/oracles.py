"""The ranking measures of the evaluation beside ranx, on random rankings and grades: the largest difference.

`python -m benchmarks.oracles`. ranx compiles itself for a minute, which no test run should wait for; chrF, BLEU and F1
are held against sacrebleu and scikit-learn in `tests/eval/test_oracles.py`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence

from benchmarks.record import write
from eval.metrics import ndcg, recall, reciprocal_rank

Grades = Mapping[str, float]
QUERIES = 400
GOAL = 1e-9
# ranx's name -> ours.
MEASURES: dict[str, Callable[[Sequence[str], Grades], float]] = {
    "ndcg@10": lambda ranking, grades: ndcg(ranking, grades, 10),
    "ndcg_burges@10": lambda ranking, grades: ndcg(ranking, grades, 10, exponential=True),
    "recall@20": lambda ranking, grades: recall(ranking, grades, 20),
    "mrr": reciprocal_rank,
}


def main() -> None:
    """Compares and writes the results; ends with an error where a measure differs."""
    from ranx import Qrels, Run, evaluate

    cases = rankings()
    qrels = Qrels({str(q): {p: int(g) for p, g in grades.items()} for q, (_, grades) in enumerate(cases)})
    run = Run({str(q): {p: float(-rank) for rank, p in enumerate(ranking)} for q, (ranking, _) in enumerate(cases)})
    evaluate(qrels, run, list(MEASURES))
    gaps = {
        name: max(abs(ours(*case) - run.scores[name][str(q)]) for q, case in enumerate(cases))
        for name, ours in MEASURES.items()
    }
    table = [["measure", "largest difference", "queries", "goal"]]
    table += [[f"`{name}`", f"{gap:.1e}", str(QUERIES), f"at most {GOAL:.0e}"] for name, gap in gaps.items()]
    note = "Random rankings of 30 of 40 products with grades of 0 to 3 on 25 of them, each query scored by both."
    write("oracles", "Measures beside ranx", {"gaps": gaps}, table, note)
    wrong = [name for name, gap in gaps.items() if gap > GOAL]
    if wrong:
        raise SystemExit(f"benchmarks: {', '.join(wrong)} differ from ranx by more than {GOAL}.")


def rankings(seed: int = 11) -> list[tuple[list[str], dict[str, float]]]:
    """Random rankings with grades, of which at least one is above 0."""
    rng = random.Random(seed)
    pool = [f"p{i:02}" for i in range(40)]
    return [
        (rng.sample(pool, 30), {p: float(rng.choice([0, 0, 1, 2, 3])) for p in rng.sample(pool, 25)} | {"p00": 1.0})
        for _ in range(QUERIES)
    ]


if __name__ == "__main__":
    main()
