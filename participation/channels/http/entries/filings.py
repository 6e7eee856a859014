"""Sentences of the record about organisations and what they file."""

from participation.channels.http.entries.words import Facts, Reader, Sentence
from participation.kit import i18n
from participation.kit.i18n import Message, _


def _organisation(sentence: Message) -> Sentence:
    """A sentence about an organisation, and the project on which it files, where there is one."""

    def say(reader: Reader, facts: Facts) -> Message:
        name = i18n.pick(facts["organisation"]["names"], reader.language, reader.city.languages)
        project = (("project", int(facts["project"]["number"])),) if "project" in facts else ()
        return Message(sentence.text, values=(("organisation", name), *project))

    return say


FILINGS: dict[str, Sentence] = {
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
