"""Residents' page of all that can be heard and seen of a project, in every language: sounds in two formats, clips in sign language."""

from collections.abc import Iterable, Mapping
from typing import Any

from starlette.responses import Response

from participation.channels.http.hearing import length
from participation.channels.http.visit import Visit
from participation.channels.web.project_cards import address, pick
from participation.channels.web.projects import depends, find
from participation.domain.ballots.models import BallotState
from participation.domain.ladder import queries as ladder
from participation.domain.ladder.heard import rules as heard
from participation.domain.ladder.heard.rules import Said
from participation.domain.projects.sounds.clips import queries as clips
from participation.domain.projects.sounds.clips.queries import ClipView
from participation.domain.projects.sounds.models import SoundKind
from participation.domain.projects.sounds.queries import SoundView, of_projects
from participation.domain.projects.sounds.rules import OF_PROJECTS, QUESTION, SUMMARY, current
from participation.kit.i18n import tag
from participation.kit.sizes import size


async def show(visit: Visit) -> Response:
    async with visit.reading() as session:
        project = await find(visit, session)
        ballots = await ladder.ballots_of(session, [project.id])
        sounds = await of_projects(session, visit.city.id, [project.id])
        signed = await clips.of_project(session, project.id)
    depends(visit, project)
    summary, ballot = project.said("summary"), ballots.get(project.id)
    said: dict[str, Mapping[str, str]] = {SUMMARY: summary}
    if ballot is not None and ballot.state != BallotState.DRAFT:
        said[QUESTION] = heard.ballot(ballot.questions)
    parts = [(OF_PROJECTS[part], list(_lines(visit, sounds, part, texts))) for part, texts in said.items()]
    context = {
        "title": pick(visit, project.said("title")),
        "address": address(visit, project),
        "parts": [(words, lines) for words, lines in parts if lines],
        "clips": [_clip(one) for one in signed if one.said == heard.signed(summary, visit.city)],
    }
    return visit.page("projects/listen.html", context)


def _lines(visit: Visit, sounds: Iterable[SoundView], part: str, texts: Said) -> Iterable[dict[str, Any]]:
    """The reader's language first."""
    names = visit.city.heard_languages
    there = list(sounds)
    for language in sorted(names, key=lambda code: code != visit.language):
        text = heard.said_in(texts, language, visit.city)
        sound = current(there, part, language, text) if text else None
        if sound is not None:
            files = [("MP3", sound.mp3, size(sound.mp3_size)), ("Opus", sound.opus, size(sound.opus_size))]
            yield {
                "language": names[language],
                "lang": tag(language),
                "length": length(sound.seconds),
                # A kiosk plays one format, and opens no files.
                "files": files[:1] if visit.kiosk else files,
                "machine": sound.kind == SoundKind.SYNTHESISED,
            }


def _clip(one: ClipView) -> dict[str, Any]:
    return {
        "address": one.address,
        "tongue": one.tongue,
        "format": one.format.upper() if one.format == "mp4" else "WebM",
        "size": size(one.size),
        "length": length(one.seconds),
    }
