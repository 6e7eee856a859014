"""Light pages: without scripts, icons and maps, for who pays for every byte.

Asked for by the browser (`Save-Data`), or by a link; what somebody chose by a link is remembered, and counts more.
"""

from collections.abc import Iterable

AGE = 365 * 86400
"""Seconds for which the choice is remembered."""


def is_light(cookies: bytes, save_data: bytes) -> bool:
    """From the two headers that decide it; the page cache tells its pages apart by the same."""
    return b"light=1" in cookies or (save_data == b"on" and b"light=0" not in cookies)


def asked(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    found = {b"cookie": b"", b"save-data": b""}
    for name, value in headers:
        if name in found:
            found[name] += value
    return is_light(found[b"cookie"], found[b"save-data"])
