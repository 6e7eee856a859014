"""What a moderator has to say to hide something."""

from participation.domain.moderation.models import Reason
from participation.domain.moderation.rules import CHOICES
from participation.kit.forms import Fields, Reader
from participation.kit.i18n import _


def read_reason(fields: Fields) -> Reason:
    """One of the published reasons; the one that only an import gives cannot be chosen."""
    form = Reader(fields)
    missing = _("Please choose the rule that it breaks.")
    reason = form.one_of("reason", Reason, missing=missing)
    if reason not in CHOICES:
        form.wrong("reason", missing)
    form.finish()
    return reason
