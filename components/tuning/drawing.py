"""Draws a chart as SVG, for the page and for a file: no script, and readable on a white and on a dark page.

Numbers over numbers have two axes. Where names are the axis they are in rows, so that thirty of them and long ones can
be read. Ways of asking over two axes are numbered; `legend` lists the numbers.
"""

from __future__ import annotations

import html
import math
import textwrap
from collections.abc import Callable, Sequence

from components.core.texts import cut
from components.tuning.charts import Chart, Point

# Of the drawing, in its own units; a page scales it.
_WIDTH = 560
_PLANE = 300
_LEFT = 64
_RIGHT = 24
_NAMES = 214
_LINE = 15
# About so many letters of a name fit into a row; longer ones go on in further lines.
_LETTERS = 29
_LINES = 4
# Letters of a title that an axis has room for.
_TITLE = 60

STYLE = (
    ".chart{overflow-x:auto;margin:8px 0 24px}.chart svg{width:100%;min-width:340px;max-width:640px;display:block}"
    ".chart text{font:13px system-ui,sans-serif;fill:currentColor}.chart line,.chart polyline{stroke:currentColor;"
    "fill:none}.chart .grid{stroke-opacity:.15}.chart .spread{stroke-opacity:.55;stroke-width:2}"
    ".chart circle{fill:#2f7de1}.chart polyline{stroke:#2f7de1;stroke-width:2}.legend{columns:2 280px;"
    "font-size:13px;margin:4px 0}"
)


def as_svg(chart: Chart) -> str:
    """The chart as HTML that wants `STYLE` on its page."""
    return f'<div class="chart">{_plane(chart) if chart.numeric else _rows(chart)}</div>'


def legend(chart: Chart) -> str:
    """The names of ways of asking over two axes, by their numbers, as HTML; empty where the drawing has the names."""
    if not chart.numeric or chart.trend:
        return ""
    items = (f'<li value="{point.number}">{html.escape(point.name)}</li>' for point in chart.points)
    return f'<ol class="legend">{"".join(items)}</ol>'


def ticks(low: float, high: float) -> list[float]:
    """Four to ten round numbers (1, 2 or 5 times a power of ten) that reach from below `low` to above `high`."""
    if low == high:
        room = abs(low) / 10 or 1.0
        low, high = low - room, high + room
    rough = (high - low) / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [number * step for number in range(first, last + 1)]


def labels(values: Sequence[float]) -> list[str]:
    """The ticks as texts, all with as many decimals as their step has."""
    step = values[1] - values[0]
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return [f"{value + 0.0:,.{decimals}f}" for value in values]


def _plane(chart: Chart) -> str:
    """Points over two axes of numbers."""
    placed = [(float(point.x or 0), point) for point in chart.points]
    x_ticks = ticks(min(x for x, _ in placed), max(x for x, _ in placed))
    y_ticks = ticks(
        min(point.low if chart.trend else point.y for point in chart.points),
        max(point.high if chart.trend else point.y for point in chart.points),
    )
    x_of, y_of = _scale(x_ticks, _LEFT, _WIDTH - _RIGHT), _scale(y_ticks, _PLANE, 30)
    drawn = [_text(8, 14, chart.y_title)]
    for value, label in zip(y_ticks, labels(y_ticks), strict=True):
        drawn.append(_line(_LEFT, y_of(value), _WIDTH - _RIGHT, y_of(value), "grid"))
        drawn.append(_text(_LEFT - 8, y_of(value) + 4, label, "end"))
    for value, label in zip(x_ticks, labels(x_ticks), strict=True):
        drawn.append(_line(x_of(value), 30, x_of(value), _PLANE, "grid"))
        drawn.append(_text(x_of(value), _PLANE + 18, label, "middle"))
    drawn.append(_text((_LEFT + _WIDTH - _RIGHT) / 2, _PLANE + 38, chart.x_title, "middle"))
    if chart.trend:
        corners = " ".join(f"{x_of(x):.1f},{y_of(point.y):.1f}" for x, point in sorted(placed, key=lambda one: one[0]))
        drawn.append(f'<polyline points="{corners}"/>')
    else:
        drawn += _numbers([(x_of(x), y_of(point.y), point.number) for x, point in placed])
    for x, point in placed:
        if chart.trend:
            drawn.append(_line(x_of(x), y_of(point.low), x_of(x), y_of(point.high), "spread"))
        drawn.append(_dot(x_of(x), y_of(point.y), chart, point))
    return _svg(_PLANE + 48, drawn, chart)


def _numbers(points: Sequence[tuple[float, float, int]]) -> list[str]:
    """The numbers of points (x, y, number) beside them; points at nearly the same position share a text."""
    shared: dict[tuple[float, float], list[int]] = {}
    for x, y, number in sorted(points):
        near = (at for at, others in shared.items() if abs(at[0] - x) < 6 + 14 * len(others) and abs(at[1] - y) < 12)
        shared.setdefault(next(near, (x, y)), []).append(number)
    return [_text(x + 7, y - 5, ", ".join(map(str, sorted(numbers)))) for (x, y), numbers in shared.items()]


def _rows(chart: Chart) -> str:
    """A row for each name, with its mean and interval over one axis of numbers."""
    values = ticks(min(point.low for point in chart.points), max(point.high for point in chart.points))
    x_of = _scale(values, _NAMES, _WIDTH - _RIGHT)
    names = [textwrap.wrap(point.label, _LETTERS, max_lines=_LINES, placeholder="…") or [""] for point in chart.points]
    top = 26
    bottom = top + sum(_LINE * len(lines) + 9 for lines in names)
    drawn = [_text(8, 14, chart.x_title)]
    for value, label in zip(values, labels(values), strict=True):
        drawn.append(_line(x_of(value), top, x_of(value), bottom, "grid"))
        drawn.append(_text(x_of(value), bottom + 16, label, "middle"))
    drawn.append(_text((_NAMES + _WIDTH - _RIGHT) / 2, bottom + 36, chart.y_title, "middle"))
    y = float(top)
    for lines, point in zip(names, chart.points, strict=True):
        height = _LINE * len(lines) + 9
        middle = y + height / 2
        drawn += [_text(_NAMES - 12, y + _LINE * (number + 1), line, "end") for number, line in enumerate(lines)]
        drawn.append(_line(x_of(point.low), middle, x_of(point.high), middle, "spread"))
        drawn.append(_dot(x_of(point.y), middle, chart, point))
        y += height
    return _svg(bottom + 46, drawn, chart)


def _scale(values: Sequence[float], start: float, end: float) -> Callable[[float], float]:
    """Maps a value between the first and the last tick to a position between `start` and `end`."""
    return lambda value: start + (value - values[0]) / (values[-1] - values[0]) * (end - start)


def _svg(height: float, drawn: Sequence[str], chart: Chart) -> str:
    about = html.escape(f"{chart.y_title} over {chart.x_title or 'the ways of asking'}")
    return f'<svg viewBox="0 0 {_WIDTH} {height:.0f}" role="img" aria-label="{about}">{"".join(drawn)}</svg>'


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{html.escape(cut(text, _TITLE))}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _dot(x: float, y: float, chart: Chart, point: Point) -> str:
    interval = "" if point.low == point.high else f", {point.low:.4g} to {point.high:.4g}"
    over = "" if point.x is None or chart.trend else f" at {chart.x_title} {point.x:.4g}"
    about = html.escape(f"{point.name}: {chart.y_title} {point.y:.4g}{interval}{over}, n = {point.n}")
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5"><title>{about}</title></circle>'
