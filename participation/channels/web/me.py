"""A person's own page: what is kept about them, on the page and as a file; their PIN, language and sessions; erasure."""

import json
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from starlette.responses import Response

from participation.channels.http.answers import attachment
from participation.channels.http.entries.words import role
from participation.channels.http.recognising import pause, recognised
from participation.channels.http.visit import Visit
from participation.channels.web.comment_views import VIA
from participation.domain.consultations.own.queries import OwnComment, OwnReaction
from participation.domain.consultations.spoken.operations import take_back
from participation.domain.moderation.rules import reason_words, told
from participation.domain.notices.operations import mark_seen
from participation.domain.notices.queries import NoticeView
from participation.domain.people import operations
from participation.domain.people.codes.forms import read_code, read_new_pin
from participation.domain.people.guesses.rules import told as told_of_slip
from participation.domain.people.operations import Recognition
from participation.domain.people.queries import SignedIn
from participation.domain.privacy.persons import queries
from participation.domain.privacy.persons.operations import confirm
from participation.domain.privacy.persons.operations import erase as erase_everything
from participation.domain.privacy.persons.rules import may_erase
from participation.domain.proxies.rules import told as told_of_entry
from participation.domain.record.actors import Via
from participation.kit import i18n
from participation.kit.database import Session
from participation.kit.errors import Invalid
from participation.kit.forms import Reader
from participation.kit.hashing import typed_number
from participation.kit.i18n import Message, _

RECORDING = "recording:"
"""Before the receipt of one that is taken back."""
SHOWN = 30
"""Comments and reactions on the page, the newest; all of them are in the file."""


def _who(visit: Visit) -> SignedIn:
    if visit.signed_in is None:
        raise RuntimeError("the route lets nobody in who is not signed in")
    return visit.signed_in


async def show(visit: Visit) -> Response:
    if visit.request.method == "GET":
        return await _page(visit)
    try:
        wanted, language = _wanted(visit)
        async with visit.transaction() as session:
            if wanted == "others":
                await operations.end_sessions(session, person_id=_who(visit).person_id, but=_who(visit).digest)
            elif wanted == "seen":
                await mark_seen(session, person_id=_who(visit).person_id, at=visit.at)
            elif wanted:
                whose = {"city_id": visit.city.id, "person_id": _who(visit).person_id}
                await take_back(session, receipt=wanted.removeprefix(RECORDING), **whose)
            else:
                await operations.set_language(session, person_id=_who(visit).person_id, language=language)
    except Invalid as invalid:
        return await _page(visit, invalid.errors, status=422)
    if not wanted:
        visit.remember("language", language, 365 * 86400)
        visit.language = language
    return visit.redirect(visit.url("/me"))


def _wanted(visit: Visit) -> tuple[str, str]:
    """Which button of the page, and for its main one the language."""
    form = Reader(visit.fields)
    wanted = form.text("do", at_most=40, required=False)
    language = form.text("language", at_most=20, required=not wanted)
    known = wanted in ("", "others", "seen") or wanted.startswith(RECORDING)
    if not known or (not wanted and language not in i18n.LANGUAGES):
        form.wrong("language", _("Please choose one of the answers."))
    form.finish()
    return wanted, language


async def export(visit: Visit) -> Response:
    """The same as JSON, and what is too long for the page."""
    async with visit.reading() as session:
        found = await queries.file_of(
            session,
            city=visit.city,
            person_id=_who(visit).person_id,
            folder=visit.site.settings.keys,
            secrets=visit.site.secrets,
            at=visit.at,
        )
    body = json.dumps(found, ensure_ascii=False, indent=1)
    return attachment(body, "application/json", "me.json")


async def pin(visit: Visit) -> Response:
    """Set a PIN, change it, or take it away: whoever has one types it first."""
    if visit.request.method == "GET":
        return _pin_page(visit)
    try:
        if await _sent_before(visit):
            return visit.redirect(visit.url("/me"))
        form = Reader(visit.fields)
        taken_away = form.text("do", at_most=20, required=False) == "remove"
        current = typed_number(form.text("pin", at_most=40, required=_who(visit).has_pin))
        new = None if taken_away else read_new_pin(form)
        form.finish()
        await _change_pin(visit, current, new)
    except Invalid as invalid:
        return _pin_page(visit, invalid.errors, status=422)
    return visit.redirect(visit.url("/me"))


async def _sent_before(visit: Visit) -> bool:
    """The same form again, whose answer was lost: it would ask for the PIN that it has just set."""
    if visit.again is not None:
        return False
    async with visit.reading() as session:
        return await visit.done(session, _pins(visit))


def _pins(visit: Visit) -> list[str]:
    return ["pin", *(str(visit.typed.get(name, "")) for name in ("do", "pin", "new_pin", "new_pin_again"))]


async def _change_pin(visit: Visit, current: str, new: str | None) -> None:
    who = _who(visit)

    async def nothing() -> dict[str, Any]:
        return {}

    async def ask(session: Session, waited: bool) -> Recognition:
        changed = await operations.change_pin(
            session,
            city_id=visit.city.id,
            person_id=who.person_id,
            pin=current,
            new=new,
            keep=who.digest,
            sources=visit.sources,
            secrets=visit.site.secrets,
            at=visit.at,
            waited=waited,
        )
        if changed.person_id is not None:
            await visit.once(session, _pins(visit), nothing)
        return changed

    await recognised(visit, ask)


