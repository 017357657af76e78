"""An error reply -> one plain sentence with what to do about it.

Codes: https://docs.empiriolabs.ai/rate-limits-api-keys (read in a stored copy). Without a known code the status
decides. Both envelopes are read: ``{"error": {"code", "message", "type"}}`` and
``{"type": "error", "error": {"type", "message"}}``; some servers put a number into `code`.
"""

from __future__ import annotations

import json
from typing import Any, TypeVar

from components.api.connection import Connection
from components.core.errors import ApiError, ApiStatusError

_Error = TypeVar("_Error", bound=ApiError)

RETRIED_STATUSES = frozenset({429, 502, 503})

# Every documented code: what it means and what to do.
SENTENCES = {
    "missing_api_key": "The API got no key. Set EMPIRIOLABS_API_KEY and start again.",
    "invalid_api_key": "The API does not accept this key. Check it, or make a new one under API Keys in the dashboard.",
    "insufficient_credits": "The account has no credits left. Add some under Billing in the dashboard, then try again.",
    "model_not_found": "The API does not know this model, or it is not available now. Check PLAYGROUND_MODEL.",
    "rate_limit_exceeded": "Too many requests or tokens this minute. Wait a moment, then try again.",
    "model_unavailable": "The model is offline for now. Try again shortly.",
    "upstream_error": "The provider behind the API returned an error. Try again.",
}

# The same for other servers, which have no such dashboard.
_ELSEWHERE = {
    SENTENCES["missing_api_key"]: "The server wants a key and got none. Give one under “Change the connection”.",
    SENTENCES["invalid_api_key"]: "The server does not accept this key. Check the key and the address it is for.",
    SENTENCES["insufficient_credits"]: "The server says that the account behind this key has no credits left.",
    SENTENCES["model_not_found"]: "The server does not know this model. Choose one that it lists, under “Change the "
    "connection”.",
    "This key may not do that. Check its permissions in the dashboard.": "This key may not do that at this server.",
}

_BY_STATUS = {
    400: "The API refused the request as malformed. Change what it names, then try again.",
    401: SENTENCES["invalid_api_key"],
    402: SENTENCES["insufficient_credits"],
    403: "This key may not do that. Check its permissions in the dashboard.",
    404: "There is no such endpoint or model at this address. Check the base URL and the model.",
    408: "The API gave up waiting for the request. Try again.",
    413: "The request is too large for the API. Remove some media, or send fewer frames.",
    415: "The API does not take this kind of content. Check the base URL.",
    422: "The API could not process the request. Change what it names, then try again.",
    429: SENTENCES["rate_limit_exceeded"],
    500: "The API failed on its side. Try again.",
    502: SENTENCES["upstream_error"],
    503: SENTENCES["model_unavailable"],
    504: "The API took too long and gave up. Try again with less thinking or a shorter prompt.",
    529: "The API is overloaded. Wait a moment, then try again.",
}

# For errors without a status (inside a stream): the envelope's `type`, in Anthropic's words, then OpenAI's.
_STATUS_OF_TYPE = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
    "insufficient_quota": 402,
    "server_error": 500,
}


def error_from_body(
    body: Any,
    *,
    status: int | None,
    raw: str,
    request_id: str | None = None,
    retry_after_s: float | None = None,
) -> ApiStatusError:
    """Reads an error reply. `status` None: the error is an event of a stream that had begun with 200."""
    if isinstance(body, list) and len(body) == 1:  # Google's wraps it so
        body = body[0]
    envelope = body if isinstance(body, dict) else {}
    error = envelope.get("error") or envelope  # some servers put `message` at the top
    if isinstance(error, str):
        error = {"message": error}
    elif not isinstance(error, dict):
        error = {}
    names = [name for name in (error.get("code"), error.get("type")) if isinstance(name, str) and name]
    # An envelope without an inner `error` may be an event of that name: then its `type` is of no use.
    code = next((name for name in names if not _is_number(name) and name != "error"), None)
    known = status or _status_in(error.get("code"))
    detail = _detail_in(error.get("message") or error.get("detail"))
    id_in_body = envelope.get("request_id")
    return ApiStatusError(
        _sentence(
            known or _STATUS_OF_TYPE.get(code or ""),
            code,
            detail,
            in_stream=status is None,
        ),
        status=known,
        code=code,
        request_id=request_id or (id_in_body if isinstance(id_in_body, str) else None),
        retry_after_s=retry_after_s,
        raw=raw,
    )


def with_advice_for(connection: Connection, error: _Error) -> _Error:
    """The error with advice that suits its server: only EmpirioLabs has the dashboard that the sentences mention."""
    if not connection.of_empiriolabs:
        for sentence, neutral in _ELSEWHERE.items():
            error.args = tuple(str(text).replace(sentence, neutral) for text in error.args)
    return error


def error_from_text(
    raw: str, *, status: int, request_id: str | None = None, retry_after_s: float | None = None
) -> ApiStatusError:
    """Reads any error reply: JSON in one of the envelopes, or the web page of a proxy."""
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):  # the second: nested thousands deep
        body = None
    return error_from_body(body, status=status, raw=raw, request_id=request_id, retry_after_s=retry_after_s)


def _detail_in(message: Any) -> str:
    """The server's own words: a text, or FastAPI's list of fields and their faults."""
    if isinstance(message, list):
        wrong = [item for item in message if isinstance(item, dict) and isinstance(item.get("msg"), str)]
        return "; ".join(f"{'.'.join(map(str, item.get('loc') or ()))}: {item['msg']}".lstrip(": ") for item in wrong)
    return message if isinstance(message, str) else ""


def _is_number(name: str) -> bool:
    return name.isascii() and name.isdigit()


def _status_in(code: Any) -> int | None:
    if isinstance(code, str) and _is_number(code) and len(code) == 3:
        return int(code)
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def _sentence(status: int | None, code: str | None, detail: str, *, in_stream: bool) -> str:
    meaning = SENTENCES.get(code or "") or _BY_STATUS.get(status or 0)
    if meaning is None:
        meaning = (
            "The API ended the reply with an error. Try again."
            if in_stream
            else f"The API answered with status {status}. Try again, or look at the raw reply."
        )
    # The API's own words come last: they may be long, and they may be missing.
    return f"{meaning} It said: {' '.join(detail.split())[:500]}" if detail else meaning
