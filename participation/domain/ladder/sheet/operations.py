"""Makes drafts of the rows of a spreadsheet, through the operations that an official's forms call; publishing goes through the gates."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

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
        if isinstance(planned, list):
            brought.problems += planned
        elif planned.slug in seen:
            why = f"Row {seen[planned.slug]} has the same address."
            brought.problems.append(header.problem(number, "slug", why))
        else:
            seen[planned.slug] = number
            await _row(session, city, planned, header, brought, update, actor, at)
        advance(done)
    return brought


async def _row(
    session: Session,
    city: CityView,
    planned: Planned,
    header: Header,
    brought: BroughtIn,
    update: bool,
    actor: Actor,
    at: datetime,
) -> None:
    """In a part of the transaction of its own, which is undone if anything of the row is refused."""
    try:
        async with session.begin_nested():
            await _bring(session, city, planned, brought, update, actor, at)
    except _InStep as wrong:
        brought.problems += [
            header.problem(planned.row, f"{wrong.kind}.{name.removesuffix('_at')}", message)
            for name, message in wrong.errors.items()
        ]
    except Invalid as wrong:
        brought.problems += [
            header.problem(planned.row, _COLUMNS.get(name, name), message) for name, message in wrong.errors.items()
        ]
    except Refusal as refusal:
        brought.problems.append(Problem(planned.row, "", f"{refusal.message} {refusal.next_step}"))
    finally:
        # What is done is not kept in memory, however many rows there are.
        session.expunge_all()


class _InStep(Invalid):
    """What is wrong with the dates of one step."""

    def __init__(self, kind: StepKind, invalid: Invalid) -> None:
        super().__init__(invalid.errors)
        self.kind = kind


async def _bring(
    session: Session, city: CityView, planned: Planned, brought: BroughtIn, update: bool, actor: Actor, at: datetime
) -> None:
    mine = (Project.city_id == city.id, Project.slug == planned.slug)
    if await session.scalar(sa.select(Project.id).where(*mine)) is None:
        language, title = planned.first
        new = NewProject(title, language, planned.kind, planned.slug)
        await projects.create_project(session, city=city, said=new, actor=actor, at=at)
        session.expunge_all()
        project = await projects.open_for_edit(session, city=city, slug=planned.slug, actor=actor)
        await _write(session, city, project, planned, actor, at)
        brought.created += 1
        return
    project = await projects.loaded(session, *mine, city_id=city.id)
    other = await _differing(session, city, project, planned)
    if not other:
        brought.same += 1
    elif project.state != ProjectState.DRAFT or not update or "kind" in other:
        brought.left.append(_told(planned, project, other))
    else:
        project = await projects.open_for_edit(session, city=city, slug=planned.slug, actor=actor)
        await _write(session, city, project, planned, actor, at)
        brought.changed += 1


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
) -> None:
    """What the row has filled in; the rest stays."""
    for language, words in planned.texts.items():
        text = next((text for text in project.texts if text.language == language), None)
        stored = {name: getattr(text, name) if text else "" for name in WORDS}
        try:
            await projects.save_texts(
                session,
                city=city,
                project=project,
                version=project.version,
                language=language,
                texts=stored | words,
                actor=actor,
                at=at,
            )
        except Invalid as invalid:
            raise Invalid({f"{name}.{language}": message for name, message in invalid.errors.items()}) from None
    if planned.filled & {"cost", "places", "programme", "open_comments"}:
        now, said = await _facts(session, project), planned.facts
        facts = Facts(
            cost_amount=said.cost_amount if "cost" in planned.filled else now.cost_amount,
            district_ids=said.district_ids if "places" in planned.filled else now.district_ids,
            programme=said.programme if "programme" in planned.filled else now.programme,
            open_comments=said.open_comments if "open_comments" in planned.filled else now.open_comments,
        )
        await projects.save_facts(
            session, city=city, project=project, version=project.version, said=facts, actor=actor, at=at
        )
    for kind in planned.steps:
        await _plan(session, city, project, kind, planned, actor, at)


async def _plan(
    session: Session, city: CityView, project: Project, kind: StepKind, planned: Planned, actor: Actor, at: datetime
) -> None:
    said = planned.steps[kind]
    step = by_kind(project.steps, kind)
    if step is not None:
        said = replace(said, opens_at=said.opens_at or step.opens_at)
        if (step.opens_at, step.closes_at) == (said.opens_at, said.closes_at):
            return
    try:
        await ladder.set_step(
            session, city=city, project=project, version=project.version, kind=kind, said=said, actor=actor, at=at
        )
    except Invalid as invalid:
        raise _InStep(kind, invalid) from None


def told(brought: BroughtIn, *, written: bool) -> list[str]:
    """What a command says of it, in English."""
    done = f"{brought.created:,} drafts made, {brought.changed:,} changed; {brought.same:,} were there already as they are."
    lines = [*brought.left, done if written else "Nothing was imported."]
    if written and brought.created:
        lines.append("A draft is published on its own page, once nothing is missing.")
    return lines
