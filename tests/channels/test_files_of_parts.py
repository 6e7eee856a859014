"""A translators' file with all that hangs on a project takes a read and a write for each kind of thing, however much there is."""

import io
from pathlib import Path
from typing import Any

import polib
import pytest
import sqlalchemy as sa

from participation.domain.ladder.languages import queries
from participation.domain.ladder.languages.rules import tally
from participation.domain.outcomes.models import Commitment, Outcome, Theme
from participation.domain.projects.assessments.models import Answer
from participation.domain.projects.meetings.models import Meeting, MeetingChange
from participation.domain.projects.models import Agreement, Project, Step, StepExtension
from participation.kit.database import Database, Session
from tests.browsing import Browser, forms, sign_in_as
from tests.cast import DAY, NOW, Cast
from tests.channels.test_texts_of_parts import DESK, SLUG, document, kinds
from tests.drafting import complete, publish
from tests.meeting import announced
from tests.promises.promised import statements


@pytest.fixture
async def sirens(session: Session, cast: Cast, tmp_path: Path) -> Project:
    project = await publish(session, cast, await complete(session, cast), tmp_path)
    await session.commit()
    return project


@pytest.fixture
async def omar(visitor: Browser, app: Any, cast: Cast, sirens: Project) -> Browser:
    await sign_in_as(visitor, app, cast.omar)
    return visitor


async def extended(session: Session, project: Project) -> None:
    (step, *_rest) = await session.scalars(sa.select(Step).where(Step.project_id == project.id).order_by(Step.id))
    dates = {"closed_before": step.closes_at, "closes_now": step.closes_at, "at": NOW}
    marks = {"en": {"how": "person"}}
    reasons = {"en": "Many asked for more time."}
    session.add(StepExtension(city_id=project.city_id, step_id=step.id, reasons=reasons, marks=marks, **dates))


async def hung(session: Session, project: Project, number: int) -> None:
    """Some of what else may hang on a project: three agreements, moved meetings and answers, themes and promises of a draft."""
    city, marks = {"city_id": project.city_id}, {"en": {"how": "person"}}
    said: dict[str, Any] = {"names": {"en": "Lamps"}, "marks": {"names": marks}}
    outcome = await session.scalar(sa.select(Outcome).where(Outcome.project_id == project.id))
    if outcome is None:
        words: dict[str, Any] = {"decided": {"en": "Yes."}, "reasons": {}, "follows": {}, "created_at": NOW}
        outcome = Outcome(project_id=project.id, decision="adopted", marks={"decided": marks}, **words, **city)
        session.add(outcome)
        await session.flush()
    held = await session.scalars(sa.select(Meeting).order_by(Meeting.id.desc()).limit(3))
    for index, meeting in enumerate(held):
        at = {"started_before": NOW, "ended_before": NOW, "at": NOW, "cancels": False}
        was = {"place_before": meeting.place_id, "venue_before": {}, "reasons": {"en": "Rain."}}
        about = f"risk/asked-{number}-{index}"
        answered: dict[str, Any] = {"chosen": [], "words": {"en": "None."}, "marks": marks}
        session.add_all(
            (
                Agreement(project_id=project.id, signed_on=NOW.date(), binding=True, names={"en": "A bank"}, **city),
                MeetingChange(meeting_id=meeting.id, marks={"reasons": marks}, **at, **was, **city),
                Answer(project_id=project.id, about=about, **answered, **city),
                Theme(outcome_id=outcome.id, disposition="adopted", reasons={}, **said, **city),
                Commitment(outcome_id=outcome.id, office="Works", due=NOW.date(), **said, **city),
            )
        )


async def translated(omar: Browser, database: Database, words: str) -> int:
    """Everything that can be, in one file; how many statements that took."""
    file = polib.pofile((await omar.get(f"{DESK}/ar.po?from=en")).content.decode())
    for one in file:
        one.msgstr = f"{words} {one.msgctxt}"
    await omar.get(f"{DESK}/ar/file")
    data = dict(forms(omar.page.text)[-1].fields)
    with statements(database) as counted:
        page = await omar.client.post(
            f"{DESK}/ar/file", data=data, files={"file": ("texts.po", io.BytesIO(str(file).encode()))}
        )
    assert page.status_code == 200, page.text
    return len(counted)


async def test_each_document_in_a_file_says_what_it_is(omar: Browser, session: Session, sirens: Project) -> None:
    await document(session, sirens)
    file = polib.pofile((await omar.get(f"{DESK}/ar.po?from=en")).content.decode())
    (title,) = (one for one in file if one.msgctxt.endswith(".titles"))
    assert "The title of a document" in title.comment


async def test_a_file_with_documents_meetings_and_indicators_takes_nineteen_statements(
    omar: Browser, database: Database, session: Session, cast: Cast, sirens: Project
) -> None:
    """Six open the project, two keep the form from being sent twice and tell of it; three reads and eight writes are left."""
    for number in (1, 2, 3):
        await document(session, sirens, number)
        await announced(session, cast, sirens, number * DAY)
    await session.commit()
    assert await translated(omar, database, "نص") == 19


async def test_a_file_with_every_kind_of_thing_takes_no_more_for_more_of_them(
    omar: Browser, database: Database, session: Session, cast: Cast, sirens: Project
) -> None:
    asked = []
    for round_ in (1, 2):
        for number in range(3 * round_ - 2, 3 * round_ + 1):
            await document(session, sirens, number)
            await announced(session, cast, sirens, number * DAY)
            await extended(session, sirens)
        await hung(session, sirens, round_)
        await session.commit()
        asked.append(await translated(omar, database, f"نص {round_}"))
    number = sirens.id
    session.expire_all()
    assert tally(await queries.sayings(session, number), "ar").complete
    assert "نص 2 document" in (await omar.get(f"/ar/projects/{SLUG}/documents/6")).text
    assert asked == [31, 31]
    told = (await kinds(session))[-6:]
    assert told == ["project_edited", *["translation_added"] * 5], "three reasons, documents, meetings"
