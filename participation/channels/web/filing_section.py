"""An organisation's page of one section behind its link: its questions, saved one by one, in one language at a time."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from starlette.responses import Response

from participation.channels.http.refusing import messages
from participation.channels.http.sending import sent
from participation.channels.http.visit import Visit
from participation.channels.web.answer_words import lines
from participation.channels.web.filing_door import door, home, inside, language, show, to_write
from participation.channels.web.project_cards import pick
from participation.domain.projects.assessments.answers.forms import read_section
from participation.domain.projects.assessments.answers.rules import fingerprint
from participation.domain.projects.assessments.models import Source
from participation.domain.projects.assessments.rules import UNKNOWN, Question, QuestionKind, Section
from participation.domain.projects.filings.models import Purpose
from participation.domain.projects.filings.queries import Written
from participation.domain.projects.filings.writing import operations as writing
from participation.domain.projects.filings.writing.queries import Part, parts
from participation.kit.database import Session
from participation.kit.errors import Invalid, NotFound
from participation.kit.i18n import Message, _

Errors = dict[str, Message] | None
CHANGED = _(
    "Somebody else has changed this in the meantime; what they wrote stands below. Send yours again to replace it."
)


async def section(visit: Visit) -> Response:
    """Saved as far as it is answered; what somebody else has changed meanwhile comes back, and the rest is kept."""
    if visit.request.method == "GET":
        return await _page(visit)
    try:
        async with door(visit), visit.transaction() as session:
            answer = await visit.once(session, sent(visit), lambda: _save(visit, session))
    except Invalid as refusal:
        return await _page(visit, errors=messages(refusal), status=refusal.status)
    if answer["conflicts"]:
        return await _page(visit, errors={f"q.{name}": CHANGED for name in answer["conflicts"]}, status=409)
    following = f"/{answer['next']}?in={language(visit)}" if answer["next"] else ""
    return visit.redirect(home(visit) + following)


async def _save(visit: Visit, session: Session) -> dict[str, Any]:
    """What comes next, and what was left because somebody else had changed it."""
    fields = visit.fields
    opened, filing = await to_write(visit, session)
    found = await parts(session, opened.filing, city=visit.city, at=visit.at)
    part, here, questions = _here(visit, found)
    # Whoever is not the city keeps nothing internal.
    said = read_section(fields, [replace(question, internal=False) for question in here.questions])
    asked = {question.id for question in questions}
    said = [one for one in said if one.question.id in asked]
    left = await writing.save_answers(session, filing=filing, part=part, said=said, language=language(visit))
    return {"next": _following(found, part, here), "conflicts": left}


def _here(visit: Visit, found: list[Part]) -> tuple[Part, Section, list[Question]]:
    kind, wanted = (str(visit.request.path_params[name]) for name in ("assessment", "section"))
    for part in found:
        for one, questions in part.sections if part.asked.kind == kind else ():
            if one.id == wanted:
                return part, one, questions
    raise NotFound(
        "section", _("This is not asked by this link."), _("The first page of the link lists everything that it asks.")
    )


def _following(found: list[Part], part: Part, here: Section) -> str | None:
    all_ = [(one.asked.kind, section.id) for one in found for section, _questions in one.sections]
    place = all_.index((part.asked.kind, here.id)) + 1
    return "/".join(all_[place]) if place < len(all_) else None


async def _page(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    there = await inside(visit)
    part, here, questions = _here(visit, there.parts)
    tongue = language(visit)
    city = visit.url(f"/projects/{there.opened.slug}/assessments/{part.asked.kind}/{here.id}")
    context = {
        "section": {
            "title": pick(visit, here.title),
            "about": pick(visit, here.about) if here.about else None,
        },
        "asked": pick(visit, part.asked.title),
        "city_": city if there.filing.purpose == Purpose.COUNTER else None,
        "questions": [_question(visit, part, one, tongue, errors) for one in questions],
        "labels": {f"q.{one.id}": pick(visit, one.text).value for one in questions},
        "values": _values(visit, part, questions, tongue, errors),
        "errors": errors or {},
    }
    return show(visit, "filing/section.html", there, context, at=f"/{part.asked.kind}/{here.id}", status=status)


def _question(visit: Visit, part: Part, question: Question, tongue: str, errors: Errors) -> dict[str, Any]:
    said = part.own.get(question.id)
    changed = (errors or {}).get(f"q.{question.id}") is CHANGED
    shown = {"chosen": said.chosen, "words": dict(said.words)} if said else None
    return {
        "id": question.id,
        "kind": str(question.kind),
        "text": pick(visit, question.text),
        "help": pick(visit, question.help) if question.help else None,
        "choices": _choices(visit, question),
        # What was not saved is still an answer to what its writer had seen.
        "version": visit.typed.get(f"v.{question.id}", "0") if _unsaved(visit, errors) else _seen(said, tongue),
        "theirs": lines(visit, question, shown) if changed and shown else [],
        "elsewhere": next(((code, text) for code, text in said.words.items() if text), None)
        if said and not said.words.get(tongue)
        else None,
        "lines": lines(visit, question, shown) if shown else [],
    }


def _choices(visit: Visit, question: Question) -> list[tuple[str, Any]]:
    """One of several can be taken back again."""
    found: list[tuple[str, Any]] = [(choice.id, pick(visit, choice.text)) for choice in question.choices]
    return [*found, ("", _("No answer."))] if question.kind is QuestionKind.CHOICE else found


def _unsaved(visit: Visit, errors: Errors) -> bool:
    """The form comes back, and nothing of it was stored; where others had changed some answers, the rest was."""
    return visit.again is not None or (errors is not None and CHANGED not in errors.values())


def _seen(said: Written | None, tongue: str) -> str:
    """The version of an answer and its fingerprint, as the form of the city's own has them."""
    chosen, text, version = (
        ([], "", 0) if said is None else (list(said.chosen), said.words.get(tongue, ""), said.version)
    )
    return f"{version}.{fingerprint(chosen, text, str(Source.CITY), '', '', '')}"


def _values(visit: Visit, part: Part, questions: list[Question], tongue: str, errors: Errors) -> Mapping[str, Any]:
    """What was typed, when nothing was stored; else what is stored, and of what others had changed what was typed here."""
    if _unsaved(visit, errors):
        return visit.typed
    values: dict[str, Any] = {}
    for question in questions:
        name, said = question.id, part.own.get(question.id)
        several = question.kind is QuestionKind.SEVERAL
        if (errors or {}).get(f"q.{name}") is CHANGED:
            taken = [str(value) for value in visit.typed.getlist(f"q.{name}")]
            values |= {
                f"q.{name}": taken if several else "".join(taken[:1]),
                f"x.{name}": visit.typed.get(f"x.{name}", ""),
            }
        elif said is not None:
            unknown = UNKNOWN in said.chosen
            taken = [] if unknown else list(said.chosen)
            words = said.words.get(tongue, "")
            values |= {f"q.{name}": taken if several else words or "".join(taken), f"x.{name}": "1" if unknown else ""}
    return values
