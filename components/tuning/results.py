"""The results of a sweep: a row for each cell, and statistics over the rows of each way of asking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import isclose

from components.history.sweeps import CellRecord, RunOutcome
from components.tuning.plan import Plan
from components.tuning.scorers import GRADED, KINDS
from components.tuning.statistics import Summary, best_of, summarise
from components.tuning.unaccounted import Unaccounted

# What is measured of every run, beside its scores. Name -> whether less of it is better; None: neither.
MEASURES: Mapping[str, bool | None] = {
    "cost ($)": True,
    "total (s)": True,
    "first answer (s)": True,
    "thinking tokens": None,
    "output tokens": None,
}


@dataclass(frozen=True, slots=True)
class Row:
    """One cell. `settings`: of its way of asking, long texts by their names; `full_settings`: the same with the texts.

    `columns`: the row of the table that its prompt is made of, by column. `run_id`: of its answer, or of the last
    try where it failed. `values`: score or measure -> value, where there is one; `notes`: scorer -> its note.
    """

    number: int
    prompt: str
    expected: str
    columns: Mapping[str, str]
    variant: str
    settings: Mapping[str, object]
    full_settings: Mapping[str, object]
    repeat: int
    status: str
    tries: int
    cost_usd: str | None
    run_id: str | None
    values: Mapping[str, float]
    notes: Mapping[str, str]
    note: str
    outcome: RunOutcome | None


def paid_usd(plan: Plan, cells: Sequence[CellRecord]) -> Decimal | None:
    """What cells have cost so far, in US dollars; None where the model has no prices and no cost was reported."""
    paid = sum((cell.cost_usd for cell in cells), Decimal(0))
    unknown = plan.cap_calls and paid == 0 and any(cell.tries for cell in cells)
    return None if unknown else paid


def unaccounted_calls(plan: Plan, cells: Sequence[CellRecord]) -> Unaccounted:
    """The calls of the cells that may have been billed although no cost was reported; `paid_usd` includes them."""
    at_most = sum((cell.unsure_usd for cell in cells), Decimal(0))
    without_cost = any(cell.status in ("done", "answered") and cell.unsure_calls for cell in cells)
    return Unaccounted(
        sum(cell.unsure_calls for cell in cells),
        None if plan.cap_calls and not at_most else at_most,
        sum((cell.cost_usd for cell in cells), Decimal(0)) - at_most,
        "broken off or without a reported cost" if without_cost else "broken off",
    )


def rows_of(plan: Plan, cells: Sequence[CellRecord], outcomes: Mapping[str, RunOutcome]) -> list[Row]:
    """A row for every cell, in order; one that has not been answered has no values."""
    found = []
    for record in cells:
        cell = plan.cell(record.number)
        question, variant = plan.questions[cell.question], plan.variants[cell.variant]
        answered = record.status in ("done", "answered")
        outcome = outcomes.get(record.run_id or "") if answered else None
        found.append(
            Row(
                record.number,
                plan.prompt(cell),
                question.expected,
                question.columns,
                variant.label,
                variant.settings,
                variant.full_settings,
                cell.repeat,
                record.status,
                record.tries,
                None if (paid := paid_usd(plan, [record])) is None else str(paid),
                record.run_id if answered or record.status == "failed" else None,
                _values(record, outcome),
                {name: str(score["note"]) for name, score in record.scores.items() if score["note"]},
                record.note,
                outcome,
            )
        )
    return found


def metrics_of(plan: Plan, rows: Sequence[Row]) -> dict[str, bool | None]:
    """What can be compared, by name: whether less of it is better. Scores come first, in the plan's order."""
    names: dict[str, bool | None] = {
        scorer.name: scorer.lower_is_better for scorer in plan.scorers if scorer.kind not in ("latency", "cost")
    }
    if any(GRADED in row.values for row in rows):
        names.setdefault(GRADED, KINDS[GRADED].lower_is_better)
    return names | dict(MEASURES)


