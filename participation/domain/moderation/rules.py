"""By which rules something may be hidden: published, few, and the same for everybody."""

from dataclasses import dataclass

from participation.domain.moderation.models import Reason, Status
from participation.kit.errors import Conflict, NotAllowed, Refusal
from participation.kit.i18n import Message, _


@dataclass(frozen=True)
class Rule:
    """A reason in a few words, as it stands in the place of what was hidden, and the rule behind it as a sentence."""

    name: Message
    meaning: Message


RULES: dict[Reason, Rule] = {
    Reason.INSULT: Rule(
        _("The comment insults somebody"),
        _("It attacks, threatens or demeans people. Hard words about a project or a decision are allowed."),
    ),
    Reason.PERSONAL_DATA: Rule(
        _("The comment gives away personal data"),
        _("It says something about a private person by which they can be found or harmed."),
    ),
    Reason.NAMES_WORKER: Rule(
        _("The comment names a city worker"),
        _("It names somebody who works for the city and is neither elected nor head of an office."),
    ),
    Reason.SPAM: Rule(_("The comment is spam"), _("It is advertising, or the same text again. One copy stays.")),
    Reason.OFF_TOPIC: Rule(
        _("The comment has nothing to do with the project"), _("It is about something else altogether.")
    ),
    Reason.IMPORTED: Rule(
        _("The comment was rejected where it was imported from"),
        _("The moderators of the consultation that it comes from had rejected it there."),
    ),
    Reason.DISPUTED: Rule(
        _("The person for whom it was written down says that it is not what they said"),
        _(
            "Whoever has the receipt of what a delegate wrote down can say so. It waits until the city has looked at it."
        ),
    ),
    Reason.DELEGATE: Rule(
        _("What this delegate brought is being looked at"),
        _("When call-backs find that people did not say what a delegate wrote down, all that they brought waits."),
    ),
}

HELD = _("This comment waits for a moderator: it may name somebody who works for the city.")
"""What stands in its place meanwhile."""

OF_ENTRIES = frozenset({Reason.DISPUTED, Reason.DELEGATE})
"""For which what a delegate brought is held. It is let go with its entry, not here."""
CHOICES = tuple(reason for reason in Reason if reason not in OF_ENTRIES | {Reason.IMPORTED})
"""What a moderator can choose from; one reason comes with an import, two with what a delegate brought."""


def held_words(reason: str | None) -> Message:
    """What stands in the place of something that is held."""
    if reason in OF_ENTRIES:
        return RULES[Reason(reason)].name
    return HELD


def of_an_entry() -> Conflict:
    return Conflict(
        "entry",
        _("This came in an entry of a delegate that is being looked at."),
        _("It is decided about with the whole entry, on the page of entries that wait."),
    )


def reason_words(code: str | None) -> Message | None:
    """The reason in a few words, for whoever shows what was hidden."""
    return RULES[Reason(code)].name if code in set(Reason) else None


def may_decide(before: Status, after: Status, *, own: bool) -> Refusal | None:
    """Nobody moderates what they said themselves; what is erased stays erased; the same again changes nothing."""
    if own:
        return NotAllowed(
            "own",
            _("You cannot moderate what you wrote yourself."),
            _("Another moderator has to look at it."),
        )
    if before is Status.ERASED:
        return Conflict(
            "erased",
            _("Its writer has taken this back. There is nothing left to moderate."),
            _("Go on with the next comment."),
        )
    if before is after:
        return Conflict(
            "state",
            _("This cannot be done any more: it has changed in the meantime."),
            _("Open the page again; it shows how things stand now."),
        )
    return None


def told(kind: str, facts: dict[str, object]) -> Message | None:
    """What the writer is told, from a notice's code and facts; None when the notice is not about moderation."""
    if kind == "hidden":
        reason = reason_words(str(facts.get("reason")))
        return _("A moderator has hidden your comment. Reason: %(reason)s", reason=reason)
    if kind == "released":
        return _("A moderator has looked at your comment. Everybody can read it now.")
    if kind == "restored":
        return _("A moderator has shown your comment again.")
    return None
