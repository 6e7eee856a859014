"""Every place of the menu in every language fits on a basic phone's screen, and every answer by SMS into what it may cost."""

import ast
import re
from collections import deque
from collections.abc import Iterator
from itertools import islice, product
from pathlib import Path

import pytest
import sqlalchemy as sa

import participation
from participation.channels.http.phone_words import WORDS, Command, alternatives, shown
from participation.channels.phone import reading, sms, ussd
from participation.channels.phone.call import Call
from participation.channels.phone.gateway import LEAST_LETTERS
from participation.channels.phone.menu import BACK, HOME, MORE, Done, Screen
from participation.channels.phone.next_steps import INSTEAD, by_message
from participation.channels.phone.places import MENU, numbers
from participation.channels.phone.places.comments import RECEIVED
from participation.channels.phone.understanding import understand
from participation.domain.ballots.choice_codes import rules as choice_codes
from participation.domain.ballots.models import Ballot
from participation.domain.people.phones import rules as phones
from participation.domain.projects.models import Project
from participation.domain.record.actors import Via
from participation.kit.errors import NotFound, Refusal
from participation.kit.gsm import is_gsm, plain, segments
from participation.kit.i18n import LANGUAGES, Message
from participation.kit.text import folded, in_a_row
from tests.world import World

OPTION = re.compile(r"^\d{1,9} ", re.M)
COMMENTS = 3
"""Of each project, as many are looked at."""
SMALL = (RECEIVED,)
"""Answers that say that all is well: one message, with a receipt and a return code behind them."""


def call_of(world: World, language: str) -> Call:
    site = world.app.site
    city = site.directory.cities[0]
    return Call(
        site, city, Via.USSD, "+254700000009", b"a line of the tests".ljust(32), world.clock.now, language=language
    )


