"""Which code enrols which device, and what a device signs in with: pure decisions."""

from datetime import datetime, timedelta

from participation.domain.proxies.delegates.models import DelegateState
from participation.domain.proxies.devices.models import DeviceKind, Enrolment
from participation.kit.errors import Conflict, Gone, NotAllowed, NotFound, Refusal
from participation.kit.hashing import Secrets, keyed
from participation.kit.i18n import _

CODE = 12
"""Digits of a code that enrols a device."""
WORKS_FOR = timedelta(hours=24)
MOST_RECEIPTS = 200
"""Unused ones that a device may hold: as many as two people could hand out on a long day."""
RECEIPT = 12
LONGEST_LABEL = 60

KINDS = {
    DeviceKind.PAGE: _("Telephone or tablet with the delegate's page"),
    DeviceKind.ODK: _("Telephone with ODK Collect"),
}
"""Those that are enrolled by a code: an office is not."""


def code_digests(secrets: Secrets, code: str) -> list[bytes]:
    """Under the current master secret first, then under the one that is being replaced."""
    return [keyed(key, code) for key in secrets.keys("enrolment")]


def token_digests(secrets: Secrets, token: str) -> list[bytes]:
    """The same for what a device signs in with; a hash that is found under the older one is renewed on use."""
    return [keyed(key, token) for key in secrets.keys("device token")]


def may_enrol(enrolment: Enrolment, kind: DeviceKind, standing: DelegateState, at: datetime) -> Refusal | None:
    """A code works once, for a day, for the kind of device that it was made for, while its delegate is appointed."""
    if enrolment.used_at is not None:
        return Gone(
            "enrolment_used",
            _("This code was used already. It works once."),
            _("Ask the office for a new one. If it was not you who used it, tell them so at once."),
        )
    if at >= enrolment.expires_at:
        return Gone(
            "enrolment_old", _("This code is too old. It works for 24 hours."), _("Ask the office for a new one.")
        )
    if enrolment.kind != kind:
        return Conflict(
            "enrolment_kind",
            _("This code was made for another kind of device."),
            _("Ask the office for a code for this device."),
        )
    return may_bring(standing)


def may_bring(standing: DelegateState) -> Refusal | None:
    """New devices are for delegates who are appointed now; whoever is suspended waits."""
    if standing is DelegateState.APPOINTED:
        return None
    if standing is DelegateState.SUSPENDED:
        return NotAllowed(
            "delegate_suspended",
            _("This delegate is suspended. No device can be enrolled meanwhile."),
            _("An administrator of the city can let them go on."),
        )
    return NotAllowed(
        "delegate_not_appointed",
        _("This delegate is not appointed, or not any more."),
        _("An administrator of the city can say how things stand."),
    )


def unknown_code() -> NotFound:
    return NotFound(
        "enrolment",
        _("This code is not known. Please compare it with what you were given."),
        _("If it is right, ask the office for a new one: a code works once, for 24 hours."),
    )


def another_resident() -> Conflict:
    return Conflict(
        "another_resident",
        _("This is the access code of another resident than the one that you gave with an earlier device."),
        _("Type your own access code. If your slip was replaced, use the code on the newer one."),
    )


def no_device() -> NotFound:
    return NotFound("device", _("There is no such device."), _("The delegate's page shows all their devices."))


def revoked_already() -> Conflict:
    return Conflict(
        "device_revoked", _("This device was revoked already."), _("There is nothing left to do: it brings nothing in.")
    )
