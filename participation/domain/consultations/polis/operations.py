"""Brings a Polis export into a project: statements become comments, votes the reactions of imported, anonymous participants."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from secrets import randbelow

import sqlalchemy as sa

from participation.domain.consultations.finding.operations import enter
from participation.domain.consultations.models import Comment, CommentCount, Pseudonym, ReactionKind
from participation.domain.consultations.polis.forms import Export, Statement
from participation.domain.moderation.models import Reason, Status
from participation.domain.moderation.names.operations import naming
from participation.domain.places.queries import CityView
from participation.domain.projects.models import Project, ProjectState, Step, StepKind
from participation.domain.record.actors import Actor, Via
from participation.domain.record.operations import append
from participation.kit import changes
from participation.kit.database import Session
from participation.kit.errors import Conflict, NotFound
from participation.kit.hashing import Secrets
from participation.kit.i18n import _

AT_ONCE = 20_000
KINDS = {1: ReactionKind.AGREE, 0: ReactionKind.PASS, -1: ReactionKind.DISAGREE}


@dataclass(frozen=True)
class BroughtIn:
    """How much of an export was new here."""

    comments: int
    reactions: int

    @property
    def anything(self) -> bool:
        return bool(self.comments or self.reactions)


async def bring_in(
    session: Session,
    *,
    city: CityView,
    slug: str,
    export: Export,
    language: str,
    secrets: Secrets,
    actor: Actor,
    at: datetime,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> BroughtIn:
    """All of it or nothing. What is here already stays as it is, so that the same export again changes nothing.

    Original numbers and times are kept; statements rejected there are hidden here, those not looked at are shown, and those
    that name a city worker are held, as they are when somebody writes them here.
    """
    project = await _project(session, city, slug)
    participants = await _participants(session, project, export)
    comments, new = await _comments(session, project, export, participants, language, secrets)
    reactions = await _reactions(session, project, export, participants, comments, progress)
    brought = BroughtIn(new, reactions)
    if not brought.anything:
        return brought
    await _recount(session, project)
    await append(
        session,
        city_id=city.id,
        kind="comments_imported",
        actor=actor,
        at=at,
        facts={
            "project": {"number": project.number, "slug": project.slug},
            "source": "polis",
            "comments": new,
            "reactions": reactions,
            "files": export.files,
        },
        about=("project", str(project.id)),
    )
    changes.touch(session, f"project:{project.id}", f"projects:{city.id}")
    return brought


async def _project(session: Session, city: CityView, slug: str) -> Project:
    """The project, kept from a second import at the same moment."""
    project = await session.scalar(
        sa.select(Project).where(Project.city_id == city.id, Project.slug == slug).with_for_update(key_share=True)
    )
    if project is None:
        raise NotFound(
            "project",
            _("There is no project %(slug)s in %(city)s.", slug=slug, city=city.slug),
            _("Compare the name with the last part of the project's address."),
        )
    if project.state == ProjectState.DRAFT:
        raise Conflict(
            "draft",
            _("The project %(slug)s is a draft. Publish it first: an import stands in the public record.", slug=slug),
            _("Then import it once more."),
        )
    opened = sa.select(Step.id).where(
        Step.project_id == project.id, Step.kind == StepKind.CONSULTATION, Step.opened_at.is_not(None)
    )
    if await session.scalar(opened) is None:
        raise Conflict(
            "not_opened",
            _(
                "The consultation on %(slug)s has not opened. What people say stands on its page from then on.",
                slug=slug,
            ),
            _("Import it once everything that the consultation owes is public and it has opened."),
        )
    return project


async def _participants(session: Session, project: Project, export: Export) -> dict[int, int]:
    """A pseudonym for each participant, by the number that they had there."""
    number = sa.cast(Pseudonym.source, sa.BigInteger)
    known = sa.select(number, Pseudonym.id).where(Pseudonym.project_id == project.id, Pseudonym.source.is_not(None))
    have = {there for there, _here in (await session.execute(known)).all()}
    missing = sorted(export.participants - have)
    if missing:
        numbers = sa.select(Pseudonym.number).where(Pseudonym.project_id == project.id)
        taken = set(await session.scalars(numbers))
        await session.execute(
            sa.text(
                "insert into pseudonym (city_id, project_id, number, source) "
                "select :city, :project, number, source "
                "from unnest(cast(:numbers as int[]), cast(:sources as text[])) as new (number, source)"
            ),
            {
                "city": project.city_id,
                "project": project.id,
                "numbers": _numbers(len(missing), taken),
                "sources": [str(number) for number in missing],
            },
        )
    return {there: here for there, here in (await session.execute(known)).all()}


def _numbers(count: int, taken: set[int]) -> list[int]:
    """That many random numbers that nobody has here, five digits long or as long as it takes."""
    most = 100_000
    while most < 4 * (count + len(taken)):
        most *= 10
    numbers: dict[int, None] = {}
    while len(numbers) < count:
        number = most // 10 + randbelow(most - most // 10)
        if number not in taken:
            numbers[number] = None
    return list(numbers)


async def _comments(
    session: Session,
    project: Project,
    export: Export,
    participants: dict[int, int],
    language: str,
    secrets: Secrets,
) -> tuple[dict[int, int], int]:
    """Our comment for each statement, by its number there; and how many are new."""
    known = (
        sa.select(Comment.source, Comment.id, Comment.body, Comment.created_at, Comment.status)
        .where(Comment.project_id == project.id, Comment.source.is_not(None))
        .order_by(Comment.id)
        .with_for_update()
    )
    have = {int(row.source): row for row in (await session.execute(known)).all()}
    for number, row in have.items():
        said = export.statements.get(number)
        erased = row.status == Status.ERASED
        if said is not None and (said.at != row.created_at or (said.body != row.body and not erased)):
            raise Conflict(
                "other_import",
                _(
                    "Statement %(number)s is in this project already, with other words: another import.",
                    number=str(number),
                ),
                _("Import it into another project."),
            )
    # In the order in which they were made, so that what came later is newer here too.
    new = sorted((s for s in export.statements.values() if s.id not in have), key=lambda s: (s.at, s.id))
    if new:
        named = await naming(
            session, city_id=project.city_id, texts=[statement.body for statement in new], secrets=secrets
        )
        await session.execute(
            sa.insert(Comment),
            [
                {
                    "city_id": project.city_id,
                    "project_id": project.id,
                    "pseudonym_id": participants[statement.author],
                    "body": statement.body,
                    "language": language,
                    "via": Via.IMPORT,
                    "status": _status(statement, names),
                    "hidden_reason": Reason.IMPORTED if statement.moderated < 0 else None,
                    "created_at": statement.at,
                    "source": str(statement.id),
                }
                for statement, names in zip(new, named, strict=True)
            ],
        )
        await enter(session, Comment.project_id == project.id, Comment.source.in_([str(one.id) for one in new]))
    rows = (await session.execute(known)).all()
    return {int(row.source): row.id for row in rows}, len(new)


def _status(statement: Statement, names: bool) -> Status:
    if statement.moderated < 0:
        return Status.HIDDEN
    return Status.HELD if names else Status.SHOWN


async def _reactions(
    session: Session,
    project: Project,
    export: Export,
    participants: dict[int, int],
    comments: dict[int, int],
    progress: Callable[[int, int], None],
) -> int:
    """How many are new or have changed since an earlier import."""
    upsert = sa.text(
        "insert into reaction (comment_id, pseudonym_id, city_id, kind, via, at) "
        "select comment, pseudonym, :city, kind, :via, at from unnest(cast(:comments as bigint[]), "
        "cast(:pseudonyms as bigint[]), cast(:kinds as text[]), cast(:moments as timestamptz[])) "
        "as new (comment, pseudonym, kind, at) "
        "on conflict (comment_id, pseudonym_id) do update set kind = excluded.kind, at = excluded.at "
        "where (reaction.kind, reaction.at) is distinct from (excluded.kind, excluded.at)"
    )
    votes = list(export.votes.items())
    changed = 0
    for start in range(0, len(votes), AT_ONCE):
        some = votes[start : start + AT_ONCE]
        done = await session.execute(
            upsert,
            {
                "city": project.city_id,
                "via": Via.IMPORT,
                "comments": [comments[number] for (number, _voter), _vote in some],
                "pseudonyms": [participants[voter] for (_number, voter), _vote in some],
                "kinds": [str(KINDS[vote]) for _key, (vote, _at) in some],
                "moments": [at for _key, (_vote, at) in some],
            },
        )
        changed += done.rowcount  # type: ignore[attr-defined]
        progress(start + len(some), len(votes))
    return changed


async def _recount(session: Session, project: Project) -> None:
    """Counters of imported comments are what their reactions say, residents' later ones included."""
    await session.execute(
        sa.text(
            # Materialized: the tables have just grown, and a planner that knows of no row counts all of them for each.
            "with now as materialized (select comment_id, count(*) filter (where kind = 'agree') as agrees, "
            "count(*) filter (where kind = 'disagree') as disagrees, count(*) filter (where kind = 'pass') as passes "
            "from reaction where comment_id in "
            "(select id from comment where project_id = :project and source is not null) group by comment_id) "
            "update comment set agrees = now.agrees, disagrees = now.disagrees, passes = now.passes from now "
            "where comment.id = now.comment_id"
        ),
        {"project": project.id},
    )
    total = sa.select(sa.func.count()).where(Comment.project_id == project.id, Comment.source.is_not(None))
    counted = {"project_id": project.id, "stance": "", "via": Via.IMPORT, "signed": False}
    await session.execute(sa.delete(CommentCount).filter_by(**counted))
    await session.execute(
        sa.insert(CommentCount).values(**counted, city_id=project.city_id, count=total.scalar_subquery())
    )


def told(export: Export, brought: BroughtIn, slug: str) -> list[str]:
    """What a command says of it, in English."""
    if not brought.anything:
        return [f"All of it is in the project {slug} already; nothing was changed."]
    off = export.off()
    near = sum(by <= 1 for by in off)
    same = sum(export.rows[number] == [one.agrees, one.disagrees] for number, one in export.statements.items())
    lines = [
        f"{brought.comments:,} comments and {brought.reactions:,} reactions of {len(export.participants):,} participants "
        f"are now in the project {slug}, marked as imported.",
        f"The last vote of each participant counts. {near:,} of {len(off):,} statements are within one of what comments.csv "
        f"says, the furthest {max(off, default=0):,} off; with every changed vote counted too, {same:,} are equal to it.",
    ]
    said = export.summary.get("comments", "")
    if said.isdigit() and int(said) != len(off):
        lines.append(f"Note: summary.csv speaks of {said} statements, and comments.csv has {len(off)}.")
    return lines
