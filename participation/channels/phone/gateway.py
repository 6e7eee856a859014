"""The gateways of an installation: which there are, what each may do, what it costs; and what every dialect of theirs must be able to do."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any

from participation.kit.hashing import same
from participation.settings import SettingsError

DIALECTS = ("africastalking", "dmark", "kannel", "twilio", "rapidpro")
PAYS = ("free", "sms", "call", "session")
SHORTEST_SECRET = 20


class WrongGateways(SettingsError):
    """The file of gateways cannot be used; the text says where and why."""


@dataclass(frozen=True)
class Gateway:
    """One of them, as the operator has set it."""

    name: str
    dialect: str
    secret: str = field(repr=False)
    """Part of its addresses: gateways without a signature are known by it."""
    city: str | None = None
    """Slug; None where there is only one city."""
    allow: tuple[IPv4Network | IPv6Network, ...] = ()
    """From where requests come; empty: from anywhere."""
    country: str = ""
    """Digits that stand before a number that is written without them (`254` for `0712…`)."""
    number: str = ""
    """What residents dial or write to."""
    missed: str = ""
    """A number that nobody answers: whoever lets it ring is called back, at the city's cost."""
    pays: str = "free"
    """What a resident pays: nothing, an SMS, a call, or what the network takes for a session."""
    price: Decimal = Decimal(0)
    """What the city pays for a segment of an SMS."""
    cap: Decimal | None = None
    """What the city wants to pay in a month."""
    keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What the dialect needs: `username` and `api_key`, `token`, an address to send to."""

    def may_come_from(self, address: str) -> bool:
        if not self.allow:
            return True
        try:
            return any(ip_address(address) in network for network in self.allow)
        except ValueError:
            return False

    def knows(self, secret: str) -> bool:
        return same(secret, self.secret)

    @property
    def account(self) -> str:
        """Under which it is asked to call and for recordings; empty where it only asks us."""
        return self.keys.get("account", "")

    def is_missed(self, called: str) -> bool:
        return bool(self.missed) and self.e164(called) == self.e164(self.missed)

    def e164(self, number: str) -> str | None:
        """`+254712345678`, whichever way a gateway writes it; None where it is no number: short codes and names are not answered."""
        digits = "".join(c for c in number if c.isdecimal() and c.isascii())
        if number.strip().startswith("+"):
            pass
        elif digits.startswith("00"):
            digits = digits[2:]
        elif digits.startswith("0") and self.country:
            digits = self.country + digits[1:]
        return f"+{digits}" if 8 <= len(digits) <= 15 else None


def read_gateways(path: Path | None) -> dict[str, Gateway]:
    """By name. Raises `WrongGateways`; without a file there are none."""
    if path is None:
        return {}
    try:
        said = tomllib.loads(path.read_text())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WrongGateways(f"{path}: {error}") from None
    if os.stat(path).st_mode & 0o077:
        raise WrongGateways(f"{path}: others can read it; chmod 600")
    gateways = [_gateway(one, f"{path}: gateway {place}") for place, one in enumerate(said.get("gateway", []), 1)]
    by_name = {one.name: one for one in gateways}
    if len(by_name) < len(gateways):
        raise WrongGateways(f"{path}: two gateways have the same name")
    return by_name


def _gateway(said: Mapping[str, Any], where: str) -> Gateway:
    def text(name: str, *, needed: bool = False) -> str:
        value = said.get(name, "")
        if not isinstance(value, str) or (needed and not value):
            raise WrongGateways(f"{where}: {name} has to be a text")
        return value

    unknown = set(said) - set(Gateway.__dataclass_fields__)
    if unknown:
        raise WrongGateways(f"{where}: {', '.join(sorted(unknown))} is not known")
    name = text("name", needed=True)
    if not all(c.isascii() and (c.isalnum() or c == "-") for c in name):
        raise WrongGateways(f"{where}: name has letters, digits and dashes only")
    if len(text("secret", needed=True)) < SHORTEST_SECRET:
        raise WrongGateways(f"{where}: secret needs at least {SHORTEST_SECRET} letters")
    for field_name, values in (("dialect", DIALECTS), ("pays", PAYS)):
        if said.get(field_name, "free") not in values:
            raise WrongGateways(f"{where}: {field_name} is one of {', '.join(values)}")
    try:
        allow = tuple(ip_network(one, strict=False) for one in said.get("allow", []))
        price, cap = Decimal(str(said.get("price", 0))), said.get("cap")
        most = None if cap is None else Decimal(str(cap))
    except (ValueError, InvalidOperation) as error:
        raise WrongGateways(f"{where}: {error}") from None
    keys = {str(key): str(value) for key, value in dict(said.get("keys", {})).items()}
    if said.get("missed") and not (said.get("dialect") == "twilio" and keys.get("account") and keys.get("token")):
        raise WrongGateways(f"{where}: missed needs a gateway that can be asked to call: twilio, account and token")
    texts = {one: text(one) for one in ("dialect", "secret", "country", "number", "missed")}
    return Gateway(
        name=name,
        city=text("city") or None,
        allow=allow,
        pays=said.get("pays", "free"),
        price=price,
        cap=most,
        keys=keys,
        **texts,
    )
