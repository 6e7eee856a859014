"""One-time passwords, ends of roles, invitations, passwords."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pyotp
import pytest

from participation.domain.people.models import Invitation, Role
from participation.domain.people.staff.forms import read_login, read_new_password
from participation.domain.people.staff.rules import (
    GRANTABLE,
    fitting_step,
    may_accept,
    may_end_at,
    may_try_totp,
)
from participation.kit.forms import Reader, Said
from tests.cast import DAY, NOW

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
STEP = int(NOW.timestamp()) // 30


def shown_at(moment: datetime) -> str:
    return pyotp.TOTP(SECRET).at(moment)


@pytest.mark.parametrize(("seconds", "fits"), [(0, True), (-30, True), (30, True), (-61, False), (61, False)])
def test_a_clock_may_be_half_a_minute_off(seconds: int, fits: bool) -> None:
    found = fitting_step(SECRET, shown_at(NOW + timedelta(seconds=seconds)), 0, NOW)
    assert (found is not None) is fits


def test_no_one_time_password_works_twice() -> None:
    step = fitting_step(SECRET, shown_at(NOW), 0, NOW)
    assert step == STEP
    assert fitting_step(SECRET, shown_at(NOW), step, NOW) is None
    assert fitting_step(SECRET, shown_at(NOW - timedelta(seconds=30)), step, NOW) is None


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "😀" * 6])
def test_what_is_no_one_time_password_fits_nothing(typed: str) -> None:
    assert fitting_step(SECRET, typed, 0, NOW) is None


@pytest.mark.parametrize(
    ("end", "allowed"), [(NOW, False), (NOW - DAY, False), (NOW + DAY, True), (NOW + 4 * 366 * DAY, False)]
)
def test_a_role_ends_on_a_later_day_within_three_years(end: datetime, allowed: bool) -> None:
    assert (may_end_at(end, NOW) is None) is allowed


@pytest.mark.parametrize(
    ("used", "expires", "role", "reason"),
    [
        (None, DAY, DAY, None),
        (NOW, DAY, DAY, "invitation_used"),
        (None, timedelta(0), DAY, "invitation_old"),
        (None, DAY, timedelta(0), "invitation_over"),
    ],
)
def test_an_invitation_works_once_and_for_a_while(
    used: datetime | None, expires: timedelta, role: timedelta, reason: str | None
) -> None:
    refusal = may_accept(
        Invitation(used_at=used, confirmed_by=2, expires_at=NOW + expires, role_ends_at=NOW + role), NOW
    )
    assert (refusal and refusal.code) == reason


def test_after_ten_wrong_one_time_passwords_no_more_are_looked_at() -> None:
    assert may_try_totp(9) is None
    assert may_try_totp(10) is not None


def test_nobody_is_made_a_delegate_or_resident_here() -> None:
    assert set(GRANTABLE) == {Role.OFFICIAL, Role.MODERATOR, Role.AUDITOR, Role.ADMINISTRATOR}


@pytest.mark.parametrize(
    ("login", "right"), [("omar", True), ("Omar.B-2", True), ("o", False), ("-omar", False), ("o mar", False)]
)
def test_a_login_is_short_and_plain(login: str, right: bool) -> None:
    form = Reader(Said({"login": login}))
    assert read_login(form) == login.lower()
    assert (not form.errors) is right


@pytest.mark.parametrize(
    ("password", "again", "wrong"),
    [
        ("four calm green boats", "four calm green boats", None),
        ("short", "short", "password"),
        ("aaaaaaaaaaaaaa", "aaaaaaaaaaaaaa", "password"),
        ("omar.the.official", "omar.the.official", "password"),
        ("four calm green boats", "four calm green boat", "password_again"),
    ],
)
def test_a_password_is_long_and_typed_twice(password: str, again: str, wrong: str | None) -> None:
    form = Reader(Said({"password": password, "password_again": again}))
    read_new_password(form, "omar.the.official")
    assert list(form.errors) == ([wrong] if wrong else [])


def test_the_zone_of_a_city_decides_when_a_day_ends() -> None:
    form = Reader(Said({"ends_at": "2027-04-01"}))
    end = form.moment("ends_at", ZoneInfo("Africa/Nairobi"))
    assert end == datetime(2027, 3, 31, 21, tzinfo=ZoneInfo("UTC"))
