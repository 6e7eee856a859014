"""Verbs of meetings: announce, change, cancel, publish the minutes; each recorded for every project that it is about."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.people.models import Role
from participation.domain.people.rules import acting
from participation.domain.places.queries import CityView
from participation.domain.projects.meetings import forms, queries, rules
from participation.domain.projects.meetings.forms import MeetingSaid, MinutesSaid
from participation.domain.projects.meetings.models import Meeting, MeetingChange, MeetingKind, MeetingProject
from participation.domain.projects.meetings.queries import AboutView, MeetingView
from participation.domain.projects.operations import stamp
from participation.domain.projects.queries import Whole
from participation.domain.projects.rules import overwritten
from participation.domain.record import operations as record
from participation.domain.record.actors import Actor
from participation.kit import marks
from participation.kit.changes import touch
from participation.kit.database import Session
from participation.kit.errors import Invalid, NotFound
from participation.kit.i18n import _

WORDS = ("agenda", "office", "settlement", "access", "spoken", "also_spoken", "phone", "online")
"""What can be put right without moving the meeting."""


async def announce(
    session: Session, *, city: CityView, project: Whole, said: MeetingSaid, actor: Actor, at: datetime
) -> Meeting:
    """Public from now on, on the pages of every project that it is about."""
    who = acting(actor, Role.OFFICIAL, city, project.places)
    if refusal := rules.may_announce(project.state):
        raise refusal
    if errors := rules.wrong_dates(said.starts_at, said.ends_at, at):
        raise Invalid(errors)
    about = await _about(session, city, project, said, actor)
    meeting = Meeting(city_id=city.id, kind=said.kind, announced_at=at, changed_at=at)
    _write(city, meeting, said)
    session.add(meeting)
    await session.flush()
    links = [MeetingProject(city_id=city.id, meeting_id=meeting.id, project_id=one.id) for one in about]
    session.add_all(links)
    await _note(session, city, about, "meeting_announced", who, at, _facts(city, meeting))
    return meeting


async def change(
    session: Session,
    *,
    city: CityView,
    project: Whole,
    meeting_id: int,
    version: int,
    said: MeetingSaid,
    reasons: dict[str, str],
    actor: Actor,
    at: datetime,
) -> Meeting:
    """What it is about can be put right; another date, hour, place or address needs a reason that everybody can read."""
    meeting, seen, who = await _before(session, city, project, meeting_id, actor)
    if refusal := rules.may_change(meeting, at):
        raise refusal
    if version != meeting.version:
        raise overwritten()
    moved = (meeting.starts_at, meeting.ends_at, meeting.place_id, meeting.venue) != (
        *(said.starts_at, said.ends_at, said.place_id),
        said.venue,
    )
    if moved:
        if errors := rules.wrong_dates(said.starts_at, said.ends_at, at) | _unreasoned(reasons, city):
            raise Invalid(errors)
        session.add(_change(city, meeting, reasons, at, cancels=False))
    before = {name: getattr(meeting, name) for name in WORDS}
    _write(city, meeting, said)
    fields = [name for name, value in before.items() if getattr(meeting, name) != value]
    if not moved and not fields:
        return meeting
    meeting.version, meeting.changed_at = meeting.version + 1, at
    facts = _facts(city, meeting) | {"fields": fields}
    if moved:
        facts |= {"reasons": reasons, "from": stamp(seen.starts_at)}
    await _note(session, city, seen.about, "meeting_moved" if moved else "meeting_edited", who, at, facts)
    return meeting


async def cancel(
    session: Session,
    *,
    city: CityView,
    project: Whole,
    meeting_id: int,
    reasons: dict[str, str],
    actor: Actor,
    at: datetime,
) -> Meeting:
    """It stays where it was announced, as cancelled, with the reason."""
    meeting, seen, who = await _before(session, city, project, meeting_id, actor)
    if refusal := rules.may_change(meeting, at):
        raise refusal
    if errors := _unreasoned(reasons, city):
        raise Invalid(errors)
    session.add(_change(city, meeting, reasons, at, cancels=True))
    meeting.cancelled_at = meeting.changed_at = at
    meeting.version += 1
    facts = _facts(city, meeting) | {"reasons": reasons}
    await _note(session, city, seen.about, "meeting_cancelled", who, at, facts)
    return meeting


async def publish_minutes(
    session: Session,
    *,
    city: CityView,
    project: Whole,
    meeting_id: int,
    version: int,
    said: MinutesSaid,
    actor: Actor,
    at: datetime,
) -> Meeting:
    """How many came, what was said and decided; later corrections stand in the record beside what was there before."""
    meeting, seen, who = await _before(session, city, project, meeting_id, actor)
    if refusal := rules.may_minute(meeting, at):
        raise refusal
    if version != meeting.version:
        raise overwritten()
    if wanting := forms.wanting(said.minutes, city):
        raise Invalid({f"minutes.{language}": _("This is needed in every required language.") for language in wanting})
    again = meeting.minuted_at is not None
    meeting.attended, meeting.document = rules.kept_attendance(said.attended), said.document
    _say(city, meeting, minutes=said.minutes, decisions=said.decisions)
    meeting.minuted_at, meeting.changed_at = meeting.minuted_at or at, at
    meeting.version += 1
    facts = {
        "meeting": meeting.id,
        "kind": meeting.kind,
        "place": city.places[meeting.place_id].slug,
        "starts": stamp(meeting.starts_at),
        "attended": meeting.attended,
        "minutes": meeting.minutes,
        "decisions": meeting.decisions,
        "document": meeting.document,
    }
    kind = "meeting_minutes_corrected" if again else "meeting_minuted"
    await _note(session, city, seen.about, kind, who, at, facts)
    return meeting


async def _about(
    session: Session, city: CityView, project: Whole, said: MeetingSaid, actor: Actor
) -> Sequence[AboutView]:
    """The project where it is announced and, for a session of the council, others; each has to be the official's to write."""
    own = AboutView(project.id, project.number, project.slug, project.state, project.places, {})
    if said.kind is not MeetingKind.COUNCIL:
        return [own]
    found = await queries.named(session, city_id=city.id, names=said.projects)
    known = {name for one in found for name in (one.slug, str(one.number))}
    if unknown := [name for name in said.projects if name not in known]:
        raise Invalid({"projects": _("There is no published project %(name)s.", name=unknown[0])})
    others = {one.id: one for one in found} | {own.id: own}
    for one in others.values():
        acting(actor, Role.OFFICIAL, city, one.places)
    return sorted(others.values(), key=lambda one: one.number)


