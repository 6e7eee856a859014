"""Through whom a request came: the scheme is the base URL's, the address the last one that no trusted proxy has."""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from starlette.types import Scope

from participation.settings import Settings

Network = IPv4Network | IPv6Network


def set_right(scope: Scope, settings: Settings) -> None:
    """What the socket says is the proxy's; put what the visitor's browser would say in its place."""
    scope["scheme"] = "https" if settings.https else "http"
    if settings.trusted_proxies and scope.get("client"):
        forwarded = (value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for")
        scope["client"] = (client_of(scope["client"][0], forwarded, settings.trusted_proxies), 0)


def client_of(peer: str, forwarded: Iterable[str], trusted: Sequence[Network]) -> str:
    """From the right, the first address that is not a trusted proxy: whatever stands before it anybody could have written."""
    hops = [part for part in ",".join(forwarded).split(",") if part.strip()]
    client = peer
    for said in (peer, *reversed(hops)):
        address = _address(said)
        if address is None:
            break
        client = str(address)
        if not any(address in network for network in trusted):
            break
    return client


def _address(said: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(said.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
