"""Comments by their words: all that is shown is found, in order and once; nothing else ever is."""

import itertools
from typing import Any

import pytest
import sqlalchemy as sa

from participation.domain.consultations.finding import operations, queries, rules
from participation.domain.consultations.finding.queries import comments
from participation.domain.consultations.forms import Said
from participation.domain.consultations.models import Comment, CommentWords
from participation.domain.consultations.moderated import operations as moderated
from participation.domain.consultations.operations import answer
from participation.domain.consultations.own.operations import erase_person
from participation.domain.moderation.models import Reason, Status
from participation.domain.moderation.names.operations import list_names
from participation.domain.places.queries import CityView
from participation.kit.database import Session
from participation.kit.searching import terms, wanted
from tests.cast import NOW, Cast, assemble, found, resident
from tests.consulting import SLUG, consulted, react, say
from tests.slips import SECRETS


async def ids(
    session: Session, cast: Cast, question: str, *, city: CityView | None = None, size: int = 3, **asked: Any
) -> list[int]:
    """Page after page, for as long as there is another."""
    seen: list[int] = []
    before = None
    for _page in range(200):
        page = await comments(session, city or cast.city, wanted(question), before=before, size=size, **asked)
        seen += [item.id for item in page.items]
        before = page.next
        if before is None:
            return seen
    raise AssertionError("it never ends")


async def test_what_is_shown_is_found_and_what_is_hidden_held_or_taken_back_is_not(
    session: Session, cast: Cast
) -> None:
    await consulted(session, cast)
    posted = await say(session, cast, cast.amina, "The market floods.")
    reply = await say(session, cast, cast.baraka, "My market too.", reply_to=posted.id)
    assert await ids(session, cast, "market") == [reply.id, posted.id]
    hiding: dict[str, Any] = {"city": cast.city, "comment_id": posted.id, "actor": cast.mariam, "at": NOW}
    await moderated.hide(session, reason=Reason.SPAM, **hiding)
    assert await ids(session, cast, "market") == [reply.id]
    await moderated.restore(session, **hiding)
    assert await ids(session, cast, "market") == [reply.id, posted.id]
    await erase_person(session, city_id=cast.city.id, person_id=cast.amina.person_id or 0)
    assert await ids(session, cast, "market") == [reply.id]


async def test_a_comment_that_names_a_worker_is_found_once_a_moderator_has_shown_it(
    session: Session, cast: Cast
) -> None:
    await consulted(session, cast)
    await list_names(session, city=cast.city, names=[["juma", "otieno"]], secrets=SECRETS, actor=cast.ada, at=NOW)
    held = await say(session, cast, cast.amina, "Ask Juma Otieno about the market.")
    assert await ids(session, cast, "market") == []
    await moderated.restore(session, city=cast.city, comment_id=held.id, actor=cast.mariam, at=NOW)
    assert await ids(session, cast, "market") == [held.id]


async def test_an_office_is_found_by_what_it_answers(session: Session, cast: Cast) -> None:
    await consulted(session, cast)
    posted = await say(session, cast, cast.amina)
    said = Said("The tramway comes in May.", office="Transport")
    common: dict[str, Any] = {"city": cast.city, "slug": SLUG, "comment_id": posted.id, "secrets": SECRETS, "at": NOW}
    replied = await answer(session, said=said, language="en", actor=cast.omar, **common)
    page = await comments(session, cast.city, wanted("tramway"), size=20)
    assert [(item.id, item.office, item.slug) for item in page.items] == [(replied.id, "Transport", SLUG)]
    assert page.items[0].titles == {"en": f"About {SLUG}"}


async def test_another_city_finds_nothing_of_it(session: Session, cast: Cast) -> None:
    await consulted(session, cast)
    posted = await say(session, cast, cast.amina, "The market floods.")
    other = await found(session, "elsewhere", "elsewhere.example")
    assert await ids(session, cast, "market", city=other) == []
    assert await ids(session, cast, "market") == [posted.id]


