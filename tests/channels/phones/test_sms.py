"""SMS: a vote, a comment, a receipt in a message; whatever the language, the digits and small mistakes."""

import re
from typing import Any
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa

from participation.channels.http.phone_words import shown
from participation.channels.phone.dialects.twilio import signature
from participation.channels.phone.reading import Vote, read_comment, read_vote
from participation.channels.phone.sms import Command, shortened
from participation.channels.phone.understanding import answered_in, understand
from participation.domain.ballots.rules import OPTION_WORDS
from participation.domain.consultations.models import Comment, Pseudonym
from participation.domain.people.guesses import operations as guesses
from participation.domain.people.models import AccessCode
from participation.domain.people.phones.models import Phone
from participation.kit.database import Session
from participation.kit.errors import Invalid
from participation.kit.gsm import plain, segments
from participation.kit.hashing import Secrets, grouped, with_check_digit
from participation.kit.i18n import LANGUAGES, _
from participation.kit.repeats import forget
from tests.browsing import Browser, browser
from tests.cast import DAY, Cast
from tests.channels.test_me import enter
from tests.choosing import printed
from tests.consulting import consulted
from tests.phoning import SECRET, Handset, address, choices
from tests.slips import handed_out
from tests.stage import Clock
from tests.voting import Asked

RECEIPT = re.compile(r"(\d{4} \d{4} \d{4})$")
ORDER = ("en", "sw")


def person_of(serial: int) -> sa.Select[int]:
    return sa.select(AccessCode.person_id).where(AccessCode.serial == serial)


@pytest.mark.parametrize(
    ("text", "command", "language", "rest"),
    [
        ("VOTE 12 1", Command.VOTE, "en", "12 1"),
        ("vote12,1", Command.VOTE, "en", "12,1"),
        (" Votte: 12 1 ", Command.VOTE, "en", "12 1"),
        ("KURA 12 1", Command.VOTE, "sw", "12 1"),
        ("piga kura 12 1", Command.VOTE, "sw", "12 1"),
        ("صوت ١٢ ١", Command.VOTE, "ar", "١٢ ١"),
        ("投票12 1", Command.VOTE, "zh", "12 1"),
        ("P", Command.PROJECTS, "en", ""),
        ("miradi", Command.PROJECTS, "sw", ""),
        ("Projects: 12?", Command.PROJECTS, "en", "12"),
        ("C 12 it is too loud", Command.COMMENT, "en", "12 it is too loud"),
        ("r 4021 7735 7395", Command.RECEIPT, "en", "4021 7735 7395"),
        ("4021 7735 7395", Command.RECEIPT, "en", "402177357395"),
        ("stop", Command.STOP, "en", ""),
        ("STOP please", Command.STOP, "en", ""),
        ("stop all \U0001f642", Command.STOP, "en", ""),
        ("停止，谢谢", Command.STOP, "zh", ""),
        ("Please stop", Command.STOP, "en", ""),
        ("Hello, please stop, thanks", Command.STOP, "en", ""),
        ("من فضلك توقف", Command.STOP, "ar", ""),
        ("Por favor, parar", Command.STOP, "es", ""),
        ("Arrêtez s'il vous plaît", Command.STOP, "fr", ""),
        ("कृपया बंद करें", Command.STOP, "hi", ""),
        ("Tolong berhenti", Command.STOP, "id", ""),
        ("Por favor, sair agora", Command.STOP, "pt", ""),
        ("Пожалуйста, хватит", Command.STOP, "ru", ""),
        ("Tafadhali acha", Command.STOP, "sw", ""),
        ("请停止", Command.STOP, "zh", ""),
        ("请退订谢谢", Command.STOP, "zh", ""),
        ("Help me please", Command.HELP, "en", ""),
        ("لو سمحت مساعده", Command.HELP, "ar", ""),
        ("Ayúdame por favor", Command.HELP, "es", ""),
        ("Bonjour, aidez moi", Command.HELP, "fr", ""),
        ("कृपया सहायता", Command.HELP, "hi", ""),
        ("Mohon bantuan", Command.HELP, "id", ""),
        ("Olá, ajuda", Command.HELP, "pt", ""),
        ("Помогите пожалуйста", Command.HELP, "ru", ""),
        ("Naomba msaada", Command.HELP, "sw", ""),
        ("你好，请帮助", Command.HELP, "zh", ""),
        ("Please R 4021 7735 7395", Command.RECEIPT, "en", "4021 7735 7395"),
        ("R please 4021 7735 7395 thanks", Command.RECEIPT, "en", "4021 7735 7395"),
        ("R number 4021 7735 7395", Command.RECEIPT, "en", "4021 7735 7395"),
        ("Tafadhali risiti 4021 7735 7395", Command.RECEIPT, "sw", "4021 7735 7395"),
        ("P please", Command.PROJECTS, "en", ""),
        ("Please vote 12 1", Command.VOTE, "en", "12 1"),
        # Cyrillic, which looks like the letter of the comment.
        ("С 12 громко", Command.COMMENT, "ru", "12 громко"),
        ("HELP!", Command.HELP, "en", ""),
    ],
)
def test_a_message_is_understood(text: str, command: Command, language: str, rest: str) -> None:
    understood = understand(text, ORDER)
    assert understood is not None
    assert (understood.command, understood.language, understood.rest.rstrip("!")) == (command, language, rest)


