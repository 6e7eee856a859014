"""The sounds themselves: kept for ever by whoever has heard them once, resumable, and counted by nobody."""

import re

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.web.document_files import SAFE, kept
from participation.domain.people.models import Role
from participation.domain.people.rules import may_act
from participation.domain.projects.sounds import queries
from participation.domain.projects.sounds.clips import queries as clips
from participation.kit.errors import NotFound, Unavailable
from participation.kit.files import Files
from participation.kit.i18n import _

NAME = re.compile(r"([0-9]{1,9})-([0-9a-f]{8})\.(mp3|opus)")
CLIP = re.compile(r"([0-9]{1,9})-[0-9a-f]{8}\.(mp4|webm)")
MEDIA_TYPES = {"mp3": "audio/mpeg", "opus": "audio/ogg", "mp4": "video/mp4", "webm": "video/webm"}
PLAYED = {**SAFE, "Content-Security-Policy": "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'"}
"""What a browser makes around a sound that is opened by itself is its own player, and needs no more."""


async def show(visit: Visit) -> Response:
    name = str(visit.request.path_params["name"])
    said = NAME.fullmatch(name)
    if said is None:
        raise missing()
    async with visit.reading() as session:
        found = await queries.served(session, visit.city.id, int(said[1]))
    if found is None or not (found.public or _official(visit, found.places)):
        raise missing()
    digest = found.sound.mp3_digest if said[3] == "mp3" else found.sound.opus_digest
    if not digest.startswith(said[2]):
        raise missing()
    return _file(visit, digest, name, MEDIA_TYPES[said[3]], public=found.public)


async def clip(visit: Visit) -> Response:
    """A clip in sign language, in the same way."""
    name = str(visit.request.path_params["name"])
    said = CLIP.fullmatch(name)
    if said is None:
        raise missing()
    async with visit.reading() as session:
        found = await clips.served(session, visit.city.id, int(said[1]))
    if found is None:
        raise missing()
    view, public, places = found
    if not (public or _official(visit, places)) or name != view.address.rpartition("/")[2]:
        raise missing()
    return _file(visit, view.digest, name, MEDIA_TYPES[view.format], public=public)


def _file(visit: Visit, digest: str, name: str, media_type: str, *, public: bool) -> Response:
    path = Files(visit.site.settings.store).path(digest)
    if not path.is_file():
        raise Unavailable(
            "file", _("This file is not here at the moment."), _("Please try again later; its words are on its page.")
        )
    return kept(visit, path, name, media_type, public=public, safe=PLAYED)


def _official(visit: Visit, places: tuple[int, ...]) -> bool:
    return bool(visit.actor.grants) and may_act(visit.actor, Role.OFFICIAL, visit.city, places) is None


def missing() -> NotFound:
    return NotFound(
        "sound", _("There is no such sound, or it was made anew."), _("Open the page again: its link leads there.")
    )
