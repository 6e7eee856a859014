"""The demonstration city as a world for tests: told once for a run, then copied for whoever needs a city with a past.

`world` is shared and only read; `own_world` is a test's own, in which it may write, vote, and move the clock.
"""

import asyncio
import os
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from participation import worker
from participation.app import build
from participation.demo import cast as demo
from participation.domain.consultations.models import Pseudonym
from participation.domain.consultations.spoken.fetched import operations as recordings
from participation.domain.consultations.spoken.models import Recording, RecordingState
from participation.domain.ladder.heard.queries import sayings
from participation.domain.ladder.heard.rules import said_in
from participation.domain.notices.subscriptions import operations as subscriptions
from participation.domain.notices.subscriptions import rules as following
from participation.domain.people.codes.operations import digest
from participation.domain.people.kiosks.models import Kiosk
from participation.domain.people.kiosks.rules import token_digests
from participation.domain.people.models import AccessCode, Invitation, Role, SignIn, StaffCredential
from participation.domain.places.queries import directory
from participation.domain.projects.filings.models import Filing
from participation.domain.projects.filings.operations import PURPOSE
from participation.domain.projects.models import Project
from participation.domain.projects.organisations.models import Organisation
from participation.domain.projects.sounds import operations as sounds
from participation.domain.projects.sounds.forms import SoundSaid
from participation.domain.proxies.checks.models import CaseState, CheckCase
from participation.domain.proxies.delegates.models import Delegate
from participation.domain.record.actors import Via
from participation.kit.database import Database, Session, make_engine
from participation.kit.examining import Heard
from participation.kit.files import Files
from participation.kit.hashing import Secrets, keyed
from participation.settings import Settings, from_environment
from tests import postgres
from tests.browsing import Browser, browser
from tests.cast import DAY, NOW
from tests.checking import entries_of
from tests.phoning import gateways_file
from tests.stage import Clock

TOLD = "world"
SHARE = 0.1
LOCK = 7_266_001
STAFF = {"official": "omar", "moderator": "mariam", "administrator": "ada", "auditor": "idris"}
"""Who of the demonstration's staff stands for each role."""
RESIDENTS = ("resident", "neighbour")
"""`resident` has the demonstration's own slip and did nothing yet; `neighbour` has said something."""


