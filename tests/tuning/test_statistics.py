"""Means, intervals and differences, held against scipy and against what can be worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.tuning.statistics import best_of, difference_p, summarise
from tests.lazily import lazily

stats = lazily("scipy.stats")


def test_one_value_has_no_spread_and_none_has_no_summary():
    assert summarise([]) is None
    one = summarise([3.0])
    assert (one.n, one.mean, one.minimum, one.maximum, one.low, one.high) == (1, 3.0, 3.0, 3.0, None, None)


@pytest.mark.parametrize("values", [[1, 2, 3, 4, 5], [0, 0, 1, 1, 1, 1, 0, 1], list(range(40)), [2.5, 2.5, 2.5]])
def test_the_interval_is_that_of_scipy(values):
    ours = summarise(values)
    if len(set(values)) == 1:
        assert ours.low == ours.high == values[0]
        return
    theirs = stats.bootstrap(
        (values,), np.mean, method="percentile", n_resamples=9_999, rng=np.random.default_rng(1)
    ).confidence_interval
    spread = max(values) - min(values)
    assert ours.low == pytest.approx(theirs.low, abs=0.03 * spread)
    assert ours.high == pytest.approx(theirs.high, abs=0.03 * spread)


def test_two_values_by_hand():
    # Four samples of two: (a,a), (a,b) twice, (b,b): a quarter of the means at each end, so the interval is all of it.
    two = summarise([0.0, 1.0])
    assert (two.mean, two.low, two.high) == (0.5, 0.0, 1.0)


@pytest.mark.parametrize(
    ("first", "second", "p"),
    [
        ([1, 2], [3, 4], 2 / 6),
        ([1, 2, 3], [4, 5, 6], 2 / 20),
        ([1, 2, 3, 4], [5, 6, 7, 8], 2 / 70),
        ([1, 1, 1], [1, 1, 1], 1.0),
        ([1], [100, 101, 102], 1.0),
    ],
)
def test_the_permutation_test_by_hand(first, second, p):
    assert difference_p(first, second) == pytest.approx(p)


@pytest.mark.parametrize("sizes", [(5, 6), (30, 30)])
def test_the_permutation_test_is_that_of_scipy(sizes):
    random = np.random.default_rng(3)
    first, second = random.normal(0, 1, sizes[0]), random.normal(0.8, 1, sizes[1])
    theirs = stats.permutation_test(
        (first, second),
        lambda a, b, axis: np.mean(a, axis=axis) - np.mean(b, axis=axis),
        vectorized=True,
        n_resamples=9_999,
        rng=np.random.default_rng(5),
    ).pvalue
    assert difference_p(list(first), list(second)) == pytest.approx(theirs, abs=0.01)


LARGE = {
    "measured": (np.random.default_rng(1).lognormal(0, 1, 400), np.random.default_rng(2).lognormal(0.2, 1, 300)),
    "scored": (np.random.default_rng(1).integers(1, 6, 400), np.random.default_rng(2).integers(1, 5, 300)),
    "passed": ((np.arange(500) % 10 < 8) * 1.0, (np.arange(250) % 20 < 15) * 1.0),
}


@pytest.mark.parametrize("name", LARGE)
def test_of_large_groups_interval_and_p_are_those_of_scipy(name):
    first, second = (list(map(float, values)) for values in LARGE[name])
    theirs = stats.bootstrap(
        (first,), np.mean, method="percentile", n_resamples=9_999, rng=np.random.default_rng(1)
    ).confidence_interval
    ours = summarise(first)
    wide = theirs.high - theirs.low
    assert ours.low == pytest.approx(theirs.low, abs=0.06 * wide)
    assert ours.high == pytest.approx(theirs.high, abs=0.06 * wide)
    p = stats.permutation_test(
        (first, second),
        lambda a, b, axis: np.mean(a, axis=axis) - np.mean(b, axis=axis),
        vectorized=True,
        n_resamples=9_999,
        rng=np.random.default_rng(5),
        batch=500,
    ).pvalue
    assert difference_p(first, second) == pytest.approx(p, abs=0.015)


def test_thousands_of_values_that_are_all_the_same_do_not_differ():
    assert difference_p([1.0] * 3_000, [1.0] * 3_000) == 1.0
    assert difference_p([0.0] * 3_000, [1.0] * 3_000) < 0.001


def test_nothing_is_the_best_at_one_try_or_inside_the_noise():
    assert best_of({"a": [0.0], "b": [1.0]}) is None
    assert best_of({"a": [0.0, 0.0], "b": [1.0, 1.0]}) is None
    assert best_of({"a": [0, 1, 0, 1, 1], "b": [1, 0, 1, 1, 1]}) is None
    assert best_of({"a": [1.0] * 8}) is None


def test_what_is_clearly_better_is_named():
    assert best_of({"a": [0.1, 0.2, 0.1, 0.2, 0.15], "b": [0.8, 0.9, 0.85, 0.9, 0.8]}) == "b"
    assert best_of({"a": [0.1, 0.2, 0.1, 0.2, 0.15], "b": [0.8, 0.9, 0.85, 0.9, 0.8]}, lower_is_better=True) == "a"


def test_of_groups_that_do_not_differ_hardly_any_is_called_the_best():
    random = np.random.default_rng(7)
    claimed = sum(best_of({name: list(random.normal(0, 1, 6)) for name in "abcd"}) is not None for _ in range(100))
    assert claimed <= 5


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30))
def test_the_interval_holds_the_mean_and_lies_within_the_values(values):
    found = summarise(values)
    room = 1e-6 * max(1.0, *map(abs, values))
    assert found.minimum - room <= found.low <= found.mean + room
    assert found.mean - room <= found.high <= found.maximum + room
