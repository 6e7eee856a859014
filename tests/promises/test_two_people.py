"""Decisions and roles need two people: whatever door is tried, and whoever tries it."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

import participation
from participation.channels.staff import commands
from participation.domain.ladder.decisions import operations as decisions
from participation.domain.outcomes import operations, queries
from participation.domain.outcomes.models import Decision, Outcome, OutcomeState
from participation.domain.outcomes.published import operations as published
from participation.domain.outcomes.translated.operations import translate
from participation.domain.people.invitations import operations as invitations
from participation.domain.people.models import Invitation, Role, RoleChange, RoleGrant
from participation.domain.people.roles import operations as roles
from participation.domain.people.roles.rules import WAITS
from participation.domain.people.staff import operations as hiring
from participation.domain.people.staff.forms import NewRole
from participation.domain.projects.models import Project, ProjectState
from participation.kit.database import Session
from participation.kit.errors import Conflict, NotAllowed, Refusal
from participation.kit.marks import Made
from participation.settings import Settings
from tests.browsing import Browser, browser, sign_in_as
from tests.cast import DAY, NOW, Cast, staff
from tests.deciding import DECIDED, SAID, counted, decided, published_by_two, said
from tests.hiring import PASSWORD, given, hired
from tests.recorded import recorded
from tests.slips import SECRETS
from tests.stage import Clock
from tests.voting import Asked, ask

DESK = "/staff/projects/lamps/outcome"
ALONE = (Decision.ADOPTED, Decision.WITHDRAWN, Decision.BALLOT_CANCELLED, Decision.BALLOT_REPEATED)


@pytest.fixture
async def asked(session: Session, cast: Cast, settings: Settings) -> Asked:
    made = await ask(session, cast, settings.keys)
    await session.commit()
    return made


# Decisions


@pytest.mark.parametrize("decision", ALONE)
async def test_whoever_hands_a_decision_in_cannot_publish_it(
    session: Session, cast: Cast, asked: Asked, decision: Decision
) -> None:
    await counted(session, cast, asked, **{"for": 12})
    words = said(decision=decision, again_opens_at=DECIDED + 5 * DAY, again_closes_at=DECIDED + 20 * DAY)
    common: dict[str, Any] = {"city": cast.city, "project": asked.project, "actor": cast.omar, "at": DECIDED}
    outcome = await operations.save(session, said=words, **common)
    publishing = common | {"outcome": outcome, "folder": asked.folder}
    with pytest.raises(Conflict) as early:
        await decisions.publish(session, read=(outcome.id, outcome.version), **publishing)
    assert early.value.code == "not_handed_in"
    await decisions.hand_in(session, outcome=outcome, **common)
    with pytest.raises(NotAllowed) as alone:
        await decisions.publish(session, read=(outcome.id, outcome.version), **publishing)
    assert alone.value.code == "same_person"
    assert "second official" in str(alone.value.next_step)
    assert asked.project.state == ProjectState.PUBLISHED


async def test_nobody_publishes_what_they_have_not_read(session: Session, cast: Cast, asked: Asked) -> None:
    await counted(session, cast, asked, **{"for": 12})
    common: dict[str, Any] = {"city": cast.city, "project": asked.project, "at": DECIDED}
    outcome = await operations.save(session, said=SAID, actor=cast.omar, **common)
    await decisions.hand_in(session, outcome=outcome, actor=cast.omar, **common)
    read = outcome.id, outcome.version
    await operations.save(session, said=said(follows={"en": "Nothing.", "sw": "Hakuna."}), actor=cast.omar, **common)
    assert outcome.state == OutcomeState.DRAFT
    with pytest.raises(Conflict) as changed:
        await decisions.publish(session, outcome=outcome, read=read, folder=asked.folder, actor=cast.oksana, **common)
    assert changed.value.code == "not_handed_in"
    await decisions.hand_in(session, outcome=outcome, actor=cast.omar, **common)
    with pytest.raises(Conflict) as unread:
        await decisions.publish(session, outcome=outcome, read=read, folder=asked.folder, actor=cast.oksana, **common)
    assert unread.value.code == "read_again"
    now = outcome.id, outcome.version
    await decisions.publish(session, outcome=outcome, read=now, folder=asked.folder, actor=cast.oksana, **common)
    assert outcome.state == OutcomeState.PUBLISHED


async def test_the_record_names_both_acts_and_no_person(session: Session, cast: Cast, asked: Asked) -> None:
    await counted(session, cast, asked, **{"for": 12})
    await decided(session, cast, asked, asked.project)
    [entry] = await recorded(session, "outcome_published")
    assert entry["actor"] == {"role": "official", "place": "tamarani"}
    assert entry["facts"]["handed_in"] == {"role": "official", "place": "tamarani"}
    assert not {"handed_in_by", "published_by", "person_id"} & set(entry["facts"])


async def test_a_correction_needs_two_people_as_well(session: Session, cast: Cast, asked: Asked) -> None:
    await counted(session, cast, asked, **{"for": 12})
    outcome = await decided(session, cast, asked, asked.project)
    kept = tuple(replace(row, id=one.id) for row, one in zip(SAID.themes, outcome.themes, strict=True))
    promised = tuple(replace(row, id=one.id) for row, one in zip(SAID.commitments, outcome.commitments, strict=True))
    words = said(themes=kept, commitments=promised, follows={"en": "Later.", "sw": "Baadaye."})
    where: dict[str, Any] = {"city": cast.city, "project": asked.project, "outcome_id": outcome.id}
    made = await published.hand_in(session, said=words, actor=cast.omar, at=DECIDED, **where)
    read = made.id, made.version
    with pytest.raises(NotAllowed):
        await published.publish(session, read=read, actor=cast.omar, at=DECIDED, **where)
    await published.take_back(session, actor=cast.omar, **where)
    with pytest.raises(Conflict):
        await published.publish(session, read=read, actor=cast.oksana, at=DECIDED, **where)
    worse = replace(words, follows={"en": "Never.", "sw": "Kamwe."})
    made = await published.hand_in(session, said=worse, actor=cast.omar, at=DECIDED, **where)
    with pytest.raises(Conflict) as unread:
        await published.publish(session, read=read, actor=cast.oksana, at=DECIDED, **where)
    assert unread.value.code == "read_again"
    assert outcome.follows == SAID.follows
    await published.publish(session, read=(made.id, made.version), actor=cast.oksana, at=DECIDED, **where)
    assert outcome.follows["en"] == "Never."
    [entry] = await recorded(session, "outcome_corrected")
    assert entry["facts"]["handed_in"] == {"role": "official", "place": "tamarani"}
    assert await queries.correction(session, outcome_id=outcome.id) is None


async def test_by_a_translation(session: Session, cast: Cast, asked: Asked) -> None:
    """Of what waits it is a change, of what is public a correction: neither is one person's."""
    await counted(session, cast, asked, **{"for": 12})
    common: dict[str, Any] = {"city": cast.city, "project": asked.project, "at": DECIDED}
    made = await operations.save(session, said=SAID, actor=cast.omar, **common)
    await decisions.hand_in(session, outcome=made, actor=cast.omar, **common)
    place = ("outcome", made.id, "decided")

    async def says(text: str, how: Made) -> None:
        await translate(session, texts={place: (text, how)}, language="fr", actor=cast.omar, **common)

    await says("Le marché reçoit 180 lampes.", Made(source="en"))
    assert made.state == OutcomeState.DRAFT
    await decisions.hand_in(session, outcome=made, actor=cast.omar, **common)
    read = made.id, made.version
    await decisions.publish(session, outcome=made, read=read, folder=asked.folder, actor=cast.oksana, **common)
    await says("Votez pour nous.", Made(source="sw"))
    assert made.decided["fr"] == "Le marché reçoit 180 lampes."
    waits = await queries.correction(session, outcome_id=made.id)
    assert waits is not None
    where: dict[str, Any] = {"city": cast.city, "project": asked.project, "outcome_id": made.id, "at": DECIDED}
    with pytest.raises(NotAllowed):
        await published.publish(session, read=(waits.id, waits.version), actor=cast.omar, **where)
    await published.publish(session, read=(waits.id, waits.version), actor=cast.oksana, **where)
    assert made.decided["fr"] == "Votez pour nous."
    assert made.marks["decided"]["fr"]["from"] == "sw"


