"""What the delegate's page asks of the server: to be enrolled, how things stand, what to take along, and to hand entries in. JSON both ways."""

import base64
import json
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from starlette.responses import JSONResponse, Response

from participation.channels.http.answers import compressed, encoding
from participation.channels.http.hearing import length
from participation.channels.http.recognising import pause, person_of
from participation.channels.http.routing import Unreadable
from participation.channels.http.taking import MOST, Result, Taking, read_sent
from participation.channels.http.visit import Visit
from participation.domain.ladder.heard.queries import taken_along
from participation.domain.projects.sounds.models import SoundKind
from participation.domain.projects.sounds.queries import SoundView
from participation.domain.proxies.checks.visits.queries import to_make
from participation.domain.proxies.devices import forms as device_forms
from participation.domain.proxies.devices import operations as devices
from participation.domain.proxies.devices import queries as device_queries
from participation.domain.proxies.devices import rules as device_rules
from participation.domain.proxies.devices.models import DeviceKind
from participation.domain.proxies.devices.queries import DeviceView
from participation.domain.proxies.keys import entry_keys
from participation.domain.proxies.taken_along import queries as along
from participation.kit import i18n
from participation.kit.errors import Invalid, NotAllowed, NotFound, Refusal, SignInNeeded
from participation.kit.forms import Reader, Said
from participation.kit.i18n import _
from participation.kit.sizes import size

Handler = Callable[[Visit], Awaitable[Response]]
STOCK = 50
"""Receipts that a device is given at once."""


def _json(handler: Handler) -> Handler:
    """Refusals as JSON, in the language that was asked for."""

    @wraps(handler)
    async def answer(visit: Visit) -> Response:
        try:
            response = await handler(visit)
        except Refusal as refusal:
            response = _no(visit, refusal)
        response.headers["Cache-Control"] = "no-store"
        return response

    return answer


def _no(visit: Visit, refusal: Refusal) -> Response:
    said: dict[str, Any] = {
        "error": refusal.code,
        "message": refusal.message.into(visit.language),
        "next": refusal.next_step.into(visit.language),
    }
    if isinstance(refusal, Invalid):
        said["fields"] = {name: message.into(visit.language) for name, message in refusal.errors.items()}
    return JSONResponse(said, refusal.status)


async def _body(visit: Visit) -> dict[str, Any]:
    """The object that was sent. `language` in it is that of the answer."""
    if visit.request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Unreadable()
    visit.not_a_form()
    try:
        body = json.loads(await visit.request.body())
    except (ValueError, RecursionError):
        raise Unreadable() from None
    if not isinstance(body, dict):
        raise Unreadable()
    if body.get("language") in i18n.LANGUAGES:
        visit.language = body["language"]
    return body


async def _device(visit: Visit) -> tuple[DeviceView, bytes]:
    """Whose token it is, also of a revoked device: what that hands in is held."""
    scheme, _space, token = visit.request.headers.get("authorization", "").partition(" ")
    digests = device_rules.token_digests(visit.site.secrets, token.strip())
    async with visit.reading() as session:
        found = await device_queries.device_of(session, city_id=visit.city.id, digests=digests, at=visit.at)
    if scheme.lower() != "bearer" or found is None or found.kind is not DeviceKind.PAGE:
        raise SignInNeeded(
            "device",
            _("This device is not enrolled here."),
            _("Ask the district office for a code, and enrol it once more. What is on it stays on it."),
        )
    return found, digests[0]


@_json
async def enrol(visit: Visit) -> Response:
    """A device by its code; `own_code`: the delegate's own access code, or `own_none`: that they have none."""
    body = await _body(visit)
    typed = {name: str(body.get(name) or "") for name in ("code", "label")}
    form = Reader(Said(typed))
    code, label = device_forms.read_code(form), device_forms.read_label(form)
    mine = Reader(Said({"code": str(body.get("own_code") or ""), "pin": str(body.get("own_pin") or "")}))
    own = device_forms.read_own(mine, none=body.get("own_none") is True)
    form.errors |= {f"own_{name}": message for name, message in mine.errors.items()}
    form.finish()
    await pause(visit, devices.GUESSED)
    resident = None if own is None else await person_of(visit, own)
    async with visit.site.database.transaction() as session:
        enrolled = await devices.enrol(
            session,
            city=visit.city,
            code=code,
            kind=DeviceKind.PAGE,
            label=label,
            own_code_person=resident,
            sources=visit.sources,
            secrets=visit.site.secrets,
            at=visit.at,
        )
        receipts = (
            [] if isinstance(enrolled, Refusal) else await devices.stock(session, enrolled.device, STOCK, visit.at)
        )
    if isinstance(enrolled, Refusal):
        raise enrolled
    seal, sign = entry_keys(visit.site.settings.keys, visit.city.id).public
    device, city = enrolled.device, visit.city
    return JSONResponse(
        {
            "device": str(device.public_id),
            "token": enrolled.token,
            "keys": {"seal": base64.b64encode(seal).decode(), "sign": base64.b64encode(sign).decode()},
            "city": city.root.names,
            "district": city.places[device.place_id].slug,
            "places": [{"slug": place.slug, "names": place.names} for place in along.places(city, device.place_id)],
            "languages": list(city.languages),
            "receipts": receipts,
            "now": visit.at.isoformat(),
        }
    )


