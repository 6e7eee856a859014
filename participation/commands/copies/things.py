"""What open data has no address for, as plain values: documents, meetings, assessments, places. Only what their pages show."""

import dataclasses
from datetime import date, datetime
from typing import Any

from participation.domain.places.queries import CityView
from participation.domain.projects.assessments.queries import Published
from participation.domain.projects.documents.models import DocumentState
from participation.domain.projects.documents.queries import DocumentView, FileView
from participation.domain.projects.documents.rules import ENDINGS
from participation.domain.projects.meetings.queries import ChangeView, MeetingView
from participation.domain.projects.sounds.clips.queries import ClipView
from participation.domain.projects.sounds.queries import SoundView

Files = dict[str, str]
"""Hash of a file in the store -> its name in the archive."""
OF_MEETING = (
    *("id", "kind", "settlement", "starts_at", "ends_at", "venue", "agenda", "office", "access", "spoken"),
    *("also_spoken", "phone", "online", "announced_at", "changed_at", "cancelled_at", "minuted_at"),
    *("minutes", "decisions", "document"),
)
OF_CHANGE = ("cancels", "started_before", "ended_before", "venue_before", "reasons", "at")
OF_DOCUMENT = (
    *("number", "kind", "state", "language", "titles", "alternatives", "published_at", "withdrawn_at", "reasons"),
)

OF_SOUND = ("part", "language", "kind", "seconds")
OF_CLIP = ("tongue", "seconds")


def plain(value: Any) -> Any:
    """As JSON has it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return plain(dataclasses.asdict(value))
    return value


def _some(thing: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: plain(getattr(thing, name)) for name in names}


def city(here: CityView) -> dict[str, Any]:
    places = [
        {"slug": one.slug, "names": plain(dict(one.names)), "population": one.population}
        for one in here.places.values()
    ]
    return {
        "slug": here.slug,
        "names": plain(dict(here.names)),
        "languages": list(here.languages),
        "places": places,
    }


def meeting(here: CityView, one: MeetingView) -> dict[str, Any]:
    """Of how many came nothing is said when they were fewer than ten, which stands as 0."""
    return _some(one, OF_MEETING) | {
        "place": _place(here, one.place_id),
        "projects": [each.slug for each in one.about],
        "attended": one.attended or None,
        "fewer_than_ten_came": one.attended == 0,
        "changes": [_change(here, each) for each in one.changes],
    }


def _change(here: CityView, one: ChangeView) -> dict[str, Any]:
    return _some(one, OF_CHANGE) | {"place_before": _place(here, one.place_before)}


def _place(here: CityView, place_id: int) -> str | None:
    return here.places[place_id].slug if place_id in here.places else None


def document(project: str, one: DocumentView, editions: list[FileView]) -> tuple[dict[str, Any], Files]:
    """What everybody can read of it, and its files; of one that was withdrawn only that it was, and why."""
    said = {"project": project} | _some(one, OF_DOCUMENT)
    if one.state != DocumentState.PUBLISHED:
        return said | {"editions": []}, {}
    files: Files = {}
    shown = []
    for each in editions:
        pictures = [(str(p["digest"]), str(p["media_type"])) for p in each.pictures]
        here = {digest: named(digest, kind) for digest, kind in pictures or [(each.digest, each.media_type)]}
        files |= here
        shown.append(
            {
                "edition": each.edition,
                "media_type": each.media_type,
                "name": each.name,
                "at": plain(each.at),
                "facts": plain(dict(each.facts)),
                "files": list(here.values()),
            }
        )
    return said | {"editions": shown}, files


def sound(project: str | None, one: SoundView) -> tuple[dict[str, Any], Files]:
    """What it says, and the same sound in two forms. Without a project it is of the city's menus."""
    files = {one.mp3_digest: f"files/{one.mp3_digest}.mp3", one.opus_digest: f"files/{one.opus_digest}.opus"}
    return {"project": project} | _some(one, OF_SOUND) | {"files": list(files.values())}, files


def clip(project: str, one: ClipView) -> tuple[dict[str, Any], Files]:
    files = {one.digest: f"files/{one.digest}.{one.format}"}
    return {"project": project} | _some(one, OF_CLIP) | {"files": list(files.values())}, files


def named(digest: str, media_type: str) -> str:
    return f"files/{digest}.{ENDINGS[media_type]}"


def assessment(project: str, one: Published, questionnaire: str) -> dict[str, Any]:
    """The newest version. Of an answer that is kept internal it holds the ground and the last day, as the page does."""
    return {
        "project": project,
        "kind": one.kind,
        "number": one.number,
        "published_at": plain(one.at),
        "review_on": plain(one.review_on),
        "score": plain(dict(one.score)),
        "answers": plain(dict(one.answers)),
        "questionnaire": questionnaire,
    }
