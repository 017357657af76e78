"""Which column is the best in a figure, and when nobody is."""

from decimal import Decimal

from components.core.usage import Usage
from components.runs.metrics import Figures
from components.tuning.marks import METRICS, best, means

BY_LABEL = {metric.label: metric for metric in METRICS}


def figures(total_s=None, cost=None, speed=None, output=None):
    return Figures(Usage(output_tokens=output), cost, None, None, None, total_s, speed)


def test_lower_is_better_for_time_and_cost_and_higher_for_speed():
    done = {"A": [figures(1.0, Decimal("0.2"), 10)], "B": [figures(2.0, Decimal("0.1"), 20)]}
    winners = {name: best(BY_LABEL[name], means(BY_LABEL[name], done)) for name in ("Total time", "Cost", "Speed")}
    assert winners == {"Total time": "A", "Cost": "B", "Speed": "B"}


def test_nobody_is_best_alone_in_a_tie_or_in_tokens():
    total, output = BY_LABEL["Total time"], BY_LABEL["Output"]
    assert best(total, means(total, {"A": [figures(1.0)], "B": [figures()]})) is None
    assert best(total, means(total, {"A": [figures(1.0)], "B": [figures(1.0)]})) is None
    assert best(output, means(output, {"A": [figures(output=1)], "B": [figures(output=2)]})) is None


def test_a_mean_says_how_many_it_is_of_and_leaves_out_what_was_not_reported():
    total = BY_LABEL["Total time"]
    assert means(total, {"A": [figures(1.0), figures(), figures(3.0)], "B": []}) == {"A": (2.0, 2)}
