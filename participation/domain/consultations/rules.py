"""Who may say what, and when: pure decisions over steps, comments and whoever asks."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from participation.domain.consultations.models import ReactionKind
from participation.domain.moderation.models import Status
from participation.domain.moderation.rules import HELD
from participation.domain.projects.models import Feature, StepKind
from participation.domain.projects.rules import StepState, step_state
from participation.domain.record.actors import Actor, Via
from participation.kit.errors import Closed, Conflict, NotAllowed, NotFound, Refusal, SignInNeeded
from participation.kit.i18n import Message, When, _

LONGEST = 1000
"""Characters of a comment."""
LISTED = 300
"""Characters of it that a list shows, with a link to the whole."""


@dataclass(frozen=True)
class Step:
    """A step as it is looked at here."""

    kind: str
    opens_at: datetime
    closes_at: datetime
    opened_at: datetime | None
    ended_at: datetime | None
    allows: list[str]


def taking(steps: Sequence[Step], feature: Feature, at: datetime) -> Step | None:
    """The step that takes comments or reactions: the open one, else the next, else the last that did."""
    able = [step for step in steps if feature in step.allows]
    order = {StepState.OPEN: 0, StepState.PLANNED: 1, StepState.OVERDUE: 1, StepState.CLOSED: 2}
    return min(able, key=lambda step: order[step_state(step, at)], default=None)


def closed(steps: Sequence[Step], feature: Feature, at: datetime, zone: ZoneInfo) -> Refusal | None:
    """Why nobody can comment or react at this moment, with the date and with what comes next; None while they can.

    What counts is the moment at which it arrived.
    """
    step = taking(steps, feature, at)
    if step is None:
        return Closed("not_taken", _("This project does not take comments."), _next(steps, at, zone))
    state = step_state(step, at)
    if state is StepState.OPEN:
        return None
    if state is StepState.PLANNED:
        return Closed(
            "not_open",
            _("The consultation opens on %(when)s.", when=When(step.opens_at, zone)),
            _("Until then you can read what the city plans on the project's page."),
        )
    if state is StepState.OVERDUE:
        return Closed(
            "not_open",
            _("The consultation has not opened yet: the city still has to publish something."),
            _("The project's page says what is missing."),
        )
    ended = min(step.closes_at, step.ended_at or step.closes_at)
    return Closed("closed", _("The consultation closed on %(when)s.", when=When(ended, zone)), _next(steps, at, zone))


def _next(steps: Sequence[Step], at: datetime, zone: ZoneInfo) -> Message:
    """What comes after the consultation."""
    vote = next((step for step in steps if step.kind == StepKind.DECISION), None)
    if vote is not None:
        state = step_state(vote, at)
        if state is StepState.OPEN:
            return _("The vote is open until %(when)s.", when=When(vote.closes_at, zone))
        if state is StepState.PLANNED:
            return _("The vote comes next, from %(when)s.", when=When(vote.opens_at, zone))
    return _("The project's page says what comes next.")


def changes_at(steps: Sequence[Step], at: datetime) -> datetime | None:
    """The next moment at which a date changes what can be done here."""
    moments = [moment for step in steps for moment in (step.opens_at, step.closes_at) if moment > at]
    return min(moments, default=None)


def may_speak(actor: Actor, *, open_to_all: bool) -> Refusal | None:
    """Residents speak for themselves; staff do so with their own code, not in their office hours' session, nor after their
    role has ended in what is left of it."""
    if actor.staff or actor.grants:
        return NotAllowed(
            "staff",
            _("You are signed in as staff."),
            _("To speak as a resident, sign out and sign in with your own access code."),
        )
    if actor.person_id is None and not open_to_all:
        return SignInNeeded(
            "sign_in", _("Please sign in first."), _("Sign in, then go back to your page and send it once more.")
        )
    return None


def may_reply(status: Status, *, reply: bool) -> Refusal | None:
    """One level of replies, and none to what cannot be read."""
    if reply:
        return Conflict("reply", _("A reply cannot be replied to."), _("Reply to the comment above it."))
    if status is Status.HELD:
        return Conflict("held", HELD, _("You can write a comment of your own."))
    if status is not Status.SHOWN:
        return Conflict("hidden", _("This comment is not shown any more."), _("You can write a comment of your own."))
    return None


def no_comment() -> Refusal:
    return NotFound("comment", _("There is no such comment."), _("The project's page leads to all of its comments."))


def nothing_to_decide() -> Refusal:
    """The same for who decides about comments, and comes from another list."""
    return NotFound(
        "comment", _("There is no such comment."), _("The page of moderation lists what can be decided about.")
    )


def names_worker() -> Refusal:
    """An office speaks for itself; its answer is not held for a moderator, but sent back to be written without the name."""
    return Conflict(
        "names_worker",
        _("This answer names somebody who works for the city."),
        _("Write the office instead of the name, and send it again."),
    )


def may_react(status: Status, *, own: bool) -> Refusal | None:
    """Nobody agrees with themselves, and nobody reacts to what cannot be read."""
    if own:
        return NotAllowed(
            "own",
            _("You cannot react to your own comment."),
            _("You can react to what others say, or write another comment."),
        )
    if status is Status.HELD:
        return Conflict("held", HELD, _("You can react to other comments, or write one of your own."))
    if status is not Status.SHOWN:
        return Conflict(
            "hidden",
            _("This comment is not shown any more."),
            _("You can react to other comments, or write one of your own."),
        )
    return None


LEAST = 10
"""Of fewer reactions nothing is said of how they came."""


def share(reactions: int, brought: int) -> int | None:
    """How many of a comment's reactions delegates brought; none where either these or the others are so few that it would tell of them."""
    return brought if brought >= LEAST and reactions - brought >= LEAST else None


def enough(apart: int) -> int | None:
    """How many reactions to a comment are counted apart; none where they are so few that it would tell of them."""
    return apart if apart >= LEAST else None


def shifted(before: ReactionKind | None, after: ReactionKind) -> dict[str, int]:
    """By how much each of a comment's counters moves when somebody's reaction changes."""
    moves = {"agrees": 0, "disagrees": 0, "passes": 0}
    counter = {ReactionKind.AGREE: "agrees", ReactionKind.DISAGREE: "disagrees", ReactionKind.PASS: "passes"}
    if before is not None:
        moves[counter[before]] -= 1
    moves[counter[after]] += 1
    return {name: by for name, by in moves.items() if by}


_SCRIPTS = {"ARABIC": "ar", "DEVANAGARI": "hi", "CYRILLIC": "ru", "CJK": "zh"}


def language_of(body: str, page: str) -> str:
    """The language of the page that it was typed on, unless its letters say otherwise; `und` when nobody can tell."""
    found: dict[str, int] = {}
    for letter in body[:300]:
        if letter.isalpha():
            script = unicodedata.name(letter, "").partition(" ")[0]
            found[script] = found.get(script, 0) + 1
    if not found:
        return page
    script = max(found, key=lambda name: found[name])
    written = _SCRIPTS.get(script)
    if script == "LATIN":
        return "und" if page in _SCRIPTS.values() else page
    return written or "und"


def name_of(number: int | None, via: str, office: str | None) -> Message | str:
    """What a writer goes by: an office, or a random number that is theirs in this project alone."""
    if office is not None:
        return office
    if number is None:
        return _("Somebody who was not signed in")
    if via == Via.IMPORT:
        return _("Participant %(number)s", number=str(number))
    return _("Resident %(number)s", number=str(number))