def test_a_sentence_that_begins_like_a_command_is_none() -> None:
    assert understand("Stop the cameras at the market", ORDER) is None
    assert understand("Please stop the cameras", ORDER) is None
    assert understand("停止摄像头", ORDER) is None
    assert understand("Please", ORDER) is None
    assert understand("12 1", ORDER) is None
    assert understand("Protect the trees", ORDER) is None
    assert understand("", ORDER) is None
    assert understand("💡", ORDER) is None


def test_no_phone_is_forgotten_because_of_a_word_that_looks_like_stop() -> None:
    misspelt = understand("STOPP", ORDER)
    assert misspelt is not None
    assert misspelt.command is Command.STOP
    for word in ("Cancer", "Pasta", "Parade"):
        understood = understand(word, ORDER)
        assert understood is None or understood.command is not Command.STOP, word


@pytest.mark.parametrize("text", ["Naunga mkono 4", "Kuunga mkono", "Naunga", "Pokea", "ضاعف"])
def test_a_word_for_a_choice_links_no_phone_and_no_likeness_gives_digits_for_a_slip(text: str) -> None:
    assert understand(text, ("sw", *ORDER)) is None


SLIP = "1234 5678 1234 5672"
PIN = "204060"


@pytest.mark.parametrize(
    ("text", "choice", "proof"),
    [
        ("12 option 1", "1", ""),
        ("12 no. 2", "2", ""),
        ("12号1", "1", ""),
        ("第12号项目选1", "1", ""),
        ("12号赞成", "1", ""),
        ("12 3 please, thank you", "3", ""),
        ("12 en contra", "2", ""),
        (f"12 yes {SLIP}", "1", SLIP),
        (f"12 code {SLIP} 1", "1", SLIP),
        (f"12 {SLIP} {PIN} 2", "2", SLIP + PIN),
        (f"12 {PIN} 2", "2", PIN),
        (f"12 98765 43215 {SLIP}", "9876543215", SLIP),
        (f"12 {SLIP} {PIN} 98765 43215", "9876543215", SLIP + PIN),
    ],
)
def test_a_choice_is_read_as_people_write_it(text: str, choice: str, proof: str) -> None:
    assert read_vote(text, "") == Vote("12", choice, proof.replace(" ", ""))


@pytest.mark.parametrize(
    "text", ["12", "12 not 1", "12 不赞成", "12 no 1", "12 2 yes", "12 yes no", f"12 {SLIP}", "one"]
)
def test_what_could_be_another_choice_is_no_vote(text: str) -> None:
    with pytest.raises(Invalid):
        read_vote(text, "")


def test_a_long_word_without_spaces_is_read_to_its_end() -> None:
    assert read_vote(f"12 {'选' * 4000}1", "").choice == "1"


