"""What a run costs, against values computed by hand from the price page (read 2026-11-23)."""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.usage import Prices, Usage, cost_usd

# Dollars: $0.8939, $0.1788 and $3.7131 per million tokens, $0.013 per search.
PRICES = Prices(
    input=Decimal("0.0000008939"),
    cached=Decimal("0.0000001788"),
    output=Decimal("0.0000037131"),
    search=Decimal("0.013"),
)

counts = st.integers(min_value=0, max_value=10_000_000)


@dataclass(frozen=True)
class Case:
    id: str
    usage: Usage | None
    cost: str | None
    searches: int = 0


COST_CASES = [
    # 1200 x 0.8939 = 1072.68, 800 x 3.7131 = 2970.48; together 4043.16 millionths.
    Case("input and output", Usage(input_tokens=1200, output_tokens=800), "0.00404316"),
    # 1808 x 0.8939 = 1616.1712, 8192 x 0.1788 = 1464.7296, 1500 x 3.7131 = 5569.65, one search = 13000.
    Case(
        "cached input and a search",
        Usage(input_tokens=10_000, cached_tokens=8192, output_tokens=1500),
        "0.0216505508",
        searches=1,
    ),
    Case("reasoning is inside the output", Usage(input_tokens=0, output_tokens=10, reasoning_tokens=9), "0.000037131"),
    Case("everything cached", Usage(input_tokens=1000, cached_tokens=1000, output_tokens=0), "0.0001788"),
    Case(
        "more cached than input is not a refund",
        Usage(input_tokens=10, cached_tokens=99, output_tokens=0),
        "0.000001788",
    ),
    Case("reported zeros cost nothing", Usage(input_tokens=0, output_tokens=0), "0"),
    Case("two searches", Usage(input_tokens=0, output_tokens=0), "0.026", searches=2),
    Case("no usage", None, None),
    Case("nothing reported", Usage(), None),
    Case("output not reported", Usage(input_tokens=5), None),
    Case("input not reported", Usage(output_tokens=5, total_tokens=10), None),
    Case("a search does not make an unknown known", None, None, searches=1),
]


@pytest.mark.parametrize("case", COST_CASES, ids=lambda case: case.id)
def test_cost_is_exact_to_the_last_digit_and_none_where_unknown(case: Case):
    expected = None if case.cost is None else Decimal(case.cost)
    assert cost_usd(case.usage, PRICES, case.searches) == expected


@given(counts, st.none() | counts, counts, st.integers(0, 5))
def test_cost_is_never_negative_and_caching_only_lowers_it(given_input, cached, output, searches):
    cost = cost_usd(Usage(input_tokens=given_input, cached_tokens=cached, output_tokens=output), PRICES, searches)
    uncached = cost_usd(Usage(input_tokens=given_input, output_tokens=output), PRICES, searches)
    assert cost is not None and uncached is not None
    assert 0 <= cost <= uncached
