"""What roles are called on the staff's pages."""

from participation.domain.people.models import Role
from participation.kit.i18n import Message, _

ROLES = {
    Role.MODERATOR: _("moderator"),
    Role.OFFICIAL: _("official"),
    Role.AUDITOR: _("auditor"),
    Role.ADMINISTRATOR: _("administrator"),
}


def role_words(role: str) -> Message | str:
    return ROLES.get(Role(role), role)
