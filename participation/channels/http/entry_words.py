"""What a delegate wrote down for somebody, for templates/macros/entries.html: for whoever holds its receipt, and for whoever looks at what waits."""

from dataclasses import asdict
from typing import Any

from participation.channels.http.visit import Visit
from participation.domain.consultations.models import ReactionKind
from participation.domain.proxies.forms import Age, read_kept
from participation.domain.proxies.models import Consent, EntryKind
from participation.domain.proxies.odk.questions.rules import AGES, ANSWERS, HOW, KINDS, NO, REACTIONS, YES
from participation.domain.proxies.reviews.queries import EntryFate
from participation.domain.proxies.sums.queries import HANDS
from participation.kit.i18n import AUTONYMS, Message, Text, _, pick


def in_words(visit: Visit, entry: EntryFate) -> dict[str, Any]:
    """From the comment that there is, or from what is kept meanwhile; of a vote nothing, not even that there was one."""
    said = entry.kept.get("comment") or {}
    comment = entry.comment
    return {
        "number": str(entry.number),
        "at": entry.finished_at,
        "stance": comment.stance if comment is not None else said.get("stance"),
        "body": comment.body if comment is not None else said.get("body", ""),
        "lang": comment.language if comment is not None else entry.language,
        "reactions": [(REACTIONS[ReactionKind(one.kind)], one.body, one.language) for one in entry.reactions],
        "meeting": _meeting(entry),
        "told": _told(visit, entry),
    }


def _told(visit: Visit, entry: EntryFate) -> list[tuple[Message, Message | Text]]:
    """What was noted beside the words, which may be as wrong as they are; not what the delegate noted in silence."""
    told: list[tuple[Message, Message | Text]] = [
        (_("In which language?"), pick({entry.language: AUTONYMS[entry.language]}, visit.language)),
    ]
    met = entry.kind == EntryKind.MEETING
    if entry.kind == EntryKind.ASSISTED:
        told.append((_("Who speaks?"), KINDS[EntryKind.ASSISTED]))
    if place := visit.city.places.get(entry.place_id or 0):
        asked = _("Where was the meeting?") if met else _("Where do they live?")
        told.append((asked, pick(place.names, visit.language, visit.city.languages)))
    if entry.age is not None:
        told.append((_("How old are they?"), AGES[Age(entry.age)]))
    if entry.consent is not None:
        told.append((_("How did they agree?"), HOW[Consent(entry.consent)]))
        told.append((_("Did somebody else hear it?"), ANSWERS[YES if entry.witnessed else NO]))
    return told


def _meeting(entry: EntryFate) -> dict[str, Any] | None:
    """All of it: whoever was there can say that something is wrong."""
    met = entry.meeting
    if met is None:
        kept = read_kept(entry.kept).meeting if entry.kept else None
        met = None if kept is None else asdict(kept)
    return None if met is None else {**met, "hands": [met["hands"].get(side, 0) for side in HANDS]}