@dataclass
class World:
    settings: Settings
    database: Database
    clock: Clock
    app: Any
    secrets: Secrets
    _work: worker.Work | None = field(default=None, repr=False)

    def visitor(self, who: str = "anybody", *, language: str = "", address: str = "http://testserver") -> Browser:
        """A browser without JavaScript that is signed in already, unless it is anybody's or the screen of a kiosk."""
        someone = browser(self.app, address)
        someone.client.headers["accept-encoding"] = "gzip"
        known_as(someone, who)
        if language:
            someone.client.cookies.set("language", language)
        return someone

    async def work(self) -> None:
        """What the worker does in one look, at the moment that the clock says."""
        if self._work is None:
            self._work = worker.Work(self.settings, self.database, self.clock)
        await worker.look(self._work)

    async def heard(self) -> None:
        """Until changes are listened for, and pages are therefore kept."""
        assert await self.soon(lambda: _true(self.app.site.cache.listening), 10)

    async def soon(self, condition: Callable[[], Awaitable[bool]], seconds: float = 1) -> bool:
        """Within so many seconds it is so."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if await condition():
                return True
            await asyncio.sleep(0.02)
        return await condition()

    def code(self, district: str = "viwandani", serial: int = 1) -> str:
        return demo.code(self.secrets, district, serial)


SECRET = "a secret of the tests, long enough to be one"
INVITATION = "invitation-of-the-tests"
SCREEN = "screen-of-the-tests"
"""In the cookie of a kiosk."""
FOLLOWER = "follower@example.org"
"""Follows a project by e-mail; the city of the tests sends to nobody."""
COUNTER, OPINION = "counter-link-of-the-tests", "opinion-link-of-the-tests"
"""Links of an organisation that were not handed in yet."""


async def _true(value: bool) -> bool:
    return value


def session_of(who: str) -> str:
    return f"session-of-{who}"


def cookie_of(who: str) -> tuple[str, str]:
    """By which a browser is known as theirs, or as the screen of a kiosk."""
    return ("kiosk", SCREEN) if who == "kiosk" else ("session", session_of(who))


def known_as(someone: Browser, who: str) -> None:
    if who != "anybody":
        name, value = cookie_of(who)
        someone.client.cookies.set(name, value, domain="testserver.local")


@pytest.fixture(scope="session")
async def told(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The city's story in a database that is copied from; its keys lie in a folder that is copied with it."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "told"
    settings = _settings(folder, make_url(postgres_url).set(database=TOLD).render_as_string())
    beside = await asyncpg.connect(make_url(postgres_url).set(database="postgres").render_as_string())
    try:
        # Whoever of the run's workers comes first tells the story; the others wait for its end.
        await beside.execute("select pg_advisory_lock($1)", LOCK)
        if not await beside.fetchval("select true from pg_database where datname = $1", TOLD):
            shutil.rmtree(folder, ignore_errors=True)
            await beside.execute(f'create database "{TOLD}_draft" template {postgres.TEMPLATE}')
            await _tell(
                replace(settings, database_url=make_url(postgres_url).set(database=f"{TOLD}_draft").render_as_string())
            )
            await beside.execute(f'alter database "{TOLD}_draft" rename to "{TOLD}"')
    finally:
        await beside.close()
    return settings


def _settings(folder: Path, url: str) -> Settings:
    return from_environment(
        {
            "PARTICIPATION_SECRET": SECRET,
            "PARTICIPATION_DATABASE_URL": url,
            "PARTICIPATION_DATA": str(folder / "postgres"),
            "PARTICIPATION_STORE": str(folder / "store"),
            "PARTICIPATION_KEYS": str(folder / "keys"),
            "PARTICIPATION_BASE_URL": "http://testserver",
            "PARTICIPATION_GATEWAYS": str(gateways_file(folder)),
            # Nobody listens there: letters are queued, and none is sent.
            "PARTICIPATION_SMTP_URL": "smtp://127.0.0.1:9",
        }
    )


async def _tell(settings: Settings) -> None:
    from participation.demo.load import load

    engine = make_engine(settings.database_url or "")
    database = Database(engine)
    try:
        await load(database, settings, NOW, share=SHARE)
        await worker.look(worker.Work(settings, database, Clock()))
        async with database.transaction() as session:
            await _sign_in(session, Secrets(settings.secret, None))
            await _invite(session, Secrets(settings.secret, None))
            await _follow(session, Secrets(settings.secret, None))
            await _ask(session, Secrets(settings.secret, None))
            await _draw(session, Secrets(settings.secret, None))
            await _enrol(session, Secrets(settings.secret, None))
            await _read_aloud(session, Files(settings.store))
            await _speak(session, Secrets(settings.secret, None), Files(settings.voices))
    finally:
        await engine.dispose()


async def _sign_in(session: Session, secrets: Secrets) -> None:
    """A session for each part, so that tests of other pages need not pass the sign-in pages, which have tests of their own."""
    people = sa.select(StaffCredential.login, StaffCredential.person_id)
    logins = {login: person for login, person in (await session.execute(people)).all()}
    persons = {role: logins[login] for role, login in STAFF.items()}
    persons["resident"] = await _person_of(session, digest(secrets, demo.code(secrets, "viwandani", 1)))
    voices = sa.select(sa.func.min(Pseudonym.person_id)).where(Pseudonym.person_id != persons["resident"])
    persons["neighbour"] = await session.scalar(voices) or 0
    city_id = await session.scalar(sa.select(sa.func.min(StaffCredential.city_id)))
    session.add_all(
        SignIn(
            digest=keyed(secrets.key("session"), session_of(who)),
            city_id=city_id,
            person_id=person,
            staff=who in STAFF,
            via=Via.WEB,
            started_at=NOW,
            ends_at=NOW + 300 * DAY,
        )
        for who, person in persons.items()
    )


async def _invite(session: Session, secrets: Secrets) -> None:
    """A link that makes a member of staff and was not followed yet."""
    city = (await directory(session)).cities[0]
    people = sa.select(StaffCredential.login, StaffCredential.person_id)
    logins = {login: person for login, person in (await session.execute(people)).all()}
    ada, juma = logins["ada"], logins["juma"]
    session.add(
        Invitation(
            digest=keyed(secrets.key("invitation"), INVITATION),
            city_id=city.id,
            role=Role.MODERATOR,
            place_id=city.root.id,
            role_ends_at=NOW + 300 * DAY,
            made_by=ada,
            made_place=city.slug,
            made_at=NOW,
            confirmed_by=juma,
            confirmed_place=city.slug,
            expires_at=NOW + DAY,
        )
    )


async def _follow(session: Session, secrets: Secrets) -> None:
    city = (await directory(session)).cities[0]
    project = await session.scalar(sa.select(Project.id).where(Project.slug == "water-meters"))
    for project_id in (project, None):
        await subscriptions.ask(
            session, city_id=city.id, project_id=project_id, address=FOLLOWER, language="sw", secrets=secrets, at=NOW
        )


def link_of_follower(city_id: int) -> str:
    """What stands in the follower's letters: theirs is the first subscription of this world."""
    secrets = Secrets(SECRET, None)
    digest = following.digest_of(secrets.key(following.PURPOSE), city_id, FOLLOWER)
    return following.link(1, digest, secrets)


async def _ask(session: Session, secrets: Secrets) -> None:
    """An association writes about the bus corridor: all kinds of forms, and the longest."""
    project = await session.scalar(sa.select(Project).where(Project.slug == "bus-corridor"))
    assert project is not None
    whose = sa.select(Organisation.id).where(Organisation.kind == "association").order_by(Organisation.id)
    organisation = await session.scalar(whose)
    asked = ((COUNTER, "counter", "gender-equality"), (OPINION, "opinion", "homes-livelihoods"))
    for secret, purpose, kind in asked:
        session.add(
            Filing(
                city_id=project.city_id,
                project_id=project.id,
                organisation_id=organisation,
                purpose=purpose,
                kind=kind,
                digest=keyed(secrets.key(PURPOSE), secret),
                made_at=NOW,
                ends_at=NOW + 300 * DAY,
            )
        )


