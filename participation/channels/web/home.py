"""The city's first page, and the way to it in the reader's language."""

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.web.project_cards import card, midnight
from participation.domain.ladder import queries as ladder
from participation.domain.projects.elections import queries as elections
from participation.domain.projects.lists import queries

STEPS = ("information", "consultation", "decision")


async def root(visit: Visit) -> Response:
    """By cookie, else by `Accept-Language`."""
    return visit.redirect(visit.url("/"), status=302)


async def show(visit: Visit) -> Response:
    today = visit.at.astimezone(visit.city.zone).date()
    async with visit.reading() as session:
        front = await queries.front(session, visit.city, language=visit.language, at=visit.at)
        overview = await queries.overview(session, visit.city, at=visit.at)
        answers = await ladder.answers(session, visit.city, today=today)
        held = await elections.running(session, city=visit.city, at=visit.at)
    visit.depends(f"projects:{visit.city.id}", until=overview.until)
    visit.depends(until=midnight(visit))
    return visit.page(
        "home/show.html",
        {
            "steps": [
                {"kind": kind, "count": overview.counts.get(kind, 0), "address": visit.url("/projects", step=kind)}
                for kind in STEPS
            ],
            "now": [card(visit, one, answers) for one in front.open],
            "coming": [card(visit, one, answers) for one in front.coming],
            "decided": [card(visit, one, answers) for one in front.decided],
            "held": held.until_day if held else None,
            "overdue": sum(answer.late + answer.reviews for answer in answers.values()) + overview.overdue,
            "overdue_address": visit.url("/projects", step="overdue"),
            "decided_address": visit.url("/projects", step="decided"),
        },
    )
