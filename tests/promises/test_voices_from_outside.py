"""An opinion from outside needs two officials: one alone could register a university and write "All fine." in its name."""

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from participation.domain.people.models import Role
from participation.domain.projects.assessments.models import Assessment, AssessmentVersion
from participation.domain.projects.assessments.queries import newest, opinion_owed
from participation.domain.projects.filings import operations as filings
from participation.domain.projects.filings.models import Filing, FilingState, Purpose
from participation.domain.projects.filings.operations import Made
from participation.domain.projects.models import Project
from participation.domain.projects.operations import loaded
from participation.domain.projects.organisations import operations as organisations
from participation.domain.projects.organisations.forms import OrganisationSaid
from participation.domain.projects.organisations.models import Organisation, OrganisationKind
from participation.domain.record.actors import Actor
from participation.domain.record.models import RecordEntry
from participation.kit.database import Session
from participation.kit.errors import NotAllowed
from tests.asking import UNTIL, answered, hands_in, link, organisation, says
from tests.browsing import Browser, browser, sign_in_as
from tests.cast import NOW, Cast, staff
from tests.consulting import consulted
from tests.drafting import assessed
from tests.slips import SECRETS

HOMES = "homes-livelihoods"


async def published(session: Session) -> list[dict[str, Any]]:
    wanted = sa.select(RecordEntry).where(RecordEntry.kind == "filing_published").order_by(RecordEntry.id)
    return [entry.entry or {} for entry in await session.scalars(wanted)]


async def handed_in(
    session: Session, cast: Cast, project: Project, whose: Organisation, kind: str | None = HOMES
) -> Made:
    made = await link(session, cast, project, whose, Purpose.OPINION, kind)
    await says(session, cast, made, "All fine.")
    await hands_in(session, cast, made)
    return made


async def publishes(session: Session, cast: Cast, project: Project, made: Made, actor: Actor) -> None:
    here: dict[str, Any] = {"city": cast.city, "project": project, "filing_id": made.filing_id}
    await filings.publish(session, actor=actor, at=NOW, **here)


async def owed(session: Session, project: Project) -> list[str]:
    """Kinds of assessment on which an opinion from outside is still owed."""
    wanted = sa.select(Assessment.kind).join(AssessmentVersion, newest())
    return list(await session.scalars(wanted.where(Assessment.project_id == project.id, opinion_owed())))


@pytest.fixture
async def doubted(session: Session, cast: Cast) -> Project:
    """Its assessment of homes owes an opinion from outside."""
    project = await consulted(session, cast)
    await assessed(session, project, "screening", HOMES)
    version = await answered(session, project, HOMES, {})
    version.score = version.score | {"most": 40, "level": "high", "unresolved": 1, "outside": True}
    return await loaded(session, Project.id == project.id, city_id=cast.city.id)


@pytest.mark.parametrize(
    ("registers", "gives", "publishes_it"),
    [("omar", "omar", "omar"), ("omar", "oksana", "omar"), ("oksana", "omar", "omar"), ("omar", "oksana", "oksana")],
)
async def test_whoever_registered_an_organisation_or_gave_its_link_publishes_no_opinion_from_outside(
    session: Session, cast: Cast, doubted: Project, registers: str, gives: str, publishes_it: str
) -> None:
    def acts(name: str) -> Cast:
        return replace(cast, omar=getattr(cast, name))

    whose = await organisation(session, acts(registers), OrganisationKind.UNIVERSITY, "University")
    made = await handed_in(session, acts(gives), doubted, whose)
    with pytest.raises(NotAllowed) as alone:
        await publishes(session, cast, doubted, made, getattr(cast, publishes_it))
    assert alone.value.code == "same_person"
    assert "second official" in str(alone.value.next_step)
    assert await owed(session, doubted) == [HOMES]
    third = await staff(session, cast.city, [Role.OFFICIAL])
    await publishes(session, cast, doubted, made, third)
    assert await owed(session, doubted) == []
    entry = (await published(session))[-1]
    assert entry["actor"] == {"role": "official", "place": "tamarani"}
    half = {"role": "official", "place": "tamarani"}
    assert (entry["facts"]["registered"], entry["facts"]["given"]) == (half, half)


