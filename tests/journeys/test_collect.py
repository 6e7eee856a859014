"""Programs that other people wrote fill a form in and send it to a real server: JavaRosa, which is inside ODK Collect, and ODK's engine for the web."""

import asyncio
import json
import os
import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from participation.app import build
from participation.domain.consultations.models import Comment, Reaction
from participation.domain.projects.models import Step, StepKind
from participation.domain.proxies.models import Entry
from participation.domain.proxies.odk.models import OdkForm
from participation.kit.database import Database
from participation.kit.hashing import Secrets
from participation.settings import Settings
from tests.cast import DAY, Cast, assemble
from tests.collecting import Collect, collecting
from tests.consulting import SLUG, consulted, say
from tests.delegating import delegate as appointed
from tests.served import serve
from tests.slips import handed_out
from tests.stage import Clock
from tests.world import World

pytestmark = pytest.mark.slow
HERE = Path(__file__).resolve().parent.parent
CLIENT = HERE / "javarosa" / "JavaRosaClient.java"
ENGINE = HERE / "javarosa" / "engine.mjs"


@dataclass
class Field:
    """A server as it is this minute (the programs have clocks of their own), and a telephone."""

    world: World
    address: str
    collect: Collect
    cast: Cast
    statement: int
    code: str

    async def all(self, table: Any) -> list[Any]:
        async with self.world.database.reading() as session:
            return list(
                await session.scalars(sa.select(table).order_by(table.id if hasattr(table, "id") else table.at))
            )


@pytest.fixture
async def field(settings: Settings, real_database: Database) -> AsyncIterator[Field]:
    clock = Clock(datetime.now(UTC) - timedelta(hours=1))
    secrets = Secrets(settings.secret)
    app = build(settings, real_database, clock)
    world = World(settings, real_database, clock, app, secrets)
    async with httpx.AsyncClient() as nobody:
        async with real_database.transaction() as session:
            cast = await assemble(session)
            await consulted(session, cast)
            consultation = sa.update(Step).where(Step.kind == StepKind.CONSULTATION)
            opened = {"opens_at": clock.now - DAY, "opened_at": clock.now - DAY, "closes_at": clock.now + 20 * DAY}
            await session.execute(consultation.values(opened))
            other = await say(session, cast, cast.baraka, "The siren has to be heard in the Flats too.", at=clock.now)
            (slip, *_rest) = await handed_out(session, cast)
            person = await appointed(session, cast, at=clock.now)
            collect = await collecting(session, cast, nobody, person, secrets, at=clock.now)
        clock.now = datetime.now(UTC) + timedelta(minutes=4)
        async with serve(world) as served:
            site = app.site  # type: ignore[attr-defined]
            site.settings = replace(site.settings, base_url=served.address)
            yield Field(world, f"{served.address}/openrosa", collect, cast, other.id, slip.code)


