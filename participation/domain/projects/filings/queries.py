"""Reads filings: by their link, before officials, and as everybody sees them beside the city's own assessments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.projects.assessments.queries import Published, key
from participation.domain.projects.assessments.rules import Question, Questionnaire
from participation.domain.projects.filings.models import Filing, FilingAnswer, FilingState, Purpose
from participation.domain.projects.filings.rules import Beside, stands
from participation.domain.projects.models import Project
from participation.domain.projects.organisations.models import Organisation
from participation.domain.projects.organisations.rules import INDEPENDENT
from participation.domain.projects.queries import titles
from participation.kit.database import Session

PAGE = 20
SEEN = (FilingState.HANDED_IN, FilingState.PUBLISHED, FilingState.REFUSED)
"""Of these everybody knows; what they say can be read once they are published."""


@dataclass(frozen=True)
class FilingView:
    """A filing with whose it is. Everybody may see it as far as `state` says."""

    id: int
    project_id: int
    organisation_id: int
    organisation: Mapping[str, str]
    organisation_kind: str
    purpose: str
    kind: str | None
    state: str
    about: str | None
    stance: str | None
    words: Mapping[str, str]
    gains: Mapping[str, str]
    payer: Mapping[str, str]
    version: int
    content: Mapping[str, Any] | None
    score: Mapping[str, Any] | None
    made_at: datetime
    ends_at: datetime
    stopped_at: datetime | None
    handed_in_at: datetime | None
    decided_at: datetime | None
    reasons: Mapping[str, str]
    given_by: Sequence[int]
    registered_by: int | None
    """Who registered the organisation."""
    outside: bool
    declared: Mapping[str, Any]
    """Interests that stand with the organisation today: gains, payer, on."""

    @property
    def independent(self) -> bool:
        return self.organisation_kind in INDEPENDENT

    @property
    def answers(self) -> Mapping[str, Any]:
        """As they were handed in, by `assessments.queries.key`."""
        answers: Mapping[str, Any] = (self.content or {}).get("answers", {})
        return answers

    @property
    def interests(self) -> Mapping[str, Any] | None:
        """As they go with it: those frozen with it, else its own, else those of the organisation."""
        if self.content is not None:
            return dict(self.content["interests"])
        if self.gains and self.payer:
            return {"gains": self.gains, "payer": self.payer, "on": None}
        return self.declared if self.declared["on"] else None

    def answer(self, asked: Questionnaire, question: Question) -> Mapping[str, Any] | None:
        found: Mapping[str, Any] | None = self.answers.get(key(asked.kind, question))
        return found


def _select(*more: Any) -> Any:
    declared = sa.func.json_build_object(
        *("gains", Organisation.gains, "payer", Organisation.payer, "on", Organisation.declared_on)
    )
    columns = (
        *(Filing.id, Filing.project_id, Filing.organisation_id, Filing.purpose, Filing.kind, Filing.state),
        *(Filing.about, Filing.stance, Filing.words, Filing.gains, Filing.payer, Filing.version, Filing.content),
        *(Filing.score, Filing.made_at, Filing.ends_at, Filing.stopped_at, Filing.handed_in_at, Filing.decided_at),
        *(Filing.reasons, Filing.given_by, Filing.outside, Organisation.registered_by),
        *(Organisation.names.label("organisation"), Organisation.kind.label("organisation_kind")),
        sa.type_coerce(declared, sa.JSON).label("declared"),
    )
    return sa.select(*columns, *more).join(Organisation, Organisation.id == Filing.organisation_id)


# By its link


@dataclass(frozen=True)
class Opened:
    """A filing as its link opens it, with the project that it is about."""

    filing: FilingView
    slug: str
    titles: Mapping[str, str]


async def by_digests(
    session: Session, *, city_id: int, digests: Sequence[bytes], lock: bool = False
) -> tuple[Opened, Filing] | None:
    """`lock`: to be written on; nobody hands it in, stops it or decides on it meanwhile."""
    wanted = (
        _select(Filing, Project.slug, titles())
        .join(Project, Project.id == Filing.project_id)
        .where(Filing.city_id == city_id, Filing.digest.in_(digests))
        .execution_options(populate_existing=True)
    )
    if lock:
        wanted = wanted.with_for_update(of=Filing)
    row = (await session.execute(wanted)).first()
    if row is None:
        return None
    values = dict(row._mapping)
    filing, slug, called = values.pop("Filing"), values.pop("slug"), values.pop("titles")
    return Opened(FilingView(**values), slug, called or {}), filing


@dataclass(frozen=True)
class Written:
    """What an organisation has written so far under one question."""

    chosen: tuple[str, ...]
    words: Mapping[str, str]
    version: int

    @property
    def given(self) -> tuple[str, ...]:
        return self.chosen or tuple(text for text in self.words.values() if text)[:1]


async def written(session: Session, filing_id: int) -> dict[str, Written]:
    """By `assessments.queries.key`."""
    table = FilingAnswer
    rows = await session.execute(
        sa.select(table.about, table.chosen, table.words, table.version).where(table.filing_id == filing_id)
    )
    return {row.about: Written(tuple(row.chosen), row.words, row.version) for row in rows}


# Before officials


async def for_officials(
    session: Session, *, project_id: int, before: int | None = None
) -> tuple[list[FilingView], int | None]:
    """All of a project, the newest first, and where the next page begins."""
    wanted = _select().where(Filing.project_id == project_id).order_by(Filing.id.desc()).limit(PAGE + 1)
    if before is not None:
        wanted = wanted.where(Filing.id < before)
    return _page([FilingView(**row._mapping) for row in await session.execute(wanted)])


def _page(found: list[FilingView]) -> tuple[list[FilingView], int | None]:
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None


async def one(session: Session, *, project_id: int, filing_id: int) -> FilingView | None:
    wanted = _select().where(Filing.project_id == project_id, Filing.id == filing_id)
    row = (await session.execute(wanted)).first()
    return None if row is None else FilingView(**row._mapping)


# For everybody


async def seen(session: Session, *, project_id: int, before: int | None = None) -> tuple[list[FilingView], int | None]:
    """What was handed in on a project, the newest first, and where the next page begins."""
    wanted = _select().where(Filing.project_id == project_id, Filing.state.in_(SEEN))
    wanted = wanted.order_by(Filing.id.desc()).limit(PAGE + 1)
    if before is not None:
        wanted = wanted.where(Filing.id < before)
    return _page([FilingView(**row._mapping) for row in await session.execute(wanted)])


async def published(session: Session, *, project_id: int) -> list[FilingView]:
    """Everything of a project that everybody can read, in the order in which it was published: for open data."""
    wanted = _select().where(Filing.project_id == project_id, Filing.state == FilingState.PUBLISHED)
    return [FilingView(**row._mapping) for row in await session.execute(wanted.order_by(Filing.decided_at, Filing.id))]


def filed(project_id: int) -> sa.ScalarSelect[Any]:
    """How much is published on a project, to be asked for together with other things."""
    public = (Filing.project_id == project_id, Filing.state == FilingState.PUBLISHED)
    return sa.select(sa.func.count()).select_from(Filing).where(*public).scalar_subquery()


def outside(project_id: int) -> Any:
    """Since when somebody independent has been heard on each kind of assessment: `name` and `at`."""
    return (
        sa.select(Filing.kind.label("name"), sa.func.min(Filing.decided_at).label("at"))
        .join(Organisation, Organisation.id == Filing.organisation_id)
        .where(
            Filing.project_id == project_id,
            Filing.state == FilingState.PUBLISHED,
            Filing.outside,
            Organisation.kind.in_(INDEPENDENT),
        )
        .group_by(Filing.kind)
    )


async def on_assessment(session: Session, *, project_id: int, kind: str) -> list[FilingView]:
    """What is published beside one assessment of the city: filings of its kind, and suppliers' parts."""
    beside = sa.or_(Filing.kind == kind, Filing.purpose == Purpose.SUPPLIER)
    wanted = _select().where(Filing.project_id == project_id, Filing.state == FilingState.PUBLISHED, beside)
    return [FilingView(**row._mapping) for row in await session.execute(wanted.order_by(Filing.decided_at, Filing.id))]


