"""Writes texts of a decision in one language: of a draft, or of what is public, which then waits for a second official."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from participation.domain.outcomes import rules
from participation.domain.outcomes.models import Commitment, Outcome, OutcomeState, Theme
from participation.domain.outcomes.operations import content_of
from participation.domain.outcomes.published.operations import hand_in_translations
from participation.domain.people.models import Role
from participation.domain.people.rules import acting
from participation.domain.places.queries import CityView
from participation.domain.projects.models import Project
from participation.domain.projects.operations import places_of
from participation.domain.projects.versions.operations import enter
from participation.domain.record.actors import Actor
from participation.kit.database import Session, alike
from participation.kit.errors import NotFound
from participation.kit.marks import Made, put

OWN = {"theme": ("names", "reasons"), "commitment": ("names",)}
"""What the parts of a decision say, beside what the decision says itself."""


async def translate(
    session: Session,
    *,
    city: CityView,
    project: Project,
    texts: Mapping[tuple[str, int, str], tuple[str, Made]],
    language: str,
    actor: Actor,
    at: datetime,
) -> None:
    """`texts`: by kind (`outcome`, `theme`, `commitment`), number and field. The project is locked by whoever calls."""
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    wanted = sa.select(Outcome).where(Outcome.project_id == project.id).with_for_update(of=Outcome)
    wanted = wanted.options(joinedload(Outcome.themes), joinedload(Outcome.commitments))
    outcomes = (await session.scalars(wanted.execution_options(populate_existing=True))).unique().all()
    left = dict(texts)
    for outcome in outcomes:
        mine = {place: left.pop(place) for place in list(left) if _row(outcome, place) is not None}
        new = {place: said for place, said in mine.items() if _says(outcome, place, language) != said[0]}
        if new and outcome.state == OutcomeState.PUBLISHED:
            common: dict[str, Any] = {"city": city, "project": project, "actor": actor, "at": at}
            await hand_in_translations(session, outcome=outcome, texts=new, language=language, **common)
            mine = {place: said for place, said in mine.items() if place not in new}
        elif new:
            # Whoever handed in something else did not hand this in.
            outcome.state, outcome.handed_in_by, outcome.handed_in_place = OutcomeState.DRAFT, None, None
        before = content_of(outcome)
        looked_at: list[str] = []
        for place, said in mine.items():
            looked_at += _write(city, _row(outcome, place), place[2], language, *said)
        _noted(session, project, outcome, before, language, looked_at, who, at)
        alike([outcome], *rules.TEXTS, "marks", "version")
        alike(outcome.themes, *OWN["theme"], "marks")
        alike(outcome.commitments, *OWN["commitment"], "marks")
    if left:
        raise NotFound()


def _row(outcome: Outcome, place: tuple[str, int, str]) -> Outcome | Theme | Commitment | None:
    kind, number, field = place
    rows: Mapping[str, tuple[Any, ...]] = {
        "outcome": (outcome,),
        "theme": tuple(outcome.themes),
        "commitment": tuple(outcome.commitments),
    }
    if field not in (rules.TEXTS if kind == "outcome" else OWN.get(kind, ())):
        return None
    return next((row for row in rows[kind] if row.id == number), None)


def _says(outcome: Outcome, place: tuple[str, int, str], language: str) -> str:
    return str(getattr(_row(outcome, place), place[2]).get(language, ""))


def _write(city: CityView, row: Any, field: str, language: str, text: str, made: Made) -> list[str]:
    """The field, where only its mark is another one now."""
    before = row.marks
    if put(row, field, language, text, made, city.languages) or row.marks == before:
        return []
    return [field]


def _noted(
    session: Session,
    project: Project,
    outcome: Outcome,
    before: dict[str, Any],
    language: str,
    looked_at: list[str],
    who: Actor,
    at: datetime,
) -> None:
    after = content_of(outcome)
    if after != before:
        outcome.version += 1
    if outcome.state == OutcomeState.PUBLISHED and looked_at:
        enter(session, project, "translation_confirmed", who, at, {"language": language, "texts": looked_at})