def unscored(plan: Plan, rows: Sequence[Row]) -> dict[str, tuple[int, str]]:
    """What could not be scored: scorer -> how many answers, and the most common reason."""
    answered = [row for row in rows if row.outcome is not None]
    found = {}
    for scorer in plan.scorers:
        if scorer.kind in (GRADED, "latency", "cost"):
            continue
        reasons = Counter(
            row.notes[scorer.name] for row in answered if scorer.name in row.notes and scorer.name not in row.values
        )
        if reasons:
            found[scorer.name] = reasons.total(), reasons.most_common(1)[0][0]
    return found


def variant_numbers(rows: Sequence[Row]) -> dict[str, int]:
    """The number of each way of asking, from 1 in their order: short enough for a chart."""
    return {name: number for number, name in enumerate(dict.fromkeys(row.variant for row in rows), 1)}


def by_variant(rows: Sequence[Row], metric: str) -> dict[str, list[float]]:
    """The metric's values of each way of asking, in the order of the ways."""
    groups: dict[str, list[float]] = {}
    for row in rows:
        groups.setdefault(row.variant, [])
        if metric in row.values:
            groups[row.variant].append(row.values[metric])
    return groups


def by_setting(rows: Sequence[Row], metric: str, name: str) -> dict[object, list[float]]:
    """The metric's values at each value of one setting, over all values of the others."""
    groups: dict[object, list[float]] = {}
    for row in rows:
        if name in row.settings and metric in row.values:
            groups.setdefault(row.settings[name], []).append(row.values[metric])
    return groups


def summaries(rows: Sequence[Row], metric: str) -> dict[str, Summary]:
    """The summary of the metric for each way of asking that has values."""
    groups = by_variant(rows, metric)
    return {name: summary for name, values in groups.items() if (summary := summarise(values)) is not None}


def verdict(rows: Sequence[Row], metric: str, lower_is_better: bool | None) -> str:
    """One sentence on which way of asking is the best in the metric; none is named where it could be chance."""
    groups = {name: values for name, values in by_variant(rows, metric).items() if values}
    if len(groups) < 2:
        return "There is nothing to compare yet."
    fewest = min(map(len, groups.values()))
    if lower_is_better is None:
        return f"More or fewer {metric} is not better by itself."
    if fewest < 2:
        return "n = 1 somewhere: nothing can be said about the best. Add repeats or prompts."
    winner = best_of(groups, lower_is_better=lower_is_better)
    if winner is None and len(first := _best_variants(rows, metric, lower_is_better)) > 1:
        return (
            f"A tie: {len(first):,} of {len(groups):,} ways of asking share the best mean (n = {fewest} or more each)."
        )
    if winner is None:
        return f"No difference is more than chance (n = {fewest} or more each; permutation test, 5% for all together)."
    n = len(groups[winner])
    return f"Best: {winner}, beyond chance (n = {n}; permutation test, 5% for all comparisons together)."


def best_variant(rows: Sequence[Row], metric: str, lower_is_better: bool | None) -> str | None:
    """The way of asking with the best mean, be it by chance; None where there is none, or several share it."""
    first = _best_variants(rows, metric, lower_is_better)
    return first[0] if len(first) == 1 else None


def _best_variants(rows: Sequence[Row], metric: str, lower_is_better: bool | None) -> list[str]:
    """Every way of asking that has the best mean; none where nothing was measured, or neither direction is better."""
    means = {name: summary.mean for name, summary in summaries(rows, metric).items()}
    if not means or lower_is_better is None:
        return []
    best = (min if lower_is_better else max)(means.values())
    return [name for name, mean in means.items() if isclose(mean, best, rel_tol=1e-12, abs_tol=1e-15)]


def _values(record: CellRecord, outcome: RunOutcome | None) -> dict[str, float]:
    found = {
        name: float(score["value"])
        for name, score in record.scores.items()
        if score["value"] is not None and name not in ("latency", "cost")
    }
    if outcome is not None:
        measured = (
            None if outcome.cost_usd is None else float(outcome.cost_usd),
            outcome.total_s,
            outcome.first_answer_s,
            outcome.reasoning_tokens,
            outcome.output_tokens,
        )
        found |= {name: float(value) for name, value in zip(MEASURES, measured, strict=True) if value is not None}
    return found
