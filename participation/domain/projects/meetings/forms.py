"""What an official says of a meeting: when, where, about what; why it is moved; what came of it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from participation.domain.places.queries import CityView
from participation.domain.projects.meetings.models import Access, MeetingKind
from participation.domain.projects.meetings.rules import kept_attendance
from participation.kit.forms import Fields, Reader
from participation.kit.i18n import LANGUAGES, _

LONGEST = {
    "venue": 300,
    "agenda": 2_000,
    "settlement": 100,
    "reasons": 1_000,
    "minutes": 4_000,
    "decisions": 2_000,
    "office": 100,
    "also_spoken": 200,
    "phone": 60,
    "online": 300,
    "document": 300,
}
ONE_LINE = ("settlement", "venue")
MOST_PEOPLE = 1_000_000
MOST_PROJECTS = 20
PHONE = re.compile(r"[0-9+*#() ./-]*")


@dataclass(frozen=True)
class MeetingSaid:
    kind: MeetingKind
    place_id: int
    starts_at: datetime
    ends_at: datetime
    venue: dict[str, str]
    agenda: dict[str, str]
    office: str
    settlement: dict[str, str]
    access: tuple[Access, ...] = ()
    spoken: tuple[str, ...] = ()
    also_spoken: str = ""
    phone: str = ""
    online: str = ""
    projects: tuple[str, ...] = ()
    """Slugs of further projects on the agenda of the council."""


@dataclass(frozen=True)
class MinutesSaid:
    attended: int
    """0: fewer than ten."""
    minutes: dict[str, str]
    decisions: dict[str, str]
    document: str = ""


def read_meeting(fields: Fields, city: CityView) -> MeetingSaid:
    form = Reader(fields)
    kind = form.one_of("kind", MeetingKind, missing=_("Please choose one of the answers."))
    place = city.place(form.text("place", at_most=60))
    if place is None:
        form.wrong("place", _("Please choose places from the list."))
    said = MeetingSaid(
        kind=kind,
        place_id=city.root.id if place is None else place.id,
        starts_at=_moment(form, "starts_at", city),
        ends_at=_moment(form, "ends_at", city),
        venue=_said(form, "venue", city, city.required_languages),
        agenda=_said(form, "agenda", city, city.required_languages),
        office=form.text("office", at_most=LONGEST["office"]),
        settlement=_said(form, "settlement", city),
        access=tuple(one for one in Access if one in form.several("access")),
        spoken=tuple(code for code in LANGUAGES if code in form.several("spoken")),
        also_spoken=form.text("also_spoken", at_most=LONGEST["also_spoken"], required=False),
        phone=form.text("phone", at_most=LONGEST["phone"], required=False),
        online=_link(form, "online"),
        projects=_projects(form) if kind is MeetingKind.COUNCIL else (),
    )
    if not PHONE.fullmatch(said.phone):
        form.wrong("phone", _("A number has digits, and + at its beginning."))
    if not said.spoken and not said.also_spoken:
        form.wrong("spoken", _("Please choose at least one."))
    form.finish()
    return said


def read_reasons(fields: Fields, city: CityView) -> dict[str, str]:
    """In every required language; nothing at all where nobody wrote any."""
    form = Reader(fields)
    said = _said(form, "reasons", city)
    form.finish()
    return said


def read_minutes(fields: Fields, city: CityView) -> MinutesSaid:
    form = Reader(fields)
    said = MinutesSaid(
        attended=kept_attendance(form.integer("attended", least=0, most=MOST_PEOPLE)),
        minutes=_said(form, "minutes", city, city.required_languages),
        decisions=_said(form, "decisions", city),
        document=_link(form, "document"),
    )
    form.finish()
    return said


def wanting(texts: Mapping[str, str], city: CityView) -> list[str]:
    """Required languages in which nothing is said."""
    return [language for language in city.required_languages if not texts.get(language)]


def _moment(form: Reader, name: str, city: CityView) -> datetime:
    return form.moment(name, city.zone) or datetime.max.replace(tzinfo=UTC)


def _link(form: Reader, name: str) -> str:
    """An address on the web, or nothing."""
    value = form.text(name, at_most=LONGEST[name], required=False)
    if value and not _is_link(value):
        form.wrong(name, _("Please give a whole address, for example https://example.org/minutes."))
    return value


def _is_link(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", value)
    except ValueError:
        return False


def _projects(form: Reader) -> tuple[str, ...]:
    """Slugs, one a line or with commas between them."""
    written = form.text("projects", at_most=61 * MOST_PROJECTS, required=False, lines=True)
    slugs = tuple(dict.fromkeys(re.findall(r"[a-z0-9-]+", written.lower())))
    if len(slugs) > MOST_PROJECTS:
        form.wrong("projects", _("At most %(most)s projects can be named.", most=MOST_PROJECTS))
    return slugs


def _said(form: Reader, name: str, city: CityView, required: Iterable[str] = ()) -> dict[str, str]:
    return form.texts(name, city.languages, required, at_most=LONGEST[name], lines=name not in ONE_LINE)
