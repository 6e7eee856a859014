"""Ballots as open data: question, dates and rule; result and turnout once they are counted, as they were published."""

from typing import Any

from participation.channels.http.figures import votes_so_far
from participation.channels.http.visit import Visit
from participation.channels.opendata.answering import Listed, Values
from participation.channels.opendata.projects import page
from participation.channels.opendata.shapes import (
    ADDRESS,
    COUNT,
    FLAG,
    MOMENT,
    SLUG,
    WORDS,
    Field,
    Shape,
    many,
    one_of,
    part,
    perhaps,
)
from participation.domain.ballots.lists.queries import listed
from participation.domain.ballots.models import Result
from participation.domain.ballots.queries import BallotView, of_project
from participation.domain.ballots.rules import Phase, phase, waits_until
from participation.domain.projects.models import ProjectState
from participation.domain.projects.queries import find
from participation.domain.record.actors import Via
from participation.kit.errors import NotFound
from participation.kit.i18n import _

BY_PLACE = Shape(
    "TurnoutByPlace",
    "How many voted in a place, or in several together where one alone would tell of fewer than ten people.",
    (
        Field("places", many(SLUG), "The places that are counted together."),
        Field("votes", COUNT, "How many voted there.", "votes"),
        Field("population", perhaps(COUNT), "How many people live there.", "people"),
    ),
)
BY_CHANNEL = Shape(
    "TurnoutByChannel",
    "How many voted through a channel, or through several together where one alone would tell of fewer than ten people.",
    (
        Field("channels", many(one_of(Via)), "The channels that are counted together."),
        Field("votes", COUNT, "How many voted through them.", "votes"),
    ),
)
RESULT = Shape(
    "Result",
    "What was published once the votes were counted; with fewer than ten votes only the result.",
    (
        Field("result", one_of(Result), "What follows by the rule that was declared beforehand."),
        Field("votes", perhaps(COUNT), "How many voted.", "votes"),
        Field("for", perhaps(COUNT), "Votes for, option 1.", "votes"),
        Field("against", perhaps(COUNT), "Votes against, option 2.", "votes"),
        Field("abstain", perhaps(COUNT), "Abstentions, option 3.", "votes"),
        Field(
            "spoiled",
            perhaps(COUNT),
            "For how many people delegates brought a vote that does not count; null for fewer than ten, or where they carry none.",
            "people",
        ),
        Field(
            "sheets_used",
            perhaps(COUNT),
            "How many sheets with choice codes voted, rounded down to tens; null for fewer than ten, or where none were printed.",
            "sheets",
        ),
        Field("by_place", many(part(BY_PLACE)), "Turnout by place."),
        Field("by_channel", many(part(BY_CHANNEL)), "Turnout by channel."),
    ),
)
PUBLIC_PHASES = [p for p in Phase if p is not Phase.DRAFT]
BALLOT = Shape(
    "Ballot",
    "What is put to the residents, and the rule by which it is counted.",
    (
        Field("project", SLUG, "The project that it is about."),
        Field(
            "state",
            one_of(PUBLIC_PHASES),
            "Closed: the votes are being counted, or waited for where delegates carry some.",
        ),
        Field("question", WORDS, "What residents are asked."),
        Field("opens_at", MOMENT, "When voting is to open."),
        Field("opened_at", perhaps(MOMENT), "When it was really opened."),
        Field("closes_at", MOMENT, "The first moment that is too late."),
        Field(
            "carried_until",
            perhaps(MOMENT),
            "Until when votes may arrive that were finished before closing and that delegates carry; nothing is counted before. Null where they carry none.",
        ),
        Field(
            "threshold",
            COUNT,
            "Votes for have to exceed this share of the votes for and against, in per cent.",
            "per cent",
        ),
        Field("quorum", COUNT, "How many votes there have to be, abstentions among them; 0: no least number.", "votes"),
        Field("binding", FLAG, "Whether the city has to follow the result."),
        Field("places", many(SLUG), "Places whose residents may vote; none: the whole city."),
        Field(
            "votes_so_far",
            perhaps(COUNT),
            "Rounded down to tens; null before it opens, while only delegates still bring votes, and once it is counted.",
            "votes",
        ),
        Field("sheets", COUNT, "How many sheets with choice codes the city has printed for it.", "sheets"),
        Field("counted_at", perhaps(MOMENT), "When the votes were counted and dropped."),
        Field("cancel_reason", perhaps(WORDS), "Why it was cancelled."),
        Field("result", perhaps(part(RESULT)), "Null until it is counted."),
        Field("page", ADDRESS, "Its page for people."),
    ),
)
LINE = Shape(
    "BallotLine",
    "A ballot as a list has it; how many have voted so far is found with its project.",
    (
        Field("id", COUNT, "By which the list goes on."),
        *(each for each in BALLOT.fields if each.name != "votes_so_far"),
    ),
)


