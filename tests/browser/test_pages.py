"""Every page in Chromium: nothing for axe to find, nothing cut off, no script error, every control within reach of the keyboard."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Self

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, Request
from starlette.routing import Route

from tests.browser.windows import AXE, PHONE, SCREEN, accessible, cookies, window
from tests.markup import slug_of
from tests.promises.samples import addresses, fullest, pages
from tests.served import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow]
EACH = 2
"""Addresses of a route that are looked at, and one of a staff's; the walk without a browser visits all of them."""
every_page = pytest.mark.parametrize("route", pages(), ids=lambda route: slug_of(route.path))

CUT_OFF = """() => {
  const wide = [];
  for (const node of document.querySelectorAll('main *, header *, footer *')) {
    const box = node.getBoundingClientRect(), style = getComputedStyle(node);
    if (!box.width || !box.height || style.position === 'absolute' || node.closest('svg')) continue;
    if (box.left < -1 || box.right > innerWidth + 1) wide.push(node.outerHTML.slice(0, 90));
    if (node.scrollWidth > node.clientWidth + 1 && style.overflowX === 'hidden') wide.push('hides: ' + node.outerHTML.slice(0, 90));
  }
  return {width: document.documentElement.scrollWidth, wide: wide.slice(0, 4)};
}"""

CONTROLS = """() => {
  const seen = new Set(), found = [];
  for (const node of document.querySelectorAll('a[href], button, input, select, textarea, [tabindex="0"]')) {
    if (node.type === 'hidden' || node.disabled || node.hidden || !node.getClientRects().length) continue;
    if (node.type === 'radio') {
      const group = (node.form ? node.form.id : '') + node.name;
      if (seen.has(group)) continue;
      seen.add(group);
    }
    node.dataset.stop = found.length;
    if (node.type === 'radio') for (const other of document.getElementsByName(node.name)) other.dataset.stop = found.length;
    found.push(node.outerHTML.slice(0, 90));
  }
  return found;
}"""

FOCUSED = """() => {
  window.reached = [];
  addEventListener('focusin', ({target: node}) => {
    const style = getComputedStyle(node);
    const seen = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
    window.reached.push([Number(node.dataset.stop), seen, node.outerHTML.slice(0, 90)]);
  });
}"""


async def _addresses(served: Served, route: Route) -> list[str]:
    async with served.world.database.reading() as session:
        return (await addresses(route, session))[: 1 if route.path.startswith("/staff") else EACH]


@dataclass
class Tab:
    """Where page after page is looked at, of whoever each is for: a new one costs more than most pages do."""

    served: Served
    language: str
    page: Page
    wrong: list[str] = field(default_factory=list)

    @classmethod
    async def opened(cls, windows: Browser, served: Served, language: str, size: Any, script: str) -> Self:
        context = await windows.new_context(viewport=size, locale=language)
        context.set_default_timeout(10_000)
        await context.add_init_script(script)
        tab = cls(served, language, await context.new_page())
        tab.page.on("console", tab._said)
        tab.page.on("pageerror", lambda error: tab.wrong.append(f"script: {error}"))
        tab.page.on("request", tab._asked)
        return tab

    def _said(self, said: ConsoleMessage) -> None:
        """Errors of scripts, and refusals of the security policy."""
        if said.type in ("error", "warning"):
            self.wrong.append(f"console: {said.text}")

    def _asked(self, asked: Request) -> None:
        if not asked.url.startswith((self.served.address, "data:", "about:")):
            self.wrong.append(f"it asks {asked.url}")

    async def handed_to(self, who: str) -> None:
        self.wrong = []
        await self.page.context.clear_cookies()
        await self.page.context.add_cookies(cookies(self.served.address, who, self.language))

    async def emptied(self) -> bool:
        """Whether it can be handed on: a page that works offline would stay with the browser."""
        await self.page.evaluate("localStorage.clear(); sessionStorage.clear()")
        await self.page.goto("about:blank")
        return not self.page.context.service_workers


Tabs = Callable[..., AbstractAsyncContextManager[Tab]]


@pytest.fixture(scope="session")
async def tabs(windows: Browser, served_world: Served) -> Tabs:
    """One for each language, for as long as nothing goes wrong in it."""
    kept: dict[str, Tab] = {}

    @asynccontextmanager
    async def of(who: str, language: str, size: Any, script: str) -> AsyncIterator[Tab]:
        tab = kept.pop(language, None) or await Tab.opened(windows, served_world, language, size, script)
        await tab.handed_to(who)
        yield tab
        if await tab.emptied():
            kept[language] = tab
        else:
            await tab.page.context.close()

    return of


Look = Callable[[Page, str], Awaitable[list[str]]]


