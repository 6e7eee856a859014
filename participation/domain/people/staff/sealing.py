"""Keeps the secrets of one-time passwords encrypted under the master secret.

`cryptography` is imported where staff sign in: most web workers never need it, and none has room for it.
"""

import base64
from typing import TYPE_CHECKING

from participation.kit.hashing import Secrets

if TYPE_CHECKING:
    from cryptography.fernet import Fernet


def _fernets(secrets: Secrets) -> list["Fernet"]:
    from cryptography.fernet import Fernet

    return [Fernet(base64.urlsafe_b64encode(key)) for key in secrets.keys("totp")]


def seal(secret: str, secrets: Secrets) -> bytes:
    return _fernets(secrets)[0].encrypt(secret.encode())


def opened(sealed: bytes, secrets: Secrets) -> str:
    """Whether it was sealed under the current key or the previous one."""
    from cryptography.fernet import InvalidToken

    for fernet in _fernets(secrets):
        try:
            return fernet.decrypt(sealed).decode()
        except InvalidToken:
            continue
    raise RuntimeError("the master secret is not the one that this installation was started with")
