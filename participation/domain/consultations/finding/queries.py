"""Finds comments by their words, the last to arrive first, with a bounded amount of work for each page.

A word that is said often is found among the newest comments, block by block; one that is said seldom is gathered from all of them
and put in order. Which of the two a word is, nobody has to guess: the newest blocks are looked through first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.consultations.finding import rules
from participation.domain.places.queries import CityView
from participation.kit.database import Session
from participation.kit.searching import query

FIRST, FURTHER = 4, 64
"""Blocks that are looked through before and after gathering."""
ENOUGH = 1000
"""As many as are gathered and put in order."""
FEW = 16
"""Projects that are looked up in the index; more are compared with what was found."""
LAST = 2**63 - 1


@dataclass(frozen=True)
class Found:
    """A comment in which the words stand, and the project that it is about."""

    id: int
    office: str | None
    body: str
    language: str
    created_at: datetime
    slug: str
    titles: dict[str, str]


@dataclass(frozen=True)
class Comments:
    """Some of those that were found."""

    items: list[Found]
    next: int | None
    """Where to go on: comments with a lower number; None where there are no more."""
    all_seen: bool
    """False where the search stopped before it had found a whole page, since it had looked through enough."""


_SHOWN = """
       c.office, c.body, c.language, c.created_at, p.slug,
       (select json_object_agg(t.language, t.title) from project_text t where t.project_id = p.id and t.title <> '') as titles
"""
_READABLE = "left join comment c on c.id = i.id and c.status = 'shown' left join project p on p.id = c.project_id"
_MATCHING = """
select comment_id from comment_words
where words @@ (cast(:query as tsquery) {block}) and comment_id <= :upto {among}
"""
# Set apart by OFFSET, so that the order is not made use of to read comments from the newest on, whatever they say.
_NEWEST = f"select comment_id from ({_MATCHING} offset 0) as matching order by comment_id desc"  # noqa: S608
_BLOCK = "&& cast('''{city}:#b' || (here.block) || '''' as tsquery)"
# Each step of the walk is one look into the index, for the words and the mark of a block. It begins with the newest comment of all, or
# of a few projects, and steps over blocks in which these have none.
_WALK = """
with recursive edge as (
    select {newest} >> :bits as first, {oldest} >> :bits as last
), walk as (
    select here.block, here.last, 1 as step, array({matching} limit :most) as ids
    from (select first as block, last from edge where first is not null) as here
    union all
    select here.block, walk.last, step + 1, ids || array({matching} limit :most - cardinality(ids))
    from walk, lateral (select {following} as block) as here
    where cardinality(ids) < :most and here.block >= walk.last and step < :blocks
), reached as (
    select * from walk order by block limit 1
)
select r.block, r.block > r.last as more, i.id, {shown}
from reached r left join unnest(r.ids) as i(id) on true {readable} order by i.id desc
"""
_EVERYWHERE = {
    "newest": "least(:upto, (select max(comment_id) from comment_words))",
    "oldest": "(select min(comment_id) from comment_words)",
    "following": "walk.block - 1",
}
_SOMEWHERE = """(
    select {one}(found.id) from unnest(cast(:projects as int[])) as wanted(project)
    cross join lateral (select {one}(c.id) as id from comment c where c.project_id = wanted.project {where}) as found
)"""
_IN_PROJECTS = {
    "newest": _SOMEWHERE.format(one="max", where="and c.id <= :upto"),
    "oldest": _SOMEWHERE.format(one="min", where=""),
    "following": _SOMEWHERE.format(one="max", where="and c.id < walk.block << :bits") + " >> :bits",
}
_GATHER = """
with found as materialized ({matching} limit :enough)
select (select count(*) from found) as count, i.id, {shown}
from (select comment_id as id from found order by comment_id desc limit :most) i {readable} order by i.id desc
"""
_KINDS = {"upto": sa.BigInteger, "most": sa.Integer, "bits": sa.Integer, "blocks": sa.Integer}


async def comments(
    session: Session,
    city: CityView,
    wanted: Sequence[str],
    *,
    projects: Sequence[int] | None = None,
    language: str | None = None,
    before: int | None = None,
    size: int,
    far: bool = True,
) -> Comments:
    """A page of comments that have all these terms. At most three statements; two where it need not look `far`."""
    if projects is not None and not projects:
        return Comments([], None, True)
    asked = _Asked(city, wanted, projects, language, size)
    upto = LAST if before is None else before - 1
    items, block = await asked.walk(session, upto, FIRST)
    if len(items) > size or block is None:
        return _page(items, size, None)
    gathered, whole = await asked.gather(session, upto)
    if whole:
        return _page(gathered, size, None)
    if far:
        items, block = await asked.walk(session, upto, FURTHER)
    return _page(items, size, block)


def _page(items: list[Found], size: int, block: int | None) -> Comments:
    if len(items) > size:
        return Comments(items[:size], items[size - 1].id, True)
    return Comments(items, None if block is None else block << rules.BLOCK, block is None)


class _Asked:
    """What is looked for, as the statements take it."""

    def __init__(
        self, city: CityView, wanted: Sequence[str], projects: Sequence[int] | None, language: str | None, size: int
    ) -> None:
        few = projects is not None and len(projects) <= FEW
        own = rules.in_city(city.id, [*wanted, *([rules.said_in(language)] if language else [])])
        among = [rules.in_city(city.id, map(rules.project, projects))] if projects is not None and few else []
        self._values: dict[str, Any] = {"query": query(own, *among), "most": size + 1}
        self._city = int(city.id)
        self._where = _IN_PROJECTS if few else _EVERYWHERE
        if projects is not None:
            self._values["projects"] = list(projects)
        self._among = "" if projects is None or few else "and project_id = any(cast(:projects as int[]))"

    async def walk(self, session: Session, upto: int, blocks: int) -> tuple[list[Found], int | None]:
        """From here on back, and the block before which to go on; None at the beginning of all comments."""
        matching = _NEWEST.format(among=self._among, block=_BLOCK.format(city=self._city))
        statement = _WALK.format(matching=matching, shown=_SHOWN, readable=_READABLE, **self._where)
        rows = await self._rows(session, statement, upto=upto, blocks=blocks, bits=rules.BLOCK)
        more = bool(rows) and rows[0]["more"]
        return _items(rows), rows[0]["block"] if more else None

    async def gather(self, session: Session, upto: int) -> tuple[list[Found], bool]:
        """The newest of all, and whether these are all: of more than enough none is known to be the newest."""
        matching = _MATCHING.format(among=self._among, block="")
        statement = _GATHER.format(matching=matching, shown=_SHOWN, readable=_READABLE)
        rows = await self._rows(session, statement, upto=upto, enough=ENOUGH + 1)
        return _items(rows), not rows or rows[0]["count"] <= ENOUGH

    async def _rows(self, session: Session, statement: str, **values: Any) -> Sequence[Any]:
        given = {**self._values, **values}
        asked = sa.text(statement)
        asked = asked.bindparams(
            *(sa.bindparam(name, type_=_KINDS[name]) for name in _KINDS if name in asked._bindparams)
        )
        return (await session.execute(asked, {name: given[name] for name in asked._bindparams})).mappings().all()


def _items(rows: Sequence[Any]) -> list[Found]:
    names = tuple(Found.__dataclass_fields__)
    return [Found(**{name: row[name] for name in names}) for row in rows if row["body"] is not None]
