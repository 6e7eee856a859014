"""Saves what an organisation writes by its link, each answer by itself, and freezes it when it hands in."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.people.guesses.operations import count_wrong
from participation.domain.places.queries import CityView
from participation.domain.projects.assessments import queries as assessments
from participation.domain.projects.assessments import rules as questions
from participation.domain.projects.assessments.answers.forms import AnswerSaid
from participation.domain.projects.assessments.queries import key
from participation.domain.projects.filings import queries, rules
from participation.domain.projects.filings.forms import InterestsSaid, OpinionSaid
from participation.domain.projects.filings.models import Filing, FilingAnswer, FilingState, Purpose
from participation.domain.projects.filings.operations import PURPOSE, frozen
from participation.domain.projects.filings.queries import FilingView, Opened
from participation.domain.projects.filings.writing.queries import Part, parts
from participation.domain.projects.models import Project
from participation.domain.projects.operations import note
from participation.domain.projects.organisations.operations import named
from participation.domain.projects.rules import overwritten
from participation.domain.record.actors import Actor, Via
from participation.kit.database import Session
from participation.kit.hashing import Secrets, keyed

GUESSED = "filing"
"""Under which wrong links are counted."""
ROLE = "organisation"
"""As the record names whoever acts by a link."""


async def find(session: Session, *, city: CityView, secret: str, secrets: Secrets, at: datetime) -> Opened:
    """Raises the refusal; a wrong secret is then counted by `miss`."""
    return (await _found(session, city, secret, secrets, at, lock=False))[0]


async def lock(
    session: Session, *, city: CityView, secret: str, secrets: Secrets, at: datetime
) -> tuple[Opened, Filing]:
    """To be written on, as long as it is not handed in. A hash under an older key is renewed."""
    opened, filing = await _found(session, city, secret, secrets, at, lock=True)
    if refusal := rules.may_write(filing.state):
        raise refusal
    filing.digest = keyed(secrets.key(PURPOSE), secret)
    return opened, filing


async def _found(
    session: Session, city: CityView, secret: str, secrets: Secrets, at: datetime, *, lock: bool
) -> tuple[Opened, Filing]:
    digests = [keyed(one, secret) for one in secrets.keys(PURPOSE)]
    found = await queries.by_digests(session, city_id=city.id, digests=digests, lock=lock)
    if found is None:
        raise rules.not_there()
    filing = found[1]
    stopped = filing.stopped_at is not None
    if refusal := rules.may_open(stopped=stopped, ends_at=filing.ends_at, at=at):
        raise refusal
    return found


async def miss(session: Session, *, city: CityView, sources: Mapping[str, bytes], at: datetime) -> None:
    await count_wrong(session, city_id=city.id, kind=GUESSED, sources=sources, at=at)


async def save_answers(
    session: Session, *, filing: Filing, part: Part, said: Sequence[AnswerSaid], language: str
) -> list[str]:
    """Store what differs; what somebody else has changed meanwhile stays, and its questions come back."""
    names = [key(part.asked.kind, one.question) for one in said]
    wanted = sa.select(FilingAnswer).where(FilingAnswer.filing_id == filing.id, FilingAnswer.about.in_(names))
    stored = {row.about: row for row in await session.scalars(wanted.with_for_update())}
    conflicts = []
    for name, one in zip(names, said, strict=True):
        row = stored.get(name)
        if one.untouched or (row is None and not one.chosen and not one.text):
            continue
        if row is None:
            row = FilingAnswer(filing_id=filing.id, about=name, city_id=filing.city_id, version=0, words={}, chosen=[])
            session.add(row)
        elif not _differs(row, one, language):
            continue
        elif row.version > one.version:
            conflicts.append(one.question.id)
            continue
        row.chosen = list(one.chosen)
        if questions.UNKNOWN in one.chosen:
            row.words = {}
        elif one.text is not None:
            row.words = {name: text for name, text in {**row.words, language: one.text}.items() if text}
        row.version += 1
    await session.flush()
    return conflicts


def _differs(row: FilingAnswer, said: AnswerSaid, language: str) -> bool:
    if said.text is not None and row.words.get(language, "") != said.text:
        return True
    return tuple(row.chosen) != said.chosen


async def save_opinion(session: Session, *, filing: Filing, said: OpinionSaid, language: str) -> None:
    words = {name: text for name, text in {**filing.words, language: said.text}.items() if text}
    stance = None if said.stance is None else str(said.stance)
    if (words, stance, said.about) == (filing.words, filing.stance, filing.about):
        return
    _expect(filing, said.version)
    filing.words, filing.stance, filing.about = words, stance, said.about
    filing.version += 1
    await session.flush()


async def save_interests(
    session: Session, *, opened: Opened, filing: Filing, said: InterestsSaid, language: str
) -> None:
    """Other languages stay as they stand in the filing, or else with the organisation."""
    known = opened.filing.interests or {"gains": {}, "payer": {}}
    gains, payer = {**known["gains"], language: said.gains}, {**known["payer"], language: said.payer}
    if (gains, payer) == (known["gains"], known["payer"]):
        return
    _expect(filing, said.version)
    filing.gains, filing.payer = gains, payer
    filing.version += 1
    await session.flush()


def _expect(filing: Filing, version: int) -> None:
    if filing.version > version:
        raise overwritten()


async def hand_in(session: Session, *, city: CityView, opened: Opened, filing: Filing, at: datetime) -> None:
    """Frozen from now on, with the interests; the score is that of the engine which scores the city's own answers."""
    found = await parts(session, opened.filing, city=city, at=at)
    view = opened.filing
    interests = view.interests
    refusal = rules.may_hand_in(
        purpose=Purpose(filing.purpose),
        answered=sum(len(part.answered) for part in found),
        missing=sum(len(questions.unanswered(part.asked, part.given)) for part in found),
        words=filing.words,
        interests=interests is not None,
    )
    if refusal or interests is None:
        raise refusal or rules.missing()
    today = at.astimezone(city.zone).date().isoformat()
    filing.content = {
        "interests": {**interests, "on": interests["on"] or today},
        **_said(filing, found),
        **await _beside(session, filing, found, at.astimezone(city.zone).date()),
    }
    filing.score = _scored(filing, found)
    filing.state, filing.handed_in_at = FilingState.HANDED_IN, at
    await _note(session, view, filing, at)


