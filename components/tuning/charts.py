"""The charts of a sweep: one score against what it costs, how long it takes, and each setting. No Streamlit.

The page and the exported report draw the same ones. Fields have plain names of their own, since a dot or a bracket in
a name means something to Vega; what they are stands in the titles.
"""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from components.core.texts import cut
from components.params.choices import value_text
from components.tuning.results import Row, by_setting, summaries
from components.tuning.statistics import summarise

Chart = alt.Chart | alt.LayerChart
_HEIGHT = 260
# Seen on white and on a dark page; a rule is black unless told otherwise.
_SPREAD = "#8a8f98"
# Characters of a name that an axis has room for.
_AXIS = 28
_NUMBERS = alt.Axis(format=".4~g")


def against(some: Sequence[Row], metric: str, other: str) -> Chart | None:
    """A point for each way of asking: its mean of `metric` over its mean of `other`; None where there are none."""
    upward, across = summaries(some, metric), summaries(some, other)
    points = [
        {"name": name, "y": upward[name].mean, "x": across[name].mean, "n": upward[name].n}
        for name in upward
        if name in across
    ]
    if not points:
        return None
    legend = alt.Legend(orient="bottom", columns=2, labelLimit=260, title=None)
    chart: alt.Chart = (
        alt.Chart({"values": points}, height=_HEIGHT)
        .mark_point(filled=True, size=90)
        .encode(
            x=alt.X("x:Q", title=other, scale=alt.Scale(zero=False), axis=_NUMBERS),
            y=alt.Y("y:Q", title=cut(metric, _AXIS), scale=alt.Scale(zero=False), axis=_NUMBERS),
            # A theme has fewer colours than there may be ways of asking: the shape tells those of one colour apart.
            color=alt.Color("name:N", sort=None, legend=legend),
            shape=alt.Shape("name:N", sort=None, legend=legend),
            tooltip=[
                alt.Tooltip("name:N", title="Settings"),
                alt.Tooltip("y:Q", title=metric, format=".4~g"),
                alt.Tooltip("x:Q", title=other, format=".4~g"),
                alt.Tooltip("n:Q"),
            ],
        )
    )
    return chart


def by(some: Sequence[Row], metric: str, setting: str) -> Chart | None:
    """The mean of `metric` at each value of a setting, with its 95 % interval where there is one."""
    groups = by_setting(some, metric, setting)
    if len(groups) < 2:
        return None
    numeric = all(isinstance(value, int | float) and not isinstance(value, bool) for value in groups)
    points = [
        {
            "x": value if numeric else value_text(value),
            "y": summary.mean,
            "low": summary.mean if summary.low is None else summary.low,
            "high": summary.mean if summary.high is None else summary.high,
            "n": summary.n,
        }
        for value, values in groups.items()
        if (summary := summarise(values)) is not None
    ]
    across = alt.X("x:Q", title=setting) if numeric else alt.X("x:N", title=setting, sort=None)
    base = alt.Chart({"values": points}, height=_HEIGHT).encode(x=across)
    scale = alt.Scale(zero=False)
    spread = base.mark_rule(strokeWidth=2, color=_SPREAD).encode(
        y=alt.Y("low:Q", title=cut(metric, _AXIS), scale=scale, axis=_NUMBERS), y2="high:Q"
    )
    means = base.mark_line(point=alt.OverlayMarkDef(size=80)).encode(
        y=alt.Y("y:Q", title=cut(metric, _AXIS), scale=scale, axis=_NUMBERS),
        tooltip=[
            alt.Tooltip("x:N", title=setting),
            alt.Tooltip("y:Q", title=metric, format=".4~g"),
            alt.Tooltip("low:Q", format=".4~g"),
            alt.Tooltip("high:Q", format=".4~g"),
            alt.Tooltip("n:Q"),
        ],
    )
    layered: alt.LayerChart = spread + means
    return layered


def over_variants(some: Sequence[Row], metric: str) -> Chart | None:
    """The mean of `metric` of each way of asking, in their order, with its 95 % interval where there is one."""
    points = [
        {
            "x": name,
            "y": summary.mean,
            "low": summary.mean if summary.low is None else summary.low,
            "high": summary.mean if summary.high is None else summary.high,
            "n": summary.n,
        }
        for name, summary in summaries(some, metric).items()
    ]
    if len(points) < 2:
        return None
    scale = alt.Scale(zero=False)
    base = alt.Chart({"values": points}, height=_HEIGHT).encode(
        x=alt.X("x:N", title=None, sort=None, axis=alt.Axis(labelAngle=-40, labelLimit=160, labelOverlap=False))
    )
    spread = base.mark_rule(strokeWidth=2, color=_SPREAD).encode(
        y=alt.Y("low:Q", title=cut(metric, _AXIS), scale=scale, axis=_NUMBERS), y2="high:Q"
    )
    means = base.mark_point(filled=True, size=80).encode(
        y=alt.Y("y:Q", title=cut(metric, _AXIS), scale=scale, axis=_NUMBERS),
        tooltip=[
            alt.Tooltip("x:N", title="Settings"),
            alt.Tooltip("y:Q", title=metric, format=".4~g"),
            alt.Tooltip("low:Q", format=".4~g"),
            alt.Tooltip("high:Q", format=".4~g"),
            alt.Tooltip("n:Q"),
        ],
    )
    layered: alt.LayerChart = spread + means
    return layered


def charts_of(some: Sequence[Row], metric: str) -> list[tuple[str, Chart]]:
    """Every chart that tells something about the metric, with its title.

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
    drawn += [(f"{metric} over {other}", against(some, metric, other)) for other in others if other != metric]
    return [(title, chart) for title, chart in drawn if chart is not None]


def as_svg(chart: Chart) -> str:
    """The chart as a drawing that needs neither a script nor the network."""
    # Loaded when somebody exports: it brings an engine of its own.
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(chart.to_dict() | {"width": 520})
    return svg
