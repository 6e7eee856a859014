"""Verbs of what a project is made known with: draw the codes of notices, write the script that is read aloud."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from participation.domain.people.models import Role
from participation.domain.people.rules import acting
from participation.domain.places.queries import CityView
from participation.domain.projects.models import Project, ProjectState
from participation.domain.projects.queries import Whole
from participation.domain.projects.rules import overwritten
from participation.domain.projects.spreading import queries, rules
from participation.domain.projects.spreading.models import NoticeCode, SpokenScript
from participation.domain.record import operations as record
from participation.domain.record.actors import Actor
from participation.kit.changes import touch
from participation.kit.database import Session
from participation.kit.errors import Conflict, Invalid
from participation.kit.i18n import _


async def draw_codes(session: Session, *, city: CityView, base_url: str) -> int:
    """For every published project that has none, or one with an old address. Never in a web server: this draws."""
    base = rules.short_address(city, base_url, 0)[:-1]
    waiting = await queries.without_code(session, city_id=city.id, base=base)
    if not waiting:
        return 0
    from participation.kit.qr import outline

    for project_id, number in waiting:
        address = rules.short_address(city, base_url, number)
        size, path = outline(address)
        values = {"address": address, "size": size, "outline": path}
        await session.execute(
            insert(NoticeCode)
            .values(project_id=project_id, city_id=city.id, **values)
            .on_conflict_do_update(index_elements=["project_id"], set_=values)
        )
    touch(session, *(f"project:{project_id}" for project_id, _number in waiting))
    return len(waiting)


async def write_script(
    session: Session,
    *,
    city: CityView,
    project: Whole,
    language: str,
    text: str,
    version: int,
    actor: Actor,
    at: datetime,
) -> None:
    """What is read aloud in this language from now on; nothing takes it back, and the one that is made is read."""
    who = acting(actor, Role.OFFICIAL, city, project.places)
    if project.state == ProjectState.DRAFT:
        raise Conflict(
            "draft",
            _("A script is written once the project is published."),
            _("Publish the project first, on its page at the staff desk."),
        )
    if language not in city.languages:
        raise Invalid({"form": _("Please choose one of the city's languages.")})
    if message := rules.too_long(text, language):
        raise Invalid({"text": message})
    # Of two who write the first one at once, the second is shown what the first has stored.
    await session.execute(sa.select(Project.id).where(Project.id == project.id).with_for_update(key_share=True))
    mine = sa.select(SpokenScript).where(SpokenScript.project_id == project.id, SpokenScript.language == language)
    stored = await session.scalar(mine.with_for_update().execution_options(populate_existing=True))
    if version != (0 if stored is None else stored.version):
        raise overwritten()
    if text == ("" if stored is None else stored.text):
        return
    if stored is None:
        session.add(SpokenScript(city_id=city.id, project_id=project.id, language=language, text=text, at=at))
    else:
        stored.text, stored.version, stored.at = text, stored.version + 1, at
    await session.flush()
    facts = {"project": {"number": project.number, "slug": project.slug}, "language": language, "text": text}
    about = ("project", str(project.id))
    await record.append(session, city_id=city.id, kind="script_written", actor=who, at=at, facts=facts, about=about)
    touch(session, f"project:{project.id}")
