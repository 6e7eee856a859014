"""Says in words what became of entries that delegates recorded: by project and the delegate's number, never the person or the entry."""

from participation.channels.http.entries.words import Facts, Reader, Sentence, in_district
from participation.domain.proxies.contested.rules import REASONS, Why
from participation.kit.i18n import Message, _


def _entry(sentence: Message) -> Sentence:
    def say(reader: Reader, facts: Facts) -> Message:
        # A number is a name here: it is written without separators.
        values = (("project", int(facts["project"]["number"])), ("number", str(int(facts["delegate"]))))
        return Message(sentence.text, values=values)

    return say


def _settled(sentence: Message, facts: Facts) -> Message:
    values = (("project", int(facts["project"]["number"])), ("reason", REASONS[Why(facts["reason"])]))
    return Message(sentence.text, values=values)


CARRIED: dict[str, Sentence] = {
    # Of the district alone: see `reviews.rules.disputed_at`.
    "entry_disputed": in_district(
        _("What a delegate wrote down for somebody in %(district)s was disputed, and waits.")
    ),
    "entry_withdrawn": _entry(
        _("What delegate %(number)s wrote down for somebody on project %(project)s was taken back by that person.")
    ),
    "entry_admitted": _entry(
        _("What delegate %(number)s wrote down for somebody on project %(project)s had waited, and counts now.")
    ),
    "carried_settled": lambda reader, facts: _settled(
        _(
            "On project %(project)s two delegates had brought a vote for the same person. It was decided that one counts. %(reason)s"
        )
        if facts["kept"]
        else _(
            "On project %(project)s two delegates had brought a vote for the same person. It was decided that neither counts. %(reason)s"
        ),
        facts,
    ),
    "contested_number_shown": lambda reader, facts: _(
        "A telephone number was shown on project %(project)s, to ask somebody for whom two delegates had brought a vote.",
        project=int(facts["project"]["number"]),
    ),
    "entry_refused": _entry(
        _("What delegate %(number)s wrote down for somebody on project %(project)s had waited, and does not count.")
    ),
}
