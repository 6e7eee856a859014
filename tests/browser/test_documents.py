"""An official sends a file in with a real browser: with scripts it says how far it is, and what is refused comes back in its place."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests import papers
from tests.browser.windows import enhanced, window
from tests.served import serve
from tests.world import World

pytestmark = pytest.mark.browser
DESK = "/staff/projects/bus-corridor/documents"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
async def test_a_file_is_refused_in_its_place_and_a_good_one_taken(
    own_world: World, windows: Browser, tmp_path: Path, scripts: bool
) -> None:
    bad, good = tmp_path / "plan.pdf", tmp_path / "plan.exe"
    bad.write_bytes(b"MZ" + bytes(300_000))
    good.write_bytes(papers.pdf("words " * 20_000))
    async with (
        serve(own_world) as served,
        window(windows, served.address, "official", scripts=scripts) as context,
    ):
        page = await context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
        await page.goto(f"{served.address}{DESK}/new")
        if scripts:
            await enhanced(page)
            await page.evaluate(
                "document.addEventListener('htmx:xhr:progress', function (e) { window.seen = Math.max(window.seen || 0, e.detail.total); })"
            )
        await page.select_option("#kind", "plan")
        await page.fill('[name="title.en"]', "The plan of the second stop")
        await page.fill('[name="alternative.en"]', "Where the second stop is.")
        await page.set_input_files("#file", bad)
        await page.get_by_role("button", name="Save as a draft").click()
        await expect(page.locator("#file-error")).to_contain_text("This is a program")
        await expect(page.locator('[name="title.en"]')).to_have_value("The plan of the second stop")
        if scripts:
            assert await page.evaluate("window.seen") > 300_000
            assert len(await page.query_selector_all("main")) == 1
        await page.set_input_files("#file", good)
        await page.get_by_role("button", name="Save as a draft").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("The plan of the second stop")
        await page.wait_for_url(f"{served.address}{DESK}/4")
        assert errors == []
