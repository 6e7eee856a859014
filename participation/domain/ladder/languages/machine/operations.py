"""Asks a machine for translations, hands out what is due, and keeps what came back: as proposals, until an official decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from participation.domain.ladder.languages import queries
from participation.domain.ladder.languages.machine import rules
from participation.domain.ladder.languages.machine.models import Proposal, ProposalState
from participation.domain.ladder.languages.machine.queries import ProposalView
from participation.domain.ladder.languages.operations import write
from participation.domain.ladder.languages.rules import Saying, Standing
from participation.domain.people.models import Role
from participation.domain.people.rules import acting
from participation.domain.places.queries import CityView
from participation.domain.projects.models import Project
from participation.domain.projects.operations import places_of
from participation.domain.record.actors import Actor
from participation.kit.database import Session
from participation.kit.marks import How, Made, Texts, fingerprint
from participation.kit.text import Unreadable, clean


async def ask(
    session: Session,
    *,
    city: CityView,
    project: Project,
    sayings: Sequence[Saying],
    language: str,
    source: str | None,
    actor: Actor,
    at: datetime,
) -> int:
    """For what is missing or out of date in a language; how many texts that are. What is proposed already is asked for anew."""
    acting(actor, Role.OFFICIAL, city, places_of(project))
    wanted = [
        (saying.key, chosen)
        for saying in sayings
        if saying.standing(language) in (Standing.MISSING, Standing.STALE)
        and saying.open_in(language)
        and (chosen := saying.source(language, city.languages, source))
    ][: rules.AT_ONCE]
    if not wanted:
        return 0
    common = {"project_id": project.id, "language": language, "city_id": city.id, "next_at": at}
    rows = insert(Proposal).values([{**common, "key": key, "source": chosen} for key, chosen in wanted])
    again = {"source": rows.excluded.source, "next_at": at, "state": ProposalState.QUEUED, "tries": 0}
    forgotten = {"text": "", "of": None, "trouble": None, "detail": ""}
    await session.execute(
        rows.on_conflict_do_update(index_elements=["project_id", "key", "language"], set_=again | forgotten)
    )
    return len(wanted)


@dataclass(frozen=True)
class Job:
    """One text on its way to a machine."""

    project_id: int
    key: str
    language: str
    source: str
    text: str
    tries: int


async def due(session: Session, *, at: datetime, size: int) -> list[Job]:
    """Take what waits longest; other workers leave it alone for a while. What is not there any more is forgotten."""
    waiting = sa.select(Proposal).where(Proposal.state == ProposalState.QUEUED, Proposal.next_at <= at)
    waiting = waiting.order_by(Proposal.next_at, Proposal.key).limit(size).with_for_update(skip_locked=True)
    rows = (await session.scalars(waiting)).all()
    jobs = []
    texts: dict[int, dict[str, Texts]] = {
        number: {saying.key: saying.texts for saying in await queries.sayings(session, number)}
        for number in {row.project_id for row in rows}
    }
    for row in rows:
        texts_of = texts[row.project_id].get(row.key)
        text = texts_of.get(row.source) if texts_of else None
        if not text:
            await session.delete(row)
            continue
        row.tries += 1
        row.next_at = at + rules.LEASE
        jobs.append(Job(row.project_id, row.key, row.language, row.source, text, row.tries))
    await session.flush()
    return jobs


async def deliver(session: Session, *, job: Job, text: str, provider: str) -> None:
    """What the machine made of it; nothing, where the text was taken back or asked for anew from elsewhere meanwhile."""
    try:
        words = clean(text)
    except Unreadable:
        words = ""
    values = {"text": words, "of": fingerprint(job.text), "provider": provider, "state": ProposalState.DONE}
    await session.execute(_of(job).values(values | {"trouble": None, "detail": ""}))


async def fail(session: Session, *, job: Job, trouble: str, detail: str, later: bool, wait: int, at: datetime) -> None:
    """Tried again where that can help, and given up after some hours; an official can ask anew."""
    state = ProposalState.QUEUED if later and job.tries < rules.MOST_TRIES else ProposalState.FAILED
    values = {"state": state, "trouble": trouble, "detail": detail, "next_at": at + rules.pause(job.tries, wait)}
    await session.execute(_of(job).values(values))


def _of(job: Job) -> sa.Update:
    return sa.update(Proposal).where(
        Proposal.project_id == job.project_id,
        Proposal.key == job.key,
        Proposal.language == job.language,
        Proposal.source == job.source,
        Proposal.state == ProposalState.QUEUED,
    )


async def show(
    session: Session,
    *,
    city: CityView,
    project: Project,
    saying: Saying,
    language: str,
    proposal: ProposalView,
    actor: Actor,
    at: datetime,
) -> None:
    """In public as it is, marked as the machine's; only where the city need not speak the language."""
    if refusal := rules.may_show(language, city.required_languages):
        raise refusal
    made = Made(How.MACHINE, proposal.source, proposal.of, proposal.provider, again=True)
    await write(
        session,
        city=city,
        project=project,
        sayings=[saying],
        language=language,
        written={saying.key: (proposal.text, made)},
        actor=actor,
        at=at,
    )
    await forget(session, project=project, key=saying.key, language=language)


async def forget(session: Session, *, project: Project, key: str, language: str) -> None:
    """Somebody has written the text: the proposal has served."""
    mine = (Proposal.project_id == project.id, Proposal.key == key, Proposal.language == language)
    await session.execute(sa.delete(Proposal).where(*mine))
