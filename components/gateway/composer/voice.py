"""Turns templates with alternatives into sentences; the sampler decides which wording.

``‹So¦Right¦Now then~0.05›`` is one choice. Alternatives stand from likely to rare; a weight may be given
after ``~``. Any other text passes through as it is, so values are simply formatted in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from components.gateway.sampling import Sampler

_CHOICE = re.compile(r"‹([^‹›]*)›")
_WEIGHT = re.compile(r"~(\d*\.?\d+)$")


class Voice:
    """Words for one reply, chosen by its `sampler`."""

    def __init__(self, sampler: Sampler) -> None:
        self._sampler = sampler

    def say(self, template: str) -> str:
        """Expands every choice of a template, innermost first."""
        while "‹" in template:
            expanded = _CHOICE.sub(self._expand, template)
            if expanded == template:
                break
            template = expanded
        return template

    def one_of(self, texts: Sequence[str], decay: float = 0.6) -> str:
        """Picks one text; earlier ones are likelier, by `decay` a place."""
        return texts[self._sampler.pick([decay**place for place in range(len(texts))])]

    def maybe(self, template: str, likelihood: float = 0.5) -> str:
        """The expanded template, or nothing; at temperature 0 whatever is likelier."""
        return self.say(template) if self._sampler.pick([likelihood, 1 - likelihood]) == 0 else ""

    def some(self, texts: Sequence[str], count: int) -> list[str]:
        """Picks `count` different texts, in an order that is nearly the given one when sampling is cool."""
        return [texts[place] for place in self._sampler.shuffled(len(texts))[:count]]

    def aside(self) -> str:
        """A stray remark, or nothing: so unlikely that it comes up at high temperature only."""
        return self.maybe(
            "*(‹An aside: the digits of this sentence never asked to be counted¦Somewhere a comma is dreaming of being "
            "a colon¦If tokens had weather, this would be drizzle¦Numbers are just very patient animals¦I lost "
            "the thread "
            "for a moment; it was blue¦Every table is a small parking lot for facts›.)*",
            0.02,
        )

    def paragraph(self, *sentences: str) -> str:
        """Joins sentences with spaces, leaving out empty ones."""
        return " ".join(filter(None, (self.say(sentence) for sentence in sentences)))

    def _expand(self, match: re.Match[str]) -> str:
        texts, weights = _alternatives(match.group(1))
        return texts[self._sampler.pick(weights)]


@lru_cache(maxsize=4096)
def _alternatives(body: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
    texts, weights = [], []
    for place, alternative in enumerate(body.split("¦")):
        weight = _WEIGHT.search(alternative)
        texts.append(alternative[: weight.start()] if weight else alternative)
        # Each place is about half as likely as the one before: enough difference for top_p to bite.
        weights.append(float(weight.group(1)) if weight else 0.55**place)
    return tuple(texts), tuple(weights)