async def test_a_vote_needs_a_code_until_the_number_is_linked(
    session: Session, asked: Asked, code: str, phone: Handset
) -> None:
    assert "access code" in await phone.write("VOTE 1 1")
    assert re.match(r"Done\. \d{4} \d{4} \d{4}$", await phone.write(f"VOTE 1 1 {code}"))
    assert "speaks for you" in await phone.write(f"JOIN {code}")
    assert RECEIPT.search(await phone.write("VOTE 1 2"))
    assert await choices(session, asked) == [(2, "sms")]


async def test_the_first_use_of_a_code_is_not_written_beside_its_vote(
    session: Session, app: Any, asked: Asked, code: str, phone: Handset
) -> None:
    used = sa.select(sa.func.count()).where(AccessCode.used)
    assert RECEIPT.search(await phone.write(f"VOTE 1 1 {code}"))
    assert await choices(session, asked) == [(1, "sms")]
    assert await session.scalar(used) == 0
    assert len(app.site.uses) == 1
    assert "speaks for you" in await phone.write(f"JOIN {code}")
    session.expire_all()
    assert await session.scalar(used) == 1


@pytest.mark.parametrize(
    ("twice", "status"), [("from=%2B254712345679", 422), ("text=VOTE+1+3+{code}", 200), ("id=another", 422)]
)
async def test_a_message_of_which_something_is_said_twice_votes_for_nobody(
    session: Session, asked: Asked, code: str, phone: Handset, twice: str, status: int
) -> None:
    said = urlencode({"from": phone.number, "text": f"VOTE 1 1 {code}", "id": "1"})
    async with phone._client() as client:
        answer = await client.get(f"{address('kannel', 'sms')}?{said}&{twice.format(code=code)}")
        assert answer.status_code == status
        assert await choices(session, asked) == []
        again = await client.get(f"{address('kannel', 'sms')}?{said}&{said}")
    assert RECEIPT.search(again.text), "the same twice is the same"
    assert await choices(session, asked) == [(1, "sms")]


async def test_the_same_message_again_has_the_same_answer_and_votes_once(
    session: Session, asked: Asked, code: str, phone: Handset
) -> None:
    first = await phone.write(f"VOTE 1 1 {code}", id="77")
    await phone.write(f"VOTE 1 3 {code}", id="78")
    assert await phone.write(f"VOTE 1 1 {code}", id="77") == first
    assert await choices(session, asked) == [(3, "sms")]
    assert "another choice" in await phone.write(f"VOTE 1 2 {code}", id="77")


async def test_a_message_again_is_known_when_the_master_secret_was_replaced(
    session: Session, asked: Asked, code: str, phone: Handset
) -> None:
    first = await phone.write(f"VOTE 1 1 {code}", id="77")
    site = phone.app.site
    site.secrets = Secrets("another secret of the tests, as long", previous=site.secrets.current)
    await phone.write(f"VOTE 1 3 {code}", id="78")
    assert await phone.write(f"VOTE 1 1 {code}", id="77") == first
    assert await choices(session, asked) == [(3, "sms")]


async def test_whoever_chooses_what_is_not_there_reads_which_options_there_are_in_every_language(
    session: Session, asked: Asked, code: str, phone: Handset
) -> None:
    await phone.write(f"JOIN {code}")
    for language in LANGUAGES:
        await session.execute(sa.update(Phone).values(language=language))
        await session.commit()
        answer = await phone.write(f"{shown(Command.VOTE, language)} 1 4")
        options = [plain(words.into(language)) for words in OPTION_WORDS.values()]
        assert [number for number in "123" if re.search(rf"\b{number}\b", answer)] == ["1", "2", "3"], answer
        assert all(words in answer for words in options), answer
        assert segments(answer) <= 2
    assert await choices(session, asked) == []


async def test_a_choice_code_is_written_in_place_of_a_choice(
    session: Session, cast: Cast, asked: Asked, code: str, phone: Handset
) -> None:
    line = (await printed(session, cast, asked, 1))[0][2]
    await session.commit()
    in_groups = f"{line.code[:5]} {line.code[5:]}"
    assert (await phone.write(f"VOTE 1 {in_groups} {code}")).endswith(f"({line.returned})")
    assert await choices(session, asked) == [(3, "sms")]
    wrong = line.code[:-1] + str((int(line.code[-1]) + 1) % 10)
    assert "swapped" in await phone.write(f"VOTE 1 {wrong} {code}")


