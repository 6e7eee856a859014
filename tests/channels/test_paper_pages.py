"""Paper forms on the staff's pages: printed as the answer to a form, typed in twice, settled, photographed."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image
from pypdf import PdfReader

from participation.channels.staff.paper import words
from participation.domain.consultations.models import Comment
from participation.domain.proxies.models import Entry
from participation.domain.proxies.paper.models import PaperBatch
from participation.domain.proxies.paper.operations import Printing
from participation.domain.proxies.paper.photographs import operations as photographs
from participation.domain.proxies.paper.rules import serial_number
from participation.kit.database import Session
from participation.kit.files import Files
from participation.settings import Settings
from tests import papers
from tests.browsing import Browser, browser, sign_in_as
from tests.cast import DAY, NOW, Cast
from tests.channels.test_documents import send
from tests.consulting import SLUG, consulted, say
from tests.delegating import delegate
from tests.sheets import READ
from tests.sheets import printed as print_sheets
from tests.slips import handed_out


@pytest.fixture
async def omar(app: Any, visitor: Browser, cast: Cast) -> Browser:
    await sign_in_as(visitor, app, cast.omar)
    return visitor


async def ask_for_sheets(session: Session, cast: Cast, visitor: Browser, **change: str) -> Any:
    await consulted(session, cast)
    someone = await delegate(session, cast)
    await session.commit()
    await visitor.get("/staff/paper/new")
    said = {"project": SLUG, "delegate": str(someone.id), "language": "sw", "count": "3", "carried_by": "a shelter"}
    return await visitor.send(said | change)


async def test_the_sheets_are_the_answer_to_the_form(session: Session, cast: Cast, omar: Browser) -> None:
    answer = await ask_for_sheets(session, cast, omar)
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == ("application/pdf", "no-store")
    pages = PdfReader(io.BytesIO(answer.content)).pages
    batch = (await session.scalars(sa.select(PaperBatch))).one()
    assert len(pages) == 3
    assert f"{batch.id}-001" in pages[0].extract_text()
    assert "Unakubali?" in pages[0].extract_text()
    assert "a shelter" in (await omar.get("/staff/paper")).text


async def test_a_printer_that_fails_leaves_no_batch_and_gives_the_form_back(
    session: Session, cast: Cast, omar: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def jammed(*_given: Any) -> None:
        return None

    monkeypatch.setattr(words, "made", jammed)
    page = await ask_for_sheets(session, cast, omar)
    assert (page.status_code, "a shelter" in page.text) == (503, True)
    assert (await session.scalars(sa.select(PaperBatch))).all() == []


async def two_readers(session: Session, cast: Cast, app: Any) -> tuple[Printing, Browser, Browser]:
    await consulted(session, cast)
    await say(session, cast, cast.amina, "Nobody hears it at night.")
    what = await print_sheets(session, cast, await delegate(session, cast), count=2)
    await session.commit()
    first, second = browser(app), browser(app)
    await sign_in_as(first, app, cast.oksana)
    await sign_in_as(second, app, cast.ada)
    return what, first, second


async def test_a_sheet_is_found_by_its_number_typed_by_two_and_shown_by_its_receipt(
    session: Session, cast: Cast, app: Any, omar: Browser
) -> None:
    code = (await handed_out(session, cast))[0].code
    what, oksana, ada = await two_readers(session, cast, app)
    address = f"/staff/paper/{serial_number(what.batch, 1)}"
    said = READ | {"s1": "disagree", "code": code}
    for reader in (oksana, ada):
        await reader.get("/staff/paper")
        page = await reader.send({"sheet": serial_number(what.batch, 1).replace("-", "")})
        assert str(page.url).endswith(address)
        assert not any(word in page.text for word in ("lazima", code))
        assert "Nobody hears it at night." in page.text
        assert (await reader.send(said)).status_code == 200
    assert "was taken already" in ada.page.text
    entry = (await session.scalars(sa.select(Entry))).one()
    assert (entry.via, entry.state, entry.pseudonym_id is not None) == ("paper", "accepted", True)
    shown = await omar.get(f"/en/projects/{SLUG}/comments")
    assert "Paper" in shown.text
    await omar.get("/en/receipts")
    assert "lazima" in (await omar.send({"receipt": what.receipts[0]})).text
    for reader in (oksana, ada):
        await reader.client.aclose()


async def test_a_third_person_settles_side_by_side_and_the_two_cannot(
    session: Session, cast: Cast, app: Any, omar: Browser
) -> None:
    what, oksana, ada = await two_readers(session, cast, app)
    address = f"/staff/paper/{serial_number(what.batch, 2)}"
    for reader, body in ((oksana, "Too loud."), (ada, "To loud.")):
        await reader.get(address)
        await reader.send(READ | {"body": body})
    assert "You are one of the two" in ada.page.text
    assert "Too loud" not in ada.page.text
    page = await omar.get(address)
    assert ("Too loud." in page.text, "To loud." in page.text) == (True, True)
    assert (await omar.send({})).status_code == 422
    assert (await omar.send({"as.body": "1"})).status_code == 200
    assert list(await session.scalars(sa.select(Comment.body).where(Comment.entry_id.is_not(None)))) == ["Too loud."]
    for reader in (oksana, ada):
        await reader.client.aclose()


async def test_what_is_wrong_on_a_sheet_is_said_beside_it_and_the_code_is_not_given_back(
    session: Session, cast: Cast, app: Any, omar: Browser
) -> None:
    what, oksana, ada = await two_readers(session, cast, app)
    await omar.get(f"/staff/paper/{serial_number(what.batch, 1)}")
    page = await omar.send(READ | {"how": "", "code": "1234 5678 9012 3456"})
    assert (page.status_code, "lazima" in page.text, "1234" in page.text) == (422, True, False)
    assert set(errors_of(page.text)) == {"how", "code"}
    await omar.get("/staff/paper")
    assert "One digit is wrong or missing" in (await omar.send({"sheet": "12-0011"})).text
    assert "printed by this city" in (await omar.send({"sheet": serial_number(9999, 1)})).text
    assert (await omar.get("/staff/paper/12-0011")).status_code == 404
    for reader in (oksana, ada):
        await reader.client.aclose()


def errors_of(page: str) -> list[str]:
    return re.findall(r'id="(\w+)-error"', page)


async def test_a_photograph_is_masked_before_it_is_kept_and_gone_84_days_after_closing(
    session: Session, cast: Cast, app: Any, omar: Browser, settings: Settings
) -> None:
    what, oksana, ada = await two_readers(session, cast, app)
    address = f"/staff/paper/{serial_number(what.batch, 1)}/photograph"
    page = await send(omar, address, {"edge": "bottom", "part": "25"}, papers.photo())
    assert (page.status_code, "/photograph.jpg" in page.text) == (200, True)
    shown = await omar.client.get(f"{address}.jpg")
    assert (shown.headers["content-type"], shown.headers["cache-control"]) == ("image/jpeg", "no-store")
    image = Image.open(io.BytesIO(shown.content)).convert("RGB")
    width, height = image.size
    top, above, strip = (image.getpixel((width // 2, height * part // 100)) for part in (25, 70, 78))
    assert (near(top, (254, 0, 0)), near(above, (0, 0, 254)), near(strip, (0, 0, 0))) == (True, True, True)
    assert height > width
    assert not any(word in shown.content for word in (b"Amina", b"Exif"))
    [kept] = [path for path in settings.store.glob("*/*") if path.is_file()]
    assert kept.read_bytes() == shown.content
    assert "keep the picture" in omar.page.text
    await omar.send({"do": "seen"})
    assert "keep the picture" not in omar.page.text
    assert (await app_visitor(app, f"{address}.jpg")).status_code == 303
    files, closes = Files(settings.store), NOW + 20 * DAY
    await photographs.erase(session, files, others=set(), at=closes + 84 * DAY - timedelta(minutes=1))
    assert kept.is_file()
    assert await photographs.used(session) == {kept.name}
    await photographs.erase(session, files, others=set(), at=closes + 84 * DAY)
    assert not kept.exists()
    assert await photographs.used(session) == set()
    for reader in (oksana, ada):
        await reader.client.aclose()


async def test_a_picture_that_nobody_has_looked_at_goes_after_a_day_and_no_other_file_is_taken(
    session: Session, cast: Cast, app: Any, omar: Browser, settings: Settings
) -> None:
    what, oksana, ada = await two_readers(session, cast, app)
    address = f"/staff/paper/{serial_number(what.batch, 1)}/photograph"
    assert (await send(omar, address, {"edge": "left", "part": "50"}, papers.pdf())).status_code == 422
    assert (await send(omar, "again", {"edge": "left", "part": "1"}, papers.photo())).status_code == 422
    assert [path for path in settings.store.glob("*/*") if path.is_file()] == []
    await send(omar, address, {"edge": "left", "part": "50"}, papers.photo())
    [kept] = [path for path in settings.store.glob("*/*") if path.is_file()]
    await photographs.erase(session, Files(settings.store), others=set(), at=NOW + 2 * DAY)
    assert not kept.exists()
    for reader in (oksana, ada):
        await reader.client.aclose()


def near(found: Any, wanted: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 30 for a, b in zip(found, wanted, strict=True))


async def app_visitor(app: Any, address: str) -> Any:
    """Somebody who is not signed in."""
    anybody = browser(app)
    answer = await anybody.client.get(address)
    await anybody.client.aclose()
    return answer
