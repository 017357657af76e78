"""The account: what was used and what is left, from the simulator's own log and the prices of the model card.

Documented: GET /v1/account/usage?limit=&from=&to=&before=&model=&status=&source= with the credit balance and usage
events (https://docs.empiriolabs.ai/account-usage-api, api-facts section 3). What that leaves open is the decision
``usage_account`` in `assumptions`.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from components.core.card import ModelCard
from components.core.usage import Usage, cost_usd
from components.gateway.assumptions import STARTING_BALANCE_USD
from components.gateway.errors import bad_request
from components.gateway.log import LoggedRequest, RequestLog

PATH = "/account/usage"
_DEFAULT_LIMIT = 50
_MOST_EVENTS = 100


class Account:
    """One account for all keys. `endpoints`: the paths that cost. Safe from any thread."""

    def __init__(self, log: RequestLog, card: ModelCard, endpoints: tuple[str, ...]) -> None:
        self._log = log
        self._card = card
        self._endpoints = endpoints
        self._spent = Decimal(0)
        self._lock = threading.Lock()

    def charge(self, prompt_tokens: int, cached_tokens: int, output_tokens: int, searches: int) -> None:
        """Takes one reply's cost from the balance; kept apart from the log, which forgets."""
        cost = self._cost(prompt_tokens, cached_tokens, output_tokens, searches)
        with self._lock:
            self._spent += cost

    def usage(self, query: Mapping[str, str]) -> dict[str, Any]:
        """The answer to GET /v1/account/usage. Raises: GatewayError 400 for a filter it cannot read."""
        limit = query.get("limit", str(_DEFAULT_LIMIT))
        if not (limit.isascii() and limit.isdigit() and 1 <= int(limit) <= _MOST_EVENTS):
            raise bad_request(f"'limit' must be 1 to {_MOST_EVENTS}, got {limit!r}.", "limit")
        since, until = _seconds(query, "from", -math.inf), _seconds(query, "to", math.inf)
        before = _seconds(query, "before", math.inf)
        events = [
            event
            for entry in reversed(self._log.entries())
            if self._is_billed(entry) and since <= (moment := _created(entry).timestamp()) <= until and moment < before
            if _matches(event := self._event(entry), query)
        ]
        page = events[: int(limit)]
        more = len(events) > len(page)
        with self._lock:
            balance = STARTING_BALANCE_USD - self._spent
        return {
            "object": "list",
            "balance": _money(balance),
            "data": page,
            "has_more": more,
            "next_cursor": page[-1]["created_at"] if more else None,
        }

    def _is_billed(self, entry: LoggedRequest) -> bool:
        refused = entry.status in (None, 401, 405, 429)  # never reached the account
        return entry.ended_s is not None and entry.path.endswith(self._endpoints) and not refused

    def _event(self, entry: LoggedRequest) -> dict[str, Any]:
        failed = entry.error is not None or entry.status != 200
        used = entry.searches if not failed else 0
        return {
            "id": f"usage_{entry.id.removeprefix('req_')}",
            "object": "usage_event",
            "created_at": _created(entry).isoformat(timespec="microseconds"),
            "source": "api",
            "model": entry.model,
            "endpoint": entry.path if entry.path.startswith("/v1/") else f"/v1{entry.path}",
            "tokens": {
                "input": entry.prompt_tokens,
                "output": entry.billed_tokens,
                "cached": entry.cached_tokens,
                "total": entry.prompt_tokens + entry.billed_tokens,
            },
            "cost": _money(self._cost(entry.prompt_tokens, entry.cached_tokens, entry.billed_tokens, entry.searches)),
            "status": "error" if failed else "success",
            "status_code": entry.status,
            "error": entry.error,
            "output_urls": [],
            "metadata": {"tool_usage": {"web_search_linkup": used}} if used else {},
        }

    def _cost(self, prompt: int, cached: int, output: int, searches: int) -> Decimal:
        usage = Usage(input_tokens=prompt, cached_tokens=cached, output_tokens=output)
        return cost_usd(usage, self._card.prices, searches) or Decimal(0)


def _money(amount: Decimal) -> dict[str, str]:
    return {"amount": f"{amount.normalize():f}", "currency": "USD"}


def _created(entry: LoggedRequest) -> datetime:
    """When the request came, in whole microseconds, as events state it."""
    return datetime.fromtimestamp(entry.time, UTC)


def _seconds(query: Mapping[str, str], name: str, absent: float) -> float:
    text = query.get(name)
    if not text:
        return absent
    try:
        return float(text)
    except ValueError:
        pass
    try:
        # A plus that was not escaped in the address arrives as a space.
        moment = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
    except ValueError as error:
        raise bad_request(f"'{name}' must be ISO 8601 or Unix seconds, got {text!r}.", name) from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _matches(event: Mapping[str, Any], query: Mapping[str, str]) -> bool:
    return all(query.get(name) in (None, "", event[name]) for name in ("model", "status", "source"))