async def test_projects_are_found_by_message(session: Session, asked: Asked, phone: Handset) -> None:
    assert await phone.write("P") == "1 Lamps for the market"
    assert re.match(r"Lamps for the market\nVote until .+\nLight at night", await phone.write("P 1"))
    assert "no project with this number" in await phone.write("P 77")
    assert segments(shortened("word " * 300)) == segments(shortened("字" * 900)) == 3


async def test_what_to_do_next_can_be_sent(
    session: Session, app: Any, cast: Cast, asked: Asked, code: str, phone: Handset, clock: Clock
) -> None:
    listed = "Send P for the projects and their numbers."
    standing = "Send P and the number of the project: the answer says how things stand."
    assert await phone.write("P 77") == f"There is no project with this number. {listed}"
    assert await phone.write(f"VOTE 77 1 {code}") == f"There is no vote about this. {listed}"
    assert (await phone.write("JOIN 123456780")).endswith("Send JOIN and the 16 digits on your slip.")
    assert (await phone.write("MRADI 77")).endswith("Tuma P kupata miradi na namba zake.")
    await consulted(session, cast, "sirens", number=12, opens=5 * DAY, vote=False)
    await session.commit()
    assert (await phone.write("C 12 louder")).endswith(standing)
    assert "The consultation opens on" in await phone.write("P 12")
    clock.forward(days=10)
    assert (await phone.write(f"VOTE 1 1 {code}")).endswith(standing)
    answer = await phone.write("P 1")
    assert answer.startswith("Lamps for the market\nThe vote is closed.\nThe city has not decided yet.")
    assert answer.count("Lamps for the market") == 1


async def test_a_vote_that_is_to_come_is_answered_with_its_day(
    session: Session, cast: Cast, phone: Handset, code: str
) -> None:
    await consulted(session, cast, "sirens", number=12)
    await session.commit()
    assert "page" not in await phone.write(f"VOTE 12 1 {code}")
    assert "The vote comes next, from" in await phone.write("P 12")


async def test_an_answer_names_neither_vote_nor_project(
    session: Session, asked: Asked, code: str, phone: Handset
) -> None:
    answers = [
        await phone.write(text)
        for text in (f"VOTE 1 1 {code}", "VOTE 1 9", "VOTE 99 1", f"VOTE 1 x {code}", "VOTE", "R 402177357395", "HELP")
    ]
    for answer in answers:
        assert answer
        assert segments(answer) <= 3
        assert not re.search("lamps|market", answer, re.I)


async def test_a_comment_by_message_has_a_receipt_that_any_phone_can_look_up(
    session: Session, cast: Cast, phone: Handset
) -> None:
    project = await consulted(session, cast, number=12)
    await session.commit()
    answer = await phone.write("C 12 For the children: please louder", id="1")
    assert await phone.write("C 12 For the children: please louder", id="1") == answer
    said = (await session.execute(sa.select(Comment).where(Comment.project_id == project.id))).scalar_one()
    assert (said.body, said.stance, said.via) == ("For the children: please louder", None, "sms")
    found = RECEIPT.search(answer)
    assert found
    assert "everybody can read it" in await phone.write(f"R {found[1]}")


async def test_stop_forgets_the_number(session: Session, asked: Asked, code: str, phone: Handset) -> None:
    await phone.write(f"JOIN {code}")
    await phone.write("STOP")
    assert "access code" in await phone.write("VOTE 1 1")
    assert await session.scalar(sa.select(sa.func.count()).select_from(Phone)) == 0


async def test_an_old_message_that_comes_again_says_nothing_twice(
    session: Session, cast: Cast, phone: Handset, clock: Clock
) -> None:
    await consulted(session, cast, number=12)
    await session.commit()
    await phone.write("C 12 Louder please", id="1")
    clock.forward(days=3)
    await forget(session, at=clock.now)
    await session.commit()
    assert "arrived before" in await phone.write("C 12 Louder please", id="1")
    assert await session.scalar(sa.select(sa.func.count()).select_from(Comment)) == 1


async def test_a_stop_that_comes_late_undoes_no_newer_link(
    session: Session, asked: Asked, code: str, phone: Handset
) -> None:
    await phone.write(f"JOIN {code}")
    await phone.write("STOP", id="9")
    await phone.write(f"JOIN {code}")
    await phone.write("STOP", id="9")
    assert RECEIPT.search(await phone.write("VOTE 1 1"))


