"""Reads everything that is kept about a person, for that person alone, and puts it in a form that they can take along."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from participation.domain.ballots.carried.queries import carried_votes
from participation.domain.ballots.queries import OwnVote, own_votes
from participation.domain.consultations.own.queries import OwnComment, OwnReaction, comments_of, reactions_of
from participation.domain.consultations.spoken import queries as spoken
from participation.domain.consultations.spoken.queries import OwnRecording
from participation.domain.notices.queries import NoticeView, for_person
from participation.domain.people.phones.queries import of_person as phones_of
from participation.domain.people.queries import Home, RoleHeld, Running, home
from participation.domain.people.staff.queries import login_of
from participation.domain.places.queries import CityView
from participation.domain.projects.models import Project, ProjectText
from participation.domain.proxies.delegates.queries import of_resident
from participation.domain.proxies.reviews.queries import of_person
from participation.kit.database import Session
from participation.kit.hashing import Secrets
from participation.kit.keys import KeyTrouble


@dataclass(frozen=True)
class Kept:
    """All of it, apart from votes: of these only an open ballot knows, and shows it on its own page."""

    home: Home
    sessions: Sequence[Running]
    notices: Sequence[NoticeView]
    comments: Sequence[OwnComment]
    reactions: Sequence[OwnReaction]
    recordings: Sequence[OwnRecording]


async def kept(session: Session, *, city: CityView, person_id: int, at: datetime) -> Kept:
    """Four statements, whatever there is."""
    where, sessions = await home(
        session,
        city_id=city.id,
        person_id=person_id,
        at=at,
        beside=of_resident(city.id, person_id),
        more=spoken.of_person(city.id, person_id),
    )
    return Kept(
        home=where,
        sessions=sessions,
        notices=await for_person(session, city_id=city.id, person_id=person_id, limit=1000),
        comments=await comments_of(session, city_id=city.id, person_id=person_id),
        reactions=await reactions_of(session, city_id=city.id, person_id=person_id),
        recordings=spoken.own(where.more),
    )


async def titles(session: Session, *, city: CityView, slugs: set[str]) -> dict[str, dict[str, str]]:
    """By slug, in each language: what the projects are called of which a person's page speaks."""
    if not slugs:
        return {}
    rows = await session.execute(
        sa.select(Project.slug, ProjectText.language, ProjectText.title)
        .join(Project, Project.id == ProjectText.project_id)
        .where(Project.city_id == city.id, Project.slug.in_(slugs))
    )
    found: dict[str, dict[str, str]] = {}
    for slug, language, title in rows:
        found.setdefault(slug, {})[language] = title
    return found


async def file_of(
    session: Session, *, city: CityView, person_id: int, folder: Path, secrets: Secrets, at: datetime
) -> dict[str, Any]:
    """Everything, as it goes into the person's file: also the votes that can still be found, those in open ballots."""
    found = await kept(session, city=city, person_id=person_id, at=at)
    votes: list[OwnVote] | None
    carried: list[str] | None
    try:
        votes = await own_votes(session, city_id=city.id, person_id=person_id, folder=folder, at=at)
        carried = await carried_votes(session, city_id=city.id, person_id=person_id, folder=folder, at=at)
    except KeyTrouble:
        votes = carried = None
    where, slip = found.home, found.home.slip
    return {
        "city": city.slug,
        "made_at": _plain(at),
        "district": None if where.district_id is None else city.places[where.district_id].slug,
        "district_since": _plain(where.since),
        "language": where.language,
        "districts": [{"district": city.places[place].slug, "since": _plain(since)} for place, since in where.lived],
        "slip": None if slip is None else {"batch": slip.batch, "serial": slip.serial, "counted_as_used": slip.used},
        "pin": where.has_pin,
        "wrong_pins": where.wrong_pins,
        "login": await login_of(session, person_id=person_id),
        "roles": [_role(city, held) for held in where.roles],
        "sessions": [
            {"via": each.via, "started_at": _plain(each.started_at), "ends_at": _plain(each.ends_at)}
            for each in found.sessions
        ],
        "notices": [_row(each, "kind", "address", "facts", "at", "seen") for each in found.notices],
        "comments": [_row(each) for each in found.comments],
        "reactions": [_row(each) for each in found.reactions],
        "recordings_that_wait": [_row(each) for each in found.recordings],
        "written_down_by_delegates": [
            _row(each) for each in await of_person(session, city_id=city.id, person_id=person_id, secrets=secrets)
        ],
        "phones": [_row(each, "linked_on", "shared") for each in await phones_of(session, person_id=person_id)],
        # Null while the key of a ballot is missing: then nobody can find its votes.
        "votes_in_open_ballots": None if votes is None else [_vote(each) for each in votes],
        # That a delegate brought a vote, until the votes are counted; what was chosen is shown to nobody.
        "votes_carried_for_me": None if carried is None else [{"project": slug} for slug in carried],
    }


def _role(city: CityView, held: RoleHeld) -> dict[str, Any]:
    place = city.places[held.place_id].slug
    return {"role": held.role, "place": place, "since": _plain(held.since), "until": _plain(held.until)}


def _vote(vote: OwnVote) -> dict[str, Any]:
    # Null where a choice code was used: whoever passed it on may know how to sign in as this person.
    return {"project": vote.slug, "choice": None if vote.choice is None else int(vote.choice), "via": vote.via}


def _row(thing: Any, *names: str) -> dict[str, Any]:
    values = asdict(thing)
    return {name: _plain(value) for name, value in values.items() if not names or name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value
