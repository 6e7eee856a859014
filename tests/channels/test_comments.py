"""The pages of a consultation, as residents and officials use them."""

import re
from typing import Any

import pytest
import sqlalchemy as sa

from participation.channels.web.comment_views import ROOM, columns
from participation.domain.consultations.models import Comment, Reaction
from participation.kit.database import Database, Session
from participation.kit.hashing import grouped, with_check_digit
from tests.browsing import Browser, browser, sign_in_as
from tests.cast import Cast
from tests.consulting import SLUG, consulted, react, say
from tests.promises.promised import statements
from tests.slips import handed_out
from tests.stage import Clock

PAGE = f"/en/projects/{SLUG}/comments"


@pytest.fixture
async def project(session: Session, cast: Cast) -> Any:
    made = await consulted(session, cast)
    await session.commit()
    return made


async def bodies(session: Session) -> list[str]:
    return list(await session.scalars(sa.select(Comment.body).order_by(Comment.id)))


async def test_an_empty_consultation_says_so_and_shows_the_way_in(visitor: Browser, project: Any) -> None:
    page = await visitor.get(PAGE)
    assert page.status_code == 200
    assert "Nobody has said anything yet" in page.text
    assert "/en/sign-in?next=" in page.text
    assert "<form" not in page.text
    assert page.headers["cache-control"] == "no-cache"


async def test_somebody_signed_in_comments_and_gets_a_receipt(
    visitor: Browser, app: Any, cast: Cast, project: Any
) -> None:
    await sign_in_as(visitor, app, cast.amina)
    await visitor.get(PAGE)
    page = await visitor.send({"body": "Please mind the <b>Flats</b>.\n\nThank you.", "stance": "question"})
    assert page.status_code == 200
    assert page.url.query == b""
    assert "Your comment is here" in page.text
    assert re.search(r"<b>\d{4}</b> <b>\d{4}</b> <b>\d{4}</b>", page.text)
    assert "&lt;b&gt;Flats&lt;/b&gt;" in page.text
    assert re.search(r"Resident \d{5}", page.text)
    assert "Question" in (await visitor.get(PAGE)).text


async def test_a_comment_that_holds_an_access_code_comes_back_with_its_words(
    visitor: Browser, app: Any, cast: Cast, project: Any, session: Session
) -> None:
    await sign_in_as(visitor, app, cast.amina)
    await visitor.get(PAGE)
    code = with_check_digit("123456781234567")
    page = await visitor.send({"body": f"Mine is {grouped(code)}, 0 to 9999", "stance": "for"})
    assert page.status_code == 422
    assert "holds an access code" in page.text
    assert f"Mine is {grouped(code)}, 0 to 9999" in page.text
    assert await bodies(session) == []
    years = "In 2024, 2025 and 2026, 1,500,000 and 2,300,000 each"
    assert (await visitor.send({"body": years, "stance": "for"})).status_code == 200


async def test_the_same_form_sent_twice_makes_one_comment(
    visitor: Browser, app: Any, cast: Cast, project: Any, session: Session
) -> None:
    await sign_in_as(visitor, app, cast.amina)
    shown = await visitor.get(PAGE)
    first = await visitor.send({"body": "Once", "stance": "for"}, follow=False)
    visitor.page = shown
    second = await visitor.send({"body": "Once", "stance": "for"}, follow=False)
    assert first.headers["location"] == second.headers["location"]
    visitor.page = shown
    third = await visitor.send({"body": "Something else", "stance": "for"})
    assert third.status_code == 409
    assert "Something else" in third.text
    assert await bodies(session) == ["Once"]


@pytest.mark.parametrize(
    ("body", "stance", "says"),
    [
        ("", "for", "Please write what you think"),
        ("   \n ", "for", "Please write what you think"),
        ("x" * 1001, "for", "at most 1,000"),
        ("x" * 100_000, "for", "at most 1,000"),
        ("nul\x00", "for", "cannot be kept"),
        ("Yes", "", "for or against"),
        ("Yes", "maybe", "for or against"),
    ],
)
async def test_what_cannot_be_taken_comes_back_with_what_was_typed(
    visitor: Browser, app: Any, cast: Cast, project: Any, session: Session, body: str, stance: str, says: str
) -> None:
    await sign_in_as(visitor, app, cast.amina)
    await visitor.get(PAGE)
    page = await visitor.send({"body": body, "stance": stance})
    assert page.status_code == 422
    assert says in page.text
    assert body.strip("\x00 \n")[:1000] in page.text
    assert await bodies(session) == []


