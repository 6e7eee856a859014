"""How a photograph is masked, and how long it is kept."""

from datetime import timedelta
from enum import StrEnum

from participation.kit.errors import Closed, NotFound
from participation.kit.i18n import _

KEPT = timedelta(days=84)
"""After the closing of the consultation."""
UNSEEN = timedelta(days=1)
"""A picture of which nobody said that the strip is covered goes after so long."""


class Edge(StrEnum):
    """Of the picture, as it is seen: where the foot of the sheet is."""

    BOTTOM = "bottom"
    TOP = "top"
    LEFT = "left"
    RIGHT = "right"


class Part(StrEnum):
    """How much of the picture is painted over, in hundredths."""

    SIXTH = "17"
    QUARTER = "25"
    THIRD = "34"
    HALF = "50"


def none() -> NotFound:
    return NotFound("photograph", _("There is no photograph of this sheet."), _("Its page takes one."))


def too_old() -> Closed:
    return Closed(
        "photograph_time",
        _("Photographs of this consultation are not kept any more: it closed 84 days ago."),
        _("Keep the paper itself as your office's rules say."),
    )