async def test_by_the_form(
    app: Any, visitor: Browser, cast: Cast, asked: Asked, session: Session, clock: Clock
) -> None:
    """A button that is not on the page is pressed all the same."""
    await counted(session, cast, asked, **{"for": 12})
    await session.commit()
    clock.now = DECIDED
    await sign_in_as(visitor, app, cast.omar)
    words = {"decision": "withdrawn"} | {
        f"{field}.{language}": "Because." for field in ("decided", "reasons", "follows") for language in ("en", "sw")
    }
    await visitor.get(DESK)
    page = await visitor.send(words | {"publish": "1"})
    assert page.status_code in (409, 422)
    await visitor.get(DESK)
    await visitor.send(words | {"hand_in": "1"})
    await visitor.get(DESK)
    page = await visitor.send({"publish": "1"})
    assert page.status_code == 403
    assert "A second official has to read this decision and publish it." in page.text
    assert await session.scalar(sa.select(Project.state)) == "published"


async def test_the_database_itself_refuses_one_person(session: Session, cast: Cast, asked: Asked) -> None:
    await counted(session, cast, asked, **{"for": 12})
    outcome = await decided(session, cast, asked, asked.project)
    for alone in ({"published_by": Outcome.handed_in_by}, {"published_by": None}, {"handed_in_by": None}):
        with pytest.raises(IntegrityError):
            async with session.begin_nested():
                await session.execute(sa.update(Outcome).where(Outcome.id == outcome.id).values(alone))
    person, _secret = await hired(session, cast, NewRole(Role.OFFICIAL, cast.city.root.id, NOW + DAY))
    grant = sa.update(RoleGrant).where(RoleGrant.person_id == person)
    taken = {"taken_at": NOW, "taken_by": cast.ada.person_id}
    for wrong in (
        {"confirmed_by": RoleGrant.granted_by},
        {"confirmed_by": None},
        {"taken_at": NOW},
        taken,
        taken | {"taken_confirmed_by": cast.ada.person_id},
    ):
        with pytest.raises(IntegrityError):
            async with session.begin_nested():
                await session.execute(grant.values(wrong))


