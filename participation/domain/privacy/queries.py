"""Looks a receipt up in every domain: each stores its own, and none knows whose it is."""

from dataclasses import dataclass

from participation.domain.ballots import queries as ballots
from participation.domain.ballots.models import BallotState
from participation.domain.consultations.own import queries as consultations
from participation.domain.consultations.own.queries import Became, What
from participation.domain.consultations.spoken import queries as spoken
from participation.domain.consultations.spoken.rules import says
from participation.domain.moderation.models import Status
from participation.domain.moderation.rules import reason_words
from participation.domain.proxies.delegates.objections import queries as objections
from participation.domain.proxies.models import EntryState
from participation.domain.proxies.reviews import queries as reviews
from participation.domain.proxies.reviews.queries import EntryFate
from participation.domain.proxies.reviews.rules import STATES
from participation.domain.proxies.rules import Held, held_words
from participation.kit.database import Session
from participation.kit.hashing import Secrets
from participation.kit.i18n import Message, _


@dataclass(frozen=True)
class Fate:
    """What became of a contribution, in words. A vote's choice is not known here, and a reaction's is not said."""

    says: Message
    names: dict[str, str]
    """Title of the project, or name of the district, per language."""
    address: str
    """Path of the page that it is about, without language."""
    reason: Message | None = None
    entry: EntryFate | None = None
    """What a delegate wrote down, where it is the receipt of that."""


_VOTES = {
    BallotState.ANNOUNCED: _("This vote arrived. The ballot has not been counted yet."),
    BallotState.COUNTED: _("This vote arrived. The ballot has been counted."),
    BallotState.CANCELLED: _("This vote arrived. The ballot was cancelled, and its votes were not counted."),
}
_SHOWN = {
    What.COMMENT: _("This comment arrived, and everybody can read it."),
    What.REPLY: _("This reply arrived, and everybody can read it."),
    What.ANSWER: _("This answer arrived, and everybody can read it."),
    What.REACTION: _("This reaction arrived, and is counted."),
}
_HIDDEN = {
    What.COMMENT: _("This comment arrived. A moderator has hidden it; its place stays visible."),
    What.REPLY: _("This reply arrived. A moderator has hidden it; its place stays visible."),
    What.ANSWER: _("This answer arrived. A moderator has hidden it; its place stays visible."),
    What.REACTION: _("This reaction arrived. The comment that it is on was hidden by a moderator."),
}
_HELD = _("This comment arrived. It may name somebody who works for the city, and waits for a moderator.")
_ERASED = {
    What.REACTION: _("This reaction arrived. The comment that it is on was erased by its writer."),
}


_OBJECTIONS = {
    None: _("This objection arrived. Nobody has decided about it yet."),
    True: _("This objection arrived, and was upheld."),
    False: _("This objection arrived, and was dismissed."),
}


async def by_receipt(session: Session, *, city_id: int, receipt: str, secrets: Secrets) -> Fate | None:
    """At most eight statements; None when no domain has this receipt."""
    vote = await ballots.by_receipt(session, city_id=city_id, receipt=receipt)
    if vote is not None and vote.state in _VOTES:
        return Fate(_VOTES[vote.state], vote.titles, f"/projects/{vote.slug}/ballot")
    said = await consultations.by_receipt(session, city_id=city_id, receipt=receipt)
    if said is not None:
        return _said(said)
    recording = await spoken.by_receipt(session, city_id=city_id, receipt=receipt)
    if recording is not None:
        return Fate(says(recording.state), recording.titles, f"/projects/{recording.slug}")
    entry = await reviews.by_receipt(session, city_id=city_id, receipt=receipt, secrets=secrets)
    if entry is not None:
        return _written(entry)
    objection = await objections.by_receipt(session, city_id=city_id, receipt=receipt)
    if objection is None:
        return None
    page = "/delegates" if objection.number is None else f"/delegates/{objection.number}"
    return Fate(_OBJECTIONS[objection.upheld], objection.names, page)


def _written(entry: EntryFate) -> Fate:
    why = held_words(entry.reason) if entry.state is EntryState.HELD and entry.reason in set(Held) else None
    return Fate(STATES[entry.state], entry.titles, f"/projects/{entry.slug}", why, entry)


def _said(became: Became) -> Fate:
    if became.status is Status.SHOWN:
        return Fate(_SHOWN[became.what], became.titles, became.address)
    if became.status is Status.HELD:
        return Fate(_HELD, became.titles, became.address)
    if became.status is Status.ERASED:
        erased = _ERASED.get(
            became.what, _("This contribution arrived. Its writer has erased it; its place stays visible.")
        )
        return Fate(erased, became.titles, became.address)
    return Fate(_HIDDEN[became.what], became.titles, became.address, reason_words(became.reason))
