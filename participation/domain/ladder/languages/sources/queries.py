"""The sources of a project's texts, in the order in which they are met: which columns they are, how they are read, what each is."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from participation.domain.ballots.forms import LONGEST_QUESTION
from participation.domain.ballots.models import Ballot, BallotState
from participation.domain.ladder.languages.rules import Saying, Settled
from participation.domain.outcomes import forms as outcomes
from participation.domain.outcomes.models import Commitment, Outcome, Theme
from participation.domain.outcomes.rules import TEXTS as OUTCOME_TEXTS
from participation.domain.projects.assessments.answers.forms import LONGEST as ANSWER
from participation.domain.projects.assessments.models import Answer
from participation.domain.projects.assessments.queries import key, shipped, shipped_one
from participation.domain.projects.assessments.rules import Question, QuestionKind
from participation.domain.projects.documents import rules as documents
from participation.domain.projects.documents.models import Document, DocumentState
from participation.domain.projects.forms import LONGEST
from participation.domain.projects.indicators.forms import LONGEST as MEASURED
from participation.domain.projects.meetings import forms as meetings
from participation.domain.projects.meetings.models import Meeting, MeetingChange, MeetingProject
from participation.domain.projects.meetings.rules import TEXTS as MEETING_TEXTS
from participation.domain.projects.models import Agreement, Indicator, ProjectText, Step, StepExtension
from participation.domain.projects.rules import TEXTS, WORDS
from participation.kit.i18n import Message, _
from participation.kit.marks import Mark, Texts

NAMES = 300
"""Characters at most of a name of something."""
REASONS = 2_000


@dataclass(frozen=True)
class Source:
    """One kind of thing that says something about a project."""

    kind: str
    """The first part of the keys of its texts."""
    columns: tuple[Any, ...]
    """Where its texts lie: `tests/promises/test_texts.py` looks for columns that no source names."""
    rows: Callable[[int], sa.Select[Any]]
    """Of one project: kind, id, texts, marks, extra."""
    says: Callable[[Sequence[Any]], Iterable[Saying]]


@dataclass(frozen=True)
class Part:
    """One field of such a thing."""

    label: Message
    most: int
    settled: Settled = Settled.NO
    lines: bool = True


def _rows(kind: str, id: Any, texts: Any, marks: Any, *where: Any, extra: Any = None) -> sa.Select[Any]:
    return sa.select(
        sa.literal(kind).label("kind"),
        sa.cast(id, sa.Text).label("id"),
        sa.type_coerce(texts, JSONB).label("texts"),
        sa.type_coerce(marks, JSONB).label("marks"),
        sa.cast(sa.null() if extra is None else extra, sa.Text).label("extra"),
    ).where(*where)


def _fields(model: Any, names: Iterable[str]) -> Any:
    return sa.func.jsonb_build_object(*(part for name in names for part in (sa.literal(name), getattr(model, name))))


def _one(row: Any, part: Part) -> Saying:
    """Of what says one thing: its marks are those of that."""
    texts = Texts(row.texts, row.marks)
    return Saying(f"{row.kind}.{row.id}", part.label, texts, part.most, part.settled, part.lines)


def _each(row: Any, parts: Mapping[str, Part]) -> Iterator[Saying]:
    """Of what says several things: what it says of them, with the marks of each under its field."""
    for field, part in parts.items():
        if row.texts[field]:
            texts = Texts(row.texts[field], row.marks.get(field, {}))
            yield Saying(f"{row.kind}.{row.id}.{field}", part.label, texts, part.most, part.settled, part.lines)


def _plain(kind: str, model: Any, parts: Mapping[str, Part], mine: Callable[[int], Any]) -> Source:
    """Of rows with marks by field. `mine`: which of them are a project's."""

    def rows(project_id: int) -> sa.Select[Any]:
        return _rows(kind, model.id, _fields(model, parts), model.marks, mine(project_id))

    columns = tuple(getattr(model, field) for field in parts)
    return Source(kind, columns, rows, lambda found: (one for row in found for one in _each(row, parts)))


def _own(model: Any) -> Callable[[int], Any]:
    return lambda project_id: model.project_id == project_id


# A project's own words


def own(rows: Mapping[str, tuple[Mapping[str, str], Mapping[str, Mark]]]) -> Iterator[Saying]:
    """What every project has to say; and what this one says beyond that. By language: texts and marks, each by field."""
    for field, label in WORDS.items():
        texts = {language: said[field] for language, (said, _marks) in rows.items() if said[field]}
        marks = {language: marks[field] for language, (_said, marks) in rows.items() if field in marks}
        if texts or field in TEXTS:
            yield Saying(f"project.{field}", label, Texts(texts, marks), LONGEST[field], lines=field != "title")


def _project(project_id: int) -> sa.Select[Any]:
    words = _fields(ProjectText, WORDS)
    return _rows("project", ProjectText.language, words, ProjectText.marks, ProjectText.project_id == project_id)


# What hangs on it

