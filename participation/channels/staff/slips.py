"""What stands on a slip in each of a city's languages; and the slips as a PDF, made by a process of its own."""

from participation.domain.people.codes.operations import Drawn
from participation.domain.places.queries import CityView
from participation.kit import i18n
from participation.kit.elsewhere import made
from participation.kit.errors import Unavailable
from participation.kit.i18n import _
from participation.kit.slips import Sheet, Words, as_json, printable

PATIENCE = 120
"""Seconds that printing may take before whoever asked is told that it failed."""


def sheet(city: CityView, drawn: Drawn, base_url: str) -> Sheet:
    """For the printer: the city's first languages, as far as this machine has letters for them."""
    languages = printable(city.languages) or printable([i18n.SOURCE])
    return Sheet(
        words=[_words(city, language) for language in languages],
        address=f"{city.address(base_url)}/{languages[0]}/sign-in",
        batch=drawn.number,
        slips=[(slip.serial, slip.code) for slip in drawn.slips],
    )


def _words(city: CityView, language: str) -> Words:
    name = i18n.pick(city.names, language, city.languages).value
    return Words(
        language=language,
        title=_("%(city)s: your access code", city=name).into(language),
        text=_(
            "With this code you say what you think of the city's projects, and vote. One slip for each person. "
            "Keep it like money: whoever has it can speak as you."
        ).into(language),
        stub=_("Tear this off and keep it apart from the slip. With it you get a new code when the slip is lost.").into(
            language
        ),
    )


async def printed(what: Sheet) -> bytes:
    """The PDF, made elsewhere: fonts and shaping take more memory than a web server has to spare."""
    pdf = await made("participation.kit.printing", as_json(what), PATIENCE)
    if pdf is None or not pdf.startswith(b"%PDF"):
        raise Unavailable(
            "printing",
            _("The slips could not be printed, and no batch was made."),
            _("Please try again, or issue the batch on the command line."),
        )
    return pdf
