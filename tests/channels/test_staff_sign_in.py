"""Staff sign in with three things that fit together, accept invitations once, and lose sessions with their roles."""

import re
from types import SimpleNamespace
from typing import Any

import pyotp
import pytest
import sqlalchemy as sa

from participation.channels.http.entries import SENTENCES
from participation.domain.people.models import Role, SignIn
from participation.domain.people.staff.forms import NewRole
from participation.domain.record.models import RecordEntry
from participation.kit.database import Session
from tests.browsing import Browser, browser, sign_in_as
from tests.cast import DAY, NOW, Cast
from tests.hiring import PASSWORD, hired
from tests.stage import Clock


@pytest.fixture
async def secret(session: Session, cast: Cast) -> str:
    """Rehema is an official until tomorrow; this is her TOTP secret."""
    _person, made = await hired(session, cast, NewRole(Role.OFFICIAL, cast.city.root.id, NOW + DAY))
    await session.commit()
    return made


async def enter(visitor: Browser, totp: str, password: str = PASSWORD, login: str = "rehema", **more: str) -> Any:
    await visitor.get("/staff/sign-in")
    return await visitor.send({"login": login, "password": password, "totp": totp, **more})


async def test_who_has_all_three_comes_to_the_desk(visitor: Browser, secret: str) -> None:
    now = pyotp.TOTP(secret).at(NOW)
    page = await enter(visitor, f"{now[:3]} {now[3:]}", login="Rehema")
    assert str(page.url).endswith("/staff/")
    assert page.status_code == 200


async def test_a_one_time_password_opens_the_door_once(app: Any, visitor: Browser, secret: str) -> None:
    now = pyotp.TOTP(secret).at(NOW)
    await enter(visitor, now)
    thief = browser(app)
    page = await enter(thief, now)
    assert page.status_code == 422
    assert "Each one-time password works once." in page.text
    await thief.client.aclose()


@pytest.mark.parametrize(
    ("login", "password", "totp"),
    [("rehema", "wrong horse boats", ""), ("nobody", PASSWORD, ""), ("rehema", PASSWORD, "000000")],
)
async def test_what_was_wrong_of_the_three_is_not_said(
    visitor: Browser, secret: str, login: str, password: str, totp: str
) -> None:
    page = await enter(visitor, totp or pyotp.TOTP(secret).at(NOW), password, login)
    assert page.status_code == 422
    assert "do not fit together" in page.text
    assert password not in page.text


