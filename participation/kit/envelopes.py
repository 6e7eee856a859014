"""Envelopes that only the server opens, and signatures under its answers, in what browsers of 2019 can do: P-256, HKDF, AES-GCM, ECDSA.

An envelope is `0x01 || ephemeral point (65) || IV (12) || AES-256-GCM ciphertext`. Its key is HKDF-SHA-256 of the ECDH secret, with both points as salt;
what it is about is authenticated with it, so that no envelope can be passed off as another one.
`cryptography` is imported where one is opened: most web workers never need it.
"""

import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

VERSION = b"\x01"
POINT, IV, TAG = 65, 12, 16
SMALLEST = len(VERSION) + POINT + IV + TAG
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
INFO = b"participation entry 1"


class NotForUs(ValueError):
    """It was not sealed for this key, or about something else, or was damaged on its way."""


def _derive(secret: bytes, info: bytes, length: int, salt: bytes = b"") -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), length, salt, info).derive(secret)


def private(secret: bytes, purpose: str) -> "EllipticCurvePrivateKey":
    """A key for one purpose out of a secret of 32 bytes. Of 48 bytes, so that no number is likelier than another (FIPS 186-5, A.2.1)."""
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key

    number = int.from_bytes(_derive(secret, f"participation {purpose}".encode(), 48), "big")
    return derive_private_key(number % (_ORDER - 1) + 1, SECP256R1())


def point(key: "EllipticCurvePrivateKey") -> bytes:
    """Its public half, uncompressed, as WebCrypto imports it `raw`."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def opened(key: "EllipticCurvePrivateKey", envelope: bytes, about: bytes) -> bytes:
    """What it holds. Raises `NotForUs`."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.asymmetric.ec import ECDH, SECP256R1, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if len(envelope) < SMALLEST or envelope[:1] != VERSION:
        raise NotForUs("not an envelope of version 1")
    theirs, iv = envelope[1 : 1 + POINT], envelope[1 + POINT : 1 + POINT + IV]
    try:
        shared = key.exchange(ECDH(), EllipticCurvePublicKey.from_encoded_point(SECP256R1(), theirs))
        return AESGCM(_derive(shared, INFO, 32, theirs + point(key))).decrypt(iv, envelope[1 + POINT + IV :], about)
    except (ValueError, InvalidTag) as error:
        raise NotForUs("it does not open") from error


def sealed(theirs: bytes, content: bytes, about: bytes) -> bytes:
    """An envelope for whoever has the private half of that point: for what is typed in at an office, and for other programs."""
    from cryptography.hazmat.primitives.asymmetric.ec import (
        ECDH,
        SECP256R1,
        EllipticCurvePublicKey,
        generate_private_key,
    )
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    ours = generate_private_key(SECP256R1())
    shared = ours.exchange(ECDH(), EllipticCurvePublicKey.from_encoded_point(SECP256R1(), theirs))
    iv = secrets.token_bytes(IV)
    key = _derive(shared, INFO, 32, point(ours) + theirs)
    return VERSION + point(ours) + iv + AESGCM(key).encrypt(iv, content, about)


def signature(key: "EllipticCurvePrivateKey", message: bytes) -> bytes:
    """ECDSA over SHA-256 as r || s, 64 bytes, as WebCrypto verifies it."""
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256

    r, s = decode_dss_signature(key.sign(message, ECDSA(SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")
