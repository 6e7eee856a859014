"""The text that each part says, in every language: what is read to a machine, and what a recording has to say."""

from collections.abc import Iterable, Mapping

from participation.domain.ballots.models import Choice
from participation.domain.ballots.rules import OPTION_WORDS
from participation.domain.places.queries import CityView
from participation.domain.projects.sounds.rules import CONSENT, DIGITS, PROMPT, PROMPTS
from participation.domain.proxies.rules import consent_text
from participation.kit import i18n
from participation.kit.i18n import Message, _
from participation.kit.marks import fingerprint

OPTIONS = tuple(Choice)
Said = Mapping[str, str]
"""Language -> text."""


def ballot(questions: Said) -> dict[str, str]:
    """The question, and each option after its number."""
    return {
        language: " ".join([question, *(f"{option_text(choice, language)}." for choice in OPTION_WORDS)])
        for language, question in questions.items()
        if question
    }


def option_words(choice: Choice) -> Message:
    return _("%(number)s: %(option)s", number=int(choice), option=OPTION_WORDS[choice])


def option_text(choice: Choice, language: str) -> str:
    return option_words(choice).into(language)


def option_part(choice: Choice) -> str:
    return f"{PROMPT}option-{int(choice)}"


def of_city(languages: Iterable[str]) -> dict[str, dict[str, str]]:
    """Part -> what it says: what is read out before somebody agrees, and the prompts of menus."""
    spoken = list(languages)

    def said(*messages: Message) -> dict[str, str]:
        return {language: " ".join(message.into(language) for message in messages) for language in spoken}

    return {
        CONSENT: said(*consent_text()),
        **{PROMPT + key: said(message) for key, message in PROMPTS.items()},
        **{option_part(choice): {language: option_text(choice, language) for language in spoken} for choice in OPTIONS},
        **{PROMPT + key: {language: key.removeprefix("digit-") for language in spoken} for key in DIGITS},
    }


def said_in(said: Said, language: str, city: CityView) -> str | None:
    """What a sound in this language says; in one without a catalogue, the same as in the city's first language."""
    if language in i18n.AUTONYMS:
        return said.get(language) or None
    return source(said, city) or None


def source(said: Said, city: CityView) -> str:
    """In the city's first language, or else in the next that has it: what is said or signed in one without a catalogue."""
    return i18n.pick(said, city.languages[0], city.languages).value


def signed(summary: Said, city: CityView) -> str:
    """Fingerprint of what a clip has to sign: the summary in the city's first language."""
    return fingerprint(source(summary, city))
