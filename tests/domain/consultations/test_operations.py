"""Commenting, replying, answering and reacting."""

import pytest
import sqlalchemy as sa

from participation.domain.consultations import operations, queries
from participation.domain.consultations.about.queries import about as project_about
from participation.domain.consultations.forms import Said
from participation.domain.consultations.lists.queries import Total, totals
from participation.domain.consultations.models import Comment, Pseudonym, ReactionKind, Stance
from participation.domain.consultations.queries import Order
from participation.domain.projects.models import ProjectState
from participation.domain.record.models import RecordEntry
from participation.kit.database import Session
from participation.kit.errors import Closed, Conflict, NotAllowed, NotFound, SignInNeeded
from participation.kit.hashing import has_check_digit
from tests.cast import DAY, NOW, Cast, resident
from tests.consulting import SLUG, consulted, react, say
from tests.slips import SECRETS


async def counters(session: Session, comment_id: int) -> tuple[int, int, int]:
    row = await session.execute(
        sa.select(Comment.agrees, Comment.disagrees, Comment.passes).where(Comment.id == comment_id)
    )
    agrees, disagrees, passes = row.one()
    return agrees, disagrees, passes


async def test_a_comment_is_shown_with_its_stance_under_a_number_of_the_project(session: Session, cast: Cast) -> None:
    project = await consulted(session, cast)
    posted = await say(session, cast, cast.amina, stance=Stance.MIXED)
    page = await queries.comments(session, project.id, order=Order.NEWEST, after="")
    (view,) = page.items
    assert (view.id, view.stance, view.via, view.language) == (posted.id, "mixed", "web", "en")
    assert view.number is not None
    assert 10_000 <= view.number <= 99_999
    assert len(posted.receipt) == 12
    assert has_check_digit(posted.receipt)


async def test_a_writer_has_one_number_in_a_project_and_another_in_the_next(session: Session, cast: Cast) -> None:
    await consulted(session, cast)
    await consulted(session, cast, "cameras", number=2)
    await say(session, cast, cast.amina, "One")
    await say(session, cast, cast.amina, "Two")
    await say(session, cast, cast.amina, "Three", slug="cameras")
    pseudonyms = (await session.execute(sa.select(Pseudonym.project_id, Pseudonym.id))).all()
    assert len(pseudonyms) == 2
    assert len({row.project_id for row in pseudonyms}) == 2


async def test_comments_are_counted_by_stance_as_they_come_and_replies_are_not(session: Session, cast: Cast) -> None:
    await consulted(session, cast)
    first = await say(session, cast, cast.amina, stance=Stance.FOR)
    await say(session, cast, cast.baraka, stance=Stance.AGAINST)
    await say(session, cast, cast.baraka, "Why?", reply_to=first.id)
    about = await project_about(session, city_id=cast.city.id, slug=SLUG)
    assert about.total == 2
    assert about.sums("stance") == {"for": 1, "against": 1}
    assert await totals(session, [about.id]) == {about.id: Total(2, 0)}


async def test_a_comment_after_closing_is_refused_with_the_date_and_what_comes_next(
    session: Session, cast: Cast
) -> None:
    await consulted(session, cast, closes=DAY)
    await say(session, cast, cast.amina, at=NOW + DAY - DAY / 86_400_000_000)
    with pytest.raises(Closed) as refused:
        await say(session, cast, cast.amina, at=NOW + DAY)
    assert "2 Mar 2027" in str(refused.value.message)
    assert "12 Mar 2027" in str(refused.value.next_step)
    assert "vote" in str(refused.value.next_step)


@pytest.mark.parametrize("opens", [DAY, 5 * DAY])
async def test_a_comment_before_opening_is_refused(session: Session, cast: Cast, opens) -> None:  # type: ignore[no-untyped-def]
    await consulted(session, cast, opens=opens)
    with pytest.raises(Closed, match="not_open"):
        await say(session, cast, cast.amina)


async def test_a_draft_is_nowhere_to_be_found(session: Session, cast: Cast) -> None:
    await consulted(session, cast, state=ProjectState.DRAFT)
    with pytest.raises(NotFound):
        await say(session, cast, cast.amina)


async def test_who_is_not_signed_in_comments_only_where_the_city_lets_them_and_is_counted_apart(
    session: Session, cast: Cast
) -> None:
    await consulted(session, cast)
    await consulted(session, cast, "cameras", number=2, open_comments=True)
    with pytest.raises(SignInNeeded):
        await say(session, cast, cast.nobody)
    await say(session, cast, cast.nobody, slug="cameras")
    await say(session, cast, cast.amina, slug="cameras")
    about = await project_about(session, city_id=cast.city.id, slug="cameras")
    assert about.sums("signed") == {False: 1, True: 1}


async def test_staff_do_not_speak_as_residents(session: Session, cast: Cast) -> None:
    await consulted(session, cast)
    with pytest.raises(NotAllowed):
        await say(session, cast, cast.omar)


async def test_there_is_one_level_of_replies(session: Session, cast: Cast) -> None:
    await consulted(session, cast)
    first = await say(session, cast, cast.amina)
    reply = await say(session, cast, cast.baraka, "Why?", reply_to=first.id)
    with pytest.raises(Conflict):
        await say(session, cast, cast.amina, "Because.", reply_to=reply.id)
    with pytest.raises(NotFound):
        await say(session, cast, cast.amina, "Because.", reply_to=first.id + 1000)


async def test_nobody_replies_to_a_comment_of_another_project(session: Session, cast: Cast) -> None:
    await consulted(session, cast)
    await consulted(session, cast, "cameras", number=2)
    first = await say(session, cast, cast.amina)
    with pytest.raises(NotFound):
        await say(session, cast, cast.baraka, "Why?", slug="cameras", reply_to=first.id)
    with pytest.raises(NotFound):
        await react(session, cast, cast.baraka, first.id, slug="cameras")


