"""Comments: what others said, one after the other; agree, disagree, pass, reply; say something oneself."""

from typing import Any

from participation.channels.phone.call import Call
from participation.channels.phone.menu import Done, Node, Option, Quoted, Recorded, Screen, Takes, no_such_number, place
from participation.channels.phone.places.projects import project_of
from participation.channels.phone.places.proving import NEEDS_PROOF
from participation.domain.consultations import operations
from participation.domain.consultations.forms import Reacted, read_comment, read_reply
from participation.domain.consultations.heard import queries
from participation.domain.consultations.heard.queries import PublicComment
from participation.domain.consultations.models import ReactionKind, Stance
from participation.domain.consultations.spoken import operations as spoken
from participation.domain.projects.sounds.rules import PROMPTS
from participation.domain.record.actors import Via
from participation.kit.database import Session
from participation.kit.errors import NotFound, Refusal
from participation.kit.forms import Said
from participation.kit.hashing import grouped, typed_number
from participation.kit.i18n import _

STANCES = {
    Stance.FOR: _("I am for it"),
    Stance.AGAINST: _("I am against it"),
    Stance.MIXED: _("Both"),
    Stance.QUESTION: _("I have a question"),
}
REACTIONS = {
    ReactionKind.AGREE: _("Agree"),
    ReactionKind.DISAGREE: _("Disagree"),
    ReactionKind.PASS: _("Pass"),
}
ANSWERS = "4"
RECEIVED = _("Done.")
SPOKEN = PROMPTS["voice"]


async def entered(call: Call, wanted: str) -> str:
    """To where something is said, or first to where it is asked who it is."""
    speaker = await call.speaker()
    if speaker.refusal is not None and speaker.refusal.code in NEEDS_PROOF:
        return place("prove", wanted)
    return wanted


async def enter_comment(call: Call, number: str) -> str:
    return await entered(call, place("comment", number))


async def enter_reply(call: Call, number: str, comment_id: str) -> str:
    return await entered(call, place("reply", number, comment_id))


async def comment(call: Call, number: str) -> Screen:
    options = [
        Option(str(key), words, place("say", number, stance)) for key, (stance, words) in enumerate(STANCES.items(), 1)
    ]
    return Screen((_("What do you think of it?"),), tuple(options), back=place("project", number))


async def say(call: Call, number: str, stance: str) -> Screen:
    words = SPOKEN if call.via is Via.VOICE else _("Write your comment. Everybody can read it, without your number.")
    return Screen((words,), back=place("project", number))


async def post(call: Call, said: str, number: str, stance: str) -> Done:
    project = await project_of(call, number)
    read = read_comment(Said({"body": said, "stance": stance}))

    async def act() -> dict[str, Any]:
        posted = await operations.comment(session, slug=project.slug, said=read, **await speaking(call, session))
        return {"receipt": posted.receipt}

    async with call.site.database.transaction() as session:
        answer = await call.once(session, ["comment", number, stance, read.body], act)
    return Done(RECEIVED, answer["receipt"])


async def speaking(call: Call, session: Session) -> dict[str, Any]:
    """Who says something, as the operations want it."""
    actor = await call.speaking(session)
    common = {"city": call.city, "language": call.language, "secrets": call.site.secrets}
    return common | {"actor": actor, "at": call.at}


async def enter_voices(call: Call, number: str, before: str = str(queries.LAST)) -> str:
    """To the next comment, by its own number: so the same screen can be shown again."""
    project = await project_of(call, number)
    heard = await queries.following(call.site.database, project_id=project.id, before=int(before))
    return place("voices", number, before) if heard is None else place("voice", number, heard.id)


async def voices(call: Call, number: str, before: str) -> Screen:
    text = _("There are no comments yet.") if int(before) == queries.LAST else _("There are no more comments.")
    return Screen((text,), back=place("project", number))


async def voice(call: Call, number: str, comment_id: str) -> Screen:
    heard = await _heard(call, number, comment_id)
    here = place("voice", number, heard.id)
    options = [Option(str(key), words, here) for key, words in enumerate(REACTIONS.values(), 1)]
    if heard.replies:
        options.append(Option(ANSWERS, _("What was answered"), place("answers", number, heard.id)))
    # Five numbers are as many as a screen has: where there are answers, the next comment is behind them.
    back, onward = place("project", number), None if heard.replies else place("voices", number, heard.id)
    return Screen((Quoted(heard.body, heard.language),), tuple(options), back=back, more=onward)


async def _heard(call: Call, number: str, comment_id: str) -> PublicComment:
    project = await project_of(call, number)
    heard = await queries.one(call.site.database, project_id=project.id, comment_id=int(comment_id))
    if heard is None:
        raise gone()
    return heard


def gone() -> NotFound:
    return NotFound("comment", _("This comment is not shown any more."), _("Listen to another one."))


