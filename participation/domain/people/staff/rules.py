"""What a member of staff may be given, and what makes a one-time password count once."""

from datetime import datetime, timedelta

import pyotp

from participation.domain.people.models import Invitation, Role
from participation.kit.errors import Conflict, Gone, NotFound, Refusal, TooMany
from participation.kit.i18n import _

STEP = 30
"""Seconds for which a one-time password is shown (RFC 6238)."""
GRANTABLE = (Role.OFFICIAL, Role.MODERATOR, Role.AUDITOR, Role.ADMINISTRATOR)
LONGEST_ROLE = timedelta(days=3 * 366)
INVITATION = timedelta(days=7)
MOST_TOTP = 10


def fitting_step(secret: str, password: str, last_step: int, at: datetime) -> int | None:
    """The time step whose password this is: now, or one earlier or later; None when wrong or used before."""
    now = int(at.timestamp()) // STEP
    totp = pyotp.TOTP(secret)
    steps = (step for step in (now, now - 1, now + 1) if step > last_step)
    return next((step for step in steps if pyotp.utils.strings_equal(totp.generate_otp(step), password)), None)


def may_try_totp(wrong: int) -> Refusal | None:
    """Ten wrong one-time passwords in ten minutes, each with the right password: no more for now."""
    if wrong < MOST_TOTP:
        return None
    return TooMany(
        "totp",
        _("Too many one-time passwords were wrong. Please try again in ten minutes."),
        _("If this was not you, somebody knows your password: tell an administrator."),
    )


def may_end_at(ends_at: datetime, at: datetime) -> Refusal | None:
    """A role has an end: later than now, and at most three years away."""
    if at < ends_at <= at + LONGEST_ROLE:
        return None
    return Conflict(
        "role_end",
        _("A role ends on a later day, at most three years from now."),
        _("Choose a day within that time; the role can be given again later."),
    )


def may_accept(invitation: Invitation, at: datetime) -> Refusal | None:
    """Once, when two administrators want it, while the link is fresh and the role that it leads to has not ended."""
    if invitation.used_at is not None:
        return Gone(
            "invitation_used",
            _("This link was used already."),
            _("Ask the administrator who gave it to you for a new one."),
        )
    if invitation.confirmed_by is None and invitation.expires_at > at:
        return Conflict(
            "not_confirmed",
            _("A second administrator has not confirmed this invitation yet."),
            _("Open the link again once it is confirmed, or ask the administrator who gave it to you."),
        )
    if invitation.role_ends_at <= at:
        return Gone(
            "invitation_over",
            _("The role for which this link was made has ended."),
            _("Ask the administrator who gave it to you for a new one."),
        )
    if invitation.expires_at <= at:
        return Gone(
            "invitation_old", _("This link is too old."), _("Ask the administrator who gave it to you for a new one.")
        )
    return None


# What else is refused, and what can be done then


def not_recognised() -> NotFound:
    """Never which of the three was wrong."""
    return NotFound(
        "staff",
        _("User name, password and one-time password do not fit together. Each one-time password works once."),
        _("Wait for the next one-time password and try again. If your telephone is lost, ask an administrator."),
    )


def not_invited() -> NotFound:
    return NotFound(
        "invitation",
        _("There is no such invitation."),
        _("Compare the link with the one that you were given, or ask an administrator for a new one."),
    )


def login_taken() -> Conflict:
    return Conflict(
        "login",
        _("Somebody has this user name already. Please choose another one."),
        _("Your name with a number, for example, is often free."),
    )


def wrong_totp() -> Conflict:
    return Conflict(
        "totp",
        _("This one-time password does not fit. Please type the one shown now."),
        _("If none fits, set the clock of your telephone to the right time."),
    )


def not_staff() -> NotFound:
    return NotFound(
        "staff",
        _("There is no such member of staff."),
        _("Open the list of staff again; it shows who works here now."),
    )
