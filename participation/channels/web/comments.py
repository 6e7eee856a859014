"""Residents' pages of a consultation: comments, one comment with its replies, and writing one."""

import re
from dataclasses import replace
from typing import Any

from starlette.responses import Response

from participation.channels.http.recognising import person_of
from participation.channels.http.refusing import messages
from participation.channels.http.visit import Visit
from participation.channels.web import comment_views as views
from participation.domain.consultations import forms, operations, queries, rules
from participation.domain.consultations.queries import About, Mine, Order
from participation.domain.people.codes.forms import read_code
from participation.domain.people.models import Role
from participation.domain.people.rules import may_act
from participation.domain.projects.models import Feature
from participation.domain.record.actors import Actor
from participation.kit.errors import Invalid, NotFound, Refusal, SignInNeeded
from participation.kit.forms import Reader
from participation.kit.i18n import Message, _

NOBODY = Mine(None, {})


def _slug(visit: Visit) -> str:
    slug = str(visit.request.path_params["slug"])
    if not re.fullmatch(r"[a-z0-9-]{1,60}", slug):
        raise NotFound("project", _("There is no such project."), _("All projects of the city are in the list."))
    return slug


def _number(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise NotFound("comment", _("There is no such comment."), _("The project's page leads to all of its comments."))
    return int(text)


def _again_here(visit: Visit) -> bool:
    """The page with its form in another language; the form on a page of its own asks for a code and comes back by itself."""
    return visit.again is not None and "code" not in visit.typed


# All comments


async def index(visit: Visit) -> Response:
    if visit.request.method == "GET" or _again_here(visit):
        return await _list(visit)
    if visit.typed.getlist("react"):
        return await _react(visit)
    return await _comment(visit)


async def _list(visit: Visit) -> Response:
    sort = visit.request.query_params.get("sort", "")
    order = Order(sort) if sort in set(Order) else Order.NEWEST
    after = visit.request.query_params.get("after", "")
    async with visit.reading() as session:
        about = await queries.about(session, city_id=visit.city.id, slug=_slug(visit))
        page = await queries.comments(session, about.id, order=order, after=after)
        replies = await queries.first_replies(session, page.items)
        mine = await _mine(visit, session, about, [view.id for view in page.items])
    shown, replies = views.fitted(page.items, replies)
    can = views.may(visit, about)
    path = f"/projects/{about.slug}/comments"
    sorting = None if order is Order.NEWEST else str(order)
    return visit.page(
        "comments/show.html",
        views.context(visit, about, can)
        | {
            "comments": [
                views.shown(visit, about, view, mine, replies.get(view.id, ()), reply=not can.why_not) for view in shown
            ],
            "orders": views.orders(visit, about, order),
            "older": visit.url(path, sort=sorting, after=page.next) if page.next else None,
            "newer": visit.url(path, sort=sorting) if after else None,
            "write": f"{views.base(visit, about)}/new" if not can.why_not else None,
        },
        form=can.comment or can.react,
        block="list",
    )


async def _mine(visit: Visit, session: Any, about: About, ids: list[int]) -> Mine:
    if visit.signed_in is None or visit.signed_in.staff:
        return NOBODY
    return await queries.mine(session, about.id, visit.signed_in.person_id, ids)


# One comment


async def show(visit: Visit) -> Response:
    number = _number(visit.request.path_params["number"])
    if visit.request.method == "GET" or _again_here(visit):
        return await _thread(visit, number)
    if visit.typed.getlist("react"):
        return await _react(visit, number)
    if "office" in visit.typed:
        return await _answer(visit, number)
    return await _comment(visit, reply_to=number)


async def _thread(visit: Visit, number: int) -> Response:
    after = visit.request.query_params.get("after", "")
    async with visit.reading() as session:
        about = await queries.about(session, city_id=visit.city.id, slug=_slug(visit))
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


# Writing


async def new(visit: Visit) -> Response:
    """The form on a page of its own: for who is not signed in, with the code in it."""
    reply = visit.request.query_params.get("reply", "")
    return await _write(visit, reply_to=_number(reply) if reply else None)


async def _write(
    visit: Visit,
    *,
    reply_to: int | None = None,
    answers: bool = False,
    errors: dict[str, Message] | None = None,
    status: int = 200,
    note: Message | None = None,
) -> Response:
    """The form, with what was typed and what is wrong with it; where it is too late, the words are given back."""
    async with visit.reading() as session:
        about = await queries.about(session, city_id=visit.city.id, slug=_slug(visit))
        view = None if reply_to is None else (await queries.thread(session, about.id, reply_to))[0]
    closed = None if answers else rules.closed(about.steps, Feature.COMMENT, visit.at, visit.city.zone)
    return visit.page(
        "comments/write.html",
        views.context(visit, about, views.may(visit, about))
        | {
            "answering": view and views.shown(visit, about, view, NOBODY),
            "action": views.base(visit, about) + (f"/{reply_to}" if reply_to else ""),
            "answers": answers,
            "closed": closed,
            "asks_code": visit.signed_in is None,
            "open_comments": about.open_comments,
            "sign_in": visit.url("/sign-in", next=visit.request.url.path),
            "errors": errors or {},
            "note": note,
        },
        form=closed is None,
        status=status,
    )


async def _comment(visit: Visit, reply_to: int | None = None) -> Response:
    slug = _slug(visit)
    try:
        said, actor = await _read(visit, reply=reply_to is not None)

        async def act() -> dict[str, Any]:
            posted = await operations.comment(
                session,
                city=visit.city,
                slug=slug,
                said=said,
                language=visit.language,
                actor=actor,
                at=visit.at,
                reply_to=reply_to,
            )
            return {"id": posted.id, "receipt": posted.receipt}

        async with visit.transaction() as session:
            content: list[str | int] = [
                "comment",
                slug,
                reply_to or 0,
                said.stance or "",
                said.body,
                actor.person_id or 0,
            ]
            answer = await visit.once(session, content, act)
    except Refusal as refusal:
        return await _again(visit, refusal, reply_to=reply_to)
    visit.give_receipt(f"comment-{answer['id']}", answer["receipt"])
    return visit.redirect(visit.url(f"/projects/{slug}/comments/{answer['id']}"))


async def _read(visit: Visit, *, reply: bool) -> tuple[forms.Said, Actor]:
    """The words, and whose they are: of the session, of the code in the form, or of nobody that is known."""
    errors: dict[str, Message] = {}
    said, code = forms.Said(""), None
    try:
        said = (forms.read_reply if reply else forms.read_comment)(visit.fields)
    except Invalid as invalid:
        errors |= invalid.errors
        if not errors:
            raise
    if visit.signed_in is None and any(visit.typed.getlist("code")):
        form = Reader(visit.fields)
        code = read_code(form)
        errors |= form.errors
    if errors:
        raise Invalid(errors)
    return said, visit.actor if code is None else replace(visit.actor, person_id=await person_of(visit, code))


async def _again(visit: Visit, refusal: Refusal, *, reply_to: int | None = None, answers: bool = False) -> Response:
    """The form once more with all that was typed: also for whose session has ended, and for who comes too late."""
    if isinstance(refusal, NotFound):
        raise refusal
    if isinstance(refusal, Invalid):
        return await _write(visit, reply_to=reply_to, answers=answers, errors=refusal.errors, status=422)
    if isinstance(refusal, SignInNeeded):
        errors = {"code": _("Please type your access code. What you wrote is still here.")}
        return await _write(visit, reply_to=reply_to, errors=errors, status=422)
    return await _write(visit, reply_to=reply_to, answers=answers, errors=messages(refusal), status=refusal.status)


async def _answer(visit: Visit, number: int) -> Response:
    slug = _slug(visit)
    try:
        said = forms.read_answer(visit.fields)

        async def act() -> dict[str, Any]:
            posted = await operations.answer(
                session,
                city=visit.city,
                slug=slug,
                comment_id=number,
                said=said,
                language=visit.language,
                actor=visit.actor,
                at=visit.at,
            )
            return {"id": posted.id}

        async with visit.transaction() as session:
            answer = await visit.once(session, ["answer", slug, number, said.office or "", said.body], act)
    except Refusal as refusal:
        return await _again(visit, refusal, reply_to=number, answers=True)
    return visit.redirect(visit.url(f"/projects/{slug}/comments/{number}") + f"#c{answer['id']}")


# Reacting


async def _react(visit: Visit, reply_to: int | None = None) -> Response:
    """One button of the page's form. The same again changes nothing, so that it needs no token to be repeatable."""
    slug = _slug(visit)
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
            return await _again(visit, refusal, reply_to=reply_to)
        raise
    if visit.fragment:
        bar = views.Bar(reacted.comment_id, visit.request.url.path, counted)
        return visit.page("comments/bar.html", {"failed": None, "bar": bar}, block="bar", form=True)
    if _unsent(visit):
        return await _write(visit, reply_to=reply_to, note=_("Your reaction is counted. You had not sent this yet:"))
    query = {name: visit.request.query_params.get(name) for name in ("sort", "after")}
    path = visit.request.url.path.removeprefix(f"/{visit.language}")
    return visit.redirect(visit.url(path, **query, reacted=reacted.comment_id) + f"#c{reacted.comment_id}")


def _unsent(visit: Visit) -> bool:
    """Words in the same form that were not sent yet are not to be lost."""
    return bool(str(visit.typed.get("body", "")).strip())
