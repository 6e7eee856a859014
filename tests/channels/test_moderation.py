"""A moderator at work, and what others see of it."""

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from participation.domain.consultations.models import Comment
from participation.domain.consultations.moderated import operations as moderated
from participation.domain.consultations.own import operations as own_operations
from participation.domain.consultations.own import queries as own_queries
from participation.domain.moderation.models import Reason, Status
from participation.domain.moderation.rules import told
from participation.domain.notices.queries import for_person
from participation.domain.people.models import Role
from participation.domain.record.models import RecordEntry, RecordWords
from participation.kit.database import Session
from participation.kit.errors import Conflict, NotAllowed
from tests.browsing import Browser, sign_in_as
from tests.cast import NOW, Cast, staff
from tests.consulting import SLUG, consulted, react, say

PAGE = f"/en/projects/{SLUG}/comments"
RUDE = "You are all thieves and idiots."


async def test_a_hidden_comment_keeps_its_place_shows_the_reason_and_the_writer_is_told(
    visitor: Browser, app: Any, cast: Cast, session: Session
) -> None:
    await consulted(session, cast)
    posted = await say(session, cast, cast.amina, RUDE)
    await session.commit()
    await sign_in_as(visitor, app, cast.mariam)
    page = await visitor.get("/staff/moderation")
    assert RUDE in page.text
    assert "Resident" in page.text
    await visitor.get(f"/staff/moderation/{posted.id}")
    page = await visitor.send({"decide": "hide"})
    assert page.status_code == 422
    assert "which rule" in page.text.lower()
    page = await visitor.send({"decide": "hide", "reason": "insult"})
    assert page.status_code == 200
    assert RUDE in (await visitor.get("/staff/moderation?show=hidden")).text

    visitor.client.cookies.delete("session")
    for path in (PAGE, f"{PAGE}/{posted.id}"):
        page = await visitor.get(path)
        assert RUDE not in page.text
        assert "The comment insults somebody" in page.text
        assert f'id="c{posted.id}"' in page.text
    (notice,) = await for_person(session, city_id=cast.city.id, person_id=cast.amina.person_id or 0)
    assert notice.address == f"/projects/{SLUG}/comments/{posted.id}"
    assert "The comment insults somebody" in str(told(notice.kind, notice.facts))
    became = await own_queries.by_receipt(session, city_id=cast.city.id, receipt=posted.receipt)
    assert became is not None
    assert (became.status, became.reason) == (Status.HIDDEN, "insult")
    entry = await session.scalar(sa.select(RecordEntry.body).where(RecordEntry.kind == "comment_hidden"))
    assert entry is not None
    assert "thieves" not in entry
    assert '"insult"' in entry


async def test_a_hidden_comment_can_be_shown_again(visitor: Browser, app: Any, cast: Cast, session: Session) -> None:
    await consulted(session, cast)
    posted = await say(session, cast, cast.amina, RUDE)
    await moderated.hide(session, city=cast.city, comment_id=posted.id, reason=Reason.SPAM, actor=cast.mariam, at=NOW)
    await session.commit()
    await sign_in_as(visitor, app, cast.mariam)
    await visitor.get(f"/staff/moderation/{posted.id}")
    assert (await visitor.send({"decide": "restore"})).status_code == 200
    visitor.client.cookies.delete("session")
    assert RUDE in (await visitor.get(PAGE)).text
    kinds = [n.kind for n in await for_person(session, city_id=cast.city.id, person_id=cast.amina.person_id or 0)]
    assert kinds == ["restored", "hidden"]


async def test_the_same_decision_sent_twice_is_taken_once(
    visitor: Browser, app: Any, cast: Cast, session: Session
) -> None:
    await consulted(session, cast)
    posted = await say(session, cast, cast.amina, RUDE)
    await session.commit()
    await sign_in_as(visitor, app, cast.mariam)
    opened = await visitor.get(f"/staff/moderation/{posted.id}")
    answers = []
    for _sending in range(2):
        visitor.page = opened
        answers.append(await visitor.send({"decide": "hide", "reason": "insult"}, follow=False))
    assert [answer.status_code for answer in answers] == [303, 303]
    entries = await session.scalar(
        sa.select(sa.func.count()).select_from(RecordEntry).where(RecordEntry.kind == "comment_hidden")
    )
    assert entries == 1


@pytest.mark.parametrize("reason", ["imported", "wrong", ""])
async def test_only_a_published_reason_hides(
    visitor: Browser, app: Any, cast: Cast, session: Session, reason: str
) -> None:
    await consulted(session, cast)
    posted = await say(session, cast, cast.amina, RUDE)
    await session.commit()
    await sign_in_as(visitor, app, cast.mariam)
    await visitor.get(f"/staff/moderation/{posted.id}")
    assert (await visitor.send({"decide": "hide", "reason": reason})).status_code == 422
    assert await session.scalar(sa.select(Comment.status)) == Status.SHOWN


