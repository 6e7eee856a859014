"""The delegate's page is kept whole: one version or another, never parts of two, and a new one loses nothing."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.async_api import Browser

from participation.channels.delegate import shell
from tests.browser.test_delegate_page import DISTRICT, SLUG
from tests.served import serve
from tests.telephones import Telephone, Visit, code_of, recorded, telephone
from tests.world import World

pytestmark = [pytest.mark.browser]


def forget() -> None:
    shell.version.cache_clear()
    shell.script.cache_clear()


@pytest.fixture
def new_version(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Call it, and the server has another version of the page."""
    style = shell.style()

    def publish() -> str:
        monkeypatch.setattr(shell, "style", lambda: style + " h2 { color: #2b1650 }")
        forget()
        return shell.version()

    yield publish
    monkeypatch.undo()
    forget()


async def shown(phone: Telephone) -> str:
    return str(await phone.page.evaluate("document.documentElement.getAttribute('data-version')"))


async def kept(phone: Telephone) -> list[str]:
    names: list[str] = await phone.page.evaluate("caches.keys()")
    return names


async def recording(phone: Telephone, world: World) -> None:
    await phone.enrol(await code_of(world, DISTRICT))
    await phone.take_along(SLUG, "en", "sw")
    await phone.online(False)
    await recorded(phone, Visit(body="The bus is late."))
    await phone.press("lock")
    await phone.at("pass_ask")


async def test_a_new_version_takes_over_when_nothing_is_open_and_keeps_what_was_there(
    windows: Browser, own_world: World, new_version: Any
) -> None:
    async with serve(own_world) as served, telephone(windows, served.address) as phone:
        await recording(phone, own_world)
        before, version = await shown(phone), new_version()
        assert version != before
        await phone.context.route("**/delegate/entries", lambda route: route.abort())
        await phone.online(True)
        await phone.page.reload()
        await phone.page.locator(f'html[data-version="{version}"]').wait_for()
        await phone.at("pass_ask")
        assert (await shown(phone), await kept(phone)) == (version, [f"delegate-{version}"])
        paths = await phone.page.evaluate(
            f"caches.open('delegate-{version}').then((c) => c.keys()).then((all) => all.map((one) => new URL(one.url).pathname))"
        )
        assert {"/delegate/", "/delegate/app.js", "/delegate/words/en.json", "/delegate/words/sw.json"} <= set(paths)
        await phone.online(False)
        await phone.page.reload()
        await phone.unlock()
        await phone.home()
        assert (await phone.page.locator("#waiting").inner_text()).startswith("1 ")


async def test_parts_of_two_versions_are_never_mixed(
    windows: Browser, own_world: World, new_version: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """During an update one server has the new worker, and another still the script from before."""
    async with serve(own_world) as served, telephone(windows, served.address) as phone:
        await recording(phone, own_world)
        before = await shown(phone)
        new_version()
        file = shell._file

        def older(visit: Any, text: str, media_type: str) -> Any:
            answer = file(visit, text, media_type)
            if visit.request.url.path == "/delegate/app.js":
                answer.headers["Delegate-Version"] = before
            return answer

        monkeypatch.setattr(shell, "_file", older)
        await phone.online(True)
        await phone.page.reload()

        async def looked_again() -> bool:
            return [request.path for request in served.requests].count("/delegate/worker.js") >= 2

        assert await own_world.soon(looked_again, 30)
        await phone.page.wait_for_timeout(1500)
        assert (await shown(phone), await kept(phone)) == (before, [f"delegate-{before}"])
        await phone.online(False)
        await phone.page.reload()
        await phone.unlock()
        await phone.home()
        assert await shown(phone) == before
