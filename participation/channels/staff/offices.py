"""What an office chooses from when it prints forms or makes a sheet: whose people, about which project."""

from typing import Any

from participation.channels.http.delegate_words import place
from participation.channels.http.visit import Visit
from participation.domain.people.rules import may_act
from participation.domain.projects.models import Feature
from participation.domain.proxies.delegates.queries import appointed
from participation.domain.proxies.devices.operations import ENROLLERS
from participation.domain.proxies.taken_along.queries import open_projects
from participation.kit import i18n
from participation.kit.database import Session
from participation.kit.i18n import _


async def delegates_and_projects(visit: Visit, session: Session) -> dict[str, Any]:
    """Delegates of the districts that somebody acts for, and projects that take comments or reactions, now or soon; three statements."""
    city, taken = visit.city, (Feature.COMMENT, Feature.REACT)
    delegates = await appointed(session, city=city, at=visit.at)
    projects = await open_projects(session, city=city, place_id=city.root.id, at=visit.at, allowing=taken)
    return {
        "delegates": [
            (
                one.id,
                _("Delegate %(number)s · %(place)s", number=str(one.number or "…"), place=place(visit, one.place_id)),
            )
            for one in delegates
            if any(may_act(visit.actor, role, city, [one.place_id]) is None for role in ENROLLERS)
        ],
        "projects": [(one["slug"], i18n.pick(one["titles"], visit.language, city.languages)) for one in projects],
    }
