"""Calls: the menu by ear and by keys, in TwiML; a vote, a receipt, silence, wrong keys."""

import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from typing import cast as cast_to
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from participation.channels.phone.aloud import digit_by_digit, pieces
from participation.channels.phone.call import Call
from participation.channels.phone.dialects.twilio import SAID
from participation.domain.consultations.models import Comment
from participation.domain.moderation.models import Status
from participation.domain.people.models import SignIn
from participation.domain.people.phones.models import Phone, PhoneLink, PhoneSession
from participation.domain.projects.sounds.models import Sentence, Sound, SoundKind
from participation.domain.projects.sounds.operations import forget_sentences
from participation.domain.projects.sounds.rules import PROMPT, PROMPTS
from participation.kit.database import Session
from participation.kit.hashing import grouped
from participation.kit.i18n import AUTONYMS, LANGUAGES, Day, Message, Text, When, _, pick
from participation.kit.marks import fingerprint
from tests.cast import DAY, NOW, Cast
from tests.channels.phones.test_phone_abuse import pin
from tests.choosing import printed
from tests.consulting import consulted, say
from tests.phoning import Caller, Handset, address, choices
from tests.stage import Clock
from tests.voting import Asked

RECEIPT = re.compile(r"\d \d \d \d\. \d \d \d \d\. \d \d \d \d")


@pytest.fixture
def caller(app: Any) -> Caller:
    return Caller(app)


async def test_a_vote_in_swahili_from_the_first_ring_to_the_receipt(
    session: Session, asked: Asked, code: str, caller: Caller
) -> None:
    assert "Kiswahili: bonyeza 2." in await caller.call()
    assert {"ar-XA", "sw-KE", "en-GB"} <= set(caller.languages)
    assert "Miradi: bonyeza 1." in await caller.press(caller.key_of("Kiswahili"))
    await caller.press("1")
    assert "Piga kura: bonyeza 1." in await caller.press("1")
    assert "16" in await caller.press("1")
    assert "Kupinga: bonyeza 2." in await caller.press(code)
    said = await caller.press("2")
    assert (caller.open, caller.answer[-1].tag) == (False, "Hangup")
    numbers = RECEIPT.findall(said)
    assert (len(numbers), len(set(numbers))) == (2, 1)
    assert "upinga" not in said
    assert await choices(session, asked) == [(2, "voice")]


async def test_keys_that_never_end_are_no_language(cast: Cast, caller: Caller) -> None:
    await caller.call()
    page = urljoin(caller.page, caller.gather.get("action", ""))
    answer = await caller.request(page, Digits="4" * 4301)
    assert answer.status_code == 200
    assert "Kiswahili" in answer.text


async def test_a_lost_slip_is_not_replaced_by_a_number_that_a_caller_shows(
    asked: Asked, code: str, caller: Caller
) -> None:
    await Handset(caller.app, caller.number).write(f"JOIN {code}")
    await caller.call()
    await caller.press("3")
    said = await caller.press("4")
    assert "nobody can be sure whose phone it is" in said
    assert "send LOST as a text message" in said


async def test_a_language_that_somebody_chooses_with_a_number_of_others_holds_for_their_call_alone(
    session: Session, cast: Cast, asked: Asked, code: str, caller: Caller
) -> None:
    await Handset(caller.app, caller.number).write(f"JOIN {code}")
    await caller.call()
    await caller.press("4")
    await caller.press(caller.key_of("العربية"))
    assert "ar-XA" in caller.languages
    await caller.press("1")
    assert "ar-XA" in caller.languages, "for the whole call"
    assert await session.scalar(sa.select(Phone.language)) == "en"
    await caller.call()
    assert "ar-XA" not in caller.languages


async def test_a_vote_in_arabic_and_the_number_keeps_its_language(
    session: Session, asked: Asked, code: str, caller: Caller
) -> None:
    await caller.call()
    await caller.press(caller.key_of("العربية"))
    assert set(caller.languages) <= {"ar-XA", "en-GB"}
    await caller.call()
    assert "ar-XA" in caller.languages
    assert "Kiswahili" not in caller.said
    for keys in ("1", "1", "1", code, "3"):
        await caller.press(keys)
    assert not caller.open
    assert await choices(session, asked) == [(3, "voice")]


async def in_english(caller: Caller) -> None:
    await caller.call()
    await caller.press(caller.key_of("English"))


