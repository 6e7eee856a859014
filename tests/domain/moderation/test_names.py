"""City workers are recognised in what somebody writes, however it is typed; their names are kept nowhere."""

import pytest
import sqlalchemy as sa

from participation.domain.moderation.models import ListedName
from participation.domain.moderation.names import queries
from participation.domain.moderation.names.forms import read_names
from participation.domain.moderation.names.operations import list_names, names_somebody, unlist_names
from participation.domain.record.models import RecordEntry
from participation.kit.database import Session
from participation.kit.errors import Invalid, NotAllowed
from participation.kit.forms import Said
from participation.kit.hashing import Secrets
from tests.cast import NOW, Cast
from tests.slips import SECRETS

NAMES = "Neema Kirubi\nJosé Núñez\nسليم الحداد\nसुनीता शर्मा\n王小明"


async def listed(session: Session, cast: Cast, text: str = NAMES, secrets: Secrets = SECRETS) -> int:
    names = read_names(Said({"names": text}))
    return await list_names(session, city=cast.city, names=names, secrets=secrets, actor=cast.ada, at=NOW)


@pytest.mark.parametrize(
    "text",
    [
        "It was Neema Kirubi who sent me away.",
        "KIRUBI, Neema sent me away!",
        "It was neema\n  kirubi.",
        "Pregunten a Jose Nunez.",
        "سألتُ سليم الحدّاد في المكتب",
        "मैंने सुनीता शर्मा से पूछा",
        "我问了王小明两次",
        "It was Ne\u00adema Kirubi.",
        "Ask Neema W. Kirubi.",
        "سليـــم الحداد لا يجيب",
        "قلتُ لسليم الحداد",
    ],
)
async def test_a_name_is_recognised_however_it_is_typed(session: Session, cast: Cast, text: str) -> None:
    await listed(session, cast)
    assert await names_somebody(session, city_id=cast.city.id, text=text, secrets=SECRETS)


@pytest.mark.parametrize(
    "text", ["Neema is my daughter.", "Kirubi Road floods.", "सुनीता ने शर्मा जी से पूछा", "", "a b " * 250]
)
async def test_half_a_name_or_none_is_not(session: Session, cast: Cast, text: str) -> None:
    await listed(session, cast)
    assert not await names_somebody(session, city_id=cast.city.id, text=text, secrets=SECRETS)


async def test_another_city_has_a_list_of_its_own(session: Session, cast: Cast) -> None:
    await listed(session, cast)
    assert not await names_somebody(session, city_id=cast.city.id + 1, text="Neema Kirubi", secrets=SECRETS)


async def test_no_name_stands_in_the_database_or_the_record(session: Session, cast: Cast) -> None:
    assert await listed(session, cast) == 5
    assert await listed(session, cast, "Kirubi Neema") == 0
    rows = (await session.execute(sa.select(ListedName.digest))).scalars().all()
    assert {len(digest) for digest in rows} == {16}
    bodies = (
        (await session.execute(sa.select(RecordEntry.body).where(RecordEntry.kind == "names_listed"))).scalars().all()
    )
    assert len(bodies) == 2
    for body in bodies:
        assert "irubi" not in body
        assert '"names":null' in body.replace(" ", "")


async def test_whoever_is_elected_is_taken_off(session: Session, cast: Cast) -> None:
    await listed(session, cast)
    names = read_names(Said({"names": "kirubi neema\nSomebody Else"}))
    taken = await unlist_names(session, city=cast.city, names=names, secrets=SECRETS, actor=cast.ada, at=NOW)
    assert (taken, await queries.listed(session, city_id=cast.city.id)) == (1, 4)
    assert not await names_somebody(session, city_id=cast.city.id, text="Neema Kirubi", secrets=SECRETS)


async def test_names_outlive_a_change_of_the_master_secret(session: Session, cast: Cast) -> None:
    await listed(session, cast, "Neema Kirubi\nJuma Otieno")
    rotating = Secrets("another secret, just as long as the one before", SECRETS.current)
    after = Secrets(rotating.current)
    assert await names_somebody(session, city_id=cast.city.id, text="Neema Kirubi", secrets=rotating)
    assert await names_somebody(session, city_id=cast.city.id, text="Neema Kirubi", secrets=after)
    assert await listed(session, cast, "Neema Kirubi\nJuma Otieno\nAsha Abdi", rotating) == 1
    assert await queries.listed(session, city_id=cast.city.id) == 3
    assert await names_somebody(session, city_id=cast.city.id, text="Juma Otieno", secrets=after)
    juma = read_names(Said({"names": "Juma Otieno"}))
    taken = await unlist_names(session, city=cast.city, names=juma, secrets=rotating, actor=cast.ada, at=NOW)
    assert taken == 1


@pytest.mark.parametrize("who", ["amina", "omar", "mariam", "idris", "nobody"])
async def test_only_an_administrator_keeps_the_list(session: Session, cast: Cast, who: str) -> None:
    names = read_names(Said({"names": NAMES}))
    with pytest.raises(NotAllowed):
        await list_names(session, city=cast.city, names=names, secrets=SECRETS, actor=getattr(cast, who), at=NOW)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "at least one name"),
        ("Neema Kirubi\nRose", "Line 2"),
        ("a b c d e f g", "Line 1"),
        ("\n".join(["Neema Kirubi"] * 501), "At most 500"),
    ],
)
def test_what_is_no_name_is_refused_with_its_line(text: str, told: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_names(Said({"names": text}))
    assert told in str(refused.value.errors["names"])
