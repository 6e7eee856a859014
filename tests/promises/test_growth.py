"""Promise 8 when the city fills up: pages stay small with twenty comments, and ask as much of the database for 3 rows as for 300."""

import gzip
import random
import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta

import pytest
import sqlalchemy as sa
from starlette.routing import Route

from participation.domain.consultations import operations as consultations
from participation.domain.consultations.forms import Said
from participation.domain.consultations.models import Comment, Pseudonym, Stance
from participation.domain.people.models import Person
from participation.domain.projects.models import Project, ProjectText
from participation.domain.record.actors import Actor, Via
from participation.kit import i18n
from participation.kit.database import Base, Session
from tests.promises import promised
from tests.promises.samples import ALLOWED, addresses, pages, policy
from tests.slips import SECRETS
from tests.world import World

SHOWN, LENGTH = 20, 300
BUSY = "bus-corridor"
MANY = 300


async def _vocabulary(session: Session) -> dict[str, list[str]]:
    """Words of each language, as the city's own projects use them."""
    found: dict[str, list[str]] = defaultdict(list)
    fields = [column for column in ProjectText.__table__.columns if isinstance(column.type, sa.Text)]
    for row in (await session.execute(sa.select(*fields))).mappings():
        text = " ".join(str(value) for name, value in row.items() if name != "language" and value)
        words = re.findall(r"[\u4e00-\u9fff]{1,3}|\S+", text)
        found[row["language"]] += words
    return found


def _speech(words: list[str], language: str, chance: random.Random) -> str:
    """A comment of 300 characters that nobody said before."""
    said = ""
    between = "" if language == "zh" else " "
    while len(said) < LENGTH:
        said += chance.choice(words) + between
    return said[:LENGTH].strip()


@pytest.mark.slow
async def test_twenty_comments_of_300_characters_fit_into_the_budget_in_every_language(own_world: World) -> None:
    async with own_world.database.reading() as session:
        words = await _vocabulary(session)
        people = list((await session.scalars(sa.select(Person.id).order_by(Person.id).limit(SHOWN * 3))).all())
    htmx = len(gzip.compress(own_world.app.site.templates.htmx, 6))
    wrong, chance = [], random.Random(7)
    for language in i18n.LANGUAGES:
        own_world.clock.forward(minutes=1)
        await _fill(own_world, words[language], language, people, chance)
        for who in ("anybody", "resident"):
            response = await own_world.visitor(who).client.get(f"/{language}/projects/{BUSY}/comments")
            assert response.text.count("<article") >= SHOWN
            size = promised.size(response)
            if size > promised.BUDGET or size + htmx > promised.WITH_EVERYTHING:
                wrong.append(f"{language} for {who}: {size:,} bytes, {size + htmx:,} with htmx")
    assert not wrong, "\n".join(wrong)


async def _fill(
    world: World, words: list[str], language: str, people: list[int], chance: random.Random, beginning: str = ""
) -> None:
    city = world.app.site.directory.cities[0]
    async with world.database.transaction() as session:
        for place in range(SHOWN):
            await consultations.comment(
                session,
                city=city,
                slug=BUSY,
                said=Said(beginning + _speech(words, language, chance), chance.choice(list(Stance))),
                language=language,
                secrets=SECRETS,
                actor=Actor(city_id=city.id, person_id=chance.choice(people), via=Via.WEB),
                at=world.clock() + timedelta(seconds=place),
                reply_to=None,
            )


Changed = Mapping[str, str]


async def _multiply(session: Session, table: str, where: str, changed: Changed, count: int = MANY) -> None:
    """Copies of one row; `changed` says in SQL what each copy, whose number is n, has instead."""
    columns = [
        column.name
        for column in Base.metadata.tables[table].columns
        if column.identity is None and column.computed is None
    ]
    changed = {"receipt": "lpad(floor(random() * 1e12)::bigint::text, 12, '0')", **changed}
    values = [changed.get(name, f"t.{name}") for name in columns]
    await session.execute(
        sa.text(
            f"insert into {table} ({', '.join(columns)}) select {', '.join(values)} "
            f"from (select * from {table} where {where} limit 1) t, generate_series(1, {count}) n"
        )
    )


