"""Promise 9: whatever a project says per language counts in its completeness, or stands here with the reason why not."""

from collections.abc import Mapping
from typing import get_args

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Mapper

from participation.domain.ladder.languages.operations import WRITERS
from participation.domain.ladder.languages.sources.queries import SOURCES
from participation.domain.projects.models import ProjectText
from participation.domain.projects.rules import WORDS
from participation.kit.database import Base

CITY = "It is the city's, and no project's."
THEIRS = "An organisation's own words, which the city never touches."
WAS = "What stood there before; history is not translated afterwards."
SIGNED = "Officials stand for it as it was signed, in every required language; whoever wants another one signs again."
ONCE = "Said once, in every required language, when it was announced, and never put otherwise."
EXCEPTIONS: Mapping[str, str] = {
    "city.names": CITY,
    "city.handing_out": CITY,
    "city.checking_tables": CITY,
    "place.names": CITY,
    "election_period.names": CITY,
    "delegate.described": CITY,
    "organisation.names": CITY,
    "organisation.gains": THEIRS,
    "organisation.payer": THEIRS,
    "filing.words": THEIRS,
    "filing.gains": THEIRS,
    "filing.payer": THEIRS,
    "filing_answer.words": THEIRS,
    "filing.reasons": ONCE,
    "ballot.cancel_reasons": ONCE,
    "data_link.what": ONCE,
    "data_link.reasons": ONCE,
    "precondition.words": SIGNED,
    "urgent_use.reasons": SIGNED,
    "urgent_use.needed": SIGNED,
    "urgent_use.given": SIGNED,
    "assessment_suggestion.words": "An answer that is only offered: it is a project's once an official saves it.",
    "meeting_change.venue_before": WAS,
    "answer_talk.question": "A copy of a shipped question, which comes with its translations.",
}


def per_language() -> set[str]:
    """Every column that holds a text per language: those declared as such, and the words of a project."""
    found = {f"{ProjectText.__tablename__}.{field}" for field in WORDS}
    for mapper in Base.registry.mappers:
        found |= {f"{mapper.local_table.name}.{name}" for name in _declared(mapper)}
    return found


def _declared(mapper: "Mapper[object]") -> list[str]:
    names = []
    for kind in mapper.class_.__mro__:
        for name, said in vars(kind).get("__annotations__", {}).items():
            (held,) = get_args(said) or (None,)
            if name in mapper.columns and (held == dict[str, str] or dict[str, str] in get_args(held)):
                names.append(mapper.columns[name].name)
    return names


def sourced() -> set[str]:
    return {f"{column.class_.__tablename__}.{column.key}" for source in SOURCES for column in source.columns}


def test_every_text_per_language_is_in_completeness_or_is_an_exception_with_a_reason() -> None:
    assert per_language() - sourced() - EXCEPTIONS.keys() == set(), "give it a source, or say here why it has none"


def test_no_exception_outlives_its_column_or_its_reason() -> None:
    assert EXCEPTIONS.keys() <= per_language()
    assert not EXCEPTIONS.keys() & sourced()
    assert all(reason.endswith(".") for reason in EXCEPTIONS.values())


def test_the_walk_finds_columns_that_may_be_empty_too() -> None:
    assert {
        "document.reasons",
        "ballot.cancel_reasons",
        "project_text.plain",
        "assessment_answer.words",
    } <= per_language()
    assert not {"document.marks", "project.parts"} & per_language()


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.kind)
def test_every_source_has_marks_and_somebody_who_writes_it(source: object) -> None:
    assert source in SOURCES
    kind = source.kind  # type: ignore[attr-defined]
    assert [kinds for kinds, _writer in WRITERS if kind in kinds], kind
    for column in source.columns:  # type: ignore[attr-defined]
        assert isinstance(column.class_.__table__, sa.Table)
        assert "marks" in column.class_.__table__.columns
