"""Everything that was changed in a project, in words, and what its page said before."""

from dataclasses import replace
from typing import Any

from starlette.responses import Response

from participation.channels.http import entries
from participation.channels.http.entries.words import FIELDS
from participation.channels.http.visit import Visit
from participation.channels.web.project_cards import address, pick
from participation.channels.web.project_views import section
from participation.channels.web.projects import depends, find
from participation.domain.projects.influence.rules import NAMES
from participation.domain.projects.models import Influence
from participation.domain.projects.queries import Whole
from participation.domain.projects.rules import WORDS
from participation.domain.projects.texts.queries import versions
from participation.domain.projects.versions.rules import changed_fields, flat
from participation.domain.record.queries import history_of
from participation.kit import i18n
from participation.kit.database import Session
from participation.kit.errors import NotFound
from participation.kit.i18n import AUTONYMS, Text, _

LONGEST = 200
"""Entries that are shown; the record has all."""


async def index(visit: Visit) -> Response:
    wanted = visit.request.query_params.get("version", "")
    async with visit.reading() as session:
        project = await find(visit, session)
        if wanted:
            return await _version(visit, session, project, wanted)
        found = await history_of(session, visit.city.id, ("project", str(project.id)), limit=LONGEST)
    depends(visit, project)
    here = address(visit, project, "/history")
    rows = [
        {
            "entry": entry,
            "sentence": entries.sentence(visit, entry),
            "who": entries.who(visit, entry),
            "version": f"{here}?version={entry.facts['version']}" if "version" in entry.facts else None,
            "reason": pick(visit, entry.facts["reasons"]) if entry.facts.get("reasons") else None,
        }
        for entry in found
    ]
    return visit.page("projects/history.html", _about(visit, project) | {"rows": rows, "full": len(rows) >= LONGEST})


async def _version(visit: Visit, session: Session, project: Whole, wanted: str) -> Response:
    """What a version changed, and what the page said then."""
    number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 10 else 0
    found = await versions(session, project.id, number)
    if not found or found[0][0] != number:
        raise NotFound("version", _("There is no such version."), _("The project's history lists all versions."))
    _number, at, content = found[0]
    before = found[1][2] if len(found) > 1 else None
    depends(visit, project)
    return visit.page(
        "projects/version.html",
        _about(visit, project)
        | {
            "number_": number,
            "moment": at,
            "changes": _changes(visit, before, content) if before is not None else [],
            "first": before is None,
            "words": [section(visit, field, texts) for field, texts in _said(content).items()],
        },
    )


def _about(visit: Visit, project: Whole) -> dict[str, Any]:
    return {
        "title": pick(visit, project.said("title")),
        "address": address(visit, project),
        "history": address(visit, project, "/history"),
    }


def _said(content: dict[str, Any]) -> dict[str, dict[str, str]]:
    fields: dict[str, dict[str, str]] = {}
    for language, texts in content["texts"].items():
        for field, value in texts.items():
            fields.setdefault(field, {})[language] = value
    return {field: fields[field] for field in WORDS if field in fields}


def _changes(visit: Visit, before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    """Each field that changed, before and after, in words."""
    old, new = flat(before), flat(after)
    changes = []
    for name in changed_fields(before, after):
        parts = name.split(".")
        language = parts[1] if parts[0] == "texts" else None
        changes.append(
            {
                "label": FIELDS[parts[-1]],
                "language": AUTONYMS[language] if language else None,
                "before": _in_words(visit, name, old.get(name), language),
                "after": _in_words(visit, name, new.get(name), language),
            }
        )
    return changes


def _in_words(visit: Visit, name: str, value: Any, language: str | None) -> list[Text]:
    """A value as paragraphs, each in its own language."""
    if language is not None:
        return [Text(str(value), language, language != visit.language)] if value else []
    if name == "agreements":
        return [pick(visit, one["names"]) for one in value or []]
    if name == "indicators":
        return [_indicator(visit, one) for one in value or []]
    if name == "facts.districts":
        return [pick(visit, visit.city.places[id].names) for id in value or [] if id in visit.city.places]
    if name == "facts.influence" and value in NAMES:
        return [Text(NAMES[Influence(value)].into(visit.language), visit.language, False)]
    if isinstance(value, bool):
        return [Text((_("Yes") if value else _("No")).into(visit.language), visit.language, False)]
    if name == "facts.cost_amount" and value is not None:
        return [Text(f"{i18n.number(value, visit.language)} {visit.city.currency}", visit.language, False)]
    return []


def _indicator(visit: Visit, one: dict[str, Any]) -> Text:
    """What is measured, and from where to where."""
    name = pick(visit, one["names"])
    moves = [f"{one[end]['value']} ({one[end]['on']})" for end in ("from", "to")]
    return replace(name, value=f"{name.value}: {' – '.join(moves)}")
