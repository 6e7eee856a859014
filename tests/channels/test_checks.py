"""Somebody else asks people whether they said what a delegate wrote down, and what they answered is public by delegate's number."""

import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from participation.domain.consultations.models import Comment
from participation.domain.people.models import Role
from participation.domain.proxies.checks import operations as checks
from participation.domain.proxies.checks.models import CaseState, CheckCase
from participation.domain.proxies.models import Entry
from participation.domain.record.models import RecordEntry
from participation.kit.database import Session
from participation.settings import Settings
from tests.browsing import Browser, sign_in_as
from tests.cast import DAY, NOW, Cast, staff
from tests.checking import PHONE, drawn, entries
from tests.consulting import consulted
from tests.delegating import delegate
from tests.stage import Clock

WORDS = "King'ora lazima kisikike hadi Flats pia."


@pytest.fixture
async def case(session: Session, cast: Cast, app: Any, settings: Settings) -> Any:
    """One entry with a comment and a number, drawn."""
    project, riziki = await consulted(session, cast), await delegate(session, cast)
    (entry,) = await entries(
        session, cast, riziki, project.id, 1, at=NOW - 4 * DAY, secrets=app.site.secrets, receipt="123456789018"
    )
    session.add(
        Comment(
            city_id=cast.city.id,
            project_id=project.id,
            body=WORDS,
            language="sw",
            stance="for",
            via="delegate",
            created_at=NOW - 4 * DAY,
            entry_id=entry.id,
            carrier=entry.number,
        )
    )
    assert await drawn(session, cast, settings) == 1
    await session.commit()
    return entry


async def stored(session: Session) -> CheckCase:
    return (await session.execute(sa.select(CheckCase).execution_options(populate_existing=True))).scalar_one()


async def said(session: Session, kind: str) -> list[str | None]:
    return list(await session.scalars(sa.select(RecordEntry.body).where(RecordEntry.kind == kind)))


async def opened(visitor: Browser, app: Any, who: Any, entry: Any) -> str:
    await sign_in_as(visitor, app, who, staff=True)
    return (await visitor.get(f"/staff/checks/{entry.id}")).text


async def test_an_official_sees_the_number_once_calls_and_keeps_the_answer(
    session: Session, cast: Cast, app: Any, visitor: Browser, case: Any
) -> None:
    await sign_in_as(visitor, app, cast.omar, staff=True)
    await visitor.get("/staff/checks")
    assert f"/staff/checks/{case.id}" in visitor.page.text
    await visitor.get(f"/staff/checks/{case.id}")
    assert PHONE not in visitor.page.text
    assert "Flats pia" in visitor.page.text
    page = await visitor.send({"do": "look"})
    assert (page.status_code, PHONE in page.text, page.headers["cache-control"]) == (200, True, "no-store")
    await visitor.send({"do": "tell", "answer": "yes", "how": "call"})
    found = await stored(session)
    assert (found.state, found.looks, found.tries, found.how) == (CaseState.YES, 1, 1, "call")
    assert await session.scalar(sa.select(Entry.contact)) is None
    assert PHONE not in (await visitor.get(f"/staff/checks/{case.id}")).text
    (look,) = await said(session, "check_number_shown")
    assert json.loads(look or "")["facts"]["looks"] == 1
    (asked,) = await said(session, "check_asked")
    assert "yes" not in (asked or "")
    # Fewer than ten are never told; the record would count them one by one.
    assert all(json.loads(body or "")["facts"].get("place") == "harbour" for body in (look, asked))
    assert not any(str(case.number) in (body or "") for body in (look, asked))


async def test_who_put_the_delegate_forward_or_appointed_them_never_asks(
    session: Session, cast: Cast, app: Any, visitor: Browser, case: Any
) -> None:
    """Juma appointed them; now he is an official too."""
    from participation.domain.people.models import RoleGrant

    given: dict[str, Any] = {"granted_at": NOW - DAY, "ends_at": NOW + DAY, "city_id": cast.city.id}
    session.add(RoleGrant(person_id=cast.juma.person_id, role=Role.OFFICIAL, place_id=cast.city.root.id, **given))
    await session.commit()
    page = await opened(visitor, app, cast.juma, case)
    assert "You put this delegate forward or appointed them" in page
    csrf = (await visitor.get("/staff/checks/table")).text.split('name="csrf" value="')[1].split('"')[0]
    token = visitor.page.text.split('name="token" value="')[1].split('"')[0]
    answer = await visitor.post(f"/staff/checks/{case.id}", [("csrf", csrf), ("token", token), ("do", "look")])
    assert (answer.status_code, PHONE in answer.text) == (403, False)
    assert (await stored(session)).looks == 0


async def test_officials_of_other_districts_do_not_see_the_case(
    session: Session, cast: Cast, app: Any, visitor: Browser, case: Any
) -> None:
    elsewhere = await staff(session, cast.city, [Role.OFFICIAL], cast.hill)
    await session.commit()
    await opened(visitor, app, elsewhere, case)
    assert visitor.page.status_code == 404
    assert f"/staff/checks/{case.id}" not in (await visitor.get("/staff/checks")).text


