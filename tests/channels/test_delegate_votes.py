"""A vote that a delegate carries: only with the person's code, stored apart from the entry, never twice, never in place of their own."""

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from participation.channels.http import taking
from participation.domain.ballots.carried.operations import carry as carry_all
from participation.domain.ballots.carried.queries import content_of
from participation.domain.ballots.models import Choice
from participation.domain.ballots.queries import key_file
from participation.domain.consultations.models import Comment
from participation.domain.notices.models import Notice
from participation.domain.people.models import AccessCode, WrongGuess
from participation.domain.people.operations import change_pin
from participation.domain.projects.models import Feature
from participation.domain.proxies.models import Entry
from participation.domain.proxies.operations import KEPT
from participation.kit import keys
from participation.kit.database import Session
from participation.kit.sealing import opened
from participation.settings import Settings
from tests.browsing import Browser, browser, sign_in_as
from tests.carrying import ask_with_delegates as carried_ballot
from tests.cast import NOW, Cast
from tests.channels.test_entry_files import brought, written
from tests.choosing import printed
from tests.delegating import delegate as appointed
from tests.proxying import Device, enrolled, enrolment
from tests.slips import DEVICE, handed_out
from tests.stage import Clock
from tests.voting import CLOSES, Asked


@pytest.fixture
async def asked(session: Session, cast: Cast, settings: Settings) -> Asked:
    return await carried_ballot(session, cast, settings.keys)


@pytest.fixture
async def device(session: Session, cast: Cast, app: Any, visitor: Browser, asked: Asked) -> Device:
    code = await enrolment(session, cast, await appointed(session, cast), app.site.secrets)
    await session.commit()
    return await enrolled(visitor.client, code)


@pytest.fixture
async def slips(session: Session, cast: Cast) -> list[str]:
    made = [slip.code for slip in await handed_out(session, cast)]
    await session.commit()
    return made


def voted(device: Device, asked: Asked, code: str, choice: int | str = 1, **more: Any) -> dict[str, Any]:
    vote = {"ballot": asked.ballot.id, "choice": choice}
    return device.entry(asked.project.slug, **({"subject": {"code": code}, "vote": vote} | more))


async def carried(session: Session, asked: Asked) -> list[Any]:
    """Choice and state of each: with the ballot's key, one choice of three fits the hash."""
    key = keys.read(key_file(asked.folder, asked.ballot.key))
    found = await session.execute(sa.text(f"select entry, voter, content, state from vote_carried_{asked.ballot.id}"))
    return sorted(
        (int(choice), row.state)
        for row in found
        for choice in Choice
        if content_of(key, bytes(row.entry), bytes(row.voter), choice) == bytes(row.content)
    )


async def test_words_that_hold_a_code_are_left_out_and_the_vote_beside_them_is_taken(
    session: Session, device: Device, asked: Asked, slips: list[str]
) -> None:
    words = {"body": f"My code is {slips[0]}", "stance": "for"}
    (result,) = await device.results(device.sealed(voted(device, asked, slips[0], 2, comment=words)))
    assert (result["status"], result["code"]) == ("accepted", "code_in_words")
    assert "holds an access code" in result["message"]
    assert await carried(session, asked) == [(2, "counts")]
    assert await session.scalar(sa.select(sa.func.count()).select_from(Comment)) == 0
    without_vote = device.entry(asked.project.slug, subject={"code": slips[0]}, comment=words)
    (result,) = await device.results(device.sealed(without_vote))
    assert result["status"] == "refused"


async def test_a_vote_stands_in_its_ballots_table_and_the_entry_says_nothing_of_it(
    session: Session, device: Device, asked: Asked, slips: list[str]
) -> None:
    (result,) = await device.results(device.sealed(voted(device, asked, slips[0], 2)))
    assert (result["status"], result["code"]) == ("accepted", "")
    assert await carried(session, asked) == [(2, "counts")]
    entry = (await session.execute(sa.select(Entry))).scalar_one()
    assert (entry.pseudonym_id, entry.kept, entry.contact) == (None, None, None)
    assert await session.scalar(sa.select(sa.func.count()).select_from(Notice)) == 0


async def test_an_entry_with_an_option_that_is_not_there_is_told_which_there_are(
    session: Session, device: Device, asked: Asked, slips: list[str]
) -> None:
    (result,) = await device.results(device.sealed(voted(device, asked, slips[0], "4")))
    assert (result["status"], result["message"]) == ("refused", "There is no such option.")
    assert "1: For · 2: Against · 3: I abstain" in result["next"]
    assert await carried(session, asked) == []


async def test_a_choice_code_in_an_entry_is_opened_by_the_city_alone_and_its_return_code_goes_to_the_voter_alone(
    session: Session, cast: Cast, app: Any, visitor: Browser, device: Device, asked: Asked, slips: list[str]
) -> None:
    [sheet] = await printed(session, cast, asked)
    await session.commit()
    (result,) = await device.results(device.sealed(voted(device, asked, slips[0], sheet[1].code)))
    assert (result["status"], result["code"], result["message"]) == ("accepted", "", "")
    assert sheet[1].returned not in {str(value) for value in result.values()}
    assert await carried(session, asked) == [(2, "counts")]
    person = await session.scalar(sa.select(AccessCode.person_id).order_by(AccessCode.serial).limit(1))
    await sign_in_as(visitor, app, replace(cast.amina, person_id=person))
    page = await visitor.get(asked.page)
    assert f'Its return code: <b dir="ltr">{sheet[1].returned}</b>' in page.text


