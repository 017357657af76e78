"""A refusal as a value that every wire can put into its own envelope.

It has status, type, code and wording; the wire writes the JSON around it. Codes:
https://docs.empiriolabs.ai/rate-limits-api-keys
"""

from __future__ import annotations

from collections.abc import Mapping


class GatewayError(Exception):
    """Ends a request with an error. `param` names the offending field; `headers` go out with the response."""

    def __init__(
        self,
        status: int,
        code: str | None,
        message: str,
        *,
        type: str = "invalid_request_error",
        param: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.type = type
        self.param = param
        self.headers = dict(headers or {})


def bad_request(message: str, param: str | None = None, code: str | None = "invalid_request") -> GatewayError:
    """The body is wrong; `param` says where, e.g. ``temperature`` or ``messages[0].content[1].image_url``."""
    return GatewayError(400, code, message, param=param)


def service_fault(code: str) -> GatewayError:
    """One of the documented failures that no request causes: they are shown on demand only."""
    message, status, type = _FAULTS[code]
    headers = {"retry-after": "1"} if status in (429, 503) else {}
    return GatewayError(status, code, message, type=type, headers=headers)


def status_error(status: int, retry_after: str | None) -> GatewayError:
    """An error with this status, worded as far as it is documented; ``retry-after`` only when it is given."""
    code, type, message = _BY_STATUS.get(status, _UNLISTED if status >= 500 else (None, "invalid_request_error", ""))
    headers = {} if retry_after is None else {"retry-after": retry_after}
    return GatewayError(status, code, message or f"Simulated error {status}.", type=type, headers=headers)


_FAULTS = {
    "insufficient_credits": ("Your balance is empty. Add credits under Billing.", 402, "insufficient_quota"),
    "rate_limit_exceeded": ("Rate limit exceeded. Retry after 1 second.", 429, "rate_limit_error"),
    "model_unavailable": ("The model's worker is offline for the moment. Retry shortly.", 503, "api_error"),
    "upstream_error": ("The upstream provider returned an error.", 502, "api_error"),
}
FAULT_CODES = tuple(_FAULTS)
_UNLISTED = ("server_error", "api_error", "The gateway failed.")
_BY_STATUS = {
    **{status: (code, type, message) for code, (message, status, type) in _FAULTS.items()},
    401: ("invalid_api_key", "authentication_error", "The API key is inactive or has expired."),
    404: ("model_not_found", "invalid_request_error", "The model is not available."),
    413: ("request_too_large", "invalid_request_error", "The body is too large."),
}
