"""Makes a shop out of feeds, or brings one up to date.

The order of the steps makes an import safe to kill at any moment: everything is read, embedded and derived in a
working folder; then one transaction turns the old shop into the new one; then the folders that go with it are swapped
in. Until the transaction a reader sees the old shop, and the next import finds the vectors that were computed. No step
holds all products in memory.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from retrieval import catalogue, derive, derived, intake, known_feeds, lexical, pages, policy_vectors, vectors
from retrieval.amounts import CURRENCIES
from retrieval.embed import Embedder
from retrieval.errors import FeedError, ShopError, ShopTalkError
from retrieval.feeds import Refused
from retrieval.orders import is_database
from retrieval.pages import Made
from retrieval.rows import assumed_encoding
from retrieval.work import FOLDER, PAGES, READ, REFUSED, Counts, Work, opened

__all__ = ["Counts", "ImportReport", "Refused", "import_shop", "recorded_embedder"]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did."""

    name: str
    # ISO 4217.
    currency: str
    # Products of the shop now, and how they got there.
    products: int
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    # Vectors made in this import; the others were already there.
    embedded: int = 0
    # Reviews read.
    reviews: int = 0
    # What came of the other things read: "reviews", "policies", "customers", "orders".
    others: Mapping[str, Counts] = field(default_factory=dict)
    # Feeds whose columns were mapped at an earlier import and are read so again: file name -> field -> column.
    mapped_before: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    # Feeds that are no UTF text and do not say what they are -> the encoding they were read in.
    assumed: Mapping[str, str] = field(default_factory=dict)
    # Picture files that the feeds name and that are not beside them.
    missing_pictures: int = 0
    # How many rows were refused, the first of them, and the file with all of them (None where there is none).
    refused_count: int = 0
    refused: tuple[Refused, ...] = ()
    refused_file: Path | None = None


def recorded_embedder(folder: Path) -> str | None:
    """Name of the embedding model that the shop in ``folder`` was made with; None without a shop or vectors."""
    return catalogue.recorded(folder).get("embedder") or None


def import_shop(
    folder: Path,
    feeds: Sequence[Path],
    *,
    mapping: Mapping[str, str] | None = None,
    currency: str | None = None,
    fmt: str = "auto",
    embedder: Embedder | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    on_row: Callable[[int], None] | None = None,
    reviews: Sequence[Path] = (),
    policies: Sequence[Path] = (),
    orders: Sequence[Path] = (),
    name: str | None = None,
    change_embedder: bool = False,
    replace_feeds: bool = False,
    vectors_at: str | None = None,
) -> ImportReport:
    """Brings the shop in ``folder`` up to date with ``feeds``, and makes it where there is none.

    Products that came from a feed of the same file name and are no longer in it leave the shop; those of other feeds
    stay; the same holds for ``reviews``, ``orders`` and the folders of ``policies``. A feed of a known name that lies
    in another folder and would remove most of its products is refused unless ``replace_feeds``. ``mapping`` (field ->
    column) is kept for each feed and holds again where it is None. An order database among ``orders`` brings its
    products along.

    Only products whose text changed are embedded; with ``embedder`` None none are, and search goes by words.
    ``currency`` holds where a feed states none (USD by default); a shop has one currency, and rows in another are
    refused. ``on_progress`` gets vectors done and vectors to make, ``on_row`` the products read so far. A shop made
    with another embedding model is refused unless ``change_embedder``, which makes every vector anew. ``vectors_at`` is
    where the vectors live from now on: the URL of a Chroma server, or "" for the shop's folder.

    Raises FeedError for a feed that cannot be read at all, ShopError for a shop that cannot be updated.
    """
    _sensible([*feeds, *reviews, *policies, *orders], embedder, vectors_at)
    before = catalogue.recorded(folder)
    _same_model(folder, before, embedder, change_embedder)
    fallback = _fallback_currency(folder, before, currency)
    how = intake.Reading(known_feeds.mappings(before, feeds, mapping), fallback, fmt, on_row)
    given = _Given(feeds, reviews, policies, orders, [path for path in orders if is_database(path)])
    sources = given.sources()
    with _nothing_left(folder), opened(folder) as work:
        missing, meta = _read(work, given, how, name)
        if not replace_feeds:
            known_feeds.same_feeds(work, feeds)
        counts = {table: work.counts(table, names) for table, names in sources.items()}
        made = _embed(work, sources, embedder, on_progress, vectors_at)
        _finish(work, made, sources, meta)
        again = {} if mapping is not None else {file: used for file, used in how.mappings.items() if used}
        return _report(work, meta, counts, feeds, embedded=made.count, mapped_before=again, missing_pictures=missing)


@dataclass(frozen=True, slots=True)
class _Given:
    """The files and folders that an import reads."""

    feeds: Sequence[Path]
    reviews: Sequence[Path]
    policies: Sequence[Path]
    orders: Sequence[Path]
    # Those of the orders that bring products along.
    databases: Sequence[Path]

    def sources(self) -> dict[str, set[str]]:
        """Table of the shop -> the names of files and folders that are read for it."""
        named = {
            "products": {path.name for path in [*self.feeds, *self.databases]},
            "reviews": {path.name for path in self.reviews},
            "policies": {path.resolve().name for path in self.policies},
            "customers": {path.name for path in self.orders},
            "orders": {path.name for path in self.orders},
        }
        return {table: names for table, names in named.items() if names}


