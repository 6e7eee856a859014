"""Through whom a request came: the scheme is the base URL's, the address the last one that no trusted proxy has."""

import re
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from starlette.types import Scope

from participation.settings import Settings

Network = IPv4Network | IPv6Network
_WITH_PORT = re.compile(r"\[(?P<six>[^]]*)\](?::\d+)?|(?P<four>\d+(?:\.\d+){3}):\d+")
"""As some proxies write an address: `[2001:db8::5]:4711`, `198.51.100.4:4711`."""


def set_right(scope: Scope, settings: Settings) -> None:
    """What the socket says is the proxy's; put what the visitor's browser would say in its place."""
    scope["scheme"] = "https" if settings.https else "http"
    if not any(name == b"host" and value for name, value in scope["headers"]):
        # HTTP/1.0 knows no Host; redirects need one, since they say the whole address.
        host = (b"host", urlsplit(settings.base_url).netloc.encode())
        scope["headers"] = [*(header for header in scope["headers"] if header[0] != b"host"), host]
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
    said = said.strip()
    if written := _WITH_PORT.fullmatch(said):
        said = written["six"] or written["four"]
    try:
        address = ip_address(said)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
