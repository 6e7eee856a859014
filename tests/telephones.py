"""A delegate's telephone: the page in a real browser, worked by hand, one question after the other."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from playwright.async_api import Browser, BrowserContext, Page

from participation.channels.delegate.shell import words_of
from participation.domain.people.models import Person, Role, StaffCredential
from participation.domain.places.queries import CityView, directory
from participation.domain.proxies.delegates.models import Delegate, DelegateState
from participation.domain.proxies.devices import operations as devices
from participation.domain.proxies.devices.models import DeviceKind
from participation.domain.record.actors import Actor, Grant, Via
from tests.cast import DAY, NOW
from tests.world import World

PHONE = {"width": 360, "height": 640}
LABEL = "blue telephone"
PASSPHRASE, SECOND = "nine mangoes", "rain in April"


async def delegate_of(world: World, district: str) -> tuple[CityView, int]:
    """Somebody appointed for a district of the demonstration city."""
    async with world.database.transaction() as session:
        city = (await directory(session)).cities[0]
        place = city.place(district)
        assert place is not None
        people = sa.select(StaffCredential.login, StaffCredential.person_id)
        logins = {login: person for login, person in (await session.execute(people)).all()}
        someone = Person(city_id=city.id, language="sw")
        session.add(someone)
        await session.flush()
        delegate = Delegate(
            city_id=city.id,
            person_id=someone.id,
            place_id=place.id,
            state=DelegateState.APPOINTED,
            described={"en": "Teacher"},
            interests={},
            proposed_by=logins["ada"],
            proposed_place=city.slug,
            proposed_at=NOW - 40 * DAY,
            objections_until=NOW - 26 * DAY,
            appointed_by=logins["juma"],
            appointed_at=NOW - 25 * DAY,
            ends_at=NOW + 100 * DAY,
            state_at=NOW - 25 * DAY,
        )
        session.add(delegate)
        await session.flush()
        return city, delegate.id


async def code_of(world: World, district: str = "viwandani") -> str:
    """Twelve digits that enrol one device of somebody new."""
    return await another_code(world, *await delegate_of(world, district))


async def another_code(world: World, city: CityView, delegate: int) -> str:
    """For a new device, as after a theft."""
    async with world.database.transaction() as session:
        ada = await session.scalar(sa.select(StaffCredential.person_id).where(StaffCredential.login == "ada"))
        grants = (Grant(Role.ADMINISTRATOR, city.root.id),)
        return await devices.make_code(
            session,
            city=city,
            delegate_id=delegate,
            kind=DeviceKind.PAGE,
            secrets=world.secrets,
            actor=Actor(city.id, ada, Via.WEB, grants=grants, staff=True),
            at=world.clock(),
        )


@dataclass
class Telephone:
    """The page in one window. Words are looked up in the language in which it is just now."""

    context: BrowserContext
    page: Page
    address: str
    language: str = "en"
    wrong: list[str] = field(default_factory=list)
    looks: Callable[["Telephone"], Awaitable[None]] | None = None
    """What is looked at on every screen."""
    pictures: Path | None = None
    own: str = "en"
    """The delegate's language; during an entry the page is in the person's."""

    def say(self, key: str) -> str:
        return str(words_of(self.language)["words"][key])

    async def press(self, key: str) -> None:
        await self.page.get_by_role("button", name=self.say(key), exact=True).click()

    async def told(self, key: str) -> None:
        """Until the screen says that something is wrong, to a screen reader too."""
        await self.page.get_by_role("alert").filter(has_text=self.say(key)).wait_for()

    async def pick(self, value: str) -> None:
        await self.page.locator(f'button[data-value="{value}"]').click()

    async def at(self, key: str) -> None:
        """Until this is the heading, which then has the focus."""
        heading = self.page.get_by_role("heading", level=1, name=self.say(key), exact=True)
        await heading.wait_for()
        assert await self.page.evaluate("document.activeElement.id") == "title"
        if self.pictures is not None:
            await self.page.screenshot(path=self.pictures / f"{self.language}-{key}.png", full_page=True)
        if self.looks is not None:
            await self.looks(self)

    async def type(self, field: str, text: str) -> None:
        await self.page.locator(f"#{field}").fill(text)

    async def open(self) -> None:
        await self.page.goto(f"{self.address}/delegate/")

    async def enrol(self, code: str, *, second: str = "", own: str = "") -> None:
        await self.open()
        await self.pick(self.language)
        await self.type("code", code)
        await self.press("next")
        await self.at("label")
        await self.type("label", LABEL)
        await self.press("next")
        await self.at("own")
        await self.type("own_code", own)
        await self.press("next" if own else "own_none")
        for passphrase, key in ((PASSPHRASE, "next"), (second, "enrol_go")):
            await self.at("passphrase" if key == "next" else "second")
            await self.type("pass", passphrase)
            await self.type("again", passphrase)
            await self.press(key)
        await self.home()

    async def home(self) -> None:
        await self.page.locator("main.home").wait_for(timeout=30_000)

    async def unlock(self, passphrase: str = PASSPHRASE) -> None:
        await self.page.get_by_role("heading", name=self.say("pass_ask")).wait_for()
        await self.type("pass", passphrase)
        await self.press("unlock")

    async def sent(self) -> None:
        """Until nothing waits any more, and all was answered."""
        await self.page.locator("#waiting", has_text=self.say("unsent_none")).wait_for(timeout=30_000)

    async def online(self, whether: bool) -> None:
        await self.context.set_offline(not whether)

    async def take_along(self, slug: str, *languages: str) -> None:
        """From the first screen and back to it."""
        await self.press("projects")
        await self.at("take_title")
        for language in languages:
            title = words_of(self.language)["languages"][language]
            lines = self.page.locator("section", has=self.page.locator(f'[data-slug="{slug}"]'))
            line = lines.locator(f'.line[data-language="{language}"]')
            assert title in await line.inner_text()
            await line.get_by_role("button", name=self.say("take")).click()
            await line.get_by_role("button", name=self.say("renew")).wait_for()
        await self.press("back")
        await self.home()

    async def rows(self) -> list[dict[str, Any]]:
        """What lies on the device, as anybody finds it who has it in their hands."""
        found: list[dict[str, Any]] = await self.page.evaluate(STORED)
        return found


STORED = """async () => {
  const database = await new Promise((yes, no) => {
    const asked = indexedDB.open('delegate');
    asked.onsuccess = () => yes(asked.result);
    asked.onerror = () => no(asked.error);
  });
  const found = await new Promise((yes) => {
    const asked = database.transaction('rows').objectStore('rows').getAll();
    asked.onsuccess = () => yes(asked.result);
  });
  database.close();
  return found.map((row) => ({id: row.id, until: row.until, text: new TextDecoder('latin1').decode(row.box), size: row.box.length}));
}"""


@asynccontextmanager
async def telephone(
    windows: Browser, address: str, *, language: str = "en", viewport: Any = PHONE, **more: Any
) -> AsyncIterator[Telephone]:
    context = await windows.new_context(viewport=viewport, locale=language, has_touch=True, **more)
    context.set_default_timeout(15_000)
    await context.add_cookies([{"name": "language", "value": language, "url": address}])
    try:
        yield await opened(context, address, language)
    finally:
        await context.close()


async def opened(context: BrowserContext, address: str, language: str = "en") -> Telephone:
    """A window of a browser; whatever goes wrong in it is noted."""
    phone = Telephone(context, await context.new_page(), address, language)
    phone.page.on("pageerror", lambda error: phone.wrong.append(f"script: {error}"))
    phone.page.on(
        "console",
        lambda said: (
            phone.wrong.append(said.text)
            if said.type in ("error", "warning") and "ERR_INTERNET_DISCONNECTED" not in said.text
            else None
        ),
    )
    return phone


@dataclass(frozen=True)
class Visit:
    """What one person says, in the order in which it is asked."""

    kind: str = "proxy"
    language: str = "en"
    code: str = ""
    age: str = "60-over"
    stance: str = "for"
    body: str = ""
    reactions: tuple[str, ...] = ()
    phone: str = ""
    vote: int | None = None
    pin: str = ""
    silent: bool = False
    """The delegate marks that they are not free to speak."""


async def agreed(phone: Telephone, visit: Visit) -> None:
    """From the first screen to where they have agreed to take part."""
    phone.own = phone.language
    await phone.press("new")
    await phone.at("which_project")
    await phone.page.locator(".picks button").first.click()
    await phone.at("kind")
    await phone.pick(visit.kind)
    await phone.at("in_language")
    await phone.pick(visit.language)
    phone.language = visit.language
    await phone.at("consent")
    await phone.press("consent_read")
    await phone.at("how")
    await phone.pick("spoken")
    await phone.at("witnessed")
    await phone.pick("no")


async def described(phone: Telephone, visit: Visit) -> None:
    """Whose words they are: by a code, or by where they live and an age."""
    await phone.at("by")
    await phone.pick("code" if visit.code else "described")
    if visit.code:
        return
    await phone.at("place")
    await phone.page.locator(".picks button").first.click()
    await phone.at("age")
    await phone.pick(visit.age)


async def until_read_back(phone: Telephone, visit: Visit) -> None:
    """From the first screen to where it is read back."""
    await agreed(phone, visit)
    await described(phone, visit)
    if visit.stance:
        await phone.at("stance")
        await phone.pick(visit.stance)
        if visit.stance != "none":
            await phone.at("body")
            await phone.type("body", visit.body)
            await phone.press("next")
    for reaction in visit.reactions:
        await phone.page.locator("blockquote").wait_for()
        said = await phone.page.locator("blockquote").inner_text()
        await phone.pick(reaction)
        await phone.page.locator("blockquote", has_text=said).wait_for(state="detached")
    await phone.page.locator("blockquote, dl").first.wait_for()
    if await phone.page.locator("blockquote").count():
        await phone.press("skip_rest")
    await phone.at("read")


async def finished(phone: Telephone, visit: Visit) -> str:
    """From where it is read back to the receipt, and back to the first screen."""
    await phone.press("read_done")
    await phone.at("phone")
    await phone.type("phone", visit.phone)
    await phone.press("next")
    await phone.at("finish_title")
    if visit.silent:
        await phone.page.locator("#corner").click()
    await phone.press("next" if visit.code else "finish")
    if visit.vote is not None:
        await phone.at("vote_ask")
        await phone.press("vote_hand")
        await phone.at("hand")
        await phone.press("hand_have")
        await phone.page.locator(".keys").wait_for()
        await phone.page.keyboard.press(str(visit.vote))
        await phone.type("code", visit.code)
        await phone.type("pin", visit.pin)
        await phone.press("vote_done")
        await phone.at("give")
        await phone.press("give_have")
    elif visit.code:
        await phone.at("code")
        await phone.type("code", visit.code)
        await phone.press("finish")
    await phone.at("receipt")
    receipt = (await phone.page.locator("#receipt").inner_text()).replace(" ", "")
    await phone.press("written")
    phone.language = phone.own
    await phone.home()
    return receipt


async def recorded(phone: Telephone, visit: Visit) -> str:
    """One whole entry. Returns its receipt."""
    await until_read_back(phone, visit)
    return await finished(phone, visit)
