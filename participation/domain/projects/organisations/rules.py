"""Which organisations there are, and which of them are independent of the city and of its suppliers."""

from collections.abc import Mapping
from datetime import date

from participation.domain.projects.organisations.models import OrganisationKind
from participation.kit.errors import Invalid, NotFound, Refusal
from participation.kit.i18n import _

KINDS = {
    OrganisationKind.SUPPLIER: _("Supplier"),
    OrganisationKind.MINISTRY: _("Ministry"),
    OrganisationKind.POLICE: _("Police"),
    OrganisationKind.PUBLIC_BODY: _("Other public body"),
    OrganisationKind.AUTHORITY: _("Independent authority"),
    OrganisationKind.ASSOCIATION: _("Association"),
    OrganisationKind.UNIVERSITY: _("University"),
    OrganisationKind.BUSINESS: _("Business"),
}
INDEPENDENT = (OrganisationKind.AUTHORITY, OrganisationKind.ASSOCIATION, OrganisationKind.UNIVERSITY)
"""Whose opinion counts as one from outside: neither sells, nor commands, nor is paid out of the city's budget by its nature."""


def declared(gains: Mapping[str, str], payer: Mapping[str, str]) -> bool:
    return bool(gains) and bool(payer)


def may_declare(
    declared_on: date | None, gains: Mapping[str, str], payer: Mapping[str, str], today: date
) -> Refusal | None:
    """Both or neither; and on a day that has come."""
    if bool(gains) != bool(payer):
        field, said = ("payer", gains) if gains else ("gains", payer)
        return Invalid({f"{field}.{next(iter(said))}": _("Please declare both: what it gains, and who pays it.")})
    if gains and declared_on is None:
        return Invalid({"declared_on": _("Please say on which day it declared this.")})
    if declared_on is not None and declared_on > today:
        return Invalid({"declared_on": _("This day has not come yet.")})
    return None


def missing() -> NotFound:
    return NotFound("organisation", _("There is no such organisation."), _("All organisations are in the list."))