async def _speak(session: Session, secrets: Secrets, files: Files) -> None:
    """A comment by telephone, by the neighbour, that nobody has written down yet."""
    wanted = sa.select(Project.id, Project.city_id).where(Project.slug == "bus-corridor")
    project = (await session.execute(wanted)).one()
    digest = keyed(secrets.key("session"), session_of("neighbour"))
    who = await session.scalar(sa.select(SignIn.person_id).where(SignIn.digest == digest))
    about = {"city_id": project.city_id, "project_id": project.id, "person_id": who, "gateway": "twilio"}
    said = {"stance": "question", "language": "sw", "seconds": 42, "said_at": NOW, "receipt": "402177357395"}
    recording = Recording(**about, **said, state=RecordingState.CALLED, next_at=NOW)
    session.add(recording)
    await session.flush()
    await recordings.keep(
        session, recording_id=recording.id, content=b"\xff\xf3a minute", files=files, secrets=secrets, at=NOW
    )


async def _read_aloud(session: Session, files: Files) -> None:
    """All that the city says can be heard, in its languages and in one without a catalogue: links, not sounds, are looked at here."""
    city = (await directory(session)).cities[0]
    silence = (b"\xff\xe3\x18\xc4" + bytes(68)) * 389
    new = await sounds.keep(files, Heard(28, b"OggS" + bytes(37_000), silence))
    ids: list[int | None] = [None, *(await session.scalars(sa.select(Project.id).order_by(Project.id)))]
    for (project_id, part), said in (await sayings(session, city, ids)).items():
        for language in city.heard_languages:
            if text := said_in(said, language, city):
                about = {"project_id": project_id, "said": SoundSaid(part, language), "text": text}
                await sounds.put_synthesised(session, city=city, new=new, at=NOW, **about)


async def _draw(session: Session, secrets: Secrets) -> None:
    """What a delegate has brought, drawn by lot: some are to be called, and enough were that figures are published."""
    city = (await directory(session)).cities[0]
    project = await session.scalar(sa.select(Project.id).where(Project.slug == "bus-corridor"))
    whose = await session.scalar(
        sa.select(Delegate).where(Delegate.state == "appointed").order_by(Delegate.id).limit(1)
    )
    assert project is not None
    assert whose is not None
    at = NOW - DAY
    brought = await entries_of(session, city, whose, project, whose.place_id, 20, at=at, secrets=secrets)
    for place, entry in enumerate(brought):
        state = CaseState.WAITING if place < 3 else CaseState.YES
        session.add(
            CheckCase(
                entry_id=entry.id,
                city_id=city.id,
                delegate_id=whose.id,
                number=entry.number,
                year=2027,
                place_id=whose.place_id,
                drawn_at=at,
                state=state,
                answered_at=None if state is CaseState.WAITING else at,
            )
        )


async def _enrol(session: Session, secrets: Secrets) -> None:
    """A kiosk that works, beside the demonstration's own, which waits for its screen."""
    waiting = (await session.scalars(sa.select(Kiosk))).one()
    session.add(
        Kiosk(
            city_id=waiting.city_id,
            place_id=waiting.place_id,
            stands="Clinic on the hill",
            token_digest=token_digests(secrets, SCREEN)[0],
            made_by=waiting.made_by,
            made_at=NOW,
            enrolled_at=NOW,
        )
    )


async def _person_of(session: Session, slip: bytes) -> int:
    found = await session.scalar(sa.select(AccessCode.person_id).where(AccessCode.digest == slip))
    assert found is not None, "the demonstration's first slip has no person"
    return found


@asynccontextmanager
async def copied(told: Settings, name: str, folder: Path) -> AsyncIterator[World]:
    """A copy of the world, with an application that is not served yet and caches nothing."""
    shutil.copytree(told.keys, folder / "keys")
    shutil.copytree(told.store, folder / "store")
    url = told.database_url or ""
    async with postgres.fresh_database(url, name, template=TOLD) as url:
        settings = _settings(folder, url)
        engine = make_engine(url)
        try:
            yield await _opened(settings, Database(engine))
        finally:
            await engine.dispose()


async def _opened(settings: Settings, database: Database) -> World:
    clock = Clock()
    app = build(settings, database, clock)
    await app.site.load()  # type: ignore[attr-defined]
    return World(settings, database, clock, app, Secrets(settings.secret, None))


@pytest.fixture(scope="session")
async def world(told: Settings, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with copied(told, f"world_{os.getpid()}", tmp_path_factory.mktemp("world")) as world:
        yield world


@pytest.fixture
async def own_world(told: Settings, tmp_path: Path) -> AsyncIterator[World]:
    async with copied(told, f"world_{os.getpid()}_{tmp_path.name}"[:60], tmp_path) as world:
        yield world
