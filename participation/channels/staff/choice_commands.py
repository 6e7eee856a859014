"""What an official has printed on the command line: sheets with choice codes, more of them than a page prints at once."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, BinaryIO

from participation.channels.staff.choice_paper import sheets
from participation.channels.staff.commands import in_the_name_of, named_fields
from participation.domain.ballots.choice_codes.forms import read_new
from participation.domain.ballots.choice_codes.operations import draw, issue
from participation.domain.ballots.choice_codes.rules import not_announced
from participation.domain.ballots.queries import of_project
from participation.domain.places.queries import one_city
from participation.domain.projects.models import Project
from participation.domain.projects.operations import loaded, open_for_edit
from participation.kit import fonts
from participation.kit.database import Session
from participation.kit.forms import Reader, Said
from participation.settings import Settings


async def print_sheets(
    session: Session,
    settings: Settings,
    *,
    city: str | None,
    slug: str,
    said: dict[str, str | list[str]],
    login: str,
    to: BinaryIO,
    at: datetime,
    progress: Callable[[int, int], None],
) -> str:
    """The number of the batch. Whoever calls commits: it is there only if its sheets were written."""
    from participation.kit import choice_printing

    here = await one_city(session, city)
    with named_fields():
        wanted = read_new(Reader(Said(said)), fonts.printable(here.languages))
    actor = await in_the_name_of(session, here, login, at)
    project = await loaded(session, Project.slug == slug, city_id=here.id, texts=False)
    ballot = await of_project(session, city_id=here.id, slug=slug)
    if ballot is None:
        raise not_announced()
    common: dict[str, Any] = {"city": here, "folder": settings.keys, "actor": actor, "at": at}
    drawn = await draw(session, project=project, ballot=ballot, language=wanted.language, count=wanted.count, **common)
    what = sheets(here, drawn, settings.base_url)
    to.write(choice_printing.draw(what, lambda done: progress(done, wanted.count)))
    to.flush()
    # Locked only now: whoever writes the project does not wait for the printer.
    project = await open_for_edit(session, city=here, slug=slug, actor=actor, texts=False)
    await issue(session, project=project, drawn=drawn, **common)
    return what.batch


def told(batch: str, out: str) -> list[str]:
    """For the operator, beside the sheets."""
    lines = [f"Batch {batch} is printed. Its codes can be used at once."]
    if out != "-":
        lines.append(
            f"Print {out} and delete it: whoever has it can read what people choose. Nothing can show the codes again."
        )
    return lines