async def _before(
    session: Session, city: CityView, project: Whole, meeting_id: int, actor: Actor
) -> tuple[Meeting, MeetingView, Actor]:
    """The meeting, kept from others until the end of the transaction, before whoever may write all its projects."""
    who = acting(actor, Role.OFFICIAL, city, project.places)
    mine = sa.select(Meeting).where(Meeting.id == meeting_id, Meeting.city_id == city.id)
    meeting = await session.scalar(mine.with_for_update().execution_options(populate_existing=True))
    seen = None if meeting is None else await queries.one(session, project_id=project.id, meeting_id=meeting_id)
    if meeting is None or seen is None:
        raise NotFound(
            "meeting", _("There is no such meeting."), _("The project's page of meetings lists all of them.")
        )
    for one in seen.about:
        acting(actor, Role.OFFICIAL, city, one.places)
    return meeting, seen, who


def _write(city: CityView, meeting: Meeting, said: MeetingSaid) -> None:
    meeting.place_id, meeting.office = said.place_id, said.office
    meeting.starts_at, meeting.ends_at = said.starts_at, said.ends_at
    _say(city, meeting, settlement=said.settlement, venue=said.venue, agenda=said.agenda)
    meeting.access, meeting.spoken = [str(one) for one in said.access], list(said.spoken)
    meeting.also_spoken, meeting.phone, meeting.online = said.also_spoken, said.phone, said.online


def _say(city: CityView, meeting: Meeting, **texts: dict[str, str]) -> None:
    for field, said in texts.items():
        marks.say(meeting, field, said, city.languages)
    meeting.whole_in = marks.whole_in(marks.said(meeting, field) for field in rules.TEXTS)


def _change(city: CityView, meeting: Meeting, reasons: dict[str, str], at: datetime, *, cancels: bool) -> MeetingChange:
    made = MeetingChange(
        city_id=meeting.city_id,
        meeting_id=meeting.id,
        cancels=cancels,
        started_before=meeting.starts_at,
        ended_before=meeting.ends_at,
        place_before=meeting.place_id,
        venue_before=meeting.venue,
        at=at,
    )
    marks.say(made, "reasons", reasons, city.languages)
    return made


def _unreasoned(reasons: dict[str, str], city: CityView) -> dict[str, Any]:
    return {
        f"reasons.{language}": _("This is needed in every required language.")
        for language in forms.wanting(reasons, city)
    }


def _facts(city: CityView, meeting: Meeting) -> dict[str, Any]:
    """All that is announced of a meeting: the city's own words."""
    return {
        "meeting": meeting.id,
        "kind": str(meeting.kind),
        "place": city.places[meeting.place_id].slug,
        "starts": stamp(meeting.starts_at),
        "ends": stamp(meeting.ends_at),
        "venue": meeting.venue,
        **{name: getattr(meeting, name) for name in WORDS},
    }


async def _note(
    session: Session,
    city: CityView,
    about: Sequence[AboutView],
    kind: str,
    actor: Actor,
    at: datetime,
    facts: dict[str, Any],
) -> None:
    """Into the record, for each project that the meeting is about, and to whoever shows one of them."""
    await session.flush()
    entries = [
        ({"project": {"number": one.number, "slug": one.slug}, **facts}, ("project", str(one.id))) for one in about
    ]
    await record.append_each(session, city_id=city.id, kind=kind, actor=actor, at=at, entries=entries)
    touch(session, *(f"project:{one.id}" for one in about), f"projects:{city.id}")
