"""Every use of the urgent path in the city, counted in public; and the election periods, in which nothing opens."""

from typing import Any

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.web.project_cards import address, midnight, pick
from participation.domain.ladder.urgent.lists.queries import Use, uses
from participation.domain.ladder.urgent.rules import GROUNDS, UrgentGround, overdue, words_of
from participation.domain.projects.models import StepKind
from participation.kit.i18n import Message, _

OPENED = {
    StepKind.CONSULTATION: _("The consultation was opened on the urgent path"),
    StepKind.DECISION: _("The vote was opened on the urgent path"),
}


async def index(visit: Visit) -> Response:
    after = visit.request.query_params.get("after", "")
    async with visit.reading() as session:
        found = await uses(session, visit.city, at=visit.at, after=after)
    visit.depends(f"projects:{visit.city.id}", until=midnight(visit))
    return visit.page(
        "urgent/list.html",
        {
            "count": found.count,
            "uses": [_use(visit, use) for use in found.items],
            "periods": [
                {"name": pick(visit, one.names), "from": one.from_day, "until": one.until_day} for one in found.periods
            ],
            "older": visit.url("/urgent", after=found.next) if found.next else None,
            "newer": visit.url("/urgent") if after else None,
        },
    )


def _use(visit: Visit, use: Use) -> dict[str, Any]:
    said = use.said
    today = visit.at.astimezone(visit.city.zone).date()
    due = said.review_due or today
    return {
        "id": said.id,
        "project": (address(visit, use.project), pick(visit, use.project.said("title"))),
        "opened_words": OPENED[StepKind(said.step)],
        "opened": said.opened_at,
        "ground": ground(said.ground),
        "law": said.law,
        "reason": pick(visit, said.reasons),
        "owed": words_of([one["code"] for one in said.owed]),
        "still": words_of(use.still),
        "due": due,
        "overdue": overdue(due, said.reviewed_at, today),
        "reviewed": said.reviewed_at,
        "needed": pick(visit, said.needed),
        "given": pick(visit, said.given),
    }


def ground(name: str) -> Message:
    return GROUNDS[UrgentGround(name)]
