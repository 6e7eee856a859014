"""Tables of assessments: which questionnaire a project answers, each answer with its source, and what was published when."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from participation.kit.database import Base


class AssessmentState(StrEnum):
    DRAFT = "draft"
    REVIEW = "review"
    """Handed in; a second person reads it before it is published."""
    PUBLISHED = "published"


class Source(StrEnum):
    """Who says it."""

    CITY = "city"
    SUPPLIER = "supplier"
    INDEPENDENT = "independent"
    NOBODY = "nobody"


class Ground(StrEnum):
    """The closed list of grounds on which an office may keep an answer to itself for a while."""

    SECURITY = "security"
    NEGOTIATION = "negotiation"
    COURT = "court"
    THIRD_PARTY = "third_party"


class Questionnaires(Base):
    """A questionnaire that a city has brought in; the shipped ones are files."""

    __tablename__ = "questionnaire"

    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class QuestionnaireCopy(Base):
    """A questionnaire as it was when an assessment was published with it, under the hash of all that it says.

    Shipped kinds are files, which a newer platform may bring in other words: what was answered is read with what was asked.
    """

    __tablename__ = "questionnaire_copy"

    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"), primary_key=True)
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any]]


class Assessment(Base):
    """A project's answers to one questionnaire: the draft that offices work on, and how far it is."""

    __tablename__ = "assessment"
    __table_args__ = (sa.UniqueConstraint("project_id", "kind"),)

    id: Mapped[int] = mapped_column(sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"))
    kind: Mapped[str]
    questionnaire: Mapped[int]
    """Version of the questionnaire that is answered."""
    state: Mapped[str] = mapped_column(default=AssessmentState.DRAFT)
    submitted_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    submitted_at: Mapped[datetime | None]
    """Since when it waits for a second person."""
    published: Mapped[int] = mapped_column(default=0)
    """How many times it has been published."""
    published_at: Mapped[datetime | None]
    review_on: Mapped[date | None]
    """When the city looks at it again."""
    created_at: Mapped[datetime]


class Answer(Base):
    """What is answered to one question of a project; facts are shared by all its questionnaires."""

    __tablename__ = "assessment_answer"

    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"), primary_key=True)
    about: Mapped[str] = mapped_column(primary_key=True)
    """`kind/question`, or `fact/name`."""
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    chosen: Mapped[list[str]]
    """Choices, or a number or a day as it is written; empty for words."""
    words: Mapped[dict[str, str]] = mapped_column(default=dict)
    """Text per language."""
    marks: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Language -> how the text came to be in it; see `kit.marks`."""
    source: Mapped[str] = mapped_column(default=Source.CITY)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    """Whose answer it is, word for word, where the city took over what an organisation filed."""
    ground: Mapped[str | None]
    """Why it is kept internal; None: it is public."""
    office: Mapped[str | None]
    internal_until: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)
    """Goes up with each change, so that two officials do not overwrite each other."""


class Suggestion(Base):
    """An answer from elsewhere (an earlier project) that an official may take: none of the project's until somebody saves it."""

    __tablename__ = "assessment_suggestion"

    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"), primary_key=True)
    about: Mapped[str] = mapped_column(primary_key=True)
    """As an answer's: `kind/question`, or `fact/name`."""
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    chosen: Mapped[list[str]]
    words: Mapped[dict[str, str]]
    source: Mapped[str]
    origin: Mapped[dict[str, Any]]
    """Where it comes from: `names` per language, and the `address` of its page without the language."""


class AssessmentVersion(Base):
    """An assessment as it stood when it was published: never changed again."""

    __tablename__ = "assessment_version"
    __table_args__ = (
        sa.ForeignKeyConstraint(["city_id", "asked"], ["questionnaire_copy.city_id", "questionnaire_copy.digest"]),
    )

    assessment_id: Mapped[int] = mapped_column(sa.ForeignKey("assessment.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    questionnaire: Mapped[int]
    asked: Mapped[bytes]
    """The hash of the questionnaire as it was then."""
    answers: Mapped[dict[str, Any]]
    """Question -> what was answered, by whom, and of what is kept internal the ground, the end and a hash, without its words."""
    score: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class AssessmentWords(Base):
    """What a public answer of the newest published version can be found by, in one language."""

    __tablename__ = "assessment_words"
    __table_args__ = (sa.Index("ix_assessment_words_words", "words", postgresql_using="gin"),)

    assessment_id: Mapped[int] = mapped_column(sa.ForeignKey("assessment.id"), primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"))
    section: Mapped[str]
    place: Mapped[int]
    """The question's place in its questionnaire."""
    fact: Mapped[bool]
    """Asked once for the project: under the same name in each assessment that asks for it."""
    words: Mapped[str] = mapped_column(TSVECTOR)


class WithheldAnswer(Base):
    """What an internal answer of a published version says. Nobody but the office reads it before its day; then everybody does."""

    __tablename__ = "assessment_withheld"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["assessment_id", "number"], ["assessment_version.assessment_id", "assessment_version.number"]
        ),
        sa.Index("ix_assessment_withheld_due", "city_id", "until", postgresql_where=sa.text("opened_at is null")),
    )

    assessment_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    until: Mapped[date]
    """From this day on it is public. A later version, published before this day, may move it to a later one."""
    body: Mapped[dict[str, Any]]
    opened_at: Mapped[datetime | None]
    """When the record took note that it had become public."""
