"""What happens to projects and when, as feeds and calendars tell it: publications, openings, closings, extensions, outcomes."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from participation.channels.http.visit import Visit
from participation.domain.outcomes.models import Decision
from participation.domain.outcomes.queries import Decided
from participation.domain.outcomes.rules import DECISIONS
from participation.domain.places.queries import CityView
from participation.domain.projects.models import StepKind
from participation.domain.projects.queries import StepView, Whole
from participation.domain.projects.rules import opened_late
from participation.kit.i18n import Message, When, _

OPENS = {StepKind.CONSULTATION: _("The consultation opens"), StepKind.DECISION: _("Voting opens")}
CLOSES = {StepKind.CONSULTATION: _("The consultation closes"), StepKind.DECISION: _("Voting closes")}
PAGES = {StepKind.CONSULTATION: "/comments", StepKind.DECISION: "/ballot"}


@dataclass(frozen=True)
class Event:
    """One moment of a project; its name stays the same when the moment is moved."""

    project: Whole
    name: str
    at: datetime
    what: Message
    below: str = ""
    """Where below the project's page one can read of it."""
    dated: bool = False
    """It stands in the calendar, from when it is announced."""
    happened: bool = True
    called_off: bool = False
    words: dict[str, str] | None = None
    """What is said of it; else the summary of the project."""
    step: str = "information"
    """In the feed of which step it is told."""
    ends: datetime | None = None
    all_day: bool = False
    where: Mapping[str, str] | None = None
    sequence: int | None = None
    """How often its date was changed, where that is known of it alone; else of the project."""
    changed: datetime | None = None
    """When what is told of it was last changed; else when a date of the project was."""
    register: bool = False
    """One reads of it in the register of data flows, not below the project's page."""

    def address(self, visit: Visit) -> str:
        slug = self.project.slug
        return visit.url("/data-flows", project=slug) if self.register else visit.url(f"/projects/{slug}{self.below}")

    @property
    def place(self) -> tuple[datetime, int, list[str | int]]:
        """In the order of time; of the same moment the tenth comes after the ninth."""
        parts = re.split(r"(\d+)", self.name)
        return self.at, self.project.number, [int(part) if part.isdigit() else part for part in parts]


def events(project: Whole, city: CityView, at: datetime) -> Iterator[Event]:
    """Everything that has happened to a project, and what is planned."""
    if project.published_at is not None:
        yield Event(project, "published", project.published_at, _("A new project is published"))
    for step in project.steps:
        yield from _step(project, step, at)
    yield from _extensions(project, city)


def outcome(project: Whole, made: Decided) -> Event:
    """What the city decided about a project, in its own words."""
    what = DECISIONS[Decision(made.decision)]
    name = f"outcome-{made.id}"
    return Event(project, name, made.published_at, what, "/outcome", words=made.decided, step=StepKind.DECISION)


def _step(project: Whole, step: StepView, at: datetime) -> Iterator[Event]:
    """The opening and the closing of a step. One that an outcome ended early closed then, or never opens."""
    kind = StepKind(step.kind)
    opened = step.opened_at is not None and step.opened_at <= at
    off = step.ended_at is not None and not opened
    opens = step.opened_at if step.opened_at is not None and opened_late(step) else step.opens_at
    closes = step.closes_at if step.ended_at is None or off else min(step.closes_at, step.ended_at)
    yield Event(project, f"{kind}-opens", opens, OPENS[kind], PAGES[kind], True, opened, off, step=kind)
    over = opened and closes <= at
    yield Event(project, f"{kind}-closes", closes, CLOSES[kind], PAGES[kind], True, over, off, step=kind)


def _extensions(project: Whole, city: CityView) -> Iterator[Event]:
    for number, made in enumerate(project.extensions, 1):
        what = _("Open for longer, until %(when)s", when=When(made.closes_now, city.zone))
        name = f"extended-{number}"
        yield Event(project, name, made.at, what, PAGES[StepKind(made.kind)], words=made.reasons, step=made.kind)


def revision(project: Whole) -> int:
    """Goes up with every change of a date and never down: edits, extensions, openings and endings only ever become more."""
    done = [moment for step in project.steps for moment in (step.opened_at, step.ended_at) if moment is not None]
    return project.version + len(project.extensions) + len(done)


def touched(project: Whole) -> datetime:
    """The last moment at which one of its dates was set, as far as its dates tell."""
    done = [moment for step in project.steps for moment in (step.opened_at, step.ended_at)]
    made = [project.published_at, project.decided_at, *done, *(each.at for each in project.extensions)]
    return max((moment for moment in made if moment is not None), default=datetime(1970, 1, 1, tzinfo=UTC))


def next_change(projects: Iterable[Whole], at: datetime) -> datetime | None:
    """The next moment at which a date changes what is told of them."""
    moments = [
        moment
        for project in projects
        for step in project.steps
        for moment in (step.opens_at, step.closes_at)
        if moment > at
    ]
    return min(moments, default=None)


def authority(city: CityView, base_url: str) -> str:
    """The name under which the city's identifiers are made, without a port."""
    return city.host or urlsplit(base_url).hostname or "localhost"
