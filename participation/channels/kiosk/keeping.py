"""What a kiosk keeps on its screen for when there is no network: which pages, by which worker, and what it says then."""

import json

from starlette.responses import Response

from participation.channels.http.templates import ROOT
from participation.channels.http.visit import Visit
from participation.domain.ballots.rules import OPTION_WORDS
from participation.domain.ladder.heard.queries import Part, sounds_in
from participation.domain.ladder.heard.rules import OPTIONS, option_part
from participation.domain.projects.assessments.queries import reviews
from participation.domain.projects.lists import queries
from participation.domain.projects.sounds.rules import DIGITS, PROMPT, PROMPTS, QUESTION, SUMMARY
from participation.kit import i18n
from participation.kit.i18n import Message

PAGES = (
    "/{}/",
    "/{}/projects",
    "/{}/calendar",
    "/{}/about/how",
    "/{}/about/codes",
    "/{}/kiosks",
    "/kiosk/{}/outage",
    "/kiosk/{}/paper",
)
"""Of every language."""
DEEPER = ("/plain", "/easy", "/listen", "/assessments", "/ballot")
"""Of a project that is open, in the languages in which the city writes; those that it has not, the worker passes over."""
MOST = 20_000_000
"""Bytes of sounds: those of what closes first come first."""
SPOKEN: dict[str, Message | str] = {
    **{PROMPT + key: message for key, message in PROMPTS.items()},
    **{option_part(choice): OPTION_WORDS[choice] for choice in OPTIONS},
    **{PROMPT + key: key.removeprefix("digit-") for key in DIGITS},
}
"""What a kiosk can say in a language without a catalogue, beside what is recorded of a project: by part, the words on its pages."""


async def worker(visit: Visit) -> Response:
    """It stands in front of every page, also of those that are not below its own address."""
    script = (ROOT / "static" / "kiosk" / "worker.js").read_text()
    headers = {"Cache-Control": "no-cache", "Service-Worker-Allowed": "/", "X-Content-Type-Options": "nosniff"}
    return Response(script, media_type="text/javascript", headers=headers)


async def pages(visit: Visit) -> Response:
    """The same list for everybody, whatever they have read: what is kept says nothing of who was here.

    `prompts`: by language without a catalogue, the words on a page and the sound that says them.
    """
    city = visit.city
    async with visit.reading() as session:
        front = await queries.front(session, city, language=visit.language, at=visit.at)
        slugs = {one.id: one.slug for one in (*front.open, *front.coming)}
        assessed = await reviews(session, [one.id for one in front.open])
        parts: list[Part] = [(project, part) for project in slugs for part in (SUMMARY, QUESTION)]
        parts += [(None, part) for part in SPOKEN]
        heard = await sounds_in(session, city, parts, list(city.heard_languages))
    wanted = ["/kiosk/", visit.site.templates.kiosk_path]
    for language in i18n.LANGUAGES:
        wanted += [path.format(language) for path in PAGES]
        wanted += [f"/{language}/projects/{slug}" for slug in slugs.values()]
    for language in city.languages:
        wanted += [f"/{language}/projects/{one.slug}{path}" for one in front.open for path in DEEPER]
        wanted += [f"/{language}/projects/{slugs[one.project_id]}/assessments/{one.kind}" for one in assessed]
    prompts: dict[str, dict[str, str]] = {one.code: {} for one in city.spoken_languages}
    room = MOST
    for ((project, part), language), sound in heard.items():
        if project is None and language not in prompts:
            continue
        if project is None:
            prompts[language][_words(part, city.languages[0])] = sound.mp3
        room -= sound.mp3_size
        if room >= 0:
            wanted.append(sound.mp3)
    said = json.dumps({"pages": wanted, "prompts": prompts}, ensure_ascii=False)
    return Response(said, media_type="application/json", headers={"Cache-Control": "no-store"})


def _words(part: str, language: str) -> str:
    """As they stand on the page that goes with a language without a catalogue."""
    said = SPOKEN[part]
    return said if isinstance(said, str) else said.into(language)


async def outage(visit: Visit) -> Response:
    return visit.page("kiosk/outage.html")


async def paper(visit: Visit) -> Response:
    return visit.page("kiosk/paper.html")
