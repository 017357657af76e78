"""Statistics of a sweep: means with an interval, and whether differences are more than chance.

The interval is Efron's bootstrap (percentile interval of the mean, 95%). Whether two groups differ is decided by a
permutation test, which is exact for few values: with three against three no difference can be more than chance at 5%,
however clear it looks, and none is claimed.

A sweep may have thousands of values in a group. Scores have few different values, so how often each is drawn is drawn
at once, which is equivalent. The mean of more than 200 measured values is taken as normally distributed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb, erfc, sqrt

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_RESAMPLES = 9_999
LEVEL = 0.05
_NORMAL = 1.959964  # of a normal distribution 95% lie within so many deviations
# Up to so many splits of the values are all tried; else `_RESAMPLES` are drawn.
_EXACT = 20_000
_SEED = 20_261_123
# Above this size the distribution of the mean of measured values is taken as normal.
_MANY = 200
_FEW_DIFFERENT = 20


@dataclass(frozen=True, slots=True)
class Summary:
    """Of `n` values. `low` and `high`: the 95% interval of the mean; None at n = 1, where there is no spread."""

    n: int
    mean: float
    minimum: float
    maximum: float
    low: float | None
    high: float | None


def summarise(values: Sequence[float]) -> Summary | None:
    """The summary of the values, None where there are none. The same values give the same interval."""
    if not values:
        return None
    array = np.asarray(values, dtype=float)
    low = high = None
    if len(array) > 1:
        low, high = _interval(array)
    return Summary(len(array), float(array.mean()), float(array.min()), float(array.max()), low, high)


def difference_p(first: Sequence[float], second: Sequence[float]) -> float:
    """How likely chance alone puts the means of two groups so far apart (two-sided permutation test).

    1.0 where either group has fewer than two values: nothing can be said of them.
    """
    if len(first) < 2 or len(second) < 2:
        return 1.0
    pooled = np.asarray([*first, *second], dtype=float)
    observed = abs(float(np.mean(first)) - float(np.mean(second)))
    exact = min(len(first), len(second)) < _MANY and comb(len(pooled), len(first)) <= _EXACT
    if not exact and min(len(first), len(second)) > _MANY and len(np.unique(pooled)) > _FEW_DIFFERENT:
        return _normal(pooled, len(first), observed)
    differences = _exact(pooled, len(first)) if exact else _drawn(pooled, len(first))
    # A tolerance: the same sum in another order differs in its last digits.
    extreme = int((np.abs(differences) >= observed - 1e-12 * max(1.0, observed)).sum())
    if exact:
        return extreme / len(differences)
    return (extreme + 1) / (len(differences) + 1)


def paired_p(differences: Sequence[float]) -> float:
    """How likely chance alone puts the mean of paired differences so far from 0 (two-sided permutation test).

    By chance each pair could as well have come the other way round. 1.0 where there are fewer than two.
    """
    if len(differences) < 2:
        return 1.0
    array = np.asarray(differences, dtype=float)
    exact = 2 ** len(array) <= _EXACT
    if exact:
        signs = 2.0 * (np.arange(2 ** len(array))[:, None] >> np.arange(len(array)) & 1) - 1
    else:
        signs = np.random.default_rng(_SEED).choice((-1.0, 1.0), (_RESAMPLES, len(array)))
    sums, observed = signs @ array, abs(float(array.sum()))
    extreme = int((np.abs(sums) >= observed - 1e-12 * max(1.0, observed)).sum())
    return extreme / len(sums) if exact else (extreme + 1) / (len(sums) + 1)


def best_of(groups: Mapping[str, Sequence[float]], *, lower_is_better: bool = False) -> str | None:
    """The group whose mean is better than every other's beyond chance, else None.

    Each of the comparisons must pass at 5% shared by all of them (Bonferroni). Never at n = 1.
    """
    filled = {name: values for name, values in groups.items() if len(values) > 0}
    if len(filled) < 2:
        return None
    leader = (min if lower_is_better else max)(filled, key=lambda name: float(np.mean(filled[name])))
    others = [name for name in filled if name != leader]
    beaten = all(difference_p(filled[leader], filled[name]) * len(others) < LEVEL for name in others)
    return leader if beaten else None


def _interval(array: Floats) -> tuple[float, float]:
    random = np.random.default_rng(_SEED)
    different, counts = np.unique(array, return_counts=True)
    if len(array) > _MANY and len(different) > _FEW_DIFFERENT:
        half = _NORMAL * float(array.std()) / sqrt(len(array))
        return float(array.mean()) - half, float(array.mean()) + half
    if len(array) > _MANY:
        means = random.multinomial(len(array), counts / len(array), _RESAMPLES) @ different / len(array)
    else:
        means = array[random.integers(0, len(array), (_RESAMPLES, len(array)))].mean(axis=1)
    low, high = np.percentile(means, [100 * LEVEL / 2, 100 * (1 - LEVEL / 2)])
    return float(low), float(high)


def _exact(pooled: Floats, size: int) -> Floats:
    chosen = np.asarray(list(combinations(range(len(pooled)), size)))
    return _differences(pooled, pooled[chosen].sum(axis=1), size)


def _drawn(pooled: Floats, size: int) -> Floats:
    random = np.random.default_rng(_SEED)
    different, counts = np.unique(pooled, return_counts=True)
    if len(pooled) > _MANY and len(different) <= _FEW_DIFFERENT:
        drawn = random.multivariate_hypergeometric(counts, size, _RESAMPLES, method="marginals")
        return _differences(pooled, drawn @ different, size)
    shuffled = random.permuted(np.tile(pooled, (_RESAMPLES, 1)), axis=1)
    return _differences(pooled, shuffled[:, :size].sum(axis=1), size)


def _normal(pooled: Floats, size: int, observed: float) -> float:
    """How likely chance puts two large groups so far apart: the variance is that of all ways to split the values."""
    every = len(pooled)
    spread = float(pooled.std()) * every / sqrt((every - 1) * size * (every - size))
    return erfc(observed / spread / sqrt(2)) if spread else 1.0


def _differences(pooled: Floats, sums: Floats, size: int) -> Floats:
    differences: Floats = sums / size - (pooled.sum() - sums) / (len(pooled) - size)
    return differences
