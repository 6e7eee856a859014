"""What pages say of a delegate: number, district, what they do, their interests, how they stand; never a name."""

from typing import Any

from participation.channels.http.visit import Visit
from participation.domain.proxies.delegates.models import DelegateState, Interest, Reason
from participation.domain.proxies.delegates.queries import DelegateView
from participation.domain.proxies.delegates.rules import INTERESTS, REASONS, STATES
from participation.kit import i18n
from participation.kit.i18n import Message, Text

TONES = {
    DelegateState.PROPOSED: ("clock", "open"),
    DelegateState.APPOINTED: ("tick", "good"),
    DelegateState.SUSPENDED: ("alert", "warn"),
    DelegateState.REFUSED: ("cross", ""),
    DelegateState.REVOKED: ("cross", "bad"),
    DelegateState.ENDED: ("dash", ""),
}
"""Of each state, pictogram and tone of the badge that says it in words."""


def shown(visit: Visit, one: DelegateView) -> dict[str, Any]:
    """For templates/delegates/parts.html."""
    pictogram, tone = TONES[one.state]
    open_ = one.state is DelegateState.PROPOSED and visit.at < one.objections_until
    return {
        "id": one.id,
        "number": "" if one.number is None else str(one.number),
        "district": place(visit, one.place_id),
        "described": i18n.pick(one.described, visit.language, visit.city.languages),
        "state": STATES[one.state],
        "pictogram": pictogram,
        "tone": tone,
        "proposed": one.state is DelegateState.PROPOSED,
        "open": open_,
        "objections_until": one.objections_until,
        "objections": one.objections,
        "ends": one.ends_at,
        "since": one.appointed_at,
        "state_at": one.state_at,
        "interests": interests(visit, one),
        "reason": REASONS[Reason(one.reason)] if one.reason else None,
    }


def interests(visit: Visit, one: DelegateView) -> list[tuple[Message, list[Text]]]:
    """What was declared, and where it holds."""
    return [
        (INTERESTS[name], [place(visit, found) for found in one.interests[name] if found in visit.city.places])
        for name in Interest
        if name in one.interests
    ]


def place(visit: Visit, place_id: int) -> Text:
    return i18n.pick(visit.city.places[place_id].names, visit.language, visit.city.languages)
