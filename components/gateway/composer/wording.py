"""Chooses among ways to say the same thing, which is where temperature and top_p show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from components.gateway.sampling import Sampler

_Thing = TypeVar("_Thing")

# Each alternative is about two thirds as likely as the one before: enough difference for top_p to bite.
_DECAY = 0.65
_ASIDE_LIKELIHOOD = 0.02
_ASIDES = (
    "*(An aside: the digits of this sentence never asked to be counted.)*",
    "*(Somewhere a comma is dreaming of being a colon.)*",
    "*(If tokens had weather, this would be drizzle.)*",
    "*(I lost the thread for a moment; it was blue.)*",
)


class Wording:
    """The choices of one reply, made by its `sampler`."""

    def __init__(self, sampler: Sampler) -> None:
        self._sampler = sampler

    def pick(self, *texts: str) -> str:
        """One of the texts, which stand from likely to rare."""
        return texts[self._sampler.pick([_DECAY**place for place in range(len(texts))])]

    def maybe(self, text: str, likelihood: float = 0.5) -> str:
        """The text or nothing; at temperature 0 whichever is likelier."""
        return text if self._sampler.pick([likelihood, 1 - likelihood]) == 0 else ""

    def shuffled(self, things: Sequence[_Thing]) -> list[_Thing]:
        """The things in an order that is nearly the given one when sampling is cool."""
        return [things[place] for place in self._sampler.shuffled(len(things))]

    def aside(self) -> str:
        """A stray remark, or nothing: so unlikely that it comes up at high temperature only."""
        return self.maybe(self.pick(*_ASIDES), _ASIDE_LIKELIHOOD)
