"""Being told by e-mail: asking for it, confirming it, changing it, ending it. Nobody has to sign in, and nobody is linked to it."""

from typing import Any

from starlette.responses import Response

from participation.channels.http.recognising import pause
from participation.channels.http.sending import sent
from participation.channels.http.visit import Visit
from participation.channels.web.project_cards import pick
from participation.channels.web.projects import find
from participation.domain.ladder.digests import queries as digests
from participation.domain.notices.subscriptions import operations, queries, rules
from participation.domain.notices.subscriptions.forms import Asked, What, read_asked, read_language
from participation.domain.people.guesses.operations import count_wrong
from participation.domain.projects.queries import Whole
from participation.kit.database import Session
from participation.kit.errors import Invalid
from participation.kit.forms import Reader
from participation.kit.i18n import Message, _

GUESSED = "subscribe"
"""Who types many addresses waits longer for each, as with codes."""
ONE_CLICK = ("List-Unsubscribe", "One-Click")
"""RFC 8058: what a mail program sends to end it, without a page."""


# Asking


async def ask(visit: Visit) -> Response:
    """The same answer whether the address is known or not."""
    async with visit.reading() as session:
        project = await _project(visit, session)
    if visit.site.settings.smtp_url is None:
        return _ask_page(visit, project)
    if visit.request.method == "GET":
        return _ask_page(visit, project)
    try:
        form = Reader(visit.fields)
        said = read_asked(form, about_project=project is not None)
        form.finish()
        await pause(visit, GUESSED)
        async with visit.transaction() as session:
            await visit.once(session, sent(visit), lambda: _asked(visit, session, project, said))
    except Invalid as invalid:
        return _ask_page(visit, project, invalid.errors, status=422)
    return visit.redirect(visit.url("/follow/asked"))


async def _asked(visit: Visit, session: Session, project: Whole | None, said: Asked) -> dict[str, Any]:
    await operations.ask(
        session,
        city_id=visit.city.id,
        project_id=project.id if project is not None and said.what is What.PROJECT else None,
        address=said.address,
        language=said.language,
        secrets=visit.site.secrets,
        at=visit.at,
    )
    await count_wrong(session, city_id=visit.city.id, kind=GUESSED, sources=visit.sources, at=visit.at)
    return {}


async def _project(visit: Visit, session: Session) -> Whole | None:
    return await find(visit, session) if "slug" in visit.request.path_params else None


def _ask_page(
    visit: Visit, project: Whole | None, errors: dict[str, Message] | None = None, *, status: int = 200
) -> Response:
    sends = visit.site.settings.smtp_url is not None
    given = {name: str(visit.typed.get(name, "")) for name in ("email", "what", "language")}
    return visit.page(
        "follow/ask.html",
        {
            "title": pick(visit, project.said("title")) if project is not None else None,
            "address": visit.url(f"/projects/{project.slug}") if project is not None else visit.url("/"),
            "here": visit.url(f"/projects/{project.slug}/follow" if project is not None else "/follow"),
            "sends": sends,
            "values": {"what": What.PROJECT, "language": visit.language} | {k: v for k, v in given.items() if v},
            "errors": errors or {},
        },
        form=sends,
        status=status,
    )


async def asked(visit: Visit) -> Response:
    return visit.page("follow/asked.html")


# By the link in a letter


async def show(visit: Visit) -> Response:
    """What this link keeps, and what can be done with it; a link alone does nothing, since programs follow links too."""
    link = str(visit.request.path_params["link"])[:80]
    if visit.request.method == "POST" and visit.typed.get(ONE_CLICK[0]) == ONE_CLICK[1]:
        return await _one_click(visit, link)
    try:
        if visit.request.method == "POST":
            return await _act(visit, link)
    except Invalid as invalid:
        return await _page(visit, link, invalid.errors, status=422)
    return await _page(visit, link)


async def _one_click(visit: Visit, link: str) -> Response:
    """The link is all that a mail program has, and enough; the same again is fine."""
    async with visit.site.database.transaction() as session:
        found = await queries.by_link(session, city_id=visit.city.id, value=link, secrets=visit.site.secrets, lock=True)
        if found is not None:
            await operations.stop(session, subscription_id=found.id)
    return visit.page("follow/ended.html")


async def _act(visit: Visit, link: str) -> Response:
    form = Reader(visit.fields)
    wanted = form.text("do", at_most=40, required=False)
    language = read_language(form)
    form.finish()
    ended = False
    async with visit.transaction() as session:
        found = await operations.by_link(session, city_id=visit.city.id, value=link, secrets=visit.site.secrets)
        if wanted == "confirm":
            newest = await digests.newest(session, visit.city.id)
            await operations.confirm(session, subscription=found, newest=newest, at=visit.at)
        elif wanted == "language":
            await operations.set_language(session, subscription=found, language=language)
        elif wanted == "stop":
            await operations.stop(session, subscription_id=found.id)
            ended = True
        elif wanted.isascii() and wanted.isdigit() and len(wanted) < 19:
            ended = await operations.unfollow(session, subscription=found, followed_id=int(wanted))
        else:
            raise Invalid({"form": _("Please choose one of the answers.")})
    return visit.redirect(visit.url("/follow/ended" if ended else f"/follow/{link}"))


async def _page(visit: Visit, link: str, errors: dict[str, Message] | None = None, *, status: int = 200) -> Response:
    async with visit.reading() as session:
        found = await queries.by_link(session, city_id=visit.city.id, value=link, secrets=visit.site.secrets)
        if found is None:
            raise rules.ended()
        language = str(visit.typed.get("language") or found.language)
        followed = await queries.followed(session, subscription_id=found.id)
        ids = {one.project_id for one in followed if one.project_id is not None}
        projects = await digests.named(session, visit.city.id, ids)
    rows = [
        {
            "id": one.id,
            "title": pick(visit, projects[one.project_id].titles) if one.project_id in projects else None,
            "confirmed": one.confirmed,
        }
        for one in followed
        if one.project_id is None or one.project_id in projects
    ]
    return visit.page(
        "follow/show.html",
        {
            "rows": rows,
            "waits": not all(one.confirmed for one in followed),
            "here": visit.url(f"/follow/{link}"),
            "values": {"language": language},
            "errors": errors or {},
        },
        form=True,
        status=status,
    )


async def ended(visit: Visit) -> Response:
    return visit.page("follow/ended.html")
