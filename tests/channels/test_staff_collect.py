"""An official sets ODK Collect up for a delegate by a picture that is shown once; the telephone can be revoked like any other."""

import base64
import json
import re
import zlib
from typing import Any

import pytest
import sqlalchemy as sa

from participation.domain.people.models import AccessCode
from participation.domain.proxies.delegates.models import Delegate, DelegateState
from participation.domain.proxies.devices.models import Device
from participation.domain.proxies.odk.rules import settings_code
from participation.domain.record.models import RecordEntry
from participation.kit.database import Session
from participation.kit.qr import outline
from tests.browsing import Browser, browser, sign_in_as
from tests.cast import Cast
from tests.collecting import ROSA, basic
from tests.delegating import delegate
from tests.slips import handed_out


@pytest.fixture
async def omar(app: Any, visitor: Browser, cast: Cast) -> Browser:
    await sign_in_as(visitor, app, cast.omar)
    return visitor


def read(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(zlib.decompress(base64.b64decode(text)))
    return found


async def test_an_official_sets_the_program_up_and_what_is_shown_once_signs_in(
    omar: Browser, app: Any, session: Session, cast: Cast
) -> None:
    one = await delegate(session, cast)
    await session.commit()
    await omar.get(f"/staff/delegates/{one.id}")
    await omar.send({"kind": "odk", "do": "code"})
    assert str(omar.page.url).endswith(f"/staff/delegates/{one.id}/odk")
    page = await omar.send({"label": "Blue telephone", "none": "1"})
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    server, user, password = re.findall(r'<dd><code dir="ltr">(.+?)</code>', page.text)
    code = settings_code("Tamarani", server, user, password)
    assert outline(code)[1] in page.text
    settings = read(code)
    assert set(settings) == {"general", "admin", "project"}
    assert (settings["general"]["server_url"], settings["general"]["username"]) == ("http://testserver/openrosa", user)
    assert settings["general"]["delete_send"] is True
    headers = {**ROSA, "Authorization": basic(user, password)}
    assert (await omar.client.head("/openrosa/submission", headers=headers)).status_code == 204
    kept = (await session.scalars(sa.select(Device))).one()
    assert (kept.kind, kept.label, str(kept.public_id)) == ("odk", "Blue telephone", user)
    assert password.encode() not in kept.token_digest + (kept.digest_ha1 or b"")
    recorded = (await session.scalars(sa.select(RecordEntry.kind).order_by(RecordEntry.id))).all()
    assert recorded[-2:] == ["enrolment_made", "device_enrolled"]
    shown = await omar.get(f"/staff/delegates/{one.id}")
    assert "Blue telephone" in shown.text
    assert password not in shown.text


async def test_sent_once_more_the_form_makes_no_second_user_and_shows_no_password(
    omar: Browser, session: Session, cast: Cast
) -> None:
    one = await delegate(session, cast)
    await session.commit()
    await omar.get(f"/staff/delegates/{one.id}/odk")
    first = await omar.send({"label": "Blue telephone", "none": "1"})
    again = await omar.client.post(first.url, data=omar_form(first), follow_redirects=False)
    assert "<code" not in again.text
    assert await session.scalar(sa.select(sa.func.count()).select_from(Device)) == 1


def omar_form(page: Any) -> dict[str, str]:
    sent = page.request.content.decode()
    return dict(part.split("=", 1) for part in sent.split("&")) if "=" in sent else {}


async def test_who_the_delegate_is_as_a_resident_is_kept_where_they_type_their_code(
    omar: Browser, session: Session, cast: Cast
) -> None:
    one = await delegate(session, cast)
    (slip, *_rest) = await handed_out(session, cast)
    await session.commit()
    await omar.get(f"/staff/delegates/{one.id}/odk")
    silent = await omar.send({"label": "Blue telephone"})
    assert (silent.status_code, "or say that they have none" in silent.text) == (422, True)
    wrong = await omar.send({"label": "Blue telephone", "code": "1234"})
    assert (wrong.status_code, "A code has 16 digits" in wrong.text, "1234" in wrong.text) == (422, True, False)
    page = await omar.send({"label": "Blue telephone", "code": slip.code})
    assert page.status_code == 200
    person = await session.scalar(sa.select(AccessCode.person_id).where(AccessCode.serial == slip.serial))
    kept = await session.scalar(sa.select(Delegate.resident_id).execution_options(populate_existing=True))
    assert kept == person is not None
    assert "has given their own access code" in (await omar.get(f"/staff/delegates/{one.id}")).text


async def test_nobody_else_and_for_nobody_else(omar: Browser, app: Any, session: Session, cast: Cast) -> None:
    appointed = await delegate(session, cast)
    suspended = await delegate(session, cast, state=DelegateState.SUSPENDED)
    await session.commit()
    assert (await omar.get(f"/staff/delegates/{suspended.id}/odk")).status_code == 403
    assert (await omar.get("/staff/delegates/99999/odk")).status_code == 404
    assert (await omar.get("/staff/delegates/x/odk")).status_code == 404
    mariam = browser(app)
    await sign_in_as(mariam, app, cast.mariam)
    assert (await mariam.get(f"/staff/delegates/{appointed.id}/odk")).status_code == 403
