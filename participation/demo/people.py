"""The demonstration's staff, slips and residents."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from participation.demo import cast
from participation.demo.content import Content
from participation.domain.moderation.names.forms import read_names
from participation.domain.moderation.names.operations import list_names
from participation.domain.people.codes import operations as codes
from participation.domain.people.models import Role
from participation.domain.people.operations import recognise
from participation.domain.people.roles.operations import confirm, want_given
from participation.domain.people.staff.forms import NewRole
from participation.domain.people.staff.operations import add_staff
from participation.domain.places.queries import CityView
from participation.domain.record.actors import Actor, Grant, Via
from participation.kit.database import Session
from participation.kit.forms import Said
from participation.kit.hashing import Secrets

ROLE_LASTS = timedelta(days=800)
SPARE = 40
"""Slips of each district that nobody has used, for whoever tries the demonstration."""


@dataclass
class People:
    staff: dict[str, Actor] = field(default_factory=dict)
    residents: dict[str, list[int]] = field(default_factory=dict)
    """District -> persons, in the order of their slips."""
    voices: dict[str, int] = field(default_factory=dict)

    def person(self, city: CityView, person_id: int, via: Via = Via.WEB) -> Actor:
        return Actor(city_id=city.id, person_id=person_id, via=via)

    def voice(self, city: CityView, key: str) -> Actor:
        return Actor(city_id=city.id, person_id=self.voices[key], via=Via.WEB)


async def register(session: Session, city: CityView, content: Content, secrets: Secrets, at: datetime) -> People:
    """Two administrators, made as on the command line; they give everybody else their roles."""
    people = People()
    for member in cast.STAFF:
        roles = [NewRole(role, city.root.id, at + ROLE_LASTS) for role in member.roles]
        founding = roles if member.roles == (Role.ADMINISTRATOR,) else []
        person_id, _totp = await add_staff(
            session,
            city=city,
            login=member.login,
            password=cast.password(secrets, member.login),
            roles=founding,
            secrets=secrets,
            at=at,
            totp=cast.totp(secrets, member.login),
        )
        if not founding:
            for new in roles:
                first, second = people.staff["ada"], people.staff["juma"]
                wanted = await want_given(session, city=city, person_id=person_id, new=new, actor=first, at=at)
                await confirm(session, city=city, change_id=wanted.id, actor=second, at=at)
        grants = tuple(Grant(str(role), city.root.id) for role in member.roles)
        people.staff[member.login] = Actor(city_id=city.id, person_id=person_id, via=Via.WEB, grants=grants)
    names = read_names(Said({"names": "\n".join(content.city["worker_names"])}))
    await list_names(session, city=city, names=names, secrets=secrets, actor=people.staff["ada"], at=at)
    return people


async def residents(
    session: Session, city: CityView, content: Content, people: People, secrets: Secrets, at: datetime
) -> None:
    """A batch of slips for each district, printed by one official and activated by another; most slips are used."""
    wanted = _wanted(content)
    omar, zawadi = people.staff["omar"], people.staff["zawadi"]
    for district in city.districts:
        serials = count(1)
        used = wanted[district.slug]
        drawn = await codes.draw_batch(
            session,
            city=city,
            district_id=district.id,
            count=used + SPARE,
            actor=omar,
            draw=lambda d=district.slug, s=serials: cast.code(secrets, d, next(s)),  # type: ignore[misc]
        )
        batch = await codes.issue_batch(
            session, city=city, drawn=drawn, handed_out_by="public table", secrets=secrets, actor=omar, at=at
        )
        await codes.activate_batch(session, city=city, number=batch.number, actor=zawadi, at=at)
        people.residents[district.slug] = [
            await _first_use(session, city, slip.code, secrets, at) for slip in drawn.slips[:used]
        ]
        await codes.report_batch(
            session, city=city, number=batch.number, handed_out=used + 20, returned=5, actor=omar, at=at
        )
    _give_voices(content, people)
    await _waiting(session, city, secrets, omar, at)


async def _waiting(session: Session, city: CityView, secrets: Secrets, omar: Actor, at: datetime) -> None:
    """One more batch, which waits for whoever takes the official's walk to activate it."""
    district = city.districts[0].id
    drawn = await codes.draw_batch(session, city=city, district_id=district, count=SPARE, actor=omar)
    handed_out_by = "the library"
    await codes.issue_batch(
        session, city=city, drawn=drawn, handed_out_by=handed_out_by, secrets=secrets, actor=omar, at=at
    )


async def _first_use(session: Session, city: CityView, code: str, secrets: Secrets, at: datetime) -> int:
    found = await recognise(session, city=city, code=code, pin="", sources={}, secrets=secrets, language="sw", at=at)
    if found.person_id is None:
        raise RuntimeError("a demonstration code is not recognised")
    return found.person_id


def _wanted(content: Content) -> dict[str, int]:
    """How many people of each district the story needs: its largest ballot, and the voices that live there."""
    voices = [voice["district"] for voice in content.city["voices"]]
    wanted = {district["slug"]: 2 + voices.count(district["slug"]) for district in content.city["districts"]}
    for project in content.projects:
        cells: dict[str, int] = {}
        for cell in project.get("ballot", {}).get("votes", []):
            cells[cell["district"]] = cells.get(cell["district"], 1) + votes_in(cell)
        for district, number in cells.items():
            wanted[district] = max(wanted[district], number)
    return wanted


def votes_in(cell: dict[str, Any]) -> int:
    return int(cell.get("for", 0)) + int(cell.get("against", 0)) + int(cell.get("abstain", 0))


def _give_voices(content: Content, people: People) -> None:
    """The last people of a district are its voices; the first stay free for whoever tries the demonstration."""
    taken: dict[str, int] = {}
    for voice in content.city["voices"]:
        district = voice["district"]
        taken[district] = taken.get(district, 0) + 1
        people.voices[voice["key"]] = people.residents[district][-taken[district]]
