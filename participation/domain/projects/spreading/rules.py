"""Makes the script that is read aloud in a minute, and says how much of a text that takes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from participation.domain.places.queries import CityView
from participation.domain.projects.models import ProjectState, StepKind
from participation.domain.projects.queries import StepView, Whole
from participation.domain.projects.rules import StepState, closing_when_opened, due, overdue, step_state
from participation.kit import i18n
from participation.kit.i18n import Message, Text, _

WORDS, CHARACTERS = 150, 240
"""What is read aloud in 60 seconds: words, or characters of Chinese."""
_ENDS = re.compile(r"(?<=[.!?؟।])\s+|(?<=[。！？])\s*|\n+")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")


def short_address(city: CityView, base_url: str, number: int) -> str:
    """The shortest that leads to a project in whatever language its reader has: little to type, and a small code."""
    return f"{city.address(base_url)}/p/{number}"


def length(text: str, language: str) -> int:
    """How long it takes to say, in words; in Chinese in characters, where a number or a foreign word counts as two."""
    if language != "zh":
        return len(text.split())
    return len(_HAN.findall(text)) + 2 * len(re.findall(r"[^\W_]+", _HAN.sub(" ", text)))


def width(text: str) -> int:
    """How much of a line it takes, in letters: a character of Chinese is as wide as two."""
    return len(text) + len(_HAN.findall(text))


def most(language: str) -> int:
    return CHARACTERS if language == "zh" else WORDS


def beginning(text: str, language: str, room: int) -> str:
    """As many whole sentences as there is room for; none where the first is too long already."""
    taken: list[str] = []
    for sentence in filter(None, (part.strip() for part in _ENDS.split(text))):
        room -= length(sentence, language)
        if room < 0:
            break
        taken.append(sentence)
    return ("" if language == "zh" else " ").join(taken)


def too_long(text: str, language: str) -> Message | None:
    count, limit = length(text, language), most(language)
    if count <= limit:
        return None
    if language == "zh":
        return _(
            "This has %(count)s characters; in 60 seconds at most %(most)s can be read aloud.", count=count, most=limit
        )
    return _("This has %(count)s words; in 60 seconds at most %(most)s can be read aloud.", count=count, most=limit)


@dataclass(frozen=True)
class Invitation:
    """The next meeting, as it is read aloud."""

    starts_at: datetime
    venue: dict[str, str]


@dataclass(frozen=True)
class Spoken:
    """What is read aloud, a paragraph for each breath."""

    parts: tuple[str, ...]
    missing: bool
    """Title or summary are not there in this language, and left out or in another one."""
    title: Text

    def length(self, language: str) -> int:
        return sum(length(part, language) for part in self.parts)


def spoken(
    city: CityView, project: Whole, address: str, invited: Invitation | None, language: str, at: datetime
) -> Spoken:
    """The script as it is made where nobody wrote one: name and dates for certain, of the summary what a minute leaves room for."""
    title = i18n.pick(project.said("title"), language, city.languages)
    summary = project.said("summary").get(language, "")
    before = [
        _("A notice from %(city)s.", city=i18n.pick(city.names, language, city.languages)),
        _("Project number %(number)s: %(title)s.", number=project.number, title=_unstopped(title)),
    ]
    after = [*_dates(city, project, language, at), *_meeting(city, invited, language), *_ways(city, address)]
    after.append(_("That was project number %(number)s. Please pass it on.", number=project.number))
    fixed = [message.into(language) for message in (*before, *after)]
    room = most(language) - sum(length(sentence, language) for sentence in fixed)
    shown = beginning(summary, language, room)
    parts = [*fixed[: len(before)], *([shown] if shown else []), *fixed[len(before) :]]
    return Spoken(tuple(parts), title.other or not summary, title)


def _unstopped(title: Text) -> str:
    """Without the full stop that the sentence has itself."""
    return title.value.rstrip(".。।")


def _dates(city: CityView, project: Whole, language: str, at: datetime) -> list[Message]:
    """What can be done now, or what comes next."""
    if project.state in (ProjectState.DECIDED, ProjectState.WITHDRAWN):
        return [_("The city has decided. Its decision and its reasons are published with the project.")]
    return [said for step in project.steps if (said := _step(city, step, language, at)) is not None]


def _step(city: CityView, step: StepView, language: str, at: datetime) -> Message | None:
    begins = step.opens_at if step.opened_at is not None else due(step)
    ends = step.closes_at if step.opened_at is not None else closing_when_opened(step, begins)
    opens, closes = (i18n.full_day(moment, language, city.zone) for moment in (begins, ends))
    asked = step.kind == StepKind.CONSULTATION
    if overdue(step, at):
        return _("This step has not opened: the city has not yet published all that it has to.")
    state = step_state(step, at)
    if state is StepState.OPEN:
        until = _("You can say what you think until %(when)s.", when=closes)
        return until if asked else _("You can vote until %(when)s.", when=closes)
    if state is StepState.CLOSED:
        return None
    if asked:
        return _("You can say what you think from %(opens)s to %(closes)s.", opens=opens, closes=closes)
    return _("You can vote from %(opens)s to %(closes)s.", opens=opens, closes=closes)


def _meeting(city: CityView, invited: Invitation | None, language: str) -> Sequence[Message]:
    if invited is None:
        return ()
    day = i18n.full_day(invited.starts_at, language, city.zone)
    clock = i18n.clock(invited.starts_at, language, city.zone)
    where = i18n.pick(invited.venue, language, city.languages)
    return (_("Come to the meeting: %(day)s, %(clock)s, %(where)s.", day=day, clock=clock, where=_unstopped(where)),)


def _ways(city: CityView, address: str) -> list[Message]:
    found = [
        _(
            "With an access code from the city you take part on any phone, your own or a neighbour's. The code costs nothing."
        ),
        _("On the web: %(address)s.", address=address),
    ]
    if city.short_number:
        # Digit by digit, as one says it.
        found.append(_("By phone, without the internet: %(digits)s.", digits=" ".join(city.short_number)))
    return found
