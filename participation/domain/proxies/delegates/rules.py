"""How a delegate stands: pure decisions."""

from datetime import datetime

from participation.domain.proxies.delegates.models import DelegateState
from participation.kit.errors import NotFound
from participation.kit.i18n import _


def standing(state: str, ends_at: datetime, at: datetime) -> DelegateState:
    """An appointment is over with its time, whatever is stored; what was refused or revoked stays so."""
    if state in (DelegateState.APPOINTED, DelegateState.SUSPENDED) and at >= ends_at:
        return DelegateState.ENDED
    return DelegateState(state)


def no_delegate() -> NotFound:
    return NotFound("delegate", _("There is no such delegate."), _("The list of delegates shows all of them."))
