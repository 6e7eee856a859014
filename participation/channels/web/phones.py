"""A person's phones: which numbers speak for them, digits to link another one, and taking one away."""

from starlette.responses import Response

from participation.channels.http.phone_words import Command, shown
from participation.channels.http.visit import Visit
from participation.domain.people.phones import operations, queries, rules
from participation.kit.errors import Invalid
from participation.kit.forms import Reader
from participation.kit.hashing import grouped
from participation.kit.i18n import _


async def show(visit: Visit) -> Response:
    if visit.signed_in is None:
        raise RuntimeError("the route lets nobody in who is not signed in")
    if visit.signed_in.staff or visit.signed_in.grants:
        raise rules.not_staff()
    if visit.request.method == "GET":
        return await _page(visit, visit.signed_in.person_id)
    person, word = visit.signed_in.person_id, ""
    try:
        form = Reader(visit.fields)
        wanted = form.text("do", at_most=30)
        kind, _colon, number = wanted.partition(":")
        if wanted != "word" and not (kind == "remove" and number.isascii() and number.isdigit() and len(number) <= 18):
            form.wrong("do", _("Please choose one of the answers."))
        form.finish()
        async with visit.transaction() as session:
            if wanted == "word":
                word = await operations.give_word(
                    session, city_id=visit.city.id, person_id=person, secrets=visit.site.secrets, at=visit.at
                )
            else:
                await operations.unlink(session, person_id=person, phone_id=int(number))
    except Invalid:
        return await _page(visit, person, status=422)
    return await _page(visit, person, word) if word else visit.redirect(visit.url("/me/phones"))


async def _page(visit: Visit, person: int, word: str = "", *, status: int = 200) -> Response:
    async with visit.reading() as session:
        phones = await queries.of_person(session, person_id=person)
    return visit.page(
        "me/phones.html",
        {
            "phones": phones,
            "word": grouped(word),
            "minutes": int(rules.JOIN_LASTS.total_seconds() // 60),
            "message": f"{shown(Command.JOIN, visit.language)} {word}",
            "dial": visit.city.short_number,
        },
        form=True,
        status=status,
    )