async def test_a_comment_that_is_hidden_while_it_is_heard_leads_home(
    session: Session, cast: Cast, caller: Caller
) -> None:
    await consulted(session, cast, number=12)
    await say(session, cast, cast.amina)
    await session.commit()
    await in_english(caller)
    for keys in ("1", "12", "3"):
        await caller.press(keys)
    await session.execute(sa.update(Comment).values(status=Status.HIDDEN))
    await session.commit()
    assert "Projects: press 1." in await caller.press("2")
    assert "Type the number of a project." in await caller.press("1")


async def test_who_shows_anothers_number_does_not_hear_what_its_owner_said(
    session: Session, cast: Cast, caller: Caller
) -> None:
    await consulted(session, cast)
    await session.commit()
    await Handset(caller.app, caller.number).dial("1*1*2*1*Louder sirens.")
    await caller.call()
    for keys in ("3", "2"):
        await caller.press(keys)
    assert "16 digits" in caller.said
    assert "Louder sirens" not in caller.said
    assert caller.said.endswith("To go back, press 0.")
    assert "There is no project" not in await caller.press("0")
    assert "Projects: press 1." in caller.said
    called = {"Direction": "outbound-api", "To": caller.number, "From": "+254200000000"}
    await caller.call(**called)
    for keys in ("3", "2"):
        await caller.press(keys, **called)
    assert "Louder sirens" in caller.said


async def test_who_shows_anothers_number_neither_speaks_for_its_owner_nor_undoes_what_they_linked(
    session: Session, cast: Cast, code: str, caller: Caller
) -> None:
    await consulted(session, cast, number=12)
    await session.commit()
    await Handset(caller.app, caller.number).write(f"JOIN {code}")
    await caller.call()
    for keys in ("1", "12", "2"):
        await caller.press(keys)
    assert "16 digits" in caller.said
    await caller.call()
    for keys in ("3", "3"):
        await caller.press(keys)
    assert "16 digits" in caller.said
    await caller.press("1")
    assert await session.scalar(sa.select(sa.func.count()).select_from(PhoneLink)) == 1


async def test_a_telephone_company_that_repeats_itself_changes_nothing(
    session: Session, asked: Asked, code: str, caller: Caller
) -> None:
    await in_english(caller)
    asked_for = []
    for keys in ("1", "1", "1", code, "2"):
        asked_for.append((caller.gather.get("action", ""), keys))
        await caller.press(keys)
    last = caller.said
    for action, keys in (asked_for[1], asked_for[4], asked_for[0], asked_for[4]):
        caller.page = address("twilio", "voice").replace("voice", action)
        answer = await caller.request(caller.page, Digits=keys)
    assert RECEIPT.findall(answer.text) == RECEIPT.findall(last)
    other = await caller.request(caller.page, Digits="1")
    assert "another choice" in other.text
    assert await choices(session, asked) == [(2, "voice")]


async def test_nothing_of_a_vote_stays_of_its_call(session: Session, asked: Asked, code: str, caller: Caller) -> None:
    await in_english(caller)
    for keys in ("1", "1", "1", code):
        await caller.press(keys)
    before = (await session.execute(sa.select(PhoneSession.steps, PhoneSession.place))).all()
    await caller.press("1")
    session.expire_all()
    assert (await session.execute(sa.select(PhoneSession.steps, PhoneSession.place))).all() == before
    assert code not in str(before)


async def test_of_a_choice_that_is_refused_nothing_stays_of_its_call(
    session: Session, asked: Asked, code: str, caller: Caller
) -> None:
    await in_english(caller)
    for keys in ("1", "1", "1", code):
        await caller.press(keys)
    before = (await session.execute(sa.select(PhoneSession.steps, PhoneSession.place))).all()
    assert "There is no such" in await caller.press("9")
    assert (await session.execute(sa.select(PhoneSession.steps, PhoneSession.place))).all() == before
    await caller.press("2")
    assert await choices(session, asked) == [(2, "voice")]


async def test_a_choice_code_is_pressed_in_place_of_a_choice(
    session: Session, cast: Cast, asked: Asked, code: str, caller: Caller
) -> None:
    line = (await printed(session, cast, asked, 1))[0][1]
    await session.commit()
    await in_english(caller)
    for keys in ("1", "1", "1", code, line.code):
        await caller.press(keys)
    assert "Your return code: " + " ".join(line.returned) in caller.said
    assert await choices(session, asked) == [(2, "voice")]


