"""Assessments, documents, steps and meetings as open data, and the dictionary that says what each field means."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from openapi_spec_validator import validate

from participation.channels.opendata.addresses import DATA
from participation.channels.opendata.dictionary import rows as described
from participation.channels.opendata.openapi import document
from participation.domain.ladder import operations as ladder
from participation.domain.projects.assessments.models import Assessment, AssessmentVersion, WithheldAnswer
from participation.domain.projects.documents.models import Document, DocumentEdition, DocumentKind, DocumentState
from participation.domain.projects.forms import Extension
from participation.domain.projects.meetings import operations as meetings
from participation.domain.projects.models import Project, ProjectState, Step, StepKind
from participation.kit.database import Session
from tests.browsing import Browser, browser
from tests.cast import DAY, NOW, Cast, found
from tests.channels.test_opendata import read, rows
from tests.consulting import consulted
from tests.drafting import assessed, complete, publish
from tests.meeting import REASONS, announced, everything
from tests.stage import Clock

API = "/api/v1"
SIRENS = f"{API}/projects/sirens"


@pytest.fixture
async def sirens(session: Session, cast: Cast) -> Project:
    project = await consulted(session, cast)
    await session.commit()
    return project


async def items(visitor: Browser, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await read(visitor, path))["items"]
    return found


async def version_of(session: Session, kind: str) -> AssessmentVersion:
    wanted = sa.select(AssessmentVersion).join(Assessment, Assessment.id == AssessmentVersion.assessment_id)
    return (await session.execute(wanted.where(Assessment.kind == kind))).scalar_one()


# Assessments


async def test_an_assessment_says_how_it_came_out_and_when_it_is_looked_at_again(
    visitor: Browser, session: Session, sirens: Project
) -> None:
    await assessed(session, sirens, "screening", "risk")
    score = {"risk": 30, "mitigation": 4, "total": 26, "most": 40, "level": "high", "unresolved": 2}
    (await version_of(session, "risk")).score = score
    await session.execute(sa.update(Assessment).values(review_on=date(2027, 2, 28)))
    await session.commit()
    screening, risk = await items(visitor, f"{API}/assessments")
    assert (screening["kind"], screening["level"]) == ("screening", None)
    assert {name: risk[name] for name in ("project", "kind", "version", "level", "risk", "mitigation", "score")} == {
        **{"project": "sirens", "kind": "risk", "version": 1},
        **{"level": "high", "risk": 30, "mitigation": 4, "score": 26},
    }
    assert (risk["unresolved"], risk["review_on"], risk["review_overdue"]) == (2, "2027-02-28", True)
    assert risk["page"] == "http://testserver/en/projects/sirens/assessments/risk"
    assert await items(visitor, f"{SIRENS}/assessments") == [screening, risk]
    (first,) = rows(await visitor.get(f"{API}/assessments.csv?limit=1"))
    assert (first["level"], first["kind"], first["review_overdue"]) == ("", "screening", "true")


async def test_answers_are_told_with_their_question_and_source(
    visitor: Browser, session: Session, sirens: Project
) -> None:
    await assessed(session, sirens, "screening")
    version = await version_of(session, "screening")
    version.answers = {
        "size": {"chosen": ["small"], "words": {}, "source": "supplier"},
        "technology": {"chosen": ["unknown"], "words": {}, "source": "nobody"},
    }
    await session.commit()
    answers = {answer["question"]: answer for answer in await items(visitor, f"{SIRENS}/assessments/screening")}
    assert set(answers) == {"size", "technology"}
    size = answers["size"]
    assert (size["chosen"], size["source"], size["unresolved"]) == (["small"], "supplier", False)
    assert size["asked"]["en"]
    assert size["answer"]["en"]
    assert answers["technology"]["unresolved"]
    (row, _) = rows(await visitor.get(f"{SIRENS}/assessments/screening.csv?language=en"))
    assert [name for name in row if name.startswith("asked")] == ["asked_en"]


async def test_a_withheld_answer_is_told_by_its_ground_office_and_day_alone(
    visitor: Browser, session: Session, sirens: Project, clock: Clock
) -> None:
    await assessed(session, sirens, "screening")
    version = await version_of(session, "screening")
    until = (NOW + 5 * DAY).date()
    said = {"ground": "security", "office": "Water Office", "until": until.isoformat(), "hash": "abc"}
    version.answers = {"size": said}
    body = {"chosen": ["small"], "words": {"en": "Nobody knows yet"}, "source": "city"}
    session.add(
        WithheldAnswer(
            **{"assessment_id": version.assessment_id, "number": 1, "question": "size"},
            **{"city_id": sirens.city_id, "until": until, "body": body},
        )
    )
    await session.commit()
    (answer,) = await items(visitor, f"{SIRENS}/assessments/screening")
    assert answer.pop("asked")["en"]
    assert answer == {
        **{"section": answer["section"], "question": "size", "chosen": [], "answer": {}, "source": None},
        **{"unresolved": False, "ground": "security", "office": "Water Office", "public_from": until.isoformat()},
    }
    assert (await items(visitor, f"{API}/assessments"))[0]["withheld"] == 1
    clock.now = NOW + 5 * DAY
    (answer,) = await items(visitor, f"{SIRENS}/assessments/screening")
    assert (answer["chosen"], answer["office"], answer["public_from"]) == (["small"], None, until.isoformat())
    assert "Nobody knows yet" in answer["answer"].values()
    assert (await items(visitor, f"{API}/assessments"))[0]["withheld"] == 0


@pytest.mark.parametrize("kind", ["risk", "nothing", "a%00b", "x" * 61, "%ED%A0%80"])
async def test_an_assessment_that_is_not_published_is_a_problem(
    visitor: Browser, session: Session, sirens: Project, kind: str
) -> None:
    await assessed(session, sirens, "risk")
    await session.execute(sa.update(Assessment).values(published=0))
    await session.commit()
    assert await items(visitor, f"{API}/assessments") == []
    answer = await visitor.get(f"{SIRENS}/assessments/{kind}")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


# Documents, steps, meetings


async def test_a_document_carries_its_hash_and_a_withdrawn_one_its_reason_and_no_file(
    visitor: Browser, session: Session, sirens: Project
) -> None:
    made = [documented(session, sirens, number) for number in (1, 2, 3)]
    made[1].state, made[1].withdrawn_at, made[1].reasons = DocumentState.WITHDRAWN, NOW, {"en": "It was wrong."}
    made[2].state = DocumentState.DRAFT
    await session.flush()
    session.add_all(edition_of(each) for each in made)
    await session.commit()
    contract, withdrawn = await items(visitor, f"{API}/documents")
    assert (contract["project"], contract["kind"], contract["code"]) == ("sirens", "contract", "contractSigned")
    assert (contract["sha256"], contract["size"]) == ("1" * 64, 1_000)
    assert contract["file"].startswith("http://testserver/documents/")
    assert (withdrawn["state"], withdrawn["reason"], withdrawn["file"]) == (
        "withdrawn",
        {"en": "It was wrong."},
        None,
    )
    page = await read(visitor, f"{SIRENS}/documents?limit=1")
    assert page["items"] == [contract]
    assert (await read(visitor, page["next"]))["items"] == [withdrawn]


async def test_a_document_is_read_alone_with_every_file_that_it_has_had(
    visitor: Browser, session: Session, sirens: Project
) -> None:
    made = [documented(session, sirens, number) for number in (1, 2)]
    made[0].editions = 2
    made[1].state = DocumentState.DRAFT
    await session.flush()
    second = edition_of(made[0])
    second.number, second.digest, second.name = 2, "f" * 64, "contract-1-signed"
    session.add_all([*(edition_of(each) for each in made), second])
    await session.commit()
    (line,) = await items(visitor, f"{SIRENS}/documents")
    whole = await read(visitor, f"{SIRENS}/documents/{made[0].id}")
    files = whole.pop("files")
    assert whole == line
    assert [(each["edition"], each["sha256"][0]) for each in files] == [(2, "f"), (1, "1")]
    assert files[0]["file"] == line["file"] != files[1]["file"]
    (row,) = rows(await visitor.get(f"{SIRENS}/documents/{made[0].id}.csv?language=en"))
    assert (row["title_en"], row["sha256"]) == ("Contract 1", "f" * 64)
    for other in (made[1].id, made[0].id + 1_000, 0, "x"):
        answer = await visitor.get(f"{SIRENS}/documents/{other}")
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def documented(session: Session, project: Project, number: int) -> Document:
    made = Document(
        **{"city_id": project.city_id, "project_id": project.id, "number": number, "kind": DocumentKind.CONTRACT},
        **{"state": DocumentState.PUBLISHED, "language": "en", "titles": {"en": f"Contract {number}"}},
        **{"alternatives": {"en": "Nine sirens."}, "created_at": NOW - DAY, "published_at": NOW},
    )
    session.add(made)
    return made


def edition_of(document: Document) -> DocumentEdition:
    return DocumentEdition(
        **{"city_id": document.city_id, "document_id": document.id, "number": 1, "format": "pdf"},
        **{"media_type": "application/pdf", "digest": str(document.number) * 64, "size": 1_000},
        **{"name": f"contract-{document.number}", "facts": {}, "pictures": [], "at": NOW},
    )


async def test_a_step_says_what_it_owed_and_when_that_was_given(
    visitor: Browser, session: Session, cast: Cast, tmp_path: Path, clock: Clock
) -> None:
    project = await complete(session, cast)
    await publish(session, cast, project, tmp_path)
    await session.commit()
    (planned,) = await items(visitor, f"{API}/steps")
    assert (planned["project"], planned["step"], planned["state"]) == (project.slug, "consultation", "planned")
    assert (planned["owed"], planned["given_at"], planned["opened_at"]) == ([], None, None)
    clock.now = NOW + 10 * DAY
    await ladder.open_due(session, city=cast.city, at=clock.now, project_id=project.id)
    await session.commit()
    (opened,) = await items(visitor, f"{API}/projects/{project.slug}/steps")
    assert (opened["state"], opened["opened_at"]) == ("open", "2027-03-11T09:00:00Z")
    assert {"title", "notice", "assessments"} <= set(opened["owed"])
    owed = await items(visitor, f"{API}/projects/{project.slug}/owed")
    assert {item["step"] for item in owed} == {"information", "consultation"}
    assert [item["code"] for item in owed if item["step"] == "consultation"] == opened["owed"]
    given = [item["given_at"] for item in owed if item["step"] == "consultation" and item["given_at"]]
    assert max(given) == opened["given_at"] <= opened["opened_at"]
    (notice,) = [item for item in owed if (item["step"], item["code"]) == ("consultation", "notice")]
    assert notice["days"] >= notice["least"] > 0
    whole = await read(visitor, f"{API}/projects/{project.slug}/steps/consultation")
    assert whole.pop("given") == [
        {name: value for name, value in item.items() if name != "step"}
        for item in owed
        if item["step"] == "consultation"
    ]
    assert whole.pop("moved") == []
    assert whole == opened
    (row,) = rows(await visitor.get(f"{API}/projects/{project.slug}/steps/consultation.csv"))
    assert (row["state"], row["project"]) == ("open", project.slug)
    for other in ("decision", "information", "x1", "%20"):
        assert (await visitor.get(f"{API}/projects/{project.slug}/steps/{other}")).status_code == 404


async def test_a_step_that_was_extended_says_from_when_to_when_and_why(
    visitor: Browser, session: Session, cast: Cast, tmp_path: Path
) -> None:
    project = await complete(session, cast, opens=timedelta(0))
    await publish(session, cast, project, tmp_path)
    (before,) = await items(visitor, f"{API}/steps")
    (step,) = (await session.scalars(sa.select(Step).where(Step.project_id == project.id))).all()
    said = Extension(step.closes_at + 5 * DAY, {"en": "It rained.", "sw": "Ilinyesha."})
    by: dict[str, Any] = {"city": cast.city, "project": project, "actor": cast.omar}
    await ladder.extend(session, kind=StepKind.CONSULTATION, said=said, at=NOW, **by)
    await session.commit()
    (moved,) = (await read(visitor, f"{API}/projects/{project.slug}/steps/consultation?language=sw"))["moved"]
    assert (moved["closed_before"], moved["reason"]) == (before["closes_at"], {"sw": "Ilinyesha."})


async def test_a_project_is_one_row_of_a_table(visitor: Browser, sirens: Project) -> None:
    (row,) = rows(await visitor.get(f"{SIRENS}.csv?language=en"))
    assert (row["slug"], row["title_en"]) == ("sirens", "About sirens")


async def test_meetings_are_told_with_what_came_of_them(
    visitor: Browser, session: Session, cast: Cast, sirens: Project
) -> None:
    first, second = [await announced(session, cast, sirens, n * DAY) for n in (5, 6)]
    common = await everything(session, cast, sirens)
    await meetings.cancel(session, meeting_id=second.id, reasons=REASONS, **common)
    await session.commit()
    held, cancelled = await items(visitor, f"{API}/meetings?language=en")
    assert (held["id"], held["projects"], held["place"]) == (first.id, ["sirens"], "harbour")
    assert held["venue"] == {"en": "School, Quay Road"}
    assert (held["cancelled_at"], held["attended"]) == (None, None)
    assert cancelled["cancelled_at"] == "2027-03-01T09:00:00Z"
    assert [item["id"] for item in await items(visitor, f"{SIRENS}/meetings")] == [first.id, second.id]
    (row, _) = rows(await visitor.get(f"{API}/meetings.csv"))
    assert (row["projects"], row["spoken"]) == ("sirens", "en sw")


async def test_nothing_of_a_draft_or_of_another_city_is_in_any_list(
    visitor: Browser, app: Any, session: Session, cast: Cast, sirens: Project
) -> None:
    await assessed(session, sirens, "screening")
    await announced(session, cast, sirens)
    made = documented(session, sirens, 1)
    await session.flush()
    session.add(edition_of(made))
    await found(session, "pwani", host="pwani.example")
    await session.execute(sa.text("update city set host = 'testserver' where slug = 'tamarani'"))
    await session.commit()
    await app.site.load()
    there = browser(app, "http://pwani.example")
    for name in ("assessments", "documents", "steps", "meetings"):
        assert await items(visitor, f"{API}/{name}")
        assert await items(there, f"{API}/{name}") == []
    sirens.state = ProjectState.DRAFT
    await session.commit()
    for name in ("assessments", "documents", "steps", "meetings"):
        assert await items(visitor, f"{API}/{name}") == []
        assert (await visitor.get(f"{SIRENS}/{name}")).status_code == 404
    assert (await visitor.get(f"{SIRENS}/owed")).status_code == 404
    assert (await visitor.get(f"{SIRENS}/assessments/screening")).status_code == 404


# The dictionary


async def test_every_field_and_every_column_stands_in_the_dictionary(visitor: Browser, sirens: Project) -> None:
    told = await items(visitor, f"{API}/dictionary")
    for address in DATA:
        mine = [row for row in told if row["address"] == address.path]
        assert {row["field"].split(".")[0].removesuffix("[]") for row in mine} == {f.name for f in address.shape.fields}
        assert all(row["meaning"] and row["type"] for row in mine)
        if address.table:
            header = {name: None for row in mine for name in (row["column"] or "").split()}
            assert list(header) == list(address.shape.cells(None, ("*",)))


async def test_the_dictionary_says_units_lists_and_what_may_be_missing(visitor: Browser) -> None:
    told = {(row["address"], row["field"]): row for row in rows(await visitor.get(f"{API}/dictionary.csv"))}
    size = told[f"{API}/documents", "size"]
    assert (size["type"], size["unit"], size["missing"], size["column"]) == ("integer", "bytes", "false", "size")
    title = told[f"{API}/projects", "title"]
    assert (title["type"], title["column"]) == ("text by language", "title_*")
    level = told[f"{API}/assessments", "level"]
    assert (level["missing"], level["values"]) == ("true", "low moderate high very_high")
    assert told[f"{API}/projects", "consultation.allows[]"]["column"] == "consultation_allows"
    assert told[f"{API}/projects/{{slug}}", "indicators[].target.value"]["column"] == ""


def test_no_two_fields_of_an_address_have_one_name() -> None:
    for address in DATA:
        names = [row["field"] for row in described(address)]
        assert len(names) == len(set(names))


def test_the_description_is_valid(cast: Cast) -> None:
    validate(document(cast.city, "http://testserver"))
