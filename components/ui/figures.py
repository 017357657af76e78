"""Numbers as words: every one says what it is, and what is unknown says so."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from components.core.usage import Usage
from components.runs.conversation import Round
from components.runs.metrics import Figures, add_up, measure
from components.tuning.unaccounted import ALL_ACCOUNTED, Unaccounted, unaccounted
from components.ui.markdown.escaping import with_dollars

UNKNOWN = "not reported"
NOT_KNOWN = "not known"


def tokens(count: int | None) -> str:
    """A reported count."""
    return UNKNOWN if count is None else f"{count:,}"


def seconds(value: float | None) -> str:
    """A measured time; two digits below ten seconds, one above."""
    if value is None:
        return UNKNOWN
    return f"{value:.2f} s" if value < 10 else f"{value:.1f} s"


def dollars(amount: Decimal | None) -> str:
    """An amount of US dollars with enough digits to see a short turn's price; without one it is not known."""
    if amount is None:
        return NOT_KNOWN
    return f"${amount:.4f}" if amount >= Decimal("0.01") else f"${amount:.6f}"


def for_price(rate: Decimal | None) -> str:
    """A price within a sentence, after what it buys."""
    return "at a price that is not known" if rate is None else f"for {dollars(rate)}"


def size(count: int) -> str:
    """A number of bytes in the unit that fits."""
    return f"{count:,} bytes" if count < 1_000 else f"{count / 1e3:.0f} KB" if count < 1e6 else f"{count / 1e6:.1f} MB"


def cost_words(cost: Decimal | None, open_calls: Unaccounted) -> str:
    """A cost, and apart from it what others may cost: ``$0.14 reported + up to $0.84 for 6 calls broken off``.

    `cost`: of all calls, where each reported its own.
    """
    if not open_calls.calls:
        return dollars(cost)
    several = f"{open_calls.calls:,} {'call' if open_calls.calls == 1 else 'calls'} {open_calls.why}"
    at_most, others = open_calls.at_most_usd, open_calls.others_usd
    maybe = f"{several}, which may be billed" if at_most is None else f"up to {dollars(at_most)} for {several}"
    if others:
        return f"{dollars(others)} reported + {maybe}"
    return f"{NOT_KNOWN}: {maybe}" if at_most is None else maybe


def stats_line(figures: Figures, *, simulated: bool, rounds: int = 1, open_calls: Unaccounted = ALL_ACCOUNTED) -> str:
    """The quiet line under a turn: tokens as reported, cost as computed from them, times as measured here.

    `rounds`: how many generations the figures add up. `open_calls`: those that may be billed without a known cost.
    """
    joint = "," if figures.cost_usd is None else " with"
    searched = f"{joint} {figures.searches} web {'search' if figures.searches == 1 else 'searches'}"
    saved = f" (cache saved {dollars(figures.saved_usd)})" if figures.saved_usd else ""
    reported = " (reported)" if figures.cost_reported else ""
    cost = f"**Cost** {cost_words(figures.cost_usd, open_calls)}{reported}{searched if figures.searches else ''}{saved}"
    facts = [f"**Tokens** {_counts(figures.usage)}", cost, f"**Time** {times(figures)}"]
    if rounds > 1:
        facts.insert(0, f"**{rounds} rounds**")
    if figures.tokens_per_second is not None:
        facts.append(f"{figures.tokens_per_second:,.0f} tokens/s")
    if simulated:
        facts.append("simulated")
    return with_dollars(" · ".join(facts))


def times(figures: Figures) -> str:
    """When thinking and answer began, and how long it took. Moments that were never reached are left out; for a reply
    that was not timed, such as an imported one, it says so."""
    moments = {
        "first thinking": figures.first_thinking_s,
        "first answer": figures.first_answer_s,
        "total": figures.total_s,
    }
    reached = [f"{name} {seconds(value)}" for name, value in moments.items() if value is not None]
    return ", ".join(reached) or UNKNOWN


def _counts(usage: Usage) -> str:
    if usage == Usage():
        return UNKNOWN
    return (
        f"{tokens(usage.input_tokens)} in, {tokens(usage.cached_tokens)} cached, "
        f"{tokens(usage.reasoning_tokens)} thinking, {tokens(usage.output_tokens)} out"
    )


STATS_HELP = (
    "Tokens are what the API reported; out includes thinking, in includes cached. Cost is computed from them at the "
    "prices of the model's card, or is what the server itself reported; without either it is not known. Times are "
    "measured here, from the moment of sending."
)


def figures_of(rounds: Sequence[Round]) -> Figures:
    """The figures of all rounds together."""
    return add_up([measure(one.run) for one in rounds])


def figures_line(rounds: Sequence[Round]) -> str:
    """The figures of a reply, short enough for a column."""
    figures = figures_of(rounds)
    usage = figures.usage
    words = [
        *([f"first answer {seconds(figures.first_answer_s)}"] if figures.first_answer_s is not None else []),
        f"total {seconds(figures.total_s)}",
        f"{tokens(usage.reasoning_tokens)} thinking, {tokens(usage.output_tokens)} out",
        f"cost {cost_words(figures.cost_usd, unaccounted(one.run for one in rounds))}",
    ]
    if len(rounds) > 1:
        words.append(f"{len(rounds)} rounds")
    return with_dollars(" · ".join(words))
