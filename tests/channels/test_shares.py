"""Beside every figure stands how much of it came through delegates, and no figure tells of fewer than ten people."""

from typing import Any

import pytest
import sqlalchemy as sa

from participation.domain.consultations.models import Comment, Pseudonym, Reaction
from participation.domain.consultations.rules import share
from participation.domain.proxies.models import Entry
from participation.kit.database import Session
from tests.browsing import Browser, browser, sign_in_as
from tests.cast import Cast
from tests.consulting import SLUG, consulted, say
from tests.delegating import delegate as appointed
from tests.proxying import enrolled, enrolment
from tests.slips import handed_out


@pytest.mark.parametrize(
    ("reactions", "brought", "told"), [(30, 20, 20), (30, 9, None), (30, 21, None), (20, 10, 10), (19, 10, None)]
)
def test_a_share_is_told_only_where_it_and_the_rest_are_ten_or_more(
    reactions: int, brought: int, told: int | None
) -> None:
    assert share(reactions, brought) == told


async def reacted(session: Session, cast: Cast, comment_id: int, count: int, *, first: int, **more: Any) -> None:
    """So many people agree."""
    project = await session.scalar(sa.select(Comment.project_id).where(Comment.id == comment_id))
    common: dict[str, Any] = {"city_id": cast.city.id}
    people = [Pseudonym(**common, project_id=project, number=first + place) for place in range(count)]
    session.add_all(people)
    await session.flush()
    given: dict[str, Any] = common | {"comment_id": comment_id, "kind": "agree", "via": "web"} | more
    session.add_all(Reaction(pseudonym_id=one.id, **given) for one in people)
    if not more.get("apart"):
        moved = sa.update(Comment).where(Comment.id == comment_id).values(agrees=Comment.agrees + count)
        await session.execute(moved)
    await session.flush()


async def test_reactions_say_how_many_delegates_brought_on_the_page_and_in_open_data(
    session: Session, cast: Cast, visitor: Browser
) -> None:
    await consulted(session, cast)
    many, few = await say(session, cast, cast.amina), await say(session, cast, cast.baraka)
    brought: dict[str, Any] = {"via": "delegate", "entry_id": 1}
    await reacted(session, cast, many.id, 18, first=100)
    await reacted(session, cast, many.id, 12, first=200, **brought)
    await reacted(session, cast, many.id, 11, first=300, **brought, apart=True)
    await reacted(session, cast, few.id, 18, first=400)
    await reacted(session, cast, few.id, 9, first=500, **brought)
    await session.commit()
    page = (await visitor.get(f"/en/projects/{SLUG}/comments")).text
    assert page.count("through delegates") == 1
    assert "Of these reactions through delegates: 12 (40%)" in page
    data = (await visitor.get(f"/api/v1/projects/{SLUG}/comments")).json()
    assert [one["reactions_by_delegates"] for one in data["items"]] == [12, None]


async def test_reactions_without_a_code_stand_beside_the_others_and_in_no_sum(
    session: Session, cast: Cast, visitor: Browser
) -> None:
    await consulted(session, cast)
    ten, nine = await say(session, cast, cast.amina), await say(session, cast, cast.baraka)
    described: dict[str, Any] = {"via": "delegate", "entry_id": 1, "apart": True}
    await reacted(session, cast, ten.id, 10, first=100, **described)
    await reacted(session, cast, nine.id, 9, first=200, **described)
    await session.commit()
    page = (await visitor.get(f"/en/projects/{SLUG}/comments")).text
    assert page.count("counted apart") == 1
    assert "or are disputed: 10" in page
    data = (await visitor.get(f"/api/v1/projects/{SLUG}/comments")).json()
    assert [(one["agrees"], one["reactions_apart"]) for one in data["items"]] == [(0, 10), (0, None)]


async def test_comments_say_how_many_delegates_brought_beside_the_project_and_in_open_data(
    session: Session, cast: Cast, app: Any, visitor: Browser
) -> None:
    await consulted(session, cast)
    await say(session, cast, cast.amina)
    code = await enrolment(session, cast, await appointed(session, cast), app.site.secrets)
    await session.commit()
    device = await enrolled(visitor.client, code)
    said = {"body": "Mwanga usiku.", "stance": "for"}
    await device.results(*(device.sealed(device.entry(SLUG, comment=said)) for _one in range(2)))
    assert "Read 3 comments (through delegates: 2)" in (await visitor.get(f"/en/projects/{SLUG}")).text
    (project,) = (await visitor.get("/api/v1/projects")).json()["items"]
    assert (project["comments"], project["comments_by_delegates"]) == (3, 2)


async def test_who_reacts_anew_themselves_is_no_more_among_what_delegates_brought(
    session: Session, cast: Cast, app: Any, visitor: Browser
) -> None:
    """Also while the entry is disputed: the counters then count what the person says now, once."""
    await consulted(session, cast)
    other = await say(session, cast, cast.baraka)
    slip = (await handed_out(session, cast))[0]
    code = await enrolment(session, cast, await appointed(session, cast), app.site.secrets)
    await session.commit()
    device = await enrolled(visitor.client, code)
    entry = device.entry(SLUG, subject={"code": slip.code}, reactions={str(other.id): "agree"})
    (result,) = await device.results(device.sealed(entry))
    await visitor.get("/en/receipts")
    await visitor.send({"receipt": result["receipt"]})
    await visitor.send({"receipt": result["receipt"], "do": "dispute"})
    counters = sa.select(Comment.agrees, Comment.disagrees).where(Comment.id == other.id)
    assert tuple((await session.execute(counters)).one()) == (0, 0)
    person = browser(app)
    await person.get("/en/sign-in")
    await person.send({"code": slip.code})
    await person.get(f"/en/projects/{SLUG}/comments")
    await person.send({"react": f"{other.id}:agree"})
    assert tuple((await session.execute(counters)).one()) == (1, 0)
    kept = (await session.execute(sa.select(Reaction.via, Reaction.entry_id, Reaction.apart))).one()
    assert tuple(kept) == ("web", None, False)
    mariam = browser(app)
    await sign_in_as(mariam, app, cast.mariam)
    await mariam.get(f"/staff/entries/{await session.scalar(sa.select(Entry.id))}")
    await mariam.send({"do": "refuse"})
    assert tuple((await session.execute(counters)).one()) == (1, 0)
