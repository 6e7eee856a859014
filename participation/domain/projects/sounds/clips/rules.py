"""Why a file is no clip."""

from collections.abc import Mapping

from participation.kit.errors import Invalid
from participation.kit.i18n import Message, _

MEDIA_TYPES = {"mp4": "video/mp4", "webm": "video/webm"}
MOST_CLIPS = 10
"""Of one project."""
_DAMAGED = _("This clip is damaged or not whole. Play it yourself, save it anew, and send that.")
REFUSED: Mapping[str, Message] = {
    "empty": _("This file is empty."),
    "clip_too_large": _("This clip is larger than 6 MB, which costs its viewers too much. Make its picture smaller."),
    "clip_too_long": _("This clip is longer than 3 minutes. Sign less, or in two parts."),
    "clip_too_wide": _("The picture of this clip is more than 1,280 pixels wide or high. Make it smaller."),
    "clip_codec": _("Old telephones do not show this clip. Save it as MP4 with H.264, or as WebM with VP8 or VP9."),
    "not_a_clip": _("This is no clip: MP4 and WebM are taken, with one picture and at most one sound."),
    "breaks_clip": _DAMAGED,
    "no_program": _(
        "This server cannot take recordings at the moment: a program is missing. Tell the operator; `participation doctor` names it."
    ),
}


def refused(code: str) -> Invalid:
    return Invalid({"file": REFUSED.get(code, _DAMAGED)})
