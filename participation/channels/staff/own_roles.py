"""What roles somebody of the staff holds, and the way to give one up: that needs nobody else."""

from typing import Any

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.staff.saving import saved
from participation.channels.staff.words import role_words
from participation.domain.people.roles import operations, queries
from participation.kit import i18n
from participation.kit.database import Session
from participation.kit.forms import Reader
from participation.kit.i18n import Message


async def show(visit: Visit) -> Response:
    if visit.request.method == "GET":
        return await _show(visit)

    async def act(session: Session) -> dict[str, Any]:
        form = Reader(visit.fields)
        number = form.integer("end", least=1, most=2**31 - 1)
        form.finish()
        await operations.give_up(session, city=visit.city, grant_id=number, actor=visit.actor, at=visit.at)
        return {}

    return await saved(visit, act, _show, "/staff/")


async def _show(visit: Visit, *, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    async with visit.reading() as session:
        rows = await queries.own(session, city_id=visit.city.id, person_id=visit.actor.person_id or 0, at=visit.at)
    held = [
        {
            "id": row.id,
            "role": role_words(row.role),
            "place": i18n.pick(visit.city.places[row.place_id].names, visit.language, visit.city.languages),
            "ends": row.ends_at,
        }
        for row in rows
    ]
    return visit.page("staff/team/own.html", {"held": held, "errors": errors or {}}, form=True, status=status)