async def _more_of_everything(session: Session) -> None:
    """Three hundred of whatever a page lists."""
    slug = f"slug = '{BUSY}'"
    await _multiply(session, "project", slug, {"slug": "'copy-' || n", "number": "1000 + n"})
    for table in ("project_text", "step"):
        await _of_each_copy(session, table, f"project_id = (select id from project where {slug})")
    about = f"project_id = (select id from project where {slug})"
    top = f"{about} and parent_id is null and status = 'shown'"
    await _multiply(session, "comment", top, {"source": "'copy ' || n"})
    await _multiply(session, "comment", f"{about} and status = 'hidden'", {"source": "'hidden ' || n"})
    for parent in ("min(id)", "max(id)"):
        reply = f"(select {parent} from comment where {top})"
        await _multiply(session, "comment", top, {"source": f"'{parent} ' || n", "parent_id": reply})
    await _multiply(session, "batch", "true", {"number": "1000 + n"})
    await _multiply(session, "agreement", about, {})
    await _multiply(session, "notice", "true", {})
    await _multiply(session, "role_grant", "true", {"person_id": "(select max(person_id) from role_grant)"})
    await _multiply(session, "project_version", about, {"version": "1000 + n"})
    await _multiply(session, "pseudonym", "true", {"number": "-n", "person_id": "null", "source": "'copy ' || n"})
    await session.execute(sa.text("analyze"))


async def _of_each_copy(session: Session, table: str, where: str) -> None:
    columns = [column.name for column in Base.metadata.tables[table].columns if column.identity is None]
    values = ["p.id" if name == "project_id" else f"t.{name}" for name in columns]
    await session.execute(
        sa.text(
            f"insert into {table} ({', '.join(columns)}) select {', '.join(values)} "
            f"from {table} t, project p where {where} and p.slug like 'copy-%'"
        )
    )


async def _counted(world: World, routes: list[Route]) -> dict[str, int]:
    found = {}
    for route in routes:
        async with world.database.reading() as session:
            visited = await addresses(route, session)
        for place, who in enumerate(ALLOWED[policy(route).who][:2]):
            visitor = world.visitor(who, language="en")
            for address in visited:
                with promised.statements(world.database) as asked:
                    response = await visitor.client.get(address.replace("{lang}", "en"))
                assert response.status_code < 400 or place, address
                found[f"{address} as {who}"] = len(asked)
    return found


@pytest.mark.slow
async def test_a_page_asks_as_often_for_three_rows_as_for_three_hundred(own_world: World) -> None:
    routes = pages()
    before = await _counted(own_world, routes)
    async with own_world.database.transaction() as session:
        await _more_of_everything(session)
    after = await _counted(own_world, routes)
    more = {page: (before[page], after[page]) for page in before if page in after and after[page] > before[page]}
    assert not more
    assert max(after.values()) <= promised.READING
    async with own_world.database.reading() as session:
        for table in (Project, Comment, Pseudonym):
            assert (await session.scalar(sa.select(sa.func.count()).select_from(table)) or 0) > MANY


SAID_IN_ASSESSMENTS = """
select term from assessment_words, unnest(tsvector_to_array(words)) term where language = :language and length(term) > 2
group by term order by count(*) desc, term limit 1
"""


@pytest.mark.slow
async def test_twenty_places_where_a_word_stands_fit_into_the_budget_in_every_language(own_world: World) -> None:
    async with own_world.database.reading() as session:
        words = await _vocabulary(session)
        people = list((await session.scalars(sa.select(Person.id).order_by(Person.id).limit(SHOWN * 3))).all())
        answered = {
            language: await session.scalar(sa.text(SAID_IN_ASSESSMENTS), {"language": language})
            for language in i18n.LANGUAGES
        }
    wrong, full, chance = [], set(), random.Random(7)
    for language in i18n.LANGUAGES:
        await _fill(own_world, words[language], language, people, chance, beginning="7575 ")
        for asked in ("word=7575&in=comments", "word=7575", f"word={answered[language]}&in=assessments"):
            for who in ("anybody", "resident"):
                response = await own_world.visitor(who).client.get(f"/{language}/search?{asked}&language={language}")
                assert response.status_code == 200
                full |= {(language, asked.rpartition("=")[2])} if response.text.count("<article") == SHOWN else set()
                if (size := promised.size(response)) > promised.BUDGET:
                    wrong.append(f"{language} {asked} for {who}: {size:,} bytes")
    assert not wrong, "\n".join(wrong)
    assert {language for language, kind in full if kind == "comments"} == set(i18n.LANGUAGES)
    assert {language for language, kind in full if kind == "assessments"} >= {"en", "sw"}