async def test_guessing_at_a_login_slows_down(visitor: Browser, secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr("participation.channels.http.recognising.sleep", sleep)
    for _ in range(7):
        await enter(visitor, "000000", "wrong horse boats")
    assert slept == [0.5, 1]
    assert (await enter(visitor, pyotp.TOTP(secret).at(NOW))).status_code == 200


async def test_next_leads_to_the_page_that_was_asked_for_and_nowhere_else(visitor: Browser, secret: str) -> None:
    await visitor.get("/staff/batches")
    assert "/staff/sign-in?next=" in str(visitor.page.url)
    page = await visitor.send({"login": "rehema", "password": PASSWORD, "totp": pyotp.TOTP(secret).at(NOW)})
    assert str(page.url).endswith("/staff/batches")


async def test_a_role_that_has_ended_opens_nothing(visitor: Browser, secret: str, clock: Clock) -> None:
    clock.forward(hours=20)
    await enter(visitor, pyotp.TOTP(secret).at(clock()))
    assert (await visitor.get("/staff/batches")).status_code == 200
    clock.forward(hours=4)
    assert (await visitor.get("/staff/batches")).status_code == 403


async def test_staff_are_signed_out_after_twelve_hours(visitor: Browser, secret: str, clock: Clock) -> None:
    await enter(visitor, pyotp.TOTP(secret).at(NOW))
    clock.forward(hours=12)
    assert "/staff/sign-in" in str((await visitor.get("/staff/batches")).url)


async def test_signing_out_ends_the_session(visitor: Browser, session: Session, secret: str) -> None:
    await enter(visitor, pyotp.TOTP(secret).at(NOW))
    await visitor.get("/staff/sign-out")
    await visitor.send({})
    assert await session.scalar(sa.select(sa.func.count()).select_from(SignIn)) == 0


@pytest.mark.parametrize("bad", ["\x00", "<b>x</b>", "x" * 100_000])
async def test_nothing_typed_breaks_the_page(visitor: Browser, secret: str, bad: str) -> None:
    assert (await enter(visitor, bad, bad, bad)).status_code == 422


# Invitations


async def invited(app: Any, cast: Cast, until: str = "2027-12-31") -> str:
    """Ada invites a moderator, Juma confirms it, and Ada hands over the path of the link."""
    ada = browser(app)
    await sign_in_as(ada, app, cast.ada)
    await ada.get("/staff/team")
    page = await ada.send({"person": "", "role": "moderator", "place": "harbour", "ends_at": until})
    link = re.search(r"http://testserver(/staff/invitation/[\w-]+)", page.text)
    assert link is not None
    await ada.client.aclose()
    juma = browser(app)
    await sign_in_as(juma, app, cast.juma)
    await press(juma, "admit")
    await juma.client.aclose()
    return link[1]


async def press(administrator: Browser, button: str) -> Any:
    """The first button of that name on the page of the team."""
    page = await administrator.get("/staff/team")
    found = re.search(rf'name="{button}" value="(\d+)"', page.text)
    assert found is not None, page.text
    return await administrator.send({button: found[1]})


def shown_secret(page: str) -> str:
    found = re.search(r'<code dir="ltr">([A-Z2-7 ]+)</code>', page)
    assert found is not None
    return found[1].replace(" ", "")


async def test_an_invitation_to_a_role_that_has_ended_offers_nothing(
    app: Any, visitor: Browser, cast: Cast, clock: Clock
) -> None:
    path = await invited(app, cast, until=f"{NOW + 2 * DAY:%Y-%m-%d}")
    assert (await visitor.get(path)).status_code == 200
    clock.forward(days=2)
    page = await visitor.get(path)
    assert page.status_code == 410
    assert "has ended" in page.text
    assert "for a new one" in page.text


async def test_an_invitation_makes_one_moderator_who_is_signed_in(app: Any, visitor: Browser, cast: Cast) -> None:
    path = await invited(app, cast)
    page = await visitor.get(path)
    assert "moderator" in page.text
    assert "Harbour" in page.text
    assert "<svg" in page.text
    assert "style=" not in page.text.split("</head>")[1]
    secret = shown_secret(page.text)
    assert secret == shown_secret((await visitor.get(path)).text)
    own = {"login": "zawadi", "password": PASSWORD, "password_again": PASSWORD}
    wrong = await visitor.send({**own, "totp": "000000"})
    assert (wrong.status_code, "does not fit" in wrong.text, 'value="zawadi"' in wrong.text) == (422, True, True)
    assert PASSWORD not in wrong.text
    done = await visitor.send({**own, "totp": pyotp.TOTP(secret).at(NOW)})
    assert str(done.url).endswith("/staff/")
    again = browser(app)
    assert (await again.get(path)).status_code == 410
    assert (await again.get("/staff/invitation/none")).status_code == 404
    taken = await enter(again, pyotp.TOTP(secret).at(NOW), login="zawadi")
    assert taken.status_code == 422
    await again.client.aclose()


async def test_a_login_that_somebody_has_is_refused_beside_the_field(
    app: Any, visitor: Browser, cast: Cast, secret: str
) -> None:
    page = await visitor.get(await invited(app, cast))
    totp = pyotp.TOTP(shown_secret(page.text)).at(NOW)
    page = await visitor.send({"login": "rehema", "password": PASSWORD, "password_again": PASSWORD, "totp": totp})
    assert page.status_code == 422
    assert "Somebody has this user name already" in page.text


# The team


async def test_an_administrator_gives_and_takes_roles(app: Any, visitor: Browser, cast: Cast, secret: str) -> None:
    rehema = browser(app)
    await enter(rehema, pyotp.TOTP(secret).at(NOW))
    assert (await rehema.get("/staff/team")).status_code == 403
    await sign_in_as(visitor, app, cast.ada)
    page = await visitor.get("/staff/team")
    person = re.search(r'<option value="(\d+)">rehema', page.text)
    assert person is not None
    waiting = await visitor.send({"person": person[1], "role": "auditor", "place": "tamarani", "ends_at": "2027-12-31"})
    assert "Another administrator has to confirm this." in waiting.text
    assert 'name="confirm"' not in waiting.text
    juma = browser(app)
    await sign_in_as(juma, app, cast.juma)
    given = await press(juma, "confirm")
    assert "Waits for a second administrator" not in given.text
    assert "auditor, Tamarani" in given.text
    grant = re.search(r'name="take" value="(\d+)"', given.text)
    assert grant is not None
    assert (await rehema.get("/staff/batches")).status_code == 200
    await visitor.get("/staff/team")
    taken = await visitor.send({"take": grant[1], "person": "", "role": "", "place": "", "ends_at": ""})
    assert taken.status_code == 200
    assert (await rehema.get("/staff/batches")).status_code == 200
    await press(juma, "confirm")
    assert "/staff/sign-in" in str((await rehema.get("/staff/batches")).url)
    gone = await visitor.send({"take": grant[1]})
    assert gone.status_code == 404
    await juma.client.aclose()
    await rehema.client.aclose()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"role": "delegate"}, "choose one of the answers"),
        ({"role": "king"}, "choose one of the answers"),
        ({"place": "atlantis"}, "choose one of the places"),
        ({"ends_at": "tomorrow"}, "year-month-day"),
        ({"ends_at": "2020-01-01"}, "A role ends on a later day"),
        ({"ends_at": "2099-01-01"}, "A role ends on a later day"),
    ],
)
async def test_a_role_that_cannot_be_given_comes_back_with_the_reason(
    app: Any, visitor: Browser, cast: Cast, change: dict[str, str], says: str
) -> None:
    await sign_in_as(visitor, app, cast.ada)
    await visitor.get("/staff/team")
    page = await visitor.send({"person": "", "role": "official", "place": "hill", "ends_at": "2027-12-31", **change})
    assert page.status_code in (409, 422)
    assert says in page.text
    assert 'value="hill" selected' in page.text or "place" in change


