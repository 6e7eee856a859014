"""USSD: residents with a phone of twelve keys, through two gateways that speak differently."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from participation.channels.phone.gateway import Gateway, WrongGateways, read_gateways
from participation.domain.ballots.rules import OPTION_WORDS
from participation.domain.consultations.models import Comment, Pseudonym
from participation.domain.moderation.models import Status
from participation.domain.people.models import SignIn
from participation.domain.people.phones.models import Phone, PhoneSession
from participation.kit.database import Session
from participation.kit.gsm import plain
from participation.kit.i18n import AUTONYMS, LANGUAGES, _
from participation.settings import Settings
from tests.browsing import browser
from tests.cast import Cast
from tests.channels.test_me import enter
from tests.choosing import printed
from tests.consulting import consulted, say
from tests.phoning import Handset, address, choices, gateways_file
from tests.promises import promised
from tests.stage import Clock
from tests.voting import Asked, ask

RECEIPT = re.compile(r"Done\. (\d{4} \d{4} \d{4})$")


async def test_from_dialling_to_a_receipt_takes_six_screens(
    session: Session, asked: Asked, code: str, phone: Handset
) -> None:
    assert "1 Projects" in await phone.dial()
    assert "1 Lamps for the market" in await phone.press("1")
    assert "1 Vote" in await phone.press("1")
    assert "16 digits" in await phone.press("1")
    assert "Shall the market get lamps?\n1 For\n2 Against\n3 I abstain" in await phone.press(code)
    assert RECEIPT.match(await phone.press("2"))
    assert (phone.open, len(phone.screens)) == (False, 6)
    assert await choices(session, asked) == [(2, "ussd")]


async def test_a_gateway_that_repeats_and_reorders_changes_nothing(
    session: Session, asked: Asked, code: str, phone: Handset
) -> None:
    texts = ["", "1", "1*1", "1*1*1", f"1*1*1*{code}", f"1*1*1*{code}*3"]
    answers = [await phone.request(text) for text in texts]
    for place in (5, 2, 4, 0, 5, 3, 1):
        assert await phone.request(texts[place]) == answers[place]
    assert await choices(session, asked) == [(3, "ussd")]


async def test_a_vote_dialled_at_once_is_counted(session: Session, asked: Asked, code: str, phone: Handset) -> None:
    assert RECEIPT.match(await phone.dial(f"1*1*1*{code}*1"))
    assert await phone.request(phone.dialled) == f"END {phone.screen}"
    assert [spent.messages for spent in phone.app.site.spent.values()] == [1], "one session, however often it is sent"
    assert await choices(session, asked) == [(1, "ussd")]


async def test_a_vote_dialled_at_once_in_json_is_counted_once(
    session: Session, asked: Asked, code: str, phone: Handset
) -> None:
    fields = {"transactionId": "8", "msisdn": "254712345678", "ussdServiceCode": "384", "transactionTime": "1"}
    fields |= {"ussdRequestString": f"*384*1*1*1*{code}*2#", "response": "false"}
    first, again = [(await phone.post(address("dm", "ussd"), fields)).json() for _time in range(2)]
    assert RECEIPT.match(first["responseString"])
    assert again == first
    assert await choices(session, asked) == [(2, "ussd")]


async def test_a_choice_code_is_dialled_in_place_of_a_choice(
    session: Session, cast: Cast, asked: Asked, code: str, phone: Handset
) -> None:
    line = (await printed(session, cast, asked, 1))[0][1]
    await session.commit()
    await phone.dial(f"1*1*1*{code}")
    assert re.match(rf"Done\. \d{{4}} \d{{4}} \d{{4}} \({line.returned}\)$", await phone.press(line.code))
    assert await phone.request(phone.dialled) == f"END {phone.screen}"
    assert await choices(session, asked) == [(2, "ussd")]


async def test_another_choice_in_the_same_session_is_refused(
    session: Session, asked: Asked, code: str, phone: Handset
) -> None:
    await phone.dial(f"1*1*1*{code}")
    await phone.press("1")
    before = (await session.execute(sa.select(PhoneSession.steps))).scalars().all()
    answer = await phone.request(f"1*1*1*{code}*2")
    assert answer.startswith("END ")
    assert "another choice" in answer
    assert (await session.execute(sa.select(PhoneSession.steps))).scalars().all() == before
    assert await choices(session, asked) == [(1, "ussd")]


async def test_nothing_of_a_vote_stays_in_its_session(
    session: Session, asked: Asked, code: str, phone: Handset
) -> None:
    await phone.dial(f"1*1*1*{code}")
    before = (await session.execute(sa.select(PhoneSession.steps))).scalars().all()
    await phone.press("1")
    session.expire_all()
    assert (await session.execute(sa.select(PhoneSession.steps))).scalars().all() == before
    assert code not in str(before)
    assert phone.number not in str(before)


async def test_of_choices_that_are_refused_their_number_alone_stays(
    session: Session, asked: Asked, code: str, phone: Handset
) -> None:
    async def kept() -> list[Any]:
        return list((await session.execute(sa.select(PhoneSession.steps, PhoneSession.place))).all())

    choice = await phone.dial(f"1*1*1*{code}")
    before = await kept()
    first = await phone.press("9")
    assert first == f"There is no such option.\n{choice}", "which there are stands below, once"
    (once,) = await kept()
    assert [value[2:] for key, value in once.steps.items() if key not in before[0].steps] == [[1]]
    assert await phone.request(phone.dialled) == f"CON {first}"
    assert await phone.press("8") == first
    (twice,) = await kept()
    assert (twice.steps.keys(), twice.place) == (once.steps.keys(), once.place)
    # As if other choices had been refused: nothing that is kept tells them apart.
    assert await phone.request(f"1*1*1*{code}*7*6") == f"CON {first}"
    assert "1 Vote" in await phone.press("0")
    assert "1 For" in await phone.press("1")
    assert RECEIPT.match(await phone.press("2"))
    assert await choices(session, asked) == [(2, "ussd")]


async def test_a_choice_that_is_refused_when_all_is_dialled_at_once_stays_nowhere_either(
    session: Session, asked: Asked, code: str, phone: Handset
) -> None:
    first = await phone.dial(f"1*1*1*{code}*9*1")
    assert await phone.request(f"1*1*1*{code}*8*2") == f"CON {first}"
    assert RECEIPT.match(await phone.press("3"))
    assert await choices(session, asked) == [(3, "ussd")]


async def test_whoever_may_not_vote_there_is_told_before_they_choose(
    session: Session, cast: Cast, settings: Settings, code: str, phone: Handset
) -> None:
    elsewhere = await ask(session, cast, settings.keys, districts=[cast.market])
    await session.commit()
    assert "16 digits" in await phone.dial("1*1*1")
    told = await phone.press(code)
    assert told.startswith("This ballot is for residents of other districts.")
    assert "1 For" not in told
    await phone.dial(f"3*1*{code}")
    for language in reversed(LANGUAGES):
        await session.execute(sa.update(Phone).values(language=language))
        await session.commit()
        screen = await phone.dial("1*1*1")
        assert screen.startswith(plain(_("This ballot is for residents of other districts.").into(language))), screen
        assert not [words for words in OPTION_WORDS.values() if f" {plain(words.into(language))}" in screen]
    await phone.dial("4*1")
    assert "other districts" in await phone.write("VOTE 1 2"), "and where no step comes before the choice"
    assert await choices(session, elsewhere) == []


async def test_a_choice_that_was_dialled_behind_what_is_refused_stays_nowhere(
    session: Session, cast: Cast, settings: Settings, code: str, phone: Handset
) -> None:
    elsewhere = await ask(session, cast, settings.keys, districts=[cast.market])
    await session.commit()
    wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
    for given, told in ((wrong, "swapped"), (code, "other districts")):
        first = await phone.dial(f"1*1*1*{given}*1")
        assert told in first
        kept = (await session.execute(sa.select(PhoneSession.steps, PhoneSession.place))).all()
        assert await phone.request(f"1*1*1*{given}*2") == f"CON {first}"
        assert (await session.execute(sa.select(PhoneSession.steps, PhoneSession.place))).all() == kept
        assert "1 Vote" in await phone.press("0")
    assert await choices(session, elsewhere) == []


async def test_who_may_vote_is_asked_with_the_ballot_and_not_once_more(
    session: Session, asked: Asked, code: str, phone: Handset
) -> None:
    await phone.dial(f"3*1*{code}")
    await phone.dial("1*1")
    with promised.statements(phone.app.site.database) as step:
        assert "1 For" in await phone.press("1")
    assert len([one for one in step if "FROM ballot" in one]) == 1
    assert len(step) <= promised.WRITING


async def test_a_number_by_itself_never_votes_but_may_comment(
    session: Session, cast: Cast, asked: Asked, phone: Handset
) -> None:
    project = await consulted(session, cast, number=12)
    await session.commit()
    assert "16 digits" in await phone.dial("1*1*1")
    await phone.dial("1*12")
    await phone.press("2")
    await phone.press("1")
    assert RECEIPT.match(await phone.press("We want * stars * at night"))
    said = (await session.execute(sa.select(Comment).where(Comment.project_id == project.id))).scalar_one()
    assert (said.body, said.stance, said.via) == ("We want * stars * at night", "for", "ussd")
    assert said.pseudonym_id is not None


async def test_where_the_city_wants_codes_a_number_says_nothing_by_itself(
    session: Session, cast: Cast, app: Any, code: str, phone: Handset
) -> None:
    await consulted(session, cast, number=12)
    await session.execute(sa.text("update city set phones = 'code'"))
    await session.commit()
    await app.site.load()
    assert "16 digits" in await phone.dial("1*12*2")
    assert "I am for it" in await phone.press(code)
    await phone.press("2")
    assert RECEIPT.match(await phone.press("Too loud"))


async def test_comments_are_read_one_by_one_and_reacted_to(session: Session, cast: Cast, phone: Handset) -> None:
    await consulted(session, cast, number=12)
    first = await say(session, cast, cast.amina, "The siren has to be heard in the Flats too. " * 8)
    await say(session, cast, cast.baraka, "Sirens wake the children.")
    await session.commit()
    assert "Sirens wake the children." in await phone.dial("1*12*3")
    assert "heard in the Flats" in await phone.press("01")
    assert "1 Agree" not in phone.screen
    assert "01 More" in phone.screen
    screen = await phone.press("1")
    assert screen.startswith("Done.")
    assert "1 Next comment" in screen
    again = await phone.request(phone.dialled)
    assert again == f"CON {screen}"
    row = (await session.execute(sa.select(Comment.agrees).where(Comment.id == first.id))).scalar_one()
    assert row == 1
    assert "no more comments" in await phone.press("1")


async def test_a_comment_that_is_hidden_while_it_is_read_leads_home(
    session: Session, cast: Cast, phone: Handset
) -> None:
    await consulted(session, cast, number=12)
    await say(session, cast, cast.amina)
    await session.commit()
    await phone.dial("1*12*3")
    await session.execute(sa.update(Comment).values(status=Status.HIDDEN))
    await session.commit()
    assert "1 Projects" in await phone.press("2")
    assert "Type the number of a project." in await phone.press("1"), "the keys are those of the screen that is shown"


async def test_a_wrong_key_on_a_later_part_loses_nothing_of_the_text(
    session: Session, cast: Cast, phone: Handset
) -> None:
    await consulted(session, cast, number=12)
    words = " ".join(f"word{number}" for number in range(90))
    await say(session, cast, cast.amina, words)
    await session.commit()
    read = await phone.dial("1*12*3")
    parts = [read]
    while "word89" not in phone.screen:
        parts.append(await phone.press("01"))
        if len(parts) == 2:
            assert "no such number" in await phone.press("7")
            assert "01 More" in phone.screen
    found = " ".join(part.partition("\n01 More")[0].partition("\n1 Agree")[0] for part in parts)
    assert found.split() == words.split()


async def test_a_code_that_is_wrong_is_told_and_counted_once(
    session: Session, asked: Asked, code: str, phone: Handset
) -> None:
    await phone.dial("1*1*1")
    wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
    assert "swapped" in await phone.press(wrong)
    assert "1 For" in await phone.press(code)


async def test_a_code_of_which_a_digit_is_missing_is_told_as_a_code_where_a_phone_is_linked(
    session: Session, code: str, phone: Handset
) -> None:
    await phone.dial("3*1")
    for missing in (1, 5):
        assert f"A code has 16 digits, and this has {16 - missing}" in await phone.press(code[:-missing])
    assert "not known, or too old" in await phone.press("1234567890")
    assert "A code has 16 digits, and this has 15" in await phone.write(f"JOIN {code[1:]}")
    assert "now speaks for you" in await phone.press(code)


async def test_a_pin_goes_behind_the_code(session: Session, app: Any, asked: Asked, code: str, phone: Handset) -> None:
    visitor = browser(app)
    await enter(visitor, code)
    await visitor.get("/en/me/pin")
    await visitor.send({"new_pin": "204060", "new_pin_again": "204060"})
    await phone.dial("1*1*1")
    assert "A PIN is set for this code. Please type both: code and PIN." in await phone.press(code)
    assert "This is not the PIN" in await phone.press(f"{code}999999")
    assert "1 For" in await phone.press(f"{code}204060")


async def test_a_linked_number_votes_by_itself_until_it_is_forgotten(
    session: Session, asked: Asked, code: str, phone: Handset
) -> None:
    await phone.dial("3*1")
    assert "now speaks for you" in await phone.press(code)
    assert RECEIPT.match(await phone.dial("1*1*1*1"))
    assert "forgotten" in await phone.dial("3*3*1")
    assert "16 digits" in await phone.dial("1*1*1")
    assert await session.scalar(sa.select(sa.func.count()).select_from(Phone)) == 0


async def test_what_a_number_said_by_itself_stays_its_own(
    session: Session, cast: Cast, code: str, phone: Handset
) -> None:
    project = await consulted(session, cast, number=12)
    await session.commit()
    await phone.dial("1*12*2*1*Louder please")
    await phone.dial(f"3*1*{code}")
    await phone.dial("1*12*2*2*And not at night")
    names = (
        await session.execute(
            sa.select(sa.func.count(Comment.id), sa.func.count(Comment.pseudonym_id.distinct())).where(
                Comment.project_id == project.id
            )
        )
    ).one()
    assert tuple(names) == (2, 2)
    owners = await session.scalars(sa.select(Pseudonym.person_id).where(Pseudonym.project_id == project.id))
    assert len(set(owners)) == 2


async def test_a_cut_session_is_found_again_only_by_pin(
    session: Session, app: Any, cast: Cast, asked: Asked, code: str, phone: Handset
) -> None:
    visitor = browser(app)
    await enter(visitor, code)
    await visitor.get("/en/me/pin")
    await visitor.send({"new_pin": "204060", "new_pin_again": "204060"})
    await consulted(session, cast, number=12)
    await session.commit()
    await phone.dial(f"1*1*1*{code}204060")
    await phone.press("00")
    await phone.press("1")
    await phone.press("12")
    assert "Projects" in await phone.dial()
    await phone.press("1")
    await phone.press("1")
    await phone.press("1")
    assert "cut" in await phone.press(f"{code}204060")
    assert "About sirens" in await phone.press("1")


async def with_pin(app: Any, code: str) -> None:
    visitor = browser(app)
    await enter(visitor, code)
    await visitor.get("/en/me/pin")
    await visitor.send({"new_pin": "204060", "new_pin_again": "204060"})
    await visitor.client.aclose()


@pytest.fixture
async def cut(session: Session, app: Any, cast: Cast, asked: Asked, code: str, phone: Handset) -> str:
    """Somebody was cut off while they looked at another project; and what they see when they come back."""
    await with_pin(app, code)
    await consulted(session, cast, number=12)
    await session.commit()
    await phone.dial(f"1*1*1*{code}204060")
    await phone.press("00")
    await phone.press("1")
    await phone.press("12")
    return "Your last session was cut.\n1 Go on where the line was cut\n2 Go on from here\n0 Back"


async def test_whoever_is_cut_off_at_the_offer_to_go_on_is_led_to_where_they_were_before(
    code: str, phone: Handset, clock: Clock, cut: str
) -> None:
    for _time in range(2):
        clock.forward(minutes=1)
        assert await phone.dial(f"1*1*1*{code}204060") == cut
    assert "About sirens" in await phone.press("1")


async def test_the_offer_to_go_on_is_no_place_to_go_on_at(code: str, phone: Handset, clock: Clock, cut: str) -> None:
    clock.forward(minutes=6)
    assert await phone.dial(f"1*1*1*{code}204060") == cut
    clock.forward(minutes=6)
    assert "1 For" in await phone.dial(f"1*1*1*{code}204060"), "nothing is kept any more of where they were"


@pytest.mark.parametrize(("choice", "wanted"), [("1", "About sirens"), ("2", "1 For")])
async def test_what_was_dialled_at_once_is_no_answer_to_an_offer_that_nobody_has_seen(
    session: Session, asked: Asked, code: str, phone: Handset, cut: str, choice: str, wanted: str
) -> None:
    assert await phone.dial(f"1*1*1*{code}204060*{choice}*4") == cut
    assert await phone.request(phone.dialled) == f"CON {cut}"
    assert await choices(session, asked) == []
    kept = set((await session.execute(sa.select(PhoneSession.steps))).scalars().all()[-1])
    assert await phone.request(f"1*1*1*{code}204060*3*4") == f"CON {cut}"
    session.expire_all()
    now = (await session.execute(sa.select(PhoneSession.steps))).scalars().all()
    assert kept in map(set, now), "it may be a choice: nothing that is kept tells it from another"
    assert wanted in await phone.press(choice)


async def test_what_was_dialled_at_once_in_json_is_no_answer_to_it_either(
    session: Session, asked: Asked, code: str, phone: Handset, cut: str
) -> None:
    fields = {"transactionId": "9", "msisdn": "254712345678", "ussdServiceCode": "384", "transactionTime": "1"}
    fields |= {"ussdRequestString": f"*384*1*1*1*{code}204060*2#", "response": "false"}
    for _time in range(2):
        assert (await phone.post(address("dm", "ussd"), fields)).json()["responseString"] == cut
    fields |= {"transactionTime": "2", "ussdRequestString": "2", "response": "true"}
    assert "1 For" in (await phone.post(address("dm", "ussd"), fields)).json()["responseString"]
    assert await choices(session, asked) == []


@pytest.mark.parametrize("noted", [False, True], ids=["here", "noted for all"])
async def test_a_session_that_ended_with_a_vote_was_not_cut(
    session: Session, app: Any, asked: Asked, code: str, phone: Handset, noted: bool
) -> None:
    visitor = browser(app)
    await enter(visitor, code)
    await visitor.get("/en/me/pin")
    await visitor.send({"new_pin": "204060", "new_pin_again": "204060"})
    await visitor.client.aclose()
    await phone.dial(f"1*1*1*{code}204060")
    assert RECEIPT.match(await phone.press("1"))
    assert await session.scalar(sa.select(PhoneSession.owner)) is not None, "nothing is written beside the vote"
    if noted:
        await app.site.note_spent(now=True)
        assert not app.site.ended
    assert "1 For" in await phone.dial(f"1*1*1*{code}204060")


async def test_the_json_dialect_shows_the_same_menu(session: Session, asked: Asked, code: str, phone: Handset) -> None:
    async def ask_(text: str, at: str, *, first: bool = False) -> dict[str, str]:
        fields = {"transactionId": "7", "msisdn": "254712345678", "ussdServiceCode": "384", "transactionTime": at}
        fields |= {"ussdRequestString": text, "response": "false" if first else "true"}
        answer: dict[str, str] = (await phone.post(address("dm", "ussd"), fields)).json()
        return answer

    assert (await ask_("*384*1#", "1", first=True))["action"] == "request"
    assert "1 Vote" in (await ask_("1", "2"))["responseString"]
    assert "1 Vote" in (await ask_("1", "2"))["responseString"]
    await ask_("1", "3")
    assert "1 For" in (await ask_(code, "4"))["responseString"]
    done = await ask_("1", "5")
    assert (done["action"], bool(RECEIPT.match(done["responseString"]))) == ("end", True)
    assert await ask_("1", "5") == done
    assert await choices(session, asked) == [(1, "ussd")]


async def test_a_json_request_without_its_moment_is_refused(cast: Cast, phone: Handset) -> None:
    fields = {"transactionId": "7", "msisdn": "254712345678", "ussdRequestString": "1", "response": "true"}
    answer = await phone.post(address("dm", "ussd"), fields)
    assert answer.status_code == 422
    assert "known again" in answer.text


async def test_what_is_to_be_posted_is_taken_from_no_address(cast: Cast, phone: Handset) -> None:
    async with phone._client() as client:
        for gateway, kind in (("at", "ussd"), ("at", "sms"), ("twilio", "sms"), ("rapidpro", "sms")):
            assert (await client.get(address(gateway, kind), params={"text": "1"})).status_code == 404


async def test_a_language_that_was_chosen_stays_with_the_number(session: Session, asked: Asked, phone: Handset) -> None:
    await phone.dial("4")
    number = next(line.split()[0] for line in phone.screen.splitlines() if "Kiswahili" in line)
    assert "Miradi" in await phone.press(number)
    assert "Miradi" in await phone.dial()


async def test_a_wrong_key_is_told_wherever_it_is_pressed(session: Session, code: str, phone: Handset) -> None:
    wrong = "There is no such number. Please choose one of these.\n"
    await phone.dial("4")
    await phone.press("01")
    languages = phone.screen
    for key in ("99", "x"):
        told = await phone.press(key)
        assert told.startswith(wrong)
        assert told.removeprefix(wrong) in languages, "beside the same languages"
    await phone.dial(f"3*1*{code}")
    for way, question in (("3*3", "speak for nobody any more"), ("3*4", "Is your slip lost?")):
        await phone.dial(way)
        assert question in phone.screen
        keys = phone.screen.partition("\n")[2]
        told = await phone.press("7")
        assert told.startswith(wrong)
        assert told.endswith(keys), "and nothing was forgotten or given"
    assert "2 What I said" in await phone.dial("3*3*2")
    assert "Say these digits at the desk" in await phone.dial("3*4*1"), "the phone still speaks for them"


async def test_what_is_not_there_in_a_language_says_in_which_it_stands(
    session: Session, asked: Asked, phone: Handset
) -> None:
    await phone.dial("4")
    while "हिन्दी" not in phone.screen:
        await phone.press("01")
    number = next(line.split()[0] for line in phone.screen.splitlines() if "हिन्दी" in line)
    await phone.press(number)
    assert phone.screen.splitlines()[0] == "Tamarani"
    assert "(English) Light at night." in await phone.dial("1*1*4")
    assert "(English) Lamps for the market" in await phone.dial("1*1")
    assert "1 (English) Lamps for the market" in await phone.dial("1")


async def test_what_people_say_in_another_language_says_in_which(
    session: Session, cast: Cast, app: Any, phone: Handset
) -> None:
    spoken = '[{"code": "x-chimwiin", "own": "Chimwiini", "names": {"en": "Chimwiini"}}]'
    await session.execute(sa.text("update city set spoken_languages = cast(:spoken as jsonb)"), {"spoken": spoken})
    await consulted(session, cast, number=12)
    marks = {**AUTONYMS, "x-chimwiin": "Chimwiini", "pt-PT": AUTONYMS["pt"], "nl": "nl", "und": ""}
    for tag in marks:
        said = await say(session, cast, cast.amina, f"Lorem {tag} dolor.")
        await session.execute(sa.update(Comment).where(Comment.id == said.id).values(language=tag))
    await session.commit()
    await app.site.load()
    await phone.dial("4*1")
    for language in LANGUAGES:
        await session.execute(sa.update(Phone).values(language=language))
        await session.commit()
        screens = [await phone.dial("1*12*3")]
        screens += [await phone.press("01") for _more in range(len(marks) - 1)]
        for tag, screen in zip(reversed(marks), screens, strict=True):
            mark = "" if tag.partition("-")[0] in (language, "und") else f"({plain(marks[tag])}) "
            assert screen.startswith(f"{mark}Lorem {tag} dolor."), screen


@pytest.mark.parametrize("language", ["ar", "hi", "ru", "zh"])
async def test_where_a_network_carries_eighty_letters_nothing_is_cut_off_and_a_vote_arrives(
    session: Session, cast: Cast, asked: Asked, code: str, phone: Handset, language: str
) -> None:
    gateways = phone.app.site.gateways
    phone.app.site.gateways = gateways | {"at": replace(gateways["at"], letters=80)}
    await consulted(session, cast, number=12)
    words = " ".join(f"{AUTONYMS[language]}{number}" for number in range(30))
    await say(session, cast, cast.amina, words)
    await phone.dial("4*1")
    await session.execute(sa.update(Phone).values(language=language))
    await session.commit()

    async def read(screen: str) -> list[str]:
        """All parts of a screen; the last one has no "More" any more."""
        pages = [screen]
        while "\n01 " in pages[-1]:
            pages.append(await phone.press("01"))
        assert all(len(page) <= 80 for page in pages), pages
        return "\n".join(pages).split("\n")

    assert [line[0] for line in await read(await phone.dial()) if line[0] in "12345"] == ["1", "2", "3", "4", "5"]
    assert f"1 {_('Vote').into(language)}" in await read(await phone.dial("1*1"))
    heard = await phone.dial("1*12*3")
    while f"{AUTONYMS[language]}29" not in heard:
        heard += f" {await phone.press('01')}"
    assert [word for word in heard.split() if word in words.split()] == words.split()
    assert f"3 {_('I abstain').into(language)}" in await read(await phone.dial(f"1*1*1*{code}"))
    refused = await phone.press("9")
    assert refused.startswith(_("There is no such option.").into(language)[:20])
    assert len(refused) <= 80
    done = await phone.press("2")
    assert re.search(r" \d{4} \d{4} \d{4}$", done)
    assert await choices(session, asked) == [(2, "ussd")]


async def test_sessions_end_after_ten_minutes(
    session: Session, asked: Asked, code: str, phone: Handset, clock: Clock, settings: Settings
) -> None:
    await phone.dial(f"1*1*1*{code}")
    clock.forward(minutes=11)
    assert "16 digits" in await phone.dial("1*1*1")
    ends = await session.scalars(sa.select(SignIn.ends_at))
    assert all(end < clock.now for end in ends)


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("+254712345678", "+254712345678"),
        (" 254712345678", "+254712345678"),
        ("00254 712 345 678", "+254712345678"),
        ("0712-345-678", "+254712345678"),
        ("+(254) 712.345.678", "+254712345678"),
        ("+0712345678", None),
        ("00 0712345678", None),
        ("tel:+254712345678", None),
        ("M-PESA254712345678", None),
        ("254712345678 BANK", None),
        ("٢٥٤٧١٢٣٤٥٦٧٨", None),
    ],
)
def test_a_number_is_only_what_is_written_as_one(said: str, number: str | None) -> None:
    assert Gateway("at", "africastalking", "s" * 20, country="254").e164(said) == number
    assert Gateway("at", "africastalking", "s" * 20).e164("0712345678") is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('keys = "x"', "keys holds texts"),
        ("keys = { token = 12345 }", "keys holds texts"),
        ("allow = 3", "allow is a list"),
        ("allow = [3]", "allow is a list"),
        ('allow = ["192.0.2.0/33"]', "allow: '192.0.2.0/33'"),
        ("price = nan", "price is a number"),
        ("price = -0.5", "price is a number"),
        ("price = 1e10", "price is a number from 0 to 1000000000"),
        ('price = "much"', "price is a number"),
        ("cap = inf", "cap is a number"),
        ("cap = true", "cap is a number"),
        ('country = "+254"', "country has digits only"),
        ('pays = ["free"]', "pays is one of"),
        ("letters = 69", "letters is a whole number from 70 to 160"),
        ("letters = 161", "letters is a whole number from 70 to 160"),
        ('letters = "80"', "letters is a whole number from 70 to 160"),
        ("letters = true", "letters is a whole number from 70 to 160"),
        ('colour = "red"', "colour is not known"),
    ],
)
def test_a_gateway_that_is_set_wrongly_is_said_in_one_line(tmp_path: Path, line: str, said: str) -> None:
    assert said in refused(tmp_path, f'[[gateway]]\nname = "k"\ndialect = "kannel"\nsecret = "{"s" * 20}"\n{line}\n')


@pytest.mark.parametrize(
    "secret", ["short", "a/secret/with/slashes/in/it", "a secret of several words", "s" * 20 + "é"]
)
def test_a_secret_that_is_no_part_of_an_address_is_refused(tmp_path: Path, secret: str) -> None:
    said = refused(tmp_path, f'[[gateway]]\nname = "k"\ndialect = "kannel"\nsecret = "{secret}"\n')
    assert "secret needs 20 letters" in said
    assert secret not in said


@pytest.mark.parametrize("head", ["[gateway]", "[[gateways]]", "gateway = 3\n[other]", "gateway = [3]\n[other]"])
def test_a_gateways_file_without_entries_is_refused(tmp_path: Path, head: str) -> None:
    assert "[[gateway]]" in refused(tmp_path, f'{head}\nname = "k"\ndialect = "kannel"\nsecret = "{"s" * 20}"\n')


def refused(folder: Path, text: str) -> str:
    path = folder / "wrong.toml"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(WrongGateways) as wrong:
        read_gateways(path)
    assert "\n" not in str(wrong.value)
    return str(wrong.value)


def test_a_gateways_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = gateways_file(tmp_path)
    assert set(read_gateways(path)) >= {"at", "kannel"}
    path.chmod(0o644)
    with pytest.raises(WrongGateways):
        read_gateways(path)
