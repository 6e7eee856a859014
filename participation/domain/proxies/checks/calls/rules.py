"""Who may ask somebody whether they said what was written down, when, and what can be answered: pure decisions."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from participation.domain.proxies.checks.models import CaseState, How
from participation.kit.errors import Conflict, NotAllowed, NotFound, Refusal
from participation.kit.i18n import Message, _

TRIES = 3
"""After so many calls that nobody answered somebody counts as not reached."""
BETWEEN = timedelta(hours=4)
"""Between two tries by anybody; …"""
SAME = timedelta(days=1)
"""… by the same person it is a day, so that somebody else tries where there is anybody."""
HOLDS = timedelta(hours=1)
"""For so long whoever saw a number may say what came of it, and nobody else sees it."""


class Answer(StrEnum):
    YES = "yes"
    NO = "no"
    ABSENT = "absent"
    UNREACHED = "unreached"


class Voted(StrEnum):
    """What the person says of a vote in the delegate's presence."""

    YES = "yes"
    NO = "no"
    UNSAID = "unsaid"


ANSWERS: dict[Answer, Message] = {
    Answer.YES: _("Yes, this is what I said"),
    Answer.NO: _("No, I said something else"),
    Answer.ABSENT: _("I did not take part"),
    Answer.UNREACHED: _("Not reached"),
}
VOTED: dict[Voted, Message] = {
    Voted.YES: _("Yes, I voted with the delegate"),
    Voted.NO: _("No, I did not vote with the delegate"),
    Voted.UNSAID: _("Not asked, or no answer"),
}
STATES: dict[CaseState, Message] = {
    CaseState.WAITING: _("To be called"),
    CaseState.TABLE: _("No telephone number"),
    CaseState.YES: _("The person was asked"),
    CaseState.NO: _("The person was asked"),
    CaseState.ABSENT: _("The person was asked"),
    CaseState.UNREACHED: _("Not reached"),
}
"""On the pages of whoever asks: what somebody answered stands nowhere beside the entry."""


@dataclass(frozen=True)
class Case:
    """All that decides whether it can be worked on."""

    state: CaseState
    tries: int
    caller_id: int | None
    tried_at: datetime | None
    looking: bool
    """Somebody has seen the number, and not said yet what came of it."""
    appointers: frozenset[int]
    """Who put the delegate forward, and who appointed them."""
    answered: bool
    has_number: bool
    """A number goes with what it was for: the person took their entry back, or had themselves erased."""
    sent: bool = False
    """Another delegate was sent to the person."""


def may_ask(case: Case, person_id: int | None) -> Refusal | None:
    """Never who put the delegate forward or appointed them; and nobody is asked twice."""
    if case.answered:
        return Conflict(
            "answered",
            _("This person was asked already."),
            _("There is nothing left to do: the list shows who is still to be asked."),
        )
    if person_id is None or person_id in case.appointers:
        return appointer()
    return None


def appointer() -> NotAllowed:
    return NotAllowed(
        "appointer",
        _("You put this delegate forward or appointed them. Somebody else asks the people whom they visited."),
        _("Leave this to a colleague; the list keeps it."),
    )


def may_look(case: Case, person_id: int | None, at: datetime) -> Refusal | None:
    """Whether somebody may see the number now."""
    if refusal := may_ask(case, person_id):
        return refusal
    if case.state is not CaseState.WAITING or not case.has_number:
        return Conflict(
            "no_number",
            _("There is no number to call, or not any more."),
            _("The person can come to a checking table, or another delegate visits them."),
        )
    if case.tried_at is None:
        return None
    mine = case.caller_id == person_id
    if mine and case.looking and at < case.tried_at + HOLDS:
        return None
    wait = SAME if mine else BETWEEN
    if at < case.tried_at + wait:
        return Conflict(
            "called_lately",
            _("Somebody called this number a short while ago."),
            _("Try again later, at another time of the day: tomorrow if it was you, in four hours if it was not."),
        )
    return None


def may_say(case: Case, person_id: int | None, how: How, *, receipt: bool, at: datetime) -> Refusal | None:
    """Nobody answers for a person: of a call, who saw the number says what came of it; at a table, who typed the receipt that the person
    brought; after a visit, whoever may ask, once another delegate was sent."""
    if refusal := may_ask(case, person_id):
        return refusal
    if how is How.TABLE and not receipt:
        return Conflict(
            "no_receipt",
            _("At a checking table the receipt comes first: only the person's own shows that they are there."),
            _("Open the checking table, and type the number that the person has brought."),
        )
    if how is How.VISIT and not case.sent:
        return Conflict(
            "nobody_sent",
            _("No other delegate has been sent to this person."),
            _("Send one by their number, and keep the answer after the visit."),
        )
    if how is How.CALL and not (
        case.looking and case.caller_id == person_id and case.tried_at and at < case.tried_at + HOLDS
    ):
        return Conflict(
            "not_called",
            _("You have not looked at this number in the last hour, so you cannot say what came of the call."),
            _("Show the number, call, and then say what came of it."),
        )
    return None


def may_ask_back(*, has_number: bool, met: bool) -> Refusal | None:
    """Whether a person can be called who wants something taken back. A meeting is nobody's in particular."""
    if has_number and not met:
        return None
    return Conflict(
        "no_number",
        _("There is no number to call, or not any more."),
        _("Whoever gave no access code either can come to a checking table with the receipt."),
    )


def may_take_back(how: How, *, described: bool, has_number: bool) -> Refusal | None:
    """What proves that it is the person: a call to the number that was left, whoever else knows it. Who left neither number nor code
    comes themselves, with the receipt and without the delegate; whoever left one of them is not replaced by somebody with a receipt."""
    if how is How.CALL or (how is How.TABLE and described and not has_number):
        return None
    return NotAllowed(
        "not_proved",
        _("This does not prove that it is the person: the delegate knows the receipt too."),
        _(
            "Whoever gave an access code takes it back with that. Whoever left a number is called. It can be disputed with the receipt alone."
        ),
    )


def may_visit(*, other: bool, appointed: bool) -> Refusal | None:
    """Visited again by another delegate, who goes from door to door now."""
    if other and appointed:
        return None
    return Conflict(
        "visitor",
        _("Only another delegate who is appointed now can visit this person."),
        _("Choose the number of another delegate from the list of delegates."),
    )


def becomes(answer: Answer, *, called: bool, tries: int, has_number: bool) -> CaseState:
    """How a case stands after this answer; `tries` counts the one that was just made."""
    if answer is not Answer.UNREACHED:
        return CaseState(answer)
    if called and tries < TRIES:
        return CaseState.WAITING
    return CaseState.UNREACHED if called or has_number else CaseState.TABLE


def agrees(answer: Answer, voted: Voted, holds_vote: bool) -> Answer:
    """Whoever says that they voted, or that they did not, and the ballot's own table says otherwise, said something else than was brought."""
    if answer is Answer.YES and voted is not Voted.UNSAID and (voted is Voted.YES) != holds_vote:
        return Answer.NO
    return answer


def no_case() -> NotFound:
    return NotFound(
        "check",
        _("This was not drawn, so there is nothing to ask."),
        _("With the receipt the person can look up what was written, and say that it is wrong."),
    )
