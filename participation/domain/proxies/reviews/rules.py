"""Who may dispute, withdraw, admit or refuse an entry: pure decisions over its state."""

from participation.domain.moderation.rules import of_an_entry
from participation.domain.people.models import Role
from participation.domain.proxies.models import EntryState
from participation.kit.errors import Conflict, NotAllowed, NotFound, Refusal
from participation.kit.i18n import Message, _

WAITING = (EntryState.HELD, EntryState.DISPUTED)
REVIEWER = Role.MODERATOR
"""For the whole city, since what a delegate brought may be of any project."""

STATES: dict[EntryState, Message] = {
    EntryState.ACCEPTED: _("It was taken, as a delegate wrote it down."),
    EntryState.HELD: _("It arrived, and waits until the city has looked at it. It is not counted."),
    EntryState.DISPUTED: _("It was disputed, and waits until the city has looked at it. It is not counted."),
    EntryState.WITHDRAWN: _("It was taken back. Its words are gone."),
    EntryState.REFUSED: _("The city has looked at it, and it does not count."),
}


def may_dispute(state: str) -> Refusal | None:
    """Whoever has the receipt can say that something is wrong; it waits at once, and somebody looks at it."""
    if state in (EntryState.ACCEPTED, EntryState.HELD):
        return None
    return Conflict(
        "entry_state",
        STATES[EntryState(state)],
        _("Nothing more has to be done. You can say it yourself on the project's page, or ask for another visit."),
    )


def may_withdraw(state: str, *, theirs: bool) -> Refusal | None:
    """A receipt alone takes nothing back, since the delegate's device knows it: the person's own code does."""
    if not theirs:
        return NotAllowed(
            "not_yours",
            _("This code does not belong to the person for whom this was written down."),
            _("You can say that it is wrong with the receipt alone; then it waits until the city has looked at it."),
        )
    if state in (EntryState.ACCEPTED, *WAITING):
        return None
    return Conflict(
        "entry_state", STATES[EntryState(state)], _("Nothing more has to be done: there is nothing left of it.")
    )


def may_decide(state: str) -> Refusal | None:
    if state in WAITING:
        return None
    return Conflict(
        "entry_state",
        _("This entry does not wait any more: somebody has decided about it in the meantime."),
        _("Go on with the next one."),
    )


def may_show(state: str) -> Refusal | None:
    """Whether a moderator may show the comment that came in an entry of this state."""
    if state in WAITING:
        return of_an_entry()
    if state == EntryState.REFUSED:
        return Conflict("entry", STATES[EntryState.REFUSED], _("Go on with the next one."))
    return None


def no_entry() -> NotFound:
    return NotFound("entry", _("There is no such entry."), _("The list shows all entries that wait."))


def disputed_at(place: str) -> tuple[dict[str, str], tuple[str, str]]:
    """What the record says of a dispute, and about what: the delegate's district. With project or number the few there are would lead to
    somebody, and to whoever called them whether they voted."""
    return {"place": place}, ("place", place)