async def test_a_wrong_choice_code_in_an_entry_is_refused_and_counted(
    session: Session, cast: Cast, device: Device, asked: Asked, slips: list[str]
) -> None:
    await printed(session, cast, asked)
    asked.step.allows = [*asked.step.allows, Feature.COMMENT]
    await session.commit()
    mistyped = voted(device, asked, slips[0], "4021773575")
    alone = voted(device, asked, slips[0], "4021773578")
    beside = voted(device, asked, slips[1], "4021773578", comment={"body": "Taa ziwake mapema.", "stance": "for"})
    results = await device.results(*(device.sealed(content) for content in (mistyped, alone, beside)))
    assert [(one["status"], one["code"]) for one in results] == [
        ("refused", "invalid"),
        ("refused", "choice_code"),
        ("accepted", "choice_code"),
    ]
    wrong = sa.select(sa.func.sum(WrongGuess.count)).where(WrongGuess.kind == "choice", WrongGuess.source != b"")
    assert await session.scalar(wrong) == 2
    assert await carried(session, asked) == []


async def test_the_same_entry_again_leaves_one_vote_and_another_choice_under_its_number_is_refused(
    session: Session, device: Device, asked: Asked, slips: list[str]
) -> None:
    number = uuid.uuid4()
    content = voted(device, asked, slips[0])
    sealed = device.sealed(content, id=number)
    await device.results(sealed)
    (again,) = await device.results(sealed)
    other = content | {"vote": {"ballot": asked.ballot.id, "choice": 2}}
    (changed,) = await device.results(device.sealed(other, id=number))
    assert (again["status"], changed["status"], changed["code"]) == ("had", "refused", "repeat")
    assert await carried(session, asked) == [(1, "counts")]


