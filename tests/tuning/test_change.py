"""A sweep beside an earlier one: which prompts are the same, what changed, and how much of that may be chance."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.params.choices import Choices
from components.tuning.change import BETTER, SAME, WORSE, Side, as_csv, change, left_out, match, scored_apart, sentence
from components.tuning.plan import Plan, Question, grid
from components.tuning.results import Row
from components.tuning.scorers import Scorer
from components.tuning.statistics import paired_p, summarise
from tests.lazily import lazily

stats = lazily("scipy.stats")

NUMBERS = st.floats(-5, 5).map(lambda value: round(value, 2))


def side(scores: list[tuple[Question, list[float | None]]], variant: str | None = None, setting: str = "") -> Side:
    """A sweep with two ways of asking whose n-th prompt scored these in its repeats; the second way scores 0."""
    repeats = max(len(values) for _, values in scores)
    questions = tuple(question for question, _ in scores)
    variants = grid({"temperature": [0, 1]})
    plan = Plan("S", questions, variants, repeats, Choices(), (Scorer("contains", setting),), Decimal(1))
    rows = []
    for number in range(plan.size):
        cell = plan.cell(number)
        values = scores[cell.question][1]
        value = 0.0 if cell.variant else values[cell.repeat] if cell.repeat < len(values) else None
        found = {} if value is None else {"contains": value}
        label, question = variants[cell.variant].label, questions[cell.question]
        rows.append(
            Row(
                number=number,
                prompt=question.prompt,
                expected=question.expected,
                columns={},
                variant=label,
                settings={},
                full_settings={},
                repeat=cell.repeat,
                status="done",
                tries=1,
                cost_usd=None,
                run_id=None,
                values=found,
                notes={},
                note="",
                outcome=None,
            )
        )
    return Side(plan, rows, variants[0].label if variant is None else variant)


def asked(values: list[list[float | None]]) -> Side:
    return side([(Question(f"Question {number}"), some) for number, some in enumerate(values)])


def test_the_same_prompts_are_paired_then_those_of_the_same_row_and_the_rest_is_named():
    before = [
        Question("One", "1"),
        Question("Twice", "a"),
        Question("Twice", "b"),
        Question("Old words: France", "Paris", {"country": "France"}),
        Question("Gone"),
    ]
    after = [
        Question("Twice", "b"),
        Question("New words: France", "Paris", {"country": "France"}),
        Question("One", "another"),
        Question("Added"),
        Question("Twice", "a"),
    ]
    assert match(before, after) == ([(2, 0), (3, 1), (0, 2), (1, 4)], [4], [3])


@settings(max_examples=30)
@given(st.lists(NUMBERS, min_size=2, max_size=7))
def test_the_paired_test_is_that_of_scipy(differences: list[float]):
    found = stats.permutation_test(
        (np.asarray(differences), np.zeros(len(differences))),
        lambda first, second, axis: np.mean(first - second, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=np.inf,
    )
    assert paired_p(differences) == pytest.approx(found.pvalue)


def test_of_many_pairs_the_drawn_test_and_the_interval_are_near_those_of_scipy():
    differences = np.random.default_rng(5).normal(0.12, 0.5, 60)
    assert paired_p(differences) == pytest.approx(stats.ttest_1samp(differences, 0).pvalue, abs=0.02)
    interval = stats.bootstrap((differences,), np.mean, method="percentile", random_state=1).confidence_interval
    found = summarise(list(differences))
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high), abs=0.01)


def test_a_prompts_repeats_are_one_value_and_each_prompt_is_better_worse_or_the_same():
    before, after = asked([[0, 1], [1, 1], [0.5, 0.5]]), asked([[1, 1], [0, 1], [1, 0]])
    found = change(before, after, "contains", False)
    assert [(pair.before, pair.after, pair.verdict) for pair in found.pairs] == [
        (0.5, 1, BETTER),
        (1, 0.5, WORSE),
        (0.5, 0.5, SAME),
    ]
    assert found.pairs[0].before_n == 2 and found.summary.n == 3
    assert [pair.verdict for pair in change(before, after, "contains", True).pairs] == [WORSE, BETTER, SAME]


def test_the_sentence_claims_no_more_than_interval_and_test():
    clear = change(asked([[0.0]] * 12), asked([[0.5 + n / 100] for n in range(12)]), "contains", False)
    assert sentence(clear).startswith("Better beyond chance: contains is 0.555 higher on average over 12 prompts (95%")
    assert sentence(change(asked([[1.0]] * 12), asked([[0.5]] * 12), "contains", False)).startswith("Worse beyond")
    few = sentence(change(asked([[0.0]] * 3), asked([[1.0]] * 3), "contains", False))
    assert few.startswith("No change beyond chance") and "p = 0.25" in few and "so few prompts" in few
    noise = sentence(change(asked([[0.0], [1.0]] * 6), asked([[1.0], [0.0]] * 6), "contains", False))
    assert noise.startswith("No change beyond chance") and "holds 0" in noise
    assert sentence(change(asked([[1.0]]), asked([[0.0]]), "contains", False)).startswith("One prompt shows nothing")
    assert sentence(change(asked([[1.0]] * 9), asked([[1.0]] * 9), "contains", False)).startswith("No difference")
    neutral = sentence(change(asked([[1.0]] * 9), asked([[2.0]] * 9), "contains", None))
    assert "neither way being better" in neutral


@settings(max_examples=40)
@given(st.lists(st.tuples(NUMBERS, NUMBERS), max_size=10), st.sampled_from([True, False]))
def test_better_or_worse_is_said_only_where_interval_and_test_both_leave_chance_out(
    values: list[tuple[float, float]], lower: bool
):
    if not values:
        return
    found = change(asked([[old] for old, _ in values]), asked([[new] for _, new in values]), "contains", lower)
    summary = found.summary
    beyond = summary.low is not None and not summary.low <= 0 <= summary.high and found.p < 0.05
    better = (summary.mean < 0) == lower
    begins = ("Better" if better else "Worse") if beyond else ("No ", "One ")
    assert sentence(found).startswith(begins)


def test_what_is_not_compared_is_said_and_written_down():
    before = side([(Question("Both", "1"), [1.0]), (Question("Gone"), [1.0]), (Question("Silent"), [None])])
    changed = [(Question("Both", "2"), [0.0]), (Question("=New()"), [1.0]), (Question("Silent"), [1.0])]
    after = side(changed, setting="x")
    found = change(before, after, "contains", False)
    assert left_out(found) == [
        "Not compared: 1 prompt that only the earlier sweep asks.",
        "Not compared: 1 prompt that only this sweep asks.",
        "Not compared: 1 prompt that has no contains in one of the sweeps.",
        "1 prompt expects another answer now.",
    ]
    lines = list(csv.reader(io.StringIO(as_csv(found).lstrip("\ufeff"))))
    assert [line[4] for line in lines[1:]] == [
        WORSE,
        "only in the earlier sweep",
        "only in this sweep",
        "no value in one of them",
    ]
    assert not lines[3][0].startswith("=")
    assert scored_apart(before.plan, before.plan) == []
    assert scored_apart(before.plan, after.plan) == [Scorer("contains").name, Scorer("contains", "x").name]
    none = change(before, side([(Question("Else"), [1.0])]), "contains", False)
    assert sentence(none).startswith("Nothing can be compared") and not none.pairs
