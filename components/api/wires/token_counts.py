"""Token counts of the three formats -> `Usage`, where the input includes the cached tokens."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from components.api.wires.reading import number_in, object_in
from components.core.usage import Usage

# Tokens read from the cache, as part of the input: OpenAI's name (in the details; Moonshot: beside the other counts),
# DeepSeek's, and LiteLLM's, which is Anthropic's but counted in the prompt.
_CACHED = ("cached_tokens", "prompt_cache_hit_tokens", "cache_read_input_tokens")
_OPENAI_NAMES = ("prompt_tokens", "prompt_tokens_details", "input_tokens_details")
# The largest amount that the history can store; a reply costs far less.
_MAX_USD = 1_000_000


def map_openai_usage(usage: dict[str, Any]) -> Usage:
    """Reads the names of chat completions (`prompt_tokens`) and of responses (`input_tokens`); gateways mix them."""
    input_details = object_in(usage.get("prompt_tokens_details")) or object_in(usage.get("input_tokens_details"))
    output_details = object_in(usage.get("completion_tokens_details")) or object_in(usage.get("output_tokens_details"))
    return Usage(
        input_tokens=_first(usage, "prompt_tokens", "input_tokens"),
        cached_tokens=_first({**usage, **input_details}, *_CACHED),
        output_tokens=_first(usage, "completion_tokens", "output_tokens"),
        reasoning_tokens=_first({**usage, **output_details}, "reasoning_tokens"),
        total_tokens=number_in(usage.get("total_tokens")),
    )


def map_anthropic_usage(usage: dict[str, Any]) -> Usage:
    """Adds up what Anthropic reports separately: new input, input read from the cache, and input written to it.

    A gateway that translates may keep OpenAI's names and their meaning: then nothing is added.
    """
    if any(name in usage for name in _OPENAI_NAMES):
        return map_openai_usage(usage)
    fresh = number_in(usage.get("input_tokens"))
    cached = number_in(usage.get("cache_read_input_tokens"))
    stored = number_in(usage.get("cache_creation_input_tokens"))
    return Usage(
        input_tokens=None if fresh is None else fresh + (cached or 0) + (stored or 0),
        cached_tokens=cached,
        output_tokens=_first(usage, "output_tokens", "completion_tokens"),
        total_tokens=number_in(usage.get("total_tokens")),
    )


def reported_cost(usage: dict[str, Any]) -> Decimal | None:
    """The cost of the reply in US dollars as routers report it beside the counts (`usage.cost`); None if unknown."""
    cost = usage.get("cost")
    if isinstance(cost, bool) or not isinstance(cost, int | float | str):
        return None
    try:
        amount = Decimal(str(cost))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 <= amount < _MAX_USD else None


def _first(usage: dict[str, Any], *names: str) -> int | None:
    return next((count for name in names if (count := number_in(usage.get(name))) is not None), None)