async def run(*command: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    out, _none = await asyncio.wait_for(process.communicate(), 120)
    return process.returncode or 0, out.decode()


@pytest.fixture(scope="session")
def java() -> str:
    found = shutil.which("java")
    if found is None:
        missing = "no java on this machine"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    return str(found)


def jar() -> str:
    """The engine inside ODK Collect, which pyxform brings to check forms with."""
    import pyxform

    return str(Path(pyxform.__file__).parent / "validators" / "odk_validate" / "bin" / "ODK_Validate.jar")


async def filled(java: str, field: Field, shown: str, *more: str, **answers: str) -> tuple[int, str]:
    user = f"{field.collect.name}:{field.collect.user.password}"
    said = [f"{name}={value}" for name, value in answers.items()]
    return await run(
        *(java, "-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8", "-cp", jar(), str(CLIENT), field.address),
        *("--form", SLUG, "--lang", shown, "--user", user, *more, *said),
    )


SWAHILI = {
    "language": "sw",
    "consent": "spoken",
    "witnessed": "no",
    "kind": "proxy",
    "has_code": "no",
    "place": "quay",
    "age": "60-over",
    "stance": "for",
    "body": "King'ora lazima kisikike hadi Flats pia.",
    "read_back": "yes",
}
ARABIC = {**SWAHILI, "language": "ar", "body": "يجب أن تُسمع الصفارة في الحي كله.", "consent": "thumb"}


async def test_javarosa_fills_a_form_in_swahili_and_sends_it_twice(java: str, field: Field) -> None:
    status, out = await filled(java, field, "Kiswahili", "--send", "2", **SWAHILI, **{f"s{field.statement}": "agree"})
    assert status == 0, out
    assert "question how_they" not in out
    assert re.search(r"question consent 'Wali[^']*' -> ok", out), out
    assert "HEAD 204 accepts 10000000" in out
    posts = re.findall(r"POST (\d+) .*?<message nature=\"submit_success\">(.*?)</message>", out, re.S)
    assert [code for code, _said in posts] == ["201", "201"]
    assert posts[0][1] == posts[1][1]
    (entry,) = await field.all(Entry)
    comments = await field.all(Comment)
    assert (entry.via, entry.state, entry.language, entry.place_id is not None) == ("odk", "accepted", "sw", True)
    assert (comments[1].body, comments[1].entry_id) == (SWAHILI["body"], entry.id)
    (reaction,) = await field.all(Reaction)
    assert (reaction.comment_id, reaction.apart) == (field.statement, True)
    assert entry.receipt in posts[0][1].replace(" ", "")


async def test_javarosa_fills_a_form_in_arabic_with_a_code_in_arabic_digits(java: str, field: Field) -> None:
    digits = field.code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    said = {**ARABIC, "has_code": "yes", "code": " ".join(digits[at : at + 4] for at in range(0, 16, 4))}
    status, out = await filled(java, field, "العربية", **said)
    assert status == 0, out
    assert re.search(r"question body '[^']*[\u0600-\u06ff][^']*' -> ok", out), out
    assert "question place" not in out
    assert re.findall(r"POST (\d+)", out) == ["201"]
    (entry,) = await field.all(Entry)
    assert (entry.language, entry.consent, entry.place_id) == ("ar", "thumb", None)
    assert entry.pseudonym_id is not None
    assert (await field.all(Comment))[1].body == ARABIC["body"]


async def test_javarosa_refuses_by_the_forms_own_rules_what_cannot_be_taken(java: str, field: Field) -> None:
    status, out = await filled(java, field, "English", **SWAHILI | {"has_code": "yes", "code": "1234"})
    assert re.search(r"question code '.*?' -> constraint violated", out, re.S)
    status, out = await filled(java, field, "English", **SWAHILI | {"body": "x" * 1001})
    assert re.search(r"question body '.*?' -> constraint violated", out, re.S)
    left = {name: value for name, value in SWAHILI.items() if name != "consent"}
    status, out = await filled(java, field, "English", **left)
    assert (status, "required but empty" in out) == (3, True)
    assert not [entry for entry in await field.all(Entry) if entry.state == "accepted"]


async def test_odks_own_check_finds_nothing_wrong_with_a_form(java: str, field: Field, tmp_path: Path) -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{field.address}/forms/{SLUG}/1.xml", headers=field.collect.headers)
        listed = await client.get(f"{field.address}/formList", headers=field.collect.headers)
    assert listed.headers["date"]
    form = tmp_path / "form.xml"
    form.write_bytes(answer.content)
    status, out = await run(java, "-jar", jar(), str(form))
    assert status == 0, out


async def test_odks_own_check_finds_nothing_wrong_with_the_forms_of_the_demonstration(
    java: str, own_world: World, tmp_path: Path
) -> None:
    await own_world.work()
    async with own_world.database.reading() as session:
        forms = list(await session.scalars(sa.select(OdkForm.xml)))
    assert forms
    for number, xml in enumerate(forms):
        assert xml is not None
        assert xml.count("<translation ") == 10
        form = tmp_path / f"form{number}.xml"
        form.write_bytes(xml.encode())
        status, out = await run(java, "-jar", jar(), str(form))
        assert status == 0, out


@pytest.fixture(scope="session")
def engine() -> str:
    """The folder in which `npm install @getodk/xforms-engine jsdom` was run; it is no part of this project."""
    folder = os.environ.get("XFORMS_ENGINE", "")
    if shutil.which("node") is None or not (Path(folder) / "node_modules" / "@getodk" / "xforms-engine").is_dir():
        pytest.skip("no node with @getodk/xforms-engine (XFORMS_ENGINE names the folder in which it is installed)")
    return folder


async def test_the_engine_of_odks_web_forms_fills_a_form_in_and_what_it_made_is_taken(
    engine: str, field: Field, tmp_path: Path
) -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{field.address}/forms/{SLUG}/1.xml", headers=field.collect.headers)
        form = tmp_path / "form.xml"
        form.write_bytes(answer.content)
        said = {**SWAHILI, f"s{field.statement}": "disagree"}
        status, out = await run("node", str(ENGINE), engine, str(form), "Kiswahili (sw)", json.dumps(said))
        assert status == 0, out
        made = json.loads(out.splitlines()[-1])
        assert made["labels"]["consent"].startswith("Wali")
        sent = await client.post(
            f"{field.address}/submission",
            headers=field.collect.headers,
            files={"xml_submission_file": ("submission.xml", made["xml"].encode(), "text/xml")},
        )
    assert sent.status_code == 201, sent.text
    (entry,) = await field.all(Entry)
    assert (entry.via, entry.language) == ("odk", "sw")
    assert (await field.all(Comment))[1].body == SWAHILI["body"]