async def test_a_pin_behind_the_choice_is_enough_on_a_linked_number(
    session: Session, app: Any, asked: Asked, code: str, phone: Handset
) -> None:
    visitor = browser(app)
    await enter(visitor, code)
    await visitor.get("/en/me/pin")
    await visitor.send({"new_pin": "204060", "new_pin_again": "204060"})
    await phone.write(f"JOIN {code} 204060")
    assert "PIN is needed" in await phone.write("VOTE 1 1")
    assert "PIN" in await phone.write("VOTE 1 1 999999")
    assert RECEIPT.search(await phone.write("VOTE 1 1 204060"))
    assert await choices(session, asked) == [(1, "sms")]


async def test_two_people_on_one_number_are_told_apart_by_code(
    session: Session, cast: Cast, asked: Asked, phone: Handset
) -> None:
    slips = await handed_out(session, cast)
    await session.commit()
    await phone.write(f"JOIN {slips[0].code}")
    await phone.write(f"JOIN {slips[1].code}")
    assert "Several people" in await phone.write("VOTE 1 1")
    await phone.write(f"VOTE 1 1 {slips[0].code}")
    await phone.write(f"VOTE 1 2 {slips[1].code}")
    assert sorted(await choices(session, asked)) == [(1, "sms"), (2, "sms")]


@pytest.mark.parametrize("order", ["C 12 {code} louder please", "C 12 louder please, {code}"])
async def test_two_people_on_one_number_comment_each_by_their_code(
    session: Session, cast: Cast, phone: Handset, order: str
) -> None:
    await consulted(session, cast, number=12)
    slips = await handed_out(session, cast)
    await session.commit()
    for slip in slips[:2]:
        await phone.write(f"JOIN {slip.code}")
    assert "Several people" in await phone.write("C 12 louder please")
    assert RECEIPT.search(await phone.write(order.format(code=grouped(slips[0].code))))
    said = (await session.execute(sa.select(Comment.body, Pseudonym.person_id).join(Pseudonym))).one()
    assert said == ("louder please", await session.scalar(person_of(slips[0].serial)))


async def test_a_pin_says_who_comments_on_a_shared_number_and_is_not_published(
    session: Session, cast: Cast, app: Any, phone: Handset
) -> None:
    await consulted(session, cast, number=12)
    slips = await handed_out(session, cast)
    await session.commit()
    visitor = browser(app)
    await enter(visitor, slips[0].code)
    await visitor.get("/en/me/pin")
    await visitor.send({"new_pin": PIN, "new_pin_again": PIN})
    await phone.write(f"JOIN {slips[0].code} {PIN}")
    assert RECEIPT.search(await phone.write("C 12 louder than 300000 lamps"))
    assert RECEIPT.search(await phone.write(f"C 12 {PIN} and louder"))
    assert "wrong" in await phone.write("C 12 louder 300000")
    await phone.write(f"JOIN {slips[1].code}")
    assert RECEIPT.search(await phone.write(f"C 12 much louder {PIN}"))
    bodies = await session.scalars(sa.select(Comment.body).order_by(Comment.id))
    assert list(bodies) == ["louder than 300000 lamps", "and louder", "much louder"]


async def test_no_code_is_ever_published(session: Session, cast: Cast, code: str, phone: Handset) -> None:
    await consulted(session, cast, number=12)
    await session.commit()
    inside = f"I hold {code[:5]}-{code[5:9]}...{code[9:]} and want lamps"
    assert "holds an access code" in await phone.write(f"C 12 {inside}")
    assert "not known" in await phone.write(f"C 12 {with_check_digit('123456781234567')} lamps")
    assert "has 15" in await phone.write(f"C 12 lamps {code[:-1]}")
    await phone.dial("1*12*2*1")
    assert "holds an access code" in await phone.press(inside)
    assert await session.scalar(sa.select(sa.func.count()).select_from(Comment)) == 0


