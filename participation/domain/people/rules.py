"""Who may do what, where: pure decisions over roles, places and codes."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from participation.domain.people.models import Role
from participation.domain.places.queries import CityView
from participation.domain.record.actors import Actor
from participation.kit.errors import NotAllowed, Refusal
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


def acting_as_one_of(actor: Actor, roles: Sequence[Role], city: CityView, place_ids: Iterable[int] = ()) -> Actor:
    """The same where several roles would do; the first that the actor holds there."""
    places = list(place_ids)
    refusals = [may_act(actor, role, city, places) for role in roles]
    for role, refusal in zip(roles, refusals, strict=True):
        if refusal is None:
            return acting(actor, role, city, places)
    raise next(refusal for refusal in refusals if refusal is not None)