async def test_a_new_link_does_not_wash_away_who_held_the_one_before(
    session: Session, cast: Cast, doubted: Project
) -> None:
    third = await staff(session, cast.city, [Role.OFFICIAL])
    whose = await organisation(session, replace(cast, omar=third), OrganisationKind.UNIVERSITY, "University")
    made = await link(session, cast, doubted, whose, Purpose.OPINION, HOMES)
    here: dict[str, Any] = {"city": cast.city, "project": doubted, "filing_id": made.filing_id}
    again = await filings.renew(session, until=UNTIL, secrets=SECRETS, actor=cast.oksana, at=NOW, **here)
    await says(session, cast, again, "All fine.")
    await hands_in(session, cast, again)
    for held in (cast.omar, cast.oksana, third):
        with pytest.raises(NotAllowed):
            await publishes(session, cast, doubted, again, held)
    await publishes(session, cast, doubted, again, await staff(session, cast.city, [Role.OFFICIAL]))
    assert await owed(session, doubted) == []


async def test_no_opinion_comes_from_outside_because_its_organisation_is_called_something_else_later(
    session: Session, cast: Cast, doubted: Project
) -> None:
    """What a ministry says one official publishes; that it was a university all along does not count afterwards."""
    whose = await organisation(session, cast, OrganisationKind.MINISTRY, "Ministry")
    made = await handed_in(session, cast, doubted, whose)
    await publishes(session, cast, doubted, made, cast.omar)
    said = OrganisationSaid(OrganisationKind.UNIVERSITY, whose.names, whose.gains, whose.payer, whose.declared_on)
    everything: dict[str, Any] = {"city": cast.city, "organisation_id": whose.id, "said": said, "at": NOW}
    await organisations.change(session, version=whose.version, actor=cast.oksana, **everything)
    assert await owed(session, doubted) == [HOMES]
    other = await handed_in(session, cast, doubted, whose)
    with pytest.raises(NotAllowed):
        await publishes(session, cast, doubted, other, cast.oksana)
    with pytest.raises(IntegrityError):
        async with session.begin_nested():
            await session.execute(sa.update(Filing).values(outside=True))


async def test_what_is_about_no_assessment_or_from_inside_one_official_publishes(
    session: Session, cast: Cast, doubted: Project
) -> None:
    police = await organisation(session, cast, OrganisationKind.POLICE, "Police")
    keepers = await organisation(session, cast)
    for whose, kind in ((police, HOMES), (keepers, None)):
        made = await handed_in(session, cast, doubted, whose, kind)
        await publishes(session, cast, doubted, made, cast.omar)
    assert await owed(session, doubted) == [HOMES]
    assert all("given" not in one["facts"] for one in await published(session))


async def test_an_opinion_from_outside_by_the_button_and_by_one_that_is_not_on_the_page(
    app: Any, visitor: Browser, session: Session, cast: Cast, doubted: Project
) -> None:
    made = await handed_in(session, cast, doubted, await organisation(session, cast))
    await session.commit()
    here = f"/staff/projects/{doubted.slug}/filings/{made.filing_id}"
    await sign_in_as(visitor, app, cast.omar)
    desk = await visitor.get("/staff/")
    assert f'href="{here}"' in desk.text
    assert "somebody else than you" in desk.text
    page = await visitor.get(here)
    assert 'value="publish"' not in page.text
    assert "Ask a second official" in page.text
    refused = await visitor.send({"do": "publish"})
    assert refused.status_code == 403
    assert "cannot publish what it says about an assessment" in refused.text
    second = browser(app)
    await sign_in_as(second, app, cast.oksana)
    desk = await second.get("/staff/")
    assert f'href="{here}"' in desk.text
    assert "somebody else than you" not in desk.text
    assert 'value="publish"' in (await second.get(here)).text
    await second.send({"do": "publish"})
    await second.client.aclose()
    assert await session.scalar(sa.select(Filing.state)) == FilingState.PUBLISHED
