"""Reads the project that is commented on, with all that its comments' pages show of it."""

from dataclasses import dataclass, fields
from datetime import UTC, datetime
from itertools import chain
from typing import Any

import sqlalchemy as sa

from participation.domain.consultations.models import CommentCount
from participation.domain.consultations.rules import Step
from participation.domain.projects.models import Project, ProjectDistrict, ProjectState, ProjectText
from participation.domain.projects.models import Step as StepRow
from participation.kit.database import Session
from participation.kit.errors import NotFound
from participation.kit.i18n import _


@dataclass(frozen=True)
class Count:
    """How many comments came in one way; replies are not counted."""

    stance: str
    via: str
    signed: bool
    count: int


@dataclass(frozen=True)
class About:
    """The project that is commented on, with all that a page of comments shows of it."""

    id: int
    city_id: int
    slug: str
    number: int
    state: str
    open_comments: bool
    titles: dict[str, str]
    steps: tuple[Step, ...]
    places: tuple[int, ...]
    counts: tuple[Count, ...]

    @property
    def total(self) -> int:
        return sum(count.count for count in self.counts)

    def sums(self, by: str) -> dict[Any, int]:
        """Counts added up by `stance`, `via` or `signed`."""
        sums: dict[Any, int] = {}
        for count in self.counts:
            sums[getattr(count, by)] = sums.get(getattr(count, by), 0) + count.count
        return sums


def _list(of: type[Any], *columns: Any) -> Any:
    """Rows of a project's own, gathered into one JSON value of its row."""
    pairs = chain.from_iterable((sa.literal_column(f"'{column.key}'"), column) for column in columns)
    rows = sa.func.coalesce(sa.func.json_agg(sa.func.json_build_object(*pairs)), sa.text("'[]'::json"), type_=sa.JSON)
    return sa.select(rows).where(of.project_id == Project.id).scalar_subquery()


_STEP = [field.name for field in fields(Step)]
_COUNT = [field.name for field in fields(Count)]


# Statements of the pages that are read most are built once: it takes longer than all that the database does for them.
ABOUT = sa.select(
    Project.id,
    Project.number,
    Project.state,
    Project.open_comments,
    _list(ProjectText, ProjectText.language, ProjectText.title).label("titles"),
    _list(StepRow, *(getattr(StepRow, name) for name in _STEP)).label("steps"),
    _list(ProjectDistrict, ProjectDistrict.place_id).label("places"),
    _list(CommentCount, *(getattr(CommentCount, name) for name in _COUNT)).label("counts"),
).where(
    Project.city_id == sa.bindparam("city"), Project.slug == sa.bindparam("slug"), Project.state != ProjectState.DRAFT
)


async def about(session: Session, *, city_id: int, slug: str) -> About:
    """A published project by its slug, in one statement."""
    return about_of((await session.execute(ABOUT, {"city": city_id, "slug": slug})).first(), city_id, slug)


def about_of(row: Any, city_id: int, slug: str) -> About:
    if row is None:
        raise NotFound("project", _("There is no such project."), _("All projects of the city are in the list."))
    return About(
        id=row.id,
        city_id=city_id,
        slug=slug,
        number=row.number,
        state=row.state,
        open_comments=row.open_comments,
        titles={text["language"]: text["title"] for text in row.titles if text["title"]},
        steps=tuple(sorted((_step(step) for step in row.steps), key=lambda step: step.opens_at)),
        places=tuple(place["place_id"] for place in row.places),
        counts=tuple(Count(**count) for count in row.counts if count["count"]),
    )


def _step(said: dict[str, Any]) -> Step:
    moments = {
        name: None if said[name] is None else datetime.fromisoformat(said[name]).astimezone(UTC)
        for name in ("opens_at", "closes_at", "opened_at", "ended_at")
    }
    return Step(kind=said["kind"], allows=said["allows"], **moments)  # type: ignore[arg-type]
