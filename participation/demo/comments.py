"""What is said in the story of a project: comments, reactions, official answers, and what moderators hide."""

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from participation.domain.consultations import operations as consultations
from participation.domain.consultations.forms import Reacted, Said
from participation.domain.consultations.models import ReactionKind, Stance
from participation.domain.consultations.moderated.operations import hide
from participation.domain.moderation.models import Reason

if TYPE_CHECKING:
    from participation.demo.projects import Event, Story

REPORTED = timedelta(minutes=5)
"""How soon after a comment the first people react to it."""


def comment_events(story: "Story", share: float) -> list["Event"]:
    """Each comment with what follows it; `share` of the reactions that the content tells of."""
    found: list[Event] = []
    for place, comment in enumerate(story.said.get("comments", [])):
        found += _around(story, comment, story.calendar.moment(comment["day"], 10 + place % 8, 7 * place % 60), share)
    return found


def _around(story: "Story", comment: dict[str, Any], at: datetime, share: float) -> list["Event"]:
    found: list[Event] = [(at, partial(_comment, story, comment, at))]
    if "hidden" in comment:
        hidden = story.calendar.moment(comment["hidden"]["day"], 18)
        found.append((hidden, partial(_hide, story, comment, hidden)))
    elif not comment.get("official"):
        found.append((at + REPORTED, partial(_react, story, comment, at + REPORTED, share)))
    return found


async def _comment(story: "Story", said: dict[str, Any], at: datetime) -> None:
    session, city = story.session, story.city
    parent = story.comments[said["reply_to"]] if "reply_to" in said else None
    words = Said(
        said["body"].strip(),
        Stance(said["stance"]) if parent is None else None,
        story.offices[said["office"]][said["language"]] if said.get("official") else None,
        said.get("about"),
    )
    language = said["language"]
    if said.get("official"):
        if parent is None:
            raise ValueError(f"{story.slug}: an official answer has to answer something: {said['id']}")
        posted = await consultations.answer(
            session,
            city=city,
            slug=story.slug,
            comment_id=parent,
            said=words,
            language=language,
            secrets=story.secrets,
            actor=story.official,
            at=at,
        )
    else:
        posted = await consultations.comment(
            session,
            city=city,
            slug=story.slug,
            said=words,
            language=language,
            secrets=story.secrets,
            actor=story.people.voice(city, said["writer"]),
            at=at,
            reply_to=parent,
        )
    story.comments[said["id"]] = posted.id


async def _hide(story: "Story", said: dict[str, Any], at: datetime) -> None:
    await hide(
        story.session,
        city=story.city,
        comment_id=story.comments[said["id"]],
        reason=Reason(said["hidden"]["reason"]),
        actor=story.people.staff["mariam"],
        at=at,
    )


async def _react(story: "Story", said: dict[str, Any], at: datetime, share: float) -> None:
    """A share of the reactions that the content tells of, each by somebody else."""
    voices = set(story.people.voices.values())
    everybody = [person for people in story.people.residents.values() for person in people if person not in voices]
    kinds = [
        kind
        for kind, field in zip(ReactionKind, ("agree", "disagree", "pass"), strict=True)
        for _ in range(round(said.get(field, 0) * share))
    ]
    for person, kind in zip(story.chance.sample(everybody, len(kinds)), kinds, strict=True):
        await consultations.react(
            story.session,
            city=story.city,
            slug=story.slug,
            reacted=Reacted(story.comments[said["id"]], kind),
            actor=story.people.person(story.city, person),
            at=at,
        )
