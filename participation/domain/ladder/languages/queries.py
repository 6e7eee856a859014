"""Reads all that the city says of a project, in every language and with its marks: one statement, however much it is."""

from collections.abc import Iterator, Mapping
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
from participation.domain.projects.forms import LONGEST
from participation.domain.projects.models import Agreement, Project, ProjectText, Step, StepExtension
from participation.domain.projects.rules import TEXTS, WORDS
from participation.kit.database import Session
from participation.kit.i18n import Message, _
from participation.kit.marks import Mark, Texts

NAMES = 300
"""Characters at most of a name of something."""
REASONS = 2_000
PARTS = {
    "agreement": _("An agreement: with whom and about what"),
    "extension": _("Why a step was extended"),
    "ballot": _("The question of the ballot"),
    "theme.names": _("A theme of the decision"),
    "theme.reasons": _("What becomes of a theme, and why"),
    "commitment.names": _("A promise of the city"),
}


async def sayings(session: Session, project_id: int) -> list[Saying]:
    """In the order in which they are met: the project's own words, agreements, extensions, ballot, assessments, decision."""
    found: dict[str, list[Any]] = {}
    rows = (await session.execute(_everything(project_id))).all()
    for row in sorted(rows, key=lambda row: (len(row.id), row.id)):
        found.setdefault(row.kind, []).append(row)
    return [
        *_own({row.id: (row.texts, row.marks) for row in found.get("project", [])}),
        *(_one(row, PARTS["agreement"], NAMES) for row in found.get("agreement", [])),
        *(_one(row, PARTS["extension"], REASONS, Settled.SAID) for row in found.get("extension", [])),
        *(_question(row) for row in found.get("ballot", [])),
        *(_answer(row) for row in found.get("answer", [])),
        *(saying for row in found.get("outcome", []) for saying in _decision(row)),
        *(saying for kind in ("theme", "commitment") for row in found.get(kind, []) for saying in _part(row, kind)),
    ]


def _rows(kind: str, id: Any, texts: Any, marks: Any, extra: Any, *where: Any) -> sa.Select[Any]:
    return sa.select(
        sa.literal(kind).label("kind"),
        sa.cast(id, sa.Text).label("id"),
        sa.type_coerce(texts, JSONB).label("texts"),
        sa.type_coerce(marks, JSONB).label("marks"),
        sa.cast(extra, sa.Text).label("extra"),
    ).where(*where)


def _fields(model: Any, names: Any) -> Any:
    return sa.func.jsonb_build_object(*(part for name in names for part in (sa.literal(name), getattr(model, name))))


def _everything(project_id: int) -> sa.CompoundSelect[Any]:
    nothing = sa.null()
    told = sa.and_(Answer.ground.is_(None), Answer.words != sa.text("'{}'::jsonb"))
    parts = [
        _rows(kind, model.id, _fields(model, names), model.marks, nothing, Outcome.project_id == project_id).join(
            Outcome, Outcome.id == model.outcome_id
        )
        for kind, model, names in (("theme", Theme, ("names", "reasons")), ("commitment", Commitment, ("names",)))
    ]
    running = sa.and_(Ballot.project_id == project_id, Ballot.state != BallotState.CANCELLED)
    own = _fields(Outcome, OUTCOME_TEXTS)
    return sa.union_all(
        _rows(
            *("project", ProjectText.language, _fields(ProjectText, WORDS), ProjectText.marks, nothing),
            ProjectText.project_id == project_id,
        ),
        _rows("agreement", Agreement.id, Agreement.names, Agreement.marks, nothing, Agreement.project_id == project_id),
        _rows(
            *("extension", StepExtension.id, StepExtension.reasons, StepExtension.marks, nothing),
            Step.project_id == project_id,
        ).join(Step, Step.id == StepExtension.step_id),
        _rows("ballot", Ballot.id, Ballot.questions, Ballot.marks, Ballot.state, running),
        _rows("answer", Answer.about, Answer.words, Answer.marks, nothing, Answer.project_id == project_id, told),
        _rows("outcome", Outcome.id, own, Outcome.marks, Outcome.state, Outcome.project_id == project_id),
        *parts,
    )


def own_sayings(project: Project) -> list[Saying]:
    """A project's own words alone, with its texts loaded: no statement."""
    rows = {text.language: ({field: getattr(text, field) for field in WORDS}, text.marks) for text in project.texts}
    return list(_own(rows))


def _own(rows: Mapping[str, tuple[Mapping[str, str], Mapping[str, Mark]]]) -> Iterator[Saying]:
    """What every project has to say; and what this one says beyond that. By language: texts and marks, each by field."""
    for field, label in WORDS.items():
        texts = {language: said[field] for language, (said, _marks) in rows.items() if said[field]}
        marks = {language: marks[field] for language, (_said, marks) in rows.items() if field in marks}
        if texts or field in TEXTS:
            yield Saying(f"project.{field}", label, Texts(texts, marks), LONGEST[field], lines=field != "title")


def _one(row: Any, label: Message, most: int, settled: Settled = Settled.NO) -> Saying:
    return Saying(f"{row.kind}.{row.id}", label, Texts(row.texts, row.marks), most, settled)


def _question(row: Any) -> Saying:
    settled = Settled.NO if row.extra == BallotState.DRAFT else Settled.ALL
    return Saying(
        f"ballot.{row.id}", PARTS["ballot"], Texts(row.texts, row.marks), LONGEST_QUESTION, settled, lines=False
    )


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


def _decision(row: Any) -> Iterator[Saying]:
    for field, label in OUTCOME_TEXTS.items():
        if row.texts[field]:
            texts = Texts(row.texts[field], row.marks.get(field, {}))
            yield Saying(f"outcome.{row.id}.{field}", label, texts, outcomes.LONGEST[field])


def _part(row: Any, kind: str) -> Iterator[Saying]:
    for field in row.texts:
        texts = Texts(row.texts[field], row.marks.get(field, {}))
        most = outcomes.LONGEST_NAME if field == "names" else outcomes.LONGEST_REASONS
        yield Saying(f"{kind}.{row.id}.{field}", PARTS[f"{kind}.{field}"], texts, most)
