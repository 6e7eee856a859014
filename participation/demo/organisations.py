"""The demonstration's organisations, and what they file: asked by a link, written through it, handed in, published or not."""

import tomllib
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from participation.demo.content import Calendar
from participation.domain.places.queries import CityView
from participation.domain.projects.assessments import queries as assessments
from participation.domain.projects.assessments.answers.forms import AnswerSaid
from participation.domain.projects.assessments.queries import key
from participation.domain.projects.filings import operations
from participation.domain.projects.filings.forms import Asking, OpinionSaid
from participation.domain.projects.filings.models import Purpose, Stance
from participation.domain.projects.filings.operations import Made
from participation.domain.projects.filings.writing import operations as writing
from participation.domain.projects.filings.writing.queries import Part, parts
from participation.domain.projects.organisations.forms import OrganisationSaid
from participation.domain.projects.organisations.models import OrganisationKind
from participation.domain.projects.organisations.operations import add
from participation.domain.record.actors import Actor
from participation.kit.database import Session

if TYPE_CHECKING:
    from participation.demo.projects import Event, Story

FOLDER = Path(__file__).parent / "content" / "organisations"
ANSWERS = Path(__file__).parent / "content" / "assessments"
LATEST = 2**31 - 1
ROUNDS = 3
"""Some questions follow from the answers to others."""
MONTHS = 60
"""Days for which a link can be opened."""


async def register(session: Session, city: CityView, calendar: Calendar, actor: Actor, at: datetime) -> dict[str, int]:
    """Each with its interests; by the name that the content gives it, its number."""
    found = {}
    for said in tomllib.loads((FOLDER / "organisations.toml").read_text())["organisations"]:
        kind, declared = OrganisationKind(said["kind"]), calendar.day(said["declared"])
        whole = OrganisationSaid(kind, said["names"], said["gains"], said["payer"], declared)
        moment = max(at, calendar.moment(said["declared"], 11))
        made = await add(session, city=city, said=whole, actor=actor, at=moment)
        found[said["id"]] = made.id
    return found


def filing_events(story: "Story") -> "Iterator[Event]":
    path = FOLDER / f"{story.slug}.toml"
    if not path.exists():
        return
    for place, said in enumerate(tomllib.loads(path.read_text())["filings"]):
        made: list[Made] = []
        # Before nine, when the city's own assessments are answered and published.
        hours = (("asked", _ask, 5), ("handed", _hand_in, 25), ("answered", _answer, 45))
        for name, act, minute in hours:
            at = story.calendar.moment(said[name], 8, minute + place)
            yield at, partial(act, story, said, made, at)


async def _ask(story: "Story", said: dict[str, Any], made: list[Made], at: datetime) -> None:
    kind = said.get("kind")
    project = await story.project()
    today = story.calendar.day(said["asked"])
    published = bool(kind and await assessments.version(story.session, project.id, kind, today=today))
    until = story.calendar.day(said["asked"] + MONTHS)
    made.append(
        await operations.ask(
            story.session,
            city=story.city,
            project=project,
            said=Asking(story.organisations[said["organisation"]], Purpose(said["purpose"]), kind, until),
            known=kind is not None,
            published=published,
            secrets=story.secrets,
            actor=story.official,
            at=at,
        )
    )


async def _hand_in(story: "Story", said: dict[str, Any], made: list[Made], at: datetime) -> None:
    common: dict[str, Any] = {"city": story.city, "secret": made[0].secret, "secrets": story.secrets, "at": at}
    opened, filing = await writing.lock(story.session, **common)
    for language, text in said.get("words", {}).items():
        opinion = OpinionSaid(text, Stance(said["stance"]), said.get("about"), LATEST)
        await writing.save_opinion(story.session, filing=filing, said=opinion, language=language)
    answers = {**_same(story, said), **said.get("answers", {})}
    for _round in range(ROUNDS if answers else 0):
        for part in await parts(story.session, opened.filing, city=story.city, at=at):
            await _write(story, part, filing, answers)
    opened, filing = await writing.lock(story.session, **common)
    await writing.hand_in(story.session, city=story.city, opened=opened, filing=filing, at=at)


async def _write(story: "Story", part: Part, filing: Any, answers: dict[str, Any]) -> None:
    """Whatever of it is asked here, in every language in which it is said."""
    asked = [(one, answers[one.id]) for one in part.questions if one.id in answers]
    for language in story.city.languages:
        said = [
            AnswerSaid(
                one,
                tuple(given.get("chosen", ())),
                str(given[language]).strip() if language in given else None,
                version=LATEST,
            )
            for one, given in asked
        ]
        await writing.save_answers(story.session, filing=filing, part=part, said=said, language=language)


def _same(story: "Story", said: dict[str, Any]) -> dict[str, Any]:
    """Answers that stand in the city's own assessment, word for word."""
    found = {}
    for name in said.get("same", ()):
        kind, _slash, question = name.partition("/")
        found[question] = tomllib.loads((ANSWERS / story.slug / f"{kind}.toml").read_text())["answers"][question]
    return found


async def _answer(story: "Story", said: dict[str, Any], made: list[Made], at: datetime) -> None:
    """Published as it is, or not; and taken over as far as the city does."""
    project = await story.project()
    common: dict[str, Any] = {"city": story.city, "project": project, "filing_id": made[0].filing_id}
    # Who neither registered the organisation nor made the link: what comes from outside needs a second official.
    who: dict[str, Any] = {"actor": story.second, "at": at}
    if "refused" in said:
        await operations.refuse(story.session, reasons=said["refused"], **common, **who)
        return
    await operations.publish(story.session, **common, **who)
    names = [_key(name) for name in said.get("same", ())]
    if names:
        await operations.take_over(story.session, names=names, actor=story.official, **common)


def _key(name: str) -> str:
    kind, _slash, question = name.partition("/")
    asked = assessments.shipped_one(kind)
    return key(kind, next(one for one in asked.questions if one.id == question))