async def test_silence_is_answered_twice_and_then_the_call_ends(asked: Asked, caller: Caller) -> None:
    await in_english(caller)
    gathers = caller.answer.findall("Gather")
    assert [[say.text for say in one] for one in gathers] == [[say.text for say in gathers[0]]] * 3
    assert {one.get("action") for one in gathers} == {caller.gather.get("action")}
    assert (await caller.wait()).endswith("Goodbye.")
    assert [one.tag for one in caller.answer][-2:] == ["Say", "Hangup"]


async def test_zero_leads_back_and_twice_to_the_beginning(asked: Asked, caller: Caller) -> None:
    await in_english(caller)
    await caller.press("1")
    await caller.press("1")
    project = caller.said
    await caller.press("4")
    await caller.press("0")
    assert caller.said == ""
    assert await caller.wait() == project
    assert "Me and this phone" in await caller.press("00")
    assert "Projects: press 1." in await caller.press("*")


async def test_a_wrong_key_is_told_and_the_same_is_said_again(asked: Asked, caller: Caller) -> None:
    await in_english(caller)
    home = caller.said
    said = await caller.press("9")
    assert said == f"There is no such number. Please choose one of these. {home}"


async def test_comments_are_heard_and_reacted_to(session: Session, cast: Cast, caller: Caller) -> None:
    await consulted(session, cast, number=12)
    first = await say(session, cast, cast.amina, "Sirens <b>wake</b> & scare the children. \x07")
    await say(session, cast, cast.baraka, "Louder please.")
    await session.commit()
    await in_english(caller)
    await caller.press("1")
    await caller.press("12")
    assert "Louder please." in await caller.press("3")
    assert "Sirens <b>wake</b> & scare" in await caller.press("01")
    assert re.match(r"Done\. \d \d \d \d\. ", await caller.press("1"))
    assert await session.scalar(sa.select(Comment.agrees).where(Comment.id == first.id)) == 1


async def test_a_comment_is_heard_in_the_voice_of_its_language_or_says_which_it_is(
    session: Session, cast: Cast, app: Any, caller: Caller
) -> None:
    spoken = '[{"code": "x-chimwiin", "own": "Chimwiini", "names": {"en": "Chimwiini"}}]'
    await session.execute(sa.text("update city set spoken_languages = cast(:spoken as jsonb)"), {"spoken": spoken})
    await consulted(session, cast, number=12)
    marks = {**SAID, "pt-PT": SAID["pt"], "x-chimwiin": "Chimwiini", "nl": "nl", "und": ""}
    for tag in marks:
        said = await say(session, cast, cast.amina, f"Lorem {tag} dolor.")
        await session.execute(sa.update(Comment).where(Comment.id == said.id).values(language=tag))
    await session.commit()
    await app.site.load()
    await in_english(caller)
    for keys in ("1", "12", "3"):
        await caller.press(keys)
    for tag in reversed(marks):
        lines = [(one.get("language"), one.text) for one in caller.gather.iter("Say")]
        if marks[tag] in SAID.values():
            assert lines[0] == (marks[tag], f"Lorem {tag} dolor.")
        else:
            heard = [("en-GB", text) for text in (marks[tag], f"Lorem {tag} dolor.") if text]
            assert lines[: len(heard)] == heard
        await caller.press("01")


def sound(cast: Cast, part: str, language: str, text: str, project_id: int | None = None) -> Sound:
    files = {"opus_digest": "b" * 64, "opus_size": 9, "mp3_digest": "a" * 64, "mp3_size": 9}
    said = {"part": part, "language": language, "said": fingerprint(text), "seconds": 2, "at": NOW}
    return Sound(city_id=cast.city.id, project_id=project_id, kind=SoundKind.UPLOADED, **said, **files)


async def test_a_recording_is_played_in_place_of_the_text_that_it_says(
    session: Session, cast: Cast, caller: Caller
) -> None:
    project = await consulted(session, cast, number=12)
    summaries = (
        await session.execute(sa.text(f"select summary from project_text where project_id = {project.id}"))
    ).scalar_one()
    made = sound(cast, "summary", "en", summaries, project.id)
    session.add(made)
    await session.commit()
    await in_english(caller)
    await caller.press("1")
    await caller.press("12")
    await caller.press("4")
    assert caller.played == [f"http://testserver/sounds/{made.id}-aaaaaaaa.mp3"]
    assert caller.said == "To go back, press 0. To hear this again, press the star key."


