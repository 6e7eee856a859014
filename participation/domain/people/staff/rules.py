"""What a member of staff may be given, and what makes a one-time password count once."""

from datetime import datetime, timedelta

import pyotp

from participation.domain.people.models import Invitation, Role
from participation.kit.errors import Conflict, Gone, Refusal, TooMany
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
    return Conflict("role_end", _("A role ends on a later day, at most three years from now."))


def may_accept(invitation: Invitation, at: datetime) -> Refusal | None:
    if invitation.used_at is not None:
        return Gone(
            "invitation_used",
            _("This link was used already."),
            _("Ask the administrator who gave it to you for a new one."),
        )
    if invitation.expires_at <= at:
        return Gone(
            "invitation_old", _("This link is too old."), _("Ask the administrator who gave it to you for a new one.")
        )
    return None
