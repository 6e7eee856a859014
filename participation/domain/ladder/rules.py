"""What each step owes before it may open, as data: an official or a resident can read the list and check it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from participation.domain.projects.rules import SUMMARY_WORDS, TEXTS
from participation.kit.i18n import Message, _
from participation.kit.text import words


class Owing(StrEnum):
    """What owes something: publishing, which begins the step of information, and the two steps with dates."""

    INFORMATION = "information"
    CONSULTATION = "consultation"
    DECISION = "decision"


@dataclass(frozen=True)
class Dossier:
    """What is there of a project."""

    required: tuple[str, ...]
    """Languages in which the city has to say everything, the first one first."""
    texts: Mapping[str, Mapping[str, str]]
    """Its words: language, field, text."""
    cost_known: bool
    agreements_stated: bool
    questions: Mapping[str, str] | None
    """The ballot's question per language; None while no ballot and its rule are declared."""
    asked: bool
    """The consultation was held, and has closed."""
    unassessed: tuple[str, ...] = ()
    """Kinds of assessment that are owed and not public; of a programme none, since its projects owe theirs."""


@dataclass(frozen=True)
class Missing:
    """Something that a step owes and that is not there, in words for everybody."""

    step: Owing
    code: str
    message: Message
    languages: tuple[str, ...] = ()
    """In which languages it is missing; none where language does not matter."""


Check = Callable[[Dossier], bool | tuple[str, ...]]
"""Whether it is missing; or in which languages."""


def _text(field: str) -> Check:
    return lambda dossier: tuple(
        language for language in dossier.required if not dossier.texts.get(language, {}).get(field)
    )


def _one_language(field: str) -> Check:
    """Publishing asks for one of the required languages, all fields in the same: the one in which least is missing."""

    def check(dossier: Dossier) -> tuple[str, ...]:
        language = _furthest(dossier)
        return () if dossier.texts.get(language, {}).get(field) else (language,)

    return check


def _summary_too_long(dossier: Dossier) -> tuple[str, ...]:
    return tuple(
        language
        for language, texts in dossier.texts.items()
        if language in dossier.required and words(texts.get("summary", "")) > SUMMARY_WORDS
    )


def _question(dossier: Dossier) -> tuple[str, ...]:
    if dossier.questions is None:
        return ()
    return tuple(language for language in dossier.required if not dossier.questions.get(language))


def _furthest(dossier: Dossier) -> str:
    def filled(language: str) -> int:
        return sum(bool(dossier.texts.get(language, {}).get(field)) for field in FIRST)

    return max(dossier.required, key=filled)


FIRST = ("title", "summary", "description", "contact")
"""What the city says before anything else."""

OWED: Mapping[Owing, tuple[tuple[str, Message, Check], ...]] = {
    Owing.INFORMATION: (
        *((field, TEXTS[field], _one_language(field)) for field in FIRST),
        ("summary_length", _("A summary of at most %(most)s words", most=SUMMARY_WORDS), _summary_too_long),
    ),
    Owing.CONSULTATION: (
        *((field, message, _text(field)) for field, message in TEXTS.items()),
        ("cost", _("What it costs"), lambda dossier: not dossier.cost_known),
        ("agreements", _("All agreements signed so far, or that there are none"), lambda d: not d.agreements_stated),
        ("assessments", _("The impact assessments that the project owes"), lambda d: bool(d.unassessed)),
    ),
    Owing.DECISION: (
        ("consultation", _("A consultation that has been held and has closed"), lambda dossier: not dossier.asked),
        ("ballot", _("The ballot and the rule by which it is counted"), lambda dossier: dossier.questions is None),
        ("question", _("The question of the ballot"), _question),
    ),
}
"""For each step: a code, what it is in words, and how to see whether it is missing."""


def missing(dossier: Dossier, step: Owing) -> list[Missing]:
    """What is owed for a step and not there yet."""
    found: list[Missing] = []
    for code, message, check in OWED[step]:
        lacking = check(dossier)
        if lacking:
            found.append(Missing(step, code, message, lacking if isinstance(lacking, tuple) else ()))
    return found


def all_missing(dossier: Dossier, steps: Iterable[Owing]) -> list[Missing]:
    return [item for step in steps for item in missing(dossier, step)]
