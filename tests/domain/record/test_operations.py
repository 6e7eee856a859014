"""Entries are appended, sealed, served, proved and erased, and what is served verifies."""

import asyncio
import json
import stat
from pathlib import Path

import pytest
import sqlalchemy as sa

from participation.domain.record import keys, notes, operations, queries, rules, tiles, tree
from participation.domain.record.actors import Actor, Via, system
from participation.domain.record.models import RecordEntry
from participation.domain.record.notes import Signer
from participation.domain.record.sources import Folder
from participation.domain.record.verify import Report, verify
from participation.kit.database import Database, Session
from participation.kit.errors import Conflict, Gone, NotFound
from tests.cast import NOW, found

PROJECT = ("project", "flood-sirens")


@pytest.fixture
async def city(session: Session) -> int:
    return (await found(session)).id


def official(city: int) -> Actor:
    return Actor(city_id=city, person_id=77, via=Via.WEB, role="official", place="harbour")


def resident(city: int) -> Actor:
    return Actor(city_id=city, person_id=4711, via=Via.SMS, place="harbour")


async def log(session: Session, city: int, number: int, about: tuple[str, str] | None = PROJECT) -> None:
    for n in range(number):
        actor = official(city)
        await operations.append(session, city_id=city, kind="edited", actor=actor, at=NOW, facts={"n": n}, about=about)


async def start(session: Session, city: int, folder: Path) -> Signer:
    return await operations.start(session, city_id=city, host="tamarani.example", folder=folder, at=NOW)


