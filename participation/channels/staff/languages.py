"""Officials' pages of a project's languages: how far each is, and one of them with all its texts."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.staff.projects import editing, open_for_edit, tongues
from participation.channels.staff.saving import saved
from participation.domain.ladder.languages import queries
from participation.domain.ladder.languages.machine import operations as machine
from participation.domain.ladder.languages.machine.models import ProposalState
from participation.domain.ladder.languages.machine.queries import ProposalView, proposals
from participation.domain.ladder.languages.rules import Saying, Standing, tally
from participation.kit import i18n
from participation.kit.database import Session
from participation.kit.errors import Conflict, NotFound
from participation.kit.forms import Reader
from participation.kit.i18n import AUTONYMS, Message, Text, _
from participation.kit.marks import How

STANDINGS = {
    Standing.WHOLE: (_("Up to date"), "tick", "good"),
    Standing.STALE: (_("Out of date"), "alert", "warn"),
    Standing.MACHINE: (_("Translated by a machine"), "alert", "warn"),
    Standing.MISSING: (_("Missing"), "dash", "bad"),
}
HOW = {
    How.PERSON: _("written by an official"),
    How.MACHINE: _("translated by a machine"),
    How.DELEGATE: _("translated by a delegate"),
    How.IMPORT: _("from a translator's file"),
}

TROUBLES: dict[str | None, Message] = {
    "away": _("The translation server does not answer. Nothing is lost: it is asked again by itself."),
    "busy": _("The translation server has too much to do. It is asked again by itself."),
    "refused": _("The translation server does not let us in. The operator has to look at its key."),
    "language": _("The translation server does not translate between these languages."),
    "wrong": _("The translation server did not take a text."),
}
"""By `kit.translating.TroubleCode`, which a web server does not import."""


def tongue(visit: Visit) -> str:
    """The language of the address."""
    language = str(visit.request.path_params["language"])
    if language not in visit.city.languages:
        raise NotFound()
    return language


def label(visit: Visit, saying: Saying) -> Message | Text:
    """What a text is; a question of an assessment is content, and may be in another language."""
    if isinstance(saying.label, Message):
        return saying.label
    return i18n.pick(saying.label, visit.language, visit.city.languages)


async def index(visit: Visit) -> Response:
    """Each of the city's languages, the required ones first. The form on it only changes the language."""
    async with visit.reading() as session:
        found = await editing(visit, session)
        sayings = await queries.sayings(session, found.project.id)
    rows = [(code, name, required, tally(sayings, code)) for code, name, required in tongues(visit)]
    return visit.page("staff/languages/index.html", found.context | {"rows": rows, "all": len(sayings)}, form=True)


async def one(visit: Visit) -> Response:
    """What is left to do in one language, or all of its texts. Its form asks a machine for what is missing."""
    if visit.request.method == "GET":
        return await _one(visit)
    language = tongue(visit)

    async def act(session: Session) -> dict[str, Any]:
        if visit.site.settings.translate_url is None:
            raise Conflict(
                "off",
                _("No translation server is set up here."),
                _("The operator can set one up; or send the texts to a translator as a file."),
            )
        form = Reader(visit.fields)
        source = form.text("from", at_most=2, required=False)
        form.finish()
        project = await open_for_edit(visit, session)
        sayings = await queries.sayings(session, project.id)
        await machine.ask(
            session,
            city=visit.city,
            project=project,
            sayings=sayings,
            language=language,
            source=source or None,
            actor=visit.actor,
            at=visit.at,
        )
        return {}

    return await saved(visit, act, _one, visit.request.url.path)


async def _one(visit: Visit, *, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    language = tongue(visit)
    async with visit.reading() as session:
        found = await editing(visit, session)
        sayings = await queries.sayings(session, found.project.id)
        proposed = await proposals(session, found.project.id, language)
    everything = visit.request.query_params.get("show") == "all"
    here = f"{found.context['desk']}/languages/{language}"
    shown = [saying for saying in sayings if everything or saying.standing(language) is not Standing.WHOLE]
    count = tally(sayings, language)
    context = {
        "tongue": language,
        "autonym": AUTONYMS[language],
        "here": here,
        "tally": count,
        "choices": [(here, _("What is left"), not everything), (f"{here}?show=all", _("All texts"), everything)],
        "rows": [_row(visit, saying, language, here, proposed.get(saying.key)) for saying in shown],
        "machine": visit.site.settings.translate_url is not None and count.missing + count.stale > 0,
        "sources": [(code, name) for code, name, _required in tongues(visit) if code != language],
        "waiting": sum(one.state == ProposalState.QUEUED for one in proposed.values()),
        "troubles": troubles(proposed),
        "values": {"from": visit.typed.get("from", "")},
        "errors": errors or {},
    }
    return visit.page("staff/languages/one.html", found.context | context, form=True, status=status)


def troubles(proposed: Mapping[str, ProposalView]) -> list[tuple[Message, str]]:
    """What keeps the machine from translating, each once, with what the server says."""
    said = dict.fromkeys((one.trouble, one.detail) for one in proposed.values() if one.trouble)
    return [(TROUBLES[code], detail) for code, detail in said if code in TROUBLES]


def _row(visit: Visit, saying: Saying, language: str, here: str, proposal: ProposalView | None) -> dict[str, Any]:
    mark = saying.texts.marks.get(language) or {}
    return {
        "label": label(visit, saying),
        "address": f"{here}/{saying.key}" if saying.open_in(language) else None,
        "standing": STANDINGS[saying.standing(language)],
        "how": HOW[How(mark["how"])] if saying.texts.get(language) and mark.get("how") else None,
        "beginning": i18n.pick(saying.texts, language, visit.city.languages),
        "proposed": proposal is not None and proposal.state == ProposalState.DONE,
    }
