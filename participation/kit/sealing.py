"""Keeps what has to be read again (secrets of one-time passwords, addresses) encrypted under the master secret.

`cryptography` is imported where something is sealed: most web workers never need it, and none has room for it.
"""

import base64
from typing import TYPE_CHECKING

import structlog

from participation.kit.hashing import Secrets

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

log = structlog.get_logger()


def _fernets(secrets: Secrets, purpose: str) -> list["Fernet"]:
    from cryptography.fernet import Fernet

    return [Fernet(base64.urlsafe_b64encode(key)) for key in secrets.keys(purpose)]


def seal(secret: str, secrets: Secrets, purpose: str) -> bytes:
    return _fernets(secrets, purpose)[0].encrypt(secret.encode())


def opened(sealed: bytes, secrets: Secrets, purpose: str) -> str:
    """Whether it was sealed under the current key or the previous one."""
    from cryptography.fernet import InvalidToken

    for fernet in _fernets(secrets, purpose):
        try:
            return fernet.decrypt(sealed).decode()
        except InvalidToken:
            continue
    raise RuntimeError("the master secret is not the one that this installation was started with")


def renewed(sealed: bytes, secrets: Secrets, purpose: str, *, row: int) -> bytes:
    """The same under the current key, while the master secret is being replaced.

    What neither key opens stays as it is, for whoever still has the secret that it was sealed under, and keeps no other from being renewed.
    """
    try:
        return seal(opened(sealed, secrets, purpose), secrets, purpose)
    except RuntimeError:
        log.warning("not_renewed", purpose=purpose, row=row, error="sealed under another secret")
        return sealed
