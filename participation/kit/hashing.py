"""Keyed hashes, check digits and the numbers that people type: one key for each purpose, derived from the master secret."""

import hmac
import secrets
from dataclasses import dataclass
from functools import lru_cache

from stdnum import damm

from participation.kit.i18n import digits


def _raw(text: str) -> bytes:
    """As bytes, whatever it holds: what is hashed or compared has not been checked yet, and half a character is no reason to fail."""
    return text.encode("utf-8", "surrogatepass")


def keyed(key: bytes, *parts: str | bytes | int) -> bytes:
    """HMAC-SHA256 over the parts, each preceded by its length, so that no two lists of parts collide."""
    raw = [part if isinstance(part, bytes) else _raw(str(part)) for part in parts]
    return hmac.digest(key, b"".join(len(part).to_bytes(4, "big") + part for part in raw), "sha256")


@lru_cache(maxsize=64)
def _derived(secret: str, purpose: str) -> bytes:
    return keyed(secret.encode(), "participation", purpose)


@dataclass(frozen=True)
class Secrets:
    """The master secret and, while it is being rotated, the one before."""

    current: str
    previous: str | None = None

    def key(self, purpose: str) -> bytes:
        return _derived(self.current, purpose)

    def keys(self, purpose: str) -> tuple[bytes, ...]:
        """The current key first; a hash found under a later one is renewed on use."""
        older = () if self.previous is None else (_derived(self.previous, purpose),)
        return (self.key(purpose), *older)


def same(a: bytes | str, b: bytes | str) -> bool:
    left = _raw(a) if isinstance(a, str) else a
    right = _raw(b) if isinstance(b, str) else b
    return hmac.compare_digest(left, right)


def with_check_digit(number: str) -> str:
    return number + str(damm.calc_check_digit(number))


def has_check_digit(number: str) -> bool:
    return number.isascii() and number.isdigit() and bool(damm.is_valid(number))


def random_number(length: int) -> str:
    """That many digits, the last a Damm check digit, the others from `secrets`."""
    return with_check_digit("".join(secrets.choice("0123456789") for _ in range(length - 1)))


def number_from(digest: bytes, length: int) -> str:
    """That many digits made from a digest, the last a Damm check digit."""
    return with_check_digit(str(int.from_bytes(digest, "big") % 10 ** (length - 1)).zfill(length - 1))


def typed_number(text: str) -> str:
    """What somebody typed as a number: any script's digits; spaces, dashes and direction marks do not count."""
    return "".join(c for c in digits(text) if not (c.isspace() or c in "-–—.‐‑_\u200e\u200f\u061c\u066b"))


def grouped(number: str, size: int = 4) -> str:
    return " ".join(number[i : i + size] for i in range(0, len(number), size))
