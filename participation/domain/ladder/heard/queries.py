"""What can be heard now, for every channel: the sounds that say what is written now; and what nothing says yet."""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import product

import sqlalchemy as sa

from participation.domain.ballots.models import BallotState
from participation.domain.ladder.heard import rules
from participation.domain.ladder.heard.rules import Said
from participation.domain.ladder.queries import ballots_of
from participation.domain.places.queries import CityView
from participation.domain.projects.models import Project
from participation.domain.projects.queries import PUBLIC, texts_of
from participation.domain.projects.sounds.queries import SoundView, of_projects, waiting
from participation.domain.projects.sounds.rules import CONSENT, QUESTION, SUMMARY, current, sentence_part
from participation.kit.database import Session
from participation.kit.marks import fingerprint

Part = tuple[int | None, str]
"""A project, or None for the city itself; and which of its parts."""


async def sounds_of(session: Session, city: CityView, parts: Collection[Part], language: str) -> dict[Part, SoundView]:
    """The sound of each of these parts that has one which says what is written now; the language may be one without a catalogue.

    Three statements, whatever their number.
    """
    found = await sounds_in(session, city, parts, [language])
    return {part: sound for (part, _language), sound in found.items()}


async def sounds_in(
    session: Session, city: CityView, parts: Collection[Part], languages: Collection[str]
) -> dict[tuple[Part, str], SoundView]:
    """And in several languages; three statements still."""
    ids = {project_id for project_id, _part in parts}
    texts = await sayings(session, city, ids)
    found = await of_projects(session, city.id, ids, parts={part for _id, part in parts}, languages=languages)
    by_project: dict[int | None, list[SoundView]] = {}
    for sound in found:
        by_project.setdefault(sound.project_id, []).append(sound)
    heard: dict[tuple[Part, str], SoundView] = {}
    for one, language in product(parts, languages):
        text = rules.said_in(texts.get(one, {}), language, city)
        right = current(by_project.get(one[0], ()), one[1], language, text) if text else None
        if right is not None:
            heard[one, language] = right
    return heard


async def taken_along(session: Session, city: CityView, slug: str, language: str) -> list[SoundView]:
    """What a delegate lets people hear about a project: in one language, and in those without a catalogue."""
    project_id = await session.scalar(sa.select(Project.id).where(Project.city_id == city.id, Project.slug == slug))
    parts: list[Part] = [(project_id, SUMMARY), (project_id, QUESTION), (None, CONSENT)]
    languages = [language, *(one.code for one in city.spoken_languages)]
    return list((await sounds_in(session, city, parts, languages)).values())


async def text_of(session: Session, city: CityView, project_id: int | None, part: str, language: str) -> str | None:
    """What a sound of this part has to say."""
    return rules.said_in((await sayings(session, city, [project_id])).get((project_id, part), {}), language, city)


async def sayings(session: Session, city: CityView, project_ids: Collection[int | None]) -> dict[Part, Said]:
    """What each part says, in every language that it is written in; two statements, none for the city alone."""
    ids = [id for id in project_ids if id is not None]
    found: dict[Part, Said] = {}
    if None in project_ids:
        found |= {(None, part): said for part, said in rules.of_city(city.languages).items()}
    if ids:
        for project_id, by_language in (await texts_of(session, ids, ("summary",), city.languages)).items():
            found[project_id, SUMMARY] = {language: said["summary"] for language, said in by_language.items()}
        for project_id, line in (await ballots_of(session, ids)).items():
            if line.state != BallotState.DRAFT:
                found[project_id, QUESTION] = rules.ballot(line.questions)
    return found


# What a machine is to read


@dataclass(frozen=True)
class Unsaid:
    """A text that nothing says yet, as it stands now."""

    project_id: int | None
    part: str
    language: str
    text: str


async def unsaid(session: Session, city: CityView, voices: Collection[str]) -> list[Unsaid]:
    """In languages for which there is a voice: what is public, and has neither a recording nor a reading that says it."""
    public = sa.select(Project.id).where(Project.city_id == city.id, PUBLIC).order_by(Project.id)
    ids: list[int | None] = [*(await session.scalars(public)), None]
    found = await of_projects(session, city.id, ids)
    said = {(one.project_id, one.part, one.language, one.said) for one in found}
    wanted = [
        Unsaid(project_id, part, language, text)
        for (project_id, part), by_language in (await sayings(session, city, ids)).items()
        for language, text in by_language.items()
    ]
    wanted += [Unsaid(None, sentence_part(text), language, text) for language, text in await waiting(session, city.id)]
    return [
        one
        for one in wanted
        if one.text
        and one.language in voices
        and (one.project_id, one.part, one.language, fingerprint(one.text)) not in said
    ]
