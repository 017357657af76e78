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
    """US dollars per token (`search`: per call), as exact decimals."""

    input: Decimal
    cached: Decimal
    output: Decimal
    search: Decimal


def saved_usd(usage: Usage | None, prices: Prices) -> Decimal | None:
    """What the cache saved in US dollars against the full input price; None where cached tokens were not reported."""
    if usage is None or usage.cached_tokens is None:
        return None
    return usage.cached_tokens * (prices.input - prices.cached)


def cost_usd(usage: Usage | None, prices: Prices, searches: int = 0) -> Decimal | None:
    """Says what a run cost in US dollars, or None when its input or output tokens were not reported.

    Tokens that came from cache are priced once, at the cache rate; unreported cached tokens count as none,
    which can only overstate the cost. Thinking is billed as output (inferred: the price page has no row
    for it).
    """
    if usage is None or usage.input_tokens is None or usage.output_tokens is None:
        return None
    cached = min(usage.cached_tokens or 0, usage.input_tokens)
    return (
        (usage.input_tokens - cached) * prices.input
        + cached * prices.cached
        + usage.output_tokens * prices.output
        + searches * prices.search
    )
