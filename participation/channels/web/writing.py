"""The form in which somebody comments, replies, or answers for an office: sent, or given back with all that was typed."""

from dataclasses import replace
from typing import Any

from starlette.responses import Response

from participation.channels.http.recognising import person_of
from participation.channels.http.refusing import messages
from participation.channels.http.visit import Visit
from participation.channels.web import comment_views as views
from participation.channels.web.assessment_views import today
from participation.domain.consultations import forms, operations, queries, rules
from participation.domain.consultations.about.queries import about as project_about
from participation.domain.consultations.own.queries import NOBODY
from participation.domain.consultations.talk.queries import answer_of
from participation.domain.people.codes.forms import read_code
from participation.domain.projects.models import Feature
from participation.domain.record.actors import Actor
from participation.kit.errors import Invalid, NotFound, Refusal, SignInNeeded
from participation.kit.forms import Reader
from participation.kit.i18n import Message, _


async def new(visit: Visit) -> Response:
    """The form on a page of its own: for who is not signed in, with the code in it."""
    reply = visit.request.query_params.get("reply", "")
    return await write(visit, reply_to=views.number_of(reply) if reply else None)


async def write(
    visit: Visit,
    *,
    reply_to: int | None = None,
    answers: bool = False,
    errors: dict[str, Message] | None = None,
    status: int = 200,
    note: Message | None = None,
) -> Response:
    """The form, with what was typed and what is wrong with it; where it is too late, the words are given back."""
    name = str(visit.typed.get("about") or visit.request.query_params.get("about") or "") if not reply_to else ""
    async with visit.reading() as session:
        about = await project_about(session, city_id=visit.city.id, slug=views.slug_of(visit))
        talk = name and await answer_of(session, about.id, name, today=today(visit))
        view = None if reply_to is None else (await queries.thread(session, about.id, reply_to))[0]
    closed = None if answers else rules.closed(about.steps, Feature.COMMENT, visit.at, visit.city.zone)
    return visit.page(
        "comments/write.html",
        views.context(visit, about, views.may(visit, about))
        | {
            "on": views.on(visit, about, talk or None),
            "answering": view and views.shown(visit, about, view, NOBODY),
            "action": views.base(visit, about) + (f"/{reply_to}" if reply_to else ""),
            "answers": answers,
            "closed": closed,
            "asks_code": visit.signed_in is None,
            "open_comments": about.open_comments,
            "errors": errors or {},
            "note": note,
        },
        form=closed is None,
        status=status,
    )


async def comment(visit: Visit, reply_to: int | None = None) -> Response:
    slug = views.slug_of(visit)
    try:
        said, actor = await _read(visit, reply=reply_to is not None)

        async def act() -> dict[str, Any]:
            posted = await operations.comment(
                session,
                city=visit.city,
                slug=slug,
                said=said,
                language=visit.language,
                secrets=visit.site.secrets,
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
                said.about or "",
                actor.person_id or 0,
            ]
            answer = await visit.once(session, content, act)
    except Refusal as refusal:
        return await again(visit, refusal, reply_to=reply_to)
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


async def again(visit: Visit, refusal: Refusal, *, reply_to: int | None = None, answers: bool = False) -> Response:
    """The form once more with all that was typed: also for whose session has ended, and for who comes too late."""
    if isinstance(refusal, NotFound):
        raise refusal
    if isinstance(refusal, Invalid):
        return await write(visit, reply_to=reply_to, answers=answers, errors=refusal.errors, status=422)
    if isinstance(refusal, SignInNeeded):
        errors = {"code": _("Please type your access code. What you wrote is still here.")}
        return await write(visit, reply_to=reply_to, errors=errors, status=422)
    return await write(visit, reply_to=reply_to, answers=answers, errors=messages(refusal), status=refusal.status)


async def answer(visit: Visit, number: int) -> Response:
    slug = views.slug_of(visit)
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
                secrets=visit.site.secrets,
                actor=visit.actor,
                at=visit.at,
            )
            return {"id": posted.id, "receipt": posted.receipt}

        async with visit.transaction() as session:
            answer = await visit.once(session, ["answer", slug, number, said.office or "", said.body], act)
    except Refusal as refusal:
        return await again(visit, refusal, reply_to=number, answers=True)
    visit.give_receipt(f"comment-{answer['id']}", answer["receipt"])
    return visit.redirect(visit.url(f"/projects/{slug}/comments/{answer['id']}"))
