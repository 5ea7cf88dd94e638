"""Which addresses may be posted to, so that nobody makes us ask our own network for them."""

import ipaddress
import socket
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address
from typing import Final, Literal
from urllib.parse import urlsplit

from chatops import Unavailable

Address = IPv4Address | IPv6Address
Kind = Literal["public", "private", "never"]
#: Stands for an IPv4 address in its last four bytes (RFC 6052), as DNS64 makes them.
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
_THIS_NETWORK: Final = ipaddress.ip_network("0.0.0.0/8")
#: Where Alibaba Cloud, AWS and Google Cloud keep credentials at addresses that are not link-local.
_OF_CLOUDS: Final = frozenset(map(ipaddress.ip_address, ("100.100.100.200", "fd00:ec2::254", "fd20:ce::254")))


class Forbidden(ValueError):
    """Nothing may be posted there; the text says why."""


def allowed(url: str, *, allow_private: bool, by_proxy: bool) -> list[Address]:
    """The addresses that the URL's host stands for, IPv4 first; each of them may be posted to.

    Where a proxy connects, it resolves the name, too: then only an address that stands in the URL itself is
    judged, and there are none for a name. Raises Forbidden, and Unavailable where the name cannot be
    resolved now.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    literal = _literal(host)
    if by_proxy and literal is None:
        if parts.scheme == "http":
            raise Forbidden(
                "write https, or name the host in NO_PROXY: a proxy connects to it, so that nobody knows"
                " whether it is private"
            )
        return []
    addresses = [literal] if literal else _resolved(host, parts.port or 443)
    for address in addresses:
        if problem := _problem(host, address, parts.scheme, allow_private=allow_private):
            raise Forbidden(problem)
    return sorted(addresses, key=lambda address: address.version)


def kind_of(address: Address) -> Kind:
    """Whether an address is one of the internet, of a network of one's own, or of neither.

    Neither are link-local ones and the others where clouds keep their credentials (169.254.169.254),
    multicast, reserved and unspecified ones. An IPv6 address that stands for an IPv4 one is what that is.
    """
    meant = _meant(address)
    if meant.is_loopback:
        return "private"
    if isinstance(meant, IPv4Address):
        nowhere = meant in _THIS_NETWORK
    else:
        nowhere = meant.is_unspecified or meant.is_site_local
    nowhere = nowhere or meant in _OF_CLOUDS
    if nowhere or meant.is_link_local or meant.is_multicast or meant.is_reserved:
        return "never"
    return "public" if meant.is_global else "private"


def _problem(host: str, address: Address, scheme: str, *, allow_private: bool) -> str:
    kind = kind_of(address)
    named = host if host == str(address) else f"{host} ({address})"
    if kind == "never":
        kinds = "link-local, multicast, reserved, unspecified, or where a cloud keeps credentials"
        return f"{named} is no address to post to: it is {kinds}"
    if kind == "private" and not allow_private:
        return f"{named} is a private address; where that is meant, set allow_private = true"
    if kind == "public" and scheme == "http":
        return f"{named} is a public address: write https"
    return ""


def _meant(address: Address) -> Address:
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _literal(host: str) -> Address | None:
    """The address that is written there, also as whoever connects still reads it: 2130706433, 0x7f.1."""
    with suppress(ValueError):
        return ipaddress.ip_address(host)
    with suppress(OSError):
        return IPv4Address(socket.inet_aton(host.removesuffix(".")))
    return None


def _resolved(host: str, port: int) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", "") or "it is no name"
        raise Unavailable(f"{host} cannot be resolved: {why}.") from error
    # An IPv6 address may name its interface behind a %.
    return [ipaddress.ip_address(str(where[0]).partition("%")[0]) for *_, where in found]
