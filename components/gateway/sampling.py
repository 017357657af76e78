"""Choosing among weighted candidates as a model does: softmax with temperature, then the nucleus cut.

Temperature and top_p act for real: 0 always takes the heaviest candidate, 2 flattens the weights so that
rare wordings come up, a small top_p keeps only the head.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence


class Sampler:
    """One reply's source of chance. The same `seed` and calls give the same choices."""

    def __init__(self, temperature: float, top_p: float, seed: str) -> None:
        self._temperature = temperature
        self._top_p = top_p
        self._random = random.Random(seed)

    def pick(self, weights: Sequence[float]) -> int:
        """Returns the index of the chosen candidate; a weight is its probability at temperature 1, unscaled."""
        best = max(range(len(weights)), key=weights.__getitem__)
        if self._temperature == 0 or len(weights) == 1:
            return best
        logits = [math.log(weight) / self._temperature for weight in weights]
        top = logits[best]
        masses = [math.exp(logit - top) for logit in logits]
        order = sorted(range(len(masses)), key=masses.__getitem__, reverse=True)
        nucleus = self._nucleus(order, masses)
        target = self._random.random() * sum(masses[index] for index in nucleus)
        for index in nucleus:
            target -= masses[index]
            if target <= 0:
                return index
        return nucleus[-1]

    def _nucleus(self, order: Sequence[int], masses: Sequence[float]) -> list[int]:
        enough = self._top_p * sum(masses)
        nucleus: list[int] = []
        reached = 0.0
        for index in order:
            nucleus.append(index)
            reached += masses[index]
            if reached >= enough:
                break
        return nucleus
