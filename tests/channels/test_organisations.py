"""Officials keep organisations, ask them by links, publish what they file as it is; residents read it beside the city's."""

import re
from typing import Any

import pytest
import sqlalchemy as sa

from participation.domain.people.models import Role
from participation.domain.projects.assessments.answers.forms import AnswerSaid
from participation.domain.projects.assessments.models import Answer
from participation.domain.projects.assessments.queries import shipped_one
from participation.domain.projects.filings import operations
from participation.domain.projects.filings.models import Filing, FilingState, Purpose
from participation.domain.projects.filings.writing import operations as writing
from participation.domain.projects.filings.writing.queries import parts
from participation.domain.projects.models import Project
from participation.domain.projects.operations import loaded
from participation.domain.projects.organisations.models import Organisation, OrganisationKind
from participation.domain.record.models import RecordEntry
from participation.kit.database import Session
from tests.asking import answered, hands_in, link, organisation, published_opinion, says
from tests.browsing import Browser, browser, sign_in_as
from tests.cast import NOW, Cast, staff
from tests.consulting import SLUG, consulted
from tests.drafting import assessed
from tests.slips import SECRETS

HOMES = "homes-livelihoods"
DESK = f"/staff/projects/{SLUG}/filings"
BASE = f"/en/projects/{SLUG}"


@pytest.fixture
async def project(session: Session, cast: Cast) -> Project:
    made = await consulted(session, cast)
    await assessed(session, made, "screening", HOMES, "technology-supplier")
    return await loaded(session, Project.id == made.id, city_id=cast.city.id)


@pytest.fixture
async def omar(visitor: Browser, app: Any, cast: Cast, project: Project, session: Session) -> Browser:
    await session.commit()
    await sign_in_as(visitor, app, cast.omar)
    return visitor


async def test_an_organisation_is_added_and_changed_with_its_interests(omar: Browser, session: Session) -> None:
    await omar.get("/staff/organisations")
    page = await omar.send({"kind": "association", "names.en": " ", "gains.en": "Stalls."})
    assert page.status_code == 422
    assert "Please write this in at least one language." in page.text
    page = await omar.send({"names.en": "Stall Keepers"})
    assert page.status_code == 422
    assert "Please declare both" in page.text
    page = await omar.send({"payer.en": "Members.", "declared_on": "2027-03-02"})
    assert (page.status_code, "This day has not come yet." in page.text) == (422, True)
    page = await omar.send({"declared_on": "٢٠٢٧-٠٢-٢٠"})
    assert page.status_code == 200
    made = (await session.execute(sa.select(Organisation))).scalar_one()
    assert (made.names, made.gains, made.payer) == ({"en": "Stall Keepers"}, {"en": "Stalls."}, {"en": "Members."})
    page = await omar.send({"names.sw": "Wenye vibanda"})
    assert page.status_code == 200
    page = await omar.get("/en/organisations")
    assert "interests declared on 20 February 2027" in page.text
    page = await omar.get(f"/sw/organisations/{made.id}")
    assert "Wenye vibanda" in page.text
    kinds = (await session.scalars(sa.select(RecordEntry.kind).order_by(RecordEntry.id))).all()
    assert list(kinds) == ["organisation_added", "organisation_changed"]


async def test_two_officials_do_not_overwrite_each_other(omar: Browser, app: Any, cast: Cast, session: Session) -> None:
    made = await organisation(session, cast)
    await session.commit()
    zawadi = browser(app)
    await sign_in_as(zawadi, app, await staff(session, cast.city, [Role.OFFICIAL]))
    address = f"/staff/organisations/{made.id}"
    await omar.get(address)
    await zawadi.get(address)
    await omar.send({"gains.en": "Omar's words."})
    page = await zawadi.send({"gains.en": "Zawadi's words."})
    assert page.status_code == 409
    assert "Omar&#39;s words." in page.text
    assert "Zawadi&#39;s words." in page.text
    assert (await zawadi.send({})).status_code == 200
    await zawadi.client.aclose()


