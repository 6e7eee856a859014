"""Which kind of organisation stands behind each kind of receiver, and what is said while none of it has assessed for itself."""

from collections.abc import Mapping

from participation.domain.projects.organisations.models import OrganisationKind
from participation.kit.i18n import Message, _

RECEIVERS: Mapping[str, tuple[OrganisationKind, Message]] = {
    "supplier": (
        OrganisationKind.SUPPLIER,
        _("The supplier receives data and has not filed an assessment of its own."),
    ),
    "police": (
        OrganisationKind.POLICE,
        _("The police receive data and have not filed an assessment of their own."),
    ),
    "ministry": (
        OrganisationKind.MINISTRY,
        _("A ministry receives data and has not filed an assessment of its own."),
    ),
    "company": (
        OrganisationKind.BUSINESS,
        _("Another company receives data and has not filed an assessment of its own."),
    ),
}
"""By the choices of the question who receives data. The city assesses anyway; of somebody abroad, and of everybody, nobody can be asked."""
UNSURE = _("Nobody could say who receives data, so nobody who receives them could be asked.")
