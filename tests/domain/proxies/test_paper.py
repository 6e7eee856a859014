"""Paper forms: a batch keeps what it asked, each sheet has a number that checks itself and a receipt of its own."""

import pytest
import sqlalchemy as sa

from participation.domain.projects.models import Feature
from participation.domain.proxies.devices.models import ReservedReceipt
from participation.domain.proxies.paper import rules
from participation.domain.proxies.paper.models import PaperBatch, PaperSheet
from participation.domain.proxies.paper.queries import batches
from participation.kit.database import Session
from participation.kit.errors import Refusal
from tests.cast import DAY, NOW, Cast
from tests.consulting import consulted, say
from tests.delegating import delegate
from tests.recorded import recorded
from tests.sheets import printed


def test_a_serial_number_checks_itself() -> None:
    for batch, serial in ((1, 1), (12, 34), (987, 200)):
        shown = rules.serial_number(batch, serial)
        assert rules.read_serial(shown) == rules.read_serial(f" {shown.replace('-', '')} ") == (batch, serial)
        wrong = str((int(shown[-2]) + 1) % 10)
        with pytest.raises(Refusal) as refused:
            rules.read_serial(shown[:-2] + wrong + shown[-1])
        assert refused.value.code == "serial"
    assert rules.read_serial("١٢-" + rules.serial_number(12, 34)[3:]) == (12, 34)
    assert rules.client_id(1, 23) != rules.client_id(12, 3)


async def test_a_batch_fixes_what_its_numbers_mean_and_reserves_a_receipt_for_each_sheet(
    session: Session, cast: Cast
) -> None:
    await consulted(session, cast)
    said = [await say(session, cast, cast.amina, f"Nobody hears siren {place}.") for place in range(15)]
    what = await printed(session, cast, await delegate(session, cast), count=4)
    batch = (await session.scalars(sa.select(PaperBatch))).one()
    assert [one["id"] for one in what.statements] == batch.statements == sorted(batch.statements)
    assert (len(batch.statements), set(batch.statements) <= {one.id for one in said}) == (rules.STATEMENTS, True)
    assert [cast.city.places[place].slug for place in batch.places] == ["harbour", "quay"]
    sheets = (await session.scalars(sa.select(PaperSheet).order_by(PaperSheet.serial))).all()
    reserved = set(await session.scalars(sa.select(ReservedReceipt.receipt)))
    assert [sheet.receipt for sheet in sheets] == what.receipts
    assert set(what.receipts) == reserved
    [row], _more = await batches(session, city=cast.city, at=NOW)
    assert (row.printed, row.read, row.differs, row.taken, row.void) == (4, 0, 0, 0, 0)


async def test_the_record_tells_of_a_batch_by_numbers_alone(session: Session, cast: Cast) -> None:
    await consulted(session, cast)
    what = await printed(session, cast, await delegate(session, cast))
    (entry,) = await recorded(session, "paper_printed")
    assert entry["actor"] == {"role": "official", "place": "tamarani"}
    assert (entry["facts"]["printed"], entry["facts"]["batch"]) == (3, what.batch)
    assert not any(receipt in str(entry) or "market table" in str(entry) for receipt in what.receipts)


async def test_nothing_is_printed_where_nobody_is_asked(session: Session, cast: Cast) -> None:
    await consulted(session, cast, "closed", closes=-DAY, number=2)
    await consulted(session, cast, "voting", allows=[Feature.ANSWER], number=3)
    await consulted(session, cast, "hill-road", places=[cast.hill], number=4)
    await consulted(session, cast)
    someone, other = await delegate(session, cast), await delegate(session, cast, state="suspended")

    async def why(**more: object) -> str:
        with pytest.raises(Refusal) as refused:
            await printed(session, cast, more.pop("someone", someone), **more)  # type: ignore[arg-type]
        return refused.value.code

    assert await why(project="closed") == "nothing_asked"
    assert await why(project="voting") == "nothing_asked"
    assert await why(project="hill-road") == "paper_district"
    assert await why(project="nothing") == "project"
    assert await why(someone=other) == "delegate_suspended"
    assert await why(actor=cast.mariam) == "role"
