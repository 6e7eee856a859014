"""Says in words what the record tells of delegates: by the number of the year and the district, never a person."""

from participation.channels.http.entries.words import Facts, Reader, Sentence, place
from participation.kit.i18n import Message, _


def _delegate(sentence: Message) -> Sentence:
    def say(reader: Reader, facts: Facts) -> Message:
        of = facts["delegate"]
        # A number is a name here: it is written without separators.
        values = (("number", str(int(of["number"]))), ("district", place(reader, of["place"])))
        return Message(sentence.text, values=values)

    return say


DELEGATES: dict[str, Sentence] = {
    "enrolment_made": _delegate(
        _("A code was made with which delegate %(number)s, %(district)s, can enrol one device.")
    ),
    "device_enrolled": _delegate(_("Delegate %(number)s, %(district)s, enrolled a device.")),
    "device_revoked": _delegate(
        _("A device of delegate %(number)s, %(district)s, was revoked: what comes from it is held.")
    ),
}