async def react(call: Call, said: str, number: str, comment_id: str) -> str:
    keys = {str(key): kind for key, kind in enumerate(REACTIONS, 1)}
    key = typed_number(said)
    if key == ANSWERS and (await _heard(call, number, comment_id)).replies:
        return place("answers", number, comment_id)
    kind = keys.get(key)
    if kind is None:
        raise no_such_number()
    here = place("voice", number, comment_id)
    if (wanted := await entered(call, here)) != here:
        return wanted
    project = await project_of(call, number)

    async def act() -> dict[str, Any]:
        actor = await call.speaking(session)
        reacted = Reacted(int(comment_id), kind)
        counted = await operations.react(
            session, city=call.city, slug=project.slug, reacted=reacted, actor=actor, at=call.at
        )
        return {"receipt": counted.receipt}

    async with call.site.database.transaction() as session:
        answer = await call.once(session, ["react", number, comment_id, str(kind)], act)
    return place("reacted", number, comment_id, answer["receipt"])


async def reacted(call: Call, number: str, comment_id: str, receipt: str) -> Screen:
    options = [Option("1", _("Next comment"), place("voices", number, comment_id))]
    if call.takes_words:
        options.append(Option("2", _("Reply"), place("reply", number, comment_id)))
    return Screen((RECEIVED, grouped(receipt)), tuple(options), back=place("project", number))


async def enter_answers(call: Call, number: str, comment_id: str, behind: str = "0", after: str = "0") -> str:
    """To the next answer: what the city says comes first."""
    about = {"project_id": (await project_of(call, number)).id, "comment_id": int(comment_id)}
    found = await queries.next_answer(call.site.database, **about, resident=behind == "1", after=int(after))
    if found is None:
        return place("answers", number, comment_id, behind, after)
    return place("answer", number, comment_id, found.id)


async def answers(call: Call, number: str, comment_id: str, behind: str = "0", after: str = "0") -> Screen:
    text = _("There are no more answers.") if int(after) else _("Nobody has answered yet.")
    onward = place("voices", number, comment_id)
    return Screen((text,), back=place("voice", number, comment_id), more=onward)


async def answer(call: Call, number: str, comment_id: str, answer_id: str) -> Screen:
    project, database = await project_of(call, number), call.site.database
    one = await queries.answer(database, project_id=project.id, comment_id=int(comment_id), answer_id=int(answer_id))
    if one is None:
        raise gone()
    city = [] if one.office is None else [_("The city answers, %(office)s:", office=one.office)]
    onward = place("answers", number, comment_id, int(one.office is None), one.id)
    return Screen((*city, Quoted(one.body, one.language)), back=place("voice", number, comment_id), more=onward)


async def reply(call: Call, number: str, comment_id: str) -> Screen:
    words = SPOKEN if call.via is Via.VOICE else _("Write your reply. Everybody can read it, without your number.")
    return Screen((words,), back=place("voice", number, comment_id))


async def post_reply(call: Call, said: str, number: str, comment_id: str) -> Done:
    project = await project_of(call, number)
    read = read_reply(Said({"body": said}))

    async def act() -> dict[str, Any]:
        speaks = await speaking(call, session)
        posted = await operations.comment(session, slug=project.slug, said=read, reply_to=int(comment_id), **speaks)
        return {"receipt": posted.receipt}

    async with call.site.database.transaction() as session:
        answer = await call.once(session, ["reply", number, comment_id, read.body], act)
    return Done(RECEIVED, answer["receipt"])


# By voice


async def record(call: Call, recorded: Recorded, number: str, stance: str) -> Done:
    if stance not in set(Stance):
        raise no_such_number()
    return await _recorded(call, recorded, number, stance=Stance(stance), reply_to=None)


async def record_reply(call: Call, recorded: Recorded, number: str, comment_id: str) -> Done:
    return await _recorded(call, recorded, number, stance=None, reply_to=int(comment_id))


async def _recorded(
    call: Call, recorded: Recorded, number: str, *, stance: Stance | None, reply_to: int | None
) -> Done:
    """It waits to be written down; what is refused is deleted at the telephone company too."""
    project = await project_of(call, number)

    async def act() -> dict[str, Any]:
        receipt = await spoken.say(
            session,
            slug=project.slug,
            stance=stance,
            reply_to=reply_to,
            language=call.spoken or call.language,
            seconds=recorded.seconds,
            actor=await call.speaking(session),
            **_where(call, recorded),
        )
        return {"receipt": receipt}

    try:
        async with call.site.database.transaction() as session:
            answer = await call.once(session, ["record", number, str(stance), reply_to or 0, recorded.name], act)
    except Refusal:
        await let_go(call, recorded)
        raise
    return Done(PROMPTS["spoken"], answer["receipt"])


async def let_go(call: Call, recorded: Recorded) -> None:
    async with call.site.database.transaction() as session:
        await spoken.refuse(session, **_where(call, recorded))


def _where(call: Call, recorded: Recorded) -> dict[str, Any]:
    where = {"gateway": call.gateway, "name": recorded.name}
    return {"city": call.city, "secrets": call.site.secrets, "at": call.at, **where}


NODES = {
    "comment": Node(comment, enter=enter_comment),
    "say": Node(say, post, Takes.WORDS, record=record),
    "voices": Node(voices, enter=enter_voices),
    "voice": Node(voice, react),
    "answers": Node(answers, enter=enter_answers),
    "answer": Node(answer),
    "reacted": Node(reacted),
    "reply": Node(reply, post_reply, Takes.WORDS, enter_reply, record_reply),
}