# Roles


def an_official(cast: Cast) -> NewRole:
    return NewRole(Role.OFFICIAL, cast.city.root.id, NOW + 90 * DAY)


async def held(session: Session, person: int) -> list[str]:
    running = sa.select(RoleGrant.role).where(RoleGrant.person_id == person, RoleGrant.taken_at.is_(None))
    return list((await session.scalars(running.order_by(RoleGrant.id))).all())


async def test_one_administrator_gives_nothing(session: Session, cast: Cast) -> None:
    person, _secret = await hired(session, cast)
    common: dict[str, Any] = {"city": cast.city, "at": NOW}
    change = await roles.want_given(session, person_id=person, new=an_official(cast), actor=cast.ada, **common)
    assert await held(session, person) == []
    with pytest.raises(NotAllowed) as alone:
        await roles.confirm(session, change_id=change.id, actor=cast.ada, **common)
    assert alone.value.code == "same_person"
    for other in (cast.omar, cast.idris, cast.amina):
        with pytest.raises(NotAllowed):
            await roles.confirm(session, change_id=change.id, actor=other, **common)
    await roles.confirm(session, change_id=change.id, actor=cast.juma, **common)
    assert await held(session, person) == ["official"]
    entry = (await recorded(session, "role_granted"))[-1]
    assert entry["actor"] == entry["facts"]["wanted"] == {"role": "administrator", "place": "tamarani"}
    with pytest.raises(Conflict):
        await roles.confirm(session, change_id=change.id, actor=cast.juma, **common)


async def test_nobody_confirms_a_role_of_their_own(session: Session, cast: Cast) -> None:
    person, _secret = await hired(session, cast, NewRole(Role.ADMINISTRATOR, cast.city.root.id, NOW + 30 * DAY))
    theirs = replace(cast.juma, person_id=person)
    with pytest.raises(NotAllowed) as own:
        await given(session, cast, person, an_official(cast), second=theirs)
    assert own.value.code == "own_role"


