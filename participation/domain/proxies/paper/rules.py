"""Serial numbers, and which batches may be printed: pure decisions."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from participation.domain.people.models import Role
from participation.domain.projects.models import Feature
from participation.kit.errors import Closed, Conflict, NotFound, Refusal
from participation.kit.hashing import has_check_digit, typed_number, with_check_digit
from participation.kit.i18n import _

OFFICE = (Role.ADMINISTRATOR, Role.OFFICIAL)
"""Who prints, reads and settles."""
MOST = 200
"""Sheets of a batch."""
STATEMENTS = 12
DIGITS = 3
"""Of a sheet's own number in its batch; one more is a check digit."""


def serial_number(batch: int, serial: int) -> str:
    """As it is printed: `12-0345`, the last a Damm check digit over all of them."""
    number = with_check_digit(f"{batch}{serial:0{DIGITS}}")
    return f"{batch}-{number[len(str(batch)) :]}"


def read_serial(text: str) -> tuple[int, int]:
    """Batch and serial, typed or scanned. Raises the refusal of what no sheet carries."""
    number = typed_number(text)
    if not has_check_digit(number) or not DIGITS + 2 <= len(number) <= DIGITS + 10:
        raise Conflict(
            "serial",
            _("This is not a serial number. One digit is wrong or missing."),
            _("Compare it with the sheet: it stands beside the picture, for example 12-0345."),
        )
    return int(number[: -DIGITS - 1]), int(number[-DIGITS - 1 : -1])


def client_id(batch: int, serial: int) -> uuid.UUID:
    """Of the entry that a sheet becomes: the same for the same sheet, so that it can never count twice."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"paper {batch}-{serial}")


def no_sheet() -> NotFound:
    """Also for a sheet of another city, of which nothing is said here."""
    return NotFound(
        "sheet",
        _("No sheet with this number was printed by this city."),
        _("Look at the head of the sheet for the city and the project. A sheet of another city belongs to its office."),
    )


class Step(Protocol):
    """As much as has to be known of one."""

    @property
    def allows(self) -> Sequence[str]: ...
    @property
    def closes_at(self) -> datetime: ...
    @property
    def ended_at(self) -> datetime | None: ...


def may_print(steps: Iterable[Step], at: datetime) -> Refusal | None:
    """A consultation that takes comments or reactions, now or later."""
    stands = (step for step in steps if step.ended_at is None and at < step.closes_at)
    if any({Feature.COMMENT, Feature.REACT} & set(step.allows) for step in stands):
        return None
    return Closed(
        "nothing_asked",
        _("This project takes no comments now or soon."),
        _("Announce its consultation first; then print the forms."),
    )


def elsewhere() -> Conflict:
    return Conflict(
        "paper_district",
        _("This project does not concern the district of this delegate."),
        _("Choose a delegate of a district that it concerns."),
    )


def no_project() -> NotFound:
    return NotFound("project", _("There is no such project."), _("All projects of the city are in the list."))
