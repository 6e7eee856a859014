"""Being told by e-mail: from the wish to the digest, with a real mail server that also fails."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from participation import worker
from participation.app import build
from participation.channels.outbox.post import PostOffice
from participation.domain.ladder import operations as ladder
from participation.domain.ladder.digests.operations import gather
from participation.domain.notices.outbox.models import Letter, LetterState
from participation.domain.notices.subscriptions.models import Followed, Subscription
from participation.domain.notices.subscriptions.operations import forget_unconfirmed
from participation.domain.projects.models import Project
from participation.domain.record.models import RecordEntry
from participation.kit.database import Database
from participation.settings import Settings
from tests.browsing import Browser, browser
from tests.cast import DAY, NOW, Cast
from tests.drafting import complete, publish
from tests.mailing import Fault, MailServer, link_in, mail_server, text_of
from tests.stage import Clock

AMINA = "Amina.K@example.org"


class Post:
    """A city that sends e-mail, and what its mail server got."""

    def __init__(self, settings: Settings, database: Database, clock: Clock, cast: Cast, server: MailServer) -> None:
        self.database, self.clock, self.cast, self.server = database, clock, cast, server
        self.settings = replace(settings, smtp_url=server.url, mail_from="notices@tamarani.example")
        self.office = PostOffice(self.settings, database, clock)

    async def visitor(self) -> Browser:
        front: Any = build(self.settings, self.database, self.clock)
        await front.site.load()
        return browser(front)

    async def deliver(self) -> bool:
        return await self.office.deliver()

    async def sealed(self) -> None:
        """The record numbers what was written, as the worker does each second."""
        async with self.database.transaction() as session:
            last = await session.scalar(sa.select(sa.func.coalesce(sa.func.max(RecordEntry.number), -1)))
            waiting = await session.scalars(
                sa.select(RecordEntry).where(RecordEntry.number.is_(None)).order_by(RecordEntry.id)
            )
            for place, entry in enumerate(waiting.all(), int(last or 0) + 1):
                entry.number = place

    async def gathered(self) -> int:
        async with self.database.transaction() as session:
            return await gather(session, city=self.cast.city, at=self.clock.now)

    async def follow(self, slug: str = "flood-sirens", *, what: str = "project", language: str = "en") -> str:
        """The link in the letter that asks for confirmation."""
        visitor = await self.visitor()
        await visitor.get(f"/{language}/projects/{slug}/follow")
        await visitor.send({"email": AMINA, "what": what, "language": language})
        await self.deliver()
        return link_in(self.server.letters[-1])

    async def confirmed(self, **wish: str) -> str:
        link = await self.follow(**wish)
        visitor = await self.visitor()
        await visitor.get(link)
        await visitor.send({"do": "confirm"})
        self.server.letters.clear()
        return link


@pytest.fixture
async def post(settings: Settings, database: Database, clock: Clock, cast: Cast) -> AsyncIterator[Post]:
    async with mail_server() as server:
        yield Post(settings, database, clock, cast, server)


@pytest.fixture
async def sirens(post: Post, tmp_path: Path) -> Project:
    """Published; its consultation opens in ten days, and closes thirty days later."""
    async with post.database.transaction() as session:
        return await publish(session, post.cast, await complete(session, post.cast), tmp_path)


async def opened(post: Post) -> None:
    """The consultation opens, and the record says so."""
    post.clock.now = NOW + 10 * DAY
    async with post.database.transaction() as session:
        await ladder.open_due(session, city=post.cast.city, at=post.clock.now)
    await post.sealed()


async def test_nothing_but_one_question_is_sent_until_the_address_is_confirmed(post: Post, sirens: Project) -> None:
    await post.sealed()
    link = await post.follow()
    [asking] = post.server.letters
    assert post.server.to == [AMINA]
    assert asking["Subject"] == "Please confirm: e-mails from Tamarani"
    assert link in text_of(asking)
    assert "Flood sirens" in text_of(asking)

    await opened(post)
    assert await post.gathered() == 0
    visitor = await post.visitor()
    await visitor.get(link)
    assert "not confirmed yet" in visitor.page.text
    await visitor.send({"do": "confirm"})
    assert "not confirmed yet" not in visitor.page.text
    assert await post.gathered() == 0, "what was before is no news"


async def test_a_digest_tells_what_happened_in_the_readers_language_and_once_a_day(post: Post, sirens: Project) -> None:
    await post.sealed()
    link = await post.confirmed(language="sw")
    await opened(post)
    assert await post.gathered() == 1
    assert await post.gathered() == 0, "one a day"
    assert await post.deliver()
    [digest] = post.server.letters
    text = text_of(digest)
    assert digest["Content-Language"] == "sw"
    assert "Ving'ora vya mafuriko" in text
    assert "mradi 1" in text
    assert "/sw/projects/flood-sirens" in text
    assert digest["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in str(digest["List-Unsubscribe"])
    html = list(digest.iter_parts())[1]
    assert html.get_content_type() == "text/html"
    assert link in html.get_content()

    post.clock.forward(days=1)
    assert await post.gathered() == 0, "nothing is new"


async def test_who_follows_is_reminded_three_days_before_a_consultation_closes(post: Post, sirens: Project) -> None:
    await post.sealed()
    await post.confirmed()
    await opened(post)
    await post.gathered()
    await post.deliver()
    post.server.letters.clear()
    post.clock.now = NOW + 36 * DAY
    assert await post.gathered() == 0
    post.clock.now = NOW + 37 * DAY
    assert await post.gathered() == 1
    await post.deliver()
    [digest] = post.server.letters
    assert "The consultation closes on" in text_of(digest)
    post.clock.now = NOW + 38 * DAY
    assert await post.gathered() == 0


async def test_before_seven_in_the_morning_nothing_is_gathered(post: Post, sirens: Project) -> None:
    await post.sealed()
    await post.confirmed()
    await opened(post)
    post.clock.now = (NOW + 11 * DAY).replace(hour=3, minute=59)
    assert await post.gathered() == 0
    post.clock.forward(minutes=1)
    assert await post.gathered() == 1


async def test_a_mail_server_that_is_away_delays_and_loses_nothing(
    post: Post, sirens: Project, database: Database
) -> None:
    await post.sealed()
    await post.confirmed()
    await opened(post)
    await post.gathered()
    port, post.server.port = post.server.port, 1
    away = PostOffice(replace(post.settings, smtp_url=post.server.url), database, post.clock)
    for _day in range(4):
        assert not await away.deliver()
        post.clock.forward(days=1)
        assert await post.gathered() == 0, "whoever waits for a digest gets no second one"
    post.server.port = port
    assert await post.deliver()
    assert len(post.server.letters) == 1
    assert await post.gathered() == 0, "one a day, although it is of an earlier day"


@pytest.mark.parametrize("fault", [Fault.GREY, Fault.DIES_EARLY])
async def test_what_was_surely_not_taken_is_tried_again(post: Post, sirens: Project, fault: Fault) -> None:
    await post.sealed()
    await post.confirmed()
    await opened(post)
    await post.gathered()
    post.server.fault = fault
    await post.deliver()
    post.server.fault = Fault.NONE
    await post.deliver()
    assert post.server.letters == [], "not before its time"
    post.clock.forward(minutes=1)
    await post.deliver()
    assert len(post.server.letters) == 1


async def test_a_letter_of_which_nobody_knows_is_not_sent_twice_and_its_news_come_tomorrow(
    post: Post, sirens: Project, database: Database
) -> None:
    await post.sealed()
    await post.confirmed()
    await opened(post)
    await post.gathered()
    post.server.fault = Fault.SILENT
    await post.deliver()
    assert len(post.server.letters) == 1, "it had taken it"
    post.server.fault = Fault.NONE
    for _hour in range(20):
        post.clock.forward(minutes=30)
        await post.deliver()
        await post.gathered()
    assert len(post.server.letters) == 1
    post.clock.forward(days=1)
    assert await post.gathered() == 1
    await post.deliver()
    assert len({letter["Message-ID"] for letter in post.server.letters}) == 2
    async with database.reading() as session:
        states = set(await session.scalars(sa.select(Letter.state).where(Letter.day.is_not(None))))
    assert states == {LetterState.UNSURE, LetterState.SENT}


async def test_a_sender_that_died_while_sending_leaves_a_letter_that_nobody_sends_again(
    post: Post, sirens: Project, database: Database
) -> None:
    await post.sealed()
    await post.confirmed()
    await opened(post)
    await post.gathered()
    async with database.transaction() as session:
        await session.execute(
            sa.update(Letter)
            .where(Letter.day.is_not(None))
            .values(state=LetterState.SENDING, next_at=post.clock.now + timedelta(minutes=10))
        )
    await post.deliver()
    post.clock.forward(minutes=10)
    await post.deliver()
    assert post.server.letters == []
    async with database.reading() as session:
        assert await session.scalar(sa.select(Letter.state).where(Letter.day.is_not(None))) == LetterState.UNSURE
    post.clock.forward(days=1)
    assert await post.gathered() == 1


@pytest.mark.parametrize("fault", [Fault.UNKNOWN_MAILBOX, Fault.FULL])
async def test_an_address_that_takes_nothing_three_days_in_a_row_is_forgotten(
    post: Post, sirens: Project, database: Database, fault: Fault
) -> None:
    await post.sealed()
    await post.confirmed()
    await opened(post)
    post.server.fault = fault
    for _day in range(3):
        assert await post.gathered() == 1
        await post.deliver()
        post.clock.forward(days=1)
    assert await count(database, Subscription) == 0
    assert await count(database, Letter) == 0


async def test_one_click_ends_it_and_erases_the_address(post: Post, sirens: Project, database: Database) -> None:
    link = await post.confirmed()
    program = await post.visitor()
    for _again in range(2):
        answer = await program.post(link, [("List-Unsubscribe", "One-Click")])
        assert answer.status_code == 200
        assert "You will get no more e-mails" in answer.text
    assert await count(database, Subscription) == 0
    assert await count(database, Followed) == 0


async def test_a_link_that_is_only_opened_changes_nothing(post: Post, sirens: Project, database: Database) -> None:
    link = await post.follow()
    visitor = await post.visitor()
    await visitor.get(link)
    await visitor.client.head(link)
    assert visitor.page.headers["cache-control"] == "no-store"
    async with database.reading() as session:
        assert await session.scalar(sa.select(Subscription.confirmed_at)) is None


@pytest.mark.parametrize("broken", ["1-" + "0" * 32, "x", "1", "99999999999999999999-" + "0" * 32, "1-" + "é" * 32])
async def test_a_wrong_link_leads_nowhere_and_says_why(post: Post, sirens: Project, broken: str) -> None:
    await post.follow()
    visitor = await post.visitor()
    page = await visitor.get(f"/en/follow/{broken}")
    assert page.status_code == 410
    assert "was ended, or not confirmed in time" in page.text


async def test_nobody_learns_whether_an_address_is_known_nor_can_flood_it(
    post: Post, sirens: Project, database: Database
) -> None:
    await post.confirmed()
    for _time in range(5):
        visitor = await post.visitor()
        await visitor.get("/en/projects/flood-sirens/follow")
        page = await visitor.send({"email": AMINA.lower(), "what": "project", "language": "fr"})
        assert "Look into your e-mail" in page.text
        post.clock.forward(minutes=11)
        await post.deliver()
    assert post.server.letters == [], "it follows this already"
    for _time in range(6):
        visitor = await post.visitor()
        await visitor.get("/en/projects/flood-sirens/follow")
        await visitor.send({"email": "other@example.org", "what": "city", "language": "fr"})
        post.clock.forward(minutes=11)
        await post.deliver()
    assert len(post.server.letters) == 3
    async with database.reading() as session:
        assert await session.scalar(sa.select(sa.func.count()).select_from(Subscription)) == 2
        kept = await session.scalar(sa.select(Subscription.address).limit(1))
        assert kept is not None
        assert b"example" not in kept


async def test_the_same_form_twice_asks_once(post: Post, sirens: Project) -> None:
    visitor = await post.visitor()
    form = await visitor.get("/en/projects/flood-sirens/follow")
    wish = {"email": AMINA, "what": "project", "language": "en"}
    await visitor.send(wish)
    visitor.page = form
    await visitor.send(wish)
    await post.deliver()
    assert len(post.server.letters) == 1


async def test_what_nobody_confirms_is_forgotten_after_two_days(
    post: Post, sirens: Project, database: Database
) -> None:
    link = await post.follow()
    async with database.transaction() as session:
        await forget_unconfirmed(session, at=post.clock.now + timedelta(hours=47))
    assert await count(database, Subscription) == 1
    async with database.transaction() as session:
        await forget_unconfirmed(session, at=post.clock.now + timedelta(hours=49))
    assert await count(database, Subscription) == 0
    visitor = await post.visitor()
    assert (await visitor.get(link)).status_code == 410


async def test_the_language_and_what_is_followed_can_be_changed_by_the_link(
    post: Post, sirens: Project, database: Database
) -> None:
    link = await post.confirmed()
    visitor = await post.visitor()
    await visitor.get("/en/projects/flood-sirens/follow")
    await visitor.send({"email": AMINA, "what": "city", "language": "en"})
    await visitor.get(link)
    assert "not confirmed yet" in visitor.page.text
    await visitor.send({"do": "confirm"})
    await visitor.send({"do": "language", "language": "ar"})
    async with database.reading() as session:
        assert await session.scalar(sa.select(Subscription.language)) == "ar"
        ids = list(await session.scalars(sa.select(Followed.id).order_by(Followed.id)))
    assert len(ids) == 2
    await visitor.send({"do": str(ids[0])})
    assert "Flood sirens" not in visitor.page.text
    page = await visitor.send({"do": str(ids[1])})
    assert "You will get no more e-mails" in page.text
    assert await count(database, Subscription) == 0


@pytest.mark.parametrize(
    "wrong", ["amina", "a@b", "a b@example.org", "a@-x.org", "é@example.org", "a@example.1", "@example.org", "a@x..org"]
)
async def test_what_is_no_address_is_told_beside_the_field(post: Post, sirens: Project, wrong: str) -> None:
    visitor = await post.visitor()
    await visitor.get("/en/projects/flood-sirens/follow")
    page = await visitor.send({"email": wrong, "what": "project", "language": "en"})
    assert page.status_code == 422
    assert "This is not a whole e-mail address" in page.text


async def test_a_host_in_another_script_becomes_what_mail_servers_take(post: Post, sirens: Project) -> None:
    visitor = await post.visitor()
    await visitor.get("/en/follow")
    await visitor.send({"email": "amina@مثال.example", "language": "ar"})
    await post.deliver()
    assert post.server.to == ["amina@xn--mgbh0fb.example"]
    assert "تماراني" in post.server.letters[0]["Subject"]


async def test_a_city_without_a_mail_server_says_so_and_leads_elsewhere(visitor: Browser, sirens: Project) -> None:
    page = await visitor.get("/en/projects/flood-sirens/follow")
    assert "This site does not send e-mail." in page.text
    assert "/en/calendar.ics" in page.text
    assert 'name="email"' not in page.text


async def count(database: Database, table: type[Any]) -> int:
    async with database.reading() as session:
        return int(await session.scalar(sa.select(sa.func.count()).select_from(table)) or 0)


async def test_an_address_is_still_there_when_the_master_secret_was_replaced(
    post: Post, sirens: Project, database: Database
) -> None:
    await post.sealed()
    link = await post.confirmed()
    old = post.settings.secret
    rotating = replace(post.settings, secret="another secret that is long enough", secret_previous=old)
    await worker.look(worker.Work(rotating, database, post.clock))
    post.settings = rotating
    assert "Flood sirens" in (await (await post.visitor()).get(link)).text, "links of letters that were sent still work"
    rotated = replace(rotating, secret_previous=None)
    post.settings, post.office = rotated, PostOffice(rotated, database, post.clock)
    await opened(post)
    assert await post.gathered() == 1
    await post.deliver()
    assert post.server.to[-1] == AMINA
    assert link_in(post.server.letters[-1]) != link


async def test_an_address_that_cannot_be_opened_keeps_no_other_letter_waiting(
    post: Post, sirens: Project, database: Database
) -> None:
    for asking in ("a@example.org", AMINA):
        visitor = await post.visitor()
        await visitor.get("/en/follow")
        await visitor.send({"email": asking, "language": "en"})
        post.clock.forward(seconds=1)
    async with database.transaction() as session:
        first = sa.select(sa.func.min(Subscription.id)).scalar_subquery()
        await session.execute(sa.update(Subscription).where(Subscription.id == first).values(address=b"unreadable"))
    assert await post.deliver()
    assert post.server.to == [AMINA]
    async with database.reading() as session:
        states = (await session.scalars(sa.select(Letter.state).order_by(Letter.id))).all()
    assert states == [LetterState.QUEUED, LetterState.SENT], "the first waits until the secret is back"


async def test_the_worker_sends_what_is_due_and_stops_when_it_is_told(
    post: Post, sirens: Project, database: Database
) -> None:
    visitor = await post.visitor()
    await visitor.get("/en/follow")
    await visitor.send({"email": AMINA, "language": "en"})
    stop = asyncio.Event()
    working = asyncio.create_task(worker.post(worker.Work(post.settings, database, post.clock), stop))
    for _wait in range(200):
        if post.server.letters:
            break
        await asyncio.sleep(0.02)
    stop.set()
    await working
    assert len(post.server.letters) == 1