async def test_only_in_a_language_or_in_some_projects(session: Session, cast: Cast) -> None:
    first = await consulted(session, cast)
    second = await consulted(session, cast, "cameras", number=2)
    one = await say(session, cast, cast.amina, "The market floods.")
    two = await say(session, cast, cast.amina, "The market watches.", slug="cameras")
    three = await say(session, cast, cast.baraka, "市场需要更多的水 market", slug="cameras")
    assert await ids(session, cast, "market") == [three.id, two.id, one.id]
    assert await ids(session, cast, "market", language="zh") == [three.id]
    assert await ids(session, cast, "market", language="sw") == []
    assert await ids(session, cast, "market", projects=[first.id]) == [one.id]
    assert await ids(session, cast, "market", projects=[second.id], language="en") == [two.id]
    assert await ids(session, cast, "market", projects=[]) == []
    many = [*range(10**6, 10**6 + queries.FEW), second.id]
    assert await ids(session, cast, "market", projects=many) == [three.id, two.id]


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of two comments, few of them at a time, and little that is gathered: every way is taken with thirty comments."""
    monkeypatch.setattr(rules, "BLOCK", 1)
    monkeypatch.setattr(queries, "FIRST", 1)
    monkeypatch.setattr(queries, "FURTHER", 3)
    monkeypatch.setattr(queries, "ENOUGH", 4)


@pytest.mark.parametrize("size", [1, 3, 20])
async def test_whichever_way_they_are_looked_for_all_are_found_in_order_and_once(
    session: Session, cast: Cast, narrow: None, size: int
) -> None:
    await consulted(session, cast)
    await consulted(session, cast, "cameras", number=2)
    words = ("market", "water", "night", "市场", "ตลาด")
    said = []
    for number, some in enumerate(itertools.islice(itertools.cycle(itertools.combinations(words, 2)), 30)):
        # What was said long ago and never again is what the newest are looked through for in vain.
        body = f"{' and '.join(some)}, {'early' if number < 14 else 'late'} {number + 100}"
        slug = SLUG if number % 3 else "cameras"
        said.append(((await say(session, cast, cast.amina, body, slug=slug)).id, body))
    await moderated.hide(session, city=cast.city, comment_id=said[5][0], reason=Reason.SPAM, actor=cast.mariam, at=NOW)
    shown = [(id, body) for id, body in reversed(said) if id != said[5][0]]
    for question in (*words, "early", "late", "117", "market water", "market night early", "absent", "10"):
        asked = set(wanted(question))
        expected = [id for id, body in shown if asked <= set(terms(body))]
        assert await ids(session, cast, question, size=size) == expected, question


async def test_who_does_not_look_far_is_told_where_to_go_on(session: Session, cast: Cast, narrow: None) -> None:
    await consulted(session, cast)
    for number in range(20):
        await say(session, cast, cast.amina, f"{'early' if number < 10 else 'late'} {number}")
    page = await comments(session, cast.city, wanted("early"), size=3, far=False)
    assert (page.items, page.all_seen) == ([], False)
    assert page.next is not None
    whole = await ids(session, cast, "early")
    assert len(whole) == 10
    assert max(whole) < page.next


async def test_what_was_imported_and_what_was_filled_in_later_is_found(session: Session, cast: Cast) -> None:
    await consulted(session, cast)
    posted = await say(session, cast, cast.amina, "The market floods.")
    before = await session.scalar(sa.select(sa.cast(CommentWords.words, sa.Text)))
    await operations.leave(session, [posted.id])
    assert await ids(session, cast, "market") == []
    await operations.enter(session, Comment.city_id == cast.city.id)
    await operations.enter(session, Comment.city_id == cast.city.id)
    assert await session.scalar(sa.select(sa.cast(CommentWords.words, sa.Text))) == before
    assert await ids(session, cast, "market") == [posted.id]


async def test_nothing_is_found_before_anybody_has_spoken(session: Session) -> None:
    cast = await assemble(session)
    page = await comments(session, cast.city, wanted("market"), size=20)
    assert (page.items, page.next, page.all_seen) == ([], None, True)


async def test_a_reaction_does_not_write_the_words_anew(session: Session, cast: Cast) -> None:
    """They stand in a table of their own, since each reaction writes its comment's row."""
    await consulted(session, cast)
    posted = await say(session, cast, cast.amina, "The market floods.")
    row = sa.text("select xmin::text, ctid::text from comment_words")
    before = (await session.execute(row)).one()
    other = await resident(session, cast.city.id, cast.hill)
    await react(session, cast, other, posted.id)
    assert (await session.execute(row)).one() == before
    assert await session.scalar(sa.select(Comment.status)) == Status.SHOWN
