"""A filing as its officials read it: whose, with which interests, and each answer beside the draft of the city's."""

from collections.abc import Mapping
from typing import Any

from participation.channels.http.visit import Visit
from participation.domain.projects.assessments import queries as assessments
from participation.domain.projects.assessments.queries import AnswerView, key
from participation.domain.projects.assessments.rules import LEVEL_WORDS, UNKNOWN, Level, Question, Questionnaire
from participation.domain.projects.filings.models import FilingState, Purpose, Stance
from participation.domain.projects.filings.queries import FilingView
from participation.domain.projects.filings.rules import (
    PURPOSES,
    STANCES,
    STATES,
    Beside,
    from_outside,
    may_be_second,
    stands,
)
from participation.domain.projects.organisations.models import OrganisationKind
from participation.domain.projects.organisations.rules import KINDS
from participation.kit import i18n
from participation.kit.errors import Refusal
from participation.kit.i18n import Message, Text, _


def _pick(visit: Visit, words: Mapping[str, str]) -> Text:
    return i18n.pick(words, visit.language, visit.city.languages)


def one_of(
    visit: Visit, found: FilingView, known: Mapping[str, AnswerView], own: Questionnaire | None
) -> dict[str, Any]:
    """Until it is handed in, nobody in the office reads what is being written."""
    content = found.content or {}
    interests = found.interests
    return {
        "filing": {
            "address": f"/{found.id}",
            "number": found.id,
            "organisation": _pick(visit, found.organisation),
            "organisation_address": f"/staff/organisations/{found.organisation_id}",
            "organisation_kind": KINDS[OrganisationKind(found.organisation_kind)],
            "purpose": PURPOSES[Purpose(found.purpose)],
            "state": STATES[FilingState(found.state)],
            "open": found.state == FilingState.OPEN,
            "waits": found.state == FilingState.HANDED_IN,
            "second": _second(visit, found),
            "stopped": found.stopped_at is not None,
            "until": found.ends_at,
            "handed_in": found.handed_in_at,
            "decided": found.decided_at,
            "reason": _pick(visit, found.reasons) if found.reasons else None,
            "words": [_one_language(visit, code, text) for code, text in (content.get("words") or {}).items()],
            "stance": STANCES[Stance(content["stance"])] if content.get("stance") else None,
            "level": LEVEL_WORDS[Level(found.score["level"])] if found.score and found.score["most"] else None,
            "gains": _pick(visit, interests["gains"]) if interests else None,
            "payer": _pick(visit, interests["payer"]) if interests else None,
            "may_take": found.purpose == Purpose.SUPPLIER and found.state == FilingState.PUBLISHED,
        },
        "parts": _parts(visit, found, known, own),
    }


def _second(visit: Visit, found: FilingView) -> Refusal | None:
    """Why somebody else than this official has to publish it."""
    if not from_outside(found.organisation_kind, found.kind):
        return None
    return may_be_second((found.registered_by, *found.given_by), visit.actor.person_id)


def _one_language(visit: Visit, code: str, text: str) -> Text:
    return Text(text, code, code != visit.language)


def _parts(
    visit: Visit, found: FilingView, known: Mapping[str, AnswerView], own: Questionnaire | None
) -> list[dict[str, Any]]:
    """By questionnaire; a fact that several of them ask stands once."""
    kinds = (found.content or {}).get("questionnaires", {})
    asked = [assessments.shipped_one(kind) for kind in kinds if kind in assessments.shipped()]
    seen: set[str] = set()
    parts = []
    for one in [*asked, *([own] if own else [])]:
        rows = []
        for question in one.questions:
            name, said = key(one.kind, question), found.answer(one, question)
            if said is not None and name not in seen:
                seen.add(name)
                rows.append(_row(visit, name, question, said, known.get(name)))
        if rows:
            parts.append({"title": _pick(visit, one.title), "rows": rows})
    return parts


def _row(
    visit: Visit, name: str, question: Question, said: Mapping[str, Any], ours: AnswerView | None
) -> dict[str, Any]:
    city = {"chosen": list(ours.chosen), "words": dict(ours.words)} if ours and ours.given else None
    return {
        "name": name,
        "text": _pick(visit, question.text),
        "theirs": _lines(visit, question, said),
        "ours": _lines(visit, question, city) if city else [],
        "differs": stands(question, city, said) is not Beside.AGREES,
    }


def _lines(visit: Visit, question: Question, said: Mapping[str, Any]) -> list[Text | Message | str]:
    """Words in every language in which they are there: nobody publishes what they could not read."""
    if UNKNOWN in said["chosen"]:
        return [_("We cannot assess this")]
    if said["words"]:
        return [_one_language(visit, code, text) for code, text in said["words"].items()]
    texts = {choice.id: choice.text for choice in question.choices}
    return [_pick(visit, texts[choice]) if choice in texts else choice for choice in said["chosen"]]
