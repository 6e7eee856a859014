"""Officials' page of one section of an assessment: its questions, saved one by one, in one language at a time."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from participation.channels.http.refusing import messages
from participation.channels.http.sending import sent
from participation.channels.http.visit import Visit
from participation.channels.staff.assessments import Before, asked_here, before_official, common_to_all, missing, pick
from participation.channels.staff.projects import Errors, open_for_edit, tongues
from participation.domain.projects.assessments import operations, queries, rules
from participation.domain.projects.assessments.answers import operations as answering
from participation.domain.projects.assessments.answers.forms import read_section
from participation.domain.projects.assessments.answers.rules import GROUNDS, SOURCES, fingerprint
from participation.domain.projects.assessments.models import Ground, Source
from participation.domain.projects.assessments.queries import AnswerView, key
from participation.domain.projects.assessments.reuse.operations import turn_down
from participation.domain.projects.assessments.reuse.queries import Offer
from participation.domain.projects.assessments.rules import Question, QuestionKind, Questionnaire, Section
from participation.kit.database import Session
from participation.kit.errors import Refusal, SignInNeeded
from participation.kit.i18n import _


async def section(visit: Visit) -> Response:
    """Saved as far as it is answered; what somebody else has changed meanwhile comes back, and the rest is kept."""
    if visit.request.method == "GET":
        return await _section(visit)
    try:
        async with visit.transaction() as session:
            answer = await visit.once(session, sent(visit), lambda: _save(visit, session))
    except SignInNeeded:
        raise
    except Refusal as refusal:
        return await _section(visit, errors=messages(refusal), status=refusal.status)
    if answer["conflicts"]:
        return await _section(visit, errors={f"q.{name}": CHANGED for name in answer["conflicts"]}, status=409)
    base = visit.request.url.path.rpartition("/")[0]
    return visit.redirect(f"{base}/{answer['next']}?in={_language(visit)}" if answer["next"] else base)


async def _save(visit: Visit, session: Session) -> dict[str, Any]:
    """What comes next, and what was left because somebody else had changed it."""
    asked = await asked_here(visit, session)
    part = _part(visit, asked)
    said = read_section(visit.fields, part.questions)
    project = await open_for_edit(visit, session)
    common: dict[str, Any] = {"city": visit.city, "project": project, "actor": visit.actor, "at": visit.at}
    found = await operations.begin(session, asked=asked, **common)
    left = await answering.save(session, assessment=found, said=said, language=_language(visit), **common)
    shown = visit.typed.getlist("offered")
    empty = [key(asked.kind, one.question) for one in said if not one.chosen and not one.text]
    await turn_down(session, project=project, abouts=[name for name in empty if name in shown])
    following = asked.sections[asked.sections.index(part) + 1 :]
    return {"next": following[0].id if following else None, "conflicts": left}


CHANGED = _(
    "Somebody else has changed this in the meantime; what they wrote stands below. Send yours again to replace it."
)


def _language(visit: Visit) -> str:
    """In which language words are written here."""
    wanted = str(visit.typed.get("in") or visit.request.query_params.get("in", ""))
    languages = visit.city.languages
    if wanted in languages:
        return wanted
    return visit.language if visit.language in languages else visit.city.required_languages[0]


def _part(visit: Visit, asked: Questionnaire) -> Section:
    wanted = str(visit.request.path_params["section"])
    found = next((one for one in asked.sections if one.id == wanted), None)
    if found is None:
        raise missing()
    return found


async def _section(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    language = _language(visit)
    async with visit.reading() as session:
        before = await before_official(visit, session)
        asked = await asked_here(visit, session)
    part = _part(visit, asked)
    shown = {question.id for question in rules.visible(asked, queries.given(asked, before.known))}
    base = f"/staff/projects/{before.project.slug}/assessments/{asked.kind}"
    context = {
        "asked": {"title": pick(visit, asked.title)},
        "base": base,
        "section": {"title": pick(visit, part.title), "about": pick(visit, part.about) if part.about else None},
        "place": asked.sections.index(part) + 1,
        "places": len(asked.sections),
        "questions": [
            _question(visit, before, asked, one, language, errors) for one in part.questions if one.id in shown
        ],
        "values": _values(visit, asked, part, before, language, errors),
        "later": any(one.id not in shown for one in part.questions),
        "key": part.id,
        "labels": {f"q.{one.id}": pick(visit, one.text) for one in part.questions},
        "tongue": language,
        "tongues": [
            (f"{base}/{part.id}?in={code}", name, code == language) for code, name, _required in tongues(visit)
        ],
        "sources": [(str(source), SOURCES[source]) for source in Source],
        "grounds": [(str(ground), GROUNDS[ground]) for ground in Ground],
        "errors": errors or {},
    }
    return visit.page(
        "staff/assessments/section.html", common_to_all(visit, before) | context, form=True, status=status
    )


def _question(
    visit: Visit, before: Before, asked: Questionnaire, question: Question, language: str, errors: Errors
) -> dict[str, Any]:
    answer = before.known.get(queries.key(asked.kind, question))
    changed = (errors or {}).get(f"q.{question.id}") is CHANGED
    text = answer.words.get(language, "") if answer else ""
    return {
        "id": question.id,
        "kind": str(question.kind),
        "text": pick(visit, question.text),
        "help": pick(visit, question.help) if question.help else None,
        "choices": [(choice.id, pick(visit, choice.text)) for choice in question.choices],
        "internal": question.internal,
        # What was not saved is still an answer to what its writer had seen.
        "version": visit.typed.get(f"v.{question.id}", "0") if _unsaved(visit, errors) else _seen(answer, text),
        "theirs": _theirs(answer, language) if changed else None,
        "elsewhere": _elsewhere(answer, language),
        "offered": _offered(visit, before, asked, question, language),
        "by": pick(visit, answer.by) if answer and answer.by else None,
    }


def _prefilled(before: Before, asked: Questionnaire, question: Question, language: str) -> Offer | None:
    """What was offered from elsewhere for a field that nobody has filled in yet; saving makes it an answer."""
    name = queries.key(asked.kind, question)
    offer, answer = before.offered.get(name), before.known.get(name)
    if offer is None or (offer.words and not offer.words.get(language)):
        return None
    if answer is None:
        return offer
    begun = bool(offer.words) and offer.is_said(answer) and not answer.words.get(language)
    return offer if begun else None


def _offered(
    visit: Visit, before: Before, asked: Questionnaire, question: Question, language: str
) -> dict[str, Any] | None:
    """From where an answer was taken over, and whether it is still to be saved."""
    name = queries.key(asked.kind, question)
    waits = _prefilled(before, asked, question, language) is not None
    offer, answer = before.offered.get(name), before.known.get(name)
    if offer is None or not (waits or (answer is not None and offer.is_said(answer))):
        return None
    origin = offer.origin
    return {
        "name": name,
        "waits": waits,
        "card": bool(origin.get("card")),
        "from": pick(visit, origin["names"]),
        "address": visit.url(origin["address"]),
    }


def _unsaved(visit: Visit, errors: Errors) -> bool:
    """The form comes back, and nothing of it was stored; where others had changed some answers, the rest was."""
    return visit.again is not None or (errors is not None and CHANGED not in errors.values())


def _values(
    visit: Visit, asked: Questionnaire, part: Section, before: Before, language: str, errors: Errors
) -> Mapping[str, Any]:
    """What was typed, when nothing was stored; else what is stored, and of what others had changed what was typed here."""
    if _unsaved(visit, errors):
        return visit.typed
    values = _stored(asked, part, before.known, language)
    for question in part.questions:
        if offer := _prefilled(before, asked, question, language):
            several = question.kind is QuestionKind.SEVERAL
            typed = offer.words.get(language) or "".join(offer.chosen)
            values |= {f"q.{question.id}": list(offer.chosen) if several else typed, f"s.{question.id}": offer.source}
    for name, error in (errors or {}).items():
        if error is CHANGED:
            own = name.removeprefix("q.")
            values |= {f"{letter}.{own}": visit.typed.get(f"{letter}.{own}", "") for letter in "xsgou"}
            taken = visit.typed.getlist(name)
            values[name] = taken if isinstance(values.get(name), list) else "".join(map(str, taken[:1]))
    return values


def _seen(answer: AnswerView | None, text: str) -> str:
    """The version of an answer and its fingerprint, for the form."""
    if answer is None:
        return f"0.{fingerprint([], '', str(Source.CITY), '', '', '')}"
    day = answer.internal_until.isoformat() if answer.internal_until else ""
    said = (list(answer.chosen), text, answer.source, answer.ground or "", answer.office or "", day)
    return f"{answer.version}.{fingerprint(*said)}"


def _stored(asked: Questionnaire, part: Section, known: dict[str, AnswerView], language: str) -> dict[str, Any]:
    """What is stored, by the names of the form."""
    values: dict[str, Any] = {}
    for question in part.questions:
        answer = known.get(queries.key(asked.kind, question))
        name = question.id
        if answer is None:
            values[f"s.{name}"] = str(Source.CITY)
            continue
        unknown = rules.UNKNOWN in answer.chosen
        taken = [] if unknown else list(answer.chosen)
        words = answer.words.get(language, "")
        values |= {
            f"q.{name}": taken if question.kind is QuestionKind.SEVERAL else words or "".join(taken),
            f"x.{name}": "1" if unknown else "",
            f"s.{name}": answer.source,
            f"g.{name}": answer.ground or "",
            f"o.{name}": answer.office or "",
            f"u.{name}": answer.internal_until.isoformat() if answer.internal_until else "",
        }
    return values


def _theirs(answer: AnswerView | None, language: str) -> str:
    return "" if answer is None else answer.words.get(language) or ", ".join(answer.chosen)


def _elsewhere(answer: AnswerView | None, language: str) -> tuple[str, str] | None:
    """The words in another language, to translate from."""
    if answer is None or answer.words.get(language):
        return None
    return next(((code, text) for code, text in answer.words.items() if text), None)
