"""Documents, meetings and indicators of a project are texts of its languages like its own words."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from participation.domain.ladder import operations as ladder
from participation.domain.ladder.languages import queries
from participation.domain.ladder.languages.machine.models import Proposal, ProposalState
from participation.domain.ladder.languages.rules import Standing, tally
from participation.domain.projects.documents.models import Document, DocumentEdition, DocumentKind, DocumentState
from participation.domain.projects.meetings import operations as meetings
from participation.domain.projects.models import Indicator, Project
from participation.domain.record.models import RecordEntry
from participation.kit import marks
from participation.kit.database import Database, Session
from participation.kit.marks import fingerprint
from tests.browsing import Browser, forms, sign_in_as
from tests.cast import DAY, NOW, Cast
from tests.drafting import complete, publish
from tests.meeting import REASONS, announced, everything, said
from tests.promises.promised import READING, WRITING, statements

SLUG = "flood-sirens"
DESK = f"/staff/projects/{SLUG}/languages"


@pytest.fixture
async def sirens(session: Session, cast: Cast, tmp_path: Path) -> Project:
    project = await publish(session, cast, await complete(session, cast), tmp_path)
    await session.commit()
    return project


@pytest.fixture
async def omar(visitor: Browser, app: Any, cast: Cast, sirens: Project) -> Browser:
    await sign_in_as(visitor, app, cast.omar)
    return visitor


async def document(session: Session, project: Project, number: int = 1, **other: Any) -> Document:
    """Public, in both required languages, unless something else is said."""
    made = Document(
        **{"city_id": project.city_id, "project_id": project.id, "number": number, "kind": DocumentKind.PLAN},
        **{"state": DocumentState.PUBLISHED, "language": "en", "created_at": NOW, "published_at": NOW} | other,
    )
    for field, texts in (
        ("titles", {"en": "Where the sirens stand", "sw": "Ving'ora vitakaa wapi"}),
        ("alternatives", {"en": "Nine poles along the river.", "sw": "Nguzo tisa kando ya mto."}),
    ):
        marks.say(made, field, texts, ("en", "sw"))
    made.whole_in = ["en", "sw"]
    session.add(made)
    await session.flush()
    session.add(
        DocumentEdition(
            **{"city_id": project.city_id, "document_id": made.id, "number": 1, "format": "pdf", "digest": "0" * 64},
            **{"media_type": "application/pdf", "size": 9, "name": "plan", "facts": {}, "pictures": [], "at": NOW},
        )
    )
    await session.commit()
    return made


async def standing(session: Session, project: Project, key: str, language: str) -> Standing:
    number = sa.inspect(project).identity[0]
    session.expire_all()
    found = {saying.key: saying for saying in await queries.sayings(session, number)}
    return found[key].standing(language)


def complete_in(page: str) -> str:
    return page.split("Complete in:")[1].split("</p>")[0] if "Complete in:" in page else ""


async def kinds(session: Session) -> list[str]:
    return list(await session.scalars(sa.select(RecordEntry.kind).order_by(RecordEntry.id)))


async def test_a_project_is_not_complete_in_a_language_in_which_its_documents_are_not(
    omar: Browser, session: Session, sirens: Project
) -> None:
    number = sirens.id
    assert "Kiswahili" in complete_in((await omar.get(f"/en/projects/{SLUG}")).text)
    made = await document(session, sirens)
    marks.say(made, "titles", {"en": "Where they stand"}, ("en", "sw"))
    made.whole_in = ["en"]
    await session.commit()
    session.expire_all()
    page = (await omar.get(f"/en/projects/{SLUG}")).text
    assert "English" in complete_in(page)
    assert "Kiswahili" not in complete_in(page)
    sayings = await queries.sayings(session, number)
    assert tally(sayings, "en").complete
    assert tally(sayings, "sw").missing == 1
    assert "1 missing" in (await omar.get(DESK)).text


async def test_a_document_is_translated_beside_its_source_in_public_and_found_by_its_words(
    omar: Browser, session: Session, sirens: Project
) -> None:
    made = await document(session, sirens)
    await omar.get(f"{DESK}/ar/document.{made.id}.titles")
    assert "Where the sirens stand" in omar.page.text
    page = await omar.send({"text": "أين تقف الصفارات"})
    assert str(page.url).endswith(f"/ar/document.{made.id}.alternatives?from=en"), "on to the next that is missing"
    assert await standing(session, sirens, f"document.{made.id}.titles", "ar") is Standing.WHOLE
    assert "أين تقف الصفارات" in (await omar.get(f"/ar/projects/{SLUG}/documents/1")).text
    assert "أين تقف الصفارات" in (await omar.get("/ar/search?word=الصفارات")).text
    assert (await kinds(session))[-1] == "translation_added"
    await session.refresh(made)
    assert made.changes == 2
    assert made.whole_in == ["en", "sw"], "what it says in words is missing in Arabic"


async def test_a_changed_document_is_out_of_date_in_other_languages_and_keeps_a_consultation_shut(
    omar: Browser, session: Session, cast: Cast, sirens: Project
) -> None:
    number = (await document(session, sirens)).id
    desk = f"/staff/projects/{SLUG}"
    await omar.get(f"{desk}/documents/1")
    page = await omar.send({"do": "save", "alternative.en": "Ten poles along the river."})
    assert page.status_code == 200
    assert await standing(session, sirens, f"document.{number}.alternatives", "sw") is Standing.STALE
    page = await omar.get(f"/sw/projects/{SLUG}/documents/1")
    assert page.text.count("(Tafsiri hii") == 1
    assert "(Tafsiri hii" in (await omar.get(f"/sw/projects/{SLUG}/documents")).text
    assert await ladder.open_due(session, city=cast.city, at=NOW + 11 * DAY) == []
    await session.commit()
    assert f'href="{desk}/languages/sw"' in (await omar.get(desk)).text
    await omar.get(f"{DESK}/sw/document.{number}.alternatives")
    await omar.send({})
    assert (await kinds(session))[-1] == "translation_confirmed"
    session.expire_all()
    assert len(await ladder.open_due(session, city=cast.city, at=NOW + 11 * DAY)) == 1


async def test_a_draft_is_not_published_on_a_translation_that_is_out_of_date(
    omar: Browser, session: Session, sirens: Project
) -> None:
    made = await document(session, sirens, state=DocumentState.DRAFT, published_at=None)
    before = await kinds(session)
    await omar.get(f"/staff/projects/{SLUG}/documents/1")
    page = await omar.send({"do": "publish", "title.en": "Where sirens stand"})
    assert page.status_code == 422
    assert "What this was translated from has changed since" in page.text
    await omar.get(f"/staff/projects/{SLUG}/documents/1")
    await omar.send({"do": "save", "title.en": "Where sirens stand"})
    await omar.get(f"{DESK}/sw/document.{made.id}.titles")
    await omar.send({})
    assert await kinds(session) == before, "of a draft nobody is told"
    await omar.get(f"/staff/projects/{SLUG}/documents/1")
    assert (await omar.send({"do": "publish"})).status_code == 200
    assert (await kinds(session))[-1] == "document_published"


async def test_of_a_withdrawn_document_the_title_and_the_reason_can_be_added_in_other_languages(
    omar: Browser, session: Session, sirens: Project
) -> None:
    made = await document(session, sirens)
    await omar.get(f"/staff/projects/{SLUG}/documents/1/withdraw")
    await omar.send({"reasons.en": "It was wrong.", "reasons.sw": "Haikuwa sahihi."})
    assert (await omar.get(f"{DESK}/ar/document.{made.id}.alternatives")).status_code == 404
    assert "This was announced in these words" in (await omar.get(f"{DESK}/sw/document.{made.id}.reasons")).text
    await omar.get(f"{DESK}/ar/document.{made.id}.reasons")
    await omar.send({"text": "كانت خاطئة."})
    assert "كانت خاطئة." in (await omar.get(f"/ar/projects/{SLUG}/documents/1")).text


async def test_what_was_announced_of_a_meeting_is_said_in_another_language_and_never_otherwise(
    omar: Browser, session: Session, cast: Cast, sirens: Project
) -> None:
    made = await announced(session, cast, sirens)
    await session.commit()
    assert "This was announced in these words" in (await omar.get(f"{DESK}/sw/meeting.{made.id}.venue")).text
    await omar.get(f"{DESK}/ar/meeting.{made.id}.venue")
    assert "School, Quay Road" in omar.page.text
    await omar.send({"text": "المدرسة، طريق الرصيف"})
    assert "المدرسة، طريق الرصيف" in (await omar.get(f"/ar/projects/{SLUG}/meetings/{made.id}")).text
    await session.refresh(made)
    assert (made.version, made.whole_in) == (2, ["en", "sw"])
    assert (await kinds(session))[-1] == "translation_added"


async def test_a_meeting_that_is_corrected_in_one_language_is_out_of_date_in_the_others_until_they_are(
    omar: Browser, session: Session, cast: Cast, sirens: Project
) -> None:
    number = (await announced(session, cast, sirens)).id
    other = replace(said(cast), agenda={"en": "Where ten sirens stand.", "sw": "Ving'ora vitakaa wapi."})
    common = await everything(session, cast, sirens)
    await meetings.change(session, meeting_id=number, version=1, said=other, reasons={}, **common)
    await session.commit()
    assert await standing(session, sirens, f"meeting.{number}.agenda", "sw") is Standing.STALE
    assert "(Tafsiri hii" in (await omar.get(f"/sw/projects/{SLUG}/meetings/{number}")).text
    assert "Kiswahili" not in complete_in((await omar.get(f"/en/projects/{SLUG}")).text)
    await omar.get(f"{DESK}/sw/meeting.{number}.agenda")
    await omar.send({"text": "Ving'ora kumi vitakaa wapi."})
    assert await standing(session, sirens, f"meeting.{number}.agenda", "sw") is Standing.WHOLE
    assert "Kiswahili" in complete_in((await omar.get(f"/en/projects/{SLUG}")).text)


async def test_why_a_meeting_was_moved_can_be_said_in_another_language(
    omar: Browser, session: Session, cast: Cast, sirens: Project
) -> None:
    made = await announced(session, cast, sirens)
    common = await everything(session, cast, sirens)
    await meetings.change(session, meeting_id=made.id, version=1, said=said(cast, 6 * DAY), reasons=REASONS, **common)
    await session.commit()
    sayings = await queries.sayings(session, sirens.id)
    key = next(one.key for one in sayings if one.key.startswith("moved."))
    await omar.get(f"{DESK}/ar/{key}")
    await omar.send({"text": "القاعة مغمورة بالماء."})
    assert "القاعة مغمورة بالماء." in (await omar.get(f"/ar/projects/{SLUG}/meetings/{made.id}")).text


async def test_an_indicator_is_translated_and_counts_only_while_it_is_up_to_date(
    omar: Browser, session: Session, cast: Cast, sirens: Project
) -> None:
    number = await session.scalar(sa.select(Indicator.id).where(Indicator.project_id == sirens.id))
    await omar.get(f"{DESK}/ar/indicator.{number}.names")
    await omar.send({"text": "منازل تسمع الصفارة"})
    page = await omar.get(f"/ar/projects/{SLUG}/conditions")
    assert "منازل تسمع الصفارة" in page.text
    assert (await kinds(session))[-1] == "project_edited"
    await omar.get(f"/staff/projects/{SLUG}/indicators/{number}")
    await omar.send({"names.en": "Homes that hear a siren well"})
    assert await standing(session, sirens, f"indicator.{number}.names", "sw") is Standing.STALE
    assert "قد تكون هذه الترجمة أقدم" in (await omar.get(f"/ar/projects/{SLUG}/conditions")).text
    assert await ladder.open_due(session, city=cast.city, at=NOW + 11 * DAY) == []


async def test_a_machines_words_about_a_document_are_labelled_and_count_for_nothing(
    omar: Browser, session: Session, sirens: Project
) -> None:
    made = await document(session, sirens)
    key = f"document.{made.id}.titles"
    session.add(
        Proposal(
            **{"project_id": sirens.id, "key": key, "language": "ar", "city_id": sirens.city_id, "source": "en"},
            **{"of": fingerprint("Where the sirens stand"), "text": "أين الصفارات", "provider": "LibreTranslate"},
            **{"state": ProposalState.DONE, "next_at": NOW},
        )
    )
    await session.commit()
    await omar.get(f"{DESK}/ar/{key}")
    await omar.send({"show": "1"})
    for page in (f"/ar/projects/{SLUG}/documents/1", f"/ar/projects/{SLUG}/documents"):
        found = (await omar.get(page)).text
        assert "أين الصفارات" in found
        assert "ترجمة آلية من LibreTranslate؛ لم يراجعها إنسان" in found, page
    assert await standing(session, sirens, key, "ar") is Standing.MACHINE
    await omar.get(f"{DESK}/ar/{key}")
    await omar.send({})
    assert "لم يراجعها إنسان" not in (await omar.get(f"/ar/projects/{SLUG}/documents/1")).text


async def test_what_is_not_there_in_the_readers_language_says_in_which_it_is_shown(
    omar: Browser, session: Session, cast: Cast, sirens: Project
) -> None:
    await document(session, sirens)
    made = await announced(session, cast, sirens)
    await session.commit()
    for page in ("documents", "documents/1", "meetings", f"meetings/{made.id}", "conditions"):
        assert "ليس بلغتك بعد" in (await omar.get(f"/ar/projects/{SLUG}/{page}")).text, page


async def test_these_pages_keep_the_budgets_of_statements(
    omar: Browser, database: Database, session: Session, cast: Cast, sirens: Project
) -> None:
    made = await document(session, sirens)
    met = await announced(session, cast, sirens)
    await session.commit()
    number = await session.scalar(sa.select(Indicator.id).where(Indicator.project_id == sirens.id))
    for key in (f"document.{made.id}.titles", f"meeting.{met.id}.agenda", f"indicator.{number}.units"):
        with statements(database) as asked:
            page = await omar.get(f"{DESK}/ar/{key}")
        assert len(asked) <= READING, asked
        with statements(database) as asked:
            await omar.client.post(str(page.url), data=dict(forms(page.text)[-1].fields) | {"text": "نص"})
        assert len(asked) <= WRITING, (key, asked)
    for path in (f"{DESK}", f"{DESK}/ar", f"/en/projects/{SLUG}", f"/staff/projects/{SLUG}"):
        with statements(database) as asked:
            await omar.get(path)
        assert len(asked) <= READING, (path, asked)
