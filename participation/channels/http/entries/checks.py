"""Says in words what the record tells of checks: which delegates' entries were listed and drawn, and that somebody was asked."""

from participation.channels.http.entries.words import Facts, Reader, Sentence, in_district, place
from participation.kit.i18n import Message, _, _n


def _of(sentence: Message) -> Sentence:
    def say(reader: Reader, facts: Facts) -> Message:
        of = facts["delegate"]
        # A number is a name here: it is written without separators.
        values = (("number", str(int(of["number"]))), ("district", place(reader, of["place"])))
        return Message(sentence.text, values=values)

    return say


CHECKS: dict[str, Sentence] = {
    "checks_listed": lambda reader, facts: _n(
        "Checks, round %(round)s: the entries of %(count)s delegate were listed, before anybody knew what would be drawn.",
        "Checks, round %(round)s: the entries of %(count)s delegates were listed, before anybody knew what would be drawn.",
        len(facts["lists"]),
        round=int(facts["round"]),
    ),
    "checks_drawn": lambda reader, facts: _(
        "Checks, round %(round)s: entries were drawn by lot. Anybody can do it again with the seed that stands here.",
        round=int(facts["round"]),
    ),
    "check_number_shown": in_district(
        _(
            "A telephone number was shown, to ask somebody in %(district)s whether they had said what a delegate wrote down."
        )
    ),
    "check_asked": in_district(
        _("It was noted what came of asking somebody in %(district)s whether they had said what a delegate wrote down.")
    ),
    "entries_held": _of(
        _("What delegate %(number)s, %(district)s, brought is held, since people who were asked said otherwise.")
    ),
    "check_visit": in_district(_("Another delegate was sent to somebody in %(district)s whom a delegate had visited.")),
}
