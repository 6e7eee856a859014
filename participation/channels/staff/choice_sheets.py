"""Officials have sheets with choice codes printed for a ballot, and stop batches whose codes others may have seen."""

from typing import Any

from starlette.responses import Response

from participation.channels.http.answers import attachment
from participation.channels.http.refusing import messages, refused
from participation.channels.http.visit import Visit
from participation.channels.staff import choice_paper
from participation.channels.staff.projects import editing, open_for_edit, slug_of
from participation.channels.staff.saving import saved
from participation.domain.ballots.choice_codes import operations, queries, rules
from participation.domain.ballots.choice_codes.forms import read_new
from participation.domain.ballots.queries import BallotView, of_project
from participation.domain.projects.models import Project
from participation.domain.projects.operations import loaded
from participation.kit import fonts
from participation.kit.database import Session
from participation.kit.errors import NotFound, Refusal, SignInNeeded
from participation.kit.forms import Reader
from participation.kit.i18n import AUTONYMS, Message, _, isolated

MOST = 200
"""Sheets that a page prints at once; more are printed on the command line."""


async def show(visit: Visit) -> Response:
    """All batches of the ballot; its form prints another one, whose sheets are the answer and nowhere else, or stops one."""
    if visit.request.method == "GET":
        return await _page(visit)
    if "stop" in visit.typed:
        return await saved(visit, lambda session: _stop(visit, session), _page, "/staff/projects/{slug}/ballot/sheets")
    made: list[bytes] = []
    try:
        async with visit.transaction() as session:
            content = [slug_of(visit), *(str(visit.typed.get(name)) for name in ("language", "count"))]
            await visit.once(session, content, lambda: _print(visit, session, made))
    except SignInNeeded:
        raise
    except Refusal as refusal:
        return await _page(visit, errors=messages(refusal), status=refusal.status)
    if not made:
        gone = _("The sheets of this batch were shown once. If you do not have them, stop the batch.")
        return await _page(visit, errors={"form": gone}, status=409)
    return attachment(made[0], "application/pdf", "choice-sheets.pdf")


async def _ballot(visit: Visit, session: Session) -> BallotView:
    ballot = await of_project(session, city_id=visit.city.id, slug=slug_of(visit))
    if ballot is None:
        raise rules.not_announced()
    return ballot


async def _print(visit: Visit, session: Session, made: list[bytes]) -> dict[str, Any]:
    wanted = read_new(Reader(visit.fields), fonts.printable(visit.city.languages), MOST)
    settings = visit.site.settings
    common: dict[str, Any] = {"city": visit.city, "folder": settings.keys, "actor": visit.actor, "at": visit.at}
    # Not locked: whoever writes the project does not wait for the printer. What is issued waits at the ballot's own row for whoever closes it.
    common["project"] = await loaded(session, Project.slug == slug_of(visit), city_id=visit.city.id, texts=False)
    ballot = await _ballot(visit, session)
    drawn = await operations.draw(session, ballot=ballot, language=wanted.language, count=wanted.count, **common)
    pdf = await choice_paper.printed(choice_paper.sheets(visit.city, drawn, settings.base_url))
    number = await operations.issue(session, drawn=drawn, **common)
    made.append(pdf)
    return {"number": number}


async def _stop(visit: Visit, session: Session) -> dict[str, Any]:
    form = Reader(visit.fields)
    number = form.integer("stop", least=1, most=1_000_000)
    if not form.flag("sure"):
        form.wrong("sure", _("Please tick this if you are sure."))
    form.finish()
    project = await open_for_edit(visit, session, texts=False)
    ballot = await _ballot(visit, session)
    which: dict[str, Any] = {"city": visit.city, "project": project, "ballot_id": ballot.id, "number": number}
    try:
        await operations.stop(session, actor=visit.actor, at=visit.at, **which)
    except NotFound as refusal:
        raise refused("form", refusal) from refusal
    return {"slug": project.slug}


async def _page(visit: Visit, *, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    async with visit.reading() as session:
        found = await editing(visit, session)
        ballot = await of_project(session, city_id=visit.city.id, slug=slug_of(visit))
        batches = [] if ballot is None else await queries.batches(session, ballot_id=ballot.id)
    refusal = rules.not_announced() if ballot is None else rules.may_print(ballot, visit.at)
    context = {
        "errors": errors or {},
        # Isolated: two numbers with a hyphen between them would change places in Arabic.
        "batches": [
            (isolated(rules.batch_name(batch.ballot_id, batch.number)), batch, AUTONYMS[batch.language])
            for batch in batches
        ],
        "refusal": refusal,
        "languages": [(one, AUTONYMS[one]) for one in fonts.printable(visit.city.languages)],
        "most": MOST,
    }
    return visit.page("staff/projects/choice_sheets.html", found.context | context, form=True, status=status)
