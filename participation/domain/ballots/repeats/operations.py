"""Recognises the same vote when it is sent again, under the ballot's own key, until the votes are counted."""

from collections.abc import Mapping
from pathlib import Path

import sqlalchemy as sa
import structlog

from participation.domain.ballots import rules
from participation.domain.ballots.choice_codes.rules import Answer, ChoiceCode, Said, returned
from participation.domain.ballots.models import BallotState, VoteRepeat
from participation.domain.ballots.queries import BallotView, key_file
from participation.domain.people.codes.rules import closed_for_good
from participation.kit import keys, partitions
from participation.kit.database import Session
from participation.kit.errors import Conflict, NotAllowed, Unavailable
from participation.kit.hashing import keyed, number_from, same
from participation.kit.i18n import _

REPEATS: sa.Table = VoteRepeat.__table__  # type: ignore[assignment]
RECEIPT = 12
HALF = 16
REPEATED = "repeat"
log = structlog.get_logger()


def key_of(ballot: BallotView, folder: Path) -> bytes:
    try:
        return keys.read(key_file(folder, ballot.key))
    except keys.KeyTrouble as trouble:
        log.error("ballot_key", ballot=ballot.id, trouble=str(trouble))
        raise not_counted() from trouble


def not_counted() -> Unavailable:
    return Unavailable(
        "not_stored",
        _("This ballot cannot take votes at the moment. Your vote was not counted."),
        _("Please send it again in a while. Whoever runs this site has been told."),
    )


def content_of(key: bytes, token: bytes, person_id: int, said: Said) -> bytes:
    """By which the same vote sent again is told from another one: in halves, who sent it and what they said, by number or by code."""
    what = said.number if isinstance(said, ChoiceCode) else int(said)
    return keyed(key, "sender", token, person_id)[:HALF] + keyed(key, "said", token, person_id, what)[:HALF]


def answer_of(key: bytes, token: bytes, said: Said) -> Answer:
    """Made from what was sent alone: the same again gets the same, although no row holds it."""
    return Answer(number_from(keyed(key, "receipt", token), RECEIPT), returned(key, said))


async def first_answer(
    session: Session, ballot: BallotView, voter: rules.Voter | None, token: bytes, said: Said, folder: Path
) -> Answer | None:
    """Of the same vote, if it was taken and comes again when none is taken any more, until the votes are counted."""
    if voter is None or ballot.state != BallotState.ANNOUNCED:
        return None
    key, repeats = key_of(ballot, folder), partitions.partition(REPEATS, ballot.id)
    content = await session.scalar(sa.select(repeats.c.content).where(repeats.c.token == keyed(key, "token", token)))
    if content is None or not same(content, content_of(key, token, voter.person_id, said)):
        return None
    return answer_of(key, token, said)


async def was_sent(session: Session, *, ballot: BallotView, token: bytes, folder: Path) -> bool:
    """Whether a vote came by this form before; only until the votes are counted."""
    if ballot.state != BallotState.ANNOUNCED:
        return False
    repeats = partitions.partition(REPEATS, ballot.id)
    mine = sa.exists().where(repeats.c.token == keyed(key_of(ballot, folder), "token", token)).select()
    return bool(await session.scalar(mine))


async def check_same(session: Session, ballot: BallotView, vote: Mapping[str, object]) -> None:
    """The same form again gives the first answer again; with another choice in it, it is refused."""
    repeats = partitions.partition(REPEATS, ballot.id)
    content = await session.scalar(sa.select(repeats.c.content).where(repeats.c.token == vote["token"]))
    if content is None and vote["session"] is not None:
        raise NotAllowed(
            "signed_out",
            _("You were signed out while this was on its way. Your vote was not counted."),
            _("Sign in again, or vote with the code on your slip."),
        )
    if content is None:
        raise closed_for_good()
    mine = bytes(vote["content"])  # type: ignore[call-overload]
    if same(content, mine):
        return
    if not same(content[:HALF], mine[:HALF]):
        raise Conflict(
            "others_form",
            _("Somebody else has voted with this form already. Your vote was not counted."),
            _("Choose once more, type your code, and send it."),
        )
    raise Conflict(
        REPEATED,
        _("This form was already sent with another choice. The first one was counted."),
        _("To change your vote, open the ballot's page again."),
    )
