"""The charts of a sweep as data: a score against what it costs, how long it takes, and each setting.

`drawing` draws them, for the page and for the exported report.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from components.params.choices import value_text
from components.tuning.results import Row, by_setting, summaries, variant_numbers
from components.tuning.statistics import Summary, summarise


@dataclass(frozen=True, slots=True)
class Point:
    """The mean `y` of `n` values and its 95% interval from `low` to `high`; both are `y` where there is no interval.

    `name`: the way of asking, or the setting's value. `x`: its position; None where names are the axis. `number`: that
    of the way of asking in `variant_numbers`, 0 for a setting's value.
    """

    name: str
    x: float | None
    y: float
    low: float
    high: float
    n: int
    number: int = 0

    @property
    def label(self) -> str:
        """The name behind the number, if there is one."""
        return f"{self.number} · {self.name}" if self.number else self.name


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


def trade_off(rows: Sequence[Row], metric: str, other: str) -> Chart | None:
    """A point for each way of asking: its mean of `metric` over its mean of `other`; None where there are none."""
    upward, across = summaries(rows, metric), summaries(rows, other)
    numbers = variant_numbers(rows)
    points = [_point(name, across[name].mean, upward[name], numbers[name]) for name in upward if name in across]
    return Chart(other, metric, tuple(points)) if points else None


def over_setting(rows: Sequence[Row], metric: str, setting: str) -> Chart | None:
    """The mean of `metric` at each value of a setting, with its 95% interval where there is one."""
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
    """The mean of `metric` of each way of asking, in their order, with its 95% interval where there is one."""
    numbers = variant_numbers(rows)
    points = [_point(name, None, summary, numbers[name]) for name, summary in summaries(rows, metric).items()]
    return Chart("", metric, tuple(points)) if len(points) > 1 else None


def charts_of(rows: Sequence[Row], metric: str) -> list[tuple[str, Chart]]:
    """Every chart that shows something of the metric, with its title.

    Where the ways of asking are no grid, as in the experiment on thinking, they are compared in each measure; else the
    metric is drawn over each setting. Then over what it costs in money and time.
    """
    settings_of: Mapping[str, frozenset[str]] = {row.variant: frozenset(row.settings) for row in rows}
    drawn: list[tuple[str, Chart | None]] = []
    if len(set(settings_of.values())) > 1:
        measures = dict.fromkeys((metric, "thinking tokens", "first answer (s)", "cost ($)"))
        drawn += [(one, over_variants(rows, one)) for one in measures]
    else:
        settings = dict.fromkeys(name for row in rows for name in row.settings)
        drawn += [(f"{metric} by {name}", over_setting(rows, metric, name)) for name in settings]
    others = ("cost ($)", "total (s)", "first answer (s)", "thinking tokens")
    drawn += [(f"{metric} over {other}", trade_off(rows, metric, other)) for other in others if other != metric]
    return [(title, chart) for title, chart in drawn if chart is not None]


def _point(name: str, x: float | None, summary: Summary, number: int = 0) -> Point:
    low = summary.mean if summary.low is None else summary.low
    high = summary.mean if summary.high is None else summary.high
    return Point(name, x, summary.mean, low, high, summary.n, number)
