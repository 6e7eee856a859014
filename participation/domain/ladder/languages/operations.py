"""Writes texts of a project in one language, each through the operation of whatever it belongs to."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from participation.domain.ballots.translated.operations import translate_question
from participation.domain.ladder.languages.forms import Translated
from participation.domain.ladder.languages.rules import Saying, why_fixed
from participation.domain.outcomes.translated import operations as outcomes
from participation.domain.people.models import Role
from participation.domain.people.rules import acting
from participation.domain.places.queries import CityView
from participation.domain.projects import operations as projects
from participation.domain.projects.agreements.operations import translate_agreement
from participation.domain.projects.assessments.answers import operations as answers
from participation.domain.projects.models import Project
from participation.domain.projects.operations import places_of
from participation.domain.projects.rules import WORDS, overwritten
from participation.domain.projects.steps.operations import translate_extension
from participation.domain.projects.texts.queries import texts_in
from participation.domain.record.actors import Actor
from participation.kit.database import Session
from participation.kit.errors import NotFound
from participation.kit.marks import Made, fingerprint

Written = Mapping[str, tuple[str, Made]]
"""Key of a text -> what it says in the language, and how that came about."""


async def translate(
    session: Session,
    *,
    city: CityView,
    project: Project,
    saying: Saying,
    language: str,
    said: Translated,
    actor: Actor,
    at: datetime,
) -> None:
    """One text by a person, who had its source beside it. What somebody else has written there meanwhile is not overwritten.

    The project is locked by whoever calls, and what is translated was read under that lock.
    """
    stored = saying.texts.get(language, "")
    if said.seen != fingerprint(stored) and said.text != stored:
        raise overwritten()
    made = Made(source=said.source, of=said.read, again=True)
    await write(
        session,
        city=city,
        project=project,
        sayings=[saying],
        language=language,
        written={saying.key: (said.text, made)},
        actor=actor,
        at=at,
    )


async def write(
    session: Session,
    *,
    city: CityView,
    project: Project,
    sayings: Sequence[Saying],
    language: str,
    written: Written,
    actor: Actor,
    at: datetime,
) -> None:
    """Several texts at once. `sayings`: what they are, as it was read under the lock of the project."""
    acting(actor, Role.OFFICIAL, city, places_of(project))
    known = {saying.key: saying for saying in sayings}
    for key in written:
        if key not in known:
            raise NotFound()
        if refusal := why_fixed(known[key], language):
            raise refusal
    common: dict[str, Any] = {"city": city, "project": project, "language": language, "actor": actor, "at": at}
    await _own(session, _of(written, "project"), common)
    for number, (text, made) in _of(written, "agreement").items():
        await translate_agreement(session, agreement_id=int(number), text=text, made=made, **common)
    for number, (text, made) in _of(written, "extension").items():
        await translate_extension(session, extension_id=int(number), text=text, made=made, **common)
    for number, (text, made) in _of(written, "ballot").items():
        await translate_question(session, ballot_id=int(number), text=text, made=made, **common)
    await _answers(session, _of(written, "answer"), common)
    await _decisions(session, written, common)


def _of(written: Written, owner: str) -> Written:
    """What belongs to one kind of owner, by the rest of its key."""
    return {rest: said for key, said in written.items() for kind, _dot, rest in [key.partition(".")] if kind == owner}


async def _own(session: Session, written: Written, common: dict[str, Any]) -> None:
    if not written:
        return
    project, language = common["project"], common["language"]
    words = {field: texts_in(project, field).get(language, "") for field in WORDS}
    await projects.save_texts(
        session,
        version=project.version,
        texts=words | {field: text for field, (text, _made) in written.items()},
        made={field: made for field, (_text, made) in written.items()},
        **common,
    )


async def _answers(session: Session, written: Written, common: dict[str, Any]) -> None:
    if written:
        texts = {rest.replace(".", "/", 1): said for rest, said in written.items()}
        given = {name: common[name] for name in ("city", "project", "language", "actor")}
        await answers.translate(session, texts=texts, **given)


async def _decisions(session: Session, written: Written, common: dict[str, Any]) -> None:
    texts = {}
    for kind in ("outcome", "theme", "commitment"):
        for rest, said in _of(written, kind).items():
            number, _dot, field = rest.partition(".")
            texts[kind, int(number), field] = said
    if texts:
        await outcomes.translate(session, texts=texts, **common)