async def test_sentences_of_the_menu_wait_for_a_machine_and_what_people_say_does_not(
    session: Session, cast: Cast, caller: Caller
) -> None:
    await consulted(session, cast, number=12)
    await say(session, cast, cast.baraka, "Louder please.")
    await session.commit()
    await in_english(caller)
    for keys in ("1", "12", "3", "1"):
        await caller.press(keys)
    waiting = set(await session.scalars(sa.select(Sentence.text)))
    assert {"Projects: press 1.", "Agree: press 1.", "Next comment: press 1."} <= waiting
    assert not [text for text in waiting if "Louder" in text or RECEIPT.search(text)]
    read = sound(cast, f"sentence/{fingerprint('To go back, press 0.')}", "en", "To go back, press 0.")
    session.add(read)
    await session.commit()
    await caller.press("00")
    await caller.press("1")
    assert caller.played == [f"http://testserver/sounds/{read.id}-aaaaaaaa.mp3"]


async def test_digits_for_the_desk_are_heard_twice_and_read_by_no_machine(
    session: Session, asked: Asked, code: str, caller: Caller, clock: Clock
) -> None:
    await pin(caller.app, code, "204060")
    await in_english(caller)
    await Handset(caller.app).write(f"JOIN {code} 204060")
    for keys in ("3", "4", "204060"):
        await caller.press(keys)
    assert len(set(heard := re.findall(r"\d \d \d \d\. \d \d \d", await caller.press("1")))) == 1
    assert len(heard) == 2
    waiting = list(await session.scalars(sa.select(Sentence.text)))
    assert waiting
    assert not [text for text in waiting if heard[0] in text]
    clock.forward(days=91)
    await forget_sentences(session, at=clock.now)
    assert await session.scalar(sa.select(sa.func.count()).select_from(Sentence)) == 0


async def test_a_language_without_a_catalogue_is_heard_in_recordings_and_numbers(
    session: Session, cast: Cast, asked: Asked, code: str, app: Any, caller: Caller
) -> None:
    spoken = '[{"code": "x-chimwiin", "own": "Chimwiini", "names": {"en": "Chimwiini"}}]'
    await session.execute(sa.text("update city set spoken_languages = cast(:spoken as jsonb)"), {"spoken": spoken})
    first = cast.city.languages[0]
    for key, message in PROMPTS.items():
        session.add(sound(cast, PROMPT + key, "x-chimwiin", message.into(first)))
    for digit in "0123456789":
        session.add(sound(cast, f"{PROMPT}digit-{digit}", "x-chimwiin", digit))
    words = " ".join([pick(asked.ballot.questions, first).value, "1: For.", "2: Against.", "3: I abstain."])
    session.add(sound(cast, "question", "x-chimwiin", words, asked.ballot.project_id))
    await session.commit()
    await app.site.load()
    await caller.call()
    assert "Chimwiini" not in caller.said
    assert len(caller.played) == 2
    await caller.press(str(len(cast.city.languages) + 1))
    await caller.press("1")
    await caller.press("1")
    await caller.press("1")
    assert caller.said == ""
    await caller.press(code)
    assert "For" not in caller.said
    said = await caller.press("2")
    assert RECEIPT.search(said) is None
    assert len(caller.played) >= 24
    assert await choices(session, asked) == [(2, "voice")]


async def test_a_comment_in_a_language_without_a_catalogue_is_heard_to_its_end(
    session: Session, cast: Cast, app: Any, caller: Caller
) -> None:
    await consulted(session, cast, number=12)
    spoken = '[{"code": "x-chimwiin", "own": "Chimwiini", "names": {"en": "Chimwiini"}}]'
    await session.execute(sa.text("update city set spoken_languages = cast(:spoken as jsonb)"), {"spoken": spoken})
    for key, message in PROMPTS.items():
        session.add(sound(cast, PROMPT + key, "x-chimwiin", message.into(cast.city.languages[0])))
    for digit in "0123456789":
        session.add(sound(cast, f"{PROMPT}digit-{digit}", "x-chimwiin", digit))
    await session.commit()
    await app.site.load()
    await caller.call()
    for keys in (str(len(cast.city.languages) + 1), "1", "12"):
        await caller.press(keys)
    for keys in ("2", "2"):
        await caller.press(keys)
        assert caller.said == ""
    assert await caller.speak("RE" + "0" * 32) == ""


async def test_an_hour_is_long_enough_to_listen_after_a_code(
    session: Session, cast: Cast, asked: Asked, code: str, caller: Caller
) -> None:
    await in_english(caller)
    for keys in ("1", "1", "1", code):
        await caller.press(keys)
    row = (await session.execute(sa.select(SignIn.started_at, SignIn.ends_at).where(SignIn.via == "voice"))).one()
    assert (row.ends_at - row.started_at).total_seconds() == 3600


