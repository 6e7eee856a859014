"""Sentences of the record about organisations and what they file."""

from collections.abc import Callable, Mapping
from typing import Any

from participation.channels.http.visit import Visit
from participation.kit import i18n
from participation.kit.i18n import Message, _


def _organisation(sentence: Message) -> Callable[[Visit, Mapping[str, Any]], Message]:
    """A sentence about an organisation, and the project on which it files, where there is one."""

    def say(visit: Visit, facts: Mapping[str, Any]) -> Message:
        name = i18n.pick(facts["organisation"]["names"], visit.language, visit.city.languages)
        project = (("project", int(facts["project"]["number"])),) if "project" in facts else ()
        return Message(sentence.text, values=(("organisation", name), *project))

    return say


FILINGS = {
    "organisation_added": _organisation(_("%(organisation)s was added to the organisations.")),
    "organisation_changed": _organisation(_("What is said about the organisation %(organisation)s was changed.")),
    "filing_asked": _organisation(_("%(organisation)s got a link to file something on project %(project)s.")),
    "filing_stopped": _organisation(_("The link of %(organisation)s for project %(project)s was stopped.")),
    "filing_handed_in": _organisation(_("%(organisation)s handed in what it files on project %(project)s.")),
    "filing_published": _organisation(_("What %(organisation)s filed on project %(project)s was published as it is.")),
    "filing_refused": _organisation(
        _("The city refused to publish what %(organisation)s filed on project %(project)s.")
    ),
}
