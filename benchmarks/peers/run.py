"""ShopTalk and four things a developer would write instead, on a hundred requests over the real catalogue.

`python -m benchmarks.peers [COUNT] [NAME...]`. Finished answers are kept beside the shop, so that a stopped run
goes on; `--fresh` forgets them. Results are written where everybody was asked.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.icecat import catalogue, home, shop
from benchmarks.peers.answer import Answer, Asked, Peer
from benchmarks.peers.requests import requests
from benchmarks.peers.score import judge
from benchmarks.peers.table import WHO, report
from eval.judge import Catalogue
from retrieval.jsonlines import read_rows

COUNT = 100
# These take up to half a minute a request on two busy cores: they are asked the first so many, and compared on those.
FEWER = {"rag": 30, "rag-analysed": 20, "agent": 20}


def main(*options: str) -> None:
    """Asks everybody, judges, writes the results."""
    count = next((int(option) for option in options if option.isdigit()), COUNT)
    folder = home() / "peers"
    if "--fresh" in options:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    rows = read_rows(catalogue() / "products.jsonl.gz")
    asked = _requests(folder, rows)[:count]
    feed = Catalogue(rows)
    chosen = [name for name in WHO if name in options] or list(WHO)
    with _everybody(folder) as peers:
        found = {
            name: _answers(folder / f"{name}.jsonl", peers[name], asked[: FEWER.get(name, count)], feed)
            for name in chosen
        }
    report(found, asked, full=count == COUNT and len(chosen) == len(WHO))


@contextmanager
def _everybody(folder: Path) -> Iterator[dict[str, Peer]]:
    """Everybody, over one shop, one embedding model and one language model."""
    from assistant.models import open_llm
    from assistant.models.tuned import tuned
    from benchmarks.peers.agent import agent
    from benchmarks.peers.facets import facets
    from benchmarks.peers.llm import served
    from benchmarks.peers.ours import ours
    from benchmarks.peers.rag import analysed, plain
    from benchmarks.peers.store import open_store
    from retrieval.search import Shelf

    shelf = Shelf.open(shop()[0])
    shelf.warm()
    store = open_store(folder / "chroma", shelf)
    # The adapter that ships knows ShopTalk's prompts and no others: the peers get the model as its makers left it.
    weights = tuned("none", home()).model
    products = shelf.products(shelf.ids)
    # A server each: what it keeps of one peer's prompts would make another's look fast.
    with ExitStack() as servers:
        one, two, three = (servers.enter_context(served(weights)) for _ in range(3))
        yield {
            "shoptalk": ours(shelf, open_llm("embedded")),
            "shoptalk-rules": ours(shelf, None),
            "facets": facets(products),
            "rag": plain(store, one),
            "rag-analysed": analysed(store, two, {p.brand for p in products if p.brand}),
            "agent": agent(store, three),
        }


def _requests(folder: Path, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The requests, drawn once: drawing looks at every row many times."""
    file = folder / "requests.json"
    if not file.is_file():
        file.write_text(json.dumps(requests(rows, COUNT)), encoding="utf-8")
    drawn: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    return drawn


def _answers(file: Path, peer: Peer, asked: Sequence[Mapping[str, Any]], feed: Catalogue) -> list[dict[str, Any]]:
    """Judged answers of one peer, in order; those in ``file`` are not asked for again."""
    kept = {row["id"]: row for row in read_rows(file)} if file.is_file() else {}
    with file.open("a", encoding="utf-8") as out:
        for row in _new(peer, [r for r in asked if r["id"] not in kept], feed):
            kept[row["id"]] = row
            out.write(json.dumps(row) + "\n")
            out.flush()
    return [kept[row["id"]] for row in asked]


def _new(peer: Peer, asked: Sequence[Mapping[str, Any]], feed: Catalogue) -> Iterator[dict[str, Any]]:
    for request in asked:
        started = time.perf_counter()
        try:
            answer = peer(Asked(request["text"], request["check"]))
        except Exception as error:  # whatever a peer breaks on is its answer
            answer = Answer("", (), error=f"{type(error).__name__}: {error}"[:300])
        seconds = time.perf_counter() - started
        said = {"text": answer.text, "products": [[p.id, p.name, p.price] for p in answer.products]}
        cost = {"model_calls": answer.model_calls, "prompt_tokens": answer.prompt_tokens, "seconds": seconds}
        yield {**judge(answer, request, feed), "request": request["text"], "said": said, "cost": cost}