AGREEMENT = Part(_("An agreement: with whom and about what"), NAMES)
EXTENSION = Part(_("Why a step was extended"), REASONS, Settled.SAID)
QUESTION = _("The question of the ballot")
INDICATOR = {
    "names": Part(_("What is measured"), MEASURED["names"], lines=False),
    "units": Part(_("In what it is measured"), MEASURED["units"], lines=False),
}
DOCUMENT = {
    "titles": Part(_("The title of a document"), documents.LARGEST_TITLE, lines=False),
    "alternatives": Part(_("What a document says, in words"), documents.LARGEST_ALTERNATIVE),
    "reasons": Part(_("Why a document was withdrawn"), REASONS, Settled.SAID),
}
WITHDRAWN = {
    "titles": Part(DOCUMENT["titles"].label, documents.LARGEST_TITLE, Settled.SAID, lines=False),
    "reasons": DOCUMENT["reasons"],
}
"""A document that was withdrawn is not shown any more, but that it was there and why it went is."""
MEETING = {
    field: Part(label, meetings.LONGEST[field], Settled.SAID, lines=field not in meetings.ONE_LINE)
    for field, label in MEETING_TEXTS.items()
}
"""It was announced in these words; its own page corrects them, with a reason where it is moved."""
MOVED = {"reasons": Part(_("Why a meeting was moved or cancelled"), meetings.LONGEST["reasons"], Settled.SAID)}
OUTCOME = {field: Part(label, outcomes.LONGEST[field]) for field, label in OUTCOME_TEXTS.items()}
THEME = {
    "names": Part(_("A theme of the decision"), outcomes.LONGEST_NAME),
    "reasons": Part(_("What becomes of a theme, and why"), outcomes.LONGEST_REASONS),
}
COMMITMENT = {"names": Part(_("A promise of the city"), outcomes.LONGEST_NAME)}


def _extensions(project_id: int) -> sa.Select[Any]:
    one = StepExtension
    return _rows("extension", one.id, one.reasons, one.marks, Step.project_id == project_id).join(
        Step, Step.id == one.step_id
    )


def _documents(project_id: int) -> sa.Select[Any]:
    texts = _fields(Document, DOCUMENT)
    return _rows(
        "document", Document.id, texts, Document.marks, Document.project_id == project_id, extra=Document.state
    )


def _document(row: Any) -> Iterator[Saying]:
    return _each(row, WITHDRAWN if row.extra == DocumentState.WITHDRAWN else DOCUMENT)


def _met(project_id: int) -> Any:
    return sa.select(MeetingProject.meeting_id).where(MeetingProject.project_id == project_id)


def _questions(project_id: int) -> sa.Select[Any]:
    running = sa.and_(Ballot.project_id == project_id, Ballot.state != BallotState.CANCELLED)
    return _rows("ballot", Ballot.id, Ballot.questions, Ballot.marks, running, extra=Ballot.state)


def _question(row: Any) -> Saying:
    settled = Settled.NO if row.extra == BallotState.DRAFT else Settled.ALL
    return _one(row, Part(QUESTION, LONGEST_QUESTION, settled, lines=False))


def _answers(project_id: int) -> sa.Select[Any]:
    told = sa.and_(Answer.ground.is_(None), Answer.words != sa.text("'{}'::jsonb"))
    return _rows("answer", Answer.about, Answer.words, Answer.marks, Answer.project_id == project_id, told)


def _answer(row: Any) -> Saying:
    asked = _asked().get(row.id)
    label: Message | Mapping[str, str] = {"en": row.id} if asked is None else dict(asked.text)
    line = asked is not None and asked.kind is QuestionKind.LINE
    most = ANSWER[QuestionKind.LINE if line else QuestionKind.TEXT]
    return Saying(f"answer.{row.id.replace('/', '.', 1)}", label, Texts(row.texts, row.marks), most, lines=not line)


@lru_cache(maxsize=1)
def _asked() -> dict[str, Question]:
    """The questions of the shipped assessments, by the name under which their answers are kept."""
    return {key(kind, question): question for kind in reversed(shipped()) for question in shipped_one(kind).questions}


def _decided(model: Any) -> Callable[[int], Any]:
    return lambda project_id: model.outcome_id.in_(sa.select(Outcome.id).where(Outcome.project_id == project_id))


SOURCES = (
    Source(
        "project",
        tuple(getattr(ProjectText, field) for field in WORDS),
        _project,
        lambda rows: own({row.id: (row.texts, row.marks) for row in rows}),
    ),
    Source(
        "agreement",
        (Agreement.names,),
        lambda id: _rows("agreement", Agreement.id, Agreement.names, Agreement.marks, Agreement.project_id == id),
        lambda rows: (_one(row, AGREEMENT) for row in rows),
    ),
    _plain("indicator", Indicator, INDICATOR, _own(Indicator)),
    Source("extension", (StepExtension.reasons,), _extensions, lambda rows: (_one(row, EXTENSION) for row in rows)),
    Source(
        "document",
        (Document.titles, Document.alternatives, Document.reasons),
        _documents,
        lambda rows: (one for row in rows for one in _document(row)),
    ),
    _plain("meeting", Meeting, MEETING, lambda id: Meeting.id.in_(_met(id))),
    _plain("moved", MeetingChange, MOVED, lambda id: MeetingChange.meeting_id.in_(_met(id))),
    Source("ballot", (Ballot.questions,), _questions, lambda rows: (_question(row) for row in rows)),
    Source("answer", (Answer.words,), _answers, lambda rows: (_answer(row) for row in rows)),
    _plain("outcome", Outcome, OUTCOME, _own(Outcome)),
    _plain("theme", Theme, THEME, _decided(Theme)),
    _plain("commitment", Commitment, COMMITMENT, _decided(Commitment)),
)
