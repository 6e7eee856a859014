"""The way out where a network never comes: the telephone's file of sealed entries, brought to the district office."""

import json
from typing import Any

import pytest
import sqlalchemy as sa

from participation.domain.consultations.models import Comment
from participation.kit.database import Session
from tests.browsing import Browser, browser, forms, sign_in_as
from tests.cast import Cast
from tests.consulting import SLUG, consulted
from tests.delegating import delegate as appointed
from tests.proxying import Device, enrolled, enrolment

PAGE = "/staff/entries/file"
COMMENT = {"body": "Taa ziwake mapema.", "stance": "for"}


@pytest.fixture
async def device(session: Session, cast: Cast, app: Any, visitor: Browser) -> Device:
    await consulted(session, cast)
    code = await enrolment(session, cast, await appointed(session, cast), app.site.secrets)
    await session.commit()
    return await enrolled(visitor.client, code)


@pytest.fixture
async def omar(app: Any, cast: Cast) -> Browser:
    someone = browser(app)
    await sign_in_as(someone, app, cast.omar)
    return someone


async def brought(who: Browser, content: bytes) -> Any:
    await who.get(PAGE)
    hidden = next((dict(form.fields) for form in forms(who.page.text) if form.action == PAGE), {})
    files = {"file": ("delegate-entries.json", content, "application/json")}
    return await who.client.post(PAGE, data=hidden, files=files)


def written(device: Device, *entries: dict[str, Any]) -> bytes:
    return json.dumps({"device": device.answer["device"], "entries": list(entries)}).encode()


async def test_a_file_is_taken_in_once_and_the_telephone_is_told_so_when_it_is_connected(
    session: Session, device: Device, omar: Browser
) -> None:
    entries = [device.sealed(device.entry(SLUG, comment=COMMENT)) for _one in range(3)]
    empty = device.sealed(device.entry(SLUG))
    page = await brought(omar, written(device, *entries, empty))
    assert "Taken: 3" in page.text
    assert "Not taken: 1" in page.text
    assert "This entry says nothing." in page.text
    again = await brought(omar, written(device, *entries))
    assert "Had arrived before: 3" in again.text
    assert await session.scalar(sa.select(sa.func.count()).select_from(Comment)) == 3
    assert [one["status"] for one in await device.results(*entries)] == ["had"] * 3


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"device": "x", "entries": []}', b'{"device": "00000000-0000-4000-8000-000000000000"}'],
)
async def test_another_file_changes_nothing_and_is_told_so(session: Session, omar: Browser, content: bytes) -> None:
    answer = await brought(omar, content)
    assert answer.status_code == 422
    assert await session.scalar(sa.select(sa.func.count()).select_from(Comment)) == 0


async def test_a_moderator_brings_in_no_file(cast: Cast, app: Any, device: Device) -> None:
    mariam = browser(app)
    await sign_in_as(mariam, app, cast.mariam)
    answer = await brought(mariam, written(device, device.sealed(device.entry(SLUG, comment=COMMENT))))
    assert answer.status_code == 403
