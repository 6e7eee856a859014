"""SMS: what a message means, whatever its language, digits and small mistakes; and the answer, in that language and in few letters."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from participation.channels.http.phone_words import Command, shown
from participation.channels.phone.call import Call
from participation.channels.phone.menu import Done
from participation.channels.phone.next_steps import by_message
from participation.channels.phone.places import comments, numbers, receipts, votes
from participation.channels.phone.places.outcomes import outcome
from participation.channels.phone.places.projects import coming, owes_a_decision, project_of, standing, title
from participation.channels.phone.places.proving import read_proof, recognised, whose
from participation.channels.phone.reading import missing, read_comment, read_vote
from participation.channels.phone.understanding import answered_in, understand
from participation.channels.phone.ussd import honestly, in_full
from participation.domain.consultations import operations
from participation.domain.consultations.forms import read_reply
from participation.domain.people.guesses.operations import count_wrong
from participation.domain.people.guesses.queries import wrong_lately
from participation.domain.people.guesses.rules import UNCLEAR
from participation.domain.projects.dialled import queries as dialled
from participation.kit import i18n
from participation.kit.errors import Invalid, Refusal
from participation.kit.forms import Said
from participation.kit.gsm import plain, segments
from participation.kit.hashing import typed_number
from participation.kit.i18n import Message, _
from participation.kit.text import in_a_row

BY_PIN = ("pin_needed", "phone_shared")
"""Refusals after which a PIN alone says who speaks."""
PATIENT = 3
"""How often in an hour a number is told that it was not understood."""
LISTED = 9
"""Projects in an answer, at most."""
SEGMENTS = 3
"""Of an answer, at most; one that says that all is well takes one."""


@dataclass(frozen=True)
class Received:
    """A message. `id`: the gateway's own name for it; `link`: what its answer has to name, where a short code wants that."""

    id: str
    number: str
    text: str
    link: str = ""


LONGEST_WORD = 20
"""Letters; from a longer one, and where words are not spaced, as many are cut at a time."""


async def reply(call: Call, received: Received) -> str:
    """The answer: short, in the language of the message; it names no vote, and a project only to whoever asks about it. Empty: this is not
    answered."""
    await call.speak()
    known, languages = await call.known(), (call.language, *call.city.languages)
    understood = understand(received.text, languages)
    chosen = call.language if known is not None and known.language in i18n.LANGUAGES else None
    call.language = answered_in(received.text, understood, chosen, languages)
    if understood is None:
        return await _not_understood(call)
    try:
        said = await ACTS[understood.command](call, understood.rest)
        return said if isinstance(said, str) else in_full(call, said)
    except Invalid as invalid:
        return fitting(
            call, next(iter(invalid.errors.values())), invalid.next_step if "next" in invalid.errors else None
        )
    except Refusal as refusal:
        return fitting(call, *by_message(refusal, call.language))


async def _not_understood(call: Call) -> str:
    """A few times an hour, since each answer is paid for: two machines that answer one another come to an end."""
    counted: dict[str, Any] = {"city_id": call.city.id, "kind": UNCLEAR, "sources": call.sources, "at": call.at}
    async with call.site.database.transaction() as session:
        if (await wrong_lately(session, **counted)).get("device", 0) >= PATIENT:
            return ""
        await count_wrong(session, **counted)
    return fitting(call, _("This was not understood. Send %(help)s.", help=shown(Command.HELP, call.language)))


def fitting(call: Call, *sentences: Message | None) -> str:
    """As many of these sentences as fit into what an answer may cost."""
    text = ""
    for sentence in sentences:
        longer = plain(in_a_row(text, sentence.into(call.language))) if sentence is not None else text
        if text and segments(longer) > SEGMENTS:
            break
        text = longer
    return text


def shortened(*lines: str) -> str:
    """As much of it as an answer may cost."""
    text = plain("\n".join(lines))
    if segments(text) <= SEGMENTS:
        return text
    while segments(f"{text}..") > SEGMENTS:
        text = text[: max(text.rfind(" "), len(text) - LONGEST_WORD)]
    return f"{text}.."


# What each of them does


