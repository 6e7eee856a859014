"""Says in words what the record tells of links between two projects."""

from datetime import date

from participation.channels.http.entries.words import Facts, Reader, Sentence
from participation.kit import i18n
from participation.kit.i18n import Message, _


def _link(sentence: Message) -> Sentence:
    def say(reader: Reader, facts: Facts) -> Message:
        values = (
            ("project", int(facts["project"]["number"])),
            ("to", int(facts["to"]["number"])),
            ("day", i18n.day(date.fromisoformat(facts["from"]), reader.language, reader.city.zone)),
        )
        return Message(sentence.text, values=values)

    return say


DATA_LINKS: dict[str, Sentence] = {
    "data_link_announced": _link(
        _("It was announced that project %(project)s gives data to project %(to)s, from %(day)s on.")
    ),
    "data_link_ended": _link(
        _("Project %(project)s does not give data to project %(to)s any more; it was announced from %(day)s on.")
    ),
}
