"""Filings of organisations as templates are told of them, in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from participation.channels.http.visit import Visit
from participation.channels.web import assessment_views as views
from participation.channels.web.answer_words import lines
from participation.channels.web.project_cards import beginning as cut
from participation.channels.web.project_cards import pick
from participation.domain.projects.assessments.queries import Published
from participation.domain.projects.assessments.rules import LEVEL_WORDS, Question, Questionnaire
from participation.domain.projects.filings import queries
from participation.domain.projects.filings.models import FilingState, Purpose, Stance
from participation.domain.projects.filings.queries import FilingView, Row
from participation.domain.projects.filings.receivers.queries import Receiver
from participation.domain.projects.filings.rules import ANSWERED_WITHIN, PURPOSES, STANCES, STATES, Beside, late
from participation.domain.projects.organisations.models import OrganisationKind
from participation.domain.projects.organisations.rules import KINDS
from participation.kit.i18n import Message, Text, _

STANDS = {
    Beside.DIFFERS: (_("Differs from the city"), "alert", "warn"),
    Beside.ALONE: (_("The city has no public answer"), "question", ""),
    Beside.AGREES: (_("As the city says"), "tick", "good"),
}
EXCERPT = 300
"""Characters of an answer where several stand beside each other."""


def level(score: Mapping[str, Any] | None) -> tuple[Message, str] | None:
    found = None if score is None else views.level(score)
    return None if found is None else (LEVEL_WORDS[found], views.TONES[found])


def heading(visit: Visit, base: str, filing: FilingView) -> dict[str, Any]:
    """Who filed what, and what became of it; its words only once they are published."""
    public = filing.state == FilingState.PUBLISHED
    if filing.state == FilingState.HANDED_IN and filing.handed_in_at is not None:
        visit.depends(until=filing.handed_in_at + ANSWERED_WITHIN + timedelta(microseconds=1))
    words = (filing.content or {}).get("words") if public else None
    stance = (filing.content or {}).get("stance") if public else None
    return {
        "address": f"{base}/filings/{filing.id}",
        "organisation": pick(visit, filing.organisation),
        "organisation_address": visit.url(f"/organisations/{filing.organisation_id}"),
        "organisation_kind": KINDS[OrganisationKind(filing.organisation_kind)],
        "independent": filing.independent,
        "purpose": PURPOSES[Purpose(filing.purpose)],
        "state": STATES[FilingState(filing.state)],
        "public": public,
        "refused": filing.state == FilingState.REFUSED,
        "late": late(filing.state, filing.handed_in_at, visit.at),
        "handed_in": filing.handed_in_at,
        "decided": filing.decided_at,
        "reason": pick(visit, filing.reasons) if filing.reasons else None,
        "level": level(filing.score) if public else None,
        "stance": STANCES[Stance(stance)] if stance else None,
        "beginning": beginning(pick(visit, words)) if words else None,
        "kind": None,
        "project": None,
    }


def interests(visit: Visit, filing: FilingView) -> dict[str, Any] | None:
    """As they were declared with it."""
    said = filing.interests
    if said is None:
        return None
    on = said["on"]
    return {
        "gains": pick(visit, said["gains"]),
        "payer": pick(visit, said["payer"]),
        "on": date.fromisoformat(on) if isinstance(on, str) else on,
    }


def beginning(text: Text | Message | str) -> Text | Message | str:
    """As much of somebody's words as there is room for, up to the end of a word."""
    if isinstance(text, Text):
        return replace(text, value=cut(text.value, EXCERPT))
    return cut(text, EXCERPT) if isinstance(text, str) else text


def answer(visit: Visit, question: Question, said: Mapping[str, Any] | None, *, whole: bool) -> dict[str, Any]:
    """One answer, the city's or another's: its lines, and whether there is more of it than is shown."""
    if said is None or "ground" in said:
        return {"lines": [], "internal": said is not None, "more": False}
    full = lines(visit, question, said)
    shown = full if whole else [beginning(line) for line in full]
    return {"lines": shown, "internal": False, "more": [str(line) for line in shown] != [str(line) for line in full]}