async def places(call: Call) -> dict[str, Screen]:
    """All that can be reached by pressing keys, with what each shows."""
    seen: dict[str, Screen] = {}
    voices: dict[str, int] = {}
    waiting = deque([HOME])
    while waiting:
        place = waiting.popleft()
        node, arguments = MENU.node(place)
        try:
            if node.enter is not None:
                place = await node.enter(call, *arguments)
            if place in seen:
                continue
            if place.startswith("voice/"):
                project = place.split("/")[1]
                voices[project] = voices.get(project, 0) + 1
                if voices[project] > COMMENTS:
                    continue
            screen = seen[place] = await MENU.show(call, place)
        except Refusal:
            continue
        onward = [screen.back, screen.more, *(option.leads for option in screen.options)]
        waiting.extend(one for one in onward if one is not None)
    return seen


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_screen_fits_a_basic_phone(world: World, language: str) -> None:
    call = call_of(world, language)
    found = await places(call)
    assert len(found) > 30
    reached = {place.partition("/")[0] for place in found}
    assert {"home", "projects", "project", "summary", "voice", "languages", "me", "link", "mine", "forget"} <= reached
    assert len(ussd.parts(call, found["stub"])) == 1, "what to do when a slip is lost is read at once"
    wrong = []
    for letters in (160, 80, LEAST_LETTERS):
        call.letters = letters
        assert len(str(ussd.alone(call, "—" * 200))) <= letters, "what was wrong"
        for place, screen in found.items():
            pages = ussd.parts(call, screen)
            for part in pages:
                page = str(part)
                room = 160 if is_gsm(page) else letters
                if len(page) > room or len(OPTION.findall(page)) > 5 or not page.strip():
                    wrong.append((place, letters, len(page), page))
            offered = [line.partition(" ")[0] for part in pages for line in part.keys]
            keys = [option.key for option in screen.options]
            assert [key for key in offered if key not in (BACK, MORE)] == keys
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_answer_that_all_is_well_is_one_message(world: World, language: str) -> None:
    call = call_of(world, language)
    for message in SMALL:
        text = ussd.ended(call, Done(message, "402177357395", "1234"))
        assert text.endswith("4021 7735 7395 (1234)")
        assert segments(text) == 1
    call.letters = LEAST_LETTERS
    for message in (*SMALL, numbers.LINKED, numbers.FORGOTTEN):
        text = ussd.ended(call, Done(message, "402177357395", "1234"))
        assert text.endswith(" 4021 7735 7395 (1234)"), "words are cut, and no number"
        assert len(text) <= (160 if is_gsm(text) else LEAST_LETTERS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_on_which_a_pin_is_set_is_named_as_its_link_is(language: str) -> None:
    told = numbers.LINKED.into(language)
    assert Message("My page").into(language) in told
    assert segments(plain(told)) <= 2


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_question_and_its_options_stand_on_one_screen(world: World, language: str) -> None:
    """From dialling to a receipt there are six screens at most."""
    call = call_of(world, language)
    async with world.database.reading() as session:
        ballots = sa.select(Project.number).join(Ballot, Ballot.project_id == Project.id)
        asked = list(await session.scalars(ballots.where(Ballot.questions.has_key(language))))
    shown = {number: ussd.parts(call, await MENU.show(call, f"vote/{number}")) for number in asked}
    assert shown
    assert [parts for parts in shown.values() if len(parts) > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_is_wrong_with_a_pin_stays_whole_on_a_basic_phone(world: World, language: str) -> None:
    call = call_of(world, language)
    part = ussd.parts(call, await MENU.show(call, "prove"))[0]
    for refusal in (phones.no_pin_here(), phones.same_pin(), *map(phones.pin_fits_nobody, (1, 5, 60, 300))):
        under = part.under(plain(in_a_row(refusal.message.into(language), refusal.next_step.into(language))))
        assert under is not None, refusal


SOURCE = Path(participation.__file__).parent
REFUSING = (
    "channels/phone",
    "domain/ballots/rules.py",
    "domain/ballots/repeats/operations.py",
    "domain/ballots/choice_codes/rules.py",
    "domain/consultations/rules.py",
    "domain/consultations/operations.py",
    "domain/people/rules.py",
    "domain/people/codes/rules.py",
    "domain/people/codes/lost",
    "domain/people/guesses/rules.py",
    "domain/people/phones",
    "kit/errors.py",
    "kit/repeats.py",
)
READING = ("consultations/forms.py", "people/codes/forms.py", "ballots/choice_codes/forms.py", "privacy/forms.py")
"""Forms that say in one sentence what is wrong and what to do."""
KINDS = {one.__name__ for one in (Refusal, *Refusal.__subclasses__())}


def sentences(node: ast.AST, module: ast.Module) -> list[str]:
    """All that can stand there; also by the name of a constant or a function of the module."""
    calls = [one for one in ast.walk(node) if isinstance(one, ast.Call) and isinstance(one.func, ast.Name)]
    said = [one.args[0].value for one in calls if one.func.id == "_" and isinstance(one.args[0], ast.Constant)]
    if said or not isinstance(node, ast.Name | ast.Call):
        return said
    name = node.func if isinstance(node, ast.Call) else node
    meant = [one for one in module.body if name.id in (getattr(one, "name", ""), *assigned(one))]
    return [sentence for one in meant for sentence in sentences(one, module)]


def assigned(node: ast.stmt) -> list[str]:
    return [one.id for one in node.targets if isinstance(one, ast.Name)] if isinstance(node, ast.Assign) else []


def modules(*paths: Path) -> Iterator[ast.Module]:
    for path in paths:
        for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
            yield ast.parse(file.read_text())


def refusals() -> set[tuple[str, str]]:
    """Reason and next step of whatever can be refused where a message leads."""
    found = set()
    for module in modules(*(SOURCE / one for one in REFUSING)):
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KINDS:
                if len(node.args) == 3:
                    found.update(product(*(sentences(one, module) for one in node.args[1:])))
    return found


REFUSALS = refusals()
INVALID = {
    sentence
    for module in modules(*(SOURCE / "domain" / one for one in READING))
    for sentence in sentences(module, module)
}


def in_full(text: str, language: str) -> str:
    """With what may stand in place of its values: a date takes most room."""
    return plain(re.sub(r"%\(\w+\)s", "1 September 2027, 23:59", Message(text).into(language)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_says_reason_and_next_step_within_three_messages(language: str) -> None:
    assert len(REFUSALS) > 60
    assert (phones.pin_needed().message.text, phones.pin_needed().next_step.text) in REFUSALS
    assert (choice_codes.not_yours().message.text, choice_codes.not_yours().next_step.text) in REFUSALS
    answers = [plain(" ".join(in_full(one, language) for one in both)) for both in REFUSALS]
    answers += [in_full(one, language) for one in INVALID]
    assert [(segments(one), one) for one in answers if segments(one) > sms.SEGMENTS] == []


ELSEWHERE = {
    # Staff, and whoever is signed in on the web.
    "To speak as a resident, sign out and sign in with your own access code.",
    "If you are a resident, sign out and vote with the code on your slip.",
    "Sign in, then go back to your page and send it once more.",
    "Sign in again, or vote with the code on your slip.",
    "Open the page again; it shows how things stand now.",
    "The list shows all batches of this ballot.",
    "The page of moderation lists what can be decided about.",
    # By SMS nobody reacts to a comment, and another choice is answered in its own way.
    "The project's page leads to all of its comments.",
    "To change your vote, open the ballot's page again.",
}
"""Next steps that no SMS is answered with."""


def test_no_next_step_by_message_is_on_the_web() -> None:
    steps = {step for _reason, step in REFUSALS} | {NotFound().next_step.text}
    on_the_web = {step for step in steps if re.search(r"\b(page|web|lists?|sign in)\b", step, re.I)}
    assert on_the_web - {step for step in ELSEWHERE if step in steps} == set(INSTEAD)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_can_be_sent_instead_fits_three_messages(language: str) -> None:
    reasons = [Message(reason) for reason, step in REFUSALS if step in INSTEAD]
    for reason, step in product(reasons, INSTEAD):
        said, instead = by_message(Refusal("any", reason, Message(step)), language)
        assert segments(plain(f"{in_full(said.text, language)} {instead.into(language)}")) <= sms.SEGMENTS
        assert "%" not in instead.into(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_of_a_language_are_understood_in_it(language: str) -> None:
    for command in Command:
        for word in alternatives(WORDS[command], language):
            understood = understand(word, (language,))
            assert understood is not None
            assert (understood.command, understood.language) == (command, language), word


def test_no_word_means_two_things_in_one_language() -> None:
    for language in LANGUAGES:
        words = [folded(word) for command in Command for word in alternatives(WORDS[command], language)]
        assert len(words) == len(set(words))
        assert shown(Command.HELP, language)


def test_options_by_their_word_mean_one_option_in_all_languages() -> None:
    sets = list(reading.choice_words().values())
    for place, words in enumerate(sets):
        for others in islice(sets, place + 1, None):
            assert not words & others
