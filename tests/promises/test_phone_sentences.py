"""Every sentence that a phone may say, found in the code, is said whole: an end on one screen, and an answer by SMS in what it may cost."""

import ast
import importlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from participation.channels.http.phone_words import PAYS, Command, shown
from participation.channels.phone import sms, ussd
from participation.channels.phone.menu import Done
from participation.domain.ballots.choice_codes import rules as choice_codes
from participation.domain.people.phones import rules as phones
from participation.kit.gsm import plain, segments
from participation.kit.i18n import LANGUAGES, Message
from participation.kit.text import in_a_row
from tests.promises.test_phones import KINDS, SOURCE, call_of, in_full, sentences
from tests.world import World

PHONE = sorted((SOURCE / "channels/phone").rglob("*.py"))
BY_RECEIPT = SOURCE / "domain/privacy/queries.py"
TOLD = "fate.says"
"""What a receipt tells stands where receipts are looked up: every sentence of that file."""
STAFF = ("domain/people/staff/", "domain/projects/filings/")
"""What is imported there is refused to nobody on a phone."""


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def called(names: Iterable[str], module: ast.AST) -> Iterator[ast.Call]:
    for one in ast.walk(module):
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id in names:
            yield one


# Ends


@dataclass(frozen=True)
class End:
    """A message with which something ends, and the numbers that stand behind it."""

    text: str
    receipt: str | None = None
    returned: str | None = None
    digits: str | None = None

    @property
    def done(self) -> Done:
        return Done(Message(self.text), self.receipt, self.returned, self.digits)


def ends() -> set[End]:
    """Of every `Done(…)` there is on phones. One whose message is not found by its name has to be given a name."""
    told = parsed(BY_RECEIPT)
    found = {End(text) for text in sentences(told, told)}
    for path in PHONE:
        names = vars(importlib.import_module(".".join(path.relative_to(SOURCE.parent).with_suffix("").parts)))
        for call in called({"Done"}, parsed(path)):
            if (said := ast.unparse(call.args[0])) == TOLD:
                continue
            texts = sentences(call.args[0], parsed(path))
            if not texts:
                message = eval(said, dict(names))  # noqa: S307
                assert isinstance(message, Message), f"{path}: {said}"
                texts = [message.text]
            given = {"receipt", "return_code", "digits"} & {one.arg for one in call.keywords}
            numbers = (
                "402177357395" if len(call.args) > 1 or "receipt" in given else None,
                "1234" if len(call.args) > 2 or "return_code" in given else None,
                "1234567" if "digits" in given else None,
            )
            found |= {End(text, *numbers) for text in texts if "%(" not in text}
    return found


ENDS = sorted(ends(), key=repr)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_whatever_ends_on_a_phone_is_told_whole_on_a_screen_and_within_three_messages(
    world: World, language: str
) -> None:
    call = call_of(world, language)
    texts = {end.text for end in ENDS}
    assert len(texts) > 20
    assert {"Done.", "This vote arrived. The ballot has been counted."} <= texts
    for end in ENDS:
        whole = ussd.in_full(call, end.done)
        assert ussd.ended(call, end.done) == whole, end
        assert segments(whole) <= sms.SEGMENTS, end
    for message in PAYS.values():
        assert segments(plain(message.into(language))) == 1
    help_text = ussd.in_full(call, await sms._help(call, ""))
    assert segments(help_text) <= sms.SEGMENTS
    assert all(shown(command, language) in help_text for command in set(Command) - {Command.HELP})


# Refusals


def imported(path: Path) -> set[Path]:
    """Files of the domain and the kit whose rules stand behind this one."""
    found = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("participation."):
            modules = (node.module, *(f"{node.module}.{one.name}" for one in node.names))
            found |= {file for one in modules if (file := SOURCE.parent / f"{one.replace('.', '/')}.py").is_file()}
    return {one for one in found if one.relative_to(SOURCE).parts[0] in ("domain", "kit")}


def behind(steps: int = 100) -> set[Path]:
    """All that the phone's channel stands on, whatever is added to it; or what it reaches in so many steps."""
    seen = new = set(PHONE)
    for _step in range(steps):
        new = set().union(*map(imported, new)) - seen
        seen = seen | new
    return {one for one in seen if not str(one.relative_to(SOURCE)).startswith(STAFF)}


def refusals(files: set[Path]) -> set[tuple[str, str]]:
    """Reason and next step of whatever can be refused where a message leads."""
    found = set()
    for module in map(parsed, files):
        for call in called(KINDS, module):
            if len(call.args) == 3:
                found.update(product(*(sentences(one, module) for one in call.args[1:])))
    return found


def invalid() -> set[str]:
    """What forms say in one sentence, and what the phone's own files do."""
    forms = [one for one in set().union(*map(imported, PHONE)) if one.name == "forms.py"]
    return {sentence for path in (*forms, *PHONE) for sentence in sentences(parsed(path), parsed(path))}


REFUSALS, NEAR, INVALID = refusals(behind()), refusals(behind(2)), invalid()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_anywhere_behind_a_phone_says_reason_and_next_step_within_three_messages(language: str) -> None:
    assert len(REFUSALS) > 150
    for refusal in (phones.pin_needed(), phones.had_before(), choice_codes.not_yours()):
        assert (refusal.message.text, refusal.next_step.text) in REFUSALS
    assert len(INVALID) > 100
    answers = [plain(" ".join(in_full(one, language) for one in both)) for both in REFUSALS]
    answers += [in_full(one, language) for one in INVALID if "%(vote)s 12 1" not in one]
    assert [(segments(one), one) for one in answers if segments(one) > sms.SEGMENTS] == []


FOR_OFFICIALS = (
    "A step of this project is open or still",
    "Residents had voted in a binding",
    "Somebody else has changed this in the meantime",
    "Somebody else issued a batch",
    "The ballot is not counted yet. The city",
    "This code does not belong to the person for whom",
    "This entry could not be opened",
    "This was recorded in time",
    "A ballot can only be extended",
    "Nobody can count a ballot",
    "Somebody else had sheets printed",
    "This ballot has closed. It cannot be extended",
    "This ballot is announced: its question",
    "This does not wait for a second person",
)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_is_wrong_stands_whole_on_a_screen_of_its_own(world: World, language: str) -> None:
    call = call_of(world, language)
    assert len(NEAR) > 110
    for both in (both for both in NEAR if not both[0].startswith(FOR_OFFICIALS)):
        note = plain(in_a_row(*(in_full(one.replace("%(count)s", "10"), language) for one in both)))
        assert str(ussd.alone(call, note)).startswith(f"{note}\n"), note
