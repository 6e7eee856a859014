"""Loads the demonstration city through the operations that anybody's acts go through, each at its own moment of the past."""

from datetime import datetime
from operator import itemgetter

import sqlalchemy as sa

from participation.demo import cast
from participation.demo.content import Calendar, Content
from participation.demo.delegates import events as delegate_events
from participation.demo.kiosks import kiosk
from participation.demo.organisations import register as register_organisations
from participation.demo.paper import paper
from participation.demo.people import register, residents
from participation.demo.projects import Story, events
from participation.demo.promises import days_off
from participation.demo.urgency import election
from participation.demo.visits import visits
from participation.domain.ladder.gates.forms import described_gates
from participation.domain.ladder.gates.operations import describe
from participation.domain.places.forms import read_boundaries, read_city
from participation.domain.places.models import City
from participation.domain.places.operations import found_city, set_boundaries
from participation.domain.projects.sounds.operations import add_language
from participation.domain.projects.spreading.operations import draw_codes
from participation.domain.proxies.delegates.operations import number_all
from participation.domain.record import operations as record
from participation.kit import changes
from participation.kit.database import Database
from participation.kit.hashing import Secrets
from participation.settings import Settings

SHARE = 0.35
"""Of the reactions that the content tells of: enough to read, few enough to be there within a minute."""


async def load(database: Database, settings: Settings, now: datetime, *, share: float = SHARE) -> bool:
    """Tell the city's story up to now, in one transaction: all of it is there, or none. False where it is there already."""
    content = Content()
    secrets = Secrets(settings.secret, settings.secret_previous)
    async with database.transaction() as session:
        if await session.scalar(sa.select(sa.func.count()).select_from(City)):
            return False
        start = now - cast.SINCE
        city = await found_city(session, said=read_city(content.city), at=start)
        calendar = Calendar(now, city)
        gates = described_gates(content.city)
        city = await describe(session, city=city, gates=gates, holidays=days_off(content.city, calendar), at=start)
        await record.start(session, city_id=city.id, host=city.host or settings.host, folder=settings.keys, at=start)
        boundaries = read_boundaries(content.boundaries, {district.slug for district in city.districts})
        await set_boundaries(session, city=city, boundaries=boundaries, at=start)
        people = await register(session, city, content, secrets, start)
        await residents(session, city, content, people, secrets, start)
        await add_language(
            session, city=city, own="Chimwiini", names=content.city["chimwiini"], actor=people.staff["ada"], at=start
        )
        organisations = await register_organisations(session, city, calendar, people.staff["omar"], start)
        happened = [
            event
            for project in content.projects
            for event in events(
                Story(
                    *(session, city, people, calendar, project, settings.keys, settings.store),
                    *(content.offices, secrets, organisations),
                ),
                share,
            )
            if event[0] <= now
        ]
        happened.append(election(session, city, people, calendar, content.city["election"]))
        happened.extend(delegate_events(session, city, people, calendar, content.city["delegates"]))
        happened.extend(visits(session, city, people, calendar, secrets, content.city["visits"]))
        happened.extend(paper(session, city, people, calendar, secrets, content.city["paper"]))
        happened.extend(kiosk(session, city, people, secrets, content.city["kiosk"], now))
        for _at, act in sorted(happened, key=itemgetter(0)):
            await act()
        await number_all(session, city=city, at=now)
        await draw_codes(session, city=city, base_url=settings.base_url)
        changes.touch(session, f"city:{city.id}", f"projects:{city.id}")
    return True