async def _prove(call: Call, given: str, *, beside_vote: bool = False) -> None:
    """Whoever's code or PIN it is has written this message."""
    found = await recognised(call, read_proof(given), beside_vote=beside_vote)
    call.person = whose(found)
    if found.use is not None:
        call.site.uses[found.use.code_id] = found.use


async def _vote(call: Call, rest: str) -> Done:
    said = read_vote(rest, f"{shown(Command.VOTE, call.language)} 12 1")
    if said.proof:
        await _prove(call, said.proof, beside_vote=True)
    return await votes.cast(call, said.choice, said.number)


async def _comment(call: Call, rest: str) -> Done:
    """Without a stance: none is read out of somebody's words."""
    refusal, known = (await call.speaker()).refusal, await call.known()
    # Whoever has a PIN is used to writing it behind their words, and it would be published with them.
    with_pin = known is not None and known.with_pin
    by_pin = with_pin or (refusal is not None and refusal.code in BY_PIN)
    comment = read_comment(rest, f"{shown(Command.COMMENT, call.language)} 12 …", by_pin=by_pin)
    said = read_reply(Said({"body": comment.body}))
    project = await project_of(call, comment.number)
    if comment.proof:
        await _prove(call, comment.proof)

    async def act() -> dict[str, Any]:
        speaks = await comments.speaking(call, session)
        posted = await operations.comment(session, slug=project.slug, said=said, **speaks)
        return {"receipt": posted.receipt}

    async with call.site.database.transaction() as session:
        answer = await call.once(session, ["comment", project.number, said.body], act)
    return Done(comments.RECEIVED, answer["receipt"])


async def _projects(call: Call, rest: str) -> str:
    """What one is, until when it is open, what comes next or what came of it; without a number those that are open, each with its own."""
    if number := typed_number(rest):
        one = await project_of(call, number)
        came = (await outcome(call, number)).text if owes_a_decision(one, call.at) else (coming(call, one),)
        summary = i18n.pick(one.summaries, call.language, call.city.languages)
        # What came of it begins with the title, too, as long as nothing is decided.
        lines = dict.fromkeys([title(call, one), standing(call, one), *came, summary])
        return shortened(*(honestly(call, words) for words in lines if words))
    few, _more = await dialled.a_few(call.site.database, call.city, at=call.at, after=None, size=LISTED)
    names = ((one.number, i18n.pick(one.titles, call.language, call.city.languages)) for one in few if one.running)
    listed = [f"{number} {honestly(call, name)}" for number, name in names]
    return shortened(*listed) if listed else fitting(call, _("No project is open at the moment."))


async def _receipt(call: Call, rest: str) -> Done:
    return await receipts.look_up(call, rest)


async def _join(call: Call, rest: str) -> Done:
    """Digits from one's page on the web, or the code on the slip with the PIN behind it."""
    given = typed_number(rest)
    if not given:
        raise missing(f"{shown(Command.JOIN, call.language)} 123456789")
    return await numbers.take_link(call, given)


async def _lost(call: Call, rest: str) -> Done:
    """Behind it the PIN, where one is set; or whatever is still known of the code."""
    given = typed_number(rest)
    if len(given) > numbers.LONGEST_WORD or (given and await numbers.is_linked(call)):
        await _prove(call, given)
    return await numbers.lost_word(call)


async def _stop(call: Call, _rest: str) -> Done:
    await numbers.stop(call)
    return Done(numbers.FORGOTTEN)


async def _help(call: Call, _rest: str) -> Done:
    words = {command.value: shown(command, call.language) for command in Command}
    return Done(
        _(
            "%(vote)s 12 1 and your code: votes 1 on project 12. %(comment)s 12 words: comment. %(receipt)s digits: receipt. %(projects)s: projects. %(join)s code: links this phone. %(lost)s: lost slip. %(stop)s ends.",
            **words,
        )
    )


ACTS: Mapping[Command, Callable[[Call, str], Awaitable[Done | str]]] = {
    Command.VOTE: _vote,
    Command.COMMENT: _comment,
    Command.PROJECTS: _projects,
    Command.RECEIPT: _receipt,
    Command.JOIN: _join,
    Command.LOST: _lost,
    Command.STOP: _stop,
    Command.HELP: _help,
}
