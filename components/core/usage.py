"""`Usage`, one meaning for three wires, and what it costs.

Every count is ``None`` where the API did not report it: unknown is never shown as 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Usage:
    """Token counts of one run.

    `input_tokens` INCLUDES `cached_tokens`, and `output_tokens` INCLUDES `reasoning_tokens`: the OpenAI
    convention. The messages wire reports cached tokens beside the input; its decoder adds them up.
    """

    input_tokens: int | None = None
    cached_tokens: int | None = None
    output_tokens: int | None = None
    reasoning_tokens: int | None = None
    total_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars per token (`search`: per call), as exact decimals; None: not known."""

    input: Decimal | None = None
    cached: Decimal | None = None
    output: Decimal | None = None
    search: Decimal | None = None

    @property
    def known(self) -> bool:
        """Whether the price of a reply can be told."""
        return self.input is not None and self.output is not None


def saved_usd(usage: Usage | None, prices: Prices) -> Decimal | None:
    """What the cache saved in US dollars against the full input price; None where that is not known."""
    if usage is None or usage.cached_tokens is None or prices.input is None or prices.cached is None:
        return None
    return usage.cached_tokens * (prices.input - prices.cached)


def cost_usd(usage: Usage | None, prices: Prices, searches: int = 0) -> Decimal | None:
    """Returns what a run cost in US dollars, or None when a price is not known or the tokens were not reported.

    Tokens that came from cache are priced once, at the cache rate. Unreported cached tokens count as none, and
    without a known cache rate they cost as much as others; both can only overstate the cost. Thinking is billed as
    output (inferred: the price page has no row for it).
    """
    if usage is None or usage.input_tokens is None or usage.output_tokens is None:
        return None
    if prices.input is None or prices.output is None or (searches and prices.search is None):
        return None
    cached = min(usage.cached_tokens or 0, usage.input_tokens)
    return (
        (usage.input_tokens - cached) * prices.input
        + cached * (prices.input if prices.cached is None else prices.cached)
        + usage.output_tokens * prices.output
        + (searches * prices.search if prices.search is not None else Decimal(0))
    )
