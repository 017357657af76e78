"""The cap: the highest cost of a call is reserved before it is sent, and the real cost is counted afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import TypeVar

from components.api.wires.weight import estimate_request, sent_parts
from components.core.card import ModelCard
from components.core.parts import (
    FramePart,
    ImagePart,
    Part,
    RemoteImagePart,
    TextFilePart,
    TextPart,
    ThinkingPart,
    VideoPart,
)
from components.core.request import RunRequest
from components.core.usage import Usage, cost_usd

_Amount = TypeVar("_Amount", int, Decimal)

# A gateway adds a system prompt and marks of its own: some 10 to 20 tokens are known, so this is ample.
_OWN_TOKENS = 200
# What Linkup puts in front of the prompt is not documented.
_SEARCH_TOKENS = 20_000
# The finest cut of a picture that any host of the model names is 14 px (Baseten, see `media.estimates`).
_PATCH = 14
# A short answer, and a little thinking before it: what a call takes at least, as a rule.
_SHORT_ANSWER, _SHORT_THINKING = 60, 150


@dataclass(frozen=True, slots=True)
class Price:
    """The tokens and cost of a call, estimated: `low` as a rule at least, `high` at most.

    None: not known, since the model's card has no prices, or no limit of the reply is known.
    """

    low_tokens: int
    high_tokens: int | None
    low_usd: Decimal | None
    high_usd: Decimal | None


def price(request: RunRequest, card: ModelCard) -> Price:
    """Estimates a request. `high` assumes that no text has more tokens than bytes, that thinking and answer are as long
    as they may be, and that nothing comes from cache: a cap can rely on it."""
    room, thinks = _answer_room(request, card), _thinking_room(request, card)
    prompt = estimate_request(request).tokens
    most_prompt = _most_prompt_tokens(request, card)
    shortest = min(_SHORT_ANSWER, _SHORT_ANSWER if room is None else room) + min(_SHORT_THINKING, thinks)
    low = Usage(input_tokens=prompt, output_tokens=shortest)
    high = Usage(input_tokens=most_prompt, output_tokens=None if room is None else room + thinks)
    searches = 1 if request.parameters.get("web_search_linkup") is True else 0
    return Price(
        prompt + shortest,
        None if room is None or most_prompt is None else most_prompt + room + thinks,
        cost_usd(low, card.prices, searches),
        cost_usd(high, card.prices, searches),
    )


def total(amounts: Sequence[_Amount | None], zero: _Amount, times: int = 1) -> _Amount | None:
    """`times` the sum of the amounts; None if one of them is not known."""
    known = [amount for amount in amounts if amount is not None]
    return None if len(known) < len(amounts) else sum(known, zero) * times


class Budget:
    """A cap that is never passed: `reserve` refuses a call that could pass it.

    It counts US dollars, or calls where their cost is not known. `spent`: of finished calls; `reserved`: the most that
    the calls under way may take. For one thread.
    """

    def __init__(self, cap: Decimal, spent: Decimal = Decimal(0)) -> None:
        self.cap = cap
        self.spent = spent
        self.reserved = Decimal(0)

    def reserve(self, at_most: Decimal) -> bool:
        """Reserves the amount; False, and nothing changes, if the cap could be passed with it."""
        if self.spent + self.reserved + at_most > self.cap:
            return False
        self.reserved += at_most
        return True

    def settle(self, reserved: Decimal, cost: Decimal) -> None:
        """Replaces a call's reservation by its real cost."""
        self.reserved -= reserved
        self.spent += cost


def _most_prompt_tokens(request: RunRequest, card: ModelCard) -> int | None:
    """The most tokens that the prompt can have; None where a part has no limit, and the model none that is known."""
    total: int | None = _OWN_TOKENS + _bytes(request.system)
    for part in sent_parts(request):
        most = _most_tokens(part, card)
        total = None if total is None or most is None else total + most
    if total is not None and request.parameters.get("web_search_linkup") is True:
        total += _SEARCH_TOKENS
    known = [most for most in (total, card.context_tokens) if most is not None]
    return min(known) if known else None


def _most_tokens(part: Part, card: ModelCard) -> int | None:
    if isinstance(part, ImagePart | FramePart):
        caption = _bytes(part.caption) if isinstance(part, FramePart) else 0
        return ceil(part.width / _PATCH) * ceil(part.height / _PATCH) + caption
    if isinstance(part, TextPart | ThinkingPart):
        return _bytes(part.text)
    if isinstance(part, TextFilePart):
        return _bytes(part.fenced)
    if isinstance(part, RemoteImagePart | VideoPart):
        # Their tokens are counted by the gateway in an unknown way: as many as a prompt can hold.
        return card.context_tokens
    return 0


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _answer_room(request: RunRequest, card: ModelCard) -> int | None:
    """How many tokens the reply may have, thinking apart where it has a budget of its own."""
    for most in (
        request.parameters.get("max_tokens"),
        card.default_of("max_tokens"),
        card.max_output_tokens,
        card.context_tokens,
    ):
        if isinstance(most, int):
            return most
    return None


def _thinking_room(request: RunRequest, card: ModelCard) -> int:
    """How many tokens of thinking may come beside the answer; without a budget of its own it counts as answer."""
    budget = card.parameters.get("thinking_budget")
    parameters = request.parameters
    if budget is None or card.thinking_is_off(parameters):
        return 0
    standing = parameters.get("thinking_budget", budget.default)
    if ("thinking_budget" in parameters or "reasoning_effort" not in parameters) and isinstance(standing, int):
        return standing
    # The budgets of the effort levels are not published; none can be larger than the largest one.
    return int(budget.max or card.context_tokens or 0)
