"""Voting: who votes is settled first, the choice comes last, and what is chosen is kept nowhere but in the ballot."""

from participation.channels.http.recognising import note_wrong, pause
from participation.channels.phone.call import Call
from participation.channels.phone.menu import Done, Node, Option, Screen, Takes, place
from participation.channels.phone.places.proving import NEEDS_PROOF
from participation.domain.ballots import forms, operations, queries, rules
from participation.domain.ballots.choice_codes.rules import GUESSED, WRONG_CODE, Answer, ChoiceCode
from participation.domain.ballots.choice_codes.rules import Said as Chosen
from participation.domain.ballots.queries import Found
from participation.domain.ballots.repeats.operations import REPEATED, was_sent
from participation.kit import i18n
from participation.kit.errors import Conflict, NotFound
from participation.kit.forms import Said
from participation.kit.i18n import _

RECEIVED = _("Done.")
"""Nothing else: neither a vote nor a project is named in an answer, which lies in a phone for everybody who holds it."""
OTHER_CHOICE = _("A vote came from here just now, with another choice: that one counts. To change it, begin once more.")


async def ballot_of(call: Call, number: str, person: int | None) -> Found:
    """The ballot of this project, and whoever votes as its rule sees them."""
    read = _read(call, number)
    if person not in read and number.isascii() and number.isdigit() and len(number) <= 9:
        database = call.site.database
        read[person] = await queries.for_number(database, city_id=call.city.id, number=int(number), person_id=person)
    found = read.get(person)
    if found is None:
        raise NotFound("ballot", _("There is no vote about this."), _("The list of projects says their numbers."))
    call.about = int(number)
    return found


def _read(call: Call, number: str) -> dict[int | None, Found | None]:
    """What was read of it while this request was answered, by person."""
    read: dict[int | None, Found | None] = call.found.setdefault(f"ballot {number}", {})
    return read


async def vote(call: Call, number: str) -> Screen:
    ballot, _voter = await ballot_of(call, number, next(iter(_read(call, number)), None))
    options = [Option(str(choice.value), words, place("vote", number)) for choice, words in rules.OPTION_WORDS.items()]
    question = i18n.pick(ballot.questions, call.language, call.city.languages)
    return Screen((question,), tuple(options), back=place("project", number), sound=f"{number}/question")


async def enter(call: Call, number: str) -> str:
    """To the choice, or first to a place that asks who it is. Whoever may not vote on this ballot is told before they choose."""
    voter = await call.voter()
    found = await ballot_of(call, number, voter.person_id)
    if refusal := rules.may_take_votes(found[0], call.at):
        raise refusal
    if voter.refusal is None:
        if refusal := rules.may_vote(*found, call.at):
            raise refusal
        return place("vote", number)
    if voter.refusal.code in NEEDS_PROOF:
        return place("prove", place("vote", number))
    raise voter.refusal


async def cast(call: Call, said: str, number: str) -> Done:
    voter = await call.voter()
    if voter.refusal is not None:
        raise voter.refusal
    choice = forms.read_vote(Said({"choice": said}), with_code=False).choice
    found = await ballot_of(call, number, voter.person_id)
    if isinstance(choice, ChoiceCode):
        await pause(call, GUESSED)
    try:
        answer = await _cast(call, voter.person_id, choice, found)
    except Conflict as other:
        if other.code != REPEATED:
            raise
        return Done(OTHER_CHOICE)
    except NotFound as unknown:
        if unknown.code == WRONG_CODE:
            await call.guessed_wrong(GUESSED)
            note_wrong(unknown)
        raise
    return Done(RECEIVED, answer.receipt, answer.returned)


async def _cast(call: Call, person: int | None, choice: Chosen, found: Found) -> Answer:
    token, *older = call.tokens("vote", found[0].id)
    async with call.site.database.transaction() as session:
        for one in older:
            # A message that came before the master secret was replaced is no new vote when somebody sends it again.
            if await was_sent(session, ballot=found[0], token=one, folder=call.site.settings.keys):
                token = one
        return await operations.cast_vote(
            session,
            city=call.city,
            ballot_id=found[0].id,
            found=found,
            actor=call.actor(person),
            choice=choice,
            token=token,
            folder=call.site.settings.keys,
            at=call.at,
            clock=call.site.clock,
            by_code=True,
            by_session=call.line if call.in_session else None,
        )


NODES = {"vote": Node(vote, cast, Takes.NUMBER, enter, hides=True)}
