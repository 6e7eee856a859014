"""The demonstration's sign-ins: derived from the installation's own secret, so that nothing in clear has to be kept."""

from dataclasses import dataclass
from datetime import timedelta

import pyotp

from participation.domain.ballots.choice_codes import rules
from participation.domain.people.codes.rules import LENGTH
from participation.domain.people.kiosks.rules import CODE
from participation.domain.people.models import Role
from participation.kit import clock
from participation.kit.hashing import Secrets, grouped, keyed, number_from
from participation.settings import Settings


@dataclass(frozen=True)
class Member:
    login: str
    roles: tuple[Role, ...]
    office: str


STAFF = (
    Member("ada", (Role.ADMINISTRATOR,), "administrator"),
    Member("juma", (Role.ADMINISTRATOR,), "administrator, the second of two"),
    Member("omar", (Role.OFFICIAL,), "official"),
    Member("zawadi", (Role.OFFICIAL,), "official, the second of two"),
    Member("mariam", (Role.MODERATOR,), "moderator"),
    Member("idris", (Role.AUDITOR,), "auditor"),
)
CHOICES = ((1, "for"), (2, "against"), (3, "abstain"))
RESIDENTS = (
    ("viwandani", "lives in Industry, may vote on the water meters"),
    ("milimani", "lives on the Hill, may not"),
)


def code(secrets: Secrets, district: str, serial: int) -> str:
    """The access code of a demonstration slip."""
    return number_from(keyed(secrets.key("demonstration code"), district, serial), LENGTH)


def kiosk_code(secrets: Secrets) -> str:
    """What makes a screen the demonstration's kiosk."""
    return number_from(keyed(secrets.key("demonstration kiosk"), "library"), CODE)


def choice_code(secrets: Secrets, place: int) -> str:
    """Of the demonstration's sheets for the water meters, one after the other: for, against, abstain, and the next sheet."""
    return number_from(keyed(secrets.key("demonstration choice code"), place), rules.LENGTH)


def password(secrets: Secrets, login: str) -> str:
    digits = number_from(keyed(secrets.key("demonstration password"), login), 12)
    return f"{login}-{digits[:4]}-{digits[4:8]}-{digits[8:]}"


def totp(secrets: Secrets, login: str) -> str:
    import base64

    return base64.b32encode(keyed(secrets.key("demonstration totp"), login)[:20]).decode()


def describe(settings: Settings) -> str:
    """Addresses, sign-ins and two walks, as `make run` prints them."""
    secrets = Secrets(settings.secret, settings.secret_previous)
    url = settings.base_url
    lines = [
        "",
        f"  The city of Tamarani is at {url}/",
        f"  Its staff sign in at       {url}/staff/sign-in",
        "",
        "  Residents (access codes):",
    ]
    lines += [f"    {grouped(code(secrets, district, 1))}   {who}" for district, who in RESIDENTS]
    lines += [
        "",
        f"  A kiosk (once, within a week): open {url}/kiosk/ in a browser of its own and type {grouped(kiosk_code(secrets))}",
        "    then hold a resident's code under its reader, or type it; leave it alone for 80 seconds.",
    ]
    said = ", ".join(f"{grouped(choice_code(secrets, place))} {word}" for place, word in CHOICES)
    lines += ["", "  A sheet with choice codes for the water meters, to be said in place of 1, 2 or 3:", f"    {said}"]
    lines += ["", "  Staff (login, password, one-time password of this half-minute; `make cast` prints fresh ones):"]
    now = clock.now()
    for member in STAFF:
        one_time = pyotp.TOTP(totp(secrets, member.login)).at(now)
        lines.append(f"    {member.login:8} {password(secrets, member.login):24} {one_time}   {member.office}")
    lines += [
        f"    (to keep them in an app: secret of omar {totp(secrets, 'omar')})",
        "",
        "  A basic phone, in a terminal of its own: .venv/bin/participation phone, then *384*6#",
        "",
        "  A resident's walk, five minutes:",
        f"    1. {url}/sw/ : choose your language at the foot of the page; open the bus corridor.",
        "    2. Read the project, then what others say; sign in with the first code and answer one of them.",
        f"    3. {url}/en/projects/water-meters/ballot : vote, then change your vote; keep the receipt.",
        f"    4. {url}/en/receipts : look the receipt up, from another browser if you like.",
        f"    5. {url}/en/projects/market-cameras/outcome : how a city says why it departs from a vote.",
        "",
        "  An official's walk, five minutes:",
        f"    1. Sign in as omar at {url}/staff/ : what is missing from the identity card, and why it cannot open.",
        "    2. Fill in what is missing, look at the preview; its consultation opens.",
        "    3. Extend a step with a reason; answer a comment; see both in the project's history.",
        "    4. Sign in as mariam: hide a comment with a reason. Sign in as ada: activate a batch, invite somebody.",
        f"    5. .venv/bin/participation record copy {url} copy && .venv/bin/participation record verify copy",
        "",
    ]
    return "\n".join(lines)


def voters(secrets: Secrets, district: str, count: int) -> list[str]:
    return [code(secrets, district, serial) for serial in range(1, count + 1)]


SINCE = timedelta(days=460)
"""How long before today the demonstration begins."""