async def test_a_link_is_shown_once_and_its_filing_is_published_word_for_word(
    omar: Browser, app: Any, cast: Cast, session: Session
) -> None:
    keepers = await organisation(session, cast)
    await session.commit()
    await omar.get(DESK)
    page = await omar.send({"organisation": "", "purpose": "opinion", "until": "2027-04-30"})
    assert (page.status_code, "Please choose an organisation." in page.text) == (422, True)
    page = await omar.send({"organisation": str(keepers.id)})
    found = re.search(r"http://testserver(/filing/[\w-]{32,})", page.text)
    assert found is not None
    away = browser(app)
    await away.get(f"{found[1]}/opinion")
    await away.send({"words": "Leave the stalls where they are."})
    await away.get(BASE + "/opinions")
    assert "Leave the stalls" not in away.page.text
    await away.get(found[1])
    await away.send({})
    number = await session.scalar(sa.select(Filing.id))
    page = await omar.get(f"{DESK}/{number}")
    assert "Leave the stalls where they are." in page.text
    page = await away.get(f"{BASE}/filings/{number}")
    assert "Handed in: the city has to publish it" in page.text
    assert "Leave the stalls" not in page.text
    page = await omar.send({"do": "refuse", "reasons.en": "We do not like it."})
    assert page.status_code == 422
    assert "We do not like it." in page.text
    await omar.get(f"{DESK}/{number}")
    page = await omar.send({"do": "publish"})
    assert page.status_code == 200
    page = await away.get(f"{BASE}/filings/{number}")
    for expected in ("Leave the stalls where they are.", "Its members keep their stalls.", "published word for word"):
        assert expected in page.text
    page = await away.get(BASE)
    assert "1 opinion or answer of an organisation" in page.text
    page = await away.get(f"/en/organisations/{keepers.id}")
    assert f'href="{BASE}/filings/{number}"' in page.text
    await away.client.aclose()


async def test_a_stopped_link_is_renewed_and_a_repeat_of_the_form_shows_none(
    omar: Browser, cast: Cast, session: Session, project: Project
) -> None:
    made = await link(session, cast, project, await organisation(session, cast), secrets=SECRETS)
    await session.commit()
    await omar.get(f"{DESK}/{made.filing_id}")
    page = await omar.send({"do": "stop"})
    assert "the link is stopped" in page.text
    page = await omar.send({"do": "renew", "until": "2030-01-01"})
    assert (page.status_code, "within the next 180 days" in page.text) == (422, True)
    page = await omar.send({"do": "renew", "until": "2027-05-01"})
    assert "/filing/" in page.text


async def test_why_something_is_not_published_is_read_by_everybody_and_its_words_are_not(
    omar: Browser, cast: Cast, session: Session, project: Project
) -> None:
    made = await link(session, cast, project, await organisation(session, cast))
    await says(session, cast, made, "Names of people.")
    await hands_in(session, cast, made)
    await session.commit()
    await omar.get(f"{DESK}/{made.filing_id}")
    await omar.send({"do": "refuse", "reasons.en": "It names people.", "reasons.sw": "Inataja watu."})
    for address in (f"{BASE}/opinions", f"{BASE}/filings/{made.filing_id}", f"{BASE}/history"):
        page = await omar.get(address)
        assert "It names people." in page.text
        assert "Names of people." not in page.text


async def test_officials_of_other_places_and_other_roles_see_none_of_it(
    visitor: Browser, app: Any, cast: Cast, session: Session, project: Project
) -> None:
    made = await link(session, cast, project, await organisation(session, cast))
    await session.commit()
    for who in (await staff(session, cast.city, [Role.OFFICIAL], cast.hill), cast.mariam, cast.amina):
        await sign_in_as(visitor, app, who)
        for address in (DESK, f"{DESK}/{made.filing_id}"):
            assert (await visitor.get(address)).status_code == 403
    await sign_in_as(visitor, app, cast.omar)
    await consulted(session, cast, "other", number=2)
    await session.commit()
    assert (await visitor.get(f"/staff/projects/other/filings/{made.filing_id}")).status_code == 404
    assert (await visitor.get(f"/en/projects/other/filings/{made.filing_id}")).status_code == 404


# Beside the city's


async def counters(session: Session, cast: Cast, project: Project) -> int:
    """A counter-assessment that agrees in one answer and differs in two, published."""
    version = await answered(
        session,
        project,
        HOMES,
        {
            "moves": {"chosen": ["many"]},
            "stalls": {"chosen": ["64"]},
            "agreement": {"chosen": ["no"]},
            "offered": {"words": {"en": "A new home nearby."}},
            "papers": {"ground": "court", "office": "Clerk", "until": "2027-12-31"},
        },
    )
    version.score = version.score | {"most": 40, "level": "moderate"}
    made = await link(session, cast, project, await organisation(session, cast), Purpose.COUNTER, HOMES)
    opened, filing = await writing.lock(session, city=cast.city, secret=made.secret, secrets=SECRETS, at=NOW)
    part = (await parts(session, opened.filing, city=cast.city, at=NOW))[0]
    asked = {one.id: one for one in part.asked.questions}
    answers = [
        AnswerSaid(asked["agreement"], ("no",)),
        AnswerSaid(asked["stalls"], ("91",)),
        AnswerSaid(asked["offered"], (), "Nothing in writing. " * 40),
        AnswerSaid(asked["papers"], ("no",)),
    ]
    await writing.save_answers(session, filing=filing, part=part, said=answers, language="en")
    await hands_in(session, cast, made)
    await operations.publish(
        session, city=cast.city, project=project, filing_id=made.filing_id, actor=cast.oksana, at=NOW
    )
    await session.commit()
    return made.filing_id


