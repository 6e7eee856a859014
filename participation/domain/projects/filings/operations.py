"""An official asks an organisation by a link, gives it a new one, stops it; and answers what was handed in."""

import hashlib
import secrets as randomness
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import rfc8785
import sqlalchemy as sa

from participation.domain.people.models import Role
from participation.domain.people.rules import acting, first_half
from participation.domain.places.queries import CityView
from participation.domain.projects.assessments.answers.operations import begin_again
from participation.domain.projects.assessments.models import Answer, Source
from participation.domain.projects.filings import rules
from participation.domain.projects.filings.finding.operations import enter
from participation.domain.projects.filings.forms import Asking
from participation.domain.projects.filings.lists.queries import asked
from participation.domain.projects.filings.models import Filing, FilingState, Purpose
from participation.domain.projects.models import Project
from participation.domain.projects.operations import note, places_of
from participation.domain.projects.organisations import operations as organisations
from participation.domain.projects.organisations.forms import OrganisationSaid
from participation.domain.projects.organisations.models import Organisation, OrganisationKind
from participation.domain.record.actors import Actor
from participation.kit.database import Session
from participation.kit.hashing import Secrets, keyed
from participation.kit.marks import marked

PURPOSE = "filing link"
"""For which the key is that hashes the secrets of links."""


@dataclass(frozen=True)
class Made:
    """A link: its secret is handed over now and kept nowhere."""

    filing_id: int
    secret: str


async def ask(
    session: Session,
    *,
    city: CityView,
    project: Project,
    said: Asking,
    known: bool,
    published: bool,
    secrets: Secrets,
    actor: Actor,
    at: datetime,
) -> Made:
    """The project is locked by whoever calls. `known`, `published`: of the assessment that is asked about."""
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    organisation = await organisations.locked(session, city=city, organisation_id=said.organisation_id)
    kind = None if said.purpose is Purpose.SUPPLIER else said.kind
    refusal = rules.may_ask(
        state=project.state,
        organisation=organisation.kind,
        purpose=said.purpose,
        kind=kind,
        known=known,
        published=published,
        until=said.until,
        today=at.astimezone(city.zone).date(),
    )
    if refusal:
        raise refusal
    secret = randomness.token_urlsafe(24)
    made = Filing(
        city_id=city.id,
        project_id=project.id,
        organisation_id=organisation.id,
        purpose=said.purpose,
        kind=kind,
        digest=keyed(secrets.key(PURPOSE), secret),
        given_by=_givers([], actor),
        given_place=who.place,
        made_at=at,
        ends_at=_end(said.until, city),
        state=FilingState.OPEN,
    )
    session.add(made)
    await session.flush()
    await _note(session, project, made, organisation, "filing_asked", who, at, {"until": said.until.isoformat()})
    return Made(made.id, secret)


def _givers(before: Sequence[int], actor: Actor) -> list[int]:
    return list(dict.fromkeys([*before, *([] if actor.person_id is None else [actor.person_id])]))


def _end(until: date, city: CityView) -> datetime:
    """The end of that day in the city."""
    return datetime.combine(until + timedelta(days=1), time.min, city.zone)


async def renew(
    session: Session,
    *,
    city: CityView,
    project: Project,
    filing_id: int,
    until: date,
    secrets: Secrets,
    actor: Actor,
    at: datetime,
) -> Made:
    """A new link to the same filing, with what was saved in it; the one before leads nowhere from now on."""
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    filing, organisation = await locked(session, project, filing_id)
    today = at.astimezone(city.zone).date()
    if refusal := rules.may_write(filing.state) or rules.may_end(until, today):
        raise refusal
    secret = randomness.token_urlsafe(24)
    filing.digest, filing.ends_at, filing.stopped_at = keyed(secrets.key(PURPOSE), secret), _end(until, city), None
    filing.given_by, filing.given_place = _givers(filing.given_by, actor), who.place
    await _note(session, project, filing, organisation, "filing_asked", who, at, {"until": until.isoformat()})
    return Made(filing.id, secret)


async def stop(
    session: Session, *, city: CityView, project: Project, filing_id: int, actor: Actor, at: datetime
) -> None:
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    filing, organisation = await locked(session, project, filing_id)
    if filing.stopped_at is not None:
        return
    filing.stopped_at = at
    await _note(session, project, filing, organisation, "filing_stopped", who, at, {})


# What was handed in