async def test_odd_but_honest_text_is_kept_as_typed(
    visitor: Browser, app: Any, cast: Cast, project: Any, session: Session
) -> None:
    await sign_in_as(visitor, app, cast.amina)
    await visitor.get(PAGE)
    await visitor.send({"body": "شكراً \u202eabc\u202c e" + "\u0301" * 40, "stance": "for"})
    (body,) = await bodies(session)
    assert "\u202e" not in body
    assert body.startswith("شكراً")
    assert body.count("\u0301") <= 8
    assert await session.scalar(sa.select(Comment.language)) == "ar"


async def test_a_form_of_another_session_is_refused_and_nothing_is_lost(
    visitor: Browser, app: Any, cast: Cast, project: Any, session: Session
) -> None:
    await sign_in_as(visitor, app, cast.amina)
    await visitor.get(PAGE)
    page = await visitor.send([("csrf", "0" * 32), ("body", "Still here"), ("stance", "for")])
    assert page.status_code == 422
    assert "Still here" in page.text
    assert await bodies(session) == []
    assert (await visitor.send({})).status_code == 200
    assert await bodies(session) == ["Still here"]


async def test_whose_session_has_ended_while_typing_does_not_lose_the_text(
    visitor: Browser, app: Any, cast: Cast, project: Any
) -> None:
    await sign_in_as(visitor, app, cast.amina)
    await visitor.get(PAGE)
    visitor.client.cookies.delete("session")
    page = await visitor.send({"body": "An hour of typing", "stance": "mixed"})
    assert page.status_code == 422
    assert "An hour of typing" in page.text
    assert 'name="code"' in page.text
    page = await visitor.send({})
    assert page.status_code == 422
    assert "An hour of typing" in page.text
    assert "access code" in page.text


async def test_a_comment_that_comes_too_late_is_given_back_with_the_date(
    visitor: Browser, app: Any, cast: Cast, project: Any, clock: Clock, session: Session
) -> None:
    await sign_in_as(visitor, app, cast.amina)
    await visitor.get(PAGE)
    clock.forward(days=20)
    page = await visitor.send({"body": "One second late", "stance": "for"})
    assert page.status_code == 409
    assert "The consultation closed on 21 Mar 2027" in page.text
    assert "The vote comes next" in page.text
    assert "One second late" in page.text
    assert await bodies(session) == []
    page = await visitor.get(PAGE)
    assert 'name="body"' not in page.text
    assert "The consultation closed on" in page.text


async def test_a_change_of_language_keeps_what_was_typed(
    visitor: Browser, app: Any, cast: Cast, project: Any, session: Session
) -> None:
    await sign_in_as(visitor, app, cast.amina)
    await visitor.get(PAGE)
    page = await visitor.send({"body": "Half a sen", "stance": "against", "relanguage": "ar"})
    assert page.status_code == 200
    assert 'dir="rtl"' in page.text
    assert "Half a sen" in page.text
    assert await bodies(session) == []


async def test_a_long_comment_is_cut_in_the_list_and_whole_on_its_own_page(
    visitor: Browser, app: Any, cast: Cast, project: Any, session: Session
) -> None:
    posted = await say(session, cast, cast.amina, "word " * 199 + "end")
    await session.commit()
    page = await visitor.get(PAGE)
    assert "Read all of it" in page.text
    assert "word end" not in page.text
    page = await visitor.get(f"{PAGE}/{posted.id}")
    assert "word end" in page.text
    assert posted.receipt[:4] not in page.text


async def test_reactions_are_buttons_of_the_one_form_and_the_last_one_counts(
    visitor: Browser, app: Any, cast: Cast, project: Any, session: Session
) -> None:
    comment = (await say(session, cast, cast.baraka)).id
    await session.commit()
    await sign_in_as(visitor, app, cast.amina)
    page = await visitor.get(PAGE)
    assert page.text.count('name="csrf"') == 1
    page = await visitor.send({"react": f"{comment}:agree"})
    assert page.status_code == 200
    assert "✓ Agree 1" in page.text
    assert "Receipt" in page.text
    page = await visitor.send({"react": f"{comment}:disagree"})
    assert "Agree 0" in page.text
    assert "✓ Disagree 1" in page.text
    assert await session.scalar(sa.select(sa.func.count()).select_from(Reaction)) == 1