async def test_answers_stand_beside_the_citys_where_they_differ_first(
    visitor: Browser, cast: Cast, session: Session, project: Project
) -> None:
    number = await counters(session, cast, project)
    asked = {one.id: one for one in shipped_one(HOMES).questions}
    page = await visitor.get(f"{BASE}/opinions/{HOMES}")
    order = [page.text.index(f'id="q-{name}"') for name in ("stalls", "offered", "papers", "agreement")]
    assert order == sorted(order)
    assert "2 of 4 questions" in page.text
    assert "The answer is kept internal." in page.text
    assert "Differs from the city" in page.text
    assert "As the city says" in page.text
    assert page.text.count("Nothing in writing.") < 20
    page = await visitor.get(f"{BASE}/opinions/{HOMES}/offered?of={number}")
    assert page.text.count("Nothing in writing.") == 40
    assert "A new home nearby." in page.text
    assert "Fees of its members." in page.text
    page = await visitor.get(f"{BASE}/assessments/{HOMES}")
    assert "2 of 4 answers differ" in page.text
    section = next(one.id for one in shipped_one(HOMES).sections if asked["stalls"] in one.questions)
    page = await visitor.get(f"{BASE}/assessments/{HOMES}/{section}")
    assert "Differs from the city" in page.text
    assert f"{BASE}/opinions/{HOMES}/stalls?of={number}" in page.text
    page = await visitor.get(f"{BASE}/filings/{number}")
    assert "By the answers of the city:" in page.text
    for wrong in (f"{BASE}/opinions/triple-test", f"{BASE}/opinions/{HOMES}/plan", f"{BASE}/filings/999999"):
        assert (await visitor.get(wrong)).status_code == 404


async def test_what_a_supplier_filed_is_taken_over_by_ticking_it(
    omar: Browser, cast: Cast, session: Session, project: Project
) -> None:
    whose = await organisation(session, cast, OrganisationKind.SUPPLIER, "Northlight Ltd")
    made = await link(session, cast, project, whose, Purpose.SUPPLIER)
    opened, filing = await writing.lock(session, city=cast.city, secret=made.secret, secrets=SECRETS, at=NOW)
    part = (await parts(session, opened.filing, city=cast.city, at=NOW))[0]
    technology = next(one for one in part.questions if one.id == "technology")
    said = [AnswerSaid(technology, (), "Nine sirens.")]
    await writing.save_answers(session, filing=filing, part=part, said=said, language="en")
    await hands_in(session, cast, made)
    await session.commit()
    page = await omar.get(f"{DESK}/{made.filing_id}")
    assert 'name="take"' not in page.text
    await omar.send({"do": "publish"})
    assert await session.scalar(sa.select(Filing.state)) == FilingState.PUBLISHED
    page = await omar.send({"do": "take", "take": "technology-supplier/technology"})
    assert "As the city says" in page.text
    row = (await session.execute(sa.select(Answer))).scalar_one()
    assert (row.words, row.source, row.organisation_id) == ({"en": "Nine sirens."}, "supplier", whose.id)
    section = next(one.id for one in part.asked.sections if technology in one.questions)
    page = await omar.get(f"/staff/projects/{SLUG}/assessments/technology-supplier/{section}?in=en")
    assert "Taken over word for word from Northlight Ltd" in page.text


async def test_an_opinion_from_outside_that_is_owed_is_said_until_it_is_there(
    visitor: Browser, cast: Cast, session: Session, project: Project
) -> None:
    version = await answered(session, project, HOMES, {})
    version.score = version.score | {"most": 40, "level": "high", "unresolved": 1, "outside": True}
    await published_opinion(session, cast, project, await organisation(session, cast, OrganisationKind.POLICE), HOMES)
    await session.commit()
    page = await visitor.get(f"{BASE}/assessments/{HOMES}")
    assert "An opinion from outside is owed" in page.text
    await published_opinion(session, cast, project, await organisation(session, cast), HOMES)
    await session.commit()
    page = await visitor.get(f"{BASE}/assessments/{HOMES}")
    assert "An opinion from outside is owed" not in page.text
