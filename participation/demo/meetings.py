"""The demonstration's meetings: announced, moved and minuted, each on its day."""

import tomllib
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from participation.domain.projects.meetings import operations
from participation.domain.projects.meetings.forms import MeetingSaid, MinutesSaid
from participation.domain.projects.meetings.models import Access, MeetingKind
from participation.domain.projects.queries import find

if TYPE_CHECKING:
    from participation.demo.projects import Event, Story

FOLDER = Path(__file__).parent / "content" / "meetings"


class _Meeting:
    """One meeting of a story, from its announcement to its minutes."""

    def __init__(self, story: "Story", said: dict[str, Any]) -> None:
        self.story = story
        self.said = said
        self.id = 0

    async def _everything(self, at: datetime) -> dict[str, Any]:
        found = await find(self.story.session, self.story.city, self.story.slug)
        if found is None:
            raise LookupError(self.story.slug)
        return {"city": self.story.city, "project": found, "actor": self.story.official, "at": at}

    def _as_said(self, day: int) -> MeetingSaid:
        said, calendar = self.said, self.story.calendar
        place = self.story.city.place(said["place"])
        if place is None:
            raise ValueError(f"{self.story.slug}: there is no place {said['place']}")
        return MeetingSaid(
            kind=MeetingKind(said["kind"]),
            place_id=place.id,
            starts_at=calendar.planned(day, said["from"]),
            ends_at=calendar.planned(day, said["to"]),
            venue=said["venue"],
            agenda=said["agenda"],
            office=said["office"],
            settlement=said.get("settlement", {}),
            access=tuple(Access(name) for name in said["access"]),
            spoken=tuple(said["spoken"]),
            also_spoken=said.get("also_spoken", ""),
            phone=said.get("phone", ""),
            online=said.get("online", ""),
            projects=tuple(said.get("projects", ())),
        )

    async def announce(self, at: datetime) -> None:
        made = await operations.announce(
            self.story.session, said=self._as_said(self.said["day"]), **await self._everything(at)
        )
        self.id = made.id

    async def move(self, at: datetime) -> None:
        moved = self.said["moved"]
        await operations.change(
            self.story.session,
            meeting_id=self.id,
            version=1,
            said=self._as_said(moved["day"]),
            reasons=moved["reasons"],
            **await self._everything(at),
        )

    async def minute(self, at: datetime) -> None:
        minutes = MinutesSaid(self.said["attended"], self.said["minutes"], self.said.get("decisions", {}))
        version = 2 if "moved" in self.said else 1
        await operations.publish_minutes(
            self.story.session, meeting_id=self.id, version=version, said=minutes, **await self._everything(at)
        )


def meeting_events(story: "Story") -> "Iterator[Event]":
    path = FOLDER / f"{story.slug}.toml"
    if not path.exists():
        return
    for said in tomllib.loads(path.read_text())["meetings"]:
        one = _Meeting(story, said)
        announced = story.calendar.moment(said["announced"], 9)
        yield announced, partial(one.announce, announced)
        if "moved" in said:
            moved = story.calendar.moment(said["moved"]["announced"], 9)
            yield moved, partial(one.move, moved)
        if "minutes" in said:
            minuted = story.calendar.moment(said["minuted"], 9)
            yield minuted, partial(one.minute, minuted)
