"""Reads what other projects could lend, and what was offered to a project."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from participation.domain.places.queries import CityView
from participation.domain.projects.assessments.answers.forms import LONGEST
from participation.domain.projects.assessments.models import Answer, Assessment, Source, Suggestion
from participation.domain.projects.assessments.queries import (
    SCREENING,
    AnswerView,
    key,
    published,
    shipped,
    shipped_one,
)
from participation.domain.projects.assessments.reuse.rules import fits, reusable, same_technology
from participation.domain.projects.assessments.rules import QuestionKind
from participation.domain.projects.models import Project
from participation.domain.projects.organisations.models import Organisation
from participation.domain.projects.queries import PUBLIC, Whole, titles
from participation.kit.database import Session
from participation.kit.marks import counted

SAID = {
    "fact/purpose": ("summary", LONGEST[QuestionKind.TEXT]),
    "fact/supplier": ("supplier", LONGEST[QuestionKind.LINE]),
}
"""Facts that stand in the words of a project as well: in which field, and how long an answer may be."""
MOST = 200
"""Earlier projects among which one is chosen."""


@dataclass(frozen=True)
class Offer:
    """An answer from wherever it comes: whoever knows some makes these, and `reuse.operations.suggest` takes them."""

    about: str
    """`assessments.queries.key`."""
    chosen: tuple[str, ...]
    words: Mapping[str, str]
    source: str
    origin: Mapping[str, Any]
    """`names` per language, and the `address` of its page without the language."""

    def is_said(self, answer: AnswerView) -> bool:
        """The project has taken it as it is, in whichever languages it has been saved so far."""
        same = all(self.words.get(language) == text for language, text in answer.words.items())
        return answer.chosen == self.chosen and same


@dataclass(frozen=True)
class Earlier:
    """A project whose answers can be offered."""

    slug: str
    number: int
    titles: Mapping[str, str]


async def earlier(session: Session, city: CityView, project_id: int) -> list[Earlier]:
    """Other public projects with a published assessment, the newest first."""
    assessed = sa.exists().where(Assessment.project_id == Project.id, Assessment.published > 0)
    rows = await session.execute(
        sa.select(Project.slug, Project.number, titles())
        .where(PUBLIC, Project.city_id == city.id, Project.id != project_id, assessed)
        .order_by(Project.number.desc())
        .limit(MOST)
    )
    return [Earlier(row.slug, row.number, row.titles or {}) for row in rows]


async def offers(
    session: Session, *, project_id: int, origin: Mapping[str, Any], technology: Sequence[str], today: date
) -> list[Offer]:
    """What a project's published assessments can lend to one with these technologies: never what is kept internal."""
    versions = sorted(await published(session, project_id, today=today), key=lambda one: one.at)
    screening = next((one.answers for one in versions if one.kind == SCREENING), {})
    same = same_technology(screening.get("technology", {}).get("chosen", ()), technology)
    found: dict[str, Offer] = {}
    for version in versions:
        questions = shipped_one(version.kind).questions if version.kind in shipped() else ()
        for question in questions:
            said = version.answers.get(question.id)
            if said is None or "ground" in said or not reusable(version.kind, question, same=same):
                continue
            if fits(question, said["chosen"]):
                name = key(version.kind, question)
                found[name] = Offer(name, tuple(said["chosen"]), said["words"], said["source"], origin)
    return list(found.values())


def of_its_own_page(project: Whole) -> dict[str, Offer]:
    """What the project's page says already and assessments ask again, by `key`: what it is for, what it costs, who supplies it."""
    origin = {"names": dict(project.said("title")), "address": f"/projects/{project.slug}"}
    found = {name: (counted(project.said(field)), most) for name, (field, most) in SAID.items()}
    offers = {
        name: Offer(name, (), {one: text for one, text in words.items() if len(text) <= most}, Source.CITY, origin)
        for name, (words, most) in found.items()
    }
    if project.cost_amount is not None:
        offers["fact/cost"] = Offer("fact/cost", (str(project.cost_amount),), {}, Source.CITY, origin)
    return {name: offer for name, offer in offers.items() if offer.chosen or offer.words}


async def answers_and_offers(session: Session, project_id: int) -> tuple[dict[str, AnswerView], dict[str, Offer]]:
    """What a project has answered, and what was offered to it, by `key`; one statement."""
    answer, offer = Answer.__table__.c, Suggestion.__table__.c
    by = sa.select(Organisation.names).where(Organisation.id == answer.organisation_id).scalar_subquery()
    said = sa.select(
        *(sa.literal("said").label("what"), answer.about, answer.chosen, answer.words, answer.source),
        *(answer.ground, answer.office, answer.internal_until, answer.version, answer.marks, sa.null().label("origin")),
        by.label("by"),
    ).where(answer.project_id == project_id)
    offered = sa.select(
        *(sa.literal("offered"), offer.about, offer.chosen, offer.words, offer.source),
        *(sa.null(), sa.null(), sa.null(), sa.null(), sa.null(), offer.origin),
        sa.null(),
    ).where(offer.project_id == project_id)
    answers, offers = {}, {}
    for row in await session.execute(sa.union_all(said, offered)):
        if row.what == "offered":
            offers[row.about] = Offer(row.about, tuple(row.chosen), row.words, row.source, row.origin)
            continue
        names = ("words", "source", "ground", "office", "internal_until", "version", "marks", "by")
        answers[row.about] = AnswerView(tuple(row.chosen), **{name: row._mapping[name] for name in names})
    return answers, offers
