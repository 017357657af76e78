"""Short requests about an endpoint and a key: the balance, the models, one model's card.

`GET /v1/models` answers without a key at EmpirioLabs, so it does not check one; `GET /v1/account/usage` needs a key
and reports the balance (https://docs.empiriolabs.ai/account-usage-api). These requests are small and rare, so each
runs on an event loop of its own.
"""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal, InvalidOperation
from typing import Any

import aiohttp
import httpx

from components.api.connection import Connection
from components.api.network_errors import invalid_address, network_error
from components.api.problems import error_from_text, with_advice_for
from components.api.transport import new_http_client
from components.core.errors import ApiError, ApiTimeoutError, WireError

_TIMEOUT_S = 15.0
_MAX_BYTES = 4_000_000


def read_balance(connection: Connection) -> Decimal | None:
    """Checks the key and returns the account's balance in US dollars; None where it is not reported.

    Raises: ApiError if the key is refused or the endpoint does not answer.
    """
    return _balance_in(_get_object(connection, "/account/usage?limit=1"))


def model_ids_in(connection: Connection, listing: Any) -> list[str]:
    """The ids in the answer to ``GET /models``. Raises: WireError if it is neither an object nor a list."""
    entries = listing.get("data") if isinstance(listing, dict) else listing  # some give the bare list
    if not isinstance(listing, dict | list):
        raise WireError(_not_an_api(connection, "it sent neither an object nor a list"))
    return [
        entry["id"]
        for entry in (entries if isinstance(entries, list) else [])
        if isinstance(entry, dict) and isinstance(entry.get("id"), str)
    ]


def read_model(connection: Connection, model: str) -> dict[str, Any]:
    """The endpoint's own card of a model, unchecked. Raises: ApiError if there is none."""
    return _get_object(connection, f"/models/{model}")


def _get_object(connection: Connection, path: str) -> dict[str, Any]:
    body = get_json(connection, path)
    if not isinstance(body, dict):
        raise WireError(_not_an_api(connection, "it sent no object"))
    return body


def _not_an_api(connection: Connection, why: str) -> str:
    return f"What answers at {connection.host} is not an API of this kind: {why}."


def get_json(connection: Connection, path: str, timeout_s: float = _TIMEOUT_S) -> Any:
    """The JSON reply to a GET of the path. Raises: ApiError if there is none within `timeout_s` seconds."""
    response, raw = _request(connection, "GET", path, timeout_s)
    if response.is_error:
        raise with_advice_for(connection, error_from_text(connection.masked(raw), status=response.status_code))
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as exc:
        raise WireError(_not_an_api(connection, "it did not send JSON")) from exc


def status_of_empty_post(connection: Connection, path: str, timeout_s: float) -> int | None:
    """The status of the reply to a POST of ``{}``, which every endpoint refuses; None if nothing answered."""
    try:
        return _request(connection, "POST", path, timeout_s)[0].status_code
    except ApiError:
        return None


def _request(connection: Connection, method: str, path: str, timeout_s: float) -> tuple[httpx.Response, str]:
    if connection.key and not (connection.key.isascii() and connection.key.isprintable()):
        # The HTTP library would refuse it with the key in its message.
        raise ApiError("The key holds characters that no key has. Copy it again from where it was made.")
    try:
        response, raw = asyncio.run(_send(connection, method, path, timeout_s))
    except TimeoutError as exc:
        raise ApiTimeoutError(
            f"{connection.host} did not answer within {timeout_s:g} s. Check the address, or try again."
        ) from exc
    except (httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError) as exc:
        raise network_error(exc, connection, connect_s=timeout_s, idle_s=timeout_s) from exc
    except ValueError as exc:  # a host that IDNA cannot encode, a user and password in the address
        raise WireError(invalid_address(connection)) from exc
    if response.is_redirect:
        target = connection.masked(response.headers["location"])
        raise WireError(f"The address redirects to {target!r}; a key is not sent on. If you trust it, type it instead.")
    return response, raw


async def _send(connection: Connection, method: str, path: str, timeout_s: float) -> tuple[httpx.Response, str]:
    url = connection.base_url + path
    content = b"{}" if method == "POST" else None
    headers = {**connection.headers, "content-type": "application/json"} if content else connection.headers
    async with asyncio.timeout(timeout_s):  # in all: a server that sends a byte now and then must not block the page
        async with (
            new_http_client(timeout_s, timeout_s, public_only=connection.public_only) as http,
            http.stream(method, url, headers=headers, content=content) as response,
        ):
            return response, await _read(response)


async def _read(response: httpx.Response) -> str:
    pieces: list[bytes] = []
    size = 0
    async for piece in response.aiter_bytes():
        pieces.append(piece)
        size += len(piece)
        if size > _MAX_BYTES:
            raise WireError("The answer is far larger than any of this kind: check the address.")
    return b"".join(pieces).decode("utf-8-sig", "replace")


def _balance_in(body: dict[str, Any]) -> Decimal | None:
    """The balance under any of its likely names: the documentation mentions it, but shows no reply."""
    for name in ("balance", "credit_balance", "credits", "balance_usd"):
        value = body.get(name)
        if isinstance(value, dict):
            value = value.get("amount") or value.get("usd")
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            try:
                balance = Decimal(str(value))
            except InvalidOperation:
                return None
            return balance if balance.is_finite() else None
    return None
