"""Officials' page of one text in one language, with the text beside it from which it is translated."""

from typing import Any

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.staff.languages import HOW, STANDINGS, label, tongue
from participation.channels.staff.projects import Errors, editing, open_for_edit, typed
from participation.channels.staff.saving import OVERWRITTEN, Shown, saved, theirs
from participation.domain.ladder.languages import operations, queries
from participation.domain.ladder.languages.forms import read_translated
from participation.domain.ladder.languages.machine import operations as machine
from participation.domain.ladder.languages.machine.models import ProposalState
from participation.domain.ladder.languages.machine.queries import proposals
from participation.domain.ladder.languages.machine.rules import may_show
from participation.domain.ladder.languages.rules import Saying, Standing, why_fixed
from participation.domain.projects.models import Project
from participation.domain.projects.rules import SUMMARY_WORDS
from participation.kit.database import Session
from participation.kit.errors import Conflict, NotFound
from participation.kit.i18n import AUTONYMS, Text, _
from participation.kit.marks import How, fingerprint
from participation.kit.text import words


async def show(visit: Visit) -> Response:
    """Saved by itself, so that a page stays small and two people can translate at once; then on to what is left."""
    if visit.request.method == "GET":
        return await _show(visit)
    language = tongue(visit)

    async def act(session: Session) -> dict[str, Any]:
        project = await open_for_edit(visit, session)
        own = visit.request.path_params["text"].startswith("project.")
        sayings = queries.own_sayings(project) if own else await queries.sayings(session, project.id)
        saying = _wanted(visit, sayings)
        common: dict[str, Any] = {"city": visit.city, "project": project, "saying": saying, "language": language}
        common |= {"actor": visit.actor, "at": visit.at}
        if "show" in visit.typed:
            return await _shown(visit, session, project, common)
        said = read_translated(visit.fields, saying, visit.city.languages)
        await operations.translate(session, said=said, **common)
        if "proposed" in visit.typed:
            await machine.forget(session, project=project, key=saying.key, language=language)
        left = [one.key for one in _left(visit, sayings, language) if one.key != saying.key]
        after = sayings[sayings.index(saying) :]
        following = next((one.key for one in after if one.key in left), next(iter(left), None))
        return {"next": f"/{following}?from={said.source}" if following else ""}

    base = visit.request.url.path.rpartition("/")[0]
    return await saved(visit, act, _show, base + "{next}")


async def _shown(visit: Visit, session: Session, project: Project, common: dict[str, Any]) -> dict[str, Any]:
    """What the machine proposes goes into public, marked as its own."""
    _ours = visit.fields
    proposed = await proposals(session, project.id, common["language"])
    proposal = proposed.get(common["saying"].key)
    if proposal is None or proposal.state != ProposalState.DONE:
        raise Conflict(
            "no_proposal", _("There is no proposal any more."), _("Open the page again and see what is there.")
        )
    await machine.show(session, proposal=proposal, **common)
    return {"next": ""}


def _left(visit: Visit, sayings: list[Saying], language: str) -> list[Saying]:
    """What can be done in a language."""
    return [
        one
        for one in sayings
        if one.standing(language) is not Standing.WHOLE
        and one.open_in(language)
        and one.source(language, visit.city.languages)
    ]


def _wanted(visit: Visit, sayings: list[Saying]) -> Saying:
    found = next((one for one in sayings if one.key == visit.request.path_params["text"]), None)
    if found is None:
        raise NotFound("text", _("There is no such text."), _("The project's list of languages leads to all of them."))
    return found


async def _show(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    language = tongue(visit)
    async with visit.reading() as session:
        found = await editing(visit, session)
        sayings = await queries.sayings(session, found.project.id)
        proposed = await proposals(session, found.project.id, language)
    saying = _wanted(visit, sayings)
    wanted = str(visit.typed.get("from") or visit.request.query_params.get("from", ""))
    source = saying.source(language, visit.city.languages, wanted)
    stored = saying.texts.get(language, "")
    proposal = proposed.get(saying.key)
    if proposal is not None and proposal.state != ProposalState.DONE:
        proposal = None
    use = proposal is not None and "use" in visit.request.query_params
    values = typed(visit, {"text": proposal.text if proposal and use else stored}, errors)
    here = f"{found.context['desk']}/languages/{language}"
    mark = saying.texts.marks.get(language) or {}
    context = {
        "tongue": language,
        "autonym": AUTONYMS[language],
        "list": here,
        "here": f"{here}/{saying.key}",
        "label": label(visit, saying),
        "standing": STANDINGS[saying.standing(language)],
        "stale": saying.standing(language) is Standing.STALE,
        "how": HOW[How(mark["how"])] if stored and mark.get("how") else None,
        "fixed": why_fixed(saying, language),
        "source": Text(saying.texts[source], source, source != visit.language) if source else None,
        "sources": _sources(saying, language, source, f"{here}/{saying.key}"),
        "read": fingerprint(saying.texts[source]) if source else "",
        "seen": _seen(visit, stored, status),
        "proposal": None if proposal is None else (Text(proposal.text, language, True), proposal.provider),
        "proposal_old": proposal is not None and proposal.of != fingerprint(saying.texts.get(proposal.source, "")),
        "used": use,
        "may_show": may_show(language, visit.city.required_languages) is None,
        "values": values,
        "errors": errors or {},
        "most": saying.most,
        "rows": min(16, max(2, len(saying.texts.get(source or "", "")) // 40 + 1)) if saying.lines else 2,
        "limit": (words(str(values.get("text", ""))), SUMMARY_WORDS) if saying.key == "project.summary" else None,
        "stored": theirs(status, [Shown("text", AUTONYMS[language], stored, language)], {"text": stored}, values),
    }
    return visit.page("staff/languages/text.html", found.context | context, form=True, status=status)


def _sources(saying: Saying, language: str, chosen: str | None, here: str) -> list[tuple[str, str, bool]]:
    """The other languages in which it is there."""
    said = [code for code, text in saying.texts.items() if text and code != language]
    return [(f"{here}?from={code}", AUTONYMS[code], code == chosen) for code in said]


def _seen(visit: Visit, stored: str, status: int) -> str:
    """Fingerprint of what stood in the field when it was opened; once its sender was shown what somebody else wrote, of that."""
    opened = str(visit.typed.get("seen", ""))
    return fingerprint(stored) if status == OVERWRITTEN or len(opened) != 16 else opened
