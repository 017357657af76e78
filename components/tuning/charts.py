"""The charts of a sweep: one score against what it costs, how long it takes, and each setting. No Streamlit.

A chart is its points and what its axes mean. The page draws it with Altair, here; the exported report as a drawing of
its own, in `drawing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import altair as alt

from components.core.texts import cut
from components.params.choices import value_text
from components.tuning.results import Row, by_setting, summaries, variant_numbers
from components.tuning.statistics import Summary, summarise

_HEIGHT = 260
# A line of a way of asking in a chart that has them one below the other, in px.
_LINE = 24
# And below them, for the axis with its title.
_FOOT = 56
# Seen on white and on a dark page; a rule is black unless told otherwise.
_SPREAD = "#8a8f98"
# Behind a white number: on both pages a number is read, and so is the point.
_POINT = "#1f6bc0"
# Characters of a name that an axis has room for, and px of one that stands at a line, on a phone, too.
_AXIS, _NAME = 28, 150
# Characters of names that stand beneath an axis, several beside each other.
_SHORT = 12
_NUMBERS = alt.Axis(format=".4~g")
_INTERVAL = [alt.Tooltip("low:Q", format=".4~g"), alt.Tooltip("high:Q", format=".4~g"), alt.Tooltip("n:Q")]


@dataclass(frozen=True, slots=True)
class Point:
    """The mean `y` of `n` values, from `low` to `high` with 95 % confidence, both `y` where there is no interval.

    `name`: the way of asking, or the setting's value. `x`: where it stands; None where names are the axis. `number`:
    that of the way of asking in `variant_numbers`, 0 for a setting's value.
    """

    name: str
    x: float | None
    y: float
    low: float
    high: float
    n: int
    number: int = 0


@dataclass(frozen=True, slots=True)
class Chart:
    """Points with the titles of their axes; `x_title` is empty where the names are ways of asking.

    `trend`: the points are values of one setting. Without it points that have an `x` are told apart by their numbers.
    """

    x_title: str
    y_title: str
    points: tuple[Point, ...]
    trend: bool = False

    @property
    def numeric(self) -> bool:
        """Whether both axes are numbers."""
        return all(point.x is not None for point in self.points)


def against(rows: Sequence[Row], metric: str, other: str) -> Chart | None:
    """A point for each way of asking: its mean of `metric` over its mean of `other`; None where there are none."""
    upward, across = summaries(rows, metric), summaries(rows, other)
    numbers = variant_numbers(rows)
    points = [_point(name, across[name].mean, upward[name], numbers[name]) for name in upward if name in across]
    return Chart(other, metric, tuple(points)) if points else None


def by(rows: Sequence[Row], metric: str, setting: str) -> Chart | None:
    """The mean of `metric` at each value of a setting, with its 95 % interval where there is one."""
    groups = by_setting(rows, metric, setting)
    if len(groups) < 2:
        return None
    found = {value: summary for value, values in groups.items() if (summary := summarise(values)) is not None}
    numbers: dict[object, float] = {
        value: float(value) for value in groups if isinstance(value, int | float) and not isinstance(value, bool)
    }
    numeric = len(numbers) == len(groups)
    points = [
        _point(value_text(value), numbers[value] if numeric else None, summary) for value, summary in found.items()
    ]
    return Chart(setting, metric, tuple(points), trend=True)


def over_variants(rows: Sequence[Row], metric: str) -> Chart | None:
    """The mean of `metric` of each way of asking, in their order, with its 95 % interval where there is one."""
    numbers = variant_numbers(rows)
    points = [_point(name, None, summary, numbers[name]) for name, summary in summaries(rows, metric).items()]
    return Chart("", metric, tuple(points)) if len(points) > 1 else None


def charts_of(rows: Sequence[Row], metric: str) -> list[tuple[str, Chart]]:
    """Every chart that tells something about the metric, with its title.

    Where the ways of asking are no grid, as in the experiment on thinking, they stand beside each other in each
    measure; else the metric is drawn by each setting. Then over what it costs in money and time.
    """
    ways: Mapping[str, frozenset[str]] = {row.variant: frozenset(row.settings) for row in rows}
    drawn: list[tuple[str, Chart | None]] = []
    if len(set(ways.values())) > 1:
        measures = dict.fromkeys((metric, "thinking tokens", "first answer (s)", "cost ($)"))
        drawn += [(one, over_variants(rows, one)) for one in measures]
    else:
        settings = dict.fromkeys(name for row in rows for name in row.settings)
        drawn += [(f"{metric} by {name}", by(rows, metric, name)) for name in settings]
    others = ("cost ($)", "total (s)", "first answer (s)", "thinking tokens")
    drawn += [(f"{metric} over {other}", against(rows, metric, other)) for other in others if other != metric]
    return [(title, chart) for title, chart in drawn if chart is not None]


def _point(name: str, x: float | None, summary: Summary, number: int = 0) -> Point:
    low = summary.mean if summary.low is None else summary.low
    high = summary.mean if summary.high is None else summary.high
    return Point(name, x, summary.mean, low, high, summary.n, number)


def as_altair(chart: Chart) -> alt.LayerChart:
    """The chart for the page, which lists the numbers of the ways of asking.

    Fields have plain names of their own, since a dot or a bracket in a name means something to Vega.
    """
    if chart.trend and (chart.numeric or all(len(point.name) <= _SHORT for point in chart.points)):
        return _trend(chart)
    return _plane(chart) if chart.numeric else _side_by_side(chart)


def _plane(chart: Chart) -> alt.LayerChart:
    across = [point.x for point in chart.points if point.x is not None]
    base = alt.Chart(_values(chart), height=_HEIGHT).encode(
        x=alt.X("x:Q", title=chart.x_title, scale=_scale(across), axis=_NUMBERS),
        y=_up(chart, "y", _scale(point.y for point in chart.points)),
        tooltip=[
            alt.Tooltip("number:Q", title="#"),
            *_told(chart),
            alt.Tooltip("x:Q", title=chart.x_title, format=".4~g"),
            alt.Tooltip("n:Q"),
        ],
    )
    numbers = base.mark_text(color="white", fontSize=11, fontWeight="bold").encode(text="number:Q")
    layered: alt.LayerChart = base.mark_circle(size=330, color=_POINT, opacity=0.9) + numbers
    return layered


def _side_by_side(chart: Chart) -> alt.LayerChart:
    """Ways of asking, or prompts, one below the other: so many names, and so long ones, stand nowhere else."""
    base = alt.Chart(_values(chart), height=_LINE * len(chart.points) + _FOOT).encode(
        y=alt.Y("line:N", title=None, sort=None, axis=alt.Axis(labelLimit=_NAME, labelOverlap=False))
    )
    scale, title = _reach(chart), cut(chart.y_title, _AXIS)
    spread = base.mark_rule(strokeWidth=2, color=_SPREAD).encode(
        x=alt.X("low:Q", title=title, scale=scale, axis=_NUMBERS), x2="high:Q"
    )
    means = base.mark_point(filled=True, size=80).encode(
        x=alt.X("y:Q", title=title, scale=scale, axis=_NUMBERS), tooltip=[*_told(chart), *_INTERVAL]
    )
    layered: alt.LayerChart = spread + means
    return layered


def _trend(chart: Chart) -> alt.LayerChart:
    across = alt.X("x:Q", title=chart.x_title) if chart.numeric else alt.X("name:N", title=chart.x_title, sort=None)
    base = alt.Chart(_values(chart), height=_HEIGHT).encode(x=across)
    spread = base.mark_rule(strokeWidth=2, color=_SPREAD).encode(y=_up(chart, "low", _reach(chart)), y2="high:Q")
    means = base.mark_line(point=alt.OverlayMarkDef(size=80)).encode(
        y=_up(chart, "y", _reach(chart)), tooltip=[*_told(chart), *_INTERVAL]
    )
    layered: alt.LayerChart = spread + means
    return layered


def _values(chart: Chart) -> dict[str, Any]:
    return {"values": [asdict(point) | {"line": _line(point)} for point in chart.points]}


def _line(point: Point) -> str:
    return f"{point.number} · {point.name}" if point.number else point.name


def _up(chart: Chart, field: str, scale: alt.Scale) -> alt.Y:
    return alt.Y(f"{field}:Q", title=cut(chart.y_title, _AXIS), scale=scale, axis=_NUMBERS)


def _told(chart: Chart) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("name:N", title=chart.x_title if chart.trend else "Settings"),
        alt.Tooltip("y:Q", title=chart.y_title, format=".4~g"),
    ]


def _reach(chart: Chart) -> alt.Scale:
    return _scale(value for point in chart.points for value in (point.low, point.high))


def _scale(values: Iterable[float]) -> alt.Scale:
    """A scale for the values. One value alone makes no axis: then it is from 0 to 1, or a little around it."""
    found = list(values)
    low, high = min(found), max(found)
    if high - low > 1e-9 * max(abs(low), abs(high)):
        return alt.Scale(zero=False)
    if low in (0, 1):
        return alt.Scale(domain=[0, 1])
    return alt.Scale(zero=False, domain=[low - abs(low) / 5, high + abs(high) / 5])
