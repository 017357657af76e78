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
_SAID = re.compile(r"(?i)maximum context length (?:is|of) ([0-9][0-9,]*) tokens")


class LearnedLimits:
    """(address, model) -> the limits that were told there. Thread-safe; kept while the process lives."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._told: dict[tuple[str, str], dict[str, int]] = {}

    def of(self, card: ModelCard, base_url: str) -> ModelCard:
        """The card with what the address has told of its model."""
        with self._lock:
            told = dict(self._told.get((base_url, card.id), {}))
        return card.with_limits(**told)

    def learn_from_listing(self, base_url: str, model: str, listing: object) -> None:
        """Takes in what the answer of ``GET /v1/models`` says of a model."""
        self._take(base_url, model, limits_in(listed_model(listing, model)))

    def learn_from_error(self, base_url: str, model: str, raw: str) -> None:
        """Takes in what the body of a refusal says of the limits; most say nothing."""
        self._take(base_url, model, limits_in_error(raw))

    def _take(self, base_url: str, model: str, told: Mapping[str, int | None]) -> None:
        known = {name: value for name, value in told.items() if value is not None}
        if known:
            with self._lock:
                self._told[base_url, model] = {**self._told.get((base_url, model), {}), **known}


def limits_in_error(raw: str) -> dict[str, int | None]:
    """The limits that the body of a refusal names."""
    try:
        body: Any = json.loads(raw)
    except (ValueError, RecursionError):
        body = {}
    error = body.get("error") if isinstance(body, Mapping) else None
    told = limits_in(error if isinstance(error, Mapping) else {})
    if told["context_tokens"] is None and (said := _SAID.search(raw)):
        told["context_tokens"] = int(said[1].replace(",", ""))
    return told
