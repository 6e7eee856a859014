"""Writes what a project itself says in one language: its own words, its agreements and its indicators, as one change."""

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

from participation.domain.people.models import Role
from participation.domain.people.rules import acting
from participation.domain.places.queries import CityView
from participation.domain.projects.indicators.forms import LONGEST
from participation.domain.projects.models import Agreement, Indicator, Project, ProjectState
from participation.domain.projects.operations import places_of
from participation.domain.projects.rules import WORDS
from participation.domain.projects.texts.operations import write
from participation.domain.projects.texts.queries import texts_in
from participation.domain.projects.versions.operations import enter, enter_change
from participation.domain.projects.versions.rules import content_of
from participation.domain.record.actors import Actor
from participation.kit.database import Session, alike
from participation.kit.errors import NotFound
from participation.kit.marks import Made, marked, put

Texts = Mapping[tuple[str, int | str, str], tuple[str, Made]]
Row = TypeVar("Row", Agreement, Indicator)
PARTS = {"agreement": "agreements", "indicator": "indicators"}


async def translate_content(
    session: Session, *, city: CityView, project: Project, texts: Texts, language: str, actor: Actor, at: datetime
) -> None:
    """One version more, however much of it is said anew. `texts`: by kind (`project`, `agreement`, `indicator`), number and field."""
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    before = content_of(project)
    looked_at = _own(city, project, language, texts)
    for (kind, number, field), (text, made) in texts.items():
        if kind == "agreement":
            _agree(city, _one(project.agreements, number), language, text, made)
        elif kind == "indicator":
            if field not in LONGEST:
                raise NotFound()
            put(_one(project.indicators, number), field, language, text, made, city.languages)
    parts = {PARTS.get(kind, f"texts.{language}") for kind, _number, _field in texts}
    alike(project.agreements, "names", "marks")
    alike(project.indicators, *LONGEST, "marks")
    enter_change(session, project, sorted(parts), before, who, at)
    if looked_at and project.state != ProjectState.DRAFT:
        enter(session, project, "translation_confirmed", who, at, {"language": language, "texts": looked_at})


def _own(city: CityView, project: Project, language: str, texts: Texts) -> list[str]:
    """A project's own words have their field for a number; those of which only the mark is another one now."""
    own = {str(field): said for (kind, field, _rest), said in texts.items() if kind == "project"}
    if not own:
        return []
    if not own.keys() <= WORDS.keys():
        raise NotFound()
    words = {field: texts_in(project, field).get(language, "") for field in WORDS}
    words |= {field: text for field, (text, _made) in own.items()}
    return write(project, language, words, city.languages, {field: made for field, (_text, made) in own.items()})


def _agree(city: CityView, agreement: Agreement, language: str, text: str, made: Made) -> None:
    """With whom and about what."""
    old, agreement.names = agreement.names, agreement.names | {language: text}
    agreement.marks = marked(old, agreement.names, agreement.marks, city.languages, {language: made})


def _one(rows: list[Row], number: int | str) -> Row:
    found = next((row for row in rows if row.id == number), None)
    if found is None:
        raise NotFound()
    return found
