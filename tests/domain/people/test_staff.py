"""Staff are made on the command line or by an invitation that works once; roles are given, end, and are taken."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pyotp
import pytest
import sqlalchemy as sa

from participation.domain.people.invitations.operations import confirm as confirm_invitation
from participation.domain.people.invitations.operations import withdraw as withdraw_invitation
from participation.domain.people.models import Invitation, Role, RoleGrant, SignIn, StaffCredential
from participation.domain.people.operations import open_session
from participation.domain.people.queries import signed_in
from participation.domain.people.roles import operations as changes
from participation.domain.people.staff import operations, queries
from participation.domain.people.staff.forms import NewRole, StaffSignIn, read_role
from participation.domain.record.actors import Actor, Via
from participation.kit.database import Database, Session
from participation.kit.errors import Conflict, Gone, NotAllowed, NotFound
from participation.kit.forms import Reader, Said
from participation.kit.hashing import Secrets, keyed
from tests.cast import DAY, NOW, Cast, staff
from tests.delegating import delegate
from tests.domain.people.test_batches import recorded
from tests.hiring import PASSWORD, given, hired, taken
from tests.slips import DEVICE, SECRETS


def a_role(cast: Cast, role: Role = Role.OFFICIAL, place: int | None = None, days: int = 90) -> NewRole:
    return NewRole(role, place or cast.city.root.id, NOW + days * DAY)


async def tried(
    session: Session, cast: Cast, totp: str, password: str = PASSWORD, login: str = "rehema", seconds: int = 0
) -> Any:
    return await operations.recognise_staff(
        session,
        city=cast.city,
        given=StaffSignIn(login, password, totp),
        sources=DEVICE,
        secrets=SECRETS,
        at=NOW + timedelta(seconds=seconds),
    )


async def invited(session: Session, cast: Cast, new: NewRole, first: Actor | None = None) -> str:
    """Wanted by Ada, or somebody else; confirmed by Juma."""
    value = await operations.invite(session, city=cast.city, new=new, secrets=SECRETS, actor=first or cast.ada, at=NOW)
    number = await session.scalar(sa.select(sa.func.max(Invitation.id))) or 0
    await confirm_invitation(session, city=cast.city, invitation_id=number, actor=cast.juma, at=NOW)
    return value


def an_administrator(cast: Cast, place: int | None = None) -> NewRole:
    return a_role(cast, Role.ADMINISTRATOR, place)


async def test_login_password_and_one_time_password_have_to_fit_together(session: Session, cast: Cast) -> None:
    person, secret = await hired(session, cast, a_role(cast))
    now = pyotp.TOTP(secret).at(NOW)
    for wrong in (
        await tried(session, cast, now, password="five calm green boats"),
        await tried(session, cast, now, login="nobody"),
        await tried(session, cast, "000000" if now != "000000" else "111111"),
    ):
        assert wrong.person_id is None
        assert wrong.refusal.code == "staff"
    assert (await tried(session, cast, now)).person_id == person
    assert (await tried(session, cast, now)).person_id is None
    later = pyotp.TOTP(secret).at(NOW + timedelta(seconds=30))
    assert (await tried(session, cast, later, seconds=30)).person_id == person


async def test_the_totp_secret_is_not_kept_in_clear(session: Session, cast: Cast) -> None:
    _person, secret = await hired(session, cast, a_role(cast))
    kept = (await session.execute(sa.select(StaffCredential.totp_secret, StaffCredential.password_hash))).one()
    assert secret.encode() not in bytes(kept.totp_secret)
    assert kept.password_hash.startswith("$argon2id$")


async def test_whoever_signs_in_after_the_secret_was_changed_is_renewed(session: Session, cast: Cast) -> None:
    person, secret = await hired(session, cast, a_role(cast))
    newer = Secrets("a newer secret, as long as the one before it was", SECRETS.current)
    for seconds, secrets in ((0, newer), (60, Secrets(newer.current))):
        found = await operations.recognise_staff(
            session,
            city=cast.city,
            given=StaffSignIn("rehema", PASSWORD, pyotp.TOTP(secret).at(NOW + timedelta(seconds=seconds))),
            sources=DEVICE,
            secrets=secrets,
            at=NOW + timedelta(seconds=seconds),
        )
        assert found.person_id == person


async def test_who_knows_the_password_cannot_guess_the_rest(session: Session, cast: Cast) -> None:
    _person, secret = await hired(session, cast, a_role(cast))
    right = {pyotp.TOTP(secret).at(NOW + timedelta(seconds=s)) for s in (-30, 0, 30)}
    wrong = next(code for code in ("000000", "111111", "222222", "333333") if code not in right)
    for _ in range(10):
        assert (await tried(session, cast, wrong)).refusal.code == "staff"
    assert (await tried(session, cast, pyotp.TOTP(secret).at(NOW))).refusal.code == "totp"


async def test_a_login_belongs_to_one(session: Session, cast: Cast) -> None:
    await hired(session, cast, a_role(cast))
    with pytest.raises(Conflict):
        await hired(session, cast, a_role(cast))


async def test_an_invitation_makes_one_member_of_staff(session: Session, cast: Cast) -> None:
    value = await invited(session, cast, a_role(cast, Role.MODERATOR))
    secret = operations.invited_secret(value, SECRETS)
    assert secret == operations.invited_secret(value, SECRETS)

    async def accept(login: str, totp: str) -> int:
        return await operations.accept_invitation(
            session,
            city=cast.city,
            value=value,
            login=login,
            password=PASSWORD,
            totp=totp,
            secrets=SECRETS,
            at=NOW,
        )

    now = pyotp.TOTP(secret).at(NOW)
    with pytest.raises(Conflict):
        await accept("rehema", "123" + now[:3] if now[:3] != "123" else "321321")
    person = await accept("rehema", now)
    with pytest.raises(Gone):
        await accept("another", now)
    assert (await tried(session, cast, now)).person_id is None
    rows = await queries.staff(session, city_id=cast.city.id, at=NOW)
    assert [(row.login, row.role) for row in rows] == [("rehema", "moderator")]
    assert person == rows[0].person_id
    entry = (await recorded(session, "role_granted"))[-1]
    wanted = {"role": "administrator", "place": "tamarani"}
    assert entry["facts"] == {"role": "moderator", "place": "tamarani", "ends": "2027-05-30", "wanted": wanted}
    assert entry["actor"] == {"role": "administrator", "place": "tamarani"}


async def test_only_the_hash_of_an_invitation_is_kept_and_it_grows_old(session: Session, cast: Cast) -> None:
    value = await invited(session, cast, a_role(cast))
    kept = await session.scalar(sa.select(Invitation.digest))
    assert kept == keyed(SECRETS.key("invitation"), value)
    with pytest.raises(Gone):
        await operations.find_invitation(
            session, city=cast.city, value=value, secrets=SECRETS, at=NOW + timedelta(days=7)
        )
    with pytest.raises(NotFound):
        await operations.find_invitation(session, city=cast.city, value="x", secrets=SECRETS, at=NOW)


async def test_an_invitation_ends_with_the_role_that_it_offers(session: Session, cast: Cast) -> None:
    value = await invited(session, cast, a_role(cast, days=2))
    at = NOW + timedelta(days=2)
    with pytest.raises(Gone) as refused:
        await operations.find_invitation(session, city=cast.city, value=value, secrets=SECRETS, at=at)
    assert "new one" in str(refused.value.next_step)
    assert not await queries.open_invitations(session, city_id=cast.city.id, at=at)


async def test_the_record_says_the_day_on_which_a_role_ends_in_the_city(session: Session, cast: Cast) -> None:
    """Midnight in Tamarani is the day before in UTC."""
    typed = Said({"role": "official", "place": "harbour", "ends_at": "2027-06-30"})
    new = read_role(Reader(typed), cast.city, cast.city.zone)
    await hired(session, cast, new)
    assert (await recorded(session, "role_granted"))[-1]["facts"]["ends"] == "2027-06-30"


async def test_who_may_invite_and_for_how_long(session: Session, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        await operations.invite(session, city=cast.city, new=a_role(cast), secrets=SECRETS, actor=cast.omar, at=NOW)
    with pytest.raises(Conflict):
        await operations.invite(
            session, city=cast.city, new=a_role(cast, days=2000), secrets=SECRETS, actor=cast.ada, at=NOW
        )


async def test_a_role_is_over_at_its_end_and_a_taken_one_at_once(
    session: Session, database: Database, cast: Cast
) -> None:
    person, _secret = await hired(session, cast, a_role(cast, days=1), a_role(cast, Role.MODERATOR, cast.hill))
    value = await open_session(
        session, city_id=cast.city.id, person_id=person, staff=True, via=Via.WEB, secrets=SECRETS, at=NOW + 0.9 * DAY
    )
    digest = keyed(SECRETS.key("session"), value)

    async def roles(days: float) -> set[str]:
        found = await signed_in(database, city_id=cast.city.id, digest=digest, at=NOW + days * DAY)
        return {grant.role for grant in found.grants} if found else set()

    assert await roles(0.95) == {"official", "moderator"}
    assert await roles(1.0) == {"moderator"}
    grant = next(
        row.grant_id for row in await queries.staff(session, city_id=cast.city.id, at=NOW) if row.role == Role.MODERATOR
    )
    with pytest.raises(NotAllowed):
        await changes.want_taken(session, city=cast.city, grant_id=grant, actor=cast.omar, at=NOW)
    await taken(session, cast, grant, at=NOW + DAY)
    assert await session.scalar(sa.select(sa.func.count()).where(SignIn.person_id == person)) == 0
    with pytest.raises(NotFound):
        await changes.want_taken(session, city=cast.city, grant_id=grant, actor=cast.ada, at=NOW + DAY)
    assert [entry["facts"]["role"] for entry in await recorded(session, "role_taken")] == ["moderator"]


async def accepted(session: Session, cast: Cast, value: str, login: str = "rehema") -> int:
    """Somebody opens the link of an invitation and accepts it."""
    return await operations.accept_invitation(
        session,
        city=cast.city,
        value=value,
        login=login,
        password=PASSWORD,
        totp=pyotp.TOTP(operations.invited_secret(value, SECRETS)).at(NOW),
        secrets=SECRETS,
        at=NOW,
    )


async def test_a_removed_administrator_has_no_door_left_open(session: Session, cast: Cast) -> None:
    other = await staff(session, cast.city, [Role.ADMINISTRATOR])
    value = await invited(session, cast, an_administrator(cast), other)
    hers = await invited(session, cast, an_administrator(cast))
    person, _secret = await hired(session, cast)
    wish = {"person_id": person, "new": a_role(cast), "actor": other, "at": NOW}
    change = await changes.want_given(session, city=cast.city, **wish)  # type: ignore[arg-type]
    grant = await session.scalar(sa.select(RoleGrant.id).where(RoleGrant.person_id == other.person_id))
    await taken(session, cast, grant or 0)
    with pytest.raises(Conflict):
        await changes.confirm(session, city=cast.city, change_id=change.id, actor=cast.ada, at=NOW)
    with pytest.raises(NotFound):
        await accepted(session, cast, value)
    assert await accepted(session, cast, hers, "zed")
    entry = (await recorded(session, "invitation_withdrawn"))[-1]
    assert entry["facts"] == {"role": "administrator", "place": "tamarani"}
    assert entry["actor"] == {"role": "administrator", "place": "tamarani"}


async def test_an_invitation_counts_while_whoever_made_it_may_make_it(session: Session, cast: Cast) -> None:
    local = await staff(session, cast.city, [Role.ADMINISTRATOR], cast.hill)
    value = await invited(session, cast, an_administrator(cast, cast.hill), local)
    theirs = sa.update(RoleGrant).where(RoleGrant.person_id == local.person_id)
    await session.execute(theirs.values(ends_at=NOW))
    with pytest.raises(NotFound):
        await accepted(session, cast, value)
    await session.execute(theirs.values(ends_at=NOW + DAY, place_id=cast.harbour))
    with pytest.raises(NotFound):
        await accepted(session, cast, value)
    await session.execute(theirs.values(place_id=cast.hill))
    assert await accepted(session, cast, value)


async def test_who_withdraws_an_invitation(session: Session, cast: Cast) -> None:
    value = await invited(session, cast, an_administrator(cast))
    wanted = {"role": "administrator", "place": "tamarani"}
    assert (await recorded(session, "role_invited"))[-1]["facts"] == wanted | {"wanted": wanted}
    number = await session.scalar(sa.select(Invitation.id)) or 0

    async def withdraw(actor: Actor) -> None:
        await withdraw_invitation(session, city=cast.city, invitation_id=number, actor=actor, at=NOW)

    for actor in (cast.omar, await staff(session, cast.city, [Role.ADMINISTRATOR], cast.hill)):
        with pytest.raises(NotAllowed):
            await withdraw(actor)
    await withdraw(cast.ada)
    with pytest.raises(NotFound):
        await accepted(session, cast, value)
    with pytest.raises(NotFound):
        await withdraw(cast.ada)


async def test_an_administrator_of_a_district_gives_roles_there_alone(session: Session, cast: Cast) -> None:
    local = await staff(session, cast.city, [Role.ADMINISTRATOR], cast.hill)
    person, _secret = await hired(session, cast)
    await given(session, cast, person, a_role(cast, Role.MODERATOR, cast.hill), first=local)
    with pytest.raises(NotAllowed):
        await given(session, cast, person, a_role(cast), first=local)
    with pytest.raises(NotAllowed):
        await given(session, cast, person, a_role(cast), second=local)
    with pytest.raises(NotFound):
        await given(session, cast, cast.amina.person_id or 0, a_role(cast, place=cast.hill), first=local)


@pytest.mark.parametrize("own", [False, True])
async def test_the_role_of_a_delegate_is_not_taken_beside_their_appointment(
    session: Session, cast: Cast, own: bool
) -> None:
    """They would still read "appointed", and their devices would go on."""
    made = await delegate(session, cast)
    grant = await session.scalar(sa.select(RoleGrant.id).where(RoleGrant.person_id == made.person_id))
    themselves = replace(cast.omar, person_id=made.person_id)
    act, who = (changes.give_up, themselves) if own else (changes.want_taken, cast.ada)
    with pytest.raises(Conflict, match="delegate_role"):
        await act(session, city=cast.city, grant_id=grant or 0, actor=who, at=NOW)