async def test_a_word_of_english_takes_nobodys_language_away(session: Session, app: Any, asked: Asked) -> None:
    phone = Handset(app)
    await phone.dial("4*3")
    assert phone.screen != (await Handset(app, "+254700000008").dial())
    chosen = await session.scalar(sa.select(Phone.language))
    assert chosen not in (None, "en")
    assert await phone.write("VOTE 1 1") == await phone.write(f"{shown(Command.VOTE, chosen or '')} 1 1")
    assert "access code" not in await phone.write("VOTE 1 1")


def not_understood(language: str) -> str:
    return plain(_("This was not understood. Send %(help)s.", help=shown(Command.HELP, language)).into(language))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("متى يعمل المكتب", "ar"),
        ("कार्यालय कब खुलता है", "hi"),
        ("办公室什么时候开门", "zh"),
        ("Когда работает бюро", "ru"),
        ("Ofisi iko wapi? asante", "sw"),
        ("Jam berapa buka? terima kasih", "id"),
        ("La oficina, gracias", "es"),
        ("Bonjour, merci", "fr"),
        ("A sala, obrigado", "pt"),
        ("When is it open", "en"),
    ],
)
async def test_what_was_not_understood_is_answered_in_its_language(phone: Handset, text: str, language: str) -> None:
    assert await phone.write(text) == not_understood(language)


async def test_a_number_that_has_chosen_a_language_is_answered_in_it(session: Session, phone: Handset) -> None:
    await phone.dial("4*3")
    chosen = await session.scalar(sa.select(Phone.language))
    assert chosen == "ar"
    for text in ("办公室什么时候开门", "When is it open", "Bonjour, merci"):
        assert await phone.write(text) == not_understood("ar")


@pytest.mark.parametrize(
    ("text", "languages", "language"),
    [
        ("STOP", ("sw", "en"), "sw"),
        ("STOP", ("en", "sw"), "en"),
        ("P", ("pt", "en"), "pt"),
        ("VOTE 12 1", ("fr", "en"), "fr"),
        ("VOTE 12 1", ("ar", "fr"), "fr"),
        ("VOTE 12 1", ("sw", "ar"), "en"),
        ("VOTE 12 ndiyo", ("en",), "sw"),
        ("VOTE 12 हाँ", ("en",), "hi"),
        ("C 12 очень громко", ("en",), "ru"),
        # Words of a comment may be anybody's.
        ("C 12 merci", ("en",), "en"),
        ("4021 7735 7395", ("sw", "en"), "sw"),
        ("Hello", ("sw", "en"), "en"),
        ("Where is it", ("sw", "en"), "sw"),
    ],
)
def test_a_word_of_many_languages_is_answered_in_the_one_that_is_likeliest(
    text: str, languages: tuple[str, ...], language: str
) -> None:
    assert answered_in(text, understand(text, languages), None, languages) == language
    assert answered_in(text, understand(text, languages), "id", ("id", *languages)) == "id"


def test_a_word_of_one_language_is_answered_in_it_whatever_the_number_has_chosen() -> None:
    assert answered_in("KURA 12 1", understand("KURA 12 1", ("id", "en")), "id", ("id", "en")) == "sw"


@pytest.mark.parametrize(
    "text",
    [
        "7 PIN 246813 taa zimezimika",
        "7 الرقم السري 246813 taa zimezimika",
        "7 my PIN is 246813: taa zimezimika",
        "7 taa zimezimika, PIN yangu ni 246813.",
        "7 taa zimezimika pin:246813",
        "7 PIN 1234567812345672 246813 taa zimezimika",
        "7 密码246813 taa zimezimika",
    ],
)
def test_a_pin_that_is_called_one_is_cut_out_of_a_comment(text: str) -> None:
    said = read_comment(text, "", by_pin=True)
    assert said.proof.endswith("246813")
    assert not re.search(r"\d|pin|السري|密码", said.body, re.I), said.body
    assert "taa zimezimika" in said.body


def test_a_word_that_ends_like_pin_stays_in_a_comment() -> None:
    assert read_comment("7 we go shopping 246813", "", by_pin=True).body == "we go shopping"


