"""`participation city`: an installation of one city grows to two without a page or an entry of the record going astray."""

import asyncio
import re
import tomllib
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from participation.demo.content import FOLDER
from participation.domain.places.queries import boundaries, directory
from participation.kit.database import Database
from tests.test_cli import SECRET, run


async def test_an_operator_adds_a_second_city_after_giving_the_first_a_host_name(
    real_database: Database, real_database_url: str, tmp_path: Path
) -> None:
    described = (FOLDER / "city.toml").read_text()
    second = tmp_path / "kilima.toml"
    second.write_text(described.replace('slug = "tamarani"', 'slug = "kilima"'))

    async def city(*arguments: str) -> "CompletedProcess[str]":
        environ = {"PARTICIPATION_DATABASE_URL": real_database_url, "PARTICIPATION_SECRET": SECRET}
        keys = str(tmp_path / "keys")
        return await asyncio.to_thread(run, "city", *arguments, PARTICIPATION_KEYS=keys, **environ)

    assert (await city("add", str(FOLDER / "city.toml"))).returncode == 0
    early = await city("add", str(second), "--host", "kilima.example")
    assert (early.returncode, early.stdout, early.stderr.count("\n")) == (2, "", 1)
    assert "participation city host tamarani HOST" in early.stderr
    assert "Then add this city once more." in early.stderr
    wrong = await city("host", "tamarani", "https://tamarani.example/")
    assert (wrong.returncode, wrong.stdout, wrong.stderr.count("\n")) == (2, "", 1)
    assert "without https://" in wrong.stderr
    given = await city("host", "tamarani", "Tamarani.example")
    assert (given.returncode, given.stdout) == (0, "tamarani.example leads to the city tamarani.\n")
    assert (await city("add", str(second), "--host", "kilima.example")).returncode == 0
    async with real_database.reading() as session:
        hosts = {one.slug: one.host for one in (await directory(session)).cities}
    assert hosts == {"tamarani": "tamarani.example", "kilima": "kilima.example"}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("notice = 3", "notice is 3, less than the default of 14"),
        ("influence = 3", "'influence' is none of"),
        ("[gates.owed]\ninformation = ['assessments']", "gates.owed.information can ask for"),
        ("[gates.documents]\ninformation = ['budget']", "'information' is none of consultation decision"),
        ("[[holidays]]\nfirst = 2027-12-24\nlast = 2027-12-20\nnames = {en = 'Rest'}", "cannot come before the first"),
        ("[[holidays]]\nfirst = 'soon'\nlast = 2027-12-20\nnames = {en = 'Rest'}", "have to be days"),
    ],
)
def test_a_description_that_is_looser_than_the_default_is_refused(said: str, words: str) -> None:
    from participation.domain.ladder.gates.forms import described_gates, described_holidays
    from participation.domain.places.forms import WrongDescription

    description = tomllib.loads(said if said.startswith("[[") else "[gates]\n" + said)
    with pytest.raises(WrongDescription, match=re.escape(words)):
        described_holidays(description) if "holidays" in description else described_gates(description)


def test_a_stricter_description_is_taken() -> None:
    from participation.domain.ladder.gates.forms import described_gates, described_holidays

    description = tomllib.loads(
        "[gates]\nnotice = 21\nvote = 7\n[gates.owed]\ninformation = ['cost']\n[gates.documents]\ndecision = ['audit']\n"
        "[[holidays]]\nfirst = 2027-12-24\nlast = 2028-01-02\nnames = {en = 'End of the year'}"
    )
    said = described_gates(description)
    assert said.stored == {
        "owed": {"information": ["cost"]},
        "numbers": {"notice": 21},
        "documents": {"decision": ["audit"]},
    }
    (off,) = described_holidays(description)
    assert (off.last - off.first).days == 9


async def test_an_operator_says_where_the_districts_are(
    real_database: Database, real_database_url: str, tmp_path: Path
) -> None:
    async def city(*arguments: str) -> "CompletedProcess[str]":
        environ = {"PARTICIPATION_DATABASE_URL": real_database_url, "PARTICIPATION_SECRET": SECRET}
        keys = str(tmp_path / "keys")
        return await asyncio.to_thread(run, "city", *arguments, PARTICIPATION_KEYS=keys, **environ)

    assert (await city("add", str(FOLDER / "city.toml"))).returncode == 0
    good = (FOLDER / "boundaries.geojson").read_text()
    wrong = tmp_path / "wrong.geojson"
    for before, after, says in (
        ('"bandari"', '"atlantis"', "features[0].properties.slug: one of bandari"),
        ('"bandari"', '"soko-kuu"', "features[1]: soko-kuu has a boundary already"),
        ('"Polygon"', '"MultiPoint"', "features[0].geometry.coordinates[0]"),
        ("[47.", "[247.", "map_range: features[0].geometry.coordinates[0][0]"),
    ):
        wrong.write_text(good.replace(before, after, 1))
        refused = await city("boundaries", str(wrong))
        assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)
        assert says in refused.stderr
    async with real_database.reading() as session:
        assert await boundaries(session, (await directory(session)).cities[0].id) == {}
    done = await city("boundaries", str(FOLDER / "boundaries.geojson"))
    assert (done.returncode, done.stdout) == (0, "7 districts have a boundary.\n")
    async with real_database.reading() as session:
        found = await boundaries(session, (await directory(session)).cities[0].id)
    assert len(found) == 7
    assert all(len(part) <= 150 for shape in found.values() for part in shape.parts)
