"""The five preconditions in words."""

from collections.abc import Collection, Mapping, Sequence

from participation.domain.projects.preconditions.models import Condition
from participation.kit.i18n import Message, _

CONDITIONS: Mapping[Condition, Message] = {
    Condition.HELP: _("Residents know something that the city needs for this decision"),
    Condition.ROOM: _("There is room for what residents say to change something"),
    Condition.LEADERSHIP: _("Those who lead the city stand behind asking residents, and will answer"),
    Condition.RESOURCES: _("There are people, time and money to ask properly and to work through the answers"),
    Condition.UNDECIDED: _("What residents are asked about has not been decided already"),
}
"""After the OECD's preconditions of participation."""


def unsigned(signed: Mapping[str, Collection[str]], required: Sequence[str]) -> list[Condition]:
    """Those without a sentence in every required language. signed: in which each has one."""
    return [one for one in Condition if not set(required) <= set(signed.get(one, ()))]
