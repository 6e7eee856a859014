"""Says in words what the record tells of delegates: by the number of the year and the district, never a person."""

from typing import Any

from participation.channels.http.entries.words import Facts, Reader, Sentence, day, moment, place
from participation.domain.proxies.delegates.models import Reason
from participation.domain.proxies.delegates.rules import REASONS
from participation.kit.i18n import Message, _


def _of(reader: Reader, facts: Facts, sentence: Message, **more: Any) -> Message:
    of = facts["delegate"]
    # A number is a name here: it is written without separators.
    values = {"number": str(int(of["number"])), "district": place(reader, of["place"]), **more}
    return Message(sentence.text, values=tuple(values.items()))


def _delegate(sentence: Message) -> Sentence:
    return lambda reader, facts: _of(reader, facts, sentence)


def _because(sentence: Message) -> Sentence:
    return lambda reader, facts: _of(reader, facts, sentence, reason=REASONS[Reason(facts["reason"])])


DELEGATES: dict[str, Sentence] = {
    "delegate_proposed": lambda reader, facts: _of(
        reader,
        facts,
        _(
            "Somebody was put forward as delegate %(number)s for %(district)s, until %(day)s. Objections can be sent until %(when)s."
        ),
        day=day(reader, facts["until"]),
        when=moment(reader, facts["objections_until"]),
    ),
    "delegate_objected": _delegate(_("Somebody objected to delegate %(number)s, %(district)s, being appointed.")),
    "objection_decided": lambda reader, facts: _of(
        reader,
        facts,
        _("An objection to delegate %(number)s, %(district)s, was upheld.")
        if facts["upheld"]
        else _("An objection to delegate %(number)s, %(district)s, was dismissed."),
    ),
    "delegate_refused": _because(_("Delegate %(number)s, %(district)s, was not appointed. %(reason)s")),
    "delegate_appointed": lambda reader, facts: _of(
        reader,
        facts,
        _("Delegate %(number)s was appointed for %(district)s, until %(day)s."),
        day=day(reader, facts["until"]),
    ),
    "delegate_suspended": _because(_("Delegate %(number)s, %(district)s, was suspended. %(reason)s")),
    "delegate_going_on": _delegate(_("Delegate %(number)s, %(district)s, may go on.")),
    "delegate_revoked": _because(_("The appointment of delegate %(number)s, %(district)s, was revoked. %(reason)s")),
    "enrolment_made": _delegate(
        _("A code was made with which delegate %(number)s, %(district)s, can enrol one device.")
    ),
    "device_enrolled": _delegate(_("Delegate %(number)s, %(district)s, enrolled a device.")),
    "sheet_made": lambda reader, facts: _of(
        reader,
        facts,
        _(
            "An office made a sheet to type in what delegate %(number)s, %(district)s, collects. Receipts on it: %(rows)s"
        ),
        rows=int(facts["rows"]),
    ),
    "paper_printed": lambda reader, facts: _of(
        reader,
        facts,
        _("Paper forms were printed for delegate %(number)s, %(district)s: %(count)s sheets of batch %(batch)s."),
        count=facts["printed"],
        batch=str(int(facts["batch"])),
    ),
    "device_revoked": _delegate(
        _("A device of delegate %(number)s, %(district)s, was revoked: what comes from it is held.")
    ),
}
