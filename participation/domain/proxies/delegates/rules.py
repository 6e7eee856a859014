"""Who may be appointed as a delegate, when and by whom; who may object; and how a delegate stands: pure decisions."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from participation.domain.people.rules import may_confirm
from participation.domain.places.queries import CityView
from participation.domain.proxies.delegates.models import DelegateState, Interest, Reason
from participation.kit.errors import Closed, Conflict, Invalid, NotFound, Refusal, TooMany
from participation.kit.i18n import Message, When, _

OBJECTIONS = timedelta(days=14)
LONGEST = timedelta(days=366)
"""For so long somebody is put forward at most; whoever goes on is put forward again, and everybody can object again."""

INTERESTS: dict[Interest, Message] = {
    Interest.CANDIDATE: _("Stands as a candidate"),
    Interest.PARTY_OFFICE: _("Holds an office of a party"),
    Interest.LANDLORD: _("Lets homes"),
    Interest.SUPPLIER: _("Is, or works for, a supplier of a project"),
}
BARS = (Interest.CANDIDATE, Interest.LANDLORD, Interest.SUPPLIER)
"""With these nobody goes from door to door there: people would have something to fear, or to hope for, from them."""
STATES: dict[DelegateState, Message] = {
    DelegateState.PROPOSED: _("Put forward"),
    DelegateState.APPOINTED: _("Appointed"),
    DelegateState.SUSPENDED: _("Suspended"),
    DelegateState.REFUSED: _("Not appointed"),
    DelegateState.REVOKED: _("Revoked"),
    DelegateState.ENDED: _("Ended"),
}
REASONS: dict[Reason, Message] = {
    Reason.OBJECTION: _("An objection was upheld."),
    Reason.WITHDRAWN: _("An administrator withdrew it."),
    Reason.CHECKS: _("Call-backs showed entries that people had not made."),
    Reason.COMPLAINT: _("There was a complaint."),
    Reason.CONFLICT: _("There is a conflict of interest that was not declared."),
    Reason.OWN_WISH: _("The delegate asked for it."),
}
SUSPENDING = (Reason.COMPLAINT, Reason.CONFLICT, Reason.CHECKS, Reason.OWN_WISH)
"""The reasons that an administrator may give for suspending or revoking."""


def standing(state: str, ends_at: datetime, at: datetime) -> DelegateState:
    """An appointment is over with its time, whatever is stored; what was refused or revoked stays so."""
    if state in (DelegateState.APPOINTED, DelegateState.SUSPENDED) and at >= ends_at:
        return DelegateState.ENDED
    return DelegateState(state)


def barring(interests: Mapping[str, Sequence[int]], place_id: int, city: CityView) -> list[Interest]:
    """The declared interests with which somebody is not appointed for a district: those that hold there or in the whole city."""
    around = set(city.above(place_id)) | {place.id for place in city.places.values() if place.parent_id == place_id}
    return [one for one in BARS if around & set(interests.get(one, ()))]


def may_propose(interests: Mapping[str, Any], place_id: int, city: CityView, ends_at: datetime, at: datetime) -> None:
    """What can be seen at once is said at once, beside the field. Raises the refusal."""
    wrong: dict[str, Message] = {
        str(one): _("With this interest there, nobody is appointed for this district. Put somebody else forward.")
        for one in barring(interests, place_id, city)
    }
    if not at + OBJECTIONS < ends_at <= at + LONGEST:
        wrong["ends_at"] = _("Choose a day after the two weeks for objections, at most a year from now.")
    if wrong:
        raise Invalid(wrong)


MOST_SENT = {"device": 5, "all": 60}
"""So many in ten minutes from one device, and over all: each has to be decided by an administrator."""


def may_send(lately: Mapping[str, int]) -> Refusal | None:
    """`lately`: objections of the last ten minutes, by kind of source and over all. The form comes back with its words."""
    if all(lately.get(source, 0) < most for source, most in MOST_SENT.items()):
        return None
    return TooMany(
        "objections",
        _("Many objections came in a short time. This one was not sent; its words are still in the form."),
        _("Please send it again in ten minutes. Objections can be sent for two weeks."),
    )


def may_object(state: str, until: datetime, at: datetime, city: CityView) -> Refusal | None:
    """Anybody, for two weeks from when somebody is put forward."""
    if state == DelegateState.PROPOSED and at < until:
        return None
    if state == DelegateState.PROPOSED or at >= until:
        return Closed(
            "objections_closed",
            _("Objections could be sent until %(when)s.", when=When(until, city.zone)),
            _("If something is wrong with this delegate, write to the city: an administrator can suspend them."),
        )
    return Closed(
        "objections_over",
        _("This person is not put forward any more, so there is nothing to object to."),
        _("The list of delegates shows who is put forward now."),
    )


def may_decide(*, state: str, upheld: bool | None, proposed_by: int, actor_id: int | None) -> Refusal | None:
    """An objection is decided once, by an administrator who has not put the person forward."""
    if upheld is not None or state != DelegateState.PROPOSED:
        return Conflict(
            "objection_decided",
            _("This objection does not wait for a decision any more."),
            _("Open the page again; it shows how things stand now."),
        )
    return may_confirm(proposed_by, actor_id)


def may_appoint(
    *,
    state: str,
    proposed_by: int,
    actor_id: int | None,
    objections_until: datetime,
    undecided: int,
    ends_at: datetime,
    barred: Iterable[Interest],
    at: datetime,
    city: CityView,
) -> Refusal | None:
    """A second administrator, once the two weeks are over and each objection was decided."""
    if state != DelegateState.PROPOSED:
        return not_so()
    if refusal := may_confirm(proposed_by, actor_id):
        return refusal
    if at < objections_until:
        return Closed(
            "objections_open",
            _(
                "Objections can be sent until %(when)s. Nobody is appointed before.",
                when=When(objections_until, city.zone),
            ),
            _("Come back then."),
        )
    if undecided:
        return Conflict(
            "objections_undecided",
            _("There are objections that nobody has decided about."),
            _("Read each of them and decide; then appoint."),
        )
    if at >= ends_at:
        return Conflict(
            "delegate_over",
            _("The time for which this person was put forward is over."),
            _("Withdraw this, and put them forward again for a later time."),
        )
    if list(barred):
        return Conflict(
            "interest",
            _("With an interest that they declared, nobody is appointed for this district."),
            _("Withdraw this, and put somebody else forward."),
        )
    return None


def may_suspend(standing: DelegateState) -> Refusal | None:
    return None if standing is DelegateState.APPOINTED else not_so()


def may_go_on(standing: DelegateState) -> Refusal | None:
    return None if standing is DelegateState.SUSPENDED else not_so()


def may_revoke(standing: DelegateState) -> Refusal | None:
    return None if standing in (DelegateState.APPOINTED, DelegateState.SUSPENDED) else not_so()


def may_withdraw(state: str) -> Refusal | None:
    return None if state == DelegateState.PROPOSED else not_so()


def not_so() -> Conflict:
    return Conflict(
        "delegate_state",
        _("This delegate does not stand like this any more: somebody else was quicker, or their time is over."),
        _("Open the page again; it shows how things stand now."),
    )


def no_delegate() -> NotFound:
    return NotFound("delegate", _("There is no such delegate."), _("The list of delegates shows all of them."))


def no_objection() -> NotFound:
    return NotFound("objection", _("There is no such objection."), _("The delegate's page shows all of them."))
