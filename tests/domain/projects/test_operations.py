"""Officials write, publish, edit and extend; the record and the history keep up with them."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from participation.domain.people.models import Role
from participation.domain.places.queries import CityView
from participation.domain.projects import operations, queries
from participation.domain.projects.agreements import operations as agreements
from participation.domain.projects.forms import AgreementSaid, Dates, Extension, Facts, NewProject
from participation.domain.projects.models import Project, ProjectKind, ProjectState, ProjectVersion, Step, StepKind
from participation.domain.projects.rules import by_kind
from participation.domain.projects.steps import operations as steps
from participation.domain.projects.texts.queries import versions
from participation.domain.record.queries import history_of
from participation.kit.database import Session
from participation.kit.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.cast import DAY, NOW, Cast, staff
from tests.drafting import WORDS, complete, drafted, publish


def by_omar(cast: Cast, project: Project) -> dict[str, Any]:
    return {"city": cast.city, "project": project, "actor": cast.omar, "at": NOW}


async def entries(session: Session, project: Project) -> list[Any]:
    return await history_of(session, project.city_id, ("project", str(project.id)))


def the_step(project: Project, kind: StepKind) -> Step:
    step = by_kind(project.steps, kind)
    assert step is not None
    return step


async def test_numbers_go_up_and_an_address_is_made_from_the_title(session: Session, cast: Cast) -> None:
    made = [await drafted(session, cast, title=title) for title in ("Flood sirens", "Flood sirens!", "防洪")]
    assert [(project.number, project.slug) for project in made] == [
        (1, "flood-sirens"),
        (2, "flood-sirens-2"),
        (3, "project-3"),
    ]


async def test_a_number_is_never_given_twice(session: Session, cast: Cast) -> None:
    async def create(number: int | None) -> Project:
        said = NewProject("Sirens", "en", number=number)
        return await operations.create_project(session, city=cast.city, said=said, actor=cast.omar, at=NOW)

    assert (await create(7)).number == 7
    assert (await create(None)).number == 8
    with pytest.raises(Conflict):
        await create(7)


async def test_an_address_that_is_taken_is_refused(session: Session, cast: Cast) -> None:
    await drafted(session, cast)
    said = NewProject("Others", "en", slug="flood-sirens")
    with pytest.raises(Invalid) as refused:
        await operations.create_project(session, city=cast.city, said=said, actor=cast.omar, at=NOW)
    assert list(refused.value.errors) == ["slug"]


async def test_only_officials_write_and_only_for_their_places(session: Session, cast: Cast) -> None:
    said = NewProject("Sirens", "en")
    for other in (cast.amina, cast.mariam, cast.nobody):
        with pytest.raises(NotAllowed):
            await operations.create_project(session, city=cast.city, said=said, actor=other, at=NOW)
    local = await staff(session, cast.city, [Role.OFFICIAL], cast.harbour)
    project = await operations.create_project(session, city=cast.city, said=said, actor=local, at=NOW)
    assert operations.places_of(project) == [cast.harbour]
    with pytest.raises(NotAllowed):
        await operations.save_facts(
            session,
            city=cast.city,
            project=project,
            version=1,
            said=Facts(district_ids=(cast.market,)),
            actor=local,
            at=NOW,
        )
    for_all = await drafted(session, cast, title="For all")
    with pytest.raises(NotAllowed):
        await operations.open_for_edit(session, city=cast.city, slug=for_all.slug, actor=local)


async def test_a_project_of_another_city_is_not_there(session: Session, cast: Cast) -> None:
    project = await drafted(session, cast)
    elsewhere = CityView(**{**cast.city.__dict__, "id": cast.city.id + 1000})
    with pytest.raises(NotFound):
        await operations.open_for_edit(session, city=elsewhere, slug=project.slug, actor=cast.omar)


async def test_of_two_officials_the_later_is_told_and_nothing_is_overwritten(session: Session, cast: Cast) -> None:
    project = await drafted(session, cast)
    seen = project.version
    await operations.save_texts(
        session, version=seen, language="en", texts=WORDS | {"contact": "First"}, **by_omar(cast, project)
    )
    with pytest.raises(Conflict) as refused:
        await operations.save_texts(
            session, version=seen, language="en", texts=WORDS | {"contact": "Second"}, **by_omar(cast, project)
        )
    assert refused.value.code == "overwritten"
    found = await queries.find(session, cast.city, project.slug)
    assert found is not None
    assert found.said("contact") == {"en": "First"}


async def test_two_officials_can_write_two_languages_at_the_same_time(session: Session, cast: Cast) -> None:
    project = await drafted(session, cast)
    seen = project.version
    for language in ("sw", "ar"):
        await operations.save_texts(session, version=seen, language=language, texts=WORDS, **by_omar(cast, project))
    assert {text.language for text in project.texts} == {"en", "sw", "ar"}


async def test_a_language_that_the_city_does_not_use_is_refused(session: Session, cast: Cast) -> None:
    project = await drafted(session, cast)
    with pytest.raises(Invalid):
        await operations.save_texts(
            session, version=project.version, language="zh", texts=WORDS, **by_omar(cast, project)
        )


async def test_saving_the_same_again_changes_nothing(session: Session, cast: Cast) -> None:
    project = await drafted(session, cast)
    seen = project.version
    await operations.save_texts(session, version=seen, language="en", texts=WORDS, **by_omar(cast, project))
    assert project.version == seen


async def test_a_draft_leaves_no_trace_in_the_record(session: Session, cast: Cast, tmp_path: Path) -> None:
    project = await complete(session, cast)
    assert await entries(session, project) == []
    await publish(session, cast, project, tmp_path)
    signed, entry = await entries(session, project)
    assert (entry.kind, signed.kind) == ("project_published", "preconditions_published")
    assert entry.actor == {"role": "official", "place": "tamarani"}
    assert set(entry.facts["content"]["texts"]) == {"en", "sw"}
    assert entry.facts["steps"]["consultation"]["opens"] == "2027-03-11T09:00+00:00"


async def test_an_edit_after_publication_is_recorded_and_the_old_words_stay_readable(
    session: Session, cast: Cast, tmp_path: Path
) -> None:
    project = await publish(session, cast, await complete(session, cast), tmp_path)
    await operations.save_texts(
        session,
        version=project.version,
        language="sw",
        texts=WORDS | {"payer": "The bank"},
        **by_omar(cast, project),
    )
    entry = (await entries(session, project))[0]
    assert entry.kind == "project_edited"
    assert entry.facts["version"] == project.version
    assert "texts.sw.payer" in entry.facts["fields"]
    assert all(field.startswith("texts.sw.") for field in entry.facts["fields"])
    later, before = await versions(session, project.id, project.version)
    assert later[2]["texts"]["sw"]["payer"] == "The bank"
    assert before[2]["texts"]["sw"]["payer"] == WORDS["payer"]


async def test_what_is_public_cannot_be_emptied(session: Session, cast: Cast, tmp_path: Path) -> None:
    project = await publish(session, cast, await complete(session, cast), tmp_path)
    with pytest.raises(Invalid) as refused:
        await operations.save_texts(
            session,
            version=project.version,
            language="en",
            texts=WORDS | {"payer": "", "contact": ""},
            **by_omar(cast, project),
        )
    assert set(refused.value.errors) == {"payer", "contact"}
    with pytest.raises(Invalid):
        await operations.save_facts(session, version=project.version, said=Facts(), **by_omar(cast, project))


async def test_agreements_are_added_and_removed_and_both_are_recorded(
    session: Session, cast: Cast, tmp_path: Path
) -> None:
    project = await publish(session, cast, await complete(session, cast), tmp_path)
    said = AgreementSaid((NOW - 30 * DAY).date(), True, {"en": "A loan"})
    signed = await agreements.add_agreement(session, said=said, **by_omar(cast, project))
    found = await queries.find(session, cast.city, project.slug)
    assert found is not None
    assert found.signed_before_asking(cast.city.zone)
    await agreements.remove_agreement(session, agreement_id=signed.id, **by_omar(cast, project))
    await agreements.remove_agreement(session, agreement_id=signed.id, **by_omar(cast, project))
    assert [entry.facts["fields"] for entry in (await entries(session, project))[:2]] == [["agreements"]] * 2
    count = sa.select(sa.func.count()).where(ProjectVersion.project_id == project.id)
    assert await session.scalar(count) == 3


async def test_an_agreement_of_tomorrow_is_refused(session: Session, cast: Cast) -> None:
    project = await drafted(session, cast)
    said = AgreementSaid((NOW + DAY).date(), True, {"en": "A loan"})
    with pytest.raises(Invalid):
        await agreements.add_agreement(session, said=said, **by_omar(cast, project))


async def test_a_project_hangs_under_a_programme_and_a_programme_under_nothing(session: Session, cast: Cast) -> None:
    principles = await drafted(session, cast, title="Principles", kind=ProjectKind.PROGRAMME)
    project = await drafted(session, cast)
    under = Facts(programme=principles.slug)
    await operations.save_facts(session, version=project.version, said=under, **by_omar(cast, project))
    assert project.programme_id == principles.id
    for wrong, programme in ((project, "flood-sirens"), (project, "nothing"), (principles, "principles")):
        with pytest.raises(Invalid):
            await operations.save_facts(session, version=99, said=Facts(programme=programme), **by_omar(cast, wrong))


async def test_dates_are_free_in_a_draft_and_fixed_once_announced(session: Session, cast: Cast, tmp_path: Path) -> None:
    project = await complete(session, cast)
    await steps.set_step(
        session,
        version=project.version,
        kind=StepKind.CONSULTATION,
        said=Dates(NOW + 50 * DAY, NOW + 5 * DAY),
        **by_omar(cast, project),
    )
    await publish(session, cast, project, tmp_path)
    with pytest.raises(Conflict):
        await steps.set_step(
            session,
            version=project.version,
            kind=StepKind.CONSULTATION,
            said=Dates(NOW + 60 * DAY, NOW + 5 * DAY),
            **by_omar(cast, project),
        )
    with pytest.raises(Conflict):
        await steps.drop_step(session, city=cast.city, project=project, kind=StepKind.CONSULTATION, actor=cast.omar)


async def test_a_step_added_after_publication_is_announced_then(session: Session, cast: Cast, tmp_path: Path) -> None:
    project = await publish(session, cast, await drafted(session, cast), tmp_path)
    await steps.set_step(
        session,
        version=project.version,
        kind=StepKind.CONSULTATION,
        said=Dates(NOW + 50 * DAY, NOW + 5 * DAY),
        **by_omar(cast, project),
    )
    assert (await entries(session, project))[0].kind == "step_announced"


async def test_an_extension_says_why_and_moves_the_decision_that_would_overlap(
    session: Session, cast: Cast, tmp_path: Path
) -> None:
    project = await publish(session, cast, await complete(session, cast, vote=True), tmp_path)
    later = NOW + 60 * DAY
    said = Extension(later, {"en": "The flood came first."})
    with pytest.raises(Invalid) as refused:
        await steps.extend_step(session, kind=StepKind.CONSULTATION, said=said, **by_omar(cast, project))
    assert list(refused.value.errors) == ["reasons.sw"]
    reasons = {"en": "The flood came first.", "sw": "Mafuriko yalitangulia."}
    await steps.extend_step(
        session, kind=StepKind.CONSULTATION, said=Extension(later, reasons), **by_omar(cast, project)
    )
    decision = the_step(project, StepKind.DECISION)
    assert (decision.opens_at, decision.closes_at) == (later, later + 20 * DAY)
    moved, extended = (await entries(session, project))[:2]
    assert (moved.kind, extended.kind) == ("step_moved", "step_extended")
    assert extended.facts["reasons"] == reasons
    found = await queries.find(session, cast.city, project.slug)
    assert found is not None
    assert found.extensions[0].closes_now == later


async def test_an_outcome_ends_what_runs_and_what_was_planned(session: Session, cast: Cast, tmp_path: Path) -> None:
    project = await complete(session, cast, opens=DAY - DAY, vote=True)
    await publish(session, cast, project, tmp_path)
    other = await drafted(session, cast, title="Instead")
    assert the_step(project, StepKind.CONSULTATION).opened_at == NOW
    await operations.mark_withdrawn(session, project=project, actor=cast.omar, at=NOW + DAY, successor_id=other.id)
    assert [step.ended_at for step in project.steps] == [NOW + DAY] * 2
    assert (project.state, project.successor_id, project.decided_at) == ("withdrawn", other.id, NOW + DAY)
    assert (await entries(session, project))[0].facts["steps"] == ["consultation", "decision"]
    with pytest.raises(Conflict):
        await operations.mark_decided(session, project=project, actor=cast.omar, at=NOW + DAY)


async def test_a_draft_cannot_be_decided(session: Session, cast: Cast) -> None:
    project = await drafted(session, cast)
    with pytest.raises(Conflict):
        await operations.mark_decided(session, project=project, actor=cast.omar, at=NOW)
    assert project.state == ProjectState.DRAFT


async def test_a_ballot_is_run_again_with_new_dates(session: Session, cast: Cast, tmp_path: Path) -> None:
    project = await publish(session, cast, await complete(session, cast, vote=True), tmp_path)
    step = the_step(project, StepKind.DECISION)
    again = Dates(NOW + 200 * DAY, NOW + 190 * DAY)
    with pytest.raises(Conflict):
        await steps.restart_step(session, kind=StepKind.DECISION, said=again, **by_omar(cast, project))
    await operations.end_step(session, project=project, kind=StepKind.DECISION, actor=cast.omar, at=NOW)
    await steps.restart_step(session, kind=StepKind.DECISION, said=again, **by_omar(cast, project))
    assert (step.opens_at, step.ended_at, step.opened_at) == (NOW + 190 * DAY, None, None)