def _sensible(given: Sequence[Path], embedder: Embedder | None, vectors_at: str | None) -> None:
    """Raises FeedError where what was asked for makes no sense together, and where no server answers for vectors."""
    if not given:
        raise FeedError("There is nothing to import", "Name a product feed, --reviews, --policies or --orders")
    if vectors_at is not None and embedder is None:
        raise FeedError("--no-embed and --vectors exclude each other", "Give one of them")
    if vectors_at:
        vectors.reachable(vectors_at)


def _same_model(folder: Path, before: Mapping[str, str], embedder: Embedder | None, change: bool) -> None:
    """Raises ShopError where the shop was made with another embedding model, unless that is to ``change``."""
    made_with = before.get("embedder", "")
    if embedder and made_with and embedder.name != made_with and not change:
        raise ShopError(
            f"The shop in {folder} was made with the embedding model {made_with}, not {embedder.name}",
            f"Update it with {made_with}, or run `shoptalk import FEED --shop {folder} --embedder {embedder.name}`",
        )


@contextmanager
def _nothing_left(folder: Path) -> Iterator[None]:
    """Of a shop that could not be made nothing is left, but what took long to compute."""
    is_new = not folder.exists()
    try:
        yield
    except ShopTalkError:
        if is_new and folder.exists() and not (folder / FOLDER / PAGES).exists():
            shutil.rmtree(folder)
        raise


def _read(work: Work, given: _Given, how: intake.Reading, name: str | None) -> tuple[int, dict[str, str]]:
    """Notes all that is given; returns how many pictures are missing, and what the shop will say of itself."""
    missing = intake.products(work, given.feeds, how)
    intake.database(work, given.databases, how.currency)
    meta = {
        **work.meta,
        "currency": intake.settle_currency(work, how.currency),
        "name": name or work.meta.get("name") or work.shop.resolve().name,
        **known_feeds.remembered(work.meta, given.feeds, how.mappings),
    }
    work.settle_shelf(given.sources().get("products", set()))
    intake.renew_words(work)
    intake.reviews(work, given.reviews, "auto" if given.feeds else how.fmt)
    intake.policies(work, given.policies)
    intake.orders(work, given.orders)
    _not_nothing(work, given.feeds)
    return missing, meta


def _embed(
    work: Work,
    sources: Mapping[str, set[str]],
    embedder: Embedder | None,
    on_progress: Callable[[int, int], None] | None,
    vectors_at: str | None,
) -> Made:
    """Makes the vectors that are missing, of products and of what the shop's documents say."""
    documents = policy_vectors.wanted(work, sources)
    others = policy_vectors.differ(work, embedder, documents)
    made = pages.make(work, embedder, on_progress, vectors_at, others=others)
    policy_vectors.make(work, made, embedder, documents)
    return made


def _fallback_currency(folder: Path, before: Mapping[str, str], given: str | None) -> str:
    """The currency of a price that names none."""
    code = given.upper() if given else None
    if code and code not in CURRENCIES:
        raise FeedError(f"--currency {given} is no currency we know", "Give an ISO 4217 code such as USD or EUR")
    recorded = before.get("currency")
    if code and recorded and code != recorded:
        raise ShopError(
            f"The shop in {folder} sells in {recorded}, not {code}", "Leave out --currency, or import into a new folder"
        )
    return recorded or code or "USD"


def _not_nothing(work: Work, feeds: Sequence[Path]) -> None:
    """Raises FeedError where every row was refused."""
    tables = ["products"] if feeds else READ
    if not any(work.number(f"SELECT count(*) FROM read_{table} WHERE line > 0") for table in tables):
        first = work.refused.first[0]
        raise FeedError(f"Every row was refused, the first one as {first}", "Mend the feed, or map its columns")


def _finish(work: Work, made: Made, sources: Mapping[str, set[str]], meta: dict[str, str]) -> None:
    """Derives what the shop's words give where they changed, and makes the shop what it will be."""
    meta["embedder"] = made.embedder
    meta["generation"] = derived.generation(work.hashes())
    meta["format"], meta["words"] = str(catalogue.FORMAT), catalogue.words_version()
    with made.opened() as matrix:
        meta["derived"] = f"{meta['generation']}-{derive.version()}-{made.embedder if matrix else ''}"
        renewed = meta["derived"] != work.meta.get("derived")
        if renewed:
            labels = derive.kinds_of(work, matrix)
            vocabulary = derive.vocabulary(work, labels)
            meta["vocabulary"] = json.dumps(vocabulary.to_dict(), ensure_ascii=False)
    indexed = derive.write_lexical(work, meta)
    work.take_over(sources, meta, kinds=renewed)
    pages.settle(work)
    if indexed:
        work.replace(lexical.FOLDER)


def _report(
    work: Work,
    meta: Mapping[str, str],
    counts: Mapping[str, Counts],
    feeds: Sequence[Path],
    *,
    embedded: int,
    mapped_before: Mapping[str, Mapping[str, str]],
    missing_pictures: int,
) -> ImportReport:
    assumed = {path.name: said for path in feeds if (said := assumed_encoding(path))}
    work.tell_refused()
    others = {table: found for table, found in counts.items() if table != "products"}
    products = counts.get("products") or Counts()
    reviews = others.get("reviews") or Counts()
    return ImportReport(
        name=meta["name"],
        currency=meta["currency"],
        products=work.size(),
        new=products.new,
        changed=products.changed,
        unchanged=products.unchanged,
        removed=products.removed,
        embedded=embedded,
        reviews=reviews.new + reviews.changed + reviews.unchanged,
        others=others,
        mapped_before=mapped_before,
        assumed=assumed,
        missing_pictures=missing_pictures,
        refused_count=work.refused.count,
        refused=tuple(work.refused.first),
        refused_file=work.shop / REFUSED if work.refused.count else None,
    )
