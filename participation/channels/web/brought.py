"""What delegates brought for a project: figures that tell of nobody, and what people said where they met."""

from typing import Any

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.web.checks import tens
from participation.channels.web.comment_views import slug_of
from participation.domain.consultations.about.queries import about
from participation.domain.proxies.odk.questions.rules import AGES
from participation.domain.proxies.sums import queries
from participation.domain.proxies.sums.queries import Met, Sums
from participation.domain.proxies.sums.rules import counted_anew, counted_until
from participation.kit import i18n
from participation.kit.i18n import Message, _


async def show(visit: Visit) -> Response:
    asked = visit.request.query_params.get("after", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 18 else None
    until = counted_until(visit.at, visit.city.zone)
    async with visit.reading() as session:
        project = await about(session, city_id=visit.city.id, slug=slug_of(visit))
        sums = await queries.summed(session, project.id, until=until)
        met, following = await queries.meetings(session, project.id, before=before)
    visit.depends(f"project:{project.id}", until=counted_anew(until, visit.city.zone))
    path = f"/projects/{project.slug}/delegates"
    context = {
        "title_": i18n.pick(project.titles, visit.language, visit.city.languages),
        "comments": visit.url(f"/projects/{project.slug}/comments"),
        "until": until,
        "visits": _visits(sums),
        "gatherings": _gatherings(sums),
        "meetings": [_meeting(visit, one) for one in met],
        "newer": visit.url(path) if before else None,
        "older": visit.url(path, after=following) if following else None,
    }
    return visit.page("delegates/brought.html", context)


def _visits(sums: Sums) -> list[tuple[Message, Message]]:
    return [
        (_("Visits that count"), tens(sums.visits)),
        (_("With somebody of the person's own choice"), tens(sums.assisted)),
        (_("The person could not speak freely, as the delegate noted"), tens(sums.not_free)),
        (_("Disputed, taken back or refused"), tens(sums.disputed)),
        (_("Without an access code"), tens(sums.described)),
        *((words, tens(sums.ages[age])) for age, words in AGES.items()),
    ]


def _gatherings(sums: Sums) -> list[tuple[Message, Message]]:
    return [
        (_("Meetings"), tens(sums.meetings)),
        (_("People who came"), tens(sums.attended)),
        (_("Hands for"), tens(sums.hands["for"])),
        (_("Hands against"), tens(sums.hands["against"])),
        (_("Hands of people who abstained"), tens(sums.hands["abstain"])),
    ]


def _meeting(visit: Visit, met: Met) -> dict[str, Any]:
    return {
        "number": str(met.number),
        "delegate": visit.url(f"/delegates/{met.number}"),
        "at": met.finished_at,
        "lang": i18n.tag(met.language),
        "attended": tens(met.attended),
        "points": met.points,
        "dissent": met.dissent,
    }
