"""Who may have themselves erased."""

from participation.domain.record.actors import Actor
from participation.kit.errors import Conflict, Refusal, SignInNeeded
from participation.kit.i18n import _


def may_erase(actor: Actor) -> Refusal | None:
    """Everybody, at any time; whoever works for the city gives up their roles first, since others rest on them."""
    if actor.person_id is None:
        return SignInNeeded(
            "sign_in", _("Please sign in first."), _("Sign in, then go back to your page and send it once more.")
        )
    if actor.grants:
        return Conflict(
            "roles",
            _("You still hold a role for the city."),
            _("Ask an administrator to end your roles; then everything about you can be erased."),
        )
    return None
