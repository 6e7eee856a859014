"""What staff type: sign-in, first password, roles."""

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from participation.domain.people.models import Role
from participation.domain.people.staff.rules import GRANTABLE
from participation.domain.places.queries import CityView
from participation.kit.forms import Reader
from participation.kit.hashing import typed_number
from participation.kit.i18n import _

LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


@dataclass(frozen=True)
class StaffSignIn:
    login: str
    password: str
    totp: str


def read_sign_in(form: Reader) -> StaffSignIn:
    return StaffSignIn(
        login=form.text("login", at_most=100).lower(),
        password=form.text("password", at_most=1000),
        totp=typed_number(form.text("totp", at_most=40)),
    )


def read_login(form: Reader, name: str = "login") -> str:
    login = form.text(name, at_most=40).lower()
    if login and not LOGIN.fullmatch(login):
        form.wrong(name, _("Two to forty letters from a to z, digits, dots, hyphens; the first is a letter or digit."))
    return login


def read_new_password(form: Reader, login: str) -> str:
    """Twelve characters or more; length is what counts (NIST SP 800-63B)."""
    password = form.text("password", at_most=1000)
    again = form.text("password_again", at_most=1000)
    if "password" in form.errors:
        return password
    if len(password) < 12 or password.lower() == login or len(set(password)) < 5:
        form.wrong(
            "password", _("Please choose at least twelve characters that nobody would guess; several words are good.")
        )
    elif password != again:
        form.wrong("password_again", _("The two are not the same. Please type the password again."))
    return password


@dataclass(frozen=True)
class NewRole:
    role: Role
    place_id: int
    ends_at: datetime


def read_role(form: Reader, city: CityView, zone: ZoneInfo) -> NewRole:
    role = form.one_of("role", Role)
    if role not in GRANTABLE:
        form.wrong("role", _("Please choose one of the answers."))
    place = city.place(form.text("place", at_most=60))
    if place is None:
        form.wrong("place", _("Please choose one of the places."))
    ends_at = form.moment("ends_at", zone)
    form.finish()
    if place is None or ends_at is None:
        raise RuntimeError("finish lets nothing of this through")
    return NewRole(role, place.id, ends_at)