async def test_with_htmx_a_reaction_answers_with_its_buttons_alone(
    visitor: Browser, app: Any, cast: Cast, project: Any, session: Session
) -> None:
    comment = (await say(session, cast, cast.baraka)).id
    await session.commit()
    await sign_in_as(visitor, app, cast.amina)
    await visitor.get(PAGE)
    page = await visitor.send({"react": f"{comment}:agree", "body": "half"}, headers={"HX-Request": "true"})
    assert page.text.strip().startswith('<p class="react">')
    assert "✓ Agree 1" in page.text
    assert "<html" not in page.text


async def test_a_reaction_does_not_lose_words_in_the_same_form(
    visitor: Browser, app: Any, cast: Cast, project: Any, session: Session
) -> None:
    comment = (await say(session, cast, cast.baraka)).id
    await session.commit()
    await sign_in_as(visitor, app, cast.amina)
    await visitor.get(PAGE)
    page = await visitor.send({"react": f"{comment}:agree", "body": "Half a thought"})
    assert "Half a thought" in page.text
    assert await session.scalar(sa.select(Comment.agrees).where(Comment.id == comment)) == 1


async def test_a_reaction_that_is_refused_does_not_lose_words_in_the_same_form(
    visitor: Browser, app: Any, cast: Cast, project: Any, session: Session
) -> None:
    comment = (await say(session, cast, cast.amina)).id
    await session.commit()
    await sign_in_as(visitor, app, cast.amina)
    await visitor.get(PAGE)
    page = await visitor.send({"react": f"{comment}:agree", "body": "Half a thought"})
    assert page.status_code == 403
    assert "You cannot react to your own comment." in page.text
    assert "You can react to what others say" in page.text
    assert "\nHalf a thought</textarea>" in page.text


async def test_with_htmx_a_refused_reaction_says_why_and_what_can_be_done(
    visitor: Browser, app: Any, cast: Cast, project: Any, session: Session
) -> None:
    comment = (await say(session, cast, cast.amina)).id
    await session.commit()
    await sign_in_as(visitor, app, cast.amina)
    await visitor.get(PAGE)
    page = await visitor.send({"react": f"{comment}:agree"}, headers={"HX-Request": "true"})
    assert "You cannot react to your own comment. You can react to what others say" in page.text


async def test_a_reply_to_a_comment_hidden_meanwhile_comes_back_with_what_can_be_done(
    visitor: Browser, app: Any, cast: Cast, project: Any, session: Session
) -> None:
    comment = (await say(session, cast, cast.baraka)).id
    await session.commit()
    await sign_in_as(visitor, app, cast.amina)
    await visitor.get(f"{PAGE}/{comment}")
    await session.execute(sa.update(Comment).where(Comment.id == comment).values(status="hidden"))
    await session.commit()
    page = await visitor.send({"body": "But who pays?"})
    assert page.status_code == 409
    assert "This comment is not shown any more." in page.text
    assert "You can write a comment of your own." in page.text
    assert "\nBut who pays?</textarea>" in page.text


async def test_a_code_beside_a_comment_is_never_shown_again(visitor: Browser, project: Any) -> None:
    await visitor.get(f"{PAGE}/new")
    page = await visitor.send({"body": "With a code", "stance": "for", "code": "1234 5678 9012 3456"})
    assert page.status_code == 422
    assert "With a code" in page.text
    assert "9012 3456" not in page.text


@pytest.mark.parametrize(
    "value", ["", "agree", "1", ":agree", "1:", "x:agree", "-1:agree", "9" * 30 + ":agree", "1:love"]
)
async def test_a_reaction_that_makes_no_sense_is_refused(
    visitor: Browser, app: Any, cast: Cast, project: Any, session: Session, value: str
) -> None:
    await say(session, cast, cast.baraka)
    await session.commit()
    await sign_in_as(visitor, app, cast.amina)
    await visitor.get(PAGE)
    page = await visitor.send({"react": value})
    assert page.status_code in (404, 422)


async def test_nobody_signed_in_cannot_react(
    visitor: Browser, app: Any, cast: Cast, project: Any, session: Session
) -> None:
    comment = (await say(session, cast, cast.baraka)).id
    await session.commit()
    await visitor.get(f"{PAGE}/new")
    page = await visitor.send({"react": f"{comment}:agree"})
    assert page.status_code == 401