@_json
async def hello(visit: Visit) -> Response:
    """How the delegate stands, what time it is here, new receipts, which projects can be taken along, and whom to visit for a check."""
    body = await _body(visit)
    device, digest = await _device(visit)
    left = body.get("receipts")
    wanted = max(0, STOCK - left) if isinstance(left, int) and not isinstance(left, bool) else 0
    async with visit.site.database.transaction() as session:
        device = await devices.seen(session, city=visit.city, device=device, digest=digest, at=visit.at)
        receipts = await devices.stock(session, device, wanted, visit.at)
        projects = await along.open_projects(session, city=visit.city, place_id=device.place_id, at=visit.at)
        visits = await to_make(session, city=visit.city, delegate_id=device.delegate_id) if device.works else []
    return JSONResponse(
        {
            "now": visit.at.isoformat(),
            "state": "revoked" if device.revoked_at is not None else str(device.state),
            "until": device.ends_at.isoformat(),
            "receipts": receipts,
            "projects": projects if device.works else [],
            "visits": [
                {
                    "place": one.place,
                    "titles": one.titles,
                    "made": one.finished_at.isoformat(),
                    "language": one.language,
                    "receipt": one.ending,
                }
                for one in visits
            ],
        }
    )


@_json
async def project(visit: Visit) -> Response:
    """What is taken along of a project, in one language."""
    device, _digest = await _device(visit)
    if not device.works:
        raise NotAllowed(
            "device_stopped",
            _("This device cannot take anything along any more."),
            _("Send what is on it; the city keeps it. Then ask the district office."),
        )
    slug, language = visit.request.path_params["slug"], visit.request.path_params["language"]
    if language not in i18n.LANGUAGES:
        raise NotFound()
    async with visit.reading() as session:
        bundle = await along.bundle(session, city=visit.city, slug=slug, language=language, at=visit.at)
        sounds = await taken_along(session, visit.city, slug, language)
    response = JSONResponse(bundle | {"sounds": [_sound(visit, one, language) for one in sounds]})
    name = encoding(visit.request.headers.get("accept-encoding", ""))
    if name:
        body = compressed(bytes(response.body), name)
        headers = {"Content-Encoding": name, "Vary": "Accept-Encoding"}
        return Response(body, media_type=response.media_type, headers=headers)
    return response


def _sound(visit: Visit, sound: SoundView, language: str) -> dict[str, Any]:
    """What can be heard of it, for the device to fetch; `name`: of a language that has no catalogue."""
    return {
        "part": sound.part,
        "name": next((one.own for one in visit.city.spoken_languages if one.code == sound.language), None),
        "address": sound.mp3,
        "size": size(sound.mp3_size).into(language),
        "length": length(sound.seconds),
        "machine": sound.kind == SoundKind.SYNTHESISED,
    }


@_json
async def entries(visit: Visit) -> Response:
    """A batch, an answer for each entry. Entries that are not answered are to be sent again."""
    body = await _body(visit)
    device, digest = await _device(visit)
    batch = body.get("entries")
    if not isinstance(batch, list) or not 1 <= len(batch) <= MOST or body.get("device") != str(device.public_id):
        raise Unreadable()
    sent = [read_sent(one) for one in batch]
    if len({one.id for one in sent}) != len(sent):
        raise Unreadable()
    async with visit.site.database.transaction() as session:
        device = await devices.seen(session, city=visit.city, device=device, digest=digest, at=visit.at)
    results = await Taking(visit.site, visit.city, device, visit.at).take(sent)
    return JSONResponse({"results": [_answered(one, visit.language) for one in results]})


def _answered(result: Result, language: str) -> dict[str, str]:
    return {
        "id": str(result.id),
        "status": result.status,
        "code": result.code,
        "message": "" if result.message is None else result.message.into(language),
        "next": "" if result.next_step is None else result.next_step.into(language),
        "receipt": result.receipt,
        "signature": base64.b64encode(result.signature).decode(),
    }
