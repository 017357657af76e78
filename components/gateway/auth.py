"""Who is asking: reads the key from the headers and judges it by its text alone.

Any key with the documented prefix is accepted, but for one that ends in ``-expired``.
Source: https://docs.empiriolabs.ai/authentication
"""

from __future__ import annotations

from collections.abc import Mapping

from components.gateway import assumptions
from components.gateway.errors import GatewayError

SIMULATOR_KEY = "sk-empiriolabs-simulator"
"""The key the playground itself uses with its built-in simulator. Not a secret: it opens nothing else."""


def authenticate(headers: Mapping[str, str]) -> str:
    """Returns the key of a request, from ``Authorization: Bearer`` or ``x-api-key``.

    Raises: GatewayError 401 without a key or with one that is malformed or expired.
    """
    key = _sent_key(headers)
    if key is None:
        raise _unauthorized("missing_api_key", "No API key was sent. Use the header Authorization: Bearer <key>.")
    if not key.startswith(assumptions.KEY_PREFIX) or len(key) == len(assumptions.KEY_PREFIX):
        raise _unauthorized(
            "invalid_api_key", f"The API key format is invalid: a key starts with {assumptions.KEY_PREFIX}."
        )
    if key.endswith("-expired"):
        raise _unauthorized("invalid_api_key", "The API key is inactive or has expired.")
    return key


def sent_key_masked(headers: Mapping[str, str]) -> str | None:
    """The key of a request, valid or not, as its last four characters; None where there was none."""
    key = _sent_key(headers)
    if key is None:
        return None
    return f"{assumptions.KEY_PREFIX}…{key[-4:]}" if key.startswith(assumptions.KEY_PREFIX) else "…"


def _sent_key(headers: Mapping[str, str]) -> str | None:
    scheme, _, key = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and key.strip():
        return key.strip()
    return headers.get("x-api-key", "").strip() or None


def _unauthorized(code: str, message: str) -> GatewayError:
    return GatewayError(401, code, message, type="authentication_error", headers={"www-authenticate": "Bearer"})
