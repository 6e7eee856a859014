"""Who may do what, where: pure decisions over roles, places and codes."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from participation.domain.people.models import Role
from participation.domain.places.queries import CityView
from participation.domain.record.actors import Actor
from participation.kit.errors import Conflict, NotAllowed, Refusal
from participation.kit.i18n import _


def may_act(actor: Actor, role: Role, city: CityView, place_ids: Iterable[int] = ()) -> Refusal | None:
    """A role holds for its place and everything inside it; what is for several places needs it for each of them.

    No place means the whole city.
    """
    wanted = list(place_ids) or [city.root.id]
    held = {grant.place_id for grant in actor.grants if grant.role == role}
    if all(held & set(city.above(place)) for place in wanted):
        return None
    return NotAllowed(
        "role",
        _("Your roles do not allow this here."),
        _("An administrator of the city can give you the role that it needs."),
    )


def acting(actor: Actor, role: Role, city: CityView, place_ids: Iterable[int] = ()) -> Actor:
    """The actor as the record will name them: this role, for the widest of their places that take part in what is done.

    Raises the refusal.
    """
    places = list(place_ids)
    refusal = may_act(actor, role, city, places)
    if refusal is not None:
        raise refusal
    concerned = {above for place in places or [city.root.id] for above in city.above(place)}
    held = [grant.place_id for grant in actor.grants if grant.role == role and grant.place_id in concerned]
    widest = min(held, key=lambda place: len(list(city.above(place))))
    return replace(actor, role=str(role), place=city.places[widest].slug)


def may_confirm(first: int | None, second: int | None) -> Refusal | None:
    """What needs two people is confirmed by another one than whoever did the first half, whoever that is."""
    if first is not None and second is not None and first != second:
        return None
    return NotAllowed(
        "same_person",
        _("The first half of this was done by you. It needs two people."),
        _("Ask a colleague who holds the same role to read and confirm it."),
    )


def not_waiting() -> Conflict:
    return Conflict(
        "not_waiting",
        _("This does not wait for a second person any more: it was confirmed, changed or dropped in the meantime."),
        _("Open the page again; it shows how things stand now."),
    )


def read_again() -> Conflict:
    """Nobody confirms what they have not read."""
    return Conflict(
        "read_again",
        _("This was changed since you opened the page. Nothing was confirmed."),
        _("Read it once more as it stands now, and then confirm it."),
    )


def first_half(role: str, place: str | None) -> dict[str, str]:
    """For the record, beside the actor who did the second half: as whom somebody else did the first."""
    return {"role": role} if place is None else {"role": role, "place": place}


def acting_as_one_of(actor: Actor, roles: Sequence[Role], city: CityView, place_ids: Iterable[int] = ()) -> Actor:
    """The same where several roles would do; the first that the actor holds there."""
    places = list(place_ids)
    refusals = [may_act(actor, role, city, places) for role in roles]
    for role, refusal in zip(roles, refusals, strict=True):
        if refusal is None:
            return acting(actor, role, city, places)
    raise next(refusal for refusal in refusals if refusal is not None)