async def index(visit: Visit, values: Values) -> Listed:
    """Of all published projects."""
    async with visit.reading() as session:
        found, more = await listed(session, city_id=visit.city.id, after=values["after"], size=values["limit"])
    visit.depends(f"projects:{visit.city.id}", *(f"project:{each.project_id}" for each in found))
    for each in found:
        _turns(visit, each)
    lines = [_ballot(visit, each, phase(each, visit.at), None) | {"id": each.id} for each in found]
    return Listed([LINE.show(line, values["language"]) for line in lines], found[-1].id if more else None)


def _turns(visit: Visit, ballot: BallotView) -> None:
    """The moments at which its phase changes."""
    for moment in (ballot.opens_at, ballot.opened_at, ballot.closes_at, waits_until(ballot), ballot.ended_at):
        visit.depends(until=moment)


async def show(visit: Visit, values: Values) -> dict[str, Any]:
    slug = visit.request.path_params["slug"]
    async with visit.reading() as session:
        ballot = await of_project(session, city_id=visit.city.id, slug=slug)
        if ballot is None:
            project = await find(session, visit.city, slug)
            if project is None or project.state == ProjectState.DRAFT:
                raise NotFound(
                    "project", _("There is no such project."), _("All projects of the city are in the list.")
                )
            raise NotFound(
                "ballot", _("This project has no ballot yet."), _("The project itself says which steps are planned.")
            )
        now = phase(ballot, visit.at)
        count = await votes_so_far(visit, session, ballot)
    visit.depends(f"project:{ballot.project_id}")
    _turns(visit, ballot)
    return BALLOT.show(_ballot(visit, ballot, now, count), values["language"])


def _ballot(visit: Visit, ballot: BallotView, now: Phase, count: int | None) -> Values:
    city = visit.city
    return {
        "project": ballot.slug,
        "state": now,
        "question": ballot.questions,
        "opens_at": ballot.opens_at,
        "opened_at": ballot.opened_at,
        "closes_at": ballot.closes_at,
        "carried_until": waits_until(ballot) if ballot.grace_hours else None,
        "threshold": ballot.threshold,
        "quorum": ballot.quorum,
        "binding": ballot.binding,
        "places": [city.places[place].slug for place in ballot.districts if place in city.places],
        "votes_so_far": count,
        "sheets": ballot.sheets,
        "counted_at": ballot.counted_at,
        "cancel_reason": ballot.cancel_reasons,
        "result": _result(ballot.result) if ballot.result is not None and now is Phase.COUNTED else None,
        "page": page(visit, ballot.slug, "/ballot"),
    }


def _result(stored: dict[str, Any]) -> Values:
    sums = {name: stored.get(name) for name in ("result", "votes", "for", "against", "abstain", "spoiled")}
    return sums | {
        "sheets_used": stored.get("sheets"),
        "by_place": stored.get("places", ()),
        "by_channel": stored.get("channels", ()),
    }