async def test_replies_stand_under_their_comment(
    visitor: Browser, app: Any, cast: Cast, project: Any, session: Session
) -> None:
    comment = (await say(session, cast, cast.baraka)).id
    await session.commit()
    await sign_in_as(visitor, app, cast.amina)
    await visitor.get(f"{PAGE}/{comment}")
    page = await visitor.send({"body": "I agree with you, but who pays?"})
    assert "Your comment is here" in page.text
    assert f"{PAGE}/{comment}" in page.text
    page = await visitor.get(PAGE)
    assert "who pays?" in page.text
    page = await visitor.get(f"{PAGE}/{comment}")
    assert "who pays?" in page.text
    page = await visitor.send({"body": ""})
    assert page.status_code == 422


async def test_an_official_answers_for_an_office(
    visitor: Browser, app: Any, cast: Cast, project: Any, session: Session
) -> None:
    comment = (await say(session, cast, cast.baraka)).id
    await session.commit()
    await sign_in_as(visitor, app, cast.omar)
    page = await visitor.get(f"{PAGE}/{comment}")
    assert 'name="office"' in page.text
    assert 'name="react"' not in page.text
    page = await visitor.send({"office": "", "body": "We will."})
    assert page.status_code == 422
    assert "We will." in page.text
    page = await visitor.send({"office": "Office for Water", "body": "We will."})
    assert page.status_code == 200
    assert "Official answer" in page.text
    assert "Office for Water" in page.text


async def test_who_is_not_signed_in_may_comment_only_where_the_city_says_so(
    visitor: Browser, app: Any, cast: Cast, session: Session
) -> None:
    await consulted(session, cast)
    await consulted(session, cast, "cameras", number=2, open_comments=True)
    await session.commit()
    await visitor.get(f"{PAGE}/new")
    page = await visitor.send({"body": "May I?", "stance": "question"})
    assert page.status_code == 422
    assert "May I?" in page.text
    await visitor.get("/en/projects/cameras/comments/new")
    page = await visitor.send({"body": "May I?", "stance": "question"})
    assert page.status_code == 200
    assert "Your comment is here" in page.text
    page = await visitor.get("/en/projects/cameras/comments")
    assert "Somebody who was not signed in" in page.text
    assert "1 comment is from somebody who was not signed in" in page.text


@pytest.mark.parametrize(
    "path",
    [
        "/en/projects/nothing/comments",
        "/en/projects/a%00b/comments",
        f"{PAGE}/999999",
        f"{PAGE}/abc",
        f"{PAGE}/-1",
        f"{PAGE}/{'9' * 40}",
        f"{PAGE}/new?reply=abc",
        f"{PAGE}/new?reply=999999",
    ],
)
async def test_an_address_that_leads_nowhere_is_a_page(visitor: Browser, project: Any, path: str) -> None:
    page = await visitor.get(path)
    assert page.status_code == 404
    assert "<h1" in page.text


@pytest.mark.parametrize("query", ["sort=abc", "after=-1", "after=abc", "sort=agreed&after=%00", "after=W10"])
async def test_odd_queries_show_the_first_page(visitor: Browser, project: Any, query: str) -> None:
    assert (await visitor.get(f"{PAGE}?{query}")).status_code == 200


async def test_twenty_to_a_page_in_three_orders(
    visitor: Browser, app: Any, cast: Cast, project: Any, session: Session
) -> None:
    ids = [(await say(session, cast, cast.baraka, f"Comment {n}.")).id for n in range(21)]
    await react(session, cast, cast.amina, ids[0])
    await session.commit()
    page = await visitor.get(PAGE)
    assert "Comment 20." in page.text
    assert "Comment 0." not in page.text
    older = re.search(r'href="([^"]+)" rel="next"', page.text)
    assert older
    assert "Comment 0." in (await visitor.get(older[1].replace("&amp;", "&"))).text
    page = await visitor.get(f"{PAGE}?sort=agreed")
    assert page.text.index("Comment 0.") < page.text.index("Comment 20.")


async def test_the_rules_of_moderation_are_public(visitor: Browser) -> None:
    page = await visitor.get("/en/about/moderation")
    assert page.status_code == 200
    assert "The comment insults somebody" in page.text


