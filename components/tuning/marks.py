"""The figures that replies are compared by, and which is the best in each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from components.runs.metrics import Figures


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure of a run. `lower_is_better` None: neither is (more tokens may be a better answer or a worse one)."""

    label: str
    unit: str
    value: Callable[[Figures], float | None]
    lower_is_better: bool | None = True


METRICS: tuple[Metric, ...] = (
    Metric("First answer", "s", lambda figures: figures.first_answer_s),
    Metric("Total time", "s", lambda figures: figures.total_s),
    Metric("Speed", "tokens/s", lambda figures: figures.tokens_per_second, lower_is_better=False),
    Metric("Cost", "$", lambda figures: None if figures.cost_usd is None else float(figures.cost_usd)),
    Metric("Thinking", "tokens", lambda figures: figures.usage.reasoning_tokens, lower_is_better=None),
    Metric("Output", "tokens", lambda figures: figures.usage.output_tokens, lower_is_better=None),
)


def means(metric: Metric, figures: Mapping[str, Sequence[Figures]]) -> dict[str, tuple[float, int]]:
    """For each name the mean of the metric and how many values it is of; a name without any is left out."""
    found: dict[str, tuple[float, int]] = {}
    for name, several in figures.items():
        values = [value for one in several if (value := metric.value(one)) is not None]
        if values:
            found[name] = (sum(values) / len(values), len(values))
    return found


def best(metric: Metric, averages: Mapping[str, tuple[float, int]]) -> str | None:
    """Whose mean is the best; None where nobody else has one, where two share it, or where better has no meaning."""
    if metric.lower_is_better is None or len(averages) < 2:
        return None
    order = sorted(averages, key=lambda name: averages[name][0], reverse=not metric.lower_is_better)
    return None if averages[order[0]][0] == averages[order[1]][0] else order[0]
