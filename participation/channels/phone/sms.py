"""SMS: what a message means, whatever its language, digits and small mistakes; and the answer, in that language and in few letters."""

import difflib
import re
import unicodedata
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from participation.channels.http.phone_words import WORDS, Command, alternatives, shown
from participation.channels.phone.call import Call
from participation.channels.phone.menu import Done
from participation.channels.phone.places import comments, numbers, receipts, votes
from participation.channels.phone.places.projects import project_of
from participation.channels.phone.places.proving import read_proof, recognised, whose
from participation.channels.phone.ussd import ended
from participation.domain.ballots.choice_codes.rules import LENGTH
from participation.domain.ballots.models import Choice
from participation.domain.consultations import operations
from participation.domain.consultations.forms import read_reply
from participation.kit import i18n
from participation.kit.errors import Invalid, Refusal
from participation.kit.forms import Said
from participation.kit.gsm import plain, segments
from participation.kit.hashing import has_check_digit, typed_number
from participation.kit.i18n import Message, _
from participation.kit.text import folded

SEGMENTS = 3
"""Of an answer, at most; one that says that all is well takes one."""


@dataclass(frozen=True)
class Received:
    """A message. `id`: the gateway's own name for it; `link`: what its answer has to name, where a short code wants that."""

    id: str
    number: str
    text: str
    link: str = ""


CHOICES: Mapping[Choice, Message] = {
    Choice.FOR: _("for|yes"),
    Choice.AGAINST: _("against|no"),
    Choice.ABSTAIN: _("abstain"),
}
ALIKE = 0.8
"""How much a word has to look like one of ours (difflib's ratio), from four letters on."""
_BETWEEN = re.compile(r"[\s,;:.،؛。，：；/\\=*#()+\-–]+")
Table = Mapping[str, tuple[tuple[Command, str], ...]]


@dataclass(frozen=True)
class Understood:
    command: Command
    language: str
    rest: str
    """What stands behind the word, as it was written."""


@lru_cache(maxsize=1)
def table() -> Table:
    """Each word of each language, folded, with what it means where."""
    found: dict[str, list[tuple[Command, str]]] = {}
    for language in i18n.LANGUAGES:
        for command, words in WORDS.items():
            for word in alternatives(words, language):
                meanings = found.setdefault(folded(word), [])
                if (command, language) not in meanings:
                    meanings.append((command, language))
    return {word: tuple(meanings) for word, meanings in found.items()}


def understand(text: str, languages: tuple[str, ...]) -> Understood | None:
    """`languages`: those that are meant first where a word is one of several. None: nobody can tell what is meant."""
    bare = text.strip().lstrip("\u200e\u200f\u2068*#.,:;!?¡¿\"'()[]- ")
    number = typed_number(bare)
    if len(number) == 12 and has_check_digit(number):
        return Understood(Command.RECEIPT, languages[0], number)
    first = _word(bare, 0)
    if first == 0:
        return None
    second = _word(bare, first + len(bare[first:]) - len(bare[first:].lstrip()))
    for end in (second, first):
        meanings = table().get(folded(" ".join(bare[:end].split())))
        if meanings:
            return _meant(meanings, languages, bare[end:])
    word = folded(bare[:first])
    near = difflib.get_close_matches(word, table(), n=1, cutoff=ALIKE) if len(word) >= 4 else []
    return _meant(table()[near[0]], languages, bare[first:]) if near else None


def _word(text: str, start: int) -> int:
    """Where the word that begins there ends: letters of any script, with their marks."""
    end = start
    while end < len(text) and unicodedata.category(text[end])[0] in "LM":
        end += 1
    return end


def _meant(meanings: tuple[tuple[Command, str], ...], languages: tuple[str, ...], rest: str) -> Understood | None:
    order = [*languages, *i18n.LANGUAGES]
    command, language = min(meanings, key=lambda one: order.index(one[1]))
    rest = rest.strip(" \t\r\n:;,.!?-–=/")
    if command in (Command.STOP, Command.HELP) and rest:
        # A sentence that begins with such a word does not mean it.
        return None
    return Understood(command, language, rest)


async def reply(call: Call, received: Received) -> str:
    """The answer: short, in the language of the message; it names neither a vote nor a project."""
    await call.speak()
    understood = understand(received.text, (call.language, *call.city.languages))
    if understood is None:
        return fitting(call, _("This was not understood. Send %(help)s.", help=shown(Command.HELP, call.language)))
    call.language = understood.language
    try:
        return plain(ended(call, await ACTS[understood.command](call, understood.rest)))
    except Invalid as invalid:
        return fitting(
            call, next(iter(invalid.errors.values())), invalid.next_step if "next" in invalid.errors else None
        )
    except Refusal as refusal:
        return fitting(call, refusal.message, refusal.next_step)