def test_amounts_are_said_as_amounts_and_receipts_digit_by_digit() -> None:
    call = cast_to(Call, SimpleNamespace(language="en"))
    amount = pieces(call, Text("It costs 12000000 shillings.", "en", False))
    assert amount[0].text == "It costs 12000000 shillings."
    assert pieces(call, "402177357394")[0].text == "4 0 2 1. 7 7 3 5. 7 3 9 4"
    for digits in ("402177357", "4021773573", "402177357394", "4021773573942817"):
        assert pieces(call, grouped(digits))[0].text == digit_by_digit(digits), "however many stand in the last group"


@pytest.mark.parametrize("language", LANGUAGES)
def test_dates_and_amounts_are_said_as_such_in_every_language(language: str) -> None:
    """Also where the hour stands right behind the year; and a machine may read them for everybody."""
    call = cast_to(Call, SimpleNamespace(language=language))
    said: list[Message] = [
        _("For %(ayes)s, against %(noes)s, abstained %(abstained)s", ayes=1234, noes=12345, abstained=1234567),
        _("Done on %(day)s; it was due on %(due)s.", day=Day(NOW.date()), due=Day(NOW.date() + 200 * DAY)),
    ]
    for days in range(0, 366, 29):
        when = When(NOW + days * DAY + timedelta(hours=days % 24), ZoneInfo("Africa/Nairobi"))
        said += [_("Vote until %(when)s.", when=when), _("Consultation until %(when)s.", when=when)]
    for message in said:
        (piece,) = pieces(call, message)
        assert (piece.text, piece.menu) == (message.into(language), True)
    (piece,) = pieces(
        call, _("There is no contribution with this receipt: %(receipt)s", receipt=grouped("402177357394"))
    )
    assert piece.text.endswith("4 0 2 1. 7 7 3 5. 7 3 9 4")
    assert not piece.menu


async def test_a_receipt_is_looked_up_by_keys(session: Session, asked: Asked, app: Any, code: str) -> None:
    handset = Handset(app)
    receipt = re.sub(r"\D", "", (await handset.dial(f"1*1*1*{code}*1")).partition(".")[2])
    caller = Caller(app)
    await in_english(caller)
    await caller.press("2")
    assert "This vote arrived." in await caller.press(receipt)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        *(({"CallSid": ""}, 422), ({"CallSid": "C" * 300}, 422), ({"From": "anonymous"}, 200), ({"From": ""}, 200)),
        *(({"From": hidden}, 200) for hidden in ("+266696687", "266696687", "+7378742833", "+86282452253", "+464")),
    ],
)
async def test_whoever_cannot_be_known_is_told(
    asked: Asked, caller: Caller, fields: dict[str, str], status: int
) -> None:
    answer = await caller.request(address("twilio", "voice"), **fields)
    assert answer.status_code == status
    if status == 200:
        assert "Your number is hidden" in answer.text
        assert "<Gather" not in answer.text


async def test_a_call_that_nobody_knows_begins_anew(asked: Asked, caller: Caller) -> None:
    answer = await caller.request(f"{address('twilio', 'voice')}?after=0123&second=1", Digits="1")
    assert "Kiswahili" in answer.text


async def test_a_call_without_a_signature_is_not_answered(asked: Asked, caller: Caller) -> None:
    caller.token = "wrong"
    assert (await caller.request(address("twilio", "voice"))).status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_screen_can_be_heard_in_every_language(
    session: Session, cast: Cast, asked: Asked, caller: Caller, language: str
) -> None:
    """Nothing stays in English, and every option has a key that is said."""
    await consulted(session, cast, number=12)
    await session.commit()
    await caller.call()
    if AUTONYMS[language] not in caller.said:
        await caller.press("01")
    await caller.press(caller.key_of(AUTONYMS[language]))
    voice = SAID[language]
    for keys in ("5", "0", "00", "3", "1", "00", "2", "00", "1", "12", "2", "00", "1", "1", "1"):
        await caller.press(keys)
        if caller.answer.find("Redirect") is not None:
            await caller.wait()
        own = [say for say in caller.gather.iter("Say") if say.get("language") == voice]
        assert own
        assert language == "en" or not [say.text for say in own if re.search(r"\bpress\b", say.text or "")]