async def of_organisation(
    session: Session, *, organisation_id: int, before: int | None = None
) -> tuple[list[tuple[FilingView, str, Mapping[str, str]]], int | None]:
    """What an organisation has had published, the newest first, each with the project's slug and titles."""
    wanted = (
        _select(Project.slug, titles())
        .join(Project, Project.id == Filing.project_id)
        .where(Filing.organisation_id == organisation_id, Filing.state.in_(SEEN))
        .order_by(Filing.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        wanted = wanted.where(Filing.id < before)
    found = []
    for row in await session.execute(wanted):
        values = dict(row._mapping)
        slug, titles_ = values.pop("slug"), values.pop("titles")
        found.append((FilingView(**values), slug, titles_ or {}))
    return found[:PAGE], found[PAGE - 1][0].id if len(found) > PAGE else None


@dataclass(frozen=True)
class Row:
    """One question with what the city answers and what others do."""

    question: Question
    city: Mapping[str, Any] | None
    others: tuple[tuple[FilingView, Mapping[str, Any], Beside], ...]


def rows(asked: Questionnaire, city: Published | None, filings: Sequence[FilingView]) -> list[Row]:
    """The questions that somebody beside the city has answered, in the order of the questionnaire."""
    said = {} if city is None else city.answers
    found = []
    for question in asked.questions:
        others = tuple(
            (filing, answer, stands(question, said.get(question.id), answer))
            for filing in filings
            if (answer := filing.answer(asked, question)) is not None
        )
        if others:
            found.append(Row(question, said.get(question.id), others))
    return found
