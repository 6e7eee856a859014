"""Every page in Chromium: nothing for axe to find, nothing cut off, no script error, every control within reach of the keyboard."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Browser, Page
from starlette.routing import Route

from tests.browser.windows import AXE, PHONE, SCREEN, accessible, window
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


def _listen(page: Page, served: Served, wrong: list[str]) -> None:
    """Errors of scripts, refusals of the security policy, and requests to anywhere else."""
    page.on(
        "console", lambda said: wrong.append(f"console: {said.text}") if said.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: wrong.append(f"script: {error}"))
    page.on(
        "request",
        lambda asked: None if asked.url.startswith((served.address, "data:")) else wrong.append(f"it asks {asked.url}"),
    )


Look = Callable[[Page, str], Awaitable[list[str]]]


async def _looked_at(
    windows: Browser, served: Served, route: Route, language: str, size: Any, *looks: Look
) -> list[str]:
    """What is wrong with the pages of a route, as the looks say, and as the browser itself complains."""
    wrong: list[str] = []
    async with window(windows, served.address, fullest(route), language=language, viewport=size) as context:
        if _without_htmx in looks:
            await context.add_init_script("delete String.prototype.replaceAll")
        if _accessible in looks:
            await context.add_init_script(AXE)
        page = await context.new_page()
        _listen(page, served, wrong)
        for address in await _addresses(served, route):
            address = address.replace("{lang}", language)
            await page.goto(served.address + address, wait_until="load")
            for look in looks:
                wrong += [f"{address}: {problem}" for problem in await look(page, address)]
    return wrong


@every_page
async def test_axe_finds_nothing_and_the_keyboard_reaches_everything(
    windows: Browser, served_world: Served, route: Route
) -> None:
    wrong = await _looked_at(windows, served_world, route, "en", SCREEN, _with_htmx, _accessible, _walked)
    assert not wrong, "\n".join(wrong[:20])


@every_page
async def test_axe_finds_nothing_from_right_to_left_and_a_small_phone_cuts_nothing_off(
    windows: Browser, served_world: Served, route: Route
) -> None:
    wrong = await _looked_at(windows, served_world, route, "ar", PHONE, _with_htmx, _accessible, _all_of_it)
    assert not wrong, "\n".join(wrong[:20])


@every_page
async def test_an_older_browser_without_htmx_sees_all_of_it_in_the_language_of_the_longest_words(
    windows: Browser, served_world: Served, route: Route
) -> None:
    wrong = await _looked_at(windows, served_world, route, "ru", PHONE, _without_htmx, _all_of_it)
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
