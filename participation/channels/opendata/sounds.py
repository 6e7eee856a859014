"""What can be heard of a project, as open data."""

from participation.channels.http.visit import Visit
from participation.channels.opendata.answering import Listed, Values, origin
from participation.channels.opendata.shapes import ADDRESS, COUNT, TEXT, Field, Shape, one_of
from participation.domain.consultations.about.queries import about
from participation.domain.ladder.heard.queries import Part, sounds_in
from participation.domain.projects.sounds.models import SoundKind
from participation.domain.projects.sounds.queries import SoundView
from participation.domain.projects.sounds.rules import OF_PROJECTS

SOUND = Shape(
    "Sound",
    "A part of a project, to be heard in one language.",
    (
        Field("part", one_of(tuple(OF_PROJECTS)), "What it says; a question with all options and their numbers."),
        Field("language", TEXT, "BCP 47; x-…: a language of the city that has no catalogue."),
        Field("kind", one_of(SoundKind), "Synthesised: read by a machine."),
        Field("seconds", COUNT, "How long it is.", "seconds"),
        Field("mp3", ADDRESS, "For every telephone."),
        Field("mp3_size", COUNT, "Of that file.", "bytes"),
        Field("opus", ADDRESS, "The same, clearer."),
        Field("opus_size", COUNT, "Of that file.", "bytes"),
    ),
)


async def of_project(visit: Visit, values: Values) -> Listed:
    """All that says what is written now; what says an older text is not among them."""
    async with visit.reading() as session:
        project = await about(session, city_id=visit.city.id, slug=visit.request.path_params["slug"])
        parts: list[Part] = [(project.id, part) for part in OF_PROJECTS]
        found = await sounds_in(session, visit.city, parts, visit.city.heard_languages)
    visit.depends(f"project:{project.id}")
    return Listed([SOUND.show(_shown(origin(visit), one), None) for one in found.values()], None)


def _shown(site: str, one: SoundView) -> Values:
    return {
        **{"part": one.part, "language": one.language, "kind": one.kind, "seconds": one.seconds},
        **{"mp3": site + one.mp3, "mp3_size": one.mp3_size, "opus": site + one.opus, "opus_size": one.opus_size},
    }
