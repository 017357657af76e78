"""The brake: what a call may cost at most is set aside before it is sent, and what it did cost counted afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import ceil

from components.core.parts import FramePart, ImagePart, RemoteImagePart, TextPart, ThinkingPart, VideoPart, travelling
from components.core.request import VIDEO_WIRES, RunRequest
from components.core.usage import Usage, cost_usd
from components.media.estimates import estimate_request
from components.params.card import ModelCard

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
    """What a call takes: `low` as a rule at least, `high` at most. All of it is estimated."""

    low_tokens: int
    high_tokens: int
    low_usd: Decimal
    high_usd: Decimal


def price(request: RunRequest, card: ModelCard) -> Price:
    """Estimates a request. `high` assumes that no text has more tokens than bytes, that thinking and answer fill all
    the room they are given, and that nothing comes from cache: it is what a brake can rely on."""
    thinks = _thinking_room(request, card)
    room = _number(request, card, "max_tokens")
    prompt = estimate_request(request).tokens
    most_prompt = min(_most_prompt_tokens(request, card), card.context_tokens)
    low = Usage(input_tokens=prompt, output_tokens=min(_SHORT_ANSWER, room) + min(_SHORT_THINKING, thinks))
    high = Usage(input_tokens=most_prompt, output_tokens=room + thinks)
    searches = 1 if request.parameters.get("web_search_linkup") is True else 0
    return Price(
        (low.input_tokens or 0) + (low.output_tokens or 0),
        most_prompt + room + thinks,
        cost_usd(low, card.prices, searches) or Decimal(0),
        cost_usd(high, card.prices, searches) or Decimal(0),
    )


class Budget:
    """A cap in US dollars that is never passed: `reserve` says no to a call that could pass it.

    `spent` is what finished calls cost, `reserved` what those under way may cost at most. For one thread.
    """

    def __init__(self, cap_usd: Decimal, spent_usd: Decimal = Decimal(0)) -> None:
        self.cap = cap_usd
        self.spent = spent_usd
        self.reserved = Decimal(0)

    def reserve(self, at_most: Decimal) -> bool:
        """Sets the amount aside; False, and nothing changes, if the cap could be passed with it."""
        if self.spent + self.reserved + at_most > self.cap:
            return False
        self.reserved += at_most
        return True

    def settle(self, reserved: Decimal, cost: Decimal) -> None:
        """Counts what a call did cost in place of what was set aside for it."""
        self.reserved -= reserved
        self.spent += cost


def _most_prompt_tokens(request: RunRequest, card: ModelCard) -> int:
    total = _OWN_TOKENS + _bytes(request.system)
    for message in request.messages:
        for part in travelling(message.parts, videos=request.wire in VIDEO_WIRES):
            if isinstance(part, ImagePart | FramePart):
                total += ceil(part.width / _PATCH) * ceil(part.height / _PATCH)
                total += _bytes(part.caption) if isinstance(part, FramePart) else 0
            elif isinstance(part, TextPart | ThinkingPart):
                total += _bytes(part.text)
            elif isinstance(part, RemoteImagePart | VideoPart):
                # Nobody here knows what the gateway makes of these: all that a prompt can hold.
                total += card.context_tokens
    if request.parameters.get("web_search_linkup") is True:
        total += _SEARCH_TOKENS
    return total


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _thinking_room(request: RunRequest, card: ModelCard) -> int:
    parameters = request.parameters
    if parameters.get("enable_thinking") is False or parameters.get("reasoning_effort") == "none":
        return 0
    if "thinking_budget" in parameters or "reasoning_effort" not in parameters:
        return _number(request, card, "thinking_budget")
    # The budgets of the effort levels are not published; none can be larger than the largest one.
    return int(card.parameters["thinking_budget"].max or 0)


def _number(request: RunRequest, card: ModelCard, name: str) -> int:
    value = request.parameters.get(name, card.parameters[name].default)
    assert isinstance(value, int)
    return value
