"""Takes what was filled in: an entry like any other, answered as OpenRosa's clients understand it."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

import structlog
from starlette.responses import Response

from participation.channels.http.taking import subject_of
from participation.channels.http.visit import Visit
from participation.channels.openrosa.answering import envelope, rosa
from participation.channels.openrosa.receiving import received
from participation.channels.openrosa.signing_in import app_user
from participation.domain.proxies import forms as entry_forms
from participation.domain.proxies.devices import operations as devices
from participation.domain.proxies.devices.queries import DeviceView
from participation.domain.proxies.devices.rules import RECEIPT
from participation.domain.proxies.models import EntryState
from participation.domain.proxies.odk import forms, operations, queries, rules
from participation.domain.proxies.operations import Arrived, Subject, Taken, again
from participation.domain.proxies.rules import Held, day_of, held_words
from participation.domain.record.actors import Via
from participation.kit.errors import Refusal, Unavailable
from participation.kit.hashing import grouped, keyed, random_number
from participation.kit.i18n import _

log = structlog.get_logger()


@rosa
async def ready(visit: Visit) -> Response:
    """Before a client sends anything: it has reached us and no captive portal, may sign in, and learns how much it may send."""
    device, digest = await app_user(visit)
    async with visit.site.database.transaction() as session:
        await devices.seen(session, city=visit.city, device=device, digest=digest, at=visit.at)
    here = f"{visit.city.address(visit.site.settings.base_url)}/openrosa/submission"
    return Response(status_code=204, headers={"Location": here})


@rosa
async def submit(visit: Visit) -> Response:
    """201: taken, also for the same once more. 202: kept, and looked at by the city before it counts."""
    device, digest = await app_user(visit)
    raw = await received(visit.request)
    try:
        taken = await _taken(visit, device, digest, raw)
    except Refusal as refusal:
        log.info("entry_refused", code=refusal.code)
        raise
    receipt = _("Receipt: %(receipt)s. Write these digits down for the person.", receipt=grouped(taken.receipt))
    if taken.state == EntryState.HELD:
        why = None if taken.reason is None else held_words(Held(taken.reason))
        return envelope(visit, "submit_success", why, receipt, status=202)
    return envelope(visit, "submit_success", _("This has arrived."), receipt, status=201)


@dataclass(frozen=True)
class _Sent:
    submission: forms.Submission
    digest: bytes
    known: queries.Arriving


async def _taken(visit: Visit, device: DeviceView, digest: bytes, raw: bytes) -> Taken:
    submission = forms.read_submission(raw)
    # Keyed: an access code stands in it, and could be guessed from a plain hash.
    digests = [keyed(key, raw) for key in visit.site.secrets.keys("submission of a form")]
    replaced = forms.replaced(submission)
    async with visit.reading() as session:
        known = await queries.arriving(
            session,
            city=visit.city,
            slug=submission.form,
            device_id=device.id,
            delegate_id=device.delegate_id,
            ids=[submission.id, *replaced],
        )
    if known is None or not known.versions:
        raise rules.no_form()
    if submission.version not in known.versions:
        raise rules.no_form_version()
    if submission.replaces:
        raise rules.not_replaced() if any(one in known.had for one in replaced) else rules.replaces_nothing()
    if submission.id in known.had:
        return again(known.had[submission.id], *digests)
    return await _new(visit, device, digest, _Sent(submission, digests[0], known))


async def _new(visit: Visit, device: DeviceView, digest: bytes, sent: _Sent) -> Taken:
    consent = sent.known.versions[sent.submission.version]
    district = visit.city.places[device.place_id].slug
    content = forms.content(sent.submission, consent, random_number(RECEIPT), district)
    said = entry_forms.read_entry(content, visit.city)
    subject: Subject | None = Subject(held=Held.CODE)
    if not forms.miscoded(sent.submission):
        subject = await subject_of(visit.site, visit.city, device, said.code, visit.at)
    if subject is None:
        raise Unavailable(
            "wait",
            _("Too many access codes were wrong. Nothing was changed."),
            _("Please try again in a moment."),
        )
    finished = forms.finished(sent.submission, _clock_of_device(visit), visit.at)
    arrived = Arrived(sent.submission.id, sent.digest, finished, said, via=Via.ODK)
    async with visit.site.database.transaction() as session:
        return await operations.submit(
            session,
            city=visit.city,
            device=device,
            digest=digest,
            about=sent.known.about,
            arrived=arrived,
            subject=subject,
            that_day=sent.known.by_day.get(day_of(finished, visit.city.zone), 0),
            secrets=visit.site.secrets,
            at=visit.at,
        )


def _clock_of_device(visit: Visit) -> datetime | None:
    """What its clock shows as it sends: OpenRosa's requests say so."""
    try:
        said = parsedate_to_datetime(visit.request.headers.get("date", ""))
    except (ValueError, TypeError, OverflowError):
        return None
    return said if said.tzinfo is not None else None
