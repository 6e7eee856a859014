"""Writes the words of a project in one language, and marks how they came to be in it."""

from collections.abc import Mapping, Sequence
from typing import cast

import sqlalchemy as sa

from participation.domain.projects import rules
from participation.domain.projects.finding.rules import found_by
from participation.domain.projects.models import Project, ProjectText
from participation.kit.marks import BY_HAND, Made, marked


def begin(city_id: int, language: str, texts: Mapping[str, str]) -> ProjectText:
    """A language in which nothing was said before, and in no other either."""
    text = ProjectText(city_id=city_id, language=language, **dict.fromkeys(rules.WORDS, ""))
    text.marks = {field: {"how": str(BY_HAND.how)} for field in rules.WORDS if texts.get(field)}
    _write(text, texts)
    return text


def write(
    project: Project,
    language: str,
    words: Mapping[str, str],
    order: Sequence[str],
    made: Mapping[str, Made],
) -> list[str]:
    """The words in one language; those fields of which only the mark is another one now. `made`: field -> how, if not by hand."""
    text = next((text for text in project.texts if text.language == language), None)
    if text is None:
        text = ProjectText(city_id=project.city_id, language=language, marks={}, **dict.fromkeys(rules.WORDS, ""))
        project.texts.append(text)
    marks, looked_at = {}, []
    for field in rules.WORDS:
        before = {other.language: getattr(other, field) for other in project.texts}
        old = {other.language: other.marks[field] for other in project.texts if other.marks.get(field)}
        now = before | {language: words.get(field, "")}
        mark = marked(before, now, old, order, {language: made.get(field, BY_HAND)}).get(language)
        if mark is not None:
            marks[field] = mark
            if now == before and mark != old.get(language):
                looked_at.append(field)
    _write(text, words)
    text.marks = marks
    return looked_at


def _write(text: ProjectText, words: Mapping[str, str]) -> None:
    for field in rules.WORDS:
        setattr(text, field, words.get(field, ""))
    found = found_by({field: getattr(text, field) for field in rules.WORDS})
    text.search = cast(str, sa.func.array_to_tsvector(sa.cast(found, sa.ARRAY(sa.Text))))