async def publish(session: Session, city: int, folder: Path) -> Folder:
    """What a city serves, as files."""
    checkpoint = await queries.checkpoint(session, city)
    assert checkpoint is not None
    files = {"checkpoint": checkpoint.note.encode()}
    level, count = 0, checkpoint.size
    while count:
        for first in range(0, count, 256):
            address = tiles.Address(level, first // 256, min(256, count - first))
            files[address.path] = await queries.tile_file(session, city, address)
            if level == 0:
                bundle = address._replace(level=None)
                files[bundle.path] = await queries.tile_file(session, city, bundle)
        level, count = level + 1, count // 256
    for n in range(checkpoint.size):
        try:
            files[f"entry/{n}.json"] = await queries.entry_file(session, city, n)
        except Gone:
            continue
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return Folder(folder)


async def checked(session: Session, city: int, folder: Path, key: notes.VerifierKey) -> Report:
    return verify(await publish(session, city, folder), key=key)


async def test_what_is_appended_and_sealed_verifies(session: Session, city: int, tmp_path: Path) -> None:
    signer = await start(session, city, tmp_path / "keys")
    for batch in (1, 254, 3, 300):
        await log(session, city, batch)
        assert await operations.seal(session, city_id=city, signer=signer, at=NOW) == batch
    assert await operations.seal(session, city_id=city, signer=signer, at=NOW) == 0
    report = await checked(session, city, tmp_path / "copy", signer.verifier)
    assert report.whole, report.findings
    assert report.size == 559
    assert report.origin == "tamarani.example/record"


async def test_people_stand_in_the_record_as_roles_and_never_as_persons(
    session: Session, city: int, tmp_path: Path
) -> None:
    signer = await start(session, city, tmp_path)
    for actor in (official(city), resident(city), system(city)):
        await operations.append(session, city_id=city, kind="done", actor=actor, at=NOW, facts={}, about=PROJECT)
    await operations.seal(session, city_id=city, signer=signer, at=NOW)
    staff, person, platform = [json.loads(await queries.entry_file(session, city, n))["entry"] for n in (1, 2, 3)]
    about = {"kind": "project", "id": "flood-sirens"}
    common = {"kind": "done", "at": "2027-03-01T09:00:00Z", "about": about, "facts": {}}
    assert staff == common | {"actor": {"role": "official", "place": "harbour"}, "via": "web"}
    assert person == common | {"actor": {"role": "resident"}, "via": "sms"}
    assert platform == common | {"actor": {"role": "system"}}


async def test_the_key_and_the_origin_are_fixed_at_the_first_start(session: Session, city: int, tmp_path: Path) -> None:
    first = await start(session, city, tmp_path)
    again = await operations.start(session, city_id=city, host="moved.example", folder=tmp_path, at=NOW)
    assert again.verifier == first.verifier
    (file,) = (tmp_path / "record").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.name.startswith("tamarani.example_record.")
    file.write_text("PRIVATE+KEY+nonsense")
    with pytest.raises(keys.KeyMissing, match="damaged"):
        await start(session, city, tmp_path)
    file.unlink()
    with pytest.raises(keys.KeyMissing, match="No such file"):
        await start(session, city, tmp_path)


async def test_an_erased_entry_is_gone_and_the_record_stays_whole(session: Session, city: int, tmp_path: Path) -> None:
    signer = await start(session, city, tmp_path / "keys")
    await log(session, city, 3)
    await operations.seal(session, city_id=city, signer=signer, at=NOW)
    await operations.erase_entry(session, city_id=city, number=2, actor=official(city), at=NOW, reason="privacy")
    await operations.seal(session, city_id=city, signer=signer, at=NOW)
    with pytest.raises(Gone):
        await queries.entry_file(session, city, 2)
    shown = await queries.entry(session, city, 2)
    assert (shown.erased, shown.facts, shown.actor) == (True, {}, {})
    assert (await queries.entry(session, city, 4)).facts == {"entry": 2, "reason": "privacy"}
    report = await checked(session, city, tmp_path / "copy", signer.verifier)
    assert report.whole, report.findings
    assert report.erased == [2]


async def test_what_explains_a_gap_cannot_be_erased(session: Session, city: int, tmp_path: Path) -> None:
    signer = await start(session, city, tmp_path)
    await log(session, city, 1)
    await operations.seal(session, city_id=city, signer=signer, at=NOW)
    erase = {"city_id": city, "actor": official(city), "at": NOW, "reason": "privacy"}
    await operations.erase_entry(session, number=1, **erase)
    await operations.seal(session, city_id=city, signer=signer, at=NOW)
    for number in (0, 1, 2):
        with pytest.raises(Conflict):
            await operations.erase_entry(session, number=number, **erase)
    with pytest.raises(NotFound):
        await operations.erase_entry(session, number=99, **erase)


async def test_words_are_a_hash_that_means_nothing_once_they_are_erased(session: Session, city: int) -> None:
    about = ("comment", "12")
    digest = await operations.hash_words(session, city_id=city, about=about, text="Hakuna maji tangu Jumatatu")
    salts = await queries.words_salts(session, city, about)
    assert rules.words_hash("Hakuna maji tangu Jumatatu", bytes.fromhex(salts[digest])) == digest
    await operations.erase_words(session, city_id=city, about=about)
    assert await queries.words_salts(session, city, about) == {}


async def test_a_new_key_takes_over_and_holders_of_the_old_one_follow(
    session: Session, city: int, tmp_path: Path
) -> None:
    old = await start(session, city, tmp_path / "keys")
    new = await operations.rotate(session, city_id=city, actor=official(city), folder=tmp_path / "keys", at=NOW)
    await log(session, city, 1)
    with pytest.raises(operations.WrongKey):
        await operations.seal(session, city_id=city, signer=old, at=NOW)
    assert (await start(session, city, tmp_path / "keys")).verifier == new.verifier
    await operations.seal(session, city_id=city, signer=new, at=NOW)
    for key in (old.verifier, new.verifier):
        assert (await checked(session, city, tmp_path / "copy", key)).whole


async def test_proofs_come_from_stored_tiles(session: Session, city: int, tmp_path: Path) -> None:
    signer = await start(session, city, tmp_path)
    roots = {1: None}
    for batch in (5, 300):
        await log(session, city, batch)
        await operations.seal(session, city_id=city, signer=signer, at=NOW)
    for size in (1, 6, 306):
        signed = await queries.checkpoint(session, city, size=size)
        assert signed is not None
        roots[size] = notes.checkpoint(notes.open_note(signed.note.encode())).root  # type: ignore[assignment]
    leaves = (
        await session.scalars(
            sa.select(RecordEntry.leaf).where(RecordEntry.city_id == city).order_by(RecordEntry.number)
        )
    ).all()
    for number in (0, 5, 255, 256, 305):
        proof = await queries.inclusion_proof(session, city, number, 306)
        assert tree.verify_inclusion(tree.leaf_hash(leaves[number]), number, 306, proof, roots[306])  # type: ignore[arg-type]
    for old in (1, 6):
        proof = await queries.consistency_proof(session, city, old, 306)
        assert tree.verify_consistency(old, roots[old], 306, roots[306], proof)  # type: ignore[arg-type]


async def test_pages_go_back_from_the_newest_entry_to_the_first(session: Session, city: int, tmp_path: Path) -> None:
    signer = await start(session, city, tmp_path)
    await log(session, city, 44)
    await operations.seal(session, city_id=city, signer=signer, at=NOW)
    await log(session, city, 1)
    numbers, after = [], None
    while True:
        page = await queries.entries(session, city, after=after)
        numbers += [entry.number for entry in page.items]
        if (after := page.next) is None:
            break
    assert numbers == list(range(44, -1, -1))
    assert (await queries.entries(session, city, after="nonsense")).items[0].number == 44


async def test_a_projects_history_shows_what_is_being_sealed_too(session: Session, city: int, tmp_path: Path) -> None:
    await start(session, city, tmp_path)
    await log(session, city, 2)
    await log(session, city, 1, about=("project", "another"))
    history = await queries.history_of(session, city, PROJECT)
    assert [(entry.number, entry.facts["n"]) for entry in history] == [(None, 1), (None, 0)]
    assert history[0].actor == {"role": "official", "place": "harbour"}


async def test_what_no_record_has_is_not_found(session: Session, city: int, tmp_path: Path) -> None:
    await start(session, city, tmp_path)
    for number in (-1, 1, 10**30):
        with pytest.raises(NotFound):
            await queries.entry_file(session, city, number)
    for address in ((0, 0, 2), (0, 0, 256), (0, 10**20, 256), (1, 0, 1), (None, 0, 2), (None, 10**20, 1), (63, 0, 1)):
        with pytest.raises(NotFound):
            await queries.tile_file(session, city, tiles.Address(*address))


async def test_every_city_has_a_record_of_its_own(session: Session, city: int, tmp_path: Path) -> None:
    other = (await found(session, "mirimba", "mirimba.example")).id
    mine = await start(session, city, tmp_path)
    theirs = await operations.start(session, city_id=other, host="mirimba.example", folder=tmp_path, at=NOW)
    await log(session, city, 3)
    await operations.seal(session, city_id=city, signer=mine, at=NOW)
    assert await operations.seal(session, city_id=other, signer=theirs, at=NOW) == 0
    assert (await queries.checkpoint(session, other)).size == 1  # type: ignore[union-attr]
    with pytest.raises(ValueError, match="another city"):
        await operations.append(session, city_id=other, kind="x", actor=official(city), at=NOW, facts={})


async def test_writers_and_sealers_at_once_lose_and_repeat_nothing(real_database: Database, tmp_path: Path) -> None:
    async with real_database.transaction() as session:
        city = (await found(session)).id
        signer = await start(session, city, tmp_path / "keys")
    writing = True

    async def write(many: int) -> None:
        for _ in range(many):
            async with real_database.transaction() as session:
                await log(session, city, 2)
                await asyncio.sleep(0)

    async def sealing() -> None:
        while writing:
            async with real_database.transaction() as session:
                await operations.seal(session, city_id=city, signer=signer, at=NOW)

    sealers = [asyncio.create_task(sealing()) for _ in range(2)]
    await asyncio.gather(*(write(20) for _ in range(6)))
    writing = False
    await asyncio.gather(*sealers)
    async with real_database.transaction() as session:
        await operations.seal(session, city_id=city, signer=signer, at=NOW)
        report = await checked(session, city, tmp_path / "copy", signer.verifier)
    assert report.whole, report.findings
    assert report.size == 1 + 6 * 20 * 2
