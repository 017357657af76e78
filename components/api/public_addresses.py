"""Keeps an address that somebody typed from leading into the server's own network.

Where several people share the app, one of them could have it ask what only it can reach: a database beside it, a
cloud's metadata at 169.254.169.254. A name is no proof, for what it stands for may change between a check and the
connection, so the address itself is looked at where its socket is made. Redirects are not followed anywhere.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

# Such addresses carry another one in them, which is where they lead: RFC 6052.
_NAT64 = IPv6Network("64:ff9b::/96")


class PrivateAddressError(OSError):
    """A connection that was not made. Its text is always the same: of several alike the first is reported."""

    def __init__(self) -> None:
        super().__init__("not an address of the public internet")


def is_public(address: str) -> bool:
    """True for an IP address that anybody on the internet reaches the same way."""
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
    """What is said of it."""
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