async def test_a_vote_that_was_lost_between_the_entry_and_its_table_comes_with_the_next_sending(
    session: Session, device: Device, asked: Asked, slips: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process was killed after the entry was stored: the device never got an answer, and sends it again."""
    sealed = device.sealed(voted(device, asked, slips[0]))

    async def killed(*_given: Any, **_named: Any) -> None:
        raise ConnectionResetError

    with monkeypatch.context() as broken:
        broken.setattr("participation.channels.http.taking.carry", killed)
        assert (await device.send(sealed)).status_code == 500
    assert await carried(session, asked) == []
    (result,) = await device.results(sealed)
    assert result["status"] == "had"
    assert await carried(session, asked) == [(1, "counts")]


async def test_nobody_votes_without_a_code_or_with_a_wrong_pin(
    session: Session, cast: Cast, app: Any, device: Device, asked: Asked, slips: list[str]
) -> None:
    person = await session.scalar(sa.select(AccessCode.person_id).order_by(AccessCode.serial).limit(1))
    secrets = app.site.secrets
    given = {"city_id": cast.city.id, "person_id": person, "pin": "", "new": "204060", "keep": b""}
    await change_pin(session, **given, sources=DEVICE, secrets=secrets, at=NOW)  # type: ignore[arg-type]
    await session.commit()
    nobody = voted(device, asked, "") | {"subject": {"place": "quay", "age": "unsaid"}}
    wrong = voted(device, asked, slips[0]) | {"subject": {"code": slips[0], "pin": "999999"}}
    right = voted(device, asked, slips[0]) | {"subject": {"code": slips[0], "pin": "204060"}}
    results = await device.results(*(device.sealed(content) for content in (nobody, wrong, right)))
    assert [(one["status"], one["code"]) for one in results] == [
        ("refused", "invalid"),
        ("held", "pin"),
        ("accepted", ""),
    ]
    assert await carried(session, asked) == [(1, "counts")]


async def test_for_a_comment_the_code_is_enough_and_a_wrong_pin_holds_it(
    session: Session, cast: Cast, app: Any, device: Device, asked: Asked, slips: list[str]
) -> None:
    """Somebody who has set a PIN for votes speaks through a delegate as everybody does."""
    person = await session.scalar(sa.select(AccessCode.person_id).order_by(AccessCode.serial).limit(1))
    given = {"city_id": cast.city.id, "person_id": person, "pin": "", "new": "204060", "keep": b""}
    await change_pin(session, **given, sources=DEVICE, secrets=app.site.secrets, at=NOW)  # type: ignore[arg-type]
    asked.step.allows = [*asked.step.allows, Feature.COMMENT]
    await session.commit()
    comment = {"body": "Taa ziwake mapema.", "stance": "for"}
    subjects = [{"code": slips[0]}, {"code": slips[0], "pin": "999999"}]
    entries = [device.entry(asked.project.slug, subject=subject, comment=comment) for subject in subjects]
    results = await device.results(*map(device.sealed, entries))
    assert [(one["status"], one["code"]) for one in results] == [("accepted", ""), ("held", "pin")]
    notice = (await session.scalars(sa.select(Notice))).one()
    assert notice.person_id == person
    (without,) = await device.results(device.sealed(voted(device, asked, slips[0], comment=comment)))
    assert (without["status"], without["code"]) == ("held", "pin")
    assert await carried(session, asked) == []


async def test_a_vote_in_an_entry_that_is_held_waits_in_the_ballots_table_and_not_in_what_is_kept(
    session: Session, app: Any, device: Device, asked: Asked, slips: list[str]
) -> None:
    (result,) = await device.results(device.sealed(voted(device, asked, slips[0], 3, read_back=False)))
    assert result["status"] == "held"
    assert await carried(session, asked) == [(3, "held")]
    kept = await session.scalar(sa.select(Entry.kept))
    assert "vote" not in opened(bytes(kept or b""), app.site.secrets, KEPT)


async def test_a_vote_at_a_moment_that_nobody_believes_waits_with_its_entry(
    session: Session, device: Device, asked: Asked, slips: list[str]
) -> None:
    sealed = device.sealed(voted(device, asked, slips[0]), made=NOW - timedelta(days=3000))
    (result,) = await device.results(sealed)
    assert (result["status"], result["code"]) == ("held", "time")
    assert await carried(session, asked) == [(1, "held")]


async def test_a_vote_whose_entry_was_held_meanwhile_waits_too(
    session: Session,
    cast: Cast,
    device: Device,
    asked: Asked,
    slips: list[str],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The delegate is suspended after the entries of a batch are stored, and before its votes are."""

    async def carry(session: Session, **given: Any) -> Any:
        await session.execute(sa.update(Entry).values(state="held", reason="checks"))
        return await carry_all(session, **given)

    monkeypatch.setattr(taking, "carry", carry)
    await device.results(device.sealed(voted(device, asked, slips[0])))
    assert await carried(session, asked) == [(1, "held")]


async def test_at_the_office_too_a_vote_that_was_refused_beside_a_comment_is_told(
    session: Session, cast: Cast, app: Any, device: Device, asked: Asked, slips: list[str]
) -> None:
    asked.step.allows = [*asked.step.allows, Feature.COMMENT]
    await session.commit()
    await device.results(device.sealed(voted(device, asked, slips[0])))
    comment = {"body": "Taa ziwake mapema.", "stance": "for"}
    entry = device.sealed(voted(device, asked, slips[0], 2, comment=comment))
    omar = browser(app)
    await sign_in_as(omar, app, cast.omar)
    page = await brought(omar, written(device, entry))
    assert "Taken: 1" in page.text
    assert "You have brought a vote of this person before" in page.text


async def test_erasing_takes_the_number_that_was_left_with_a_vote_alone(
    session: Session, app: Any, device: Device, asked: Asked, slips: list[str]
) -> None:
    entries = [device.sealed(voted(device, asked, slip, phone="+255 700 123 456")) for slip in slips[:2]]
    theirs, _other = [one["receipt"] for one in await device.results(*entries)]
    person = browser(app)
    await person.get("/en/sign-in")
    await person.send({"code": slips[0]})
    await person.get("/en/me/erase")
    await person.send({"sure": "1", "code": slips[0], "words": "1"})
    gone = await session.scalars(sa.select(Entry.receipt).where(Entry.contact.is_(None)))
    assert list(gone) == [theirs]


async def test_what_was_finished_before_the_closing_counts_in_the_grace_and_what_was_not_never(
    session: Session, clock: Clock, device: Device, asked: Asked, slips: list[str]
) -> None:
    clock.now = CLOSES + timedelta(hours=71)
    in_time = device.sealed(voted(device, asked, slips[0]), made=CLOSES - timedelta(minutes=1))
    after = device.sealed(voted(device, asked, slips[1]), made=CLOSES + timedelta(minutes=1))
    results = await device.results(in_time, after)
    assert [one["status"] for one in results] == ["accepted", "refused"]
    assert await carried(session, asked) == [(1, "counts")]


async def test_a_vote_for_another_district_is_refused_with_its_reason(
    session: Session, cast: Cast, device: Device, settings: Settings, slips: list[str]
) -> None:
    elsewhere = await carried_ballot(session, cast, settings.keys, slug="hill-lamps", districts=[cast.hill])  # type: ignore[arg-type]
    await session.commit()
    (result,) = await device.results(device.sealed(voted(device, elsewhere, slips[0])))
    assert (result["status"], result["code"]) == ("refused", "other_district")
    assert await session.scalar(sa.select(sa.func.count()).select_from(Entry)) == 0


async def test_the_ballot_is_taken_along_where_delegates_may_carry_votes(device: Device, asked: Asked) -> None:
    found = await device.client.get(f"/delegate/projects/{asked.project.slug}/sw.json", headers=device.headers)
    ballot = found.json()["ballot"]
    assert (ballot["id"], ballot["question"]["language"]) == (asked.ballot.id, "sw")