async def test_hiding_twice_changes_nothing_the_second_time(cast: Cast, session: Session) -> None:
    await consulted(session, cast)
    posted = await say(session, cast, cast.amina)
    hide = {"city": cast.city, "comment_id": posted.id, "reason": Reason.SPAM, "actor": cast.mariam, "at": NOW}
    await moderated.hide(session, **hide)  # type: ignore[arg-type]
    with pytest.raises(Conflict):
        await moderated.hide(session, **hide)  # type: ignore[arg-type]


async def test_a_moderator_never_moderates_what_they_wrote(cast: Cast, session: Session) -> None:
    await consulted(session, cast)
    mariam = replace(cast.mariam, grants=())
    posted = await say(session, cast, mariam)
    with pytest.raises(NotAllowed, match="own"):
        await moderated.hide(
            session, city=cast.city, comment_id=posted.id, reason=Reason.SPAM, actor=cast.mariam, at=NOW
        )


async def test_a_moderator_of_one_district_decides_there_alone(
    visitor: Browser, app: Any, cast: Cast, session: Session
) -> None:
    await consulted(session, cast, places=[cast.harbour])
    await consulted(session, cast, "cameras", number=2, places=[cast.market])
    there = await say(session, cast, cast.amina, "In the Harbour")
    elsewhere = await say(session, cast, cast.amina, "In the Market", slug="cameras")
    local = await staff(session, cast.city, [Role.MODERATOR], cast.harbour)
    await session.commit()
    await sign_in_as(visitor, app, local)
    page = await visitor.get("/staff/moderation")
    assert "In the Harbour" in page.text
    assert "In the Market" not in page.text
    assert (await visitor.get(f"/staff/moderation/{elsewhere.id}")).status_code == 404
    assert (await visitor.get(f"/staff/moderation/{there.id}")).status_code == 200
    with pytest.raises(NotAllowed):
        await moderated.hide(session, city=cast.city, comment_id=elsewhere.id, reason=Reason.SPAM, actor=local, at=NOW)


@pytest.mark.parametrize("who", ["amina", "omar", "ada", "idris"])
async def test_the_queue_is_for_moderators(visitor: Browser, app: Any, cast: Cast, session: Session, who: str) -> None:
    await consulted(session, cast)
    posted = await say(session, cast, cast.baraka)
    await session.commit()
    await sign_in_as(visitor, app, getattr(cast, who))
    assert (await visitor.get("/staff/moderation")).status_code == 403
    assert (await visitor.get(f"/staff/moderation/{posted.id}")).status_code == 403
    page = await visitor.post(f"/staff/moderation/{posted.id}", [("decide", "hide"), ("reason", "spam")])
    assert page.status_code == 403


async def test_nobody_reacts_or_replies_to_what_is_hidden(cast: Cast, session: Session) -> None:
    await consulted(session, cast)
    posted = await say(session, cast, cast.amina)
    await moderated.hide(session, city=cast.city, comment_id=posted.id, reason=Reason.SPAM, actor=cast.mariam, at=NOW)
    with pytest.raises(Conflict):
        await react(session, cast, cast.baraka, posted.id)
    with pytest.raises(Conflict):
        await say(session, cast, cast.baraka, "Why?", reply_to=posted.id)


async def test_the_receipt_of_a_reaction_says_that_it_counts_and_not_what_it_was(cast: Cast, session: Session) -> None:
    await consulted(session, cast)
    posted = await say(session, cast, cast.amina)
    receipt = await react(session, cast, cast.baraka, posted.id)
    became = await own_queries.by_receipt(session, city_id=cast.city.id, receipt=receipt)
    assert became is not None
    assert became.what == own_queries.What.REACTION
    assert "agree" not in repr(became)
    assert await own_queries.by_receipt(session, city_id=cast.city.id, receipt="000000000000") is None
    assert await own_queries.by_receipt(session, city_id=cast.city.id + 1, receipt=receipt) is None


async def test_whoever_is_erased_leaves_places_without_words(visitor: Browser, cast: Cast, session: Session) -> None:
    await consulted(session, cast)
    posted = await say(session, cast, cast.amina, "My neighbour told me.")
    other = await say(session, cast, cast.baraka)
    await react(session, cast, cast.amina, other.id)
    await moderated.hide(session, city=cast.city, comment_id=posted.id, reason=Reason.SPAM, actor=cast.mariam, at=NOW)
    person = cast.amina.person_id or 0
    assert len(await own_queries.comments_of(session, city_id=cast.city.id, person_id=person)) == 1
    assert len(await own_queries.reactions_of(session, city_id=cast.city.id, person_id=person)) == 1
    assert await own_operations.erase_person(session, city_id=cast.city.id, person_id=person) == 1
    await session.commit()
    assert await own_queries.comments_of(session, city_id=cast.city.id, person_id=person) == []
    page = await visitor.get(PAGE)
    assert "taken it back" in page.text
    assert "neighbour" not in page.text
    assert await session.scalar(sa.select(sa.func.count()).select_from(RecordWords)) == 0
    assert await session.scalar(sa.select(Comment.agrees).where(Comment.id == other.id)) == 1