async def erase(visit: Visit) -> Response:
    """Asks once more, says what stays, and erases: for whoever holds the PIN or the slip, and not just the phone."""
    if visit.request.method == "GET":
        return _erase_page(visit)
    try:
        form = Reader(visit.fields)
        if not form.flag("sure"):
            form.wrong("sure", _("Please tick this if you are sure."))
        words = form.flag("words")
        asked = _asked(visit)
        code = read_code(form).number if asked == "code" else ""
        pin = typed_number(form.text("pin", at_most=40)) if asked == "pin" else ""
        form.finish()
        if asked:
            await _confirm(visit, code, pin)
        async with visit.transaction() as session:
            await erase_everything(
                session,
                city=visit.city,
                words=words,
                folder=visit.site.settings.keys,
                actor=visit.actor,
                at=visit.at,
            )
    except Invalid as invalid:
        return _erase_page(visit, invalid.errors, status=422)
    visit.hand_over("", 0)
    visit.signed_in = None
    return visit.page("me/erased.html")


def _asked(visit: Visit) -> str:
    """Staff have no slip; they signed in today, with a one-time password."""
    who = _who(visit)
    return "pin" if who.has_pin else "" if who.staff else "code"


async def _confirm(visit: Visit, code: str, pin: str) -> None:
    async def ask(session: Session, waited: bool) -> Recognition:
        return await confirm(
            session,
            city=visit.city,
            person_id=_who(visit).person_id,
            code=code,
            pin=pin,
            sources=visit.sources,
            secrets=visit.site.secrets,
            at=visit.at,
            waited=waited,
        )

    await pause(visit, operations.GUESSED)
    await recognised(visit, ask)


# Pages


async def _page(visit: Visit, errors: dict[str, Message] | None = None, *, status: int = 200) -> Response:
    who = _who(visit)
    async with visit.reading() as session:
        kept = await queries.kept(session, city=visit.city, person_id=who.person_id, at=visit.at)
        comments, reactions = kept.comments[-SHOWN:], kept.reactions[-SHOWN:]
        slugs = {own.slug for own in comments} | {own.slug for own in reactions} | {one.slug for one in kept.recordings}
        titles = await queries.titles(session, city=visit.city, slugs=slugs)
    home = kept.home
    return visit.page(
        "me/show.html",
        {
            "errors": errors or {},
            "lived": [(visit.city.places[place], since) for place, since in reversed(home.lived)],
            "home": home,
            "sessions": [(s, VIA[Via(s.via)], s.digest == who.digest) for s in kept.sessions],
            "notices": [(notice, _notice(notice)) for notice in kept.notices[:SHOWN]],
            "unseen": any(not notice.seen for notice in kept.notices),
            "projects": _by_project(visit, comments, reactions, titles),
            "recordings": [
                (
                    one,
                    visit.url(f"/projects/{one.slug}"),
                    i18n.pick(titles.get(one.slug, {}), visit.language, visit.city.languages),
                )
                for one in kept.recordings
            ],
            "more": len(kept.comments) > SHOWN or len(kept.reactions) > SHOWN,
            "grants": who.grants,
            "roles": [(role(held.role), visit.city.places[held.place_id], held.until) for held in reversed(home.roles)],
        },
        form=True,
        status=status,
    )


def _notice(notice: NoticeView) -> Message:
    return (
        told(notice.kind, notice.facts)
        or told_of_slip(notice.kind, notice.facts)
        or told_of_entry(notice.kind)
        or _("There is news about something that you took part in.")
    )


def _by_project(
    visit: Visit,
    comments: Sequence[OwnComment],
    reactions: Sequence[OwnReaction],
    titles: dict[str, dict[str, str]],
) -> list[dict[str, Any]]:
    """What they said and thought, project by project; in each they go by another number."""
    said: list[OwnComment | OwnReaction] = [*comments, *reactions]
    found = []
    for slug, group in groupby(sorted(said, key=_slug), key=_slug):
        own = list(group)
        found.append(
            {
                "title": i18n.pick(titles.get(slug, {}), visit.language, visit.city.languages),
                "address": visit.url(f"/projects/{slug}"),
                "number": own[0].pseudonym,
                "comments": [(c, reason_words(c.reason)) for c in own if isinstance(c, OwnComment)],
                "reactions": [r for r in own if isinstance(r, OwnReaction)],
            }
        )
    return found


def _slug(own: OwnComment | OwnReaction) -> str:
    return own.slug


def _pin_page(visit: Visit, errors: dict[str, Message] | None = None, *, status: int = 200) -> Response:
    """No digit that was typed is shown again."""
    return visit.page("me/pin.html", {"errors": errors or {}, "has_pin": _who(visit).has_pin}, form=True, status=status)


def _erase_page(visit: Visit, errors: dict[str, Message] | None = None, *, status: int = 200) -> Response:
    return visit.page(
        "me/erase.html",
        {"errors": errors or {}, "refusal": may_erase(visit.actor), "asked": _asked(visit)},
        form=True,
        status=status,
    )
