"""Officials' pages of a project's languages: how far each is, and one of them with all its texts."""

from typing import Any

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.staff.projects import editing, tongues
from participation.domain.ladder.languages import queries
from participation.domain.ladder.languages.rules import Saying, Standing, tally
from participation.kit import i18n
from participation.kit.errors import NotFound
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
    """What is left to do in one language, or all of its texts."""
    language = tongue(visit)
    async with visit.reading() as session:
        found = await editing(visit, session)
        sayings = await queries.sayings(session, found.project.id)
    everything = visit.request.query_params.get("show") == "all"
    here = f"{found.context['desk']}/languages/{language}"
    shown = [saying for saying in sayings if everything or saying.standing(language) is not Standing.WHOLE]
    context = {
        "tongue": language,
        "autonym": AUTONYMS[language],
        "here": here,
        "tally": tally(sayings, language),
        "choices": [(here, _("What is left"), not everything), (f"{here}?show=all", _("All texts"), everything)],
        "rows": [_row(visit, saying, language, here) for saying in shown],
    }
    return visit.page("staff/languages/one.html", found.context | context, form=True)


def _row(visit: Visit, saying: Saying, language: str, here: str) -> dict[str, Any]:
    mark = saying.texts.marks.get(language) or {}
    return {
        "label": label(visit, saying),
        "address": f"{here}/{saying.key}" if saying.open_in(language) else None,
        "standing": STANDINGS[saying.standing(language)],
        "how": HOW[How(mark["how"])] if saying.texts.get(language) and mark.get("how") else None,
        "beginning": i18n.pick(saying.texts, language, visit.city.languages),
    }
