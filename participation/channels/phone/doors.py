"""The addresses that gateways ask: each is let in by its secret, its address and its signature, and answered in its own dialect."""

from types import ModuleType

import structlog
from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.phone import sms as messages
from participation.channels.phone import ussd as sessions
from participation.channels.phone import voice as calls
from participation.channels.phone.asking import NAMELESS, Sent, sent
from participation.channels.phone.call import Call
from participation.channels.phone.dialects import DIALECTS
from participation.channels.phone.gateway import Gateway
from participation.domain.notices.calls.operations import ask, settle
from participation.domain.notices.messages.operations import Answer
from participation.domain.places.queries import CityView
from participation.domain.record.actors import Via
from participation.kit.errors import Invalid, NotFound
from participation.kit.gsm import segments
from participation.kit.hashing import keyed
from participation.kit.i18n import _

log = structlog.get_logger()
LONGEST_ID = 200
ANSWERS = 60
"""In an hour to one number, each of which the city pays for: a village may share a phone, and no person writes more. What comes beyond is
acted upon, and not answered."""


async def ussd(visit: Visit) -> Response:
    gateway, dialect, city = _let_in(visit, "read_ussd")
    asked = dialect.read_ussd(await _believed(visit, gateway, dialect))
    number = _number(gateway, asked.number)
    line, *older = _lines(visit, gateway, "ussd", asked.session, city.id, number)
    pays, letters = gateway.pays, gateway.letters
    call = Call(visit.site, city, Via.USSD, number, line, visit.at, tuple(older), cost=pays, letters=letters)
    shown = await sessions.answer(call, asked)
    if shown.first and _first(visit, line):
        visit.site.spend(city, gateway, project=0, units=1, at=visit.at)
    return _private(dialect.write_ussd(shown))


async def sms(visit: Visit) -> Response:
    gateway, dialect, city = _let_in(visit, "read_sms")
    received = dialect.read_sms(await _believed(visit, gateway, dialect))
    number = _number(gateway, received.number)
    line, *older = _lines(visit, gateway, "sms", received.id, city.id, number)
    call = Call(visit.site, city, Via.SMS, number, line, visit.at, tuple(older), cost=gateway.pays)
    answer = await messages.reply(call, received)
    if not answer:
        return _private(dialect.write_sms(None))
    first, answers = visit.site.came.count(call.digests[0], line, at=visit.at)
    if answers > ANSWERS:
        return _private(dialect.write_sms(None))
    if first:
        visit.site.spend(city, gateway, project=call.about, units=segments(answer), at=visit.at)
    if dialect.ANSWERS_APART:
        visit.site.answer_later(Answer(city.id, gateway.name, line, number, answer, received.link), at=visit.at)
    return _private(dialect.write_sms(answer))


async def voice(visit: Visit) -> Response:
    gateway, dialect, city = _let_in(visit, "read_voice")
    heard = dialect.read_voice(await _believed(visit, gateway, dialect))
    number = gateway.e164(heard.number)
    line, *older = _lines(visit, gateway, "voice", heard.session, city.id, number or "")
    if gateway.is_missed(heard.called) and not heard.outbound:
        if number is not None and gateway.calls_back(number):
            async with visit.site.database.transaction() as session:
                await ask(
                    session,
                    city_id=city.id,
                    gateway=gateway.name,
                    number=number,
                    secrets=visit.site.secrets,
                    at=visit.at,
                )
        return _private(dialect.turn_down())
    cost = "free" if heard.outbound else gateway.pays
    call = Call(
        visit.site,
        city,
        Via.VOICE,
        number or "",
        line,
        visit.at,
        tuple(older),
        claimed=not heard.outbound,
        cost=cost,
        gateway=gateway.name if gateway.account else "",
    )
    answer = await calls.hidden(call) if number is None else await calls.answer(call, heard)
    return _private(dialect.write_voice(answer, gateway.keys))


async def report(visit: Visit) -> Response:
    """How long a call was that the city pays for, counted once; of one that it began itself, something is put aside already."""
    gateway, dialect, city = _let_in(visit, "read_report")
    report = dialect.read_report(await _believed(visit, gateway, dialect))
    minutes = -(-report.seconds // 60)
    if report.call is not None:
        async with visit.site.database.transaction() as session:
            await settle(
                session,
                city_id=city.id,
                gateway=gateway.name,
                call_id=report.call,
                minutes=minutes,
                price=gateway.price,
                zone=city.zone,
            )
    elif minutes and _first(visit, _lines(visit, gateway, "report", report.name, city.id, "")[0]):
        visit.site.spend(city, gateway, project=0, units=minutes, at=visit.at)
    return _private(Response(status_code=204))


def _first(visit: Visit, line: bytes) -> bool:
    """Whether this did not come before: what is sent again is paid for once."""
    first, _all = visit.site.came.count(b"", line, at=visit.at)
    return first


def _let_in(visit: Visit, what: str) -> tuple[Gateway, ModuleType, CityView]:
    """Whoever does not know the secret, or comes from elsewhere, learns nothing but that there is nothing here."""
    parameters = visit.request.path_params
    gateway = visit.site.gateways.get(parameters["gateway"])
    address = visit.request.client.host if visit.request.client else ""
    if (
        not isinstance(gateway, Gateway)
        or not gateway.knows(parameters["secret"])
        or not gateway.may_come_from(address)
    ):
        raise NotFound()
    dialect = DIALECTS[gateway.dialect]
    city = visit.site.directory.by_slug(gateway.city) if gateway.city else visit.city
    if city is None or not hasattr(dialect, what) or visit.request.method not in dialect.METHODS:
        raise NotFound()
    return gateway, dialect, city


async def _believed(visit: Visit, gateway: Gateway, dialect: ModuleType) -> Sent:
    """What was sent, where it is signed as its dialect wants."""
    came = await sent(visit.request)
    base = visit.city.address(visit.site.settings.base_url)
    query = visit.request.url.query
    url = f"{base}{visit.request.url.path}{'?' if query else ''}{query}"
    if hasattr(dialect, "verify") and not dialect.verify(came, gateway.keys, url):
        log.warning("gateway_signature", gateway=gateway.name)
        raise NotFound()
    return came


def _number(gateway: Gateway, said: str) -> str:
    number = gateway.e164(said)
    if number is None:
        raise Invalid({"number": _("This is no telephone number.")})
    return number


def _lines(visit: Visit, gateway: Gateway, kind: str, name: str, city_id: int, number: str) -> list[bytes]:
    """By what a session or a message is known again: its name at the gateway, for this city and number. Under the current master secret first."""
    if not name or len(name) > LONGEST_ID:
        raise Invalid({"id": NAMELESS})
    keys = visit.site.secrets.keys("phone line")
    return [keyed(key, gateway.name, kind, name, city_id, number) for key in keys]


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
