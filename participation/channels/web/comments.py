"""Residents' pages of a consultation: comments, one comment with its replies, and reacting to them."""

from typing import Any

from starlette.responses import Response

from participation.channels.http.refusing import messages
from participation.channels.http.visit import Visit
from participation.channels.web import comment_views as views
from participation.channels.web import writing
from participation.channels.web.assessment_views import today
from participation.domain.consultations import forms, operations, queries
from participation.domain.consultations.about.queries import About
from participation.domain.consultations.about.queries import about as project_about
from participation.domain.consultations.own.queries import NOBODY, Mine, mine_of
from participation.domain.consultations.queries import Order
from participation.domain.consultations.talk.queries import answer_of
from participation.domain.people.models import Role
from participation.domain.people.rules import may_act
from participation.kit.errors import Refusal
from participation.kit.i18n import _


def _again_here(visit: Visit) -> bool:
    """The page with its form in another language; the form on a page of its own asks for a code and comes back by itself."""
    return visit.again is not None and "code" not in visit.typed


# All comments


async def index(visit: Visit) -> Response:
    if visit.request.method == "GET" or _again_here(visit):
        return await _list(visit)
    if visit.typed.getlist("react"):
        return await _react(visit)
    return await writing.comment(visit)


async def _list(visit: Visit) -> Response:
    sort = visit.request.query_params.get("sort", "")
    order = Order(sort) if sort in set(Order) else Order.NEWEST
    after = visit.request.query_params.get("after", "")
    name = visit.request.query_params.get("about") or None
    async with visit.reading() as session:
        about = await project_about(session, city_id=visit.city.id, slug=views.slug_of(visit))
        talk = name and await answer_of(session, about.id, name, today=today(visit))
        page = await queries.comments(session, about.id, order=order, after=after, about=name)
        replies = await queries.first_replies(session, page.items)
        mine = await _mine(visit, session, about, [view.id for view in page.items])
    shown, replies = views.fitted(page.items, replies)
    can = views.may(visit, about)
    path = f"/projects/{about.slug}/comments"
    sorting = None if order is Order.NEWEST or name else str(order)
    return visit.page(
        "comments/show.html",
        views.context(visit, about, can)
        | {
            "comments": [
                views.shown(visit, about, view, mine, replies.get(view.id, ()), reply=not can.why_not) for view in shown
            ],
            "on": views.on(visit, about, talk or None),
            "orders": [] if name else views.orders(visit, about, order),
            "older": visit.url(path, sort=sorting, about=name, after=page.next) if page.next else None,
            "newer": visit.url(path, sort=sorting, about=name) if after else None,
            "write": visit.url(f"{path}/new", about=name) if not can.why_not else None,
        },
        form=can.comment or can.react,
        block="list",
    )


async def _mine(visit: Visit, session: Any, about: About, ids: list[int]) -> Mine:
    if visit.signed_in is None or visit.signed_in.staff:
        return NOBODY
    return await mine_of(session, about.id, visit.signed_in.person_id, ids)


# One comment


async def show(visit: Visit) -> Response:
    number = views.number_of(visit.request.path_params["number"])
    if visit.request.method == "GET" or _again_here(visit):
        return await _thread(visit, number)
    if visit.typed.getlist("react"):
        return await _react(visit, number)
    if "office" in visit.typed:
        return await writing.answer(visit, number)
    return await writing.comment(visit, reply_to=number)


async def _thread(visit: Visit, number: int) -> Response:
    after = visit.request.query_params.get("after", "")
    async with visit.reading() as session:
        about = await project_about(session, city_id=visit.city.id, slug=views.slug_of(visit))
        view, receipt = await queries.thread(session, about.id, number)
        page = await queries.replies(session, view.id, after=after)
        mine = await _mine(visit, session, about, [view.id, *(reply.id for reply in page.items)])
    can = views.may(visit, about)
    answers = _answers(visit, about)
    writes = view.parent_id is None and (answers or (can.comment and view.shown))
    own = mine.pseudonym_id is not None and mine.pseudonym_id == view.pseudonym_id
    sent = receipt is not None and visit.given_receipt(f"comment-{number}") == receipt
    return visit.page(
        "comments/thread.html",
        views.context(visit, about, can)
        | {
            "comment": views.shown(visit, about, view, mine, page.items),
            "parent": f"{views.base(visit, about)}/{view.parent_id}" if view.parent_id else None,
            "older": visit.url(f"/projects/{about.slug}/comments/{view.id}", after=page.next) if page.next else None,
            "answers": answers and writes,
            "writes": writes,
            "write": f"{views.base(visit, about)}/new?reply={view.id}",
            "sent": sent,
            "receipt": receipt if own or sent else None,
        },
        form=bool(writes or can.react or sent),
    )


def _answers(visit: Visit, about: About) -> bool:
    """Whoever looks can answer for an office here."""
    return bool(visit.actor.grants) and may_act(visit.actor, Role.OFFICIAL, visit.city, about.places) is None


# Reacting


async def _react(visit: Visit, reply_to: int | None = None) -> Response:
    """One button of the page's form. The same again changes nothing, so that it needs no token to be repeatable."""
    slug = views.slug_of(visit)
    try:
        reacted = forms.read_reaction(visit.fields)
        async with visit.transaction() as session:
            counted = await operations.react(
                session, city=visit.city, slug=slug, reacted=reacted, actor=visit.actor, at=visit.at
            )
    except Refusal as refusal:
        if visit.fragment:
            why = [*messages(refusal).values()] or [refusal.message]
            return visit.page("comments/bar.html", {"failed": why, "bar": None}, block="bar", form=True)
        if _unsent(visit):
            return await writing.again(visit, refusal, reply_to=reply_to)
        raise
    if visit.fragment:
        bar = views.Bar(reacted.comment_id, visit.request.url.path, counted)
        return visit.page("comments/bar.html", {"failed": None, "bar": bar}, block="bar", form=True)
    if _unsent(visit):
        return await writing.write(
            visit, reply_to=reply_to, note=_("Your reaction is counted. You had not sent this yet:")
        )
    query = {name: visit.request.query_params.get(name) for name in ("sort", "about", "after")}
    path = visit.request.url.path.removeprefix(f"/{visit.language}")
    return visit.redirect(visit.url(path, **query, reacted=reacted.comment_id) + f"#c{reacted.comment_id}")


def _unsent(visit: Visit) -> bool:
    """Words in the same form that were not sent yet are not to be lost."""
    return bool(str(visit.typed.get("body", "")).strip())
