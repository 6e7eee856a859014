"""What the city decided about a project as open data: the newest outcome with its reasons, themes and promises; the earlier ones below."""

from typing import Any

from participation.channels.http.visit import Visit
from participation.channels.opendata.answering import Values, midnight
from participation.channels.opendata.projects import page
from participation.channels.opendata.shapes import (
    ADDRESS,
    DAY,
    FLAG,
    MOMENT,
    SLUG,
    TEXT,
    WORDS,
    Field,
    Shape,
    many,
    one_of,
    part,
    perhaps,
)
from participation.domain.outcomes.models import Decision, Disposition
from participation.domain.outcomes.queries import OutcomeView, about
from participation.domain.outcomes.rules import CommitmentState, commitment_state
from participation.kit.errors import NotFound
from participation.kit.i18n import _

THEME = Shape(
    "Theme",
    "Something that many people raised, and what the city makes of it.",
    (
        Field("name", WORDS, "What was raised."),
        Field("disposition", one_of(Disposition), "What the city makes of it."),
        Field("reason", WORDS, "Why."),
    ),
)
COMMITMENT = Shape(
    "Commitment",
    "What the city promised.",
    (
        Field("name", WORDS, "What will be done."),
        Field("office", TEXT, "Which office does it."),
        Field("due", DAY, "By which day."),
        Field("done_on", perhaps(DAY), "The day on which it was done."),
        Field("state", one_of(CommitmentState), "Late: its day has passed, and it is not done."),
    ),
)
LINE = (
    Field("decision", one_of(Decision), "What the city decided."),
    Field("departs", FLAG, "It departs from what residents voted, in whole or in part."),
    Field("decided", WORDS, "The decision in words."),
    Field("reasons", WORDS, "Why."),
    Field("follows", WORDS, "What follows."),
    Field("result_note", WORDS, "What the city says of the result of the vote."),
    Field("themes", many(part(THEME)), "What many people raised."),
    Field("commitments", many(part(COMMITMENT)), "What the city promised, by date."),
    Field("published_at", MOMENT, "When everybody could read it first."),
)
EARLIER = Shape("EarlierOutcome", "An outcome that was published before another.", LINE)
OUTCOME = Shape(
    "Outcome",
    "The city's newest decision on a project, with reasons.",
    (
        Field("project", SLUG, "The project that it is about."),
        *LINE,
        Field("earlier", many(part(EARLIER)), "What was decided before, the newest first."),
        Field("page", ADDRESS, "Its page for people."),
    ),
)


async def show(visit: Visit, values: Values) -> dict[str, Any]:
    slug = visit.request.path_params["slug"]
    async with visit.reading() as session:
        project = await about(session, city_id=visit.city.id, slug=slug)
    if project is None:
        raise NotFound("project", _("There is no such project."), _("All projects of the city are in the list."))
    if not project.outcomes:
        raise NotFound(
            "outcome",
            _("The city has not decided about this project yet."),
            _("The project itself says which steps are planned."),
        )
    visit.depends(f"project:{project.id}", until=midnight(visit.at, visit.city.zone))
    newest, *earlier = (_line(visit, outcome) for outcome in project.outcomes)
    whole = newest | {"project": project.slug, "earlier": earlier, "page": page(visit, slug, "/outcome")}
    return OUTCOME.show(whole, values["language"])


def _line(visit: Visit, outcome: OutcomeView) -> Values:
    today = visit.at.astimezone(visit.city.zone).date()
    return {
        "decision": outcome.decision,
        "departs": outcome.departs,
        "decided": outcome.decided,
        "reasons": outcome.reasons,
        "follows": outcome.follows,
        "result_note": outcome.result_note,
        "themes": [
            {"name": theme.names, "disposition": theme.disposition, "reason": theme.reasons} for theme in outcome.themes
        ],
        "commitments": [
            {
                "name": each.names,
                "office": each.office,
                "due": each.due,
                "done_on": each.done_on,
                "state": commitment_state(each.due, each.done_on, today),
            }
            for each in outcome.commitments
        ],
        "published_at": outcome.published_at,
    }
