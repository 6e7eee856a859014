"""Reads the cards, which are files, and which projects use what, as their published screenings say."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa

from participation.domain.places.queries import CityView
from participation.domain.projects.assessments.models import Assessment, AssessmentVersion, Source
from participation.domain.projects.assessments.queries import SCREENING, Chosen, key, newest, shipped_one
from participation.domain.projects.assessments.reuse.queries import Offer
from participation.domain.projects.assessments.reuse.rules import fits
from participation.domain.projects.assessments.rules import QuestionKind
from participation.domain.projects.models import Project
from participation.domain.projects.queries import PUBLIC
from participation.kit.database import Session

CARDS = Path(__file__).parent / "cards"
QUESTION = "technology"
"""Of the screening: which technology a project uses. Its choices are the names of the cards."""


@dataclass(frozen=True)
class TechnologyCard:
    """One technology, in every language."""

    id: str
    titles: Mapping[str, str]
    texts: Mapping[str, str]
    ask: Mapping[str, Sequence[str]]
    """What anybody may ask the city about it."""
    says: Mapping[str, Sequence[str]]
    """Question of the screening -> what is true of every use of this technology, to be confirmed by whoever answers."""


@lru_cache(maxsize=1)
def cards() -> Mapping[str, TechnologyCard]:
    """All, in the order of the screening's choices."""
    found = {path.stem: json.loads(path.read_bytes()) for path in sorted(CARDS.glob("*.json"))}
    return {
        id: TechnologyCard(id, said["title"], said["text"], said["ask"], said.get("says", {}))
        for id, said in sorted(found.items(), key=lambda item: ORDER.index(item[0]))
    }


ORDER = ("camera", "face", "meter", "sensor", "tracking", "identity", "app", "network")


def used(screening: Chosen | None) -> list[TechnologyCard]:
    """The cards of what a published screening says that the project uses."""
    chosen = (screening or {}).get(QUESTION) or ()
    return [card for id, card in cards().items() if id in chosen]


def offers(chosen: Sequence[str]) -> list[Offer]:
    """What the cards of these technologies say, put together; where two contradict each other nothing is offered."""
    told: dict[str, dict[str, TechnologyCard]] = {}
    for id, card in cards().items():
        for name, choices in card.says.items() if id in chosen else ():
            for choice in choices:
                told.setdefault(name, {}).setdefault(choice, card)
    found = []
    for question in shipped_one(SCREENING).questions:
        said = told.get(question.id)
        if said and fits(question, tuple(said)) and (len(said) == 1 or question.kind is QuestionKind.SEVERAL):
            first = next(iter(said.values()))
            origin = {"names": dict(first.titles), "address": f"/technologies/{first.id}", "card": True}
            found.append(Offer(key(SCREENING, question), tuple(said), {}, Source.CITY, origin))
    return found


async def using(session: Session, city: CityView, *, limit: int) -> dict[str, list[int]]:
    """Technology -> published projects that use it, the newest first, at most so many projects in all; one statement."""
    answered = AssessmentVersion.answers[QUESTION]["chosen"]
    chosen = sa.func.jsonb_array_elements_text(answered).table_valued("value", name="chosen")
    rows = await session.execute(
        sa.select(Project.id, chosen.c.value)
        .select_from(Assessment)
        .join(AssessmentVersion, newest())
        .join(Project, Project.id == Assessment.project_id)
        .join(chosen, sa.true())
        .where(Assessment.city_id == city.id, Assessment.kind == SCREENING, PUBLIC)
        .order_by(Project.published_at.desc(), Project.id.desc())
        .limit(limit)
    )
    found: dict[str, list[int]] = {}
    for project_id, technology in rows.all():
        found.setdefault(technology, []).append(project_id)
    return found
