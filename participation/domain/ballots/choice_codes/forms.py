"""Reads what somebody says as their choice, and what an official asks for to be printed."""

from collections.abc import Sequence
from dataclasses import dataclass

from participation.domain.ballots.choice_codes.rules import LARGEST_BATCH, LENGTH, ChoiceCode, Said
from participation.domain.ballots.models import Choice
from participation.domain.ballots.rules import OPTION_WORDS
from participation.kit import forms
from participation.kit.forms import Fields, Reader
from participation.kit.hashing import has_check_digit, typed_number
from participation.kit.i18n import Listed, Message, _, digits

NUMBERS = {str(choice.value): choice for choice in Choice}
NO_OPTION = _("There is no such option.")
OPTIONS = _(
    "Please choose one of these: %(options)s.",
    options=Listed(
        tuple(_("%(number)s: %(option)s", number=int(one), option=words) for one, words in OPTION_WORDS.items())
    ),
)


def read_said(typed: str) -> Said | Message:
    """The number of an option, or a choice code, in any script's digits; or what is wrong with it.

    Length and check digit come first, before anything is looked up, so that mistyping costs nobody anything.
    """
    option = digits(typed).strip()
    if option in NUMBERS:
        return NUMBERS[option]
    number = typed_number(typed)
    if len(number) < 3 or not (number.isascii() and number.isdigit()):
        return NO_OPTION
    if len(number) != LENGTH:
        return _(
            "A code on a sheet has %(wanted)s digits, and this has %(typed)s. Please compare it with your sheet.",
            wanted=LENGTH,
            typed=len(number),
        )
    if not has_check_digit(number):
        return _("One digit is wrong, or two are swapped. Please compare it with your sheet.")
    return ChoiceCode(number)


def wrong(name: str, said: Message) -> dict[str, Message]:
    """What is wrong with a choice, and which options there are: not everybody is shown them again."""
    return {name: said, "next": OPTIONS} if said is NO_OPTION else {name: said}


def read_choice(form: Reader, fields: Fields, name: str = "choice") -> Said:
    """A code that was typed goes before a button that is pressed, since nobody can release a button."""
    given = [value for value in fields.getlist(name) if isinstance(value, str) and value.strip()]
    chosen = [value for value in given if len(value.strip()) > 2] or given
    if len(chosen) == 1 and chosen[0] in NUMBERS:
        return NUMBERS[chosen[0]]
    one = Reader(forms.Said({name: chosen}))
    typed = one.text(name, at_most=100, missing=_("Please choose one of the options."))
    said = Choice.ABSTAIN if one.errors else read_said(typed)
    form.errors |= one.errors or (wrong(name, said) if isinstance(said, Message) else {})
    return Choice.ABSTAIN if isinstance(said, Message) else said


@dataclass(frozen=True)
class NewSheets:
    language: str
    count: int


def read_new(form: Reader, languages: Sequence[str], most: int = LARGEST_BATCH) -> NewSheets:
    """In which language, and how many."""
    language = form.text("language", at_most=10)
    if language not in languages:
        form.wrong("language", _("Please choose one of the languages."))
    count = form.integer("count", least=1, most=most)
    form.finish()
    return NewSheets(language, count)