async def test_what_waits_grows_old_and_falls_with_whoever_wanted_it(session: Session, cast: Cast) -> None:
    person, _secret = await hired(session, cast)
    common: dict[str, Any] = {"city": cast.city}
    old = await roles.want_given(session, person_id=person, new=an_official(cast), actor=cast.ada, at=NOW, **common)
    with pytest.raises(Conflict) as late:
        await roles.confirm(session, change_id=old.id, actor=cast.juma, at=NOW + WAITS, **common)
    assert late.value.code == "too_old"
    await session.execute(
        sa.update(RoleGrant).where(RoleGrant.person_id == cast.ada.person_id).values(ends_at=NOW + DAY)
    )
    with pytest.raises(Conflict) as gone:
        await roles.confirm(session, change_id=old.id, actor=cast.juma, at=NOW + 2 * DAY, **common)
    assert gone.value.code == "proposer_gone"
    await roles.drop(session, change_id=old.id, actor=cast.juma, at=NOW + 2 * DAY, **common)
    assert await session.scalar(sa.select(sa.func.count()).select_from(RoleChange)) == 0


async def test_one_administrator_takes_nothing_from_another(session: Session, cast: Cast) -> None:
    grant = await session.scalar(sa.select(RoleGrant.id).where(RoleGrant.person_id == cast.juma.person_id)) or 0
    common: dict[str, Any] = {"city": cast.city, "at": NOW}
    change = await roles.want_taken(session, grant_id=grant, actor=cast.ada, **common)
    assert change is not None
    with pytest.raises(NotAllowed):
        await roles.confirm(session, change_id=change.id, actor=cast.ada, **common)
    with pytest.raises(Conflict):
        await roles.want_taken(session, grant_id=grant, actor=cast.ada, **common)
    assert await held(session, cast.juma.person_id or 0) == ["administrator"]
    third = await staff(session, cast.city, [Role.ADMINISTRATOR])
    await roles.confirm(session, change_id=change.id, actor=third, **common)
    assert await held(session, cast.juma.person_id or 0) == []
    entry = (await recorded(session, "role_taken"))[-1]
    assert entry["facts"]["wanted"] == {"role": "administrator", "place": "tamarani"}


async def test_a_role_of_ones_own_ends_alone_but_not_the_last_administrators(session: Session, cast: Cast) -> None:
    async def gives_up(actor: Any) -> None:
        grant = await session.scalar(sa.select(RoleGrant.id).where(RoleGrant.person_id == actor.person_id)) or 0
        await roles.give_up(session, city=cast.city, grant_id=grant, actor=actor, at=NOW)

    await gives_up(cast.omar)
    assert await held(session, cast.omar.person_id or 0) == []
    await gives_up(cast.juma)
    with pytest.raises(Conflict) as last:
        await gives_up(cast.ada)
    assert last.value.code == "last_administrator"
    entries = await recorded(session, "role_taken")
    assert [entry["actor"]["role"] for entry in entries] == ["official", "administrator"]
    assert all("wanted" not in entry["facts"] for entry in entries)


async def test_nobody_gives_up_somebody_elses_role(session: Session, cast: Cast) -> None:
    grant = await session.scalar(sa.select(RoleGrant.id).where(RoleGrant.person_id == cast.omar.person_id)) or 0
    with pytest.raises(Refusal):
        await roles.give_up(session, city=cast.city, grant_id=grant, actor=cast.oksana, at=NOW)
    assert await held(session, cast.omar.person_id or 0) == ["official"]


async def test_an_invitation_of_one_administrator_opens_no_door(session: Session, cast: Cast) -> None:
    value = await hiring.invite(session, city=cast.city, new=an_official(cast), secrets=SECRETS, actor=cast.ada, at=NOW)
    common: dict[str, Any] = {"city": cast.city, "value": value, "secrets": SECRETS}
    with pytest.raises(Conflict) as early:
        await hiring.find_invitation(session, at=NOW, **common)
    assert early.value.code == "not_confirmed"
    number = await session.scalar(sa.select(Invitation.id)) or 0
    with pytest.raises(NotAllowed):
        await invitations.confirm(session, city=cast.city, invitation_id=number, actor=cast.ada, at=NOW)
    await invitations.confirm(session, city=cast.city, invitation_id=number, actor=cast.juma, at=NOW + 6 * DAY)
    assert await hiring.find_invitation(session, at=NOW + 12 * DAY, **common)
    with pytest.raises(IntegrityError):
        async with session.begin_nested():
            await session.execute(sa.update(Invitation).values(confirmed_by=cast.ada.person_id))


