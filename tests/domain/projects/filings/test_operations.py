"""An organisation is asked by a link, writes, hands in; the office publishes its words as they are, or says why not."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from participation.domain.people.models import Role
from participation.domain.projects.assessments.answers.forms import AnswerSaid
from participation.domain.projects.assessments.rules import QuestionKind
from participation.domain.projects.filings import operations
from participation.domain.projects.filings.forms import InterestsSaid, OpinionSaid
from participation.domain.projects.filings.models import Filing, FilingState, Purpose
from participation.domain.projects.filings.writing import operations as writing
from participation.domain.projects.filings.writing.queries import parts
from participation.domain.projects.models import Project, ProjectState
from participation.domain.projects.operations import loaded
from participation.domain.projects.organisations.models import Organisation
from participation.kit.database import Base, Session
from participation.kit.errors import Conflict, Gone, Invalid, NotAllowed, NotFound
from participation.kit.hashing import Secrets
from tests.asking import (
    GAINS,
    UNTIL,
    hands_in,
    link,
    organisation,
    published_opinion,
    question,
    says,
    view,
)
from tests.cast import DAY, NOW, Cast, found, staff
from tests.consulting import consulted
from tests.drafting import assessed
from tests.recorded import facts
from tests.slips import SECRETS

HOMES = "homes-livelihoods"


@pytest.fixture
async def project(session: Session, cast: Cast) -> Project:
    made = await consulted(session, cast)
    await assessed(session, made, "screening", HOMES, "technology-supplier")
    return await loaded(session, Project.id == made.id, city_id=cast.city.id)


def everywhere(cast: Cast, project: Project, made: Any) -> dict[str, Any]:
    return {"city": cast.city, "project": project, "filing_id": made.filing_id, "actor": cast.omar, "at": NOW}


# The link


async def test_of_a_link_only_a_keyed_hash_is_kept(session: Session, cast: Cast, project: Project) -> None:
    made = await link(session, cast, project, await organisation(session, cast))
    assert len(made.secret) >= 32
    rows = str((await session.execute(sa.select(Filing.__table__))).all())
    assert made.secret not in rows
    assert made.secret not in str(await facts(session, "filing_asked"))
    opened = await writing.find(session, city=cast.city, secret=made.secret, secrets=SECRETS, at=NOW)
    assert opened.filing.id == made.filing_id
    with pytest.raises(NotFound):
        await writing.find(session, city=cast.city, secret=made.secret[:-1], secrets=SECRETS, at=NOW)


async def test_a_link_ends_can_be_stopped_and_renewed_and_keeps_what_was_saved(
    session: Session, cast: Cast, project: Project
) -> None:
    made = await link(session, cast, project, await organisation(session, cast))
    await says(session, cast, made, "A first thought.")
    common: dict[str, Any] = {"city": cast.city, "secrets": SECRETS}
    with pytest.raises(Gone):
        await writing.find(session, secret=made.secret, at=NOW + 90 * DAY, **common)
    await operations.stop(session, **everywhere(cast, project, made))
    with pytest.raises(Gone):
        await writing.lock(session, secret=made.secret, at=NOW, **common)
    again = await operations.renew(session, until=UNTIL, secrets=SECRETS, **everywhere(cast, project, made))
    with pytest.raises(NotFound):
        await writing.find(session, secret=made.secret, at=NOW, **common)
    opened = await writing.find(session, secret=again.secret, at=NOW, **common)
    assert opened.filing.words == {"en": "A first thought."}


async def test_a_link_outlives_a_change_of_the_master_secret_and_is_renewed_on_use(
    session: Session, cast: Cast, project: Project
) -> None:
    made = await link(session, cast, project, await organisation(session, cast))
    newer = Secrets("another secret that is long enough to be one", SECRETS.current)
    _opened, filing = await writing.lock(session, city=cast.city, secret=made.secret, secrets=newer, at=NOW)
    await session.flush()
    alone = Secrets(newer.current, None)
    opened = await writing.find(session, city=cast.city, secret=made.secret, secrets=alone, at=NOW)
    assert opened.filing.id == filing.id


async def test_a_link_of_another_city_opens_nothing(session: Session, cast: Cast, project: Project) -> None:
    made = await link(session, cast, project, await organisation(session, cast))
    other = await found(session, "elsewhere", "elsewhere.example")
    with pytest.raises(NotFound):
        await writing.find(session, city=other, secret=made.secret, secrets=SECRETS, at=NOW)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"until": date(2027, 3, 1)}, "until"),
        ({"until": date(2028, 3, 1)}, "until"),
        ({"purpose": Purpose.SUPPLIER}, "organisation"),
        ({"purpose": Purpose.COUNTER}, "kind"),
        ({"purpose": Purpose.COUNTER, "kind": "needs"}, "kind"),
        ({"purpose": Purpose.OWN, "kind": "nonsense", "known": False}, "kind"),
    ],
)
async def test_what_cannot_be_asked_is_refused_beside_its_field(
    session: Session, cast: Cast, project: Project, changed: dict[str, Any], field: str
) -> None:
    from participation.domain.projects.filings.forms import Asking

    whose = await organisation(session, cast)
    known = changed.pop("known", True)
    said = replace(Asking(whose.id, Purpose.OPINION, None, UNTIL), **changed)
    with pytest.raises(Invalid) as refused:
        await operations.ask(
            session,
            city=cast.city,
            project=project,
            said=said,
            known=known,
            published=False,
            secrets=SECRETS,
            actor=cast.omar,
            at=NOW,
        )
    assert field in refused.value.errors


async def test_nobody_outside_is_asked_about_a_draft_nor_by_whoever_is_no_official_of_the_place(
    session: Session, cast: Cast, project: Project
) -> None:
    whose = await organisation(session, cast)
    project.state = ProjectState.DRAFT
    with pytest.raises(Conflict):
        await link(session, cast, project, whose)
    project.state = ProjectState.PUBLISHED
    with pytest.raises(NotAllowed):
        await link(session, replace(cast, omar=cast.mariam), project, whose)
    elsewhere = await staff(session, cast.city, [Role.OFFICIAL], cast.hill)
    with pytest.raises(NotAllowed):
        await link(session, replace(cast, omar=elsewhere), project, whose)


# Handing in and publishing


async def test_what_is_handed_in_is_frozen_and_published_word_for_word_with_the_interests(
    session: Session, cast: Cast, project: Project
) -> None:
    made = await published_opinion(session, cast, project, await organisation(session, cast), HOMES)
    found = await view(session, project, made)
    assert found.state == FilingState.PUBLISHED
    assert found.content is not None
    assert found.content["words"] == {"en": "We see it differently."}
    assert found.content["interests"]["gains"] == GAINS
    assert found.content["interests"]["on"] == "2027-02-01"
    for act in (says(session, cast, made, "No."), hands_in(session, cast, made)):
        with pytest.raises(Conflict):
            await act
    handed, shown = await facts(session, "filing_handed_in"), await facts(session, "filing_published")
    assert handed[0]["content"] == shown[0]["content"]
    assert "differently" not in str([*handed, *shown])
    with pytest.raises(Conflict):
        await operations.refuse(session, reasons={"en": "No."}, **everywhere(cast, project, made))


async def test_nothing_is_handed_in_without_interests_and_those_that_come_with_it_go_for_the_organisation(
    session: Session, cast: Cast, project: Project
) -> None:
    whose = await organisation(session, cast, declared=False)
    made = await link(session, cast, project, whose)
    await says(session, cast, made, "Something.")
    with pytest.raises(Conflict) as refused:
        await hands_in(session, cast, made)
    assert refused.value.code == "interests"
    opened, filing = await writing.lock(session, city=cast.city, secret=made.secret, secrets=SECRETS, at=NOW)
    said = InterestsSaid("Nothing.", "Donors.", filing.version)
    await writing.save_interests(session, opened=opened, filing=filing, said=said, language="en")
    await hands_in(session, cast, made)
    assert whose.gains == {}
    await operations.publish(session, **everywhere(cast, project, made))
    assert (whose.gains, whose.payer) == ({"en": "Nothing."}, {"en": "Donors."})
    assert whose.declared_on == date(2027, 3, 1)
    assert [one["fields"] for one in await facts(session, "organisation_changed")] == [
        ["gains", "payer", "declared_on"]
    ]


async def test_a_refusal_to_publish_gives_its_reason_and_hides_only_the_words(
    session: Session, cast: Cast, project: Project
) -> None:
    made = await link(session, cast, project, await organisation(session, cast))
    with pytest.raises(Conflict):
        await operations.publish(session, **everywhere(cast, project, made))
    with pytest.raises(Conflict):
        await hands_in(session, cast, made)
    await says(session, cast, made, "An insult.")
    await hands_in(session, cast, made)
    await operations.refuse(session, reasons={"en": "It insults somebody."}, **everywhere(cast, project, made))
    found = await view(session, project, made)
    assert (found.state, found.reasons) == (FilingState.REFUSED, {"en": "It insults somebody."})
    said = (await facts(session, "filing_refused"))[0]
    assert said["reasons"] == {"en": "It insults somebody."}
    assert said["content"] == (await facts(session, "filing_handed_in"))[0]["content"]


async def test_what_belongs_to_another_project_cannot_be_touched_from_this_one(
    session: Session, cast: Cast, project: Project
) -> None:
    other = await consulted(session, cast, "other", number=2)
    other = await loaded(session, Project.id == other.id, city_id=cast.city.id)
    made = await link(session, cast, project, await organisation(session, cast))
    for act in (operations.publish, operations.stop):
        with pytest.raises(NotFound):
            await act(session, **everywhere(cast, other, made))


async def test_two_people_of_an_organisation_do_not_overwrite_each_other(
    session: Session, cast: Cast, project: Project
) -> None:
    made = await link(session, cast, project, await organisation(session, cast), Purpose.COUNTER, HOMES)
    opened, filing = await writing.lock(session, city=cast.city, secret=made.secret, secrets=SECRETS, at=NOW)
    part = (await parts(session, opened.filing, city=cast.city, at=NOW))[0]
    first, second = (question(HOMES, n, kind=QuestionKind.TEXT) for n in (0, 1))

    async def write(*said: AnswerSaid) -> list[str]:
        return await writing.save_answers(session, filing=filing, part=part, said=said, language="en")

    assert await write(AnswerSaid(first, text="One.")) == []
    assert await write(AnswerSaid(first, text="Another."), AnswerSaid(second, text="Mine.")) == [first.id]
    kept = (await parts(session, opened.filing, city=cast.city, at=NOW))[0].own
    assert (kept[first.id].words, kept[second.id].words) == ({"en": "One."}, {"en": "Mine."})
    await write(AnswerSaid(first, ("unknown",), version=1))
    assert (await parts(session, opened.filing, city=cast.city, at=NOW))[0].own[first.id].words == {}

    opinion = await link(session, cast, project, await organisation(session, cast))
    await says(session, cast, opinion, "One.")
    _opened, filing = await writing.lock(session, city=cast.city, secret=opinion.secret, secrets=SECRETS, at=NOW)
    with pytest.raises(Conflict):
        await writing.save_opinion(session, filing=filing, said=OpinionSaid("Another.", None, None, 0), language="en")


# Never counted


def test_an_organisation_is_nobody_who_could_vote_comment_or_sign_in() -> None:
    """From one only the official who registered it can be reached, and none of what people do leads to one."""
    assert {key.parent.name for key in Organisation.__table__.foreign_keys} == {"city_id", "registered_by"}
    leading = {
        table.name
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name in ("organisation", "filing")
    }
    assert leading == {"filing", "filing_answer", "filing_words", "assessment_answer"}
    assert "organisation" not in set(Role)


async def test_filing_changes_no_count_of_comments_votes_or_people(
    session: Session, cast: Cast, project: Project
) -> None:
    tables = ("comment", "comment_count", "reaction", "vote", "person", "sign_in", "pseudonym", "access_code")

    async def counted() -> list[int]:
        known = [name for name in tables if name in Base.metadata.tables]
        return [await session.scalar(sa.text(f"select count(*) from {name}")) or 0 for name in known]

    before = await counted()
    await published_opinion(session, cast, project, await organisation(session, cast), HOMES)
    assert await counted() == before


async def test_a_late_answer_of_the_city_is_seen(session: Session, cast: Cast, project: Project) -> None:
    from participation.domain.projects.filings.rules import late

    made = await link(session, cast, project, await organisation(session, cast))
    await says(session, cast, made, "Something.")
    await hands_in(session, cast, made)
    found = await view(session, project, made)
    assert not late(found.state, found.handed_in_at, NOW + timedelta(days=14))
    assert late(found.state, found.handed_in_at, NOW + timedelta(days=15))