def _said(filing: Filing, found: Sequence[Part]) -> dict[str, Any]:
    if filing.purpose == Purpose.OPINION:
        return {"words": filing.words, "stance": filing.stance, "about": filing.about}
    answers = {
        key(part.asked.kind, question): {
            "chosen": list(part.own[question.id].chosen),
            "words": dict(part.own[question.id].words),
        }
        for part in found
        for question in part.answered
    }
    return {"answers": answers}


async def _beside(session: Session, filing: Filing, found: Sequence[Part], today: date) -> dict[str, Any]:
    """Which version of the questionnaires it answers, and beside which version of the city's it was written."""
    versions = {part.asked.kind: part.asked.version for part in found}
    beside = await assessments.version(session, filing.project_id, filing.kind, today=today) if filing.kind else []
    return {"questionnaires": versions, "beside": beside[0].number if beside else None}


def _scored(filing: Filing, found: Sequence[Part]) -> dict[str, Any] | None:
    """Of a counter-assessment what is not answered counts as the city has answered it; a part of many has no score."""
    if filing.purpose not in (Purpose.OWN, Purpose.COUNTER) or not found:
        return None
    part = found[0]
    score = questions.score(part.asked, part.given)
    unresolved = len(questions.unresolved(part.asked, part.given))
    return {**asdict(score), "level": str(score.level), "unresolved": unresolved}


async def _note(session: Session, view: FilingView, filing: Filing, at: datetime) -> None:
    """Whoever holds the link has no name here but the organisation's."""
    project = await session.get_one(Project, filing.project_id)
    facts = {
        "filing": filing.id,
        "organisation": named(view.organisation_id, view.organisation_kind, view.organisation),
        "purpose": str(filing.purpose),
        **({"kind": filing.kind} if filing.kind else {}),
        **frozen(filing),
    }
    await note(session, project, "filing_handed_in", Actor(filing.city_id, None, Via.WEB, role=ROLE), at, facts)