@pytest.mark.parametrize("button", ["confirm", "admit"])
async def test_by_a_button_that_is_not_on_the_page(
    app: Any, visitor: Browser, cast: Cast, session: Session, button: str
) -> None:
    person, _secret = await hired(session, cast)
    await session.commit()
    await sign_in_as(visitor, app, cast.ada)
    await visitor.get("/staff/team")
    wanted = {"role": "official", "place": "tamarani", "ends_at": "2027-12-31"}
    await visitor.send(wanted | {"person": str(person) if button == "confirm" else ""})
    table = RoleChange if button == "confirm" else Invitation
    number = await session.scalar(sa.select(table.id))
    await visitor.get("/staff/team")
    page = await visitor.send({button: str(number)})
    assert page.status_code == 403
    assert "It needs two people." in page.text
    assert await held(session, person) == []


async def test_by_the_command_line(session: Session, settings: Settings, cast: Cast) -> None:
    """It makes administrators of the whole city until there are two, and nothing else ever."""

    async def adds(login: str, role: str, place: str | None = None) -> str:
        said = {"login": login, "password": PASSWORD, "roles": [role], "place": place, "ends": None, "city": None}
        return await commands.add_staff(session, settings, at=NOW, **said)  # type: ignore[arg-type]

    for role in ("administrator", "official", "moderator"):
        with pytest.raises(Conflict) as refused:
            await adds("zed", role)
        assert refused.value.code == "founded"
    ends = sa.update(RoleGrant).where(RoleGrant.role == Role.ADMINISTRATOR).values(ends_at=NOW)
    await session.execute(ends)
    for role, place in (("official", None), ("administrator", "harbour")):
        with pytest.raises(Conflict) as refused:
            await adds("zed", role, place)
        assert refused.value.code == "founding"
    await adds("first", "administrator")
    await adds("second", "administrator")
    with pytest.raises(Conflict):
        await adds("third", "administrator")


async def test_the_desk_lists_what_waits_for_a_second_person(
    app: Any, visitor: Browser, cast: Cast, asked: Asked, session: Session, clock: Clock
) -> None:
    await counted(session, cast, asked, **{"for": 12})
    common: dict[str, Any] = {"city": cast.city, "project": asked.project, "actor": cast.omar, "at": DECIDED}
    outcome = await operations.save(session, said=SAID, **common)
    await decisions.hand_in(session, outcome=outcome, **common)
    person, _secret = await hired(session, cast)
    await roles.want_given(session, city=cast.city, person_id=person, new=an_official(cast), actor=cast.ada, at=DECIDED)
    await session.commit()
    clock.now = DECIDED
    for actor, sees, not_sees in (
        (cast.oksana, f'href="{DESK}"', 'href="/staff/team"'),
        (cast.juma, "A role to give or remove", f'href="{DESK}"'),
    ):
        someone = browser(app)
        await sign_in_as(someone, app, actor)
        page = (await someone.get("/staff/")).text
        assert "Waits for a second person" in page
        assert sees in page
        assert not_sees not in page
        await someone.client.aclose()
    await sign_in_as(visitor, app, cast.omar)
    assert "somebody else than you" in (await visitor.get("/staff/")).text


@pytest.mark.parametrize(
    ("words", "door"),
    [
        (r"(?<!class )\bRoleGrant\(", "domain/people/roles/operations.py"),
        (r"\bOutcomeState\.PUBLISHED, rules\.TRANSITIONS", "domain/outcomes/operations.py"),
        (r"\bstep\.opened_at = at\b", "domain/projects/steps/operations.py"),
        (r"(?<!def )\bmark_(decided|withdrawn)\(\s*session", "domain/outcomes/operations.py"),
    ],
)
def test_there_is_one_door_for_each(words: str, door: str) -> None:
    """Whoever adds another one meets this test, and the question of the second person."""
    root = Path(participation.__file__).parent
    found = [path for path in root.rglob("*.py") if re.search(words, path.read_text())]
    assert [str(path.relative_to(root)) for path in found] == [door]


async def test_a_withdrawal_by_two(session: Session, cast: Cast, asked: Asked) -> None:
    await published_by_two(session, cast, asked.project, said(decision=Decision.WITHDRAWN), asked.folder, at=NOW)
    assert asked.project.state == ProjectState.WITHDRAWN
