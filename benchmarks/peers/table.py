"""The table of the comparison, and who was better where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.record import write
from eval.metrics import Metric, mean, paired, quantile

Rows = Sequence[Mapping[str, Any]]
SEED = 0
OURS = "shoptalk"
WHO = {
    "shoptalk": "ShopTalk, as it ships",
    "shoptalk-rules": "ShopTalk without a language model",
    "facets": "keyword search (SQLite FTS5), price and maker ticked without a mistake",
    "rag": "LangChain RAG, retrieve then read",
    "rag-analysed": "LangChain RAG with query analysis into filters",
    "agent": "LangChain `create_agent` with two tools",
}
# Column -> what it says. Shares unless the name says otherwise.
COLUMNS = {
    "right": "of the products shown, those that meet every wish",
    "clean": "answers without any fault",
    "answered": "requests that something fits in which a right product was shown",
    "refused": "requests that nothing fits in which nothing was shown",
    "real": "of the products named, real ones under their own name",
    "false claims": "a request: wrong names, prices and figures",
    "shown": "products a request",
    "model calls": "a request",
    "prompt tokens": "a request",
    "seconds p50": "half of the requests are quicker",
}
# What is better when it is higher, and is compared request by request.
_HIGHER = {"clean": True, "answered": True, "refused": True, "false_claims": False}


def report(found: Mapping[str, Rows], asked: Rows, *, full: bool) -> None:
    """Writes ``results/peers.md`` and ``.json`` where every request was asked, else prints alone."""
    columns = {name: measured(rows) for name, rows in found.items()}
    table = [["", *COLUMNS]]
    table += [[WHO[name], *(_cell(values.get(c)) for c in COLUMNS)] for name, values in columns.items()]
    compared = against(found) if OURS in found else {}
    note = _note(asked, compared)
    if not full:
        print("\n".join(" | ".join(row) for row in table), note, sep="\n\n")
        return
    values = {name: {c: m.to_dict() for c, m in found_.items()} for name, found_ in columns.items()}
    write("peers", "Beside what a developer would write instead", {"systems": values, "against": compared}, table, note)


def measured(rows: Rows) -> dict[str, Metric]:
    """Each column of one system; products of one request are drawn together."""
    found = {}
    for name, key in (("right", "right"), ("real", "real")):
        pairs = [(row["id"], value) for row in rows for value in row[key]]
        if pairs:
            found[name] = mean([v for _, v in pairs], seed=SEED, groups=[id_ for id_, _ in pairs])
    for name in ("clean", "answered", "refused", "false_claims"):
        values = [row["scores"][name] for row in rows if row["scores"][name] is not None]
        if values:
            found[name.replace("_", " ")] = mean(values, seed=SEED)
    found["shown"] = mean([float(len(row["said"]["products"])) for row in rows], seed=SEED)
    for name in ("model_calls", "prompt_tokens"):
        found[name.replace("_", " ")] = mean([float(row["cost"][name]) for row in rows], seed=SEED)
    found["seconds p50"] = quantile([row["cost"]["seconds"] for row in rows], 0.5, seed=SEED)
    return found


def against(found: Mapping[str, Rows]) -> dict[str, dict[str, dict[str, float]]]:
    """Peer -> column -> ShopTalk minus the peer on the same requests, with its paired interval."""
    ours = {row["id"]: row["scores"] for row in found[OURS]}
    gaps: dict[str, dict[str, dict[str, float]]] = {}
    for name, rows in found.items():
        if name == OURS:
            continue
        for column in _HIGHER:
            both = [(r["scores"][column], ours[r["id"]][column]) for r in rows if r["scores"][column] is not None]
            if both:
                gap = paired([theirs for theirs, _ in both], [own for _, own in both], seed=SEED)
                gaps.setdefault(name, {})[column] = {"value": gap.value, "low": gap.low, "high": gap.high, "n": gap.n}
    return gaps


def _cell(metric: Metric | None) -> str:
    if metric is None:
        return "–"
    digits = 0 if metric.value >= 100 else 1 if metric.value >= 10 else 2
    return f"{metric.value:,.{digits}f} ({metric.low:,.{digits}f}–{metric.high:,.{digits}f}, n {metric.n})"


def _note(asked: Rows, compared: Mapping[str, Mapping[str, Mapping[str, float]]]) -> str:
    nothing = sum(not row["fits"] for row in asked)
    lines = [
        f"{len(asked)} requests drawn from the feed by `benchmarks/peers/wishes.yaml`; nothing in the feed fits "
        f"{nothing} of them. What counts as a thing of each sort was widened after twenty verdicts on ShopTalk and "
        "twenty on RAG had been read by hand: right products of both had been refused. The LangChain peers "
        "were asked the first requests only (n says how many), for they are slow here, and are compared on those. All "
        "systems have the same 19,406 products, the same embedding model and vectors, the same language model "
        "(SmolLM2-135M, which is weak: a larger one would help the LangChain peers most) on the same machine, which "
        "had other work at the time: seconds are no more than an order of magnitude. ShopTalk adds its adapter, which "
        "knows no other prompts; the LangChain peers have a chat template with tools, as that of the weights has none, "
        "and RAG shows its sources. Who shows nothing at all refuses rightly wherever nothing fits. Every answer is "
        "judged by the feed's own rows. The keyword search is told price "
        "and maker from the request's check, as a shopper who ticks them, and shows its first five. What ShopTalk "
        "counts in the shop is not judged. In brackets the 95 % bootstrap interval over requests. Columns: "
        + "; ".join(f"*{name}*: {says}" for name, says in COLUMNS.items())
        + ".",
        "",
    ]
    for name, gaps in compared.items():
        said = "; ".join(
            f"{column.replace('_', ' ')} {gap['value']:+.2f} ({gap['low']:+.2f} to {gap['high']:+.2f})"
            for column, gap in gaps.items()
        )
        better = [c.replace("_", " ") for c, gap in gaps.items() if (gap["value"] < 0) == _HIGHER[c] and gap["value"]]
        lines.append(f"- ShopTalk minus {WHO[name]}: {said}. The peer is better in: {', '.join(better) or 'none'}.")
    return "\n".join(lines)