async def test_three_calls_that_nobody_answers_are_a_figure_of_their_own_and_the_number_goes(
    session: Session, cast: Cast, app: Any, visitor: Browser, clock: Clock, case: Any
) -> None:
    for again in range(3):
        await opened(visitor, app, (cast.omar, cast.oksana)[again % 2], case)
        assert PHONE in (await visitor.send({"do": "look"})).text
        await visitor.send({"do": "tell", "answer": "unreached", "how": "call"})
        assert "Show the number" not in visitor.page.text
        clock.forward(hours=13)
    found = await stored(session)
    assert (found.state, found.tries, found.answered_at) == (CaseState.UNREACHED, 3, None)
    assert await session.scalar(sa.select(Entry.contact)) is None
    assert f"/staff/checks/{case.id}" in (await visitor.get("/staff/checks?show=unreached")).text
    await visitor.get("/staff/checks/table")
    await visitor.send({"receipt": case.receipt})
    await visitor.send({"do": "tell", "answer": "yes", "how": "table"})
    assert (await stored(session)).state == CaseState.YES


async def test_nobody_says_what_came_of_a_call_that_they_did_not_make(
    session: Session, cast: Cast, app: Any, visitor: Browser, clock: Clock, case: Any
) -> None:
    await opened(visitor, app, cast.omar, case)
    page = await visitor.send({"do": "tell", "answer": "yes", "how": "call"})
    assert (page.status_code, "You have not looked at this number" in page.text) == (409, True)
    await visitor.send({"do": "look"})
    await opened(visitor, app, cast.oksana, case)
    assert (await visitor.send({"do": "tell", "answer": "yes", "how": "call"})).status_code == 409
    page = await visitor.send({"do": "look"})
    assert (page.status_code, PHONE in page.text) == (409, False)
    assert (await stored(session)).state == CaseState.WAITING


async def test_at_a_checking_table_the_receipt_finds_the_entry_and_counts_for_nothing_by_itself(
    session: Session, cast: Cast, app: Any, visitor: Browser, case: Any
) -> None:
    await sign_in_as(visitor, app, cast.omar, staff=True)
    await visitor.get("/staff/checks/table")
    page = await visitor.send({"receipt": "123456789021"})
    assert page.status_code in (404, 422)
    await visitor.get("/staff/checks/table")
    await visitor.send({"receipt": "1234 5678 9018"})
    assert f"/staff/checks/{case.id}?" in str(visitor.page.url)
    assert case.receipt not in str(visitor.page.url)
    assert (await stored(session)).state == CaseState.WAITING
    await visitor.send({"do": "tell", "answer": "absent", "how": "table"})
    found = await stored(session)
    assert (found.state, found.how, found.tries) == (CaseState.ABSENT, "table", 0)


async def test_nobody_answers_for_a_person_without_their_receipt_a_call_or_a_visit(
    session: Session, cast: Cast, app: Any, visitor: Browser, case: Any
) -> None:
    """Else one official could make up answers, and have a delegate suspended and words erased by them."""
    await opened(visitor, app, cast.oksana, case)
    for how, reason in (("table", "the receipt comes first"), ("visit", "No other delegate has been sent")):
        answer = {"do": "tell", "answer": "no", "how": how, "take_back": "1"}
        page = await visitor.send(answer)
        assert (page.status_code, reason in page.text) == (409, True)
    await sign_in_as(visitor, app, cast.omar, staff=True)
    await visitor.get("/staff/checks/table")
    await visitor.send({"receipt": case.receipt})
    elsewhere = visitor.page.url.query.decode()
    await opened(visitor, app, cast.oksana, case)
    await visitor.get(f"/staff/checks/{case.id}?{elsewhere}")
    assert (await visitor.send({"do": "tell", "answer": "no", "how": "table"})).status_code == 409
    assert (await stored(session)).state == CaseState.WAITING


async def test_another_delegate_visits_and_never_the_same(
    session: Session, cast: Cast, app: Any, visitor: Browser, case: Any
) -> None:
    from participation.domain.proxies.delegates.operations import number_of

    salma = await delegate(session, cast)
    number = await number_of(session, city=cast.city, delegate_id=salma.id, at=NOW)
    await session.commit()
    await opened(visitor, app, cast.omar, case)
    page = await visitor.send({"do": "visit", "visitor": str(case.number)})
    assert (page.status_code, "Only another delegate" in page.text) == (409, True)
    await visitor.send({"do": "visit", "visitor": str(number)})
    assert f"visited by delegate {number}" in visitor.page.text
    assert (await stored(session)).visitor_id == salma.id
    await visitor.send({"do": "tell", "answer": "yes", "how": "visit"})
    assert (await stored(session)).state == CaseState.YES


