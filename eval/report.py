"""One self-contained HTML page: numbers with their meaning, plots as inline SVG, the worst cases in full. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from eval.metrics import Metric

_STYLE = """
:root { color-scheme: light dark; --ink: #1d2433; --soft: #5b6475; --line: #d9dee8; --paper: #fff;
  --bar: #2f6fde; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebf2; --soft: #a3adbf; --line: #39414f; --paper: #14181f;
  --bar: #7aa7ff; --bad: #ff8a80; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem; } p, figcaption { max-width: 46rem; }
.soft, figcaption, small { color: var(--soft); }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
figure { margin: 1rem 0; } svg { max-width: 100%; height: auto; }
svg text { fill: var(--ink); font: 13px system-ui, sans-serif; }
svg .bar { fill: var(--bar); } svg .rule { stroke: var(--line); }
svg .whisker { stroke: var(--ink); stroke-width: 1.5; }
article { border: 1px solid var(--line); border-radius: .5rem; padding: .6rem 1rem; margin: .8rem 0;
  overflow-wrap: anywhere; }
.bad { color: var(--bad); }
"""


def number(value: float) -> str:
    """Short and comparable: thousands without decimals, small numbers with three."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.3f}"


def page(title: str, lead: str, sections: Sequence[tuple[str, str]]) -> str:
    """The document; ``sections`` are (heading, HTML made by the functions below)."""
    body = "".join(f"<section><h2>{escape(head)}</h2>{html}</section>" for head, html in sections)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><h1>{escape(title)}</h1><p>{escape(lead)}</p>{body}</body></html>\n"
    )


def paragraph(text: str) -> str:
    """Plain text as a paragraph."""
    return f"<p>{escape(text)}</p>"


def metric_table(metrics: Mapping[str, Metric], meaning: Mapping[str, str]) -> str:
    """Each metric with its interval, the items it stands on and what it says."""
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td class="number"><strong>{number(m.value)}</strong></td>'
        f'<td class="number">{number(m.low)} – {number(m.high)}</td><td class="number">{m.n}</td>'
        f"<td>{escape(meaning.get(name, ''))}{_rule_of_three(m) if is_share(meaning.get(name, '')) else ''}</td></tr>"
        for name, m in metrics.items()
    )
    numeric = "".join(f'<th class="number">{label}</th>' for label in ("value", "95 % interval", "items"))
    return _table(f"<th>metric</th>{numeric}<th>what it says</th>", rows)


def _table(head: str, rows: str) -> str:
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def is_share(meaning: str) -> bool:
    """Whether a metric is a share of items, by how its meaning is written."""
    return meaning.startswith("share of")


def _rule_of_three(metric: Metric) -> str:
    # A bootstrap over nothing but successes has no width; that is not certainty.
    if not metric.value == metric.low == metric.high == 1.0:
        return ""
    least = 1 - min(1.0, 3 / metric.n)
    return f" <small>No failure in {metric.n}: were these independent, a true share of {least:.3f} fits that.</small>"


def comparison_table(names: Sequence[str], columns: Mapping[str, Mapping[str, Metric]]) -> str:
    """One row a metric, one column a system."""
    head = "".join(f'<th class="number">{escape(system)}</th>' for system in columns)
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th>{"".join(_cell(m.get(name)) for m in columns.values())}</tr>'
        for name in names
    )
    return _table(f"<th>metric</th>{head}", rows)


def _cell(metric: Metric | None) -> str:
    if metric is None:
        return '<td class="number">–</td>'
    interval = f"<small>{number(metric.low)} – {number(metric.high)}</small>"
    return f'<td class="number">{number(metric.value)}<br>{interval}</td>'


def interval_chart(rows: Sequence[tuple[str, Metric]], caption: str, *, top: float | None = None) -> str:
    """Horizontal bars with 95 % whiskers, from zero; ``top`` fixes the right end."""
    right = top or max([m.high for _, m in rows] + [1e-9])
    left, width, step = 190, 460, 30
    height = step * len(rows) + 24

    def x(value: float) -> float:
        return left + width * min(value, right) / right

    bars = "".join(
        f'<text x="{left - 10}" y="{step * i + 21}" text-anchor="end">{escape(name)}</text>'
        f'<rect class="bar" x="{left}" y="{step * i + 8}" width="{x(m.value) - left:.1f}" height="18" rx="2"/>'
        f'<line class="whisker" x1="{x(m.low):.1f}" x2="{x(m.high):.1f}" y1="{step * i + 17}" y2="{step * i + 17}"/>'
        f'<text x="{x(m.high) + 8:.1f}" y="{step * i + 21}">{number(m.value)}</text>'
        for i, (name, m) in enumerate(rows)
    )
    axis = f'<line class="rule" x1="{left}" x2="{left}" y1="0" y2="{height - 16}"/>'
    return _figure(left + width + 80, height, axis + bars, caption)


def histogram(values: Sequence[float], caption: str, *, unit: str = "", bins: int = 20) -> str:
    """How many items fall into each of ``bins`` equal ranges from 0 to the largest value."""
    if not values:
        return f"<figure><figcaption>{escape(caption)} No values.</figcaption></figure>"
    top = max(max(values), 1e-9)
    counts = [0] * bins
    for value in values:
        counts[min(int(bins * max(value, 0.0) / top), bins - 1)] += 1
    left, width, height, most = 40, 640, 150, max(counts)
    slot = width / bins
    bars = "".join(
        f'<rect class="bar" x="{left + i * slot + 1:.1f}" y="{height * (1 - c / most) + 14:.1f}" '
        f'width="{slot - 2:.1f}" height="{height * c / most:.1f}"><title>{c}</title></rect>'
        for i, c in enumerate(counts)
    )
    base = f'<line class="rule" x1="{left}" x2="{left + width}" y1="{height + 14}" y2="{height + 14}"/>'
    labels = "".join(
        f'<text x="{left + width * part:.0f}" y="{height + 32}" text-anchor="middle">'
        f"{number(top * part)}{escape(unit)}</text>"
        for part in (0, 0.5, 1)
    )
    return _figure(left + width + 60, height + 44, base + bars + labels + f'<text x="0" y="24">{most}</text>', caption)


def _figure(width: float, height: float, drawing: str, caption: str) -> str:
    return (
        f'<figure><svg viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label="{escape(caption)}">{drawing}</svg>'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )


def case(title: str, lines: Sequence[tuple[str, str]], faults: Sequence[str] = ()) -> str:
    """One item in full: (label, text) lines, then what is wrong with it."""
    rows = "".join(f"<div><strong>{escape(label)}</strong> {escape(text)}</div>" for label, text in lines)
    wrong = "".join(f'<div class="bad">{escape(fault)}</div>' for fault in faults)
    return f"<article><h3>{escape(title)}</h3>{rows}{wrong}</article>"
