"""Says entries of the record in words: one sentence for each kind, for the record's pages, a project's history and letters."""

from participation.channels.http.entries.carried import CARRIED
from participation.channels.http.entries.checks import CHECKS
from participation.channels.http.entries.city import CITY
from participation.channels.http.entries.data_links import DATA_LINKS
from participation.channels.http.entries.delegates import DELEGATES
from participation.channels.http.entries.filings import FILINGS
from participation.channels.http.entries.projects import PROJECTS
from participation.channels.http.entries.words import ROLE_NAMES, Reader, Sentence, place, role
from participation.domain.record.queries import Entry
from participation.kit.i18n import Message, _

SENTENCES: dict[str, Sentence] = {**CITY, **PROJECTS, **FILINGS, **DATA_LINKS, **DELEGATES, **CARRIED, **CHECKS}


def sentence(reader: Reader, entry: Entry) -> Message:
    """What an entry says, in one sentence."""
    if entry.erased:
        return _("What this entry said was erased; a later entry says why.")
    known = SENTENCES.get(entry.kind)
    if known is None:
        return _("An entry of the kind “%(kind)s”.", kind=entry.kind)
    try:
        return known(reader, entry.facts)
    except (KeyError, TypeError, ValueError):
        # An old entry may lack a fact that is written today; it is never a reason to show nothing.
        return _("An entry of the kind “%(kind)s”.", kind=entry.kind)


def who(reader: Reader, entry: Entry) -> Message | None:
    """Role and place of whoever acted, and a delegate's number; never a person."""
    acted = entry.actor.get("role")
    if acted is None:
        return None
    if "number" in entry.actor and "place" in entry.actor:
        return _(
            "%(role)s %(number)s, %(place)s",
            role=role(acted),
            number=str(entry.actor["number"]),
            place=place(reader, entry.actor["place"]),
        )
    if "place" in entry.actor:
        return _("%(role)s, %(place)s", role=role(acted), place=place(reader, entry.actor["place"]))
    return ROLE_NAMES.get(acted) or _("%(role)s", role=acted)
