"""Meetings, reviews and promises as feeds and calendars tell them, and the publications of documents."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from participation.channels.http.visit import Visit
from participation.channels.opendata.events import Event
from participation.channels.opendata.news import beginning, title_of
from participation.domain.outcomes.queries import Promise
from participation.domain.places.queries import CityView
from participation.domain.projects.assessments.queries import Review
from participation.domain.projects.documents.queries import Announced
from participation.domain.projects.forms import SLUG
from participation.domain.projects.meetings.models import MeetingKind
from participation.domain.projects.meetings.queries import MeetingView
from participation.domain.projects.meetings.rules import KINDS
from participation.domain.projects.models import ProjectState, StepKind
from participation.domain.projects.queries import Whole, find
from participation.kit import i18n
from participation.kit.database import Session
from participation.kit.errors import NotFound
from participation.kit.i18n import When, _

Known = Mapping[int, Whole]
"""Projects by their number in the database."""
STEPS = {
    MeetingKind.CONSULTATION: StepKind.CONSULTATION,
    MeetingKind.VISIT: StepKind.CONSULTATION,
    MeetingKind.COUNCIL: StepKind.DECISION,
}
"""In the feed of which step a meeting is told."""


async def published(visit: Visit, session: Session) -> Whole:
    """The project of the address, for everybody."""
    slug = str(visit.request.path_params["slug"])
    project = await find(session, visit.city, slug) if SLUG.fullmatch(slug) else None
    if project is None or project.state == ProjectState.DRAFT:
        raise NotFound("project", _("There is no such project."), _("All projects of the city are in the list."))
    return project


def held(meetings: Iterable[MeetingView], known: Known) -> Iterator[Event]:
    """Each meeting once in a calendar, under the first of its projects that stand in it."""
    for one in meetings:
        project = _first(one, known)
        if project is not None:
            yield Event(
                project,
                f"meeting-{one.id}",
                one.starts_at,
                KINDS[MeetingKind(one.kind)],
                f"/meetings/{one.id}",
                dated=True,
                called_off=one.cancelled_at is not None,
                words=one.agenda,
                ends=one.ends_at,
                where=one.venue,
                sequence=len(one.changes),
                changed=one.changed_at,
            )


def _first(one: MeetingView, known: Known) -> Whole | None:
    return next((known[each.id] for each in one.about if each.id in known), None)


def told(meetings: Iterable[MeetingView], known: Known, city: CityView) -> Iterator[Event]:
    """What was said of meetings and when: announced, moved, cancelled, minuted; for each of their projects that the feed has."""
    for one in meetings:
        for each in one.about:
            if each.id in known:
                yield from _told(one, known[each.id], city)


def _told(one: MeetingView, project: Whole, city: CityView) -> Iterator[Event]:
    kind, below, name = KINDS[MeetingKind(one.kind)], f"/meetings/{one.id}", f"meeting-{one.id}"
    step = STEPS[MeetingKind(one.kind)]
    moves = [change for change in one.changes if not change.cancels]
    begins = [*(change.started_before for change in moves), one.starts_at]
    announced = _("%(meeting)s announced: %(when)s", meeting=kind, when=When(begins[0], city.zone))
    yield Event(project, f"{name}-announced", one.announced_at, announced, below, words=one.agenda, step=step)
    for number, change in enumerate(moves, 1):
        moved = _("%(meeting)s moved: now %(when)s", meeting=kind, when=When(begins[number], city.zone))
        yield Event(project, f"{name}-moved-{number}", change.at, moved, below, words=change.reasons, step=step)
    for change in one.changes:
        if change.cancels:
            off = _("%(meeting)s cancelled", meeting=kind)
            yield Event(project, f"{name}-cancelled", change.at, off, below, words=change.reasons, step=step)
    if one.minuted_at is not None:
        minutes = _("%(meeting)s: the minutes", meeting=kind)
        yield Event(project, f"{name}-minutes", one.minuted_at, minutes, below, words=one.minutes, step=step)


def documented(visit: Visit, found: Iterable[Announced], known: Known) -> Iterator[Event]:
    """Documents that were published, and those that were withdrawn with a reason."""
    for one in found:
        if one.project_id in known:
            title = i18n.pick(one.titles, visit.language, visit.city.languages)
            project, name, below = known[one.project_id], f"document-{one.number}", f"/documents/{one.number}"
            what = _("Document published: %(title)s", title=title)
            yield Event(project, name, one.published_at, what, below, words=one.alternatives)
            if one.withdrawn_at is not None:
                what = _("Document withdrawn: %(title)s", title=title)
                yield Event(project, f"{name}-withdrawn", one.withdrawn_at, what, below, words=one.reasons)


def reviews(visit: Visit, found: Sequence[Review], known: Known) -> Iterator[Event]:
    """The day on which the city looks at an assessment again; a new version of it brings another day."""
    for one in found:
        if one.project_id in known:
            title = i18n.pick(dict(title_of(one.kind)), visit.language, visit.city.languages)
            yield Event(
                known[one.project_id],
                f"review-{one.kind}",
                beginning(one.review_on, visit.city),
                _("The city looks at this assessment again: %(assessment)s", assessment=title),
                f"/assessments/{one.kind}",
                dated=True,
                called_off=known[one.project_id].state == ProjectState.WITHDRAWN,
                all_day=True,
                sequence=one.number - 1,
                changed=one.at,
            )


def promises(found: Iterable[Promise], known: Known, city: CityView) -> Iterator[Event]:
    """The day by which the city promised something."""
    for one in found:
        if one.project_id in known:
            yield Event(
                known[one.project_id],
                f"promise-{one.id}",
                beginning(one.due, city),
                _("The city promised something by this day"),
                "/outcome",
                dated=True,
                words=one.names,
                all_day=True,
                sequence=one.version,
                changed=one.published_at,
            )
