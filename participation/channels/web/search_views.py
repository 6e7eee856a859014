"""What the page of a search shows of what was found: where it stands, with the words around it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from participation.channels.http.visit import Visit
from participation.channels.web.assessment_views import at
from participation.channels.web.project_cards import pick
from participation.domain.consultations.finding.queries import Found as Comment
from participation.domain.projects import rules
from participation.domain.projects.assessments.finding.queries import Found as Answer
from participation.domain.projects.assessments.forms import read_questionnaire
from participation.domain.projects.assessments.queries import shipped, shipped_one
from participation.domain.projects.assessments.rules import Questionnaire
from participation.domain.projects.documents.finding.queries import Found as Document
from participation.domain.projects.documents.models import DocumentKind
from participation.domain.projects.documents.rules import KINDS
from participation.domain.projects.filings.finding.queries import Found as Filed
from participation.domain.projects.filings.models import Purpose
from participation.domain.projects.filings.rules import PURPOSES
from participation.domain.projects.finding.queries import Found as Project
from participation.domain.projects.finding.rules import unmarked
from participation.kit import i18n
from participation.kit.i18n import Message, Text, _
from participation.kit.searching import Excerpt, excerpt

ANCHORED = ("description", "decided", "open", "payer", "supplier", "contact")
"""Fields of a project that have a heading of their own on its page."""
PATH = 60
"""Characters of each name on the way to a place."""


@dataclass(frozen=True)
class Result:
    """One place where the words stand."""

    address: str
    title: Text | Message
    path: list[Text | Message]
    """What the place is part of, the largest first."""
    parts: Sequence[tuple[str, bool]]
    lang: str
    dir: str


def project(visit: Visit, found: Project, wanted: Sequence[str]) -> Result:
    """The field that holds most of the words, the title before the summary before the rest."""
    best, field = Excerpt((), -1), "title"
    for name in rules.WORDS:
        here = excerpt(unmarked(found.texts[name]), wanted)
        if here.found > best.found:
            best, field = here, name
        if here.found == len(wanted):
            break
    anchor = "/plain" if field == "plain" else f"#{field}" if field in ANCHORED else ""
    address = f"{_in(visit, found.language)}/projects/{found.slug}{anchor}"
    return _result(address, _short(pick(visit, found.titles)), [rules.WORDS[field]], best, found.language)


def answer(visit: Visit, found: Answer, wanted: Sequence[str]) -> Result:
    asked = _questionnaire(found.kind, found.own)
    below = at(f"/projects/{found.slug}/assessments/{found.kind}/{found.section}", found.question)
    title, path = _names(visit, asked, found) if asked else (_plain(found.question), [])
    path = [_short(pick(visit, found.titles)), *path]
    return _result(f"{_in(visit, found.language)}{below}", title, path, excerpt(found.text, wanted), found.language)


def _names(visit: Visit, asked: Questionnaire, found: Answer) -> tuple[Text, list[Text | Message]]:
    """The question, and of which assessment and section it is."""
    section = next((one for one in asked.sections if one.id == found.section), None)
    question = next((one for one in asked.questions if one.id == found.question), None)
    path: list[Text | Message] = [_short(pick(visit, asked.title))]
    if section is not None:
        path.append(_short(pick(visit, section.title)))
    return _short(pick(visit, question.text) if question else _plain(found.question)), path


def filing(visit: Visit, found: Filed, wanted: Sequence[str]) -> Result:
    """Whose it is stands first; an answer is read beside the city's to the same question."""
    asked = _questionnaire(found.kind, found.own) if found.kind else None
    purpose = PURPOSES[Purpose(found.purpose)]
    whose, about = _short(pick(visit, found.organisation)), [_short(pick(visit, found.titles))]
    if asked is not None:
        about.append(_short(pick(visit, asked.title)))
    title: Text | Message = purpose
    path: list[Text | Message] = [whose, *about]
    below = f"/filings/{found.id}"
    if found.question is not None:
        question = next((one for one in asked.questions if one.id == found.question), None) if asked else None
        title = _short(pick(visit, question.text) if question else _plain(found.question))
        path = [whose, purpose, *about]
        below = f"/opinions/{found.kind}/{found.question}?of={found.id}"
    address = f"{_in(visit, found.language)}/projects/{found.slug}{below}"
    return _result(address, title, path, excerpt(found.text, wanted), found.language)


def _questionnaire(kind: str, own: str | None) -> Questionnaire | None:
    if kind in shipped():
        return shipped_one(kind)
    return None if own is None else _own(own)


@lru_cache(maxsize=2)
def _own(content: str) -> Questionnaire:
    """Of one that a city has brought in, as its text: a page seldom shows answers to more than one."""
    return read_questionnaire(content.encode(), foreign=True)


def document(visit: Visit, found: Document, wanted: Sequence[str]) -> Result:
    """What it says in words, unless its title holds more of what was looked for."""
    shown = max(
        (excerpt(text, wanted) for text in (found.said, found.own.get(found.language, ""))), key=lambda one: one.found
    )
    path: list[Text | Message] = [_short(pick(visit, found.titles)), KINDS[DocumentKind(found.kind)]]
    address = f"{_in(visit, found.language)}/projects/{found.slug}/documents/{found.number}"
    return _result(address, _short(pick(visit, found.own)), path, shown, found.language)


def comment(visit: Visit, found: Comment, wanted: Sequence[str]) -> Result:
    title = _("Comment %(number)s", number=str(found.id))
    if found.office is not None:
        title = _("Official answer %(number)s", number=str(found.id))
    path: list[Text | Message] = [_short(pick(visit, found.titles))]
    address = visit.url(f"/projects/{found.slug}/comments/{found.id}")
    return _result(address, title, path, excerpt(found.body, wanted), found.language)


def _result(address: str, title: Text | Message, path: list[Text | Message], said: Excerpt, language: str) -> Result:
    known = language in i18n.LANGUAGES
    return Result(
        address=address,
        title=title,
        path=path,
        parts=said.parts,
        lang=i18n.tag(language),
        dir=i18n.direction(language) if known else "auto",
    )


def _in(visit: Visit, language: str) -> str:
    """To where the words stand: the same page in their language."""
    return f"/{language if language in i18n.LANGUAGES else visit.language}"


def _plain(text: str) -> Text:
    return Text(text, i18n.SOURCE, False)


def _short(text: Text) -> Text:
    if len(text.value) <= PATH:
        return text
    cut, space, _rest = text.value[:PATH].rpartition(" ")
    return Text((cut if space else text.value[: PATH // 2]) + " …", text.language, text.other)
