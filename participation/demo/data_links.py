"""Links by which a project of the demonstration gives data to another: announced, with notice."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from participation.domain.ladder.flows.forms import LinkSaid
from participation.domain.ladder.flows.operations import announce_link

if TYPE_CHECKING:
    from participation.demo.projects import Event, Story


def data_link_events(story: "Story") -> "Iterator[Event]":
    for said in story.said.get("data_links", []):
        announced = story.calendar.moment(said["announced"], 15)
        yield announced, partial(_announce, story, said, announced)


async def _announce(story: "Story", said: dict[str, Any], at: datetime) -> None:
    link = LinkSaid(said["to"], said["what"], story.calendar.day(said["effective"]))
    await announce_link(story.session, city=story.city, slug=story.slug, said=link, actor=story.official, at=at)
