"""The words that begin a text message to the city, in each language: what phones understand, and what pages tell people to write."""

from collections.abc import Mapping
from enum import StrEnum

from participation.channels.http.site import Gateway
from participation.channels.http.visit import Visit
from participation.kit.i18n import Message, _


class Command(StrEnum):
    VOTE = "vote"
    COMMENT = "comment"
    PROJECTS = "projects"
    RECEIPT = "receipt"
    JOIN = "join"
    LOST = "lost"
    STOP = "stop"
    HELP = "help"


WORDS: Mapping[Command, Message] = {
    # What stands first is what help says.
    Command.VOTE: _("VOTE|V"),
    Command.COMMENT: _("C|COMMENT"),
    Command.PROJECTS: _("P|PROJECT|PROJECTS"),
    Command.RECEIPT: _("R|RECEIPT"),
    Command.JOIN: _("JOIN|LINK"),
    Command.LOST: _("LOST|LOST SLIP"),
    Command.STOP: _("STOP|UNSUBSCRIBE|CANCEL"),
    Command.HELP: _("HELP|INFO|HELP ME"),
}


PAYS: Mapping[str, Message] = {
    "free": _("This is free for you."),
    "sms": _("Each SMS that you send costs what your network takes for one."),
    "call": _("This call costs what your network takes for one."),
    "session": _("Your network may charge for this session."),
}
"""What a resident pays, as the gateway is set; said before it costs anything."""


def numbers(visit: Visit) -> list[tuple[Gateway, Message]]:
    """The gateways of the city that have a number to dial or to write to, with what residents pay."""
    return [(one, PAYS[one.pays]) for one in here(visit) if one.number]


def called_back(visit: Visit) -> list[str]:
    """Numbers that nobody answers: whoever lets them ring is called back."""
    return [one.missed for one in here(visit) if one.missed]


def here(visit: Visit) -> list[Gateway]:
    """The city's gateways."""
    found = (one for one in visit.site.gateways.values() if one.city in (None, visit.city.slug))
    return sorted(found, key=lambda one: one.name)


def alternatives(words: Message, language: str) -> list[str]:
    return [word.strip() for word in words.into(language).split("|") if word.strip()]


def shown(command: Command, language: str) -> str:
    """The word as help says it."""
    return alternatives(WORDS[command], language)[0]
