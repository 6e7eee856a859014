"""Moderators' pages: what arrived last, what is hidden, and one comment to decide about. Pseudonyms alone, project by project."""

import re
from typing import Any

from starlette.responses import Response

from participation.channels.http.refusing import messages
from participation.channels.http.visit import Visit
from participation.domain.consultations import rules
from participation.domain.consultations.moderated import operations, queries
from participation.domain.consultations.moderated.queries import Queued
from participation.domain.moderation.forms import read_reason
from participation.domain.moderation.models import Status
from participation.domain.moderation.rules import CHOICES, RULES, held_words, reason_words
from participation.domain.proxies.reviews import operations as reviews
from participation.kit import i18n
from participation.kit.errors import Refusal, SignInNeeded
from participation.kit.i18n import Message, _

QUEUE = "/staff/moderation"
VIEWS = {"held": Status.HELD, "hidden": Status.HIDDEN}


async def queue(visit: Visit) -> Response:
    show = visit.request.query_params.get("show", "")
    only = VIEWS.get(show)
    after = visit.request.query_params.get("after", "")
    async with visit.reading() as session:
        scopes = await queries.scopes(session, city=visit.city, actor=visit.actor)
        page = await queries.queue(session, scopes, only=only, after=after)
        waiting = await queries.waiting(session, scopes)
    here = f"{QUEUE}?show={show}" if only else QUEUE
    older = f"{here}{'&' if only else '?'}after={page.next}" if page.next else None
    return visit.page(
        "staff/moderation.html",
        {
            "rows": [_row(visit, item) for item in page.items],
            "views": [
                (QUEUE, _("Newest"), only is None),
                (f"{QUEUE}?show=held", _("Waiting: %(count)s", count=waiting), only is Status.HELD),
                (f"{QUEUE}?show=hidden", _("Hidden"), only is Status.HIDDEN),
            ],
            "older": older,
            "newer": here if after else None,
        },
    )


def _row(visit: Visit, item: Queued) -> dict[str, Any]:
    view = item.comment
    return {
        "address": f"{QUEUE}/{view.id}",
        "public": visit.url(f"/projects/{item.slug}/comments/{view.id}"),
        "project": i18n.pick(item.titles, visit.language, visit.city.languages),
        "name": rules.name_of(view.number, view.via, view.office),
        "at": view.created_at,
        "body": view.body.rstrip() + "…" if view.cut else view.body,
        "lang": i18n.tag(view.language),
        "about": i18n.pick(view.question, visit.language, visit.city.languages) if view.question else None,
        "reply": view.parent_id is not None,
        "status": str(view.status),
        "reason": reason_words(view.reason),
        "held": held_words(view.reason) if view.status is Status.HELD else None,
    }


async def decide(visit: Visit) -> Response:
    if visit.request.method == "GET":
        return await _one(visit)
    number = _number(visit)
    try:
        restores = "restore" in visit.fields.getlist("decide")
        reason = None if restores else read_reason(visit.fields)

        async def act() -> dict[str, Any]:
            common: dict[str, Any] = {"city": visit.city, "comment_id": number, "actor": visit.actor, "at": visit.at}
            if reason is None:
                await reviews.restore(session, **common)
            else:
                await operations.hide(session, reason=reason, **common)
            return {}

        async with visit.transaction() as session:
            await visit.once(session, ["moderate", number, reason or ""], act)
    except SignInNeeded:
        raise
    except Refusal as refusal:
        return await _one(visit, errors=messages(refusal), status=refusal.status)
    return visit.redirect(f"{QUEUE}/{number}")


async def _one(visit: Visit, *, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    async with visit.reading() as session:
        scopes = await queries.scopes(session, city=visit.city, actor=visit.actor)
        item = await queries.one(session, scopes, _number(visit))
    return visit.page(
        "staff/moderation_one.html",
        {
            "row": _row(visit, item),
            "can_hide": item.comment.status in (Status.SHOWN, Status.HELD),
            "can_restore": item.comment.status in (Status.HIDDEN, Status.HELD),
            "reasons": [(str(reason), RULES[reason].name) for reason in CHOICES],
            "back": QUEUE,
            "errors": errors or {},
        },
        form=True,
        status=status,
    )


def _number(visit: Visit) -> int:
    text = str(visit.request.path_params["number"])
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise rules.nothing_to_decide()
    return int(text)