async def test_an_invitation_that_is_out_can_be_withdrawn(
    app: Any, visitor: Browser, cast: Cast, session: Session
) -> None:
    path = await invited(app, cast)
    await sign_in_as(visitor, app, cast.ada)
    page = await visitor.get("/staff/team")
    button = re.search(r'name="withdraw" value="(\d+)"', page.text)
    assert button is not None
    page = await visitor.send({"withdraw": button[1]})
    assert "Invitations that are out" not in page.text
    assert (await visitor.get(path)).status_code == 404
    assert "Withdraw" not in page.text
    kinds = ("role_invited", "invitation_withdrawn")
    entries = await session.scalars(sa.select(RecordEntry).where(RecordEntry.kind.in_(kinds)).order_by(RecordEntry.id))
    visit: Any = SimpleNamespace(city=cast.city, language="en")
    assert [SENTENCES[e.kind](visit, (e.entry or {})["facts"]).into("en") for e in entries] == [
        "Somebody was invited to take the role of moderator for Harbour.",
        "An invitation to take the role of moderator for Harbour was withdrawn.",
    ]


async def test_a_link_is_shown_once_even_when_the_form_is_sent_twice(app: Any, visitor: Browser, cast: Cast) -> None:
    await sign_in_as(visitor, app, cast.ada)
    await visitor.get("/staff/team")
    form = visitor.page
    wanted = {"person": "", "role": "official", "place": "hill", "ends_at": "2027-12-31"}
    assert "/staff/invitation/" in (await visitor.send(wanted)).text
    visitor.page = form
    again = await visitor.send(wanted)
    assert "/staff/invitation/" not in again.text
    assert "was made already" in again.text
