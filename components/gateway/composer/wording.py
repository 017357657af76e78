"""Chooses among ways to say the same thing, which is where temperature and top_p show."""

from __future__ import annotations

from components.gateway.sampling import Sampler

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
        """One of the texts, which are given from likely to rare."""
        return texts[self._sampler.pick([_DECAY**rank for rank in range(len(texts))])]

    def maybe(self, text: str, likelihood: float = 0.5) -> str:
        """The text or nothing; at temperature 0 whichever is likelier."""
        return text if self._sampler.pick([likelihood, 1 - likelihood]) == 0 else ""

    def aside(self) -> str:
        """A stray remark, or nothing: so unlikely that it comes up at high temperature only."""
        return self.maybe(self.pick(*_ASIDES), _ASIDE_LIKELIHOOD)
