"""The charts of a sweep: one score against what it costs, how long it takes, and each setting. No Streamlit.

The page and the exported report draw the same ones. Fields have plain names of their own, since a dot or a bracket in
a name means something to Vega; what they are stands in the titles.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import altair as alt

from components.core.texts import cut
from components.params.choices import value_text
from components.tuning.results import Row, by_setting, numbers_of, summaries
from components.tuning.statistics import Summary, summarise

Chart = alt.Chart | alt.LayerChart
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
_NUMBERS = alt.Axis(format=".4~g")


def against(some: Sequence[Row], metric: str, other: str, *, numbered: bool = False) -> Chart | None:
    """A point for each way of asking: its mean of `metric` over its mean of `other`; None where there are none.

    `numbered`: its number in `numbers_of` stands in the point, for a page that lists them; else there is a legend,
    which takes as much room as there are ways of asking.
    """
    upward, across = summaries(some, metric), summaries(some, other)
    numbers = numbers_of(some)
    points: list[dict[str, Any]] = [
        {"name": name, "number": numbers[name], "y": upward[name].mean, "x": across[name].mean, "n": upward[name].n}
        for name in upward
        if name in across
    ]
    if not points:
        return None
    base = alt.Chart({"values": points}, height=_HEIGHT).encode(
        x=alt.X("x:Q", title=other, scale=_scale(point["x"] for point in points), axis=_NUMBERS),
        y=alt.Y("y:Q", title=cut(metric, _AXIS), scale=_scale(point["y"] for point in points), axis=_NUMBERS),
        tooltip=[
            *([alt.Tooltip("number:Q", title="#")] if numbered else []),
            alt.Tooltip("name:N", title="Settings"),
            alt.Tooltip("y:Q", title=metric, format=".4~g"),
            alt.Tooltip("x:Q", title=other, format=".4~g"),
            alt.Tooltip("n:Q"),
        ],
    )
    if numbered:
        layered: alt.LayerChart = base.mark_circle(size=330, color=_POINT, opacity=0.9) + base.mark_text(
            color="white", fontSize=11, fontWeight="bold"
        ).encode(text="number:Q")
        return layered
    legend = alt.Legend(orient="bottom", columns=2, labelLimit=260, title=None)
    # A theme has fewer colours than there may be ways of asking: the shape tells those of one colour apart.
    chart: alt.Chart = base.mark_point(filled=True, size=90).encode(
        color=alt.Color("name:N", sort=None, legend=legend), shape=alt.Shape("name:N", sort=None, legend=legend)
    )
    return chart


def by(some: Sequence[Row], metric: str, setting: str) -> Chart | None:
    """The mean of `metric` at each value of a setting, with its 95 % interval where there is one."""
    groups = by_setting(some, metric, setting)
    if len(groups) < 2:
        return None
    numeric = all(isinstance(value, int | float) and not isinstance(value, bool) for value in groups)
    points = [
        _point(value if numeric else value_text(value), summary)
        for value, values in groups.items()
        if (summary := summarise(values)) is not None
    ]
    across = alt.X("x:Q", title=setting) if numeric else alt.X("x:N", title=setting, sort=None)
    base = alt.Chart({"values": points}, height=_HEIGHT).encode(x=across)
    scale = _reach(points)
    spread = base.mark_rule(strokeWidth=2, color=_SPREAD).encode(
        y=alt.Y("low:Q", title=cut(metric, _AXIS), scale=scale, axis=_NUMBERS), y2="high:Q"
    )
    means = base.mark_line(point=alt.OverlayMarkDef(size=80)).encode(
        y=alt.Y("y:Q", title=cut(metric, _AXIS), scale=scale, axis=_NUMBERS), tooltip=_told(metric, setting)
    )
    layered: alt.LayerChart = spread + means
    return layered


def over_variants(some: Sequence[Row], metric: str) -> Chart | None:
    """The mean of `metric` of each way of asking, one below the other, with its 95 % interval where there is one."""
    numbers = numbers_of(some)
    found = summaries(some, metric)
    points = [_point(f"{numbers[name]} · {name}", summary) for name, summary in found.items()]
    if len(points) < 2:
        return None
    scale = _reach(points)
    base = alt.Chart({"values": points}, height=_LINE * len(points) + _FOOT).encode(
        y=alt.Y("x:N", title=None, sort=None, axis=alt.Axis(labelLimit=_NAME, labelOverlap=False))
    )
    spread = base.mark_rule(strokeWidth=2, color=_SPREAD).encode(
        x=alt.X("low:Q", title=cut(metric, _AXIS), scale=scale, axis=_NUMBERS), x2="high:Q"
    )
    means = base.mark_point(filled=True, size=80).encode(
        x=alt.X("y:Q", title=cut(metric, _AXIS), scale=scale, axis=_NUMBERS), tooltip=_told(metric, "Settings")
    )
    layered: alt.LayerChart = spread + means
    return layered


def _point(place: object, summary: Summary) -> dict[str, Any]:
    return {
        "x": place,
        "y": summary.mean,
        "low": summary.mean if summary.low is None else summary.low,
        "high": summary.mean if summary.high is None else summary.high,
        "n": summary.n,
    }


def _told(metric: str, place: str) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("x:N", title=place),
        alt.Tooltip("y:Q", title=metric, format=".4~g"),
        alt.Tooltip("low:Q", format=".4~g"),
        alt.Tooltip("high:Q", format=".4~g"),
        alt.Tooltip("n:Q"),
    ]


def _reach(points: Sequence[Mapping[str, Any]]) -> alt.Scale:
    return _scale(point[name] for point in points for name in ("low", "high"))


def _scale(values: Iterable[float]) -> alt.Scale:
    """A scale for the values. One value alone makes no axis: then it is from 0 to 1, or a little around it."""
    found = list(values)
    low, high = min(found), max(found)
    if high - low > 1e-9 * max(abs(low), abs(high)):
        return alt.Scale(zero=False)
    if low in (0, 1):
        return alt.Scale(domain=[0, 1])
    return alt.Scale(zero=False, domain=[low - abs(low) / 5, high + abs(high) / 5])


def charts_of(some: Sequence[Row], metric: str, *, numbered: bool = False) -> list[tuple[str, Chart]]:
    """Every chart that tells something about the metric, with its title. `numbered`: see `against`.

    Where the ways of asking are no grid, as in the experiment on thinking, they stand beside each other in each
    measure; else the metric is drawn by each setting. Then over what it costs in money and time.
    """
    ways = {row.variant: frozenset(row.settings) for row in some}
    drawn: list[tuple[str, Chart | None]] = []
    if len(set(ways.values())) > 1:
        measures = dict.fromkeys((metric, "thinking tokens", "first answer (s)", "cost ($)"))
        drawn += [(one, over_variants(some, one)) for one in measures]
    else:
        settings = dict.fromkeys(name for row in some for name in row.settings)
        drawn += [(f"{metric} by {name}", by(some, metric, name)) for name in settings]
    others = ("cost ($)", "total (s)", "first answer (s)", "thinking tokens")
    drawn += [
        (f"{metric} over {other}", against(some, metric, other, numbered=numbered))
        for other in others
        if other != metric
    ]
    return [(title, chart) for title, chart in drawn if chart is not None]


def as_svg(chart: Chart) -> str:
    """The chart as a drawing that needs neither a script nor the network."""
    # Loaded when somebody exports: it brings an engine of its own.
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(chart.to_dict() | {"width": 520})
    return svg
