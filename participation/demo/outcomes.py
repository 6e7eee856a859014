"""What the city decided in the demonstration, and what became of its promises."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from participation.domain.ladder.decisions import operations as decisions
from participation.domain.outcomes import operations
from participation.domain.outcomes.forms import CommitmentSaid, OutcomeSaid, ThemeSaid
from participation.domain.outcomes.models import Commitment, Decision, Disposition, Outcome
from participation.domain.outcomes.published import operations as published

if TYPE_CHECKING:
    from participation.demo.projects import Story

Event = tuple[datetime, Callable[[], Awaitable[None]]]


def events(story: "Story") -> list[Event]:
    """The decision on its day, and each promise that was kept on the day on which it was."""
    said = story.said.get("outcome")
    if said is None:
        return []
    decided = story.calendar.moment(said["day"], 11)
    kept = [
        (story.calendar.moment(promise["done"], 15), partial(_keep, story, place, promise))
        for place, promise in enumerate(_by_due(said))
        if "done" in promise
    ]
    return [(decided, partial(_decide, story, said, decided)), *kept]


def _by_due(said: dict[str, Any]) -> list[dict[str, Any]]:
    return sorted(said.get("commitments", []), key=lambda promise: int(promise["due"]))


async def _decide(story: "Story", said: dict[str, Any], at: datetime) -> None:
    texts = said["texts"]
    outcome = OutcomeSaid(
        decision=Decision(said["decision"]),
        decided={language: text["decision"].strip() for language, text in texts.items()},
        reasons={language: text["reasons"].strip() for language, text in texts.items()},
        follows={language: text["next"].strip() for language, text in texts.items()},
        result_note=said.get("result_note", {}),
        themes=tuple(
            ThemeSaid(theme["names"], Disposition(theme["disposition"]), theme["reasons"])
            for theme in said.get("themes", [])
        ),
        commitments=tuple(
            CommitmentSaid(promise["names"], promise["office"], story.calendar.day(promise["due"]))
            for promise in _by_due(said)
        ),
    )
    project = await story.project()
    common: dict[str, Any] = {"city": story.city, "project": project, "actor": story.official, "at": at}
    written = await operations.save(story.session, said=outcome, **common)
    await decisions.hand_in(story.session, outcome=written, **common)
    read = written.id, written.version
    second = common | {"actor": story.second}
    await decisions.publish(story.session, outcome=written, read=read, folder=story.keys, **second)


async def _keep(story: "Story", place: int, promise: dict[str, Any]) -> None:
    """Promises come back in the order of their days, which is the order in which they were written."""
    project = await story.project()
    promises = await story.session.scalars(
        sa.select(Commitment.id)
        .join(Outcome, Outcome.id == Commitment.outcome_id)
        .where(Outcome.project_id == project.id)
        .order_by(Commitment.due, Commitment.id)
    )
    await published.record_commitment_done(
        story.session,
        city=story.city,
        project=project,
        commitment_id=promises.all()[place],
        on=story.calendar.day(promise["done"]),
        actor=story.official,
        at=story.calendar.moment(promise["done"], 15),
    )
