"""Reads which projects a delegate can take along, and what each of them is offline, in one language."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from participation.domain.ballots import queries as ballots
from participation.domain.ballots.models import BallotState
from participation.domain.consultations.models import Comment
from participation.domain.consultations.rules import LISTED
from participation.domain.moderation.models import Status
from participation.domain.places.queries import CityView, PlaceView
from participation.domain.projects.models import Feature, Project, ProjectState, Step
from participation.domain.projects.queries import PUBLIC, StepView, find, select_cards, texts_of
from participation.kit.database import Session
from participation.kit.errors import NotFound
from participation.kit.i18n import _, pick

STATEMENTS = 20
LONGEST = 2_500
"""Characters of each longer text: with twenty statements, of Chinese or Hindi too, a project stays under 20,000 bytes."""
FRESH = timedelta(days=7)
"""For so long what was taken along may be used without asking again."""
AHEAD = timedelta(days=14)
"""A step that opens within this is taken along already."""
ENTRY = (Feature.COMMENT, Feature.REACT, Feature.VOTE)


def places(city: CityView, place_id: int) -> list[PlaceView]:
    """By which somebody without a code can be described: the delegate's district and its neighbourhoods."""
    return [city.places[place_id], *city.neighbourhoods(place_id)]


def concerns(city: CityView, named: tuple[int, ...], place_id: int) -> bool:
    """A project for the whole city, for this district, or for a part of it or something around it."""
    around = set(city.above(place_id))
    return not named or any(place in around or place_id in set(city.above(place)) for place in named)


def _asks(steps: tuple[StepView, ...], at: datetime) -> bool:
    return any(
        step.opens_at <= at + AHEAD and at < step.closes_at and step.ended_at is None and set(step.allows) & set(ENTRY)
        for step in steps
    )


async def open_projects(
    session: Session, *, city: CityView, place_id: int, at: datetime, allowing: Collection[Feature] = ENTRY
) -> list[dict[str, Any]]:
    """Those that ask something of this district now or soon, one of these features; two statements."""
    asking = sa.or_(*(Step.allows.contains([str(feature)]) for feature in allowing))
    soon = sa.exists().where(Step.project_id == Project.id, Step.opens_at <= at + AHEAD, Step.closes_at > at, asking)
    wanted = select_cards().where(Project.city_id == city.id, PUBLIC, Project.state == ProjectState.PUBLISHED, soon)
    rows = [
        row
        for row in (await session.execute(wanted.order_by(Project.number))).all()
        if concerns(city, tuple(row.places or ()), place_id)
    ]
    texts = await texts_of(session, [row.id for row in rows], ("title",)) if rows else {}
    found = []
    for row in rows:
        closes = [moment for moment in (row.c_closes_at, row.d_closes_at) if moment is not None and moment > at]
        titles = {language: said["title"] for language, said in texts.get(row.id, {}).items() if said["title"]}
        found.append({"slug": row.slug, "number": row.number, "titles": titles, "until": _until(closes, at)})
    return found


def _until(closes: list[datetime], at: datetime) -> str:
    return min([*closes, at + FRESH]).isoformat()


async def bundle(session: Session, *, city: CityView, slug: str, language: str, at: datetime) -> dict[str, Any]:
    """All that is needed offline of one project; texts in another language say so."""
    project = await find(session, city, slug)
    if project is None or project.state != ProjectState.PUBLISHED or not _asks(project.steps, at):
        raise NotFound(
            "project", _("This project asks nothing at the moment."), _("Connect the device once, to see which do.")
        )
    ballot = await ballots.of_project(session, city_id=city.id, slug=slug)
    if ballot is not None and (ballot.state != BallotState.ANNOUNCED or not ballot.grace_hours):
        ballot = None
    takes = {
        str(feature): _dates(step)
        for feature in (Feature.COMMENT, Feature.REACT)
        for step in project.steps
        if feature in step.allows and at < step.closes_at and step.ended_at is None
    }
    closes = [step.closes_at for step in project.steps if step.closes_at > at]
    order = city.required_languages
    return {
        "v": 1,
        "slug": slug,
        "number": project.number,
        "made": at.isoformat(),
        "until": _until(closes, at),
        **{name: _text(project.said(name), language, order) for name in ("title", "summary", "open", "decided")},
        "text": _text(project.said("plain") or project.said("description"), language, order),
        "takes": takes,
        "statements": await statements(session, project.id) if Feature.REACT in takes else [],
        "ballot": None
        if ballot is None
        else {
            "id": ballot.id,
            "question": _text(ballot.questions, language, order),
            "opens": ballot.opens_at.isoformat(),
            "closes": ballot.closes_at.isoformat(),
            "districts": [city.places[place].slug for place in ballot.districts],
            "sheets": ballot.sheets > 0,
        },
    }


def _dates(step: StepView) -> dict[str, str]:
    return {"opens": step.opens_at.isoformat(), "closes": step.closes_at.isoformat()}


def _text(texts: Mapping[str, str], language: str, order: tuple[str, ...]) -> dict[str, str]:
    text = pick(texts, language, order)
    short = text.value if len(text.value) <= LONGEST else text.value[: LONGEST - 1].rstrip() + "…"
    return {"text": short, "language": text.language}


def in_short() -> sa.Label[str]:
    """What a comment says, as far as lists show it."""
    whole = sa.func.char_length(Comment.body) <= LISTED
    cut = sa.func.rtrim(sa.func.left(Comment.body, LISTED)) + "…"
    return sa.case((whole, Comment.body), else_=cut).label("body")


async def statements(session: Session, project_id: int, most: int = STATEMENTS) -> list[dict[str, Any]]:
    """What others said: half of it where most agree, half where they are divided; in an order that tells nothing."""
    half = most // 2
    shown = sa.select(Comment.id, Comment.language, in_short()).where(
        Comment.project_id == project_id, Comment.parent_id.is_(None), Comment.status == Status.SHOWN
    )
    agreed = shown.order_by(Comment.agrees.desc(), Comment.id.desc()).limit(most)
    divided = shown.order_by(sa.func.least(Comment.agrees, Comment.disagrees).desc(), Comment.id.desc()).limit(half)
    rows = {row.id: row for query in (divided, agreed) for row in await session.execute(query)}
    first = list(rows.values())[:most]
    return [{"id": row.id, "body": row.body, "language": row.language} for row in sorted(first, key=lambda r: r.id)]
