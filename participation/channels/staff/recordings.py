"""Spoken comments before moderators: those that wait, the oldest first; one to listen to and to write down. Nothing says whose it is."""

import re
from functools import partial
from typing import Any

from starlette.responses import Response

from participation.channels.http.hearing import length
from participation.channels.http.visit import Visit
from participation.channels.staff.projects import Errors, typed
from participation.channels.staff.saving import saved
from participation.domain.consultations.models import Stance
from participation.domain.consultations.moderated.queries import Scope, scopes
from participation.domain.consultations.rules import LONGEST
from participation.domain.consultations.spoken import operations, queries
from participation.domain.consultations.spoken.forms import read_written
from participation.domain.consultations.spoken.queries import Waits
from participation.domain.consultations.spoken.rules import KEPT, gone
from participation.kit import i18n
from participation.kit.database import Session
from participation.kit.files import Files
from participation.kit.i18n import _

STANCES = {
    Stance.FOR: _("For"),
    Stance.AGAINST: _("Against"),
    Stance.MIXED: _("Both"),
    Stance.QUESTION: _("Question"),
}
QUEUE = "/staff/recordings"
SAFE = {
    "Content-Security-Policy": "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


async def queue(visit: Visit) -> Response:
    after = visit.request.query_params.get("after", "")
    async with visit.reading() as session:
        mine = await scopes(session, city=visit.city, actor=visit.actor)
        page = await queries.waiting(session, mine, after=after)
        left_there = await queries.left_there(session, city_id=visit.city.id, at=visit.at)
    by_id = {scope.id: scope for scope in mine}
    return visit.page(
        "staff/recordings.html",
        {
            "rows": [_row(visit, one, by_id[one.project_id]) for one in page.items],
            "days": KEPT.days,
            "left_there": left_there,
            "later": f"{QUEUE}?after={page.next}" if page.next else None,
            "first": QUEUE if after else None,
        },
    )


def _row(visit: Visit, one: Waits, scope: Scope) -> dict[str, Any]:
    return {
        "address": f"{QUEUE}/{one.id}",
        "sound": f"{QUEUE}/{one.id}.mp3",
        "project": i18n.pick(scope.titles, visit.language, visit.city.languages),
        "stance": STANCES[Stance(one.stance)] if one.stance else None,
        "reply": one.reply_to is not None,
        "replied": one.replied,
        "replied_in": i18n.tag(one.replied_in or i18n.SOURCE),
        "alone": one.alone,
        "heard": visit.city.heard_languages.get(one.language),
        "lang": i18n.tag(one.language) if one.language in i18n.LANGUAGES else one.language,
        "length": length(one.seconds),
        "at": one.said_at,
    }


async def write(visit: Visit) -> Response:
    if visit.request.method == "GET":
        return await _one(visit)

    async def act(session: Session) -> dict[str, Any]:
        await operations.write_down(
            session,
            city=visit.city,
            recording_id=_number(visit),
            written=read_written(visit.fields),
            secrets=visit.site.secrets,
            actor=visit.actor,
            at=visit.at,
        )
        return {}

    return await saved(visit, act, partial(_one), QUEUE)


async def _one(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    async with visit.reading() as session:
        mine = await scopes(session, city=visit.city, actor=visit.actor)
        one = await queries.one(session, mine, _number(visit))
    row = _row(visit, one, next(scope for scope in mine if scope.id == one.project_id))
    own = [code for code in visit.city.languages if code in i18n.LANGUAGES]
    context = {
        "row": row,
        "tongues": [(code, i18n.AUTONYMS[code]) for code in dict.fromkeys((*own, *i18n.LANGUAGES))],
        "values": typed(visit, {"language": one.language if one.language in i18n.LANGUAGES else ""}, errors),
        "errors": errors or {},
        "most": LONGEST,
        "back": QUEUE,
    }
    return visit.page("staff/recording.html", context, form=True, status=status)


async def sound(visit: Visit) -> Response:
    """The recording itself, for whoever writes it down; it stays in no cache."""
    async with visit.reading() as session:
        mine = await scopes(session, city=visit.city, actor=visit.actor)
        content = await queries.sound(
            session, mine, _number(visit), files=Files(visit.site.settings.voices), secrets=visit.site.secrets
        )
    return Response(content, media_type="audio/mpeg", headers=SAFE)


def _number(visit: Visit) -> int:
    text = str(visit.request.path_params["number"])
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise gone()
    return int(text)
