"""Reads who is put forward, what they declared, what somebody has against them, and why somebody is suspended or revoked."""

from dataclasses import dataclass
from datetime import datetime

from participation.domain.places.models import PlaceKind
from participation.domain.places.queries import CityView
from participation.domain.proxies.delegates.models import Interest, Reason
from participation.domain.proxies.delegates.rules import SUSPENDING
from participation.kit.forms import Fields, Reader
from participation.kit.i18n import _

LONGEST_DESCRIPTION = 120
LONGEST_OBJECTION = 2_000


@dataclass(frozen=True)
class Proposal:
    """Somebody for a district and a time. Their name is written nowhere."""

    place_id: int
    described: dict[str, str]
    interests: dict[str, list[int]]
    ends_at: datetime


def read_proposal(fields: Fields, city: CityView) -> Proposal:
    form = Reader(fields)
    district = city.place(form.text("district", at_most=60))
    if district is None or district.kind is not PlaceKind.DISTRICT:
        form.wrong("district", _("Please choose one of the districts."))
    described = form.texts(
        "described", city.languages, city.required_languages, at_most=LONGEST_DESCRIPTION, lines=False
    )
    interests = {str(one): places for one in Interest if (places := _places(form, one, city))}
    if not form.flag("declared"):
        form.wrong("declared", _("Please ask the person about each of these first, and then tick this."))
    ends_at = form.moment("ends_at", city.zone)
    form.finish()
    if district is None or ends_at is None:
        raise RuntimeError("finish lets nothing of this through")
    return Proposal(district.id, described, interests, ends_at)


def _places(form: Reader, interest: Interest, city: CityView) -> list[int]:
    """Districts where an interest holds, or the city for all of them."""
    found = {slug: city.place(slug) for slug in form.several(interest)}
    if any(place is None or place.kind is PlaceKind.NEIGHBOURHOOD for place in found.values()):
        form.wrong(interest, _("Please choose one of the places."))
    return sorted(place.id for place in found.values() if place is not None)


def read_objection(fields: Fields) -> str:
    form = Reader(fields)
    body = form.text("body", at_most=LONGEST_OBJECTION, lines=True, missing=_("Please write what speaks against it."))
    form.finish()
    return body


def read_reason(form: Reader) -> Reason:
    reason = form.one_of("reason", Reason, missing=_("Please choose a reason; it is public."))
    if reason not in SUSPENDING:
        form.wrong("reason", _("Please choose a reason; it is public."))
    return reason
