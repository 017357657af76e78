"""What servers tell about their models' limits: in their list of models, and where they refuse a prompt as too long."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Mapping
from typing import Any

from components.core.card import ModelCard
from components.params.cards import limits_in, listed_model

# "This model's maximum context length is 2048 tokens" (vLLM and OpenAI); llama.cpp says it as `n_ctx` beside its error.
_CONTEXT_LENGTH = re.compile(r"(?i)maximum context length (?:is|of) ([0-9][0-9,]*) tokens")


class LearnedLimits:
    """(address, model) -> the limits that were stated there. Thread-safe; stored while the process lives."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._limits: dict[tuple[str, str], dict[str, int]] = {}

    def of(self, card: ModelCard, base_url: str) -> ModelCard:
        """The card with the limits that the address has stated for its model."""
        with self._lock:
            limits = dict(self._limits.get((base_url, card.id), {}))
        return card.with_limits(**limits)

    def learn_from_listing(self, base_url: str, model: str, listing: object) -> None:
        """Learns what the answer of ``GET /v1/models`` says of a model."""
        self._learn(base_url, model, limits_in(listed_model(listing, model)))

    def learn_from_error(self, base_url: str, model: str, raw: str) -> None:
        """Learns what the body of a refusal says of the limits; most say nothing."""
        self._learn(base_url, model, limits_in_error(raw))

    def _learn(self, base_url: str, model: str, limits: Mapping[str, int | None]) -> None:
        known = {name: value for name, value in limits.items() if value is not None}
        if known:
            with self._lock:
                self._limits[base_url, model] = {**self._limits.get((base_url, model), {}), **known}


def limits_in_error(raw: str) -> dict[str, int | None]:
    """The limits that the body of a refusal names."""
    try:
        body: Any = json.loads(raw)
    except (ValueError, RecursionError):
        body = {}
    error = body.get("error") if isinstance(body, Mapping) else None
    limits = limits_in(error if isinstance(error, Mapping) else {})
    if limits["context_tokens"] is None and (match := _CONTEXT_LENGTH.search(raw)):
        limits["context_tokens"] = int(match[1].replace(",", ""))
    return limits