async def test_in_another_browser_nobody_sees_whose_comment_it_is(
    visitor: Browser, app: Any, cast: Cast, project: Any, session: Session
) -> None:
    posted = await say(session, cast, cast.amina)
    await session.commit()
    other = browser(app)
    await sign_in_as(other, app, cast.baraka)
    other.client.cookies.set(
        "receipt", f"comment-{posted.id}-{posted.receipt[:11]}{(int(posted.receipt[11]) + 1) % 10}"
    )
    page = await other.get(f"{PAGE}/{posted.id}")
    assert 'class="receipt"' not in page.text
    await sign_in_as(visitor, app, cast.amina)
    page = await visitor.get(f"{PAGE}/{posted.id}")
    assert posted.receipt[:4] in page.text
    await other.client.aclose()


@pytest.mark.parametrize(("letter", "shown"), [("word ", 300), ("公車站", 175)])
async def test_a_full_list_cuts_the_heaviest_and_leaves_replies_one_link_away(
    visitor: Browser, app: Any, cast: Cast, project: Any, session: Session, letter: str, shown: int
) -> None:
    for _ in range(20):
        comment = (await say(session, cast, cast.baraka, letter * 200)).id
        await say(session, cast, cast.baraka, "A reply to this. " * 20, reply_to=comment)
    await session.commit()
    page = await visitor.get(PAGE)
    words = re.findall(r'<p class="words"[^>]*>([^<]*)…</p>', page.text)
    assert len(words[0]) in (shown, shown - 1)
    assert len([text for text in words if letter in text]) == 20
    assert sum(map(columns, words)) <= ROOM
    assert page.text.count("All replies (1)") >= 18


async def test_who_is_not_signed_in_can_put_the_code_in_the_form_as_in_a_ballot(
    visitor: Browser, app: Any, cast: Cast, project: Any, session: Session, database: Database
) -> None:
    slip = (await handed_out(session, cast))[0]
    await session.commit()
    await visitor.get(f"{PAGE}/new")
    wrong = with_check_digit("111111111111111")
    page = await visitor.send({"body": "With my code", "stance": "for", "code": wrong})
    assert page.status_code == 422
    assert "This code is not known" in page.text
    assert "With my code" in page.text
    with statements(database) as asked:
        page = await visitor.send({"code": grouped(slip.code)}, follow=False)
    assert page.status_code == 303
    assert len(asked) <= 12, "\n".join(asked)
    assert "session" not in visitor.client.cookies
    page = await visitor.get(page.headers["location"])
    assert re.search(r"Resident \d{5}", page.text)
    assert "Your comment is here" in page.text


async def test_pages_and_forms_ask_little_of_the_database(
    visitor: Browser, app: Any, cast: Cast, project: Any, session: Session, database: Database
) -> None:
    for n in range(20):
        comment = (await say(session, cast, cast.baraka, f"Number {n}")).id
        await say(session, cast, cast.baraka, "A reply", reply_to=comment)
    await session.commit()
    await sign_in_as(visitor, app, cast.amina)
    for path in (PAGE, f"{PAGE}/{comment}", f"{PAGE}/new?reply={comment}"):
        with statements(database) as asked:
            await visitor.get(path)
        assert len(asked) <= 6
    for said in ({"body": "Yes", "stance": "for"}, {"react": f"{comment}:agree"}):
        await visitor.get(PAGE)
        with statements(database) as asked:
            assert (await visitor.send(said, follow=False)).status_code == 303
        assert len(asked) <= 12
    await visitor.get(f"{PAGE}/{comment}")
    with statements(database) as asked:
        assert (await visitor.send({"body": "A reply of mine"}, follow=False)).status_code == 303
    assert len(asked) <= 12


async def test_changing_the_language_of_a_list_shows_the_list_with_the_words_that_were_typed(
    visitor: Browser, app: Any, cast: Cast, project: Any, session: Session
) -> None:
    posted = await say(session, cast, cast.baraka)
    await session.commit()
    await sign_in_as(visitor, app, cast.amina)
    for path in (PAGE, f"{PAGE}/{posted.id}"):
        await visitor.get(path)
        page = await visitor.send({"body": "Half a thought", "relanguage": "sw"})
        assert page.status_code == 200
        assert "Half a thought" in page.text
        assert f'id="c{posted.id}"' in page.text
        assert 'lang="sw"' in page.text
