"""Looks up what became of a contribution, by its receipt, without signing in; wrong numbers slow the next look."""

from starlette.responses import Response

from participation.channels.http.recognising import pause
from participation.channels.http.visit import Visit
from participation.domain.people.guesses.operations import count_wrong
from participation.domain.privacy.forms import read_receipt
from participation.domain.privacy.queries import Fate, by_receipt
from participation.kit.errors import Invalid
from participation.kit.forms import Reader
from participation.kit.i18n import Message, _

GUESSED = "receipt"


async def show(visit: Visit) -> Response:
    if visit.request.method == "GET":
        return _page(visit)
    try:
        form = Reader(visit.fields)
        number = read_receipt(form)
        form.finish()
        fate = await _look_up(visit, number)
    except Invalid as invalid:
        return _page(visit, errors=invalid.errors, status=422)
    return _page(visit, fate=fate, number=number)


async def _look_up(visit: Visit, number: str) -> Fate:
    """Numbers of others are not worth guessing: each wrong one makes the next look take longer."""
    await pause(visit, GUESSED)
    async with visit.reading() as session:
        fate = await by_receipt(session, city_id=visit.city.id, receipt=number)
    if fate is not None:
        return fate
    async with visit.transaction() as session:
        await count_wrong(session, city_id=visit.city.id, kind=GUESSED, sources=visit.sources, at=visit.at)
    raise Invalid({"receipt": _("There is no contribution with this receipt. Please compare the digits.")})


def _page(
    visit: Visit,
    *,
    fate: Fate | None = None,
    number: str = "",
    errors: dict[str, Message] | None = None,
    status: int = 200,
) -> Response:
    return visit.page(
        "receipts/show.html",
        {"fate": fate, "receipt": number, "errors": errors or {}},
        form=True,
        status=status,
        block="result" if fate else None,
    )