async def test_what_was_found_is_public_by_number_in_tens_and_of_fewer_than_ten_nothing(
    session: Session, cast: Cast, app: Any, visitor: Browser, settings: Settings
) -> None:
    project = await consulted(session, cast)
    riziki, salma = await delegate(session, cast), await delegate(session, cast)
    many = await entries(session, cast, riziki, project.id, 200)
    few = await entries(session, cast, salma, project.id, 12)
    await drawn(session, cast, settings)
    await session.execute(sa.update(CheckCase).values(state=CaseState.YES, answered_at=NOW))
    await session.commit()
    text = (await visitor.get("/en/delegates/checks")).text
    row = text.split(f'<th scope="row">{many[0].number}</th>')[1].split("</tr>")[0]
    assert row.count("20 or more") == 2
    assert "at most one in ten" in row
    row = text.split(f'<th scope="row">{few[0].number}</th>')[1].split("</tr>")[0]
    assert row.count("fewer than 10") == 5
    assert "/record/draws/1.json" in text
    answer = await visitor.client.get("/record/draws/1.json")
    assert {one["delegate"] for one in answer.json()["lists"]} == {many[0].number, few[0].number}
    assert (await visitor.client.get("/record/draws/2.json")).status_code == 404
    await session.execute(sa.update(CheckCase).values(year=CheckCase.year - 1))
    await session.commit()
    before = (await visitor.get(f"/en/delegates/checks?year={NOW.year - 1}")).text
    assert "20 or more" in before
    assert f'checks?year={NOW.year - 1}"' in (await visitor.get("/en/delegates/checks?year=2099")).text


async def test_signals_are_for_administrators_and_auditors_alone(
    session: Session, cast: Cast, app: Any, visitor: Browser
) -> None:
    project, riziki = await consulted(session, cast), await delegate(session, cast)
    quick = await entries(session, cast, riziki, project.id, 3, seconds=20, place_id=cast.hill)
    await entries(session, cast, riziki, project.id, 1, seconds=600)
    # Typed in at an office, where nobody measured.
    await entries(session, cast, riziki, project.id, 4, seconds=0)
    for entry in quick:
        values: dict[str, Any] = {
            "city_id": cast.city.id,
            "project_id": project.id,
            "language": "sw",
            "via": "delegate",
        }
        session.add(
            Comment(body=WORDS, stance="for", created_at=NOW, entry_id=entry.id, carrier=entry.number, **values)
        )
    await session.commit()
    await sign_in_as(visitor, app, cast.omar, staff=True)
    assert (await visitor.get("/staff/checks/signals")).status_code == 403
    for who in (cast.idris, cast.ada):
        await sign_in_as(visitor, app, who, staff=True)
        text = (await visitor.get("/staff/checks/signals")).text
        row = text.split(f'<th scope="row">{quick[0].number}</th>')[1].split("</tr>")[0]
        figures = [cell.split(">")[1].split("<")[0] for cell in row.split("<td")[1:]]
        assert figures[1:] == ["8", "20", "3", "2 of 3", "3 of 8", "3 of 3", "0 of 0"]


async def test_a_number_is_kept_no_longer_than_it_is_needed(
    session: Session, cast: Cast, app: Any, visitor: Browser, clock: Clock, case: Any
) -> None:
    """Whoever looked has an hour."""
    await opened(visitor, app, cast.omar, case)
    await visitor.send({"do": "look"})
    clock.now += timedelta(hours=2)
    assert (await visitor.send({"do": "tell", "answer": "no", "how": "call"})).status_code == 409


async def test_a_delegates_own_page_says_what_was_found(
    session: Session, cast: Cast, app: Any, visitor: Browser, settings: Settings
) -> None:
    project, riziki = await consulted(session, cast), await delegate(session, cast)
    (entry, *_more) = await entries(session, cast, riziki, project.id, 150)
    assert await drawn(session, cast, settings) == 15
    answers = [CaseState.NO] * 3 + [CaseState.YES] * 12
    cases = await session.scalars(sa.select(CheckCase))
    for case, answer in zip(cases.all(), answers, strict=True):
        case.state, case.answered_at = answer, NOW
    await session.commit()
    text = (await visitor.get(f"/en/delegates/{entry.number}")).text
    assert "more than one in ten" in text
    assert "10 or more" in text
    assert ">3<" not in text


async def test_a_number_that_went_with_its_entry_is_not_looked_for(
    session: Session, cast: Cast, app: Any, visitor: Browser, case: Any
) -> None:
    """The person took the entry back after the page was opened."""
    page = await opened(visitor, app, cast.omar, case)
    assert "Show the number" in page
    await session.execute(sa.update(Entry).values(contact=None))
    await session.commit()
    answer = await visitor.send({"do": "look"})
    assert (answer.status_code, "There is no number to call" in answer.text) == (409, True)
    await checks.forget_numbers(session, at=NOW)
    assert (await stored(session)).state == CaseState.UNREACHED
