"""When a form is made anew, and why a submission cannot be taken: pure decisions."""

import base64
import json
import zlib
from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from participation.kit.errors import Conflict, NotFound, Refusal
from participation.kit.i18n import _

RENEW = timedelta(hours=1)
"""What residents say changes all the time; devices need not fetch a form more often than this."""
HEARD = timedelta(minutes=5)
REALM = "participation"
LARGEST_XML = 256 * 1024
DEEPEST, MOST_ELEMENTS = 12, 1_000


@dataclass(frozen=True)
class Made:
    """The newest version of a form, as it was made."""

    version: int
    fixed: bytes
    said: bytes
    statements: frozenset[int]
    made_at: datetime


def due(made: Made | None, fixed: bytes, said: bytes, shown: Set[int], at: datetime) -> bool:
    """Whether a new version has to be made: at once when the city says something else or a quoted comment is shown no more."""
    if made is None or made.fixed != fixed or not made.statements <= shown:
        return True
    return made.said != said and at - made.made_at >= RENEW


def unheard(last_seen: datetime | None, at: datetime) -> bool:
    """Whether a device has to be noted as heard of: a client looks before it sends, and that was a moment ago."""
    return last_seen is None or at - last_seen >= HEARD


class Wrong(Refusal):
    """What arrived is no submission of a form."""

    status = 400


def no_version() -> Refusal:
    return Wrong(
        "openrosa_version",
        _("This address is for programs that speak OpenRosa 1.0, such as ODK Collect."),
        _("Set the program up with the QR code from the district office."),
    )


def no_multipart() -> Refusal:
    return Wrong(
        "multipart",
        _("What arrived is not a form with exactly one part that is called xml_submission_file."),
        _("Send it once more. If it fails again, bring the device to the district office."),
    )


def no_xml() -> Refusal:
    return Wrong(
        "xml",
        _("What arrived cannot be read as the answers to a form."),
        _("Send it once more. If it fails again, bring the device to the district office."),
    )


def no_form() -> NotFound:
    return NotFound("form", _("There is no such form."), _("Fetch the list of forms once more."))


def no_form_version() -> NotFound:
    return NotFound(
        "form_version", _("There was never such a version of this form."), _("Fetch the list of forms once more.")
    )


def replaces_nothing() -> NotFound:
    return NotFound(
        "deprecated",
        _("What this replaces never arrived."),
        _("Fill in an empty form instead."),
    )


def not_replaced() -> Conflict:
    return Conflict(
        "replaced",
        _("What was sent cannot be replaced: the person has a receipt for what it says."),
        _("Fill in an empty form. With the receipt, the person can take back what was sent before."),
    )


def settings_code(city: str, address: str, user: str, password: str) -> str:
    """What Collect reads from a QR code: whom it works for, and that it fetches forms, sends, and deletes what was sent by itself."""
    settings = {
        "general": {
            "server_url": address,
            "username": user,
            "password": password,
            "form_update_mode": "match_exactly",
            "autosend": "wifi_and_cellular",
            "delete_send": True,
            "analytics": False,
        },
        "admin": {"change_server": False},
        "project": {"name": city},
    }
    text = json.dumps(settings, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()
