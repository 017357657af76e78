"""Turns the URL of an image or video part into a `Medium`: data URLs are decoded, addresses are kept as they are."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Literal

from components.gateway.conversation import Medium
from components.gateway.errors import bad_request

_DATA_URL = re.compile(r"data:([\w.+-]+/[\w.+-]+)?((?:;[^;,]*)*),", re.ASCII)


def read_url(url: object, kind: Literal["image", "video"], where: str) -> Medium:
    """Reads a ``data:`` URL with base64 content, or keeps an ``http(s)://`` address without fetching it.

    Raises: GatewayError 400 with `where` as `param` for anything else and for broken base64.
    """
    if not isinstance(url, str) or not url:
        raise bad_request(f"'{where}' must be a non-empty string, got {url!r}.", where)
    if url.startswith(("http://", "https://")):
        return Medium(kind, None, url, where)
    match = _DATA_URL.match(url)
    if match is None:
        raise bad_request(f"'{where}' must be a data: URL or an http(s) address, got {url[:40]!r}.", where)
    media_type, options = match.group(1) or "", match.group(2)
    if "base64" not in options.split(";"):
        raise bad_request(f"'{where}' must be base64 encoded (data:<type>;base64,...).", where)
    if media_type and media_type.split("/")[0] != kind and media_type != "application/octet-stream":
        raise bad_request(f"'{where}' holds {media_type}, expected {kind}/*.", where)
    return Medium(kind, decode_base64(url[match.end() :], where), None, where)


def decode_base64(text: str, where: str) -> bytes:
    """Decodes strictly. Raises: GatewayError 400 when it is not base64 or empty."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise bad_request(f"'{where}' is not valid base64: {error}.", where, "invalid_image") from error
    if not data:
        raise bad_request(f"'{where}' is empty.", where, "invalid_image")
    return data