def beside(visit: Visit, base: str, asked: Questionnaire, row: Row, *, most: int, first: int | None) -> dict[str, Any]:
    """A question with the city's answer and those of others, as far as there is room: the one asked for, then whoever differs."""
    address = f"{base}/opinions/{asked.kind}/{row.question.id}"
    others = sorted(row.others, key=lambda other: (other[0].id != first, list(Beside).index(other[2])))
    return {
        "id": row.question.id,
        "text": pick(visit, row.question.text),
        "address": address,
        "city": answer(visit, row.question, row.city, whole=False),
        "others": [
            {
                "organisation": pick(visit, filing.organisation),
                "kind": KINDS[OrganisationKind(filing.organisation_kind)],
                "address": f"{base}/filings/{filing.id}",
                "whole": f"{address}?of={filing.id}",
                "stands": STANDS[stands],
                "answer": answer(visit, row.question, said, whole=False),
            }
            for filing, said, stands in others[:most]
        ],
        "more": max(0, len(others) - most),
        "rest": f"{address}?of={others[most][0].id}" if len(others) > most else None,
    }


def differing(rows: Sequence[Row], filing: FilingView) -> tuple[int, int]:
    """To how many questions a filing answers otherwise than the city, of how many that it answers."""
    found = [stands for row in rows for other, _said, stands in row.others if other.id == filing.id]
    return sum(stands is Beside.DIFFERS for stands in found), len(found)


def weight(shown: Mapping[str, Any]) -> int:
    """About how many bytes a question takes with its answers."""
    texts = [shown["text"], *shown["city"]["lines"]]
    for other in shown["others"]:
        texts += [other["organisation"], *other["answer"]["lines"]]
    return sum(len(str(text).encode()) for text in texts)


def receiving(visit: Visit, base: str, found: Sequence[Receiver]) -> list[dict[str, Any]]:
    """Whoever receives data: what of them has assessed for itself, and who has not."""
    return [
        {
            "lacking": one.lacking,
            "filed": [
                (f"{base}/filings/{own.id}", pick(visit, own.organisation), STATES[FilingState(own.state)])
                for own in one.filed[:NAMED]
            ],
        }
        for one in found
    ]


NAMED = 5
"""Filings that are named beside the city's assessment; their own page lists all."""


def others(
    visit: Visit, base: str, asked: Questionnaire, city: Published, filings: Sequence[FilingView]
) -> dict[str, Any]:
    """Beside the city's assessment: who else answers or speaks about it, and whether somebody from outside still has to."""
    found = queries.rows(asked, city, filings)
    about = [one for one in filings if one.kind == asked.kind or any(_answers(row, one) for row in found)]
    lines_ = []
    for one in about[:NAMED]:
        differ, answered = differing(found, one)
        lines_.append(heading(visit, base, one) | {"differ": differ, "all": answered})
    owed = bool(city.score.get("outside")) and not any(
        one.outside and one.independent and one.kind == asked.kind for one in filings
    )
    address = f"{base}/opinions/{asked.kind}" if found else None
    return {"lines": lines_, "more": len(about) > NAMED, "beside": address, "list": f"{base}/opinions", "owed": owed}


def _answers(row: Row, filing: FilingView) -> bool:
    return any(other.id == filing.id for other, *_rest in row.others)


def marks(
    visit: Visit, base: str, asked: Questionnaire, city: Published, filings: Sequence[FilingView]
) -> dict[str, list[tuple[Any, Text, str]]]:
    """Question -> how others stand to the city's answer, whose that is, and where it can be read; who differs comes first."""
    found = {}
    for row in queries.rows(asked, city, filings):
        order = sorted(row.others, key=lambda other: list(Beside).index(other[2]))
        address = f"{base}/opinions/{asked.kind}/{row.question.id}"
        found[row.question.id] = [
            (STANDS[stands], pick(visit, filing.organisation), f"{address}?of={filing.id}")
            for filing, _said, stands in order[:NAMED]
        ]
    return found
