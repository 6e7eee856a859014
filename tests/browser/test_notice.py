"""A notice comes out of a real browser's printer on one page of A4, in every language, the longest project's too."""

import io

import pytest
from playwright.async_api import Browser
from pypdf import PdfReader

from participation.kit.i18n import LANGUAGES
from tests.browser.windows import PHONE, window
from tests.promises.samples import PROJECTS
from tests.served import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow]
A4 = (595, 842)
"""In points."""


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_notice_is_one_page(windows: Browser, served_world: Served, language: str) -> None:
    wrong = []
    async with window(windows, served_world.address, language=language) as context:
        page = await context.new_page()
        for slug in PROJECTS:
            await page.goto(f"{served_world.address}/{language}/projects/{slug}/notice")
            printed = PdfReader(io.BytesIO(await page.pdf(format="A4", prefer_css_page_size=True)))
            size = printed.pages[0].mediabox
            if len(printed.pages) != 1 or (round(size.width), round(size.height)) != A4:
                wrong.append(f"{slug}: {len(printed.pages)} pages of {size}")
            colours = await page.evaluate(
                """() => [...document.querySelectorAll('.sheet, .sheet *')].flatMap(node => {
                  const style = getComputedStyle(node);
                  return [style.color, style.backgroundColor, style.borderTopColor];
                })"""
            )
            allowed = {"rgb(0, 0, 0)", "rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}
            links = {"rgb(82, 35, 166)"}
            if strange := set(colours) - allowed - links:
                wrong.append(f"{slug}: {strange}")
    assert not wrong


FULL = """words => {
  const long = (text, most) => words.repeat(most).slice(0, most);
  const sheet = document.querySelector('.sheet'), title = sheet.querySelector('h1');
  title.className = 'long';
  title.lastChild.textContent = ' ' + long(title.lastChild.textContent, 160);
  for (const line of sheet.querySelectorAll('li')) line.lastChild.textContent = ' · ' + long(line.lastChild.textContent, 130);
  const contact = sheet.querySelector('.ways div p:last-child');
  contact.lastChild.textContent = long(contact.lastChild.textContent, 162);
  const places = sheet.querySelector('h1 + p');
  places.lastChild.textContent = long(places.lastChild.textContent, 160);
}"""
"""Everything as long as it can be: an official's title, the venues, the contact, the places."""


WORDS = {"ar": "مسار الحافلات ", "en": "A corridor ", "hi": "बस का रास्ता ", "zh": "公交专用道"}


@pytest.mark.parametrize("language", sorted(WORDS))
async def test_the_longest_that_could_be_written_is_one_page(
    windows: Browser, served_world: Served, language: str
) -> None:
    async with window(windows, served_world.address, language=language) as context:
        page = await context.new_page()
        await page.goto(f"{served_world.address}/{language}/projects/bus-corridor/notice")
        await page.evaluate(FULL, WORDS[language])
        assert len(PdfReader(io.BytesIO(await page.pdf(format="A4", prefer_css_page_size=True))).pages) == 1


async def test_a_notice_can_be_read_on_a_phone(windows: Browser, served_world: Served) -> None:
    async with window(windows, served_world.address, viewport=PHONE) as context:
        page = await context.new_page()
        await page.goto(f"{served_world.address}/en/projects/bus-corridor/notice")
        assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
