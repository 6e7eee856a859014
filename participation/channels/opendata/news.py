"""Assessments, filings and links between projects, as feeds tell of them when they become public; and from when on data are given."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time

from participation.channels.http.visit import Visit
from participation.channels.opendata.events import Event
from participation.domain.ladder.news.queries import Kind, LinkDay, News
from participation.domain.places.queries import CityView
from participation.domain.projects.assessments.queries import shipped, shipped_one
from participation.domain.projects.filings.models import Purpose
from participation.domain.projects.filings.rules import PURPOSES
from participation.domain.projects.queries import Whole
from participation.kit import i18n
from participation.kit.i18n import Message, _

Known = Mapping[int, Whole]
"""Projects by their number in the database."""


def told(visit: Visit, found: Iterable[News], known: Known) -> Iterator[Event]:
    """Each once; a link under the project whose data are given, where the feed has it, else under the other."""
    for one in found:
        if one.what in (Kind.LINK, Kind.LINK_ENDED):
            yield from _link(visit, one, known)
        elif one.project_id in known:
            tell = _assessment if one.what == Kind.ASSESSMENT else _filing
            yield tell(visit, one, known[one.project_id])


def title_of(kind: str) -> Mapping[str, str]:
    """Of a kind of assessment; an imported one has its name."""
    return shipped_one(kind).title if kind in shipped() else {i18n.SOURCE: kind}


def _said(visit: Visit, texts: Mapping[str, str]) -> i18n.Text:
    return i18n.pick(dict(texts), visit.language, visit.city.languages)


def _assessment(visit: Visit, one: News, project: Whole) -> Event:
    title = _said(visit, title_of(one.kind or ""))
    what = _("Impact assessment published: %(assessment)s", assessment=title)
    return Event(project, f"assessment-{one.kind}-{one.number}", one.at, what, f"/assessments/{one.kind}")


def _filing(visit: Visit, one: News, project: Whole) -> Event:
    """An opinion in its own words; answers are read beside the city's."""
    values = {"what": PURPOSES[Purpose(one.more["purpose"])], "organisation": _said(visit, one.more["organisation"])}
    what = _("Published word for word: %(what)s, %(organisation)s", **values)
    if one.kind is not None:
        title = _said(visit, title_of(one.kind))
        what = _("Published word for word: %(what)s, %(organisation)s (%(assessment)s)", **values, assessment=title)
    return Event(project, f"filing-{one.number}", one.at, what, f"/filings/{one.number}", words=one.more["words"])


def _link(visit: Visit, one: News, known: Known) -> Iterator[Event]:
    giving = one.project_id in known
    project = known.get(one.project_id) or known.get(one.more["to"])
    if project is None:
        return
    name = f"{one.what}-{one.number}"
    other = _said(visit, one.more["to_titles" if giving else "titles"] or {})
    day = date.fromisoformat(one.more["from"])
    if one.what == Kind.LINK_ENDED:
        words = one.more["reasons"]
        yield Event(project, name, one.at, _ended(other, giving=giving), register=True, words=words)
    else:
        what = _announced(other, day, giving=giving)
        yield Event(project, name, one.at, what, register=True, words=one.more["what"])


def given(visit: Visit, found: Iterable[LinkDay], known: Known) -> Iterator[Event]:
    """The day from which data are given; one that was ended before it came is called off."""
    for one in found:
        giving = one.project_id in known
        project = known.get(one.project_id) or known.get(one.to)
        if project is not None:
            begins = beginning(one.effective_on, visit.city)
            other = _said(visit, (one.to_titles if giving else one.titles) or {})
            yield Event(
                project,
                f"link-{one.id}",
                begins,
                _starts(other, giving=giving),
                register=True,
                dated=True,
                called_off=one.ended_at is not None and one.ended_at <= begins,
                words=dict(one.what),
                all_day=True,
                sequence=0 if one.ended_at is None else 1,
                changed=one.ended_at or one.announced_at,
            )


def beginning(day: date, city: CityView) -> datetime:
    return datetime.combine(day, time.min, city.zone).astimezone(UTC)


def _starts(other: i18n.Text, *, giving: bool) -> Message:
    if giving:
        return _("Its data are given to the project %(project)s from this day on", project=other)
    return _("It is given data of the project %(project)s from this day on", project=other)


def _announced(other: i18n.Text, day: date, *, giving: bool) -> Message:
    if giving:
        return _("Announced: its data are given to the project %(project)s, from %(day)s on", project=other, day=day)
    return _("Announced: it is given data of the project %(project)s, from %(day)s on", project=other, day=day)


def _ended(other: i18n.Text, *, giving: bool) -> Message:
    if giving:
        return _("Its data are not given to the project %(project)s any more", project=other)
    return _("It is not given data of the project %(project)s any more", project=other)
