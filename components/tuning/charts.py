"""The charts of a sweep: one score against what it costs, how long it takes, and each setting. No Streamlit.

A chart is its points and what its axes mean. The page draws it with Altair, here; the exported report as a drawing of
its own, in `drawing`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import altair as alt

from components.core.texts import cut
from components.params.choices import value_text
from components.tuning.results import Row, by_setting, summaries
from components.tuning.statistics import Summary, summarise

_HEIGHT = 260
# Seen on white and on a dark page; a rule is black unless told otherwise.
_SPREAD = "#8a8f98"
# Characters of a name that an axis has room for.
_AXIS = 28
_NUMBERS = alt.Axis(format=".4~g")


@dataclass(frozen=True, slots=True)
class Point:
    """The mean `y` of `n` values, from `low` to `high` with 95 % confidence, both `y` where there is no interval.

    `name`: the way of asking, or the setting's value. `x`: where it stands; None where names are the axis.
    """

    name: str
    x: float | None
    y: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Points with the titles of their axes; `x_title` is empty where the names are ways of asking.

    `trend`: the points are values of one setting. Without it points that have an `x` are told apart by a legend.
    """

    x_title: str
    y_title: str
    points: tuple[Point, ...]
    trend: bool = False

    @property
    def numeric(self) -> bool:
        """Whether both axes are numbers."""
        return all(point.x is not None for point in self.points)


def against(some: Sequence[Row], metric: str, other: str) -> Chart | None:
    """A point for each way of asking: its mean of `metric` over its mean of `other`; None where there are none."""
    upward, across = summaries(some, metric), summaries(some, other)
    points = [_point(name, across[name].mean, upward[name]) for name in upward if name in across]
    return Chart(other, metric, tuple(points)) if points else None


def by(some: Sequence[Row], metric: str, setting: str) -> Chart | None:
    """The mean of `metric` at each value of a setting, with its 95 % interval where there is one."""
    groups = by_setting(some, metric, setting)
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


def over_variants(some: Sequence[Row], metric: str) -> Chart | None:
    """The mean of `metric` of each way of asking, in their order, with its 95 % interval where there is one."""
    points = [_point(name, None, summary) for name, summary in summaries(some, metric).items()]
    return Chart("", metric, tuple(points)) if len(points) > 1 else None


def charts_of(some: Sequence[Row], metric: str) -> list[tuple[str, Chart]]:
    """Every chart that tells something about the metric, with its title.

    Where the ways of asking are no grid, as in the experiment on thinking, they stand beside each other in each
    measure; else the metric is drawn by each setting. Then over what it costs in money and time.
    """
    ways: Mapping[str, frozenset[str]] = {row.variant: frozenset(row.settings) for row in some}
    drawn: list[tuple[str, Chart | None]] = []
    if len(set(ways.values())) > 1:
        measures = dict.fromkeys((metric, "thinking tokens", "first answer (s)", "cost ($)"))
        drawn += [(one, over_variants(some, one)) for one in measures]
    else:
        settings = dict.fromkeys(name for row in some for name in row.settings)
        drawn += [(f"{metric} by {name}", by(some, metric, name)) for name in settings]
    others = ("cost ($)", "total (s)", "first answer (s)", "thinking tokens")
    drawn += [(f"{metric} over {other}", against(some, metric, other)) for other in others if other != metric]
    return [(title, chart) for title, chart in drawn if chart is not None]


def _point(name: str, x: float | None, summary: Summary) -> Point:
    low = summary.mean if summary.low is None else summary.low
    high = summary.mean if summary.high is None else summary.high
    return Point(name, x, summary.mean, low, high, summary.n)


def as_altair(chart: Chart) -> alt.Chart | alt.LayerChart:
    """The chart for the page.

    Fields have plain names of their own, since a dot or a bracket in a name means something to Vega.
    """
    fields = ("name", "x", "y", "low", "high", "n")
    values = [{field: getattr(point, field) for field in fields} for point in chart.points]
    scale = alt.Scale(zero=False)
    y_title = cut(chart.y_title, _AXIS)
    base = alt.Chart({"values": values}, height=_HEIGHT)
    told = [
        alt.Tooltip("name:N", title=chart.x_title if chart.trend else "Settings"),
        alt.Tooltip("y:Q", title=chart.y_title, format=".4~g"),
    ]
    y = alt.Y("y:Q", title=y_title, scale=scale, axis=_NUMBERS)
    if chart.numeric and not chart.trend:
        legend = alt.Legend(orient="bottom", columns=2, labelLimit=260, title=None)
        scattered: alt.Chart = base.mark_point(filled=True, size=90).encode(
            x=alt.X("x:Q", title=chart.x_title, scale=scale, axis=_NUMBERS),
            y=y,
            # A theme has fewer colours than there may be ways of asking: the shape tells those of one colour apart.
            color=alt.Color("name:N", sort=None, legend=legend),
            shape=alt.Shape("name:N", sort=None, legend=legend),
            tooltip=[*told, alt.Tooltip("x:Q", title=chart.x_title, format=".4~g"), alt.Tooltip("n:Q")],
        )
        return scattered
    if chart.numeric:
        base = base.encode(x=alt.X("x:Q", title=chart.x_title))
    elif chart.trend:
        base = base.encode(x=alt.X("name:N", title=chart.x_title, sort=None))
    else:
        names = alt.Axis(labelAngle=-40, labelLimit=160, labelOverlap=False)
        base = base.encode(x=alt.X("name:N", title=None, sort=None, axis=names))
    spread = base.mark_rule(strokeWidth=2, color=_SPREAD).encode(
        y=alt.Y("low:Q", title=y_title, scale=scale, axis=_NUMBERS), y2="high:Q"
    )
    means = base.mark_line(point=alt.OverlayMarkDef(size=80)) if chart.trend else base.mark_point(filled=True, size=80)
    interval = [alt.Tooltip("low:Q", format=".4~g"), alt.Tooltip("high:Q", format=".4~g")]
    layered: alt.LayerChart = spread + means.encode(y=y, tooltip=[*told, *interval, alt.Tooltip("n:Q")])
    return layered
