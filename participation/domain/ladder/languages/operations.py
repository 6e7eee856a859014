"""Writes texts of a project in one language, each through the operation of whatever it belongs to."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from participation.domain.ballots.translated.operations import translate_questions
from participation.domain.ladder.languages.forms import Translated
from participation.domain.ladder.languages.rules import Saying, why_fixed
from participation.domain.outcomes.translated import operations as outcomes
from participation.domain.people.models import Role
from participation.domain.people.rules import acting
from participation.domain.places.queries import CityView
from participation.domain.projects.assessments.answers import operations as answers
from participation.domain.projects.documents.translated.operations import translate_documents
from participation.domain.projects.meetings.translated.operations import translate_meetings
from participation.domain.projects.models import Project
from participation.domain.projects.operations import places_of
from participation.domain.projects.rules import overwritten
from participation.domain.projects.steps.operations import translate_extensions
from participation.domain.projects.translated.operations import translate_content
from participation.domain.record.actors import Actor
from participation.kit.database import Session
from participation.kit.errors import NotFound
from participation.kit.marks import Made, fingerprint

Written = Mapping[str, tuple[str, Made]]
"""Key of a text -> what it says in the language, and how that came about."""
Texts = Mapping[tuple[str, int | str, str], tuple[str, Made]]
"""The same by kind, number and field (a project's own words have no number, and what says one thing has no field)."""
Writer = Callable[[Session, Texts, dict[str, Any]], Awaitable[None]]


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
    # Each leaves what it writes to one flush: a statement for each table, whatever the number of rows.
    with session.no_autoflush:
        for kinds, bring in WRITERS:
            if texts := _of(written, kinds):
                await bring(session, texts, common)
    await session.flush()


def _of(written: Written, kinds: Collection[str]) -> Texts:
    """What belongs to some kinds of owners, by its key in parts."""
    found: dict[tuple[str, int | str, str], tuple[str, Made]] = {}
    for key, said in written.items():
        kind, _dot, rest = key.partition(".")
        if kind in kinds:
            number, _dot, field = rest.partition(".")
            found[kind, int(number) if number.isdigit() else number, field] = said
    return found


async def _answers(session: Session, texts: Texts, common: dict[str, Any]) -> None:
    given = {name: common[name] for name in ("city", "project", "language", "actor")}
    said = {f"{kind}/{question}": one for (_answer, kind, question), one in texts.items()}
    await answers.translate(session, texts=said, **given)


def _parts(operation: Callable[..., Awaitable[None]]) -> Writer:
    """Through an operation that takes the keys in parts, as they are."""

    async def bring(session: Session, texts: Texts, common: dict[str, Any]) -> None:
        await operation(session, texts=texts, **common)

    return bring


WRITERS: tuple[tuple[tuple[str, ...], Writer], ...] = (
    (("project", "agreement", "indicator"), _parts(translate_content)),
    (("extension",), _parts(translate_extensions)),
    (("document",), _parts(translate_documents)),
    (("meeting", "moved"), _parts(translate_meetings)),
    (("ballot",), _parts(translate_questions)),
    (("answer",), _answers),
    (("outcome", "theme", "commitment"), _parts(outcomes.translate)),
)
"""For the kinds of every source, what writes them: the operation of whatever they belong to."""
