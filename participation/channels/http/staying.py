"""The cookie of somebody signed in at a kiosk: their session, and sealed beside it the moment of the last sign of life."""

from datetime import UTC, datetime

from participation.kit.hashing import Secrets, keyed, same


def cookie(value: str, at: datetime, secrets: Secrets) -> str:
    moment = str(int(at.timestamp()))
    return f"{value}.{moment}.{_seal(secrets.key('kiosk session'), value, moment)}"


def read(said: str, secrets: Secrets) -> tuple[str, datetime | None]:
    """The session, and when its owner was last there, where that is said and sealed by us."""
    value, _dot, rest = said.partition(".")
    moment, _dot, seal = rest.partition(".")
    for key in secrets.keys("kiosk session"):
        if same(seal, _seal(key, value, moment)):
            return value, datetime.fromtimestamp(int(moment), UTC)
    return value, None


def _seal(key: bytes, value: str, moment: str) -> str:
    return keyed(key, value, moment).hex()[:32]
