"""The votes of the demonstration: who casts them, and when they are counted."""

from collections.abc import Iterator
from datetime import datetime
from itertools import count as count_from
from typing import TYPE_CHECKING, Any

from participation.demo import cast
from participation.domain.ballots import operations as ballots
from participation.domain.ballots.choice_codes.operations import draw, issue
from participation.domain.ballots.counting.operations import count, destroy_keys
from participation.domain.ballots.models import Ballot, BallotState, Choice
from participation.domain.ballots.queries import of_project, of_step
from participation.domain.projects.models import StepKind
from participation.domain.record.actors import Via
from participation.kit.hashing import keyed

if TYPE_CHECKING:
    from participation.demo.projects import Story


async def vote(story: "Story", at: datetime) -> None:
    """Votes as the content tells, by the people of each district."""
    ballot = await _ballot(story)
    if ballot is None or ballot.state != BallotState.ANNOUNCED or ballot.opens_at > at:
        return
    for index, (person, choice, via) in enumerate(_votes(story)):
        await ballots.cast_vote(
            story.session,
            city=story.city,
            ballot_id=ballot.id,
            actor=story.people.person(story.city, person, via),
            choice=choice,
            token=keyed(b"demonstration", story.slug, index),
            folder=story.keys,
            at=at,
            clock=lambda: at,
        )


async def print_sheets(story: "Story", at: datetime) -> None:
    """Sheets with choice codes; those of the first one are told with the sign-ins, for whoever tries the demonstration."""
    project = await story.project()
    ballot = await of_project(story.session, city_id=story.city.id, slug=story.slug)
    if ballot is None or ballot.state != BallotState.ANNOUNCED:
        return
    place = count_from(1)
    common: dict[str, Any] = {"city": story.city, "project": project, "folder": story.keys, "actor": story.official}
    drawn = await draw(
        story.session,
        ballot=ballot,
        language=story.city.languages[0],
        count=story.said["ballot"]["sheets"],
        number=lambda: cast.choice_code(story.secrets, next(place)),
        at=at,
        **common,
    )
    await issue(story.session, drawn=drawn, at=at, **common)


async def count_votes(story: "Story", at: datetime) -> None:
    ballot = await _ballot(story)
    if ballot is not None and ballot.state == BallotState.ANNOUNCED:
        await count(story.session, city=story.city, ballot_id=ballot.id, folder=story.keys, at=at)
        await destroy_keys(story.session, city_id=story.city.id, folder=story.keys, at=at)


async def _ballot(story: "Story") -> Ballot | None:
    step = next((step for step in (await story.project()).steps if step.kind == StepKind.DECISION), None)
    return None if step is None else await of_step(story.session, step_id=step.id)


def _votes(story: "Story") -> Iterator[tuple[int, Choice, Via]]:
    """In a mixed order; the first slip of each district stays free for whoever tries the demonstration."""
    votes: list[tuple[int, Choice, Via]] = []
    used: dict[str, int] = {}
    for cell in story.said.get("ballot", {}).get("votes", []):
        for choice, field in zip(Choice, ("for", "against", "abstain"), strict=True):
            for _ in range(int(cell.get(field, 0))):
                used[cell["district"]] = used.get(cell["district"], 0) + 1
                votes.append(
                    (story.people.residents[cell["district"]][used[cell["district"]]], choice, Via(cell["via"]))
                )
    story.chance.shuffle(votes)
    return iter(votes)
