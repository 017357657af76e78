"""`Findings`: the results of a sweep, computed once and used until the sweep changes.

With ten thousand cells the rows take half a second, the intervals of a measure another half, and the page is drawn at
each click.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from components.history.sweeps import RunOutcome, SweepRecord
from components.tuning.charts import Chart, charts_of
from components.tuning.matrix import Matrix, matrix_of
from components.tuning.matrix_table import packed, table_of
from components.tuning.plan import Plan, read_plan
from components.tuning.results import Row, metrics_of, rows_of, summaries, unscored, verdict
from components.tuning.statistics import Summary


@dataclass(frozen=True, slots=True)
class Compared:
    """The ways of asking, compared by one measure."""

    verdict: str
    summaries: Mapping[str, Summary]
    charts: list[tuple[str, Chart]]


@dataclass
class Findings:
    """A sweep and its results, each computed at first use. `stamp`: its version, by `sweep_fingerprint`."""

    stamp: int
    record: SweepRecord
    outcomes: Mapping[str, RunOutcome]
    _compared: dict[str, Compared] = field(default_factory=dict)

    @cached_property
    def plan(self) -> Plan:
        """What was asked."""
        return read_plan(self.record.plan)

    @cached_property
    def rows(self) -> list[Row]:
        """A row for every cell, in order."""
        return rows_of(self.plan, self.record.cells, self.outcomes)

    @cached_property
    def metrics(self) -> dict[str, bool | None]:
        """The metrics that have values, by name: whether less is better."""
        known = metrics_of(self.plan, self.rows)
        return {name: lower for name, lower in known.items() if any(name in row.values for row in self.rows)}

    @cached_property
    def unscored(self) -> dict[str, tuple[int, str]]:
        """What could not be scored, see `results.unscored`."""
        return unscored(self.plan, self.rows)

    @cached_property
    def matrix(self) -> Matrix:
        """Its matrix."""
        return matrix_of(self.plan, self.rows)

    @cached_property
    def table(self) -> str:
        """The matrix for the browser."""
        return packed(table_of(self.matrix))

    def compared(self, metric: str) -> Compared:
        """The ways of asking, compared by one of `metrics`."""
        if metric not in self._compared:
            self._compared[metric] = Compared(
                verdict(self.rows, metric, self.metrics[metric]),
                summaries(self.rows, metric),
                charts_of(self.rows, metric),
            )
        return self._compared[metric]
