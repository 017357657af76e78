"""A picture that is given by its address. It is passed on to the gateway as it is; nothing here or above fetches it."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from components.core.errors import MediaError
from components.core.parts import RemoteImagePart
from components.core.texts import cut
from components.media.attachments import Attachment

# [own] Browsers and servers differ; RFC 9110, section 4.1, asks for at least 8,000.
LONGEST_URL = 8_000


def remote_picture(url: str) -> Attachment:
    """Checks an address and makes the part that is sent.

    Raises: MediaError, with one sentence to show, if it is no http(s) address that the gateway could be given.
    """
    url = url.strip()
    if not url:
        raise MediaError("There is no address: paste one that begins with https:// or http://.")
    shown = repr(cut(url, 80))
    if url[:5].lower() == "data:":
        raise MediaError("This is a picture itself (a data: URL), not its address: save it as a file and attach that.")
    if len(url) > LONGEST_URL:
        raise MediaError(f"The address {shown} has {len(url):,} characters; at most {LONGEST_URL:,} are sent.")
    if any(character.isspace() or not character.isprintable() for character in url):
        raise MediaError(f"The address {shown} has a space or a line break in it: write a space as %20.")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as exc:
        raise MediaError(f"The address {shown} cannot be read: {exc}.") from exc
    if parts.scheme not in ("http", "https"):
        raise MediaError(f"The address {shown} must begin with https:// or http://.")
    if not host:
        raise MediaError(f"The address {shown} names no host, e.g. https://example.com/picture.jpg.")
    if parts.username is not None or parts.password is not None:
        raise MediaError("The address holds a user name or a password, which would be passed on: leave it out.")
    notes = ["its address is passed on; the gateway fetches the picture, this app does not"]
    if _is_private(host):
        notes.append(f"{host} is an address of a private network, which the gateway can hardly reach")
    return Attachment(_name(parts.path) or host, "remote", (RemoteImagePart(url),), notes=tuple(notes))


def _name(path: str) -> str:
    return unquote(path.rstrip("/").rpartition("/")[2])


def _is_private(host: str) -> bool:
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        return not ip_address(host).is_global
    except ValueError:
        return False