async def _looked_at(tab: Tab, route: Route, *looks: Look) -> list[str]:
    """What is wrong with the pages of a route, as the looks say, and as the browser itself complains."""
    for address in await _addresses(tab.served, route):
        address = address.replace("{lang}", tab.language)
        await tab.page.goto(tab.served.address + address, wait_until="load")
        for look in looks:
            tab.wrong += [f"{address}: {problem}" for problem in await look(tab.page, address)]
    return tab.wrong


@every_page
async def test_axe_finds_nothing_and_the_keyboard_reaches_everything(tabs: Tabs, route: Route) -> None:
    async with tabs(fullest(route), "en", SCREEN, AXE) as tab:
        wrong = await _looked_at(tab, route, _with_htmx, _accessible, _walked)
    assert not wrong, "\n".join(wrong[:20])


@every_page
async def test_axe_finds_nothing_from_right_to_left_and_a_small_phone_cuts_nothing_off(
    tabs: Tabs, route: Route
) -> None:
    async with tabs(fullest(route), "ar", PHONE, AXE) as tab:
        wrong = await _looked_at(tab, route, _with_htmx, _accessible, _all_of_it)
    assert not wrong, "\n".join(wrong[:20])


@every_page
async def test_an_older_browser_without_htmx_sees_all_of_it_in_the_language_of_the_longest_words(
    tabs: Tabs, route: Route
) -> None:
    async with tabs(fullest(route), "ru", PHONE, "delete String.prototype.replaceAll") as tab:
        wrong = await _looked_at(tab, route, _without_htmx, _all_of_it)
    assert not wrong, "\n".join(wrong[:20])


async def _with_htmx(page: Page, address: str) -> list[str]:
    if address.endswith("/light"):
        return []  # from there on a page uses less data, and does without
    for _ in range(1200):  # thirty seconds: the machine may be busy with other tests
        # A kiosk's pages have a script of their own, and none to swap parts of them.
        if await page.evaluate("typeof htmx === 'object' || 'presence' in document.body.dataset"):
            return []
        await page.wait_for_timeout(25)
    return ["htmx was not loaded"]


async def _without_htmx(page: Page, _address: str) -> list[str]:
    return [] if await page.evaluate("typeof htmx === 'undefined'") else ["htmx was loaded where it cannot run"]


async def _accessible(page: Page, _address: str) -> list[str]:
    return await accessible(page)


async def _all_of_it(page: Page, _address: str) -> list[str]:
    shown = await page.evaluate(CUT_OFF)
    if shown["width"] <= PHONE["width"] and not shown["wide"]:
        return []
    return [f"{shown['width']} wide; {shown['wide']}"]


async def _walked(page: Page, _address: str) -> list[str]:
    """Tab from the top to the end."""
    controls = await page.evaluate(CONTROLS)
    await page.evaluate(FOCUSED)
    for _ in controls:
        await page.keyboard.press("Tab")
    focused = await page.evaluate("reached")
    reached = [number for number, _seen, _node in focused]
    wrong = [f"no focus to be seen on {node}" for _number, seen, node in focused if not seen]
    missed = sorted(set(range(len(controls))) - set(reached))
    wrong += [f"cannot be reached: {controls[number]}" for number in missed[:5]]
    if reached != sorted(reached):
        wrong.append("the order of the keyboard is not the order of reading")
    return wrong


@pytest.mark.parametrize(("language", "size"), [("en", SCREEN), ("ar", PHONE)], ids=["English", "Arabic"])
async def test_what_goes_wrong_is_as_accessible_as_what_goes_well(
    windows: Browser, served_world: Served, language: str, size: Any
) -> None:
    """A page that is not there, a role that one does not have, and forms that were sent empty."""
    wrong: list[str] = []
    async with window(windows, served_world.address, "moderator", language=language, viewport=size) as context:
        page = await context.new_page()
        for address in (f"/{language}/nowhere", "/staff/team"):
            await page.goto(served_world.address + address)
            wrong += [f"{address}: {problem}" for problem in await _accessible(page, address)]
    forms = ("/sign-in", "/receipts", "/projects/water-meters/ballot", "/projects/bus-corridor/comments/new")
    async with window(windows, served_world.address, language=language, viewport=size) as context:
        # Forms are sent as without scripts, which axe itself needs: with scripts turned off, what it waits for never comes.
        await context.route("**/static/*", lambda route: route.abort())
        page = await context.new_page()
        for address in forms:
            await page.goto(f"{served_world.address}/{language}{address}")
            await page.evaluate("for (const form of document.forms) form.noValidate = true")
            await page.locator("main form button:visible").last.click()
            if await page.locator(".error").count() == 0:
                wrong.append(f"{address}: no message beside a field")
            wrong += [f"{address}: {problem}" for problem in await _accessible(page, address)]
            if size == PHONE:
                wrong += [f"{address}: {problem}" for problem in await _all_of_it(page, address)]
    assert not wrong, "\n".join(wrong[:20])