async def publish(
    session: Session, *, city: CityView, project: Project, filing_id: int, actor: Actor, at: datetime
) -> None:
    """Public from now on, word for word as it was handed in, with the interests that were declared with it.

    The voice of somebody independent on an assessment needs a second official: one alone could have made it up.
    """
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    filing, organisation = await locked(session, project, filing_id)
    if refusal := rules.may_decide(filing.state):
        raise refusal
    outside = rules.from_outside(organisation.kind, filing.kind)
    if outside:
        filing.registered_by = organisation.registered_by
        first = (filing.registered_by, *filing.given_by)
        if refusal := rules.may_be_second(first, actor.person_id):
            raise refusal
    filing.state, filing.decided_at = FilingState.PUBLISHED, at
    filing.published_by, filing.outside = actor.person_id, outside
    if filing.gains and filing.payer and filing.content is not None:
        declared = OrganisationSaid(
            OrganisationKind(organisation.kind),
            organisation.names,
            filing.gains,
            filing.payer,
            date.fromisoformat(filing.content["interests"]["on"]),
        )
        await organisations.declare(session, found=organisation, said=declared, actor=who, at=at)
    content, today = filing.content or {}, at.astimezone(city.zone).date()
    await enter(session, filing, await asked(session, city=city, project_id=project.id, content=content, today=today))
    halves = _halves(filing, organisation) if outside else {}
    await _note(session, project, filing, organisation, "filing_published", who, at, frozen(filing) | halves)


def _halves(filing: Filing, organisation: Organisation) -> dict[str, Any]:
    """For the record, beside who published it: as whom others registered the organisation and gave it the link."""
    return {
        "registered": first_half(Role.OFFICIAL, organisation.registered_place),
        "given": first_half(Role.OFFICIAL, filing.given_place),
    }


async def refuse(
    session: Session,
    *,
    city: CityView,
    project: Project,
    filing_id: int,
    reasons: dict[str, str],
    actor: Actor,
    at: datetime,
) -> None:
    """It is not published; that it was handed in, and why it is not shown, everybody can read."""
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    filing, organisation = await locked(session, project, filing_id)
    if refusal := rules.may_decide(filing.state):
        raise refusal
    filing.state, filing.decided_at, filing.reasons = FilingState.REFUSED, at, reasons
    await _note(
        session, project, filing, organisation, "filing_refused", who, at, {**frozen(filing), "reasons": reasons}
    )


async def take_over(
    session: Session, *, city: CityView, project: Project, filing_id: int, names: Collection[str], actor: Actor
) -> int:
    """These answers of a supplier become the city's draft, word for word and marked as the supplier's; how many did.

    Whoever changes one later makes it the city's own; what the supplier filed stays beside it as it was.
    """
    acting(actor, Role.OFFICIAL, city, places_of(project))
    filing, _organisation = await locked(session, project, filing_id)
    if filing.state != FilingState.PUBLISHED or filing.purpose != Purpose.SUPPLIER or filing.content is None:
        raise rules.missing()
    answers = {name: said for name, said in filing.content["answers"].items() if name in names}
    wanted = sa.select(Answer).where(Answer.project_id == project.id, Answer.about.in_(answers)).with_for_update()
    stored = {row.about: row for row in await session.scalars(wanted)}
    for name, said in answers.items():
        row = stored.get(name)
        if row is None:
            row = Answer(project_id=project.id, about=name, city_id=city.id, version=0)
            session.add(row)
        row.chosen, row.words, row.source = said["chosen"], said["words"], Source.SUPPLIER
        row.marks = marked({}, said["words"], {}, city.languages)
        row.organisation_id = filing.organisation_id
        row.ground = row.office = row.internal_until = None
        row.version += 1
    if answers:
        await begin_again(session, project, {name.partition("/")[0] for name in answers})
    await session.flush()
    return len(answers)


async def locked(session: Session, project: Project, filing_id: int) -> tuple[Filing, Organisation]:
    """The organisation too, since a declaration that came with the filing may become its own."""
    wanted = (
        sa.select(Filing, Organisation)
        .join(Organisation, Organisation.id == Filing.organisation_id)
        .where(Filing.project_id == project.id, Filing.id == filing_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    row = (await session.execute(wanted)).first()
    if row is None:
        raise rules.missing()
    return row[0], row[1]


def frozen(filing: Filing) -> dict[str, Any]:
    """The hash of what was handed in: the same in every entry about it, so that anybody sees that nothing was altered."""
    return {"content": hashlib.sha256(rfc8785.dumps(filing.content or {})).hexdigest()}


async def _note(
    session: Session,
    project: Project,
    filing: Filing,
    organisation: Organisation,
    kind: str,
    actor: Actor,
    at: datetime,
    more: dict[str, Any],
) -> None:
    facts: dict[str, Any] = {
        "filing": filing.id,
        "organisation": organisations.named(organisation.id, organisation.kind, organisation.names),
        "purpose": str(filing.purpose),
        **({"kind": filing.kind} if filing.kind else {}),
        **more,
    }
    await note(session, project, kind, actor, at, facts)
