"""Who may confirm that a role is given or taken, who may give one up, and what the command line may give: pure decisions."""

from datetime import datetime, timedelta

from participation.domain.people.models import Role
from participation.domain.people.rules import may_confirm
from participation.kit.errors import Conflict, NotAllowed, NotFound, Refusal
from participation.kit.i18n import _

WAITS = timedelta(days=14)
"""How long a role that is to be given or taken waits for a second administrator."""
ENOUGH = 2
"""Administrators of the whole city: from then on they give all roles, and the command line none."""


def may_confirm_change(
    *, proposed_by: int, proposed_at: datetime, person_id: int, giving: bool, actor_id: int | None, at: datetime
) -> Refusal | None:
    """A second administrator, while it is fresh; nobody confirms a role of their own."""
    if refusal := may_confirm(proposed_by, actor_id):
        return refusal
    if giving and person_id == actor_id:
        return NotAllowed(
            "own_role",
            _("This role is to be yours. Nobody confirms a role of their own."),
            _("Another administrator can confirm it."),
        )
    if at >= proposed_at + WAITS:
        return Conflict(
            "too_old",
            _("This has waited for more than two weeks, and does not count any more."),
            _("Drop it; whoever still wants it can begin again."),
        )
    return None


def may_end_own(*, role: str, others: int) -> Refusal | None:
    """Anybody gives up a role of their own, alone; the last administrator only once there is another one."""
    if role != Role.ADMINISTRATOR or others:
        return None
    return Conflict(
        "last_administrator",
        _("You are the only administrator here. Somebody has to be left who can give roles."),
        _("Give the role to a second administrator first."),
    )


def may_found(*, role: str, whole_city: bool, administrators: int) -> Refusal | None:
    """The command line makes administrators of the whole city until there are two; they give every other role."""
    if administrators >= ENOUGH:
        return Conflict(
            "founded",
            _("This city has two administrators. Roles are given by them, and not on the command line."),
            _(
                "One of them gives the role or invites somebody on the page of staff and roles; another one confirms it."
            ),
        )
    if role != Role.ADMINISTRATOR or not whole_city:
        return Conflict(
            "founding",
            _("The command line only makes administrators of the whole city, until there are two of them."),
            _("Make two administrators; they invite everybody else on the page of staff and roles."),
        )
    return None


def may_take(role: str) -> Refusal | None:
    """A delegate without the role would still be appointed, with devices that go on."""
    if role != Role.DELEGATE:
        return None
    return Conflict(
        "delegate_role",
        _("The role of a delegate ends with their appointment, and their devices with it: not here."),
        _("An administrator suspends or revokes them on the page of district delegates."),
    )


def proposer_gone() -> Conflict:
    return Conflict(
        "proposer_gone",
        _("Whoever wanted this is no administrator here any more, so it does not count."),
        _("Drop it, and begin again if it is still wanted."),
    )


def waiting_already() -> Conflict:
    return Conflict(
        "waiting_already",
        _("That this role is removed waits for a second administrator already."),
        _("The list of what waits is on this page."),
    )


def role_ended() -> NotFound:
    return NotFound(
        "role", _("This role has ended already."), _("Open the list of staff again; it shows who works here now.")
    )
