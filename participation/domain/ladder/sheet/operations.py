"""Makes drafts of the rows of a spreadsheet, through the operations that an official's forms call; publishing goes through the gates."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.ladder import operations as ladder
from participation.domain.ladder.sheet.forms import Header, Planned, Problem, read_header, read_row
from participation.domain.places.queries import CityView
from participation.domain.projects import operations as projects
from participation.domain.projects.forms import Facts, NewProject
from participation.domain.projects.models import Project, ProjectState, StepKind
from participation.domain.projects.rules import WORDS, by_kind
from participation.domain.record.actors import Actor
from participation.kit.database import Session
from participation.kit.errors import Invalid, Refusal
from participation.kit.i18n import Message
from participation.kit.sheets import Row, SheetError

MOST = 10_000
"""Rows of a sheet."""
_COLUMNS = {"cost_amount": "cost", "districts": "places"}


@dataclass
class BroughtIn:
    """What became of the rows."""

    created: int = 0
    changed: int = 0
    same: int = 0
    left: list[str] = field(default_factory=list)
    """Those that say something else than the project that is there, and were left alone: a line for each."""
    problems: list[Problem] = field(default_factory=list)

    def add(self, row: "BroughtIn") -> None:
        """What became of one more row."""
        self.created, self.changed, self.same = (
            self.created + row.created,
            self.changed + row.changed,
            self.same + row.same,
        )
        self.left += row.left
        self.problems += row.problems


async def bring_in(
    session: Session,
    *,
    city: CityView,
    rows: Iterable[Row],
    update: bool,
    actor: Actor,
    at: datetime,
    advance: Callable[[int], None] = lambda done: None,
) -> BroughtIn:
    """Each row for itself: what is wrong with one does not keep others from being looked at. Whoever calls commits, or does not.

    A project that is there already is known by its slug and left as it is, so that the same sheet again changes nothing; with
    `update` a draft is given what the row has filled in. What is published is never changed.
    """
    brought = BroughtIn()
    found = iter(rows)
    number, cells = next(found, (1, []))
    header, brought.problems = read_header(number, cells, city)
    if brought.problems:
        return brought
    seen: dict[str, int] = {}
    for done, (number, cells) in enumerate(found, 1):
        if done > MOST:
            raise SheetError(f"There are more than {MOST:,} rows. Split the file.")
        planned = read_row(number, cells, header, city)
        if (before := seen.setdefault(planned.slug or str(number), number)) != number:
            planned.problems.append(header.problem(number, "slug", f"Row {before} has the same address."))
            planned.slug = ""
        brought.add(await _row(session, city, planned, header, update, actor, at))
        advance(done)
    return brought


async def _row(
    session: Session, city: CityView, planned: Planned, header: Header, update: bool, actor: Actor, at: datetime
) -> BroughtIn:
    """In a part of the transaction of its own, which is undone if anything of the row is refused or was wrong already: then it
    is only tried, so that all that is wrong with it is told at once."""
    row = BroughtIn(problems=planned.problems)
    wrong: list[tuple[str, Message | str]] = []
    try:
        async with session.begin_nested():
            wrong = await _bring(session, city, planned, row, update, actor, at)
            if wrong or row.problems:
                raise _Undone
    except _Undone:
        pass
    except Invalid as invalid:
        wrong = list(invalid.errors.items())
    except Refusal as refusal:
        row.problems.append(Problem(planned.row, "", f"{refusal.message} {refusal.next_step}"))
    finally:
        # What is done is not kept in memory, however many rows there are.
        session.expunge_all()
    known = {problem.column for problem in row.problems}
    row.problems += [header.problem(planned.row, column, message) for column, message in wrong if column not in known]
    return BroughtIn(problems=row.problems) if row.problems else row


class _Undone(Exception):
    """A row that was tried, and is not kept."""


@contextmanager
def _noted(wrong: list[tuple[str, Message | str]], column: Callable[[str], str]) -> Iterator[None]:
    """What is refused of one part of a row does not keep the others from being looked at."""
    try:
        yield
    except Invalid as invalid:
        wrong += [(column(name), message) for name, message in invalid.errors.items()]


async def _bring(
    session: Session, city: CityView, planned: Planned, row: BroughtIn, update: bool, actor: Actor, at: datetime
) -> list[tuple[str, Message | str]]:
    """Column and reason of all that is refused."""
    mine = (Project.city_id == city.id, Project.slug == planned.slug)
    if await session.scalar(sa.select(Project.id).where(*mine)) is None:
        language, title = planned.first(city.required_languages[0])
        new = NewProject(title, language, planned.kind, planned.slug or None)
        slug = (await projects.create_project(session, city=city, said=new, actor=actor, at=at)).slug
        session.expunge_all()
        project = await projects.open_for_edit(session, city=city, slug=slug, actor=actor)
        row.created += 1
        return await _write(session, city, project, planned, actor, at)
    project = await projects.loaded(session, *mine, city_id=city.id)
    other = await _differing(session, city, project, planned)
    if not other:
        row.same += 1
    elif project.state != ProjectState.DRAFT or not update or "kind" in other:
        row.left.append(_told(planned, project, other))
    else:
        project = await projects.open_for_edit(session, city=city, slug=planned.slug, actor=actor)
        row.changed += 1
        return await _write(session, city, project, planned, actor, at)
    return []


def _told(planned: Planned, project: Project, other: list[str]) -> str:
    why = "is published" if project.state != ProjectState.DRAFT else "is there already"
    hint = "" if project.state != ProjectState.DRAFT or "kind" in other else "; --update writes the row over it"
    return (
        f"row {planned.row}: {planned.slug} {why} and says something else in {', '.join(other)}; left as it is{hint}."
    )


async def _differing(session: Session, city: CityView, project: Project, planned: Planned) -> list[str]:
    """The columns in which the row has something else than the project."""
    there = {text.language: text for text in project.texts}
    found = [] if project.kind == planned.kind else ["kind"]
    for language, words in planned.texts.items():
        found += [
            f"{name}.{language}" for name, text in words.items() if getattr(there.get(language), name, "") != text
        ]
    now = await _facts(session, project)
    for column, name in (
        *(("cost", "cost_amount"), ("places", "district_ids")),
        *(("programme", "programme"), ("open_comments", "open_comments")),
    ):
        if column in planned.filled and getattr(now, name) != getattr(planned.facts, name):
            found.append(column)
    for kind, said in planned.steps.items():
        step = by_kind(project.steps, kind)
        if step is None or step.closes_at != said.closes_at:
            found.append(f"{kind}.closes")
        if step is not None and said.opens_at is not None and step.opens_at != said.opens_at:
            found.append(f"{kind}.opens")
    return found


async def _facts(session: Session, project: Project) -> Facts:
    programme = None
    if project.programme_id is not None:
        programme = await session.scalar(sa.select(Project.slug).where(Project.id == project.programme_id))
    places = tuple(sorted(projects.places_of(project)))
    return Facts(project.cost_amount, places, programme, project.open_comments)


async def _write(
    session: Session, city: CityView, project: Project, planned: Planned, actor: Actor, at: datetime
) -> list[tuple[str, Message | str]]:
    """What the row has filled in; the rest stays. Column and reason of all that is refused."""
    wrong: list[tuple[str, Message | str]] = []
    for language, words in planned.texts.items():
        text = next((text for text in project.texts if text.language == language), None)
        stored = {name: getattr(text, name) if text else "" for name in WORDS}
        common: dict[str, Any] = {
            "city": city,
            "project": project,
            "version": project.version,
            "actor": actor,
            "at": at,
        }
        with _noted(wrong, lambda name, language=language: f"{name}.{language}"):  # type: ignore[misc]
            await projects.save_texts(session, language=language, texts=stored | words, **common)
    if planned.filled & {"cost", "places", "programme", "open_comments"}:
        now, said = await _facts(session, project), planned.facts
        facts = Facts(
            cost_amount=said.cost_amount if "cost" in planned.filled else now.cost_amount,
            district_ids=said.district_ids if "places" in planned.filled else now.district_ids,
            programme=said.programme if "programme" in planned.filled else now.programme,
            open_comments=said.open_comments if "open_comments" in planned.filled else now.open_comments,
        )
        with _noted(wrong, lambda name: _COLUMNS.get(name, name)):
            await projects.save_facts(
                session, city=city, project=project, version=project.version, said=facts, actor=actor, at=at
            )
    for kind in planned.steps:
        # Where one is refused, nobody can say whether the next would follow it soon enough.
        if not any(column.startswith(tuple(StepKind)) for column, _message in wrong):
            with _noted(wrong, lambda name, kind=kind: f"{kind}.{name.removesuffix('_at')}"):  # type: ignore[misc]
                await _plan(session, city, project, kind, planned, actor, at)
    return wrong


async def _plan(
    session: Session, city: CityView, project: Project, kind: StepKind, planned: Planned, actor: Actor, at: datetime
) -> None:
    said = planned.steps[kind]
    step = by_kind(project.steps, kind)
    if step is not None:
        said = replace(said, opens_at=said.opens_at or step.opens_at)
        if (step.opens_at, step.closes_at) == (said.opens_at, said.closes_at):
            return
    await ladder.set_step(
        session, city=city, project=project, version=project.version, kind=kind, said=said, actor=actor, at=at
    )


def told(brought: BroughtIn, *, written: bool) -> list[str]:
    """What a command says of it, in English."""
    done = f"{brought.created:,} drafts made, {brought.changed:,} changed; {brought.same:,} were there already as they are."
    lines = [*brought.left, done if written else "Nothing was imported."]
    if written and brought.created:
        lines.append("A draft is published on its own page, once nothing is missing.")
    return lines
