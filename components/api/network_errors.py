"""What the HTTP libraries raise -> one of our errors, with a sentence that says what to do."""

from __future__ import annotations

import re

import aiohttp
import httpx

from components.api.connection import Connection
from components.api.public_addresses import PrivateAddressError, refusal
from components.core.errors import ApiConnectionError, ApiError, ApiTimeoutError, WireError


def network_error(exc: Exception, connection: Connection, *, connect_s: float, idle_s: float) -> ApiError:
    """The error to raise instead. `connect_s`, `idle_s`: the limits in seconds for connecting, and between bytes."""
    host = connection.host
    detail = connection.masked(str(exc))
    cause = exc.__cause__
    if isinstance(cause, aiohttp.ClientConnectorError) and isinstance(cause.os_error, PrivateAddressError):
        return ApiError(refusal(host))
    if isinstance(cause, aiohttp.ConnectionTimeoutError):
        return ApiConnectionError(f"No connection to {host} within {connect_s:g} s. Check the address and the network.")
    if isinstance(cause, TimeoutError):
        return ApiTimeoutError(f"The stream fell silent: nothing came from {host} for {idle_s:g} s. Try again.")
    if isinstance(exc, httpx.InvalidURL | httpx.UnsupportedProtocol | aiohttp.InvalidURL):
        return WireError(invalid_address(connection))
    if isinstance(cause, aiohttp.ClientSSLError):
        return ApiConnectionError(
            f"No secure connection to {host} could be made. Check the address: a local server may need http://.",
            raw=detail,
        )
    if isinstance(cause, aiohttp.ClientConnectorError):
        return ApiConnectionError(f"No server answers at {host}. Check the address and that it is running.", raw=detail)
    if isinstance(exc, aiohttp.ClientResponseError):
        return WireError(f"What answers at {host} does not speak HTTP. Check the base URL.", raw=detail)
    return ApiConnectionError(f"The connection to {host} broke off. Try again.", raw=detail)


def invalid_address(connection: Connection) -> str:
    """The message about an address of no valid form, without the password in it."""
    without_password = re.sub(r"//[^/]*@", "//…@", connection.base_url)
    return f"{without_password!r} is not an address that can be asked. Check the base URL."