def fitting(call: Call, *sentences: Message | None) -> str:
    """As many of these sentences as fit into what an answer may cost."""
    text = ""
    for sentence in sentences:
        longer = plain(f"{text} {sentence.into(call.language)}".strip()) if sentence is not None else text
        if text and segments(longer) > SEGMENTS:
            break
        text = longer
    return text


# What each of them does


def _numbers(rest: str) -> list[str]:
    return [part for part in _BETWEEN.split(i18n.digits(rest)) if part]


def _missing(example: str) -> Invalid:
    return Invalid({"message": _("Something is missing. Write it like this: %(example)s", example=example)})


async def _vote(call: Call, rest: str) -> Done:
    """`12 1`, and behind it code and PIN where they are needed."""
    number, choice, *proof = [*_numbers(rest), "", ""][: max(2, len(_numbers(rest)))]
    if not (number.isdigit() and choice):
        raise _missing(f"{shown(Command.VOTE, call.language)} 12 1")
    given = "".join(proof)
    if choice.isdigit() and len(choice) > 1:
        # A choice code, which may have been typed in groups, as it is printed.
        choice, given = (choice + given)[:LENGTH], (choice + given)[LENGTH:]
    if given:
        found = await recognised(call, read_proof(given), beside_vote=True)
        call.person = whose(found)
        if found.use is not None:
            call.site.uses[found.use.code_id] = found.use
    return await votes.cast(call, _chosen(choice), number)


def _chosen(said: str) -> str:
    """The number of an option, also where its word was written, in any language."""
    if said.isdigit():
        return said
    return next((str(choice.value) for choice, words in _choice_words().items() if folded(said) in words), said)


@lru_cache(maxsize=1)
def _choice_words() -> dict[Choice, set[str]]:
    return {
        choice: {folded(word) for language in i18n.LANGUAGES for word in alternatives(words, language)}
        for choice, words in CHOICES.items()
    }


async def _comment(call: Call, rest: str) -> Done:
    """`12 text`. Without a stance: none is read out of somebody's words."""
    head = re.match(r"\D{0,3}(\d{1,9})[\s:;,.\-]*", i18n.digits(rest))
    if head is None or not rest[head.end() :].strip():
        raise _missing(f"{shown(Command.COMMENT, call.language)} 12 …")
    project = await project_of(call, str(int(head[1])))
    said = read_reply(Said({"body": rest[head.end() :]}))

    async def act() -> dict[str, Any]:
        speaks = await comments.speaking(call, session)
        posted = await operations.comment(session, slug=project.slug, said=said, **speaks)
        return {"receipt": posted.receipt}

    async with call.site.database.transaction() as session:
        answer = await call.once(session, ["comment", project.number, said.body], act)
    return Done(comments.RECEIVED, answer["receipt"])


async def _receipt(call: Call, rest: str) -> Done:
    return await receipts.look_up(call, rest)


async def _join(call: Call, rest: str) -> Done:
    """Digits from one's page on the web, or the code on the slip with the PIN behind it."""
    given = typed_number(rest)
    if not given:
        raise _missing(f"{shown(Command.JOIN, call.language)} 123456789")
    return await (numbers.take_word if len(given) < 16 else numbers.take_code)(call, given)


async def _lost(call: Call, rest: str) -> Done:
    """Behind it the PIN, where one is set."""
    if given := typed_number(rest):
        call.person = whose(await recognised(call, read_proof(given)))
    return await numbers.lost_word(call)


async def _stop(call: Call, _rest: str) -> Done:
    await numbers.stop(call)
    return Done(numbers.FORGOTTEN)


async def _help(call: Call, _rest: str) -> Done:
    words = {command.value: shown(command, call.language) for command in Command}
    return Done(
        _(
            "%(vote)s 12 1 votes 1 on project 12. %(comment)s 12 words: comment. %(receipt)s digits: receipt. %(stop)s ends.",
            **words,
        )
    )


ACTS: Mapping[Command, Callable[[Call, str], Awaitable[Done]]] = {
    Command.VOTE: _vote,
    Command.COMMENT: _comment,
    Command.RECEIPT: _receipt,
    Command.JOIN: _join,
    Command.LOST: _lost,
    Command.STOP: _stop,
    Command.HELP: _help,
}