async def _listed(visitor: Browser, app: Any, cast: Cast) -> None:
    await sign_in_as(visitor, app, cast.ada)
    await visitor.get("/staff/names")
    page = await visitor.send({"names": "Neema Kirubi\nJuma Otieno"})
    assert "2 names were added." in page.text
    assert "Kirubi" not in page.text
    visitor.client.cookies.delete("session")


NAMING = "Ask Neema Kirubi at the counter; she was rude."


async def test_a_comment_that_names_a_worker_waits_for_a_moderator_who_shows_it(
    visitor: Browser, app: Any, cast: Cast, session: Session
) -> None:
    await consulted(session, cast)
    await session.commit()
    await _listed(visitor, app, cast)
    await sign_in_as(visitor, app, cast.amina)
    await visitor.get(PAGE)
    page = await visitor.send({"body": NAMING, "stance": "mixed"})
    assert "a moderator looks at it first" in page.text
    assert NAMING not in page.text
    held = (await session.execute(sa.select(Comment))).scalar_one()
    assert held.status == Status.HELD
    assert NAMING in (await visitor.get("/en/me")).text
    assert "waits for a moderator" in visitor.page.text
    for path in (PAGE, f"{PAGE}/{held.id}"):
        page = await visitor.get(path)
        assert "waits for a moderator" in page.text
        assert NAMING not in page.text
    assert NAMING not in (await visitor.get(f"/api/v1/projects/{SLUG}/comments")).text
    await visitor.get("/en/receipts")
    assert "waits for a moderator" in (await visitor.send({"receipt": held.receipt or ""})).text

    await sign_in_as(visitor, app, cast.mariam)
    assert "Waiting: 1" in (await visitor.get("/staff/moderation")).text
    assert NAMING in (await visitor.get("/staff/moderation?show=held")).text
    await visitor.get(f"/staff/moderation/{held.id}")
    await visitor.send({"decide": "restore"})
    assert "Waiting: 0" in (await visitor.get("/staff/moderation")).text
    visitor.client.cookies.delete("session")
    assert NAMING in (await visitor.get(PAGE)).text
    (notice,) = await for_person(session, city_id=cast.city.id, person_id=cast.amina.person_id or 0)
    assert "Everybody can read it now" in str(told(notice.kind, notice.facts))
    kinds = (await session.execute(sa.select(RecordEntry.kind).order_by(RecordEntry.id))).scalars().all()
    assert [kind for kind in kinds if kind.startswith("comment")] == ["comment_held", "comment_released"]


async def test_a_comment_that_does_name_a_worker_is_hidden_before_anybody_reads_it(
    visitor: Browser, app: Any, cast: Cast, session: Session
) -> None:
    await consulted(session, cast)
    await session.commit()
    await _listed(visitor, app, cast)
    posted = await say(session, cast, cast.amina, NAMING)
    await session.commit()
    with pytest.raises(Conflict, match="held"):
        await say(session, cast, cast.baraka, "True.", reply_to=posted.id)
    with pytest.raises(Conflict, match="held"):
        await react(session, cast, cast.baraka, posted.id)
    await session.rollback()
    await sign_in_as(visitor, app, cast.mariam)
    await visitor.get(f"/staff/moderation/{posted.id}")
    await visitor.send({"decide": "hide", "reason": "names_worker"})
    visitor.client.cookies.delete("session")
    assert "The comment names a city worker" in (await visitor.get(PAGE)).text


async def test_an_office_answers_without_naming_a_worker(
    visitor: Browser, app: Any, cast: Cast, session: Session
) -> None:
    await consulted(session, cast)
    posted = await say(session, cast, cast.amina)
    await session.commit()
    await _listed(visitor, app, cast)
    await sign_in_as(visitor, app, cast.omar)
    await visitor.get(f"{PAGE}/{posted.id}")
    page = await visitor.send({"office": "Works Office", "body": NAMING})
    assert page.status_code == 409
    assert NAMING in page.text
    assert "Write the office instead of the name" in page.text
    page = await visitor.send({"office": "Works Office", "body": "The counter was wrong."})
    assert "The counter was wrong." in page.text
    answer = await session.scalar(sa.select(Comment.receipt).where(Comment.office.is_not(None)))
    assert answer is not None
    assert answer[:4] in page.text