async def test_whoever_links_with_a_pin_is_not_told_to_set_one(app: Any, visitor: Browser, code: str) -> None:
    await enter(visitor, code)
    await visitor.get("/en/me/pin")
    await visitor.send({"new_pin": PIN, "new_pin_again": PIN})
    assert await Handset(app).write(f"JOIN {code} {PIN}") == (
        "Done. This phone now speaks for you. For a vote from it your PIN is asked."
    )


async def test_what_nobody_understands_is_answered_a_few_times_an_hour(
    session: Session, app: Any, phone: Handset, clock: Clock
) -> None:
    answers = [await phone.write("Thank you for your message") for _ in range(5)]
    assert ["not understood" in answer for answer in answers] == [True] * 3 + [False] * 2
    assert answers[-1] == ""
    assert [spent.messages for spent in app.site.spent.values()] == [3]
    await phone.post(address("at", "sms"), {"id": "6", "from": phone.number, "text": "Thank you", "to": "5050"})
    assert not app.site.answers
    assert "ends" in await phone.write("HELP")
    assert "not understood" in await Handset(app, "+254700000008").write("Hello")
    clock.forward(minutes=50)
    await guesses.forget(session, at=clock.now)
    assert await phone.write("Thank you") == ""
    clock.forward(minutes=15)
    assert "not understood" in await phone.write("Thank you")


def test_twilios_published_signature_verifies() -> None:
    """The example of Twilio's own documentation and validators."""
    said = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert signature("12345", url, tuple(said.items())) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


async def test_twilio_is_believed_by_its_signature_alone(asked: Asked, code: str, phone: Handset) -> None:
    fields = {"MessageSid": "SM1", "From": "+254712345678", "To": "5050", "Body": f"VOTE 1 1 {code}"}
    path = address("twilio", "sms")
    assert (await phone.post(path, fields)).status_code == 404
    signed = signature("12345", f"http://testserver{path}", tuple(fields.items()))
    async with phone._client() as client:
        answer = await client.post(path, data=fields, headers={"X-Twilio-Signature": signed})
    assert answer.status_code == 200
    assert re.search(r"<Response><Message>Done\. \d{4} \d{4} \d{4}</Message></Response>", answer.text)


async def test_rapidpro_sends_json_with_a_token(asked: Asked, code: str, phone: Handset) -> None:
    said = {"input": "a-uuid", "from": "+254712345678", "text": f"VOTE 1 1 {code}"}
    async with phone._client() as client:
        refused = await client.post(address("rapidpro", "sms"), json=said)
        headers = {"X-Participation-Token": "a-token-of-the-flow"}
        answer = await client.post(address("rapidpro", "sms"), json=said, headers=headers)
    assert refused.status_code == 404
    assert re.match(r"Done\. \d{4}", answer.json()["text"])


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        (address("kannel", "sms", "wrong-secret-wrong-secret"), {"from": "+254712345678", "text": "HELP", "id": "1"}),
        (address("nobody", "sms"), {"from": "+254712345678", "text": "HELP", "id": "1"}),
        (address("fenced", "sms"), {"from": "+254712345678", "text": "HELP", "id": "1"}),
        (address("kannel", "ussd"), {"phoneNumber": "+254712345678", "sessionId": "1", "text": ""}),
    ],
)
async def test_whoever_is_no_gateway_finds_nothing(phone: Handset, path: str, fields: dict[str, str]) -> None:
    answer = await phone.post(path, fields)
    assert answer.status_code == 404
    assert SECRET not in answer.text


@pytest.mark.parametrize(
    "number", ["", "5050", "BANK", "+1", "٠", "ALERT254712345678", "254712345678x", "+0712345678", "+(254)+712345678"]
)
async def test_what_is_no_number_is_refused(phone: Handset, number: str) -> None:
    answer = await phone.post(address("kannel", "sms"), {"from": number, "text": "HELP", "id": "1"})
    assert answer.status_code == 422


@pytest.mark.parametrize("body", [b"\xff\xfe", b"text=%ff&from=1&id=2", b"x" * 20_000])
async def test_what_cannot_be_read_is_refused(phone: Handset, body: bytes) -> None:
    async with phone._client() as client:
        headers = {"content-type": "application/x-www-form-urlencoded"}
        answer = await client.post(address("kannel", "sms"), content=body, headers=headers)
    assert answer.status_code in (400, 413, 422)
