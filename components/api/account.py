"""Questions about an endpoint and a key, answered at once: the balance, the models, one model's card.

`GET /v1/models` answers without a key at EmpirioLabs, so it proves none; `GET /v1/account/usage` needs one and tells
the balance (https://docs.empiriolabs.ai/account-usage-api). Small and rare, so plain and synchronous.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import httpx

from components.api.connection import Connection
from components.api.problems import error_from_text
from components.core.errors import ApiConnectionError, ApiError, ApiTimeoutError, WireError

_PATIENCE_S = 15.0
_MOST_BYTES = 4_000_000
_LOCAL = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True, slots=True)
class Account:
    """What an accepted key stands for. `balance_usd` None: not reported."""

    balance_usd: Decimal | None


def read_account(connection: Connection) -> Account:
    """Proves the key and tells the balance. Raises: ApiError if the key is refused or the endpoint cannot be asked."""
    return Account(_balance(_get(connection, "/account/usage?limit=1")))


def read_model_ids(connection: Connection) -> list[str]:
    """The models an endpoint offers. Raises: ApiError if it cannot be asked."""
    body = _get(connection, "/models")
    listed = body.get("data")
    return [
        entry["id"]
        for entry in (listed if isinstance(listed, list) else [])
        if isinstance(entry, dict) and isinstance(entry.get("id"), str)
    ]


def read_model(connection: Connection, model: str) -> dict[str, Any]:
    """The live card of a model, as it came. Raises: ApiError if it cannot be had."""
    return _get(connection, f"/models/{model}")


def _get(connection: Connection, path: str) -> dict[str, Any]:
    host = connection.base_url.split("://", 1)[-1].split("/", 1)[0].rsplit("@", 1)[-1]
    if connection.key and not (connection.key.isascii() and connection.key.isprintable()):
        # The HTTP library would refuse it with the key in its message.
        raise ApiError("The key holds characters that no key has. Copy it again from the dashboard.")
    local = host.rsplit(":", 1)[0] in _LOCAL
    try:
        with (
            # As for every other request: no proxy before this machine's own servers, and no redirect with a key.
            httpx.Client(timeout=_PATIENCE_S, follow_redirects=False, trust_env=not local) as client,
            client.stream("GET", connection.base_url + path, headers=connection.headers) as response,
        ):
            raw = _read(response)
    except httpx.TimeoutException as exc:
        raise ApiTimeoutError(f"{host} said nothing for {_PATIENCE_S:g} s. Check the address, or try again.") from exc
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as exc:
        raise ApiConnectionError(f"No server answers at {host}. Check the address and that it is running.") from exc
    if response.is_error:
        raise error_from_text(connection.masked(raw), status=response.status_code)
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError) as exc:
        raise WireError(f"What answers at {host} is not an API of this kind: it did not send JSON.") from exc
    if not isinstance(body, dict):
        raise WireError(f"What answers at {host} is not an API of this kind: it sent no object.")
    return body


def _read(response: httpx.Response) -> str:
    pieces: list[bytes] = []
    size = 0
    for piece in response.iter_bytes():
        pieces.append(piece)
        size += len(piece)
        if size > _MOST_BYTES:
            raise WireError("The answer is far larger than any of this kind: check the address.")
    return b"".join(pieces).decode("utf-8", "replace")


def _balance(body: dict[str, Any]) -> Decimal | None:
    """The balance, in the spellings it may have: the documentation names it, but shows no reply."""
    for name in ("balance", "credit_balance", "credits", "balance_usd"):
        value = body.get(name)
        if isinstance(value, dict):
            value = value.get("amount") or value.get("usd")
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            try:
                return Decimal(str(value))
            except InvalidOperation:
                return None
    return None
