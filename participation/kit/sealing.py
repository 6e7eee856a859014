"""Keeps what has to be read again (secrets of one-time passwords, addresses) encrypted under the master secret.

`cryptography` is imported where something is sealed: most web workers never need it, and none has room for it.
"""

import base64
from typing import TYPE_CHECKING

from participation.kit.hashing import Secrets

if TYPE_CHECKING:
    from cryptography.fernet import Fernet


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
