"""Keeps users from reaching the private network of the app's server through an address that they type.

Where several people share the app, one of them could otherwise have it ask what only the server can reach: a database,
a cloud's metadata at 169.254.169.254. Since a name may resolve to another address after a check, the IP address is
checked when its socket is created. Redirects are never followed.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

# These addresses embed the IPv4 address that they lead to (RFC 6052).
_NAT64 = IPv6Network("64:ff9b::/96")


class PrivateAddressError(OSError):
    """A connection was refused. The text is always the same, so that of several failures the first is reported."""

    def __init__(self) -> None:
        super().__init__("not an address of the public internet")


def is_public(address: str) -> bool:
    """True for an IP address of the public internet."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        if any(not _is_global(inner) for inner in _embedded(found)):
            return False
        if found.ipv4_mapped is not None:
            return True
    return _is_global(found)


def refusal(host: str) -> str:
    """The message for the user whose address it is."""
    return (
        f"{host} leads into a private network, which this app does not ask for those who share it. Use a public "
        "address; whoever runs the app can allow others with PLAYGROUND_PRIVATE_ADDRESSES=on."
    )


def _is_global(address: IPv4Address | IPv6Address) -> bool:
    return address.is_global and not address.is_multicast


def _embedded(address: IPv6Address) -> list[IPv4Address]:
    found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _NAT64:
        found.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return [one for one in found if one is not None]
