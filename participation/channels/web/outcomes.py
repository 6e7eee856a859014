"""A project's outcome: what the city decided and why, what becomes of what people said, and what was promised."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from starlette.responses import Response

from participation.channels.http.entries.words import ROLE_NAMES, place
from participation.channels.http.templates import markdown
from participation.channels.http.visit import Visit
from participation.channels.web import ballot_views
from participation.channels.web.ballot_views import text
from participation.domain.ballots import queries as ballots
from participation.domain.ballots.models import BallotState
from participation.domain.ballots.queries import BallotView
from participation.domain.ballots.rules import Phase, phase
from participation.domain.outcomes import queries, rules
from participation.domain.outcomes.models import Decision, Disposition
from participation.domain.outcomes.queries import About, CommitmentView, OutcomeView, ThemeView
from participation.domain.outcomes.rules import CommitmentState
from participation.domain.people.models import Role
from participation.domain.projects.models import ProjectState
from participation.kit.errors import NotFound
from participation.kit.i18n import Message, _

LOOKS = {
    Disposition.ACCEPTED: ("tick", "good"),
    Disposition.ACCEPTED_IN_PART: ("mixed", "warn"),
    Disposition.REJECTED: ("cross", "bad"),
    Disposition.OUT_OF_SCOPE: ("dash", ""),
    Disposition.ALREADY_PLANNED: ("calendar", "good"),
}
PROMISE_LOOKS = {
    CommitmentState.OPEN: ("calendar", "open"),
    CommitmentState.LATE: ("alert", "bad"),
    CommitmentState.DONE: ("tick", "good"),
}


@dataclass(frozen=True)
class Owed:
    """What the city still has to say, when it has said nothing yet."""

    sentence: Message
    next_step: str | None = None


async def show(visit: Visit) -> Response:
    slug = visit.request.path_params["slug"]
    async with visit.reading() as session:
        about = None
        if re.fullmatch(r"[a-z0-9-]{1,60}", slug):
            about = await queries.about(session, city_id=visit.city.id, slug=slug)
        if about is None:
            raise NotFound("project", _("There is no such project."), _("All projects of the city are in the list."))
        owing = None if about.outcomes else await ballots.of_project(session, city_id=visit.city.id, slug=about.slug)
        wanted = {outcome.ballot_id for outcome in about.outcomes if outcome.ballot_id is not None}
        found = await ballots.by_ids(session, city_id=visit.city.id, ballot_ids=wanted)
    visit.depends(f"project:{about.id}", until=_next_midnight(visit))
    if owing is not None:
        visit.depends(until=owing.closes_at)
    successor = None
    if about.successor is not None:
        successor = (visit.url(f"/projects/{about.successor}"), text(visit, about.successor_titles))
    return visit.page(
        "outcomes/show.html",
        {
            "project": {"title": text(visit, about.titles), "address": visit.url(f"/projects/{about.slug}")},
            "outcomes": [_shown(visit, outcome, found.get(outcome.ballot_id or 0)) for outcome in about.outcomes],
            "successor": successor,
            "owed": None if about.outcomes else _owed(visit, about, owing),
        },
    )


def _next_midnight(visit: Visit) -> datetime:
    """When the day changes in the city, a promise may become late."""
    tomorrow = visit.at.astimezone(visit.city.zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time.min, visit.city.zone).astimezone(UTC)


def _owed(visit: Visit, about: About, ballot: BallotView | None) -> Owed:
    if ballot is None or about.state == ProjectState.DRAFT:
        return Owed(_("The city has not decided yet. When it does, its decision and its reasons stand here."))
    address = visit.url(f"/projects/{about.slug}/ballot")
    if phase(ballot, visit.at) is Phase.COUNTED:
        return Owed(
            _("Residents have voted. The city owes them a decision, with its reasons; it will stand here."), address
        )
    return Owed(_("The city decides after the vote. Its decision and its reasons will stand here."), address)


def _shown(visit: Visit, outcome: OutcomeView, ballot: BallotView | None) -> dict[str, Any]:
    decision = Decision(outcome.decision)
    return {
        "decision": rules.DECISIONS[decision],
        "departs": outcome.departs,
        "on_ballot": decision in rules.ON_BALLOT,
        "by": _by(visit, outcome),
        "at": outcome.published_at,
        "decided": _prose(visit, outcome.decided),
        "reasons": _prose(visit, outcome.reasons),
        "follows": _prose(visit, outcome.follows),
        "note": _prose(visit, outcome.result_note) if outcome.result_note else None,
        "result": None if ballot is None else ballot_views.result(visit, ballot),
        "undone": ballot is not None and ballot.state == BallotState.CANCELLED,
        "ballot": None if ballot is None else visit.url(f"/projects/{ballot.slug}/ballot"),
        "themes": [_theme(visit, theme) for theme in outcome.themes],
        "commitments": _commitments(visit, outcome.commitments),
    }


def _by(visit: Visit, outcome: OutcomeView) -> Message:
    """A role and a place, never a person."""
    official = ROLE_NAMES[Role.OFFICIAL]
    if outcome.place is None:
        return official
    return _("%(role)s, %(place)s", role=official, place=place(visit, outcome.place))


def _prose(visit: Visit, texts: dict[str, str]) -> tuple[Any, Any]:
    chosen = text(visit, texts)
    return markdown(chosen.value), chosen


def _theme(visit: Visit, theme: ThemeView) -> dict[str, Any]:
    disposition = Disposition(theme.disposition)
    pictogram, tone = LOOKS[disposition]
    return {
        "title": text(visit, theme.names),
        "disposition": rules.DISPOSITIONS[disposition],
        "pictogram": pictogram,
        "tone": tone,
        "reason": text(visit, theme.reasons),
    }


def _commitments(visit: Visit, commitments: Sequence[CommitmentView]) -> list[dict[str, Any]]:
    today = visit.at.astimezone(visit.city.zone).date()
    return [_commitment(visit, commitment, today) for commitment in commitments]


def _commitment(visit: Visit, commitment: CommitmentView, today: date) -> dict[str, Any]:
    state = rules.commitment_state(commitment.due, commitment.done_on, today)
    pictogram, tone = PROMISE_LOOKS[state]
    return {
        "title": text(visit, commitment.names),
        "office": commitment.office,
        "due": commitment.due,
        "done": commitment.done_on,
        "state": rules.PROMISES[state],
        "pictogram": pictogram,
        "tone": tone,
    }
