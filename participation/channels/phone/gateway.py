"""The gateways of an installation: which there are, what each may do, what it costs; and what every dialect of theirs must be able to do."""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any

from participation.kit.hashing import same
from participation.settings import SettingsError

DIALECTS = ("africastalking", "dmark", "kannel", "twilio", "rapidpro")
PAYS = ("free", "sms", "call", "session")
DEAREST = 1_000_000_000
"""In any currency; more would not fit into a month's sum."""
MOST_LETTERS, LEAST_LETTERS = 160, 70
_WRITTEN = re.compile(r"\+?[0-9\s().-]+", re.ASCII)
_KEYPAD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")
WITHHELD = frozenset(
    "+" + word.translate(_KEYPAD)
    for word in ("ANONYMOUS", "BLOCKED", "PRIVATE", "RESTRICTED", "UNAVAILABLE", "UNKNOWN", "WITHHELD")
)
"""How telephone companies spell a hidden number, as letters stand on a telephone's keys: all who hide theirs would be one."""
SHORTEST_SECRET = 20
_IN_ADDRESS = re.compile(rf"[A-Za-z0-9_-]{{{SHORTEST_SECRET},}}")


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
    calls: tuple[str, ...] = ()
    """Digits with which numbers begin that are called back; without them those of `country`. Anybody can show a dear number as theirs."""
    letters: int = MOST_LETTERS
    """Of a USSD screen in a script that GSM-7 has not, such as Arabic: its network may carry fewer of them."""
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
        ours = self.e164(self.missed)
        return ours is not None and self.e164(called) == ours

    def calls_back(self, number: str) -> bool:
        """Whether the city calls this number at its own cost; it is in E.164."""
        return number.startswith(tuple(f"+{digits}" for digits in self.calls or (self.country,) if digits))

    def e164(self, number: str) -> str | None:
        """`+254712345678`, whichever way a gateway writes it; None where it is no number: short codes and names are not answered.

        A name may hold digits (`ALERT25471234`): only what is written as a number is one, and not what spells that it is hidden.
        """
        written = number.strip()
        if not _WRITTEN.fullmatch(written):
            return None
        digits = "".join(c for c in written if c.isdecimal())
        if written.startswith("+"):
            pass
        elif digits.startswith("00"):
            digits = digits[2:]
        elif digits.startswith("0") and self.country:
            digits = self.country + digits[1:]
        e164 = f"+{digits}"
        return e164 if 8 <= len(digits) <= 15 and not digits.startswith("0") and e164 not in WITHHELD else None


def read_gateways(path: Path | None) -> dict[str, Gateway]:
    """By name. Raises `WrongGateways`; without a file there are none."""
    if path is None:
        return {}
    try:
        said = tomllib.loads(path.read_text(), parse_float=Decimal)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WrongGateways(f"{path}: {error}") from None
    if os.stat(path).st_mode & 0o077:
        raise WrongGateways(f"{path}: others can read it; chmod 600")
    entries = said.pop("gateway", [])
    if said or not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        raise WrongGateways(f"{path}: it has entries that begin with [[gateway]], and nothing else")
    gateways = [_gateway(one, f"{path}: gateway {place}") for place, one in enumerate(entries, 1)]
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
    name, country = text("name", needed=True), text("country")
    if not all(c.isascii() and (c.isalnum() or c == "-") for c in name):
        raise WrongGateways(f"{where}: name has letters, digits and dashes only")
    if not _IN_ADDRESS.fullmatch(secret := text("secret", needed=True)):
        raise WrongGateways(f"{where}: secret needs {SHORTEST_SECRET} letters, digits, dashes and underscores, or more")
    if country and not (country.isascii() and country.isdigit()):
        raise WrongGateways(f"{where}: country has digits only, without + or 00")
    for field_name, values in (("dialect", DIALECTS), ("pays", PAYS)):
        if said.get(field_name, "free") not in values:
            raise WrongGateways(f"{where}: {field_name} is one of {', '.join(values)}")
    allow, price, cap = _networks(said, where), _amount(said, "price", where), _amount(said, "cap", where)
    keys = _keys(said, where)
    texts = {one: text(one) for one in ("dialect", "number", "missed")}
    made = Gateway(
        name=name,
        secret=secret,
        city=text("city") or None,
        allow=allow,
        country=country,
        calls=_digits(said, "calls", where),
        letters=_letters(said, where),
        pays=said.get("pays", "free"),
        price=price or Decimal(0),
        cap=cap,
        keys=keys,
        **texts,
    )
    if made.missed and (lacks := _lacks(made)):
        raise WrongGateways(f"{where}: missed needs {lacks}")
    return made


def _lacks(gateway: Gateway) -> str | None:
    """What a gateway has not that calls back: anybody can have it call, and show any number as theirs."""
    if not (gateway.dialect == "twilio" and gateway.account and gateway.keys.get("token")):
        return "a gateway that can be asked to call: twilio, account and token"
    if not gateway.price or gateway.cap is None:
        return "price (of a minute) and cap (of a month)"
    if not (gateway.country or gateway.calls):
        return 'country, or calls: how numbers begin that are called, like ["2547", "2541"]'
    return None


def _networks(said: Mapping[str, Any], where: str) -> tuple[IPv4Network | IPv6Network, ...]:
    written = said.get("allow", [])
    if not isinstance(written, list) or not all(isinstance(one, str) for one in written):
        raise WrongGateways(f'{where}: allow is a list of addresses, like ["192.0.2.0/24"]')
    try:
        return tuple(ip_network(one, strict=False) for one in written)
    except ValueError as error:
        raise WrongGateways(f"{where}: allow: {error}") from None


def _digits(said: Mapping[str, Any], name: str, where: str) -> tuple[str, ...]:
    written = said.get(name, [])
    if not isinstance(written, list) or not all(
        isinstance(one, str) and re.fullmatch("[0-9]+", one) for one in written
    ):
        raise WrongGateways(f'{where}: {name} is a list of digits, like ["2547", "2541"]')
    return tuple(written)


def _letters(said: Mapping[str, Any], where: str) -> int:
    letters = said.get("letters", MOST_LETTERS)
    if type(letters) is not int or not LEAST_LETTERS <= letters <= MOST_LETTERS:
        raise WrongGateways(f"{where}: letters is a whole number from {LEAST_LETTERS} to {MOST_LETTERS}")
    return letters


def _amount(said: Mapping[str, Any], name: str, where: str) -> Decimal | None:
    """Of money; None where nothing is said."""
    amount = said.get(name)
    if amount is None:
        return None
    if type(amount) not in (int, Decimal) or not (Decimal(amount).is_finite() and 0 <= amount <= DEAREST):
        raise WrongGateways(f"{where}: {name} is a number from 0 to {DEAREST}")
    return Decimal(amount)


def _keys(said: Mapping[str, Any], where: str) -> dict[str, str]:
    keys = said.get("keys", {})
    if not isinstance(keys, dict) or not all(isinstance(key, str) for key in keys.values()):
        raise WrongGateways(f'{where}: keys holds texts, like {{ token = "…" }}')
    return dict(keys)
