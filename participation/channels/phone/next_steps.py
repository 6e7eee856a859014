"""After a refusal by SMS: what can be sent, in place of pages of the web, which its reader may not have."""

from collections.abc import Mapping

from participation.channels.http.phone_words import Command, shown
from participation.kit.errors import Refusal
from participation.kit.i18n import Message, _

_LIST = _("Send %(projects)s for the projects and their numbers.")
_STANDING = _("Send %(projects)s and the number of the project: the answer says how things stand.")
_SLIP = _("Send %(join)s and the 16 digits on your slip.")
_AGAIN = _("Write it anew to say it again.")
INSTEAD: Mapping[str, Message] = {
    "The list of projects says their numbers.": _LIST,
    "Please check the address, or begin again at the home page.": _LIST,
    "The ballot's page says when it opens. Please come back then.": _STANDING,
    "The ballot's page shows the result as soon as the votes are counted.": _STANDING,
    "Its page says why.": _STANDING,
    "The project's page says what comes next.": _STANDING,
    "The project's page says what is missing.": _STANDING,
    "Until then you can read what the city plans on the project's page.": _STANDING,
    "Your page on the web gives you new ones.": _SLIP,
    "Open the page again and send it once more.": _AGAIN,
}
"""By the next step that the web says."""
NOTHING = "not_found"
"""How a ballot is refused that has not been announced: to the web there is no such page."""


def by_message(refusal: Refusal, language: str) -> tuple[Message, Message]:
    """Reason and next step for whoever has a phone alone."""
    reason = _("There is no vote about this.") if refusal.code == NOTHING else refusal.message
    instead = INSTEAD.get(refusal.next_step.text)
    if instead is None:
        return reason, refusal.next_step
    words = {command.value: shown(command, language) for command in Command}
    return reason, Message(instead.text, values=tuple(words.items()))
