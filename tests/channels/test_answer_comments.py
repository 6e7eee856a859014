"""Residents comment on one answer of an impact assessment: by the same rules as on the project, and found beside the answer."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import asyncpg

from participation.domain.consultations import operations, queries
from participation.domain.consultations.forms import Said
from participation.domain.consultations.models import AnswerTalk, Comment, Stance
from participation.domain.consultations.queries import Order
from participation.domain.projects.assessments.queries import shipped_one
from participation.domain.projects.models import Project
from participation.domain.projects.operations import loaded
from participation.kit.database import Session
from participation.kit.errors import NotFound
from tests.assessing import internal, published
from tests.browsing import Browser, sign_in_as
from tests.cast import DAY, NOW, Cast
from tests.consulting import SLUG, consulted, say
from tests.slips import SECRETS
from tests.stage import Clock

COMMENTS = f"/en/projects/{SLUG}/comments"
SECTION = shipped_one("risk").sections[0]
FIRST, SECOND = SECTION.questions[:2]
ABOUT = f"risk/{FIRST.id}"
PAGE = f"/en/projects/{SLUG}/assessments/risk/{SECTION.id}"
WORDS = "Who has counted the nights?"


@pytest.fixture
async def project(session: Session, cast: Cast) -> Project:
    made = await consulted(session, cast)
    project = await loaded(session, Project.id == made.id, city_id=cast.city.id)
    await published(session, cast, project, "risk")
    await session.commit()
    return project


async def about(session: Session, cast: Cast, what: str, **other: Any) -> int:
    posted = await operations.comment(
        session,
        city=cast.city,
        slug=SLUG,
        said=Said(WORDS, Stance.QUESTION, about=what),
        language="en",
        secrets=SECRETS,
        actor=cast.amina,
        at=NOW,
        **other,
    )
    return posted.id


async def test_a_comment_on_an_answer_is_found_beside_it_and_leads_back(
    visitor: Browser, app: Any, cast: Cast, session: Session, project: Project
) -> None:
    page = await visitor.get(PAGE)
    assert "comment on this answer" not in page.text
    assert f'href="{COMMENTS}/new?about=risk%2F{FIRST.id}"' in page.text
    await sign_in_as(visitor, app, cast.amina)
    page = await visitor.get(f"{COMMENTS}/new?about={ABOUT}")
    text = FIRST.text["en"].replace("'", "&#39;")[:90]
    assert text in page.text
    page = await visitor.send({"body": WORDS, "stance": "question"})
    assert "Your comment is here" in page.text
    assert text in page.text
    assert f'href="{PAGE}?at={FIRST.id}#q-{FIRST.id}"' in page.text
    assert await session.scalar(sa.select(Comment.about)) == ABOUT
    page = await visitor.get(PAGE)
    assert "1 comment on this answer" in page.text
    assert (
        page.text.count("on this answer</a>")
        == len([one for one in SECTION.questions if f'q-{one.id}"' in page.text]) + 1
    )
    for address in (f"{COMMENTS}?about={ABOUT}", COMMENTS):
        page = await visitor.get(address)
        assert WORDS in page.text
        assert text in page.text
    data = await visitor.get(f"/api/v1/projects/{SLUG}/comments")
    assert [one["about"] for one in data.json()["items"]] == [ABOUT]
    assert '"about": "' + ABOUT in (await visitor.get("/en/me.json")).text


async def test_a_list_about_one_answer_shows_no_other_and_takes_comments_on_it(
    visitor: Browser, app: Any, cast: Cast, session: Session, project: Project
) -> None:
    await say(session, cast, cast.baraka, "On the whole I agree.")
    await about(session, cast, f"risk/{SECOND.id}")
    await session.commit()
    await sign_in_as(visitor, app, cast.amina)
    page = await visitor.get(f"{COMMENTS}?about={ABOUT}")
    assert "Nobody has said anything yet." in page.text
    # The project's sums would pass for those of this answer.
    assert "2 comments" not in page.text
    assert "2 comments" in (await visitor.get(COMMENTS)).text
    await visitor.get(f"{COMMENTS}?about={ABOUT}")
    await visitor.send({"body": "Here.", "stance": "for"})
    page = await visitor.get(f"{COMMENTS}?about={ABOUT}")
    assert "Here." in page.text
    assert "On the whole I agree." not in page.text
    assert WORDS not in page.text


async def test_who_is_not_signed_in_keeps_what_it_is_about_through_every_try(
    visitor: Browser, cast: Cast, session: Session, project: Project
) -> None:
    page = await visitor.get(f"{COMMENTS}?about={ABOUT}")
    assert f"{COMMENTS}/new?about=risk%2F{FIRST.id}" in page.text
    assert "about%3Drisk" in page.text.partition("/sign-in?next=")[2][:120]
    await visitor.get(f"{COMMENTS}/new?about={ABOUT}")
    page = await visitor.send({"body": WORDS, "stance": "question"})
    assert page.status_code == 422
    assert f'name="about" value="{ABOUT}"' in page.text
    page = await visitor.send({"relanguage": "sw"})
    assert f'name="about" value="{ABOUT}"' in page.text
    assert WORDS in page.text


@pytest.mark.parametrize(
    "what",
    [
        "risk",
        "risk/",
        "/",
        "risk/nonsense",
        "nonsense/day",
        "problem/problem",
        "fact/cost",
        "../x",
        "a" * 300,
        "risk/a'b",
    ],
)
async def test_what_is_no_published_answer_cannot_be_commented_on(
    visitor: Browser, app: Any, cast: Cast, session: Session, project: Project, what: str
) -> None:
    with pytest.raises(NotFound) as refused:
        await about(session, cast, what)
    assert refused.value.code == "answer"
    await session.rollback()
    for address in (f"{COMMENTS}/new", COMMENTS):
        page = await visitor.client.get(address, params={"about": what})
        assert page.status_code == 404
        assert "There is no such published answer to comment on." in page.text
    await sign_in_as(visitor, app, cast.amina)
    await visitor.get(f"{COMMENTS}/new?about={ABOUT}")
    page = await visitor.send({"body": WORDS, "stance": "for", "about": what})
    assert page.status_code in (404, 422)
    assert WORDS in page.text
    assert not await session.scalar(sa.select(sa.func.count()).select_from(Comment))


async def test_an_internal_answer_can_be_commented_on_since_its_question_is_public(
    visitor: Browser, cast: Cast, session: Session, project: Project
) -> None:
    question = next(one for one in shipped_one("risk").questions if one.internal)
    secret = internal(question, "Under the mat.", date(2028, 1, 1))
    await published(session, cast, project, "risk", at=NOW + DAY, **{question.id: secret})
    assert await about(session, cast, f"risk/{question.id}")


async def test_nobody_comments_on_an_answer_before_or_after_the_consultation(
    visitor: Browser, app: Any, cast: Cast, session: Session, project: Project, clock: Clock
) -> None:
    await about(session, cast, ABOUT)
    await session.commit()
    clock.now = NOW + 30 * DAY
    page = await visitor.get(PAGE)
    assert "1 comment on this answer" in page.text
    assert "Comment on this answer" not in page.text
    page = await visitor.get(f"{COMMENTS}/new?about={ABOUT}")
    assert "The consultation closed on" in page.text
    assert "<textarea" not in page.text


async def test_a_reply_is_about_what_its_comment_is_about(cast: Cast, session: Session, project: Project) -> None:
    comment = await about(session, cast, ABOUT)
    reply = await about(session, cast, f"risk/{SECOND.id}", reply_to=comment)
    row = await session.get(Comment, reply)
    assert row is not None
    assert row.about is None
    counted = (await session.execute(sa.select(AnswerTalk.about, AnswerTalk.count))).all()
    assert [tuple(one) for one in counted] == [(ABOUT, 1)]


async def test_the_same_form_sent_twice_is_one_comment_and_is_counted_once(
    visitor: Browser, app: Any, cast: Cast, session: Session, project: Project
) -> None:
    await sign_in_as(visitor, app, cast.amina)
    opened = await visitor.get(f"{COMMENTS}/new?about={ABOUT}")
    for _sending in range(2):
        visitor.page = opened
        await visitor.send({"body": WORDS, "stance": "question"})
    assert await session.scalar(sa.select(AnswerTalk.count)) == 1


async def test_pages_of_comments_on_one_answer_come_from_an_index_of_their_own(
    cast: Cast, session: Session, project: Project
) -> None:
    """With many comments on the project, and many on this answer, no more is read than is shown."""
    first = await about(session, cast, ABOUT)
    for what, many in ((f"'{ABOUT}'", 300), ("null", 6000)):
        columns = "city_id, project_id, body, language, via, status, agrees, disagrees, passes, replies, created_at"
        await session.execute(
            sa.text(
                f"insert into comment ({columns}, about) select {columns.replace('created_at', '')}"
                f" created_at - n * interval '1 minute', {what} from comment, generate_series(1, {many}) n where id = {first}"
            )
        )
    await session.execute(sa.text("analyze comment"))
    seen: list[int] = []
    after = ""
    for _page in range(30):
        page = await queries.comments(session, project.id, order=Order.AGREED, after=after, about=ABOUT)
        seen += [view.id for view in page.items]
        if page.next is None:
            break
        after = page.next
    assert len(seen) == len(set(seen)) == 301
    wanted = queries._page_of(Order.NEWEST, further=False, about=True).params(project=project.id, about=ABOUT)
    sql = str(wanted.compile(dialect=asyncpg.dialect(), compile_kwargs={"literal_binds": True}))
    plan = "\n".join((await session.execute(sa.text(f"explain {sql}".replace(":", "\\:")))).scalars())
    assert "ix_comment_about" in plan
    assert "Sort" not in plan
