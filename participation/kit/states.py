"""States that change only along a table."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol, TypeVar

from participation.kit.errors import Conflict
from participation.kit.i18n import _

S = TypeVar("S", bound=StrEnum)


class HasState(Protocol[S]):
    state: S


def advance(thing: HasState[S], to: S, table: Mapping[S, frozenset[S]]) -> None:
    """Set the state if the table allows it from where the thing is now."""
    if to not in table.get(thing.state, frozenset()):
        raise Conflict(
            "state",
            _("This cannot be done any more: it has changed in the meantime."),
            _("Open the page again; it shows how things stand now."),
        )
    thing.state = to