async def test_the_last_reaction_counts_under_one_and_the_same_receipt(session: Session, cast: Cast) -> None:
    await consulted(session, cast)
    comment = (await say(session, cast, cast.amina)).id
    first = await react(session, cast, cast.baraka, comment, ReactionKind.AGREE)
    assert await counters(session, comment) == (1, 0, 0)
    assert await react(session, cast, cast.baraka, comment, ReactionKind.AGREE) == first
    assert await counters(session, comment) == (1, 0, 0)
    assert await react(session, cast, cast.baraka, comment, ReactionKind.DISAGREE) == first
    assert await counters(session, comment) == (0, 1, 0)
    assert await react(session, cast, cast.baraka, comment, ReactionKind.PASS) == first
    assert await counters(session, comment) == (0, 0, 1)


async def test_nobody_reacts_to_their_own_comment(session: Session, cast: Cast) -> None:
    await consulted(session, cast)
    comment = (await say(session, cast, cast.amina)).id
    with pytest.raises(NotAllowed):
        await react(session, cast, cast.amina, comment)
    with pytest.raises(SignInNeeded):
        await react(session, cast, cast.nobody, comment)
    assert await counters(session, comment) == (0, 0, 0)


async def test_a_reaction_after_closing_is_refused(session: Session, cast: Cast) -> None:
    await consulted(session, cast, closes=DAY)
    comment = (await say(session, cast, cast.amina)).id
    with pytest.raises(Closed):
        await react(session, cast, cast.baraka, comment, at=NOW + DAY)


async def test_an_office_answers_even_after_closing_and_the_record_says_so_without_the_words(
    session: Session, cast: Cast
) -> None:
    project = await consulted(session, cast, closes=DAY)
    comment = (await say(session, cast, cast.amina)).id
    posted = await operations.answer(
        session,
        city=cast.city,
        slug=SLUG,
        comment_id=comment,
        said=Said("It will be.", office="Office for Disasters"),
        language="en",
        secrets=SECRETS,
        actor=cast.omar,
        at=NOW + 5 * DAY,
    )
    page = await queries.replies(session, comment, after="")
    (view,) = page.items
    assert (view.id, view.office, view.number) == (posted.id, "Office for Disasters", None)
    body = await session.scalar(sa.select(RecordEntry.body).where(RecordEntry.kind == "comment_answered"))
    assert body is not None
    assert "It will be" not in body
    assert f'"{project.id}"' in body or str(project.id) in body


@pytest.mark.parametrize("who", ["amina", "mariam", "ada", "nobody"])
async def test_only_an_official_of_the_place_answers_for_an_office(session: Session, cast: Cast, who: str) -> None:
    await consulted(session, cast)
    comment = (await say(session, cast, cast.amina)).id
    with pytest.raises(NotAllowed):
        await operations.answer(
            session,
            city=cast.city,
            slug=SLUG,
            comment_id=comment,
            said=Said("It will be.", office="Mine"),
            language="en",
            secrets=SECRETS,
            actor=getattr(cast, who),
            at=NOW,
        )


async def test_pages_of_twenty_follow_each_other_without_gaps_in_every_order(session: Session, cast: Cast) -> None:
    project = await consulted(session, cast)
    writers = [await resident(session, cast.city.id, cast.market) for _ in range(3)]
    ids = [(await say(session, cast, cast.amina, f"Number {n}")).id for n in range(45)]
    for n, comment in enumerate(ids):
        for i, writer in enumerate(writers):
            if (n + i) % 3:
                await react(
                    session, cast, writer, comment, ReactionKind.AGREE if (n * i) % 2 else ReactionKind.DISAGREE
                )
    for order in Order:
        seen: list[queries.CommentView] = []
        after: str | None = ""
        while after is not None:
            page = await queries.comments(session, project.id, order=order, after=after)
            seen += page.items
            after = page.next
        assert sorted(view.id for view in seen) == ids
        if order is Order.NEWEST:
            assert [view.id for view in seen] == ids[::-1]
        else:
            ranks = [view.agrees if order is Order.AGREED else min(view.agrees, view.disagrees) for view in seen]
            assert ranks == sorted(ranks, reverse=True)


@pytest.mark.parametrize("after", ["-1", "abc", "W10", "\x00", "WyJ4IiwxXQ", "WzkyMjMzNzIwMzY4NTQ3NzU4MDcsMV0"])
async def test_a_place_that_is_not_ours_shows_the_first_page(session: Session, cast: Cast, after: str) -> None:
    project = await consulted(session, cast)
    await say(session, cast, cast.amina)
    for order in Order:
        page = await queries.comments(session, project.id, order=order, after=after)
        assert len(page.items) <= 1
    assert len((await queries.replies(session, 1, after=after)).items) == 0


async def test_a_list_shows_official_answers_first_and_two_replies(session: Session, cast: Cast) -> None:
    project = await consulted(session, cast)
    comment = (await say(session, cast, cast.amina)).id
    for n in range(5):
        await say(session, cast, cast.baraka, f"Reply {n}", reply_to=comment)
    said = Said("Yes.", office="Office")
    await operations.answer(
        session,
        city=cast.city,
        slug=SLUG,
        comment_id=comment,
        said=said,
        language="en",
        secrets=SECRETS,
        actor=cast.omar,
        at=NOW,
    )
    page = await queries.comments(session, project.id, order=Order.NEWEST, after="")
    assert [view.id for view in page.items] == [comment]
    assert page.items[0].replies == 6
    found = await queries.first_replies(session, page.items)
    assert [view.body for view in found[comment]] == ["Yes.", "Reply 0", "Reply 1"]
